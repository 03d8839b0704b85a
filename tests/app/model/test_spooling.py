"""What goes to disk when memory is full: every row once, in order, counted, whatever is cleared meanwhile."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph.model import spooling
from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.captures.extract import About
from heliograph.model.captures.long_extract import LongExtract
from heliograph.model.captures.pages import PageEntry, encode_page, entry_of
from heliograph.model.spooling import Page, Spool, Told
from heliograph_relay.protocol.model import Connection, Role, SignalEntry

ME, ANA = (
    Connection(id=id, name=id.title(), data="", role=Role.PUBLISHER, created=0, client="heliograph")
    for id in ("me", "ana")
)
ABOUT = About(program="P", saved=1)
ROOM = 20


class Disk:
    """What was written, as the disk has it."""

    def __init__(self, capture: Capture) -> None:
        self.capture = capture
        self.spool = capture.spool = Spool()
        self.pages: dict[int, tuple[PageEntry, bytes]] = {}
        self.told: list[Told] = []

    def write(self, *, even_small: bool = True) -> list[Page]:
        """All that waits."""
        written = []
        while (page := self.spool.next_page(even_small=even_small)) is not None:
            self.pages[page.first] = (entry_of(page), encode_page(page, self.capture))
            self.spool.written(page)
            written.append(page)
        self.told += self.spool.take_told()
        for first in [first for first in self.pages if first <= self.spool.unwanted]:
            del self.pages[first]
        return written

    def lose_oldest(self) -> None:
        """There is no room for the oldest page any more."""
        entry, _ = self.pages.pop(min(self.pages))
        self.spool.gone(entry.first, entry.count, "full")

    def rows(self) -> list[Row]:
        """All rows, from disk and from memory."""
        extract = LongExtract(self.capture, ABOUT, self.spool.floor)
        extract.begin([entry for entry, _ in sorted(self.pages.values(), key=lambda page: page[0].first)])
        found = list(self._through(extract))
        assert len(found) == len(extract)
        if found:
            assert (found[0].number, found[-1].at) == (extract.first, extract.ended)
        return found

    def _through(self, extract: LongExtract) -> Iterator[Row]:
        batches = extract.batches()
        while True:
            if (wanted := extract.wanted) is not None:
                page = wanted[0]
                told = [t for t in self.told if page.first <= t.number <= page.last]
                extract.feed(self.pages[page.first][1], told)
            if (rows := next(batches, None)) is None:
                return
            yield from rows


def capture_of(room: int = ROOM) -> Capture:
    capture = Capture(max_rows=room)
    capture.enter(ME, (ME, ANA), recovered=None)
    return capture


def hear(capture: Capture, first: int, count: int, sender: str = "ana") -> None:
    for seq in range(first, first + count):
        capture.signal(SignalEntry(seq=seq, at=seq, sender=sender, type="chat", data=f"line {seq}"), "me")


def test_every_row_comes_back_in_order() -> None:
    capture = capture_of()
    disk = Disk(capture)
    hear(capture, 1, 100)
    assert disk.spool.kept == capture.on_disk == capture.lost == 81
    assert capture.rows[0].kind is Kind.STATUS
    assert capture.rows[0].note.startswith("Older rows on disk: 81. Save writes them too")
    disk.write()
    rows = disk.rows()
    assert [row.data for row in rows] == [f"line {seq}" for seq in range(1, 101)]
    assert [row.number for row in rows] == [row.seq for row in rows] == list(range(1, 101))


def test_pages_wait_for_company() -> None:
    capture = capture_of()
    disk = Disk(capture)
    hear(capture, 1, 100)
    assert disk.write(even_small=False) == []
    hear(capture, 101, spooling.PAGE_ROWS)
    [page] = disk.write(even_small=False)
    assert len(page.rows) == spooling.PAGE_ROWS
    assert disk.spool.waiting == 81


def test_large_rows_make_small_pages() -> None:
    capture = capture_of()
    disk = Disk(capture)
    for seq in range(1, 120):
        capture.signal(SignalEntry(seq=seq, at=seq, sender="ana", type="chat", data="x" * 8_000), "me")
    page = disk.write(even_small=False)[0]
    assert 40 < len(page.rows) < 60


def test_what_is_off_is_dropped_and_the_gap_is_said() -> None:
    capture = capture_of()
    disk = Disk(capture)
    hear(capture, 1, 50)
    disk.spool.on = False
    hear(capture, 51, 50)
    disk.spool.on = True
    hear(capture, 101, 50)
    first = capture.rows[0]
    assert (first.kind, capture.lost - capture.on_disk) == (Kind.GAP, 50)
    assert "50 more were dropped." in first.note
    disk.write()
    rows = disk.rows()
    [gap] = [row for row in rows if row.kind is Kind.GAP]
    assert gap.note.startswith("50 rows are missing here")
    assert [row.data for row in rows if row is not gap] == [
        f"line {seq}" for seq in [*range(1, 32), *range(82, 151)]
    ]


def test_receipts_follow_their_rows() -> None:
    capture = capture_of()
    disk = Disk(capture)
    hear(capture, 1, 3, sender="me")
    capture.receipt("ana", "delivered", [1], 1_000)  # in memory
    hear(capture, 4, 40)
    capture.receipt("ana", "read", [1, 2], 1_001)  # on its way to disk
    disk.write()
    capture.receipt("ana", "read", [3], 1_002)  # on disk
    capture.receipt("ana", "read", [4], 1_003)  # not mine
    disk.write()
    assert disk.told == [Told(3, 3, "ana", "read", 1_002)]
    disk.rows()  # whoever reads it twice, such as HAR's writer, tells nothing twice
    extract = LongExtract(capture, ABOUT, 0)
    extract.begin([entry for entry, _ in disk.pages.values()])
    extract.feed(disk.pages[1][1], disk.told)
    rows = next(extract.batches())
    fates = [extract.fate(row) for row in rows[:4]]
    assert [dict(fate.read) for fate in fates[:3] if fate] == [{"ana": 1_001}, {"ana": 1_001}, {"ana": 1_002}]
    assert fates[0] is not None
    assert dict(fates[0].delivered) == {"ana": 1_000}
    assert fates[3] is None


def test_receipts_of_another_log_are_not_taken() -> None:
    capture = capture_of()
    disk = Disk(capture)
    hear(capture, 1, 3, sender="me")
    hear(capture, 4, 40)
    disk.write()
    capture.enter(ME, (ME, ANA), recovered=False)
    capture.receipt("ana", "read", [2], 1_000)
    disk.write()
    assert disk.told == []


def test_what_cannot_be_written_is_dropped_and_said_why() -> None:
    capture = capture_of()
    spool = capture.spool = Spool()
    hear(capture, 1, 100)
    page = spool.next_page(even_small=True)
    assert page is not None
    spool.lost(page, "the disk is full")
    capture.say_what_is_lost()
    assert (spool.kept, capture.rows[0].kind) == (0, Kind.GAP)
    assert capture.rows[0].note.startswith("Oldest rows dropped: 81 (the disk is full).")
    hear(capture, 101, 10)
    spool.refuse("there is no disk")
    hear(capture, 111, 10)
    assert (spool.on, spool.kept, spool.waiting) == (False, 0, 0)


def test_a_disk_that_is_too_slow_costs_no_memory_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "MOST_WAITING_BYTES", 20_000)
    capture = capture_of()
    spool = capture.spool = Spool()
    hear(capture, 1, 500)
    assert 0 < spool.waiting == spool.kept < 80
    assert "the disk was too slow" in capture.rows[0].note


def test_only_the_latest_signals_of_mine_can_be_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling, "MOST_TELLABLE", 5)
    capture = capture_of()
    disk = Disk(capture)
    hear(capture, 1, 100, sender="me")
    disk.write()
    capture.receipt("ana", "read", list(range(1, 82)), 1_000)
    disk.write()
    assert [told.seq for told in disk.told] == [77, 78, 79, 80, 81]


class TestClearing:
    def test_takes_what_is_on_disk_along_and_brings_it_back(self) -> None:
        capture = capture_of()
        disk = Disk(capture)
        hear(capture, 1, 50)
        disk.write()
        capture.clear()
        hear(capture, 51, 5)
        assert (capture.on_disk, [row.data for row in disk.rows()]) == (
            0,
            [f"line {n}" for n in range(51, 56)],
        )
        capture.undo_clear()
        assert capture.on_disk == 32
        disk.write()
        *rows, gap = sorted(
            disk.rows(), key=lambda row: row.kind is Kind.GAP
        )  # cleared rows gave way to new ones
        assert [row.data for row in rows] == [f"line {seq}" for seq in [*range(1, 32), *range(36, 56)]]
        assert gap.note.startswith("4 rows are missing here")

    def test_is_final_once_what_comes_needs_the_room(self) -> None:
        capture = capture_of()
        disk = Disk(capture)
        hear(capture, 1, 50)
        disk.write()
        capture.clear()
        hear(capture, 51, 50)
        assert capture.clearable == 0
        disk.write()
        assert min(disk.pages) > 50
        assert [row.data for row in disk.rows()] == [f"line {seq}" for seq in range(51, 101)]

    def test_again_is_final_for_the_first(self) -> None:
        capture = capture_of()
        disk = Disk(capture)
        hear(capture, 1, 50)
        capture.clear()
        hear(capture, 51, 10)
        capture.clear()
        disk.write()
        assert disk.pages == {}
        capture.undo_clear()
        assert [row.data for row in disk.rows()] == [f"line {seq}" for seq in range(51, 61)]


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hear"), st.integers(1, 60)),
        st.sampled_from([("clear", 0), ("undo", 0), ("off", 0), ("on", 0), ("write", 0), ("full", 0)]),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_whatever_happens_no_row_is_lost_twice_or_told_twice(steps: list[tuple[str, int]]) -> None:
    capture = capture_of()
    disk = Disk(capture)
    heard = 0
    for what, count in steps:
        match what:
            case "hear":
                hear(capture, heard + 1, count)
                heard += count
            case "clear":
                capture.clear()
            case "undo":
                capture.undo_clear()
            case "on" | "off":
                disk.spool.on = what == "on"
            case "write":
                disk.write()
            case "full" if disk.pages:
                disk.lose_oldest()
    disk.write()
    floor, rows = disk.spool.floor, disk.rows()
    numbers = [row.number for row in rows if row.kind is Kind.CHAT]
    assert numbers == sorted(set(numbers))
    assert all(row.data == f"line {row.number}" == f"line {row.seq}" for row in rows if row.kind is Kind.CHAT)
    kept = {n for n in numbers if n <= capture.dropped + 1 and n > floor}
    in_memory = {row.number for row in capture.rows if row.kind is Kind.CHAT}
    assert capture.on_disk == len(kept - in_memory)
    # What is nowhere is said to be missing, exactly once.
    gaps = [int(row.note.split()[0].replace(",", "")) for row in rows if row.kind is Kind.GAP]
    assert sum(gaps) == heard - floor - len(numbers) == capture.lost - capture.on_disk
