"""Which receipts in a capture tell of somebody's signal."""

import json

from heliograph.model.answers import answers_to
from heliograph.model.capture import Capture, Row
from heliograph_relay.protocol.model import Connection, Role, SignalEntry

ME, ANA, BEN = (
    Connection(id=id, name=id.title(), data="", role=Role.PUBLISHER, created=0, client="heliograph")
    for id in ("me", "ana", "ben")
)


class Told:
    """A capture in which signals and receipts come."""

    def __init__(self) -> None:
        self.capture = Capture()
        self.capture.joined(ME, (ME, ANA, BEN), recovered=None, wall=1)
        self.seq = 10

    def signal(self, sender: str, **members: str) -> Row:
        self.seq += 1
        entry = SignalEntry(seq=self.seq, at=1_000 + self.seq, sender=sender, **members)  # type: ignore[arg-type]
        return self.capture.signal(entry, "me")

    def receipt(self, sender: str, to: str, state: str, *ranges: tuple[int, int]) -> Row:
        data = json.dumps({"state": state, "epoch": "e", "ranges": ranges})
        return self.signal(sender, type="receipt", data=data, to=to)

    def answers(self, row: Row) -> list[tuple[str, str]]:
        return [(answer.sender, answer.state) for answer in answers_to(self.capture, row)]


def test_mine_and_those_of_others_that_are_seen() -> None:
    told = Told()
    row = told.signal("ana", type="chat", data="x")
    assert row.seq == 11
    told.receipt("me", "ana", "delivered", (1, 11))
    told.receipt("ben", "ana", "read", (5, 6), (11, 30))
    assert told.answers(row) == [("me", "delivered"), ("ben", "read")]


def test_receipts_of_other_signals_and_to_other_people_do_not_count() -> None:
    told = Told()
    row = told.signal("ana", type="chat", data="x")
    told.receipt("me", "ana", "delivered", (12, 30))
    told.receipt("ben", "me", "delivered", (11, 11))
    told.signal("me", type="receipt", data="no receipt", to="ana")
    assert told.answers(row) == []


def test_numbers_of_another_connection_do_not_count() -> None:
    told = Told()
    row = told.signal("ana", type="chat", data="x")
    told.capture.joined(ME, (ME, ANA), recovered=False, wall=2)
    told.receipt("me", "ana", "delivered", (11, 11))
    assert told.answers(row) == []


def test_a_server_is_told_nothing() -> None:
    told = Told()
    entry = SignalEntry(seq=50, at=1, sender=None, type="x")
    assert told.answers(told.capture.signal(entry, "me")) == []
