"""Everything that happened in a session, as rows for the inspector. Pure.

A row is frozen: what becomes of a signal of mine later (who got it, who read it) is its `Fate`, by `seq`.
Rows are kept up to a number and a size; the oldest give way, and how many did is said.
"""

from collections.abc import Callable, Iterable
from copy import copy
from typing import Self

from msgspec import Struct

from heliograph.model.capture_people import KnownPeople
from heliograph.model.capture_rows import MAX_BYTES, MAX_ROWS, CaptureRows
from heliograph.model.frames import members_of
from heliograph.model.relay_clock import RelayClock
from heliograph.model.rows import Fate, FrameRow, Kind, Row, kind_of
from heliograph.model.whereabouts import Whereabouts
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    SignalEntry,
)  # fmt: skip
from heliograph_relay.protocol.tapped import TappedFrame

__all__ = ["MAX_BYTES", "MAX_ROWS", "Capture", "Fate", "FrameRow", "Kind", "Row", "kind_of"]

#: Within so much the clocks of two machines are guessed to differ by another amount from one moment to the next.
_SAME_MOMENT_MS = 1_000
_LEFT = {Reason.CLIENT: "left", Reason.NETWORK: "was lost", Reason.FORCED: "was disconnected by a moderator"}


class _Pending(Struct):
    type: str | None
    data: str | None
    to: str | None


