"""A capture that tests fill by what happens."""

import json

from heliograph.model.capture import Capture, Row
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)

BEGIN = 1_700_000_000_000


def person(id: str, name: str = "") -> Connection:
    return Connection(
        id=id, name=name or id.title(), data="", role=Role.PUBLISHER, created=0, client="heliograph"
    )


class Recorded:
    """What "me" sees of a session; every step is a second later."""

    def __init__(self, *others: str, **limits: int) -> None:
        self.capture = Capture(**limits)
        self.seq, self.at = 0, BEGIN
        self.n = 0
        people = [person(id) for id in ("me", *others)]
        self.capture.joined(people[0], people, recovered=None, wall=self.at)

    def signal(
        self, sender: str | None, type: str | None = "chat", data: str | None = "x", to: str | None = None,
        *, seq: int | None = None, after: int = 1_000,
    ) -> Row:  # fmt: skip
        """A signal; returns its row."""
        self.seq, self.at = (self.seq + 1 if seq is None else seq), self.at + after
        self.n += sender == "me"
        entry = SignalEntry(
            seq=self.seq, at=self.at, sender=sender, type=type, data=data, to=to,
            n=self.n if sender == "me" else None,
        )  # fmt: skip
        return self.capture.signal(entry, "me")

    def receipt(self, sender: str, row: Row, state: str = "delivered", after: int = 100) -> Row:
        """`sender` tells of a signal of mine; returns the receipt's row."""
        assert row.seq is not None
        data = json.dumps({"state": state, "epoch": "e", "ranges": [[row.seq, row.seq]]})
        told = self.signal(sender, "receipt", data, "me", after=after)
        self.capture.receipt(sender, state, [row.seq], told.at)
        return told

    def joins(self, id: str, name: str = "") -> Row:
        self.seq, self.at = self.seq + 1, self.at + 1_000
        return self.capture.created(CreatedEntry(seq=self.seq, at=self.at, connection=person(id, name)))

    def leaves(self, id: str) -> Row:
        self.seq, self.at = self.seq + 1, self.at + 1_000
        return self.capture.destroyed(
            DestroyedEntry(seq=self.seq, at=self.at, connection=id, reason=Reason.CLIENT)
        )
