"""The inspector's store: what makes a row, what becomes of signals, and what gives way."""

import msgspec
import pytest

from heliograph.bridge.live_capture import LiveCapture
from heliograph.client.events import Acknowledged, Joined, State, Status
from heliograph.model.capture import Capture, Kind
from heliograph.model.relay_clock import RelayClock
from heliograph.model.spooling import ROW_BYTES
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)
from heliograph_relay.protocol.native import Away, Limits, Server, SessionInfo

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
    def test_the_oldest_give_way_and_the_first_row_says_so(self) -> None:
        capture = capture_with(ANA, max_rows=100)
        for seq in range(2, 500):
            heard(capture, seq, "ana")
        assert len(capture) <= 100
        assert capture.dropped + len(capture) == 499
        assert capture[0].number == capture.dropped + 1
        assert capture[0].kind is Kind.GAP
        assert capture.lost == capture.dropped + 1
        assert f"{capture.lost}" in capture[0].note
        assert [row.number for row in capture] == list(range(capture.dropped + 1, 500))
        assert capture.index_of(499) == len(capture) - 1
        assert capture.index_of(2) is None

    def test_bytes_are_bounded_too(self) -> None:
        capture = capture_with(ANA, max_bytes=100_000)
        for seq in range(2, 300):
            heard(capture, seq, "ana", data="x" * 5_000)
        assert capture.size <= 100_000
        assert len(capture) < 60

    @pytest.mark.parametrize("limits", [{"max_rows": 40}, {"max_bytes": 15_000}, {"max_bytes": 1}])
    def test_what_is_counted_is_what_is_there(self, limits: dict[str, int]) -> None:
        capture = capture_with(ANA, **limits)
        for seq in range(2, 200):
            heard(capture, seq, "me" if seq % 3 else "ana", data="x" * seq)
            if seq % 70 == 0:
                capture.clear()
            if seq % 85 == 0:
                capture.undo_clear()
            assert capture.size == sum(row.size + ROW_BYTES for row in capture)
            assert [row.number for row in capture] == list(range(capture.dropped + 1, seq + 1))


class TestClear:
    def test_and_undo(self) -> None:
        capture = capture_with(ANA)
        heard(capture, 2, "ana")
        capture.clear()
        assert (len(capture), capture.clearable) == (0, 2)
        heard(capture, 3, "ana")
        assert capture[0].number == 3
        assert capture.index_of(3) == 0
        capture.undo_clear()
        assert [row.number for row in capture] == [1, 2, 3]
        assert capture.index_of(3) == 2
        assert capture.clearable == 0

    def test_receipts_for_what_was_cleared_are_kept_for_undo_and_no_longer(self) -> None:
        capture = capture_with(ANA)
        heard(capture, 5, "me")
        row = capture[-1]
        capture.clear()
        assert capture.fate(row) is None
        capture.receipt("ana", "read", [5], 2_000)
        capture.undo_clear()
        fate = capture.fate(row)
        assert fate is not None
        assert fate.read == {"ana": 2_000}
        capture.clear()
        heard(capture, 6, "ana")
        capture.clear()
        capture.undo_clear()
        assert capture.fate(row) is None

    def test_of_an_empty_list_keeps_what_can_come_back(self) -> None:
        capture = capture_with(ANA, max_rows=100)
        capture.clear()
        capture.clear()
        capture.undo_clear()
        assert len(capture) == 1
        capture.clear()
        capture.undo_clear()
        capture.clear()
        capture.clear()
        for seq in range(2, 301):
            heard(capture, seq, "ana")
        assert (len(capture), capture.clearable) == (100, 0)

    def test_what_comes_takes_the_room_of_what_was_cleared(self) -> None:
        capture = capture_with(ANA, max_rows=100)
        for seq in range(2, 81):
            heard(capture, seq, "ana")
        capture.clear()
        for seq in range(81, 131):
            heard(capture, seq, "ana")
        assert (len(capture), capture.clearable) == (50, 50)
        capture.undo_clear()
        assert [row.number for row in capture] == list(range(31, 131))
        assert capture[0].kind is Kind.GAP
        assert capture.lost == 31
        capture.clear()
        for seq in range(131, 260):
            heard(capture, seq, "ana")
        assert capture.clearable == 0
        capture.undo_clear()
        assert len(capture) == 100


