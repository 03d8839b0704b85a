"""Pages of rows on disk: how one is written and read, and which there are. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from msgspec import Struct

from heliograph.model.capture_people import KnownPeople
from heliograph.model.capture_rows import MAX_BYTES, MAX_ROWS
from heliograph.model.captures.opened import Line, OpenedCapture
from heliograph.model.captures.row_lines import LINES, NO_LINE, encode_lines, line_of
from heliograph.model.rows import Kind
from heliograph.model.spooling import ROW_BYTES, Page, Told


class PageEntry(Struct, frozen=True, kw_only=True):
    """A page that is on disk: `count` rows from number `first` on, from `began` to `ended` (ms since the epoch), with
    `size` bytes of texts.
    """

    first: int
    count: int
    began: int
    ended: int
    size: int

    @property
    def last(self) -> int:
        """The number of its last row."""
        return self.first + self.count - 1


def entry_of(page: Page) -> PageEntry:
    """What is known of a page without reading it."""
    return PageEntry(
        first=page.first, count=len(page.rows), began=page.rows[0].at, ended=page.rows[-1].at,
        size=sum(row.size for row in page.rows),
    )  # fmt: skip


def encode_page(page: Page, people: KnownPeople) -> bytes:
    """The rows as lines; every page brings along whom it mentions, for pages before it may be gone."""
    known: set[str] = set()
    return encode_lines([line_of(row, page.fates.get(row.number), people, known) for row in page.rows])


def decode_page(text: bytes, entry: PageEntry) -> list[Line]:
    """The lines of a page; a line that cannot be read is one that says so, since rows are counted."""
    try:
        return LINES.decode_lines(text)
    except NO_LINE:
        return [_line(line, entry.began) for line in text.splitlines()]


def _line(text: bytes, at: int) -> Line:
    try:
        return LINES.decode(text)
    except NO_LINE:
        return Line(at=at, kind=Kind.ERROR, note="This row cannot be read.")


def take_page(capture: OpenedCapture, entry: PageEntry, lines: list[Line], told: Sequence[Told]) -> None:
    """Put the rows of a page behind those that are there, and what was told of them since."""
    before = capture.dropped + len(capture)
    capture.take(lines)
    for tale in told:
        place = before + tale.number - entry.first - capture.dropped
        if not 0 <= place < len(capture) or (row := capture.rows[place]).seq is None:
            continue
        # Seqs are kept as they were, but numbers differ where rows are missing before.
        fate = capture.fate(row)
        if fate is not None and row.seq == tale.seq:
            fate.tell(tale.sender, tale.state, tale.at)


def missing(count: int, at: int) -> Line:
    """What stands for rows that are not there."""
    are = "1 row is" if count == 1 else f"{count:,} rows are"
    return Line(at=at, kind=Kind.GAP, note=f"{are} missing here: not kept on disk, or not readable any more.")


class Part(Struct, frozen=True):
    """Pages that fit into memory together."""

    pages: tuple[PageEntry, ...]

    @property
    def rows(self) -> int:
        """How many rows they hold."""
        return sum(page.count for page in self.pages)


def parts_of(
    pages: Sequence[PageEntry], *, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES
) -> list[Part]:
    """All pages, in as few parts as possible, of about the same number of rows; the oldest first."""
    # There may be a hundred thousand pages: sums once, then steps from cut to cut.
    rows = [0, *accumulate(page.count for page in pages)]
    sizes = [0, *accumulate(page.size + page.count * ROW_BYTES for page in pages)]
    # A page more than a fair share may go into each.
    count = max(1, -(-rows[-1] * 101 // (max_rows * 100)), -(-sizes[-1] * 101 // (max_bytes * 100)))
    parts, begin = list[Part](), 0
    while begin < len(pages):
        fair = bisect_left(rows, rows[begin] + rows[-1] / count)
        most = min(bisect_right(rows, rows[begin] + max_rows), bisect_right(sizes, sizes[begin] + max_bytes))
        end = max(begin + 1, min(fair, most - 1))
        parts.append(Part(tuple(pages[begin:end])))
        begin = end
    return parts
