"""Everything that happened in a session, as rows for the inspector. Pure.

A row is frozen: what becomes of a signal of mine later (who got it, who read it) is its `Fate`, by `seq`.
Rows are kept up to a number and a size; the oldest give way, and how many did is said.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Any, TypeVar

from msgspec import Struct

from heliograph.model.capture_index import SeqIndex
from heliograph.model.dialects import is_chat_type
from heliograph.model.people import hue
from heliograph.model.short_ids import ShortIds
from heliograph.model.text import display_name
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    SignalEntry,
    utf8_length,
)  # fmt: skip

MAX_ROWS = 1_000_000
MAX_BYTES = 512 << 20
#: What a row costs beside its texts, in bytes.
_ROW_BYTES = 280
#: Most numbers kept to be shared between rows.
_MOST_SHARED = 20_000


T = TypeVar("T")


class Kind(Enum):
    """What a row tells of; the value is the word that filters know it by."""

    CHAT = "chat"
    SIGNAL = "signal"
    PING = "ping"
    RECEIPT = "receipt"
    TYPING = "typing"
    JOIN = "join"
    LEAVE = "leave"
    AWAY = "away"
    BACK = "back"
    RECOVERY = "recovery"
    GAP = "gap"
    REJECTED = "rejected"
    ERROR = "error"
    INSPECT = "inspect"
    STATUS = "status"

    #: Whether such a row is a signal that was relayed.
    is_signal: bool

    def __init__(self, word: str) -> None:
        self.is_signal = word in ("chat", "signal", "ping", "receipt", "typing")


_LEFT = {Reason.CLIENT: "left", Reason.NETWORK: "was lost", Reason.FORCED: "was disconnected by a moderator"}


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """One row. `at` is in milliseconds since the epoch; `size` in bytes of type and data.

    `direction` is "out" for mine, "in" for others', "local" for what only this app knows. `sender` is a
    connection id, None for the server or where there is none. `note` says in words what no field does.
    `ahead` is by how much `seq` is ahead of `number`: the same for long runs of rows, where `seq` differs.
    """

    number: int
    at: int
    kind: Kind
    direction: str = "local"
    sender: str | None = None
    to: str | None = None
    type: str | None = None
    data: str | None = None
    ahead: int | None = None
    json: bool = False
    size: int = 0
    note: str = ""

    @property
    def seq(self) -> int | None:
        """Its entry's place in the session's log; None for what has none."""
        return None if self.ahead is None else self.number + self.ahead

    @property
    def is_server(self) -> bool:
        """A signal that a server sent over REST: it has no sender."""
        return self.kind.is_signal and self.sender is None


class Fate(Struct):
    """What became of a signal of mine, the `n`th: how many got it, and who told of it when (ms since the epoch)."""

    at: int
    of: int
    n: int | None = None
    delivered: dict[str, int] = {}
    read: dict[str, int] = {}


class _Pending(Struct):
    type: str | None
    data: str | None
    to: str | None


class Capture:
    """The rows, oldest first; index 0 is row number `dropped + 1`."""

    def __init__(self, *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        self.rows: list[Row] = []
        self.dropped = 0
        self.size = 0
        self._max_rows, self._max_bytes = max_rows, max_bytes
        self._numbers = 0
        self._names: dict[str, str] = {}
        #: Those of the session's people, where there is a session.
        self.short_ids = ShortIds()
        self._here: set[str] = set()
        self._fates: dict[int, Fate] = {}
        self._pending: dict[str, _Pending] = {}
        self._index = SeqIndex()
        self._shared: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    # ---- reading

    def name(self, id: str | None) -> str:
        """What somebody is or was called; "server" for None."""
        if id is None:
            return "server"
        return self._names.get(id, id[:8])

    def person_short_id(self, id: str) -> str:
        """A few letters that tell somebody from all others, of the same name too."""
        return self.short_ids[id]

    def hue(self, id: str) -> int:
        """The colour of somebody, 0 to 11 (`theme.person_color`)."""
        return hue(id)

    def fate(self, row: Row) -> Fate | None:
        """What became of a signal of mine."""
        return self._fates.get(row.number)

    def number_of(self, seq: int) -> int | None:
        """The number of the row of that seq, in the log that is written now."""
        number = self._index.get(seq)
        place = number - self.dropped - 1
        return number if 0 <= place < len(self.rows) and self.rows[place].seq == seq else None

    def index_of(self, seq: int) -> int | None:
        """Where the signal of that seq stands now."""
        number = self.number_of(seq)
        return number - self.dropped - 1 if number is not None else None

    # ---- writing

    def sent(self, ref: str, type: str | None, data: str | None, to: str | None) -> None:
        """A signal of mine is about to be sent; its row comes when its fate is known."""
        self._pending[ref] = _Pending(type, data, to)

    def receipt(self, sender: str, state: str, seqs: list[int], at: int) -> None:
        """`sender` told that signals of mine were "delivered" or "read"."""
        for seq in seqs:
            fate = self._fates.get(self.number_of(seq) or 0)
            if fate is None:
                continue
            fate.delivered.setdefault(sender, at)
            if state == "read":
                fate.read.setdefault(sender, at)

    def clear(self) -> "Capture":
        """Begin anew; returns what was there, for `restore`."""
        before = Capture(max_rows=self._max_rows, max_bytes=self._max_bytes)
        before.rows, before.size, before.dropped = self.rows, self.size, self.dropped
        self.dropped = self._numbers
        self.rows, self.size = [], 0
        return before

    def restore(self, before: "Capture") -> None:
        """Undo `clear`: what was there comes before what has come since, unless so much came that it had to go."""
        if before.dropped + len(before.rows) != self.dropped:
            return
        self.rows = before.rows + self.rows
        self.size += before.size
        self.dropped = before.dropped
        self._drop_what_is_too_much()

    # ---- rows

    def signal(self, entry: SignalEntry, me: str | None) -> Row:
        """A signal of the session's log."""
        mine = entry.sender is not None and entry.sender == me
        row = self._add(
            at=entry.at, kind=kind_of(entry.type, entry.data), direction="out" if mine else "in",
            sender=entry.sender, to=entry.to, type=entry.type, data=entry.data, seq=entry.seq, json=entry.json,
        )  # fmt: skip
        if mine:
            others = len(self._here - {me}) if entry.to is None else 1
            self._fates[row.number] = Fate(at=entry.at, of=others, n=entry.n)
        return row

    def acknowledged(
        self, ref: str, *, n: int, seq: int | None, own_copy: bool, me: str | None, wall: int
    ) -> Row | None:
        """A signal of mine was taken. One to somebody else has no entry of its own here: this is its row."""
        pending = self._pending.pop(ref, None)
        if pending is None or pending.to is None or pending.to == me or seq is None or own_copy:
            return None
        if self.number_of(seq) is not None:  # seen already, as an inspector of the session
            return None
        row = self._add(
            at=wall, kind=kind_of(pending.type, pending.data), direction="out", sender=me, to=pending.to,
            type=pending.type, data=pending.data, seq=seq,
        )  # fmt: skip
        self._fates[row.number] = Fate(at=wall, of=1, n=n)
        return row

    def refused(self, ref: str, note: str, me: str | None, wall: int) -> Row:
        """A signal of mine was not relayed, or nobody knows."""
        pending = self._pending.pop(ref, _Pending(None, None, None))
        return self._add(
            at=wall, kind=Kind.REJECTED, direction="out", sender=me, to=pending.to, type=pending.type,
            data=pending.data, note=note,
        )  # fmt: skip

    def joined(
        self, me: Connection, connections: Iterable[Connection], *, recovered: bool | None, wall: int
    ) -> Row:
        """I am in the session, for the first time (None), again (True), or anew (False)."""
        for connection in connections:
            self._learn(connection)
        self._here = {c.id for c in connections}
        if not recovered:
            # A new connection, perhaps in a new log: `seq` may begin again, and nothing old can be told of.
            self._index = SeqIndex()
        if recovered:
            words = "The connection was resumed; nothing was missed."
            return self._add(at=wall, kind=Kind.RECOVERY, sender=me.id, note=words)
        again = " anew, as another connection" if recovered is False else ""
        return self._add(at=wall, kind=Kind.JOIN, sender=me.id, note=f"You joined{again}.")

    def created(self, entry: CreatedEntry) -> Row:
        """Somebody joined."""
        id = entry.connection.id
        self._learn(entry.connection)
        self._here.add(id)
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
        self._here.discard(entry.connection)
        note = f"{self.name(entry.connection)} {_LEFT[entry.reason]}."
        return self._add(
            at=entry.at, kind=Kind.LEAVE, direction="in", sender=entry.connection, seq=entry.seq, note=note
        )

    def away(self, id: str, wall: int) -> Row:
        """Somebody's transport was lost."""
        note = f"{self.name(id)} lost the connection."
        return self._add(at=wall, kind=Kind.AWAY, direction="in", sender=id, note=note)

    def back(self, id: str, wall: int) -> Row:
        """Somebody has resumed."""
        return self._add(at=wall, kind=Kind.BACK, direction="in", sender=id, note=f"{self.name(id)} is back.")

    def inspected(self, by: str, *, on: bool, wall: int) -> Row:
        """Whole-session inspection was switched."""
        note = f"{self.name(by)} {'sees' if on else 'no longer sees'} every signal of the session."
        return self._add(at=wall, kind=Kind.INSPECT, direction="in", sender=by, note=note)

    def note(self, kind: Kind, words: str, wall: int) -> Row:
        """Something that only this app knows: a gap, an error, a change of its own state."""
        return self._add(at=wall, kind=kind, note=words)

    def _learn(self, connection: Connection) -> None:
        self._names[connection.id] = display_name(connection.name)

    def _add(self, **members: object) -> Row:
        self._numbers += 1
        for name in ("sender", "to", "type"):
            # Every frame brings its own copy of what is always the same few texts.
            if isinstance(text := members.get(name), str):
                members[name] = self._same(text)
        type, data = members.get("type"), members.get("data")
        size = (len(type) if isinstance(type, str) else 0) + (
            utf8_length(data) if isinstance(data, str) else 0
        )
        seq = members.pop("seq", None)
        ahead = seq - self._numbers if isinstance(seq, int) else None
        row = Row(number=self._numbers, size=self._same(size), ahead=self._same(ahead), **members)  # type: ignore[arg-type]
        self.rows.append(row)
        self.size += size + _ROW_BYTES
        if isinstance(seq, int):
            self._index.add(seq, row.number)
        self._drop_what_is_too_much()
        return row

    def _same(self, value: T) -> T:
        """One object for all rows that have this number or name: half of what a row costs would be those else."""
        if len(self._shared) > _MOST_SHARED:
            self._shared.clear()
        same: T = self._shared.setdefault(value, value)
        return same

    def _drop_what_is_too_much(self) -> None:
        while len(self.rows) > self._max_rows or self.size > self._max_bytes:
            self._drop()

    def _drop(self) -> None:
        """Let some hundreds of the oldest go at once: one by one each would move all that are left."""
        count = max(1, len(self.rows) // 500)
        for row in self.rows[:count]:
            self.size -= row.size + _ROW_BYTES
            self._fates.pop(row.number, None)
        del self.rows[:count]
        self.dropped += count
        self._index.drop(self.dropped)


def kind_of(type: str | None, data: str | None) -> Kind:
    """What kind of signal that is."""
    if type is None:
        return Kind.PING if data is None else Kind.SIGNAL
    if type == "receipt":
        return Kind.RECEIPT
    if type == "typing":
        return Kind.TYPING
    return Kind.CHAT if is_chat_type(type) else Kind.SIGNAL
