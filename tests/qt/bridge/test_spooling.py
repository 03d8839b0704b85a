"""What takes a session's older rows to disk: its bounds, its troubles, its end."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.spooling import Spooling
from heliograph.model.capture import Kind
from heliograph.model.problem import Problem
from heliograph.services.captures import CaptureFailed
from heliograph.services.spool import SpoolAbout
from heliograph.services.tasks import Tasks
from tests.qt.bridge.fakes import until
from tests.support.full_disk import small_files

ROOM = 1_000


class Desk:
    """A capture of which a thousand rows fit into memory, and what takes the others to disk."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.limit = folder, 1 << 40
        self.capture = LiveCapture(max_rows=ROOM)
        self.tasks = Tasks()
        about = SpoolAbout(session="s1", title="Choir", program="P", created=1_700_000_000_000)
        self.spooling = Spooling(self.capture, about, folder, lambda: self.limit, self.tasks)
        self.problems: list[Problem] = []
        self.spooling.problem.connect(self.problems.append)
        self.spooling.switch(True)

    def note(self, count: int) -> None:
        for _ in range(count):
            self.capture.note(Kind.STATUS, os.urandom(100).hex(), 1_000)

    async def written(self) -> int:
        """How many rows are on disk, once all are that ever will be."""
        file = await self.spooling.borrow()
        count = sum(page.count for page in await file.pages())
        await self.spooling.give_back(file)
        return count

    async def says(self, words: str) -> None:
        await until(lambda: words in self.capture.rows[0].note)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    desk = Desk(tmp_path / "spool")
    yield desk
    await desk.spooling.end()
    await desk.tasks.close()
    assert not list_of(tmp_path / "spool")


def list_of(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


async def test_all_that_waits_is_on_disk_for_whoever_reads(desk: Desk) -> None:
    desk.note(5_000)
    assert await desk.written() == desk.spooling.rows == desk.capture.lost
    assert desk.spooling.used > 100_000
    assert desk.spooling.words == f"{desk.spooling.rows:,} older rows on disk, {_mb(desk.spooling.used)}."
    assert desk.problems == []


def _mb(size: int) -> str:
    return f"{round(size / 1e6)} MB"


async def test_a_few_rows_do_not_wait_for_company_for_ever(desk: Desk) -> None:
    desk.note(ROOM + 10)
    assert 0 < desk.spooling.rows < 20
    await until(lambda: desk.spooling.used)
    await desk.says("Older rows on disk: ")


async def test_nothing_is_there_before_it_is_needed(desk: Desk) -> None:
    desk.note(ROOM)
    assert desk.spooling.words == "Nothing is on disk yet: all rows are in memory."
    with pytest.raises(CaptureFailed, match="None was needed yet"):
        await desk.spooling.borrow()
    assert list_of(desk.folder) == []


async def test_the_oldest_go_where_the_room_is_full_and_it_is_said(desk: Desk) -> None:
    desk.limit = 1_000_000
    desk.note(20_000)
    kept = await desk.written()
    await desk.says("more were dropped (the room for them on disk is full).")
    assert kept == desk.spooling.rows < desk.capture.lost
    assert desk.capture.rows[0].kind is Kind.GAP
    assert (
        f"{desk.capture.lost - kept:,} rows dropped (the room for them on disk is full)."
        in desk.spooling.words
    )
    assert desk.spooling.used <= desk.limit
    assert desk.problems == []


async def test_a_burst_is_kept(desk: Desk) -> None:
    for _ in range(60):
        desk.note(3_000)
        await asyncio.sleep(0)
    assert await desk.written() == desk.capture.lost > 170_000


async def test_a_folder_that_cannot_be_made_is_told_once(desk: Desk) -> None:
    desk.folder.write_text("a file")
    desk.note(5_000)
    await until(lambda: desk.problems)
    [problem] = desk.problems
    assert problem.title == "Long captures cannot be kept on disk"
    assert not desk.spooling.is_on
    assert desk.spooling.rows == 0
    await desk.says("Oldest rows dropped: ")
    assert "Older rows are dropped now: " in desk.spooling.words
    desk.folder.unlink()
    desk.spooling.switch(True)
    desk.note(2_000)
    assert await desk.written() == 2_000
    assert len(desk.problems) == 1


async def test_a_full_disk_is_told_once_and_goes_on_when_there_is_room(desk: Desk) -> None:
    desk.note(3_000)
    before = await desk.written()
    with small_files(1_000_000):
        desk.note(15_000)
        await until(lambda: desk.problems)
        during = await desk.written()
    assert before < during == desk.spooling.rows < desk.capture.lost
    assert len(desk.problems) == 1
    await desk.says("more were dropped")
    desk.note(3_000)
    assert await desk.written() == during + 3_000
    assert "dropped now" not in desk.spooling.words


async def test_who_reads_may_finish_when_the_session_is_left(desk: Desk) -> None:
    desk.note(5_000)
    file = await desk.spooling.borrow()
    pages = await file.pages()
    await desk.spooling.close()
    text, _ = await file.read(pages[-1])
    assert text.count(b"\n") == pages[-1].count
    await desk.spooling.give_back(file)
    assert list_of(desk.folder) == []
    desk.note(2_000)  # nobody keeps these, and nothing fails
    with pytest.raises(CaptureFailed):
        await desk.spooling.borrow()


async def test_rows_that_come_while_one_reads_are_kept(desk: Desk) -> None:
    desk.limit = 500_000
    desk.note(4_000)
    file = await desk.spooling.borrow()
    first = (await file.pages())[0]
    desk.note(8_000)
    await until(lambda: desk.spooling.used > 1_000_000)
    assert (await file.pages())[0] == first
    await desk.spooling.give_back(file)
    desk.note(1_000)
    assert await desk.written() < 4_000
    assert (await _pages(desk, lambda found: found[0])) > first.first


async def _pages(desk: Desk, of: Callable[[list[int]], int]) -> int:
    file = await desk.spooling.borrow()
    found = of([page.first for page in await file.pages()])
    await desk.spooling.give_back(file)
    return found