class TestClocks:
    """The relay's clock is an hour behind that of this app."""

    HOUR = 3_600_000

    def test_latencies_are_right_where_clocks_differ(self) -> None:
        live = LiveCapture()
        live.append_event(_joined(created=1_000_000), me="me", wall=self.HOUR + 1_000_004)
        live.sent("r1", "chat", "psst", "ana")
        row = live.append_event(
            Acknowledged("r1", 1, 7, None), me="me", wall=self.HOUR + 1_500_006
        )  # fmt: skip
        assert row is not None
        live.receipt("ana", "delivered", [7], 1_500_040)
        fate = live.fate(row)
        assert fate is not None
        assert fate.delivered["ana"] - fate.at == pytest.approx(40, abs=5)

    def test_what_only_this_app_knows_stands_between_what_the_relay_stamped(self) -> None:
        live = LiveCapture()
        live.append_event(_joined(created=1_000_000), me="me", wall=self.HOUR + 1_000_000)
        live.append_event(entry(2, at=1_000_100), me="me", wall=self.HOUR + 1_000_101)
        live.append_event(Away(connection="ana"), me="me", wall=self.HOUR + 1_000_200)
        live.append_event(entry(3, at=1_000_300), me="me", wall=self.HOUR + 1_000_301)
        assert [row.at for row in live] == sorted(row.at for row in live)

    def test_the_first_rows_do_not_go_back_when_the_clocks_are_compared(self) -> None:
        capture = LiveCapture()
        capture.append_event(Status(State.CONNECTING), me=None, wall=10_020)
        capture.append_event(_joined(10_000), me=None, wall=10_033)
        assert [row.at for row in capture] == [10_020, 10_020]

    def test_attempts_to_connect_are_one_row(self) -> None:
        capture = LiveCapture()
        lost = (Status(State.RECONNECTING, "Lost."), Status(State.RECONNECTING, "Lost.", retry_at=5.0))
        for event in (*lost, *lost, Status(State.RECONNECTING, "Refused."), *lost[:1], _joined(1), *lost):
            capture.append_event(event, me=None, wall=1)
        words = [row.note for row in capture]
        assert words == [
            "Reconnecting. Lost.", "Reconnecting. Refused.", "Reconnecting. Lost.", "You joined.", "Reconnecting. Lost.",
        ]  # fmt: skip

    def test_what_a_resume_brings_late_does_not_mislead(self) -> None:
        clock = RelayClock()
        clock.sample(0, 5)
        for at in range(10, 600):
            clock.sample(at, 300_000 + at // 100)
        assert clock.relay_time(400_000) == 399_995

    def test_a_clock_that_is_set_is_believed_in_the_end(self) -> None:
        clock = RelayClock()
        clock.sample(0, 5)
        for at in range(1_000, 100_000, 1_000):
            clock.sample(at, at + self.HOUR)
        assert clock.relay_time(self.HOUR + 200_000) == 200_000


class TestStopped:
    def test_nothing_is_kept_and_it_is_said_how_much(self) -> None:
        live = LiveCapture()
        live.append_event(_joined(), me="me", wall=1)
        live.capturing = False
        for event in (
            entry(2), entry(3), CreatedEntry(seq=4, at=4, connection=BEN), Away(connection="ana"),
        ):  # fmt: skip
            assert live.append_event(event, me="me", wall=9) is None
        assert len(live) == 1
        assert live.name("ben") == "Ben"
        live.capturing = True
        live.append_event(entry(5), me="me", wall=10)
        assert [row.note for row in live][1:] == ["The capture was stopped: 4 rows not kept.", ""]

    def test_what_was_sent_meanwhile_is_forgotten(self) -> None:
        live = LiveCapture()
        live.append_event(_joined(), me="me", wall=1)
        live.capturing = False
        live.sent("r1", "chat", "psst", "ana")
        live.append_event(Acknowledged("r1", 1, 7, None), me="me", wall=2)
        assert not live.forget_sent("r1")


def test_people_of_one_name_are_told_apart() -> None:
    capture = Capture()
    twins = [
        msgspec.structs.replace(ANA, id=f"{c}4a2-77", name=name) for c, name in (("9", "Ana"), ("b", "ana"))
    ]
    capture.joined(ME, (ME, *twins), recovered=None, wall=1)
    assert not capture.has_namesake("me")
    assert [capture.full_name(who.id) for who in (ME, *twins)] == ["Me", "Ana 94a2", "ana b4a2"]
    assert capture.full_name(None) == "server"


def entry(seq: int, at: int = 5) -> SignalEntry:
    return SignalEntry(seq=seq, at=at, sender="ana", type="chat", data="x")


def _joined(created: int = 0) -> Joined:
    return Joined(
        session=SessionInfo(id="s", name="", mode="routed", inspected=False), me=msgspec.structs.replace(ME, created=created),
        connections=(ME, ANA), epoch="e", seq=1, recovered=None,
        limits=Limits(type=128, data=8192, rate=50, burst=200), server=Server(name="x", version="0"),
    )  # fmt: skip


def test_applications_of_opentok_are_not_waited_for() -> None:
    """They send no receipts: 1 of 2 would say for ever that something is missing."""
    page = Connection(id="page", name="", data="", role=Role.PUBLISHER, created=0, client="opentok")
    capture = capture_with(ANA, page)
    heard(capture, 5, "me")
    heard(capture, 6, "me", to="page")
    fates = [capture.fate(capture[row]) for row in (1, 2)]
    assert [(fate.of, fate.to) for fate in fates if fate is not None] == [
        (1, ("ana", "page")),
        (0, ("page",)),
    ]
