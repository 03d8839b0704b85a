"""The inspector's model, fed by what a client session tells. No Qt."""

from collections.abc import Callable
from typing import Any

from heliograph.client.events import (
    Acknowledged,
    Event,
    Failed,
    Joined,
    Missed,
    NotConfirmed,
    Rejected,
    State,
    Status,
    Trouble,
)
from heliograph.model.capture import Capture, Kind, Row
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, SignalEntry
from heliograph_relay.protocol.native import Away, Back, Inspected

UNKNOWN = "It was on its way when the connection ended; nobody knows whether it arrived."
_STATES = {
    State.CONNECTING: "Connecting.",
    State.RECONNECTING: "Reconnecting.",
    State.LEFT: "You left.",
    State.ENDED: "The session has ended here.",
}


class LiveCapture(Capture):
    """A capture that grows with a session."""

    def append_event(self, event: Event, *, me: str | None, wall: int) -> Row | None:
        """Take an event; the row that it made, if it made one."""
        take = _TAKERS.get(type(event))
        return take(self, event, me, wall) if take is not None else None


def _acknowledged(capture: Capture, event: Acknowledged, me: str | None, wall: int) -> Row | None:
    own_copy = event.at is not None
    return capture.acknowledged(event.ref, n=event.n, seq=event.seq, own_copy=own_copy, me=me, wall=wall)


def _rejected(capture: Capture, event: Rejected, me: str | None, wall: int) -> Row:
    return capture.refused(event.ref, f"{event.code} {event.error}: {event.message}", me, wall)


def _joined(capture: Capture, event: Joined, _me: str | None, wall: int) -> Row:
    return capture.joined(event.me, event.connections, recovered=event.recovered, wall=wall)


def _missed(capture: Capture, event: Missed, _me: str | None, wall: int) -> Row:
    words = f"What came after entry {event.last_seq} was missed and cannot be had any more."
    return capture.note(Kind.GAP, words, wall)


def _status(capture: Capture, event: Status, _me: str | None, wall: int) -> Row | None:
    """Only changes: an attempt that is merely announced is none."""
    if event.state is State.JOINED or event.retry_at is not None:
        return None
    return capture.note(
        Kind.STATUS, " ".join(part for part in (_STATES[event.state], event.message) if part), wall
    )


_TAKERS: dict[type, Callable[[Capture, Any, str | None, int], Row | None]] = {
    SignalEntry: lambda capture, entry, me, _wall: capture.signal(entry, me),
    CreatedEntry: lambda capture, entry, _me, _wall: capture.created(entry),
    DestroyedEntry: lambda capture, entry, _me, _wall: capture.destroyed(entry),
    Away: lambda capture, event, _me, wall: capture.away(event.connection, wall),
    Back: lambda capture, event, _me, wall: capture.back(event.connection, wall),
    Inspected: lambda capture, event, _me, wall: capture.inspected(event.by, on=event.on, wall=wall),
    Acknowledged: _acknowledged,
    Rejected: _rejected,
    Failed: lambda capture, event, me, wall: capture.refused(event.ref, event.message, me, wall),
    NotConfirmed: lambda capture, event, me, wall: capture.refused(event.ref, UNKNOWN, me, wall),
    Joined: _joined,
    Missed: _missed,
    Trouble: lambda capture, event, _me, wall: capture.note(
        Kind.ERROR, f"{event.code} {event.error}: {event.message}", wall
    ),
    Status: _status,
}
