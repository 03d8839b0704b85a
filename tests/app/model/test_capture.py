"""The inspector's store: what makes a row, what becomes of signals, and what gives way."""

from heliograph.model.capture import Capture, Kind
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)

ME, ANA, BEN = (
    Connection(id=id, name=id.title(), data="", role=Role.PUBLISHER, created=0, client="heliograph")
    for id in ("me", "ana", "ben")
)


def capture_with(*others: Connection, **limits: int) -> Capture:
    capture = Capture(**limits)
    capture.joined(ME, (ME, *others), recovered=None, wall=1)
    return capture


def heard(
    capture: Capture,
    seq: int,
    sender: str | None,
    type: str | None = "chat",
    data: str | None = "x",
    **rest: str,
) -> None:
    capture.signal(SignalEntry(seq=seq, at=1_000 + seq, sender=sender, type=type, data=data, **rest), "me")  # type: ignore[arg-type]


def test_kinds() -> None:
    capture = capture_with(ANA)
    for seq, (type, data) in enumerate(
        [
            ("chat", "x"),
            (None, None),
            (None, ""),
            ("receipt", "{}"),
            ("typing", "1"),
            ("score", "7"),
            ("text-chat", "{}"),
        ],
        2,
    ):
        heard(capture, seq, "ana", type, data)
    kinds = [row.kind for row in capture][1:]
    assert kinds == [Kind.CHAT, Kind.PING, Kind.SIGNAL, Kind.RECEIPT, Kind.TYPING, Kind.SIGNAL, Kind.CHAT]


def test_directions_names_and_server_signals() -> None:
    capture = capture_with(ANA)
    heard(capture, 2, "me")
    heard(capture, 3, "ana")
    heard(capture, 4, None)
    assert [row.direction for row in capture] == ["local", "out", "in", "in"]
    assert [capture.name(row.sender) for row in capture] == ["Me", "Me", "Ana", "server"]
    assert [row.is_server for row in capture] == [False, False, False, True]


def test_comings_and_goings_are_rows_and_names_outlive_them() -> None:
    capture = capture_with()
    capture.created(CreatedEntry(seq=2, at=2, connection=BEN))
    capture.away("ben", 3)
    capture.back("ben", 4)
    capture.destroyed(DestroyedEntry(seq=3, at=5, connection="ben", reason=Reason.FORCED))
    assert [row.kind for row in capture][1:] == [Kind.JOIN, Kind.AWAY, Kind.BACK, Kind.LEAVE]
    assert capture[-1].note == "Ben was disconnected by a moderator."
    assert capture.name("ben") == "Ben"


class TestFates:
    def test_receipts_count_once_and_read_means_delivered(self) -> None:
        capture = capture_with(ANA, BEN)
        heard(capture, 5, "me")
        row = capture[-1]
        capture.receipt("ana", "read", [5, 99], 2_000)
        capture.receipt("ana", "delivered", [5], 3_000)
        fate = capture.fate(row)
        assert fate is not None
        assert (fate.of, fate.delivered, fate.read) == (2, {"ana": 2_000}, {"ana": 2_000})

    def test_a_signal_to_one_gets_its_row_when_it_is_acknowledged(self) -> None:
        capture = capture_with(ANA)
        capture.sent("r1", "chat", "psst", "ana")
        assert len(capture) == 1
        row = capture.acknowledged("r1", n=1, seq=7, own_copy=False, me="me", wall=9)
        assert row is not None
        assert (row.direction, row.to, row.seq, row.data) == ("out", "ana", 7, "psst")
        capture.receipt("ana", "delivered", [7], 10)
        fate = capture.fate(row)
        assert fate is not None
        assert fate.of == 1
        assert fate.delivered == {"ana": 10}

    def test_no_row_twice(self) -> None:
        capture = capture_with(ANA)
        capture.sent("r1", "chat", "all", None)
        assert capture.acknowledged("r1", n=1, seq=5, own_copy=True, me="me", wall=9) is None
        capture.sent("r2", None, None, "me")
        heard(capture, 6, "me", None, None, to="me")
        assert capture.acknowledged("r2", n=2, seq=6, own_copy=False, me="me", wall=9) is None
        capture.sent("r3", None, None, "ana")
        heard(capture, 7, "me", None, None, to="ana")  # inspecting the whole session
        assert capture.acknowledged("r3", n=3, seq=7, own_copy=False, me="me", wall=9) is None

    def test_what_was_refused_says_why(self) -> None:
        capture = capture_with(ANA)
        capture.sent("r1", "chat", "hi", "ana")
        row = capture.refused("r1", "404 noSuchConnection: gone", "me", 5)
        assert (row.kind, row.data, row.to) == (Kind.REJECTED, "hi", "ana")

    def test_a_new_log_does_not_touch_old_rows(self) -> None:
        capture = capture_with(ANA)
        heard(capture, 5, "me")
        old = capture[-1]
        capture.joined(ME, (ME, ANA), recovered=False, wall=50)
        heard(capture, 5, "me", data="new")
        capture.receipt("ana", "read", [5], 60)
        before, after = capture.fate(old), capture.fate(capture[-1])
        assert before is not None
        assert after is not None
        assert not before.read
        assert after.read == {"ana": 60}
        assert capture.index_of(5) == len(capture) - 1


class TestBounds:
    def test_the_oldest_give_way_and_are_counted(self) -> None:
        capture = capture_with(ANA, max_rows=100)
        for seq in range(2, 500):
            heard(capture, seq, "ana")
        assert len(capture) <= 100
        assert capture.dropped + len(capture) == 499
        assert capture[0].number == capture.dropped + 1
        assert capture.index_of(499) == len(capture) - 1
        assert capture.index_of(2) is None

    def test_bytes_are_bounded_too(self) -> None:
        capture = capture_with(ANA, max_bytes=100_000)
        for seq in range(2, 300):
            heard(capture, seq, "ana", data="x" * 5_000)
        assert capture.size <= 100_000
        assert len(capture) < 60

    def test_clear_and_undo(self) -> None:
        capture = capture_with(ANA)
        heard(capture, 2, "ana")
        before = capture.clear()
        assert len(capture) == 0
        heard(capture, 3, "ana")
        assert capture[0].number == 3
        assert capture.index_of(3) == 0
        capture.restore(before)
        assert [row.number for row in capture] == [1, 2, 3]
        assert capture.index_of(3) == 2
