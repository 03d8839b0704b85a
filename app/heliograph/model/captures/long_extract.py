"""All rows of a capture of which the older ones are on disk, as one stream. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import attrgetter

from heliograph.model.capture import Capture, Fate, Row
from heliograph.model.capture_rows import says_what_is_lost
from heliograph.model.captures.extract import BATCH, About, Extract
from heliograph.model.captures.opened import OpenedCapture
from heliograph.model.captures.pages import PageEntry, decode_page, missing, take_page
from heliograph.model.spooling import Told

_first = attrgetter("first")
#: No row has this number.
_NEVER = 1 << 62


class LongExtract(Extract):
    """Whoever asks it for batches must have fed the page that is `wanted` before each, and never sees more than two pages
    in memory. The rows in memory are those of when it was made; `begin` says what is on disk.
    """

    def __init__(self, capture: Capture, about: About, floor: int, *, in_memory: bool = True) -> None:
        """`floor` is the number of the last row that does not belong to the list, such as the last one cleared. With
        `in_memory` False all is on disk, and the capture gets to know the people from there.
        """
        super().__init__(capture, about)
        self._floor = floor
        # The row that says how much is on disk or lost is none of the session's.
        self._skipped = int(bool(self._rows) and says_what_is_lost(self._rows[0]))
        self._memory = capture.dropped + 1 + self._skipped if in_memory else _NEVER
        self._pages: list[PageEntry] = []
        self._disk = 0
        self._fed: dict[int, OpenedCapture] = {}
        self._page: OpenedCapture | None = None
        self._at = 0

    def begin(self, pages: Sequence[PageEntry]) -> None:
        """These are on disk, the oldest first; some of them may be in memory too."""
        begin = bisect_right(pages, self._floor, key=_first)
        self._pages = found = list(pages[begin : bisect_left(pages, self._memory, key=_first)])
        # There may be a hundred thousand of them.
        gaps = sum(page.first != before.first + before.count for before, page in pairwise(found))
        gaps += self._gap_before(0) > 0
        self._disk = gaps + sum(page.count for page in found)
        if found:
            self._disk += (self._gap_before(len(found)) > 0) - found[-1].count + self._count(found[-1])

    def __len__(self) -> int:
        return self._disk + len(self._rows) - self._skipped

    @property
    def first(self) -> int:
        return self._first(0) - (self._gap_before(0) > 0)

    @property
    def began(self) -> int:
        if self._pages:
            return self._pages[0].began
        return self._rows[self._skipped].at if len(self._rows) > self._skipped else 0

    @property
    def ended(self) -> int:
        if len(self._rows) > self._skipped:
            return self._rows[-1].at
        return self._pages[-1].ended if self._pages else 0

    def fate(self, row: Row) -> Fate | None:
        if self._page is not None:
            return self._page.fate(row)
        return super().fate(row)

    # ---- feeding

    @property
    def wanted(self) -> tuple[PageEntry, PageEntry] | None:
        """The page that comes next, and the one after it; None where the next is here. After the last comes the first:
        a writer may go through all of it twice.
        """
        if not self._pages or self._at in self._fed:
            return None
        return self._pages[self._at], self._pages[(self._at + 1) % len(self._pages)]

    def feed(self, text: bytes | None, told: Sequence[Told] = ()) -> None:
        """The page that is wanted; None where it cannot be read."""
        entry = self._pages[self._at]
        page = OpenedCapture(first=entry.first)
        if text is None:
            page.take([missing(self._count(entry), entry.began)])
        else:
            lines = decode_page(text, entry)
            take_page(page, entry, lines, told)
            if isinstance(self.capture, OpenedCapture):
                self.capture.learn(person for line in lines for person in line.people)
        self._fed[self._at] = page

    # ---- reading

    def batches(self) -> Iterator[list[Row]]:
        for place, entry in enumerate(self._pages):
            yield from self._say_gap(place)
            page = self._page = self._fed.pop(place)
            self._at = (place + 1) % len(self._pages)
            rows = page.rows[: self._count(entry)]
            for start in range(0, len(rows), BATCH):
                yield rows[start : start + BATCH]
                self.served += len(rows[start : start + BATCH])
            self._page = None
        yield from self._say_gap(len(self._pages))
        for start in range(self._skipped, len(self._rows), BATCH):
            yield self._rows[start : start + BATCH]
            self.served += len(self._rows[start : start + BATCH])

    def _say_gap(self, place: int) -> Iterator[list[Row]]:
        """A row for those that are missing before a page, or behind the last one."""
        count = self._gap_before(place)
        if count > 0:
            gap = OpenedCapture(first=self._first(place) - 1)
            gap.take([missing(count, self._pages[place].began if place < len(self._pages) else self.ended)])
            yield gap.rows
            self.served += 1

    def _gap_before(self, place: int) -> int:
        """How many rows are missing there."""
        if self._first(place) == _NEVER:
            return 0
        before = self._pages[place - 1].last if place else self._floor
        return self._first(place) - before - 1

    def _first(self, place: int) -> int:
        """The number of the first row of a page, or of those in memory."""
        return self._pages[place].first if place < len(self._pages) else self._memory

    def _count(self, page: PageEntry) -> int:
        """How many of its rows are not in memory."""
        return min(page.count, self._memory - page.first)
