"""Where a capture keeps its rows: up to a number and a size, oldest first; what is cleared can come back. Pure."""

from collections.abc import Iterator
from typing import Any, TypeVar

from msgspec import Struct

from heliograph.model.capture_index import SeqIndex
from heliograph.model.rows import Fate, Kind, Row
from heliograph.model.spooling import ROW_BYTES, Spool
from heliograph_relay.protocol.model import utf8_length

MAX_ROWS = 1_000_000
MAX_BYTES = 512 << 20
#: Most numbers kept to be shared between rows.
MOST_SHARED = 20_000
_LOST, _ON_DISK = "Oldest rows dropped", "Older rows on disk"

T = TypeVar("T")


class _Cleared(Struct):
    """What was there before `clear`, as long as it can come back."""

    rows: list[Row]
    fates: dict[int, Fate]
    size: int
    dropped: int
    lost: int


class CaptureRows:
    """Index 0 is row number `dropped + 1`."""

    def __init__(self, *, max_rows: int, max_bytes: int) -> None:
        self.rows: list[Row] = []
        self.dropped = 0
        self.size = 0
        #: How many of the oldest rows gave way since the list was last cleared.
        self.lost = 0
        #: What takes rows that give way to disk; None where they are dropped.
        self.spool: Spool | None = None
        self._max_rows, self._max_bytes = max_rows, max_bytes
        self._numbers = 0
        self._fates: dict[int, Fate] = {}
        self._index = SeqIndex()
        self._shared: dict[Any, Any] = {}
        self._cleared: _Cleared | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Row:
        return self.rows[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    # ---- reading

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

    def fate_of(self, seq: int) -> Fate | None:
        """What became of the signal of mine of that seq, also where its row was cleared and may come back."""
        number = self._index.get(seq)
        for rows, fates, dropped in self._kept():
            place = number - dropped - 1
            if 0 <= place < len(rows) and rows[place].seq == seq:
                return fates.get(number)
        return None

    def _kept(self) -> Iterator[tuple[list[Row], dict[int, Fate], int]]:
        yield self.rows, self._fates, self.dropped
        if self._cleared is not None:
            yield self._cleared.rows, self._cleared.fates, self._cleared.dropped

    @property
    def on_disk(self) -> int:
        """How many of those that gave way are on disk."""
        return self.spool.kept if self.spool is not None else 0

    def begin_log(self) -> None:
        """From now on seqs are those of another log."""
        self._index = SeqIndex()
        if self.spool is not None:
            self.spool.begin_log()

    # ---- clearing

    def clear(self) -> None:
        """Begin anew. What was there is kept for `undo_clear` until what comes needs the room."""
        if not self.rows:
            return  # what was cleared before can still come back
        self._cleared = _Cleared(self.rows, self._fates, self.size, self.dropped, self.lost)
        self.dropped = self._numbers
        self.rows, self._fates, self.size, self.lost = [], {}, 0, 0
        if self.spool is not None:
            self.spool.clear(self._numbers)

    @property
    def clearable(self) -> int:
        """How many rows `undo_clear` would bring back."""
        return len(self._cleared.rows) if self._cleared is not None else 0

    def forget_cleared(self) -> None:
        """What was cleared cannot come back any more."""
        self._cleared = None

    def undo_clear(self) -> None:
        """What was there comes before what has come since, as far as there is still room for it."""
        before, self._cleared = self._cleared, None
        if before is not None:
            self.rows = before.rows + self.rows
            self._fates = before.fates | self._fates
            self.size += before.size
            self.dropped, self.lost = before.dropped, before.lost
            if self.spool is not None:
                self.spool.undo_clear()
            if self.lost:
                self._say_what_is_lost()

    # ---- adding, and giving way

    def _add(self, *, of: type[Row] = Row, **members: object) -> Row:
        self._numbers += 1
        for name in ("sender", "to", "type"):
            # Every frame brings its own copy of what is always the same few texts.
            if isinstance(text := members.get(name), str):
                members[name] = self._same(text)
        type, data = members.get("type"), members.get("data")
        size = members.pop("size", None)
        if not isinstance(size, int):
            size = (len(type) if isinstance(type, str) else 0) + (
                utf8_length(data) if isinstance(data, str) else 0
            )
        seq = members.pop("seq", None)
        ahead = seq - self._numbers if isinstance(seq, int) else None
        row = of(number=self._numbers, size=self._same(size), ahead=self._same(ahead), **members)  # type: ignore[arg-type]
        self.rows.append(row)
        self.size += size + ROW_BYTES
        if isinstance(seq, int):
            self._index.add(seq, row.number)
        self._drop_what_is_too_much()
        return row

    def _same(self, value: T) -> T:
        """One object for all rows that have this number or name: half of what a row costs would be those else."""
        if len(self._shared) > MOST_SHARED:
            self._shared.clear()
        same: T = self._shared.setdefault(value, value)
        return same

    def _drop_what_is_too_much(self) -> None:
        if self._cleared is not None:
            self._give_room()
        while len(self.rows) > 1 and (len(self.rows) > self._max_rows or self.size > self._max_bytes):
            self._drop()

    def _give_room(self) -> None:
        """What is kept for `undo_clear` gives way before anything that is shown does."""
        before = self._cleared
        while before is not None and (
            len(self.rows) + len(before.rows) > self._max_rows or self.size + before.size > self._max_bytes
        ):
            gone, _fates = _take_oldest(before.rows, before.fates)
            before.lost += len(gone) - says_what_is_lost(gone[0])
            before.dropped += len(gone)
            before.size -= _cost(gone)
            if not before.rows:
                before = self._cleared = None
                if self.spool is not None:
                    self.spool.forget_cleared()

    def _drop(self) -> None:
        gone, fates = _take_oldest(self.rows, self._fates)
        says, size = says_what_is_lost(gone[0]), _cost(gone)
        if self.spool is not None:
            self.spool.take(gone[says:], fates, size - says * ROW_BYTES)
        self.size -= size
        self.lost += len(gone) - says
        self.dropped += len(gone)
        self._index.drop(self.dropped)
        self._say_what_is_lost()

    def say_what_is_lost(self) -> None:
        """The first row says how many gave way, where it did already; how many are on disk may have changed."""
        if self.rows and says_what_is_lost(self.rows[0]):
            self._say_what_is_lost()

    def _say_what_is_lost(self) -> None:
        """The first row gives way to one that says how many did."""
        if not self.rows:
            return
        first = self.rows[0]
        fate = self._fates.pop(first.number, None)
        if not says_what_is_lost(first):
            self.lost += 1
            self.size -= first.size
            if self.spool is not None:
                told = {} if fate is None else {first.number: fate}
                self.spool.take((first,), told, first.size + ROW_BYTES)
        kept = self.on_disk
        self.rows[0] = Row(
            number=first.number, at=first.at, kind=Kind.GAP if self.lost > kept else Kind.STATUS,
            note=self._gone_words(kept),
        )  # fmt: skip

    def _gone_words(self, kept: int) -> str:
        dropped = self.lost - kept
        why = f" ({self.spool.why})" if self.spool is not None and self.spool.why else ""
        if not kept:
            bounds = f"{self._max_rows:,} rows or {self._max_bytes >> 20:,} MiB"
            return f"{_LOST}: {dropped:,}{why}. No more than {bounds} are kept."
        more = f" {dropped:,} more were dropped{why}." if dropped else ""
        return f"{_ON_DISK}: {kept:,}.{more} Save writes them too; Enter on this row opens them."


def says_what_is_lost(row: Row) -> bool:
    """Whether it is the first row of a capture whose oldest rows gave way: it is none of the session's."""
    return row.kind in (Kind.GAP, Kind.STATUS) and row.note.startswith((_LOST, _ON_DISK))


def _take_oldest(rows: list[Row], fates: dict[int, Fate]) -> tuple[list[Row], dict[int, Fate]]:
    """Some hundreds of the oldest at once: one by one each would move all that are left."""
    count = max(1, len(rows) // 500)
    gone = rows[:count]
    del rows[:count]
    return gone, {row.number: fate for row in gone if (fate := fates.pop(row.number, None)) is not None}


def _cost(rows: list[Row]) -> int:
    return sum(row.size for row in rows) + len(rows) * ROW_BYTES
