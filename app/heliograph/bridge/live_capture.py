"""The inspector's model, fed by what a client session tells. No Qt."""

from collections.abc import Callable
from functools import partial
from typing import Any, Self

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
from heliograph.model.capture import MAX_BYTES, MAX_ROWS, Capture, Kind, Row
from heliograph.model.confluence import Confluence
from heliograph.model.frames import lost_words
from heliograph.model.text import plural
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, SignalEntry
from heliograph_relay.protocol.native import Away, Back, Inspected
from heliograph_relay.protocol.tapped import Tapped, TappedFrame

UNKNOWN = "It was on its way when the connection ended; nobody knows whether it arrived."
_STATES = {
    State.CONNECTING: "Connecting.",
    State.RECONNECTING: "Reconnecting.",
    State.LEFT: "You left.",
    State.ENDED: "The session has ended here.",
}


class LiveCapture(Capture):
    """A capture that grows with a session."""

    def __init__(self, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(max_rows=max_rows, max_bytes=max_bytes)
        self.capturing = True
        #: Where events meet the frames of the session's wire; None while nobody tells of those.
        self.confluence: Confluence | None = None
        #: Signals of mine of which was told since somebody asked, while events wait for frames.
        self.told_of: set[int] = set()
        #: What was said of the state since the last join: each attempt to connect says the same again.
        self.said_of_state = ""
        self._unkept = self._missed = 0

    def snapshot(self) -> Self:
        """As told; nothing comes in it any more."""
        same = super().snapshot()
        same.capturing, same.confluence = False, None
        return same

    def append_event(self, event: Event, *, me: str | None, wall: int) -> Row | None:
        """Take an event; the last row that it made, if it made one.

        While `capturing` is off none is made, but who is here and what they are called is known afterwards.
        The first row after that says how much was not kept.
        """
        if isinstance(event, _STAMPED):
            self.clock.sample(event.at, wall)
        if self.confluence is not None:
            seq = event.seq if isinstance(event, _STAMPED) else None
            self.confluence.event(seq, lambda: self._take(event, me, wall))
            return None
        return self._take(event, me, wall)

    def _take(self, event: Event, me: str | None, wall: int) -> Row | None:
        take = _TAKERS.get(type(event))
        if take is None:
            return None
        if isinstance(event, Joined):
            self.said_of_state = ""
        if not self.capturing:
            self._unkept += self.pass_by(event)
            return None
        self._say_what_was_not_kept(wall)
        return take(self, event, me, wall)

    def _say_what_was_not_kept(self, wall: int) -> None:
        if self._unkept:
            words = f"The capture was stopped: {plural(self._unkept, 'row')} not kept."
            self._unkept = 0
            self.note(Kind.GAP, words, wall)

    def receipt(self, sender: str, state: str, seqs: list[int], at: int) -> None:
        """As told; the signals that it tells of may wait still, and so does it then."""
        if self.confluence is None:
            super().receipt(sender, state, seqs, at)
            return
        told = super().receipt

        def act() -> None:
            told(sender, state, seqs, at)
            self.told_of.update(seqs)

        self.confluence.event(None, act)

    def hear(self, tapped: Tapped, wall: int) -> None:
        """Frames of the session's wire; they wait for what happened before them, where there is room."""
        assert self.confluence is not None
        kept = tapped.frames if self.confluence.room >= len(tapped.frames) else []
        self._missed += tapped.lost + len(tapped.frames) - len(kept)
        if self._missed and (kept or self.confluence.room > 0):
            count, self._missed = self._missed, 0
            self.confluence.frame(kept[0].seq if kept else 0, lambda: self._miss(count, wall))
        for told in kept:
            self.confluence.frame(told.seq, partial(self._frame, told, wall))

    def _frame(self, told: TappedFrame, wall: int) -> None:
        if not self.capturing:
            self._unkept += 1
            return
        self._say_what_was_not_kept(wall)
        self.framed(told)

    def _miss(self, count: int, wall: int) -> None:
        if self.capturing:
            self.note(Kind.FRAME, lost_words(count), wall)
        else:
            self._unkept += count

    def pass_by(self, event: Event) -> bool:
        """Learn from an event that makes no row; whether it would have made one."""
        if isinstance(event, Joined):
            self.enter(event.me, event.connections, recovered=event.recovered)
        elif isinstance(event, CreatedEntry):
            self.arrive(event.connection)
        elif isinstance(event, DestroyedEntry):
            self.leave(event.connection)
        elif isinstance(event, Acknowledged | Rejected | Failed | NotConfirmed):
            return self.forget_sent(event.ref) and (not isinstance(event, Acknowledged) or event.at is None)
        return not isinstance(event, Status) or _is_change(event)


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


def _status(capture: LiveCapture, event: Status, _me: str | None, wall: int) -> Row | None:
    """Only changes: an attempt that is merely announced, or is the next of many, is none."""
    if not _is_change(event):
        return None
    words = " ".join(part for part in (_STATES[event.state], event.message) if part)
    if words == capture.said_of_state:
        return None
    capture.said_of_state = words
    return capture.note(Kind.STATUS, words, wall)


def _is_change(event: Status) -> bool:
    return event.state is not State.JOINED and event.retry_at is None


#: What the relay stamps with its own time.
_STAMPED = (SignalEntry, CreatedEntry, DestroyedEntry)

_TAKERS: dict[type, Callable[[LiveCapture, Any, str | None, int], Row | None]] = {
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
