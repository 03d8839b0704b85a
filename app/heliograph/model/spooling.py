"""Which rows of a capture go to disk when they no longer fit into memory, in which pieces, and how many are there. Pure.

`Capture` gives what it drops; bridge/spooling.py takes pages from here to the disk and tells how that went.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from heliograph.model.rows import Fate, Row

#: What a row takes in memory beside its texts, in bytes.
ROW_BYTES = 280
#: Most rows of a page, and bytes that they take in memory: about a millisecond's work to write or to read.
PAGE_ROWS, PAGE_BYTES = 500, 400 << 10
#: Most bytes of rows that wait for the disk; what comes while they do is lost.
MOST_WAITING_BYTES = 96 << 20
#: Most signals of mine on disk of which it is known where they stand: no receipt tells of an older one.
MOST_TELLABLE = 100_000
_TOO_SLOW = "the disk was too slow"
#: No row has this number.
_NONE = 1 << 62


class Page(Struct, frozen=True, eq=False):
    """Rows with numbers one after the other, and what became of those that are mine."""

    rows: tuple[Row, ...]
    fates: Mapping[int, Fate]
    size: int

    @property
    def first(self) -> int:
        """The number of its first row."""
        return self.rows[0].number


class Told(NamedTuple):
    """Somebody told of a signal of mine that is on disk: its row has that number and that seq."""

    number: int
    seq: int
    sender: str
    state: str
    at: int


class Spool:
    """Rows that wait to be written, and the count of all that are written or wait.

    `kept` is how many of the present list there are; what was cleared counts again once that is undone.
    """

    def __init__(self) -> None:
        #: Whether rows are taken; those that were stay.
        self.on = True
        self.kept = 0
        #: Why some were not kept, or went again, in words; "" where there is none such.
        self.why = ""
        #: Called when something waits.
        self.wanted: Callable[[], None] = lambda: None
        #: Rows up to this number are wanted by nobody any more.
        self.unwanted = 0
        #: Rows up to this number were cleared.
        self.floor = 0
        self._cleared: tuple[int, int] | None = None
        self._waiting: deque[Row] = deque()
        self._waiting_bytes = self._on_way_bytes = 0
        self._fates: dict[int, Fate] = {}
        self._tellable: dict[int, int] = {}
        self._told: list[Told] = []

    # ---- what the capture says

    def take(self, rows: Sequence[Row], fates: Mapping[int, Fate], size: int) -> None:
        """These no longer fit into memory, where they took `size` bytes."""
        if not self.on or not rows:
            return
        if self._waiting_bytes + self._on_way_bytes + size > MOST_WAITING_BYTES:
            self.why = _TOO_SLOW
            return
        self._waiting.extend(rows)
        self._waiting_bytes += size
        self.kept += len(rows)
        if fates:
            self._fates.update(fates)
            self._remember([row for row in rows if row.number in fates])
        self.wanted()

    def _remember(self, mine: list[Row]) -> None:
        for row in mine:
            if row.seq is not None:
                self._tellable.pop(row.seq, None)
                self._tellable[row.seq] = row.number
        if (more := len(self._tellable) - MOST_TELLABLE) > 0:
            for seq in list(islice(self._tellable, more)):
                del self._tellable[seq]

    def tell(self, seq: int, sender: str, state: str, at: int) -> None:
        """`sender` told of a signal of mine that is not in memory any more."""
        number = self._tellable.get(seq)
        if number is None:
            return
        fate = self._fates.get(number)
        if fate is not None:  # it waits still
            fate.tell(sender, state, at)
            return
        self._told.append(Told(number, seq, sender, state, at))
        self.wanted()

    def begin_log(self) -> None:
        """From now on seqs are those of another log."""
        self._tellable.clear()

    def clear(self, number: int) -> None:
        """The list begins anew after that number. What was cleared before is gone for good."""
        self.forget_cleared()
        self._cleared = (self.floor, self.kept)
        self.floor, self.kept = number, 0

    def undo_clear(self) -> None:
        """What was cleared belongs to the list again."""
        if self._cleared is not None:
            floor, kept = self._cleared
            self.floor, self.kept = floor, kept + self.kept
            self._cleared = None

    def forget_cleared(self) -> None:
        """What was cleared cannot come back."""
        if self._cleared is not None:
            self._cleared = None
            self.unwanted = self.floor
            self.wanted()

    # ---- what the disk asks and says

    @property
    def waiting(self) -> int:
        """How many rows wait to be written."""
        return len(self._waiting)

    @property
    def is_pressed(self) -> bool:
        """Whether so much waits that rows are soon lost."""
        return self._waiting_bytes > MOST_WAITING_BYTES // 2

    @property
    def first_waiting(self) -> int:
        """The number of the first row that waits; of none, where none does."""
        return self._waiting[0].number if self._waiting else _NONE

    def next_page(self, *, even_small: bool = False) -> Page | None:
        """What is to be written next; None where that is too little to be worth while, unless `even_small`."""
        self._skip_unwanted()
        waiting = self._waiting
        if not waiting or not (
            even_small or len(waiting) >= PAGE_ROWS or self._waiting_bytes >= PAGE_BYTES or self._has_gap()
        ):
            return None
        rows, size, number = list[Row](), 0, waiting[0].number
        while waiting and len(rows) < PAGE_ROWS and size < PAGE_BYTES and waiting[0].number == number:
            row = waiting.popleft()
            rows.append(row)
            size += row.size + ROW_BYTES
            number += 1
        self._waiting_bytes -= size
        self._on_way_bytes += size
        return Page(tuple(rows), self._take_fates(rows), size)

    def _take_fates(self, rows: list[Row]) -> dict[int, Fate]:
        if not self._fates:
            return {}
        return {row.number: fate for row in rows if (fate := self._fates.pop(row.number, None)) is not None}

    def _has_gap(self) -> bool:
        """Whether what waits cannot all be one page."""
        waiting = self._waiting
        return waiting[-1].number - waiting[0].number >= len(waiting)

    def _skip_unwanted(self) -> None:
        while self._waiting and self._waiting[0].number <= self.unwanted:
            row = self._waiting.popleft()
            self._waiting_bytes -= row.size + ROW_BYTES
            self._fates.pop(row.number, None)

    def take_told(self) -> list[Told]:
        """What was told of rows on disk since it was asked last."""
        told, self._told = self._told, []
        return told

    def written(self, page: Page) -> None:
        """It is on disk."""
        self._on_way_bytes -= page.size

    def lost(self, page: Page, why: str) -> None:
        """It could not be written."""
        self.written(page)
        self.gone(page.first, len(page.rows), why)

    def gone(self, first: int, count: int, why: str) -> None:
        """So many rows from that number on are not on disk, or not any more."""
        if first > self.floor:
            self.kept -= count
            self.why = why
        elif self._cleared is not None and first > self._cleared[0]:
            self._cleared = (self._cleared[0], self._cleared[1] - count)

    def refuse(self, why: str) -> None:
        """Nothing can be written: what waits is lost, and nothing more is taken."""
        self.on = False
        while (page := self.next_page(even_small=True)) is not None:
            self.lost(page, why)
        self.why = why
