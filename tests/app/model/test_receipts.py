"""Receipts: written and read, owed and counted; what is hostile is ignored without harm."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.receipts import (
    KEPT_PINGS,
    KEPT_SIGNALS,
    Owed,
    OwnSignals,
    Receipt,
    RoundTrips,
    is_acknowledged,
    is_ping,
    parse_receipt,
    write_receipt,
)
from heliograph_relay.protocol.model import MAX_DATA_BYTES, utf8_length


def delivered(*ranges: tuple[int, int]) -> Receipt:
    return Receipt("delivered", "e", list(ranges))


# ---- on the wire


def test_the_data_of_a_receipt() -> None:
    data, left = write_receipt("read", "e1", [7, 3, 4, 5])
    assert json.loads(data) == {"state": "read", "epoch": "e1", "ranges": [[3, 5], [7, 7]]}
    assert left == []


@given(st.sets(st.integers(1, 10**15), min_size=1, max_size=50), st.sampled_from(["delivered", "read"]))
def test_what_is_written_is_read_again(seqs: set[int], state: str) -> None:
    data, _ = write_receipt(state, "epoch", seqs)  # type: ignore[arg-type]
    receipt = parse_receipt(data)
    assert receipt is not None
    assert (receipt.state, receipt.epoch) == (state, "epoch")
    assert {n for first, last in receipt.ranges for n in range(first, last + 1)} == seqs


@given(st.integers(600, 3_000), st.integers(1, 10**9), st.text("e", max_size=40))
def test_what_does_not_fit_is_left_for_the_next(count: int, start: int, epoch: str) -> None:
    seqs = {start + 2 * i for i in range(count)}
    told: list[int] = []
    rest = list(seqs)
    while rest:
        data, rest = write_receipt("delivered", epoch, rest)
        assert utf8_length(data) <= MAX_DATA_BYTES
        receipt = parse_receipt(data)
        assert receipt is not None
        assert receipt.ranges
        told += [first for first, _ in receipt.ranges]
    assert told == sorted(seqs)


@pytest.mark.parametrize(
    "data",
    [
        None,
        "",
        "delivered",
        "[]",
        "null",
        '{"state": "delivered"}',
        '{"state": "eaten", "epoch": "e", "ranges": []}',
        '{"state": "read", "epoch": 5, "ranges": []}',
        '{"state": "read", "epoch": "e", "ranges": [[1]]}',
        '{"state": "read", "epoch": "e", "ranges": [[1, 2, 3]]}',
        '{"state": "read", "epoch": "e", "ranges": [[2, 1]]}',
        '{"state": "read", "epoch": "e", "ranges": [[0, 1]]}',
        '{"state": "read", "epoch": "e", "ranges": [[-9, 9]]}',
        '{"state": "read", "epoch": "e", "ranges": [["1", 2]]}',
        '{"state": "read", "epoch": "e", "ranges": [[true, 2]]}',
        '{"state": "read", "epoch": "e", "ranges": {"1": 2}}',
        '{"state": "read", "epoch": "e", "ranges": [[1, 1e400]]}',
        "[" * 8_000,
        '{"state": "read", "epoch": "\ud800", "ranges": []}',
    ],
)
def test_what_is_no_receipt_is_none(data: str | None) -> None:
    assert parse_receipt(data) is None


@given(st.text(max_size=200))
def test_any_text_is_read_without_harm(data: str) -> None:
    assert parse_receipt(data) is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["state", "epoch", "ranges"]), inner)
        ),
        max_leaves=12,
    )
)
def test_any_json_is_read_without_harm(value: object) -> None:
    receipt = parse_receipt(json.dumps(value))
    assert receipt is None or all(1 <= first <= last for first, last in receipt.ranges)


def test_members_of_the_future_are_ignored() -> None:
    receipt = parse_receipt('{"state": "read", "epoch": "e", "ranges": [[1, 2]], "mood": "good"}')
    assert receipt == Receipt("read", "e", [(1, 2)])


@pytest.mark.parametrize(
    ("type", "acknowledged"),
    [("receipt", False), ("typing", False), ("chat", True), ("x", True), (None, True)],
)
def test_receipts_are_never_acknowledged(type: str | None, acknowledged: bool) -> None:
    assert is_acknowledged(type) is acknowledged


def test_a_ping_has_neither_type_nor_data() -> None:
    assert is_ping(None, None)
    assert not is_ping(None, "")
    assert not is_ping("x", None)


# ---- owed


def test_what_arrives_together_goes_together() -> None:
    owed = Owed()
    for seq in (4, 5, 9):
        owed.delivered("ana", seq)
    owed.delivered("bo", 6)
    taken = owed.take("e")
    assert [(to, state) for to, state, _ in taken] == [("ana", "delivered"), ("bo", "delivered")]
    assert json.loads(taken[0][2])["ranges"] == [[4, 5], [9, 9]]
    assert owed.take("e") == []


def test_one_receipt_at_a_time_is_on_its_way() -> None:
    owed = Owed()
    owed.delivered("ana", 1)
    owed.take("e")
    owed.delivered("ana", 2)
    owed.delivered("ana", 3)
    assert owed.take("e") == []
    assert owed.done("ana", "delivered")
    assert json.loads(owed.take("e")[0][2])["ranges"] == [[2, 3]]
    assert not owed.done("ana", "delivered")


def test_read_implies_delivered() -> None:
    owed = Owed()
    owed.delivered("ana", 1)
    owed.read("ana", 1)
    assert [state for _, state, _ in owed.take("e")] == ["read"]


def test_too_many_for_one_signal_follow_in_the_next() -> None:
    owed = Owed()
    for seq in range(1, 5_001, 2):
        owed.delivered("ana", seq)
    told = 0
    while taken := owed.take("e"):
        receipt = parse_receipt(taken[0][2])
        assert receipt is not None
        told += len(receipt.ranges)
        owed.done("ana", "delivered")
    assert told == 2_500


def test_nobody_is_owed_anything_after_leaving_or_a_new_life() -> None:
    owed = Owed()
    owed.delivered("ana", 1)
    owed.forget("ana")
    assert owed.take("e") == []
    owed.delivered("bo", 1)
    owed.take("e")
    owed.clear()
    owed.delivered("bo", 2)
    assert len(owed.take("f")) == 1


# ---- counted


def test_receipts_count_for_own_signals_from_who_got_them() -> None:
    own = OwnSignals()
    own.sent(3, ("ana", "bo"))
    own.sent(5, ("ana",))
    assert own.count("ana", delivered((1, 9))) == [3, 5]
    assert own.count("bo", delivered((1, 9))) == [3]
    assert own.count("eve", delivered((1, 9))) == []


def test_a_receipt_counts_once_a_state() -> None:
    own = OwnSignals()
    own.sent(3, ("ana",))
    assert own.count("ana", delivered((3, 3))) == [3]
    assert own.count("ana", delivered((1, 3))) == []
    assert own.count("ana", Receipt("read", "e", [(3, 3)])) == [3]


def test_the_future_is_not_acknowledged() -> None:
    own = OwnSignals()
    own.sent(1, ("ana",))
    assert own.count("ana", delivered((1, 10**18))) == [1]
    own.sent(2, ("ana",))
    assert own.count("ana", delivered((2, 2))) == [2]


def test_nothing_sent_nothing_counted() -> None:
    assert OwnSignals().count("ana", delivered((1, 10**18))) == []


def test_scattered_claims_are_bounded() -> None:
    own = OwnSignals()
    own.sent(10**7, ("ana",))
    for base in range(0, 10**6, 1_000):
        own.count("ana", delivered(*((base + i, base + i) for i in range(1, 1_000, 2))))
    assert own.count("ana", delivered((10**7, 10**7))) == []
    assert own.count("bo", delivered((10**7, 10**7))) == []


def test_the_oldest_are_let_go() -> None:
    own = OwnSignals()
    for seq in range(1, KEPT_SIGNALS + 2):
        own.sent(seq, ("ana",))
    assert own.count("ana", delivered((1, 1))) == []
    assert own.count("ana", delivered((KEPT_SIGNALS, KEPT_SIGNALS))) == [KEPT_SIGNALS]


def test_a_new_life_forgets_and_a_second_acknowledgement_changes_nothing() -> None:
    own = OwnSignals()
    own.sent(3, ("ana",))
    own.sent(3, ("bo",))
    assert own.count("bo", delivered((3, 3))) == []
    own.clear()
    assert own.count("ana", delivered((3, 3))) == []


# ---- round trips


def test_a_round_trip_counts_from_the_wire() -> None:
    trips = RoundTrips()
    trips.prepared("p")
    trips.written("p", 10.0)
    trips.taken("p", 4)
    assert trips.answered(4, 10.25) == 250.0
    assert trips.answered(5, 10.25) is None


def test_what_is_no_ping_is_not_measured() -> None:
    trips = RoundTrips()
    trips.written("m", 1.0)
    trips.taken("m", 4)
    trips.prepared("p")
    trips.taken("p", None)
    assert trips.answered(4, 2.0) is None


def test_pings_are_bounded_and_forgotten() -> None:
    trips = RoundTrips()
    for seq in range(1, KEPT_PINGS + 2):
        trips.prepared(str(seq))
        trips.written(str(seq), 1.0)
        trips.taken(str(seq), seq)
    assert trips.answered(1, 2.0) is None
    assert trips.answered(2, 2.0) == 1000.0
    trips.clear()
    assert trips.answered(2, 2.0) is None