class Capture(CaptureRows, KnownPeople):
    """The rows, oldest first; index 0 is row number `dropped + 1`."""

    def __init__(self, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        CaptureRows.__init__(self, max_rows=max_rows, max_bytes=max_bytes)
        KnownPeople.__init__(self)
        self.clock = RelayClock()
        self.whereabouts = Whereabouts()
        #: Whether a frame of OpenTok's wire ever was among the rows.
        self.has_frames = False
        self._readers: set[str] = set()
        #: Numbers of the rows that the person marked.
        self.marks: set[int] = set()
        #: The time of now, in milliseconds since the epoch by our own clock; None for a capture that has ended.
        self.wall: Callable[[], int] | None = None
        self._here: set[str] = set()
        self._others: tuple[str, ...] | None = None
        self._pending: dict[str, _Pending] = {}

    def snapshot(self) -> Self:
        """The same rows as they are now, for whoever looks at them when the session is over. What was cleared, and what is
        on disk, is not among them.
        """
        same = copy(self)
        same.rows, same.marks = self.rows.copy(), self.marks.copy()
        same.wall, same.spool = None, None
        same.forget_cleared()
        same.say_what_is_lost()
        return same

    def now(self) -> int:
        """The relay's time now; that of the newest row where the capture has ended."""
        if self.wall is not None:
            return self.clock.relay_time(self.wall())
        return self.rows[-1].at if self.rows else 0

    def relay_time(self, wall: int) -> int:
        """What the relay's clock showed at `wall` of ours, as far as that is known."""
        return self.clock.relay_time(wall)

    def tells_what_is_read(self, id: str) -> bool:
        """Whether somebody ever told that they read something."""
        if id not in self._readers and any(id in fate.read for fate in self._fates.values()):
            self._readers.add(id)
        return id in self._readers

    # ---- writing

    def sent(self, ref: str, type: str | None, data: str | None, to: str | None) -> None:
        """A signal of mine is about to be sent; its row comes when its fate is known."""
        self._pending[ref] = _Pending(type, data, to)

    def receipt(self, sender: str, state: str, seqs: list[int], at: int) -> None:
        """`sender` told that signals of mine were "delivered" or "read"."""
        if state == "read":
            self._readers.add(sender)
        for seq in seqs:
            fate = self.fate_of(seq)
            if fate is not None:
                fate.tell(sender, state, at)
            elif self.spool is not None:
                self.spool.tell(seq, sender, state, at)

    # ---- rows

    def signal(self, entry: SignalEntry, me: str | None) -> Row:
        """A signal of the session's log."""
        mine = entry.sender is not None and entry.sender == me
        row = self._add(
            at=entry.at, kind=kind_of(entry.type, entry.data), direction="out" if mine else "in",
            sender=entry.sender, to=entry.to, type=entry.type, data=entry.data, seq=entry.seq, json=entry.json,
        )  # fmt: skip
        if mine:
            to = self._others_than(me) if entry.to is None else () if entry.to == me else (entry.to,)
            self._fates[row.number] = Fate(at=entry.at, of=self._who_tell(to), n=entry.n, to=to)
        return row

    def _others_than(self, me: str | None) -> tuple[str, ...]:
        """Everybody else who is here; one object for as long as they stay the same."""
        if self._others is None:
            self._others = tuple(sorted(self._here - {me}))
        return self._others

    def _who_tell(self, to: tuple[str, ...]) -> int:
        """How many of these can say what they got: applications of OpenTok send no receipts."""
        return len(to) - sum(id in self.silent for id in to) if self.silent else len(to)

    def acknowledged(
        self, ref: str, *, n: int, seq: int | None, own_copy: bool, me: str | None, wall: int
    ) -> Row | None:
        """A signal of mine was taken. One to somebody else has no entry of its own here: this is its row."""
        pending = self._pending.pop(ref, None)
        if pending is None or pending.to is None or pending.to == me or seq is None or own_copy:
            return None
        if self.number_of(seq) is not None:  # seen already, as an inspector of the session
            return None
        at = self.clock.relay_time(wall)
        row = self._add(
            at=at, kind=kind_of(pending.type, pending.data), direction="out", sender=me, to=pending.to,
            type=pending.type, data=pending.data, seq=seq,
        )  # fmt: skip
        self._fates[row.number] = Fate(
            at=at, of=self._who_tell((pending.to,)), n=n, to=(pending.to,), guessed=True
        )  # fmt: skip
        return row

    def refused(self, ref: str, note: str, me: str | None, wall: int) -> Row:
        """A signal of mine was not relayed, or nobody knows."""
        pending = self._pending.pop(ref, _Pending(None, None, None))
        return self._add(
            at=self._local(wall), kind=Kind.REJECTED, direction="out", sender=me, to=pending.to, type=pending.type,
            data=pending.data, note=note,
        )  # fmt: skip

    def joined(
        self, me: Connection, connections: Iterable[Connection], *, recovered: bool | None, wall: int
    ) -> Row:
        """I am in the session, for the first time (None), again (True), or anew (False)."""
        self.enter(me, connections, recovered=recovered)
        if not recovered and me.created:
            self.clock.sample(me.created, wall)
        if recovered:
            words = "The connection was resumed; nothing was missed."
            return self._add(at=self._local(wall), kind=Kind.RECOVERY, sender=me.id, note=words)
        again = " anew, as another connection" if recovered is False else ""
        return self._add(at=self._local(wall), kind=Kind.JOIN, sender=me.id, note=f"You joined{again}.")

    def created(self, entry: CreatedEntry) -> Row:
        """Somebody joined."""
        id = entry.connection.id
        self.arrive(entry.connection)
        return self._add(
            at=entry.at,
            kind=Kind.JOIN,
            direction="in",
            sender=id,
            seq=entry.seq,
            note=f"{self.name(id)} joined.",
        )

    def destroyed(self, entry: DestroyedEntry) -> Row:
        """Somebody left."""
        self.leave(entry.connection)
        note = f"{self.name(entry.connection)} {_LEFT[entry.reason]}."
        return self._add(
            at=entry.at, kind=Kind.LEAVE, direction="in", sender=entry.connection, seq=entry.seq, note=note
        )

    def away(self, id: str, wall: int) -> Row:
        """Somebody's transport was lost."""
        note = f"{self.name(id)} lost the connection."
        return self._add(at=self._local(wall), kind=Kind.AWAY, direction="in", sender=id, note=note)

    def back(self, id: str, wall: int) -> Row:
        """Somebody has resumed."""
        return self._add(
            at=self._local(wall),
            kind=Kind.BACK,
            direction="in",
            sender=id,
            note=f"{self.name(id)} is back.",
        )

    def inspected(self, by: str, *, on: bool, wall: int) -> Row:
        """Whole-session inspection was switched."""
        note = f"{self.name(by)} {'sees' if on else 'no longer sees'} every signal of the session."
        return self._add(at=self._local(wall), kind=Kind.INSPECT, direction="in", sender=by, note=note)

    def framed(self, told: TappedFrame) -> Row:
        """A frame of OpenTok's wire."""
        self.has_frames = True
        return self._add(of=FrameRow, **members_of(told))

    def note(self, kind: Kind, words: str, wall: int) -> Row:
        """Something that only this app knows: a gap, an error, a change of its own state."""
        return self._add(at=self._local(wall), kind=kind, note=words)

    def _local(self, wall: int) -> int:
        """When something happened here, by the relay's clock. What is known of that changes by a little, rows do not go back."""
        at = self.clock.relay_time(wall)
        last = self.rows[-1].at if self.rows else at
        return last if 0 < last - at < _SAME_MOMENT_MS else at

    # ---- who is here, whether or not it makes a row

    def enter(
        self, me: Connection, connections: Iterable[Connection], *, recovered: bool | None
    ) -> None:  # fmt: skip
        """I am in the session, with these."""
        for connection in connections:
            self._learn(connection)
        self._here, self._others = {c.id for c in connections}, None
        if not recovered:
            # A new connection, perhaps in a new log: `seq` may begin again, and nothing old can be told of.
            self.begin_log()
            self.clock = RelayClock()

    def arrive(self, connection: Connection) -> None:
        """Somebody joined."""
        self._learn(connection)
        self._here.add(connection.id)
        self._others = None

    def leave(self, id: str) -> None:
        """Somebody left."""
        self._here.discard(id)
        self._others = None

    def forget_sent(self, ref: str) -> bool:
        """A signal of mine that makes no row; whether it was known."""
        return self._pending.pop(ref, None) is not None
