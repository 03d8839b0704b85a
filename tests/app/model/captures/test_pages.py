"""Pages of rows on disk: what comes back of one, and in which parts they are opened."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.about import size_words
from heliograph.model.captures.opened import OpenedCapture
from heliograph.model.captures.pages import (
    PageEntry,
    decode_page,
    encode_page,
    entry_of,
    parts_of,
    take_page,
)
from heliograph.model.spooling import Page, Told

from .recording import everything, fates


def page_of(capture: Capture) -> Page:
    found = {row.number: fate for row in capture.rows if (fate := capture.fate(row)) is not None}
    return Page(tuple(capture.rows), found, 0)


def opened(capture: Capture, told: Sequence[Told] = ()) -> OpenedCapture:
    page = page_of(capture)
    entry, read = entry_of(page), OpenedCapture(first=page.first)
    take_page(read, entry, decode_page(encode_page(page, capture), entry), told)
    return read


def test_everything_comes_back_with_the_people() -> None:
    capture = everything()
    read = opened(capture)
    assert read.rows == capture.rows
    assert fates(read) == fates(capture)
    assert [read.name(id) for id in ("me", "ana", "ben")] == [capture.name(id) for id in ("me", "ana", "ben")]


def test_what_was_told_is_told_of_its_own_row_alone() -> None:
    capture = everything()
    mine = next(row for row in capture.rows if capture.fate(row) is not None and row.to is None)
    assert mine.seq is not None
    read = opened(
        capture,
        [
            Told(mine.number, mine.seq, "ben", "delivered", 7_000),
            Told(mine.number, mine.seq + 1, "zed", "read", 7_001),  # another log's
            Told(10_000, 3, "ben", "read", 7_002),
        ],
    )
    fate = read.fate(mine)
    assert fate is not None
    assert fate.delivered["ben"] == 7_000
    assert "zed" not in fate.read


def test_half_a_character_costs_nothing_else() -> None:
    capture = Capture()
    capture.note(Kind.STATUS, "half \ud800 of one", 1_000)
    assert opened(capture).rows[0].note == "half ? of one"


def test_a_line_that_cannot_be_read_is_counted() -> None:
    capture = everything()
    page = page_of(capture)
    lines = encode_page(page, capture).splitlines()
    lines[3] = b'{"at":'
    read = decode_page(b"\n".join(lines), entry_of(page))
    assert len(read) == len(capture.rows)
    assert (read[3].note, read[3].at) == ("This row cannot be read.", capture.rows[0].at)
    assert read[4].kind is capture.rows[4].kind


ENTRIES = st.lists(st.tuples(st.integers(1, 500), st.integers(0, 400_000)), min_size=1, max_size=200)


@given(ENTRIES, st.integers(500, 5_000), st.integers(600_000, 5_000_000))
def test_parts_fit_and_lose_nothing(sizes: list[tuple[int, int]], max_rows: int, max_bytes: int) -> None:
    pages, first = [], 1
    for count, size in sizes:
        pages.append(PageEntry(first=first, count=count, began=first, ended=first + count, size=size))
        first += count
    parts = parts_of(pages, max_rows=max_rows, max_bytes=max_bytes)
    assert [page for part in parts for page in part.pages] == pages
    assert all(part.rows <= max_rows for part in parts)
    assert all(sum(page.size + 280 * page.count for page in part.pages) <= max_bytes for part in parts)
    assert len(parts) == 1 or sum(count for count, _ in sizes) > 1


def test_parts_are_about_even() -> None:
    pages = [PageEntry(first=1 + n * 500, count=500, began=n, ended=n, size=1) for n in range(41)]
    assert [part.rows for part in parts_of(pages, max_rows=20_000)] == [10_500, 10_000]


def test_sizes_in_words() -> None:
    sizes = (0, 1, 140_000_000, 999_600_000, 2_000_000_000, 2_500_000_000)
    assert [size_words(size) for size in sizes] == ["0 MB", "1 MB", "140 MB", "1 GB", "2 GB", "2.5 GB"]
