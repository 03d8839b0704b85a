"""Why somebody has not read a signal: what is said is what the capture shows."""

import pytest

from heliograph.model.capture import Capture
from heliograph.model.people import OPENTOK
from heliograph.model.rows import Row
from heliograph.model.unread import why_not_read
from heliograph_relay.protocol.model import Connection, DestroyedEntry, Reason, Role, SignalEntry


def connection(id: str, client: str = "heliograph") -> Connection:
    return Connection(id=id, name=id.title(), data="", role=Role.PUBLISHER, created=0, client=client)


@pytest.fixture
def capture() -> Capture:
    found = Capture()
    people = [connection("me"), connection("ana"), connection("page", OPENTOK)]
    found.joined(people[0], people, recovered=None, wall=0)
    return found


def said(capture: Capture) -> Row:
    return capture.signal(SignalEntry(seq=10, at=1_000, sender="me", type="chat", data="hi"), "me")


def left(at: int) -> DestroyedEntry:
    return DestroyedEntry(seq=11, at=at, connection="ana", reason=Reason.CLIENT)


def test_who_has_read_it_needs_no_reason(capture: Capture) -> None:
    row = said(capture)
    capture.receipt("ana", "read", [10], 2_000)
    assert why_not_read(capture, row, "ana") == ""


def test_who_left(capture: Capture) -> None:
    row = said(capture)
    capture.destroyed(left(3_500))
    assert why_not_read(capture, row, "ana") == "left 2.5 s later"
    capture.receipt("ana", "delivered", [10], 3_000)
    assert why_not_read(capture, row, "ana") == "left 2.5 s later, unread"


def test_who_is_away_and_comes_back(capture: Capture) -> None:
    capture.away("ana", 400)
    row = said(capture)
    assert why_not_read(capture, row, "ana") == "lost the connection 600 ms before, and is not back"
    capture.back("ana", 5_000)
    assert why_not_read(capture, row, "ana") == "was away, is back, and has not told"


def test_who_tells_nothing(capture: Capture) -> None:
    row = said(capture)
    assert "OpenTok" in why_not_read(capture, row, "page")
    assert why_not_read(capture, row, "ana") == "has not told that it arrived"
    capture.receipt("ana", "delivered", [10], 1_020)
    assert "never told of anything read" in why_not_read(capture, row, "ana")


def test_who_reads_otherwise(capture: Capture) -> None:
    capture.signal(SignalEntry(seq=9, at=900, sender="me", type="chat", data="before"), "me")
    row = said(capture)
    capture.receipt("ana", "read", [9], 950)
    capture.receipt("ana", "delivered", [10], 1_020)
    assert why_not_read(capture, row, "ana") == "got it, and has not looked since"


def test_comings_are_read_on_from_where_one_stopped(capture: Capture) -> None:
    row = said(capture)
    assert why_not_read(capture, row, "ana") == "has not told that it arrived"
    for seq in range(20, 40):
        capture.signal(SignalEntry(seq=seq, at=seq, sender="ana", type="x", data="y"), "me")
    capture.destroyed(left(9_000))
    assert why_not_read(capture, row, "ana").startswith("left 8.0 s later")
