"""Long captures on disk: kept over `kill -9`, bounded, private; what is damaged is said, and the rest read."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.extract import About
from heliograph.model.captures.lines import write_lines
from heliograph.model.captures.long_extract import LongExtract
from heliograph.model.captures.opened import OpenedCapture
from heliograph.model.captures.pages import Part, encode_page, entry_of
from heliograph.model.spooling import Page, Told
from heliograph.services import spool as service
from heliograph.services.captures import CaptureFailed
from heliograph.services.spool import NoRoom, SpoolAbout, SpoolFile
from heliograph.services.spool_reading import SpoolPart, save_long
from heliograph.services.spool_schema import KEPT_DAYS, find_left
from tests.support.full_disk import small_files

ABOUT = SpoolAbout(session="s1", title="Choir", program="Heliograph", created=1_700_000_000_000)
#: Enough of the disk.
ALL = 1 << 40
ROWS = 500


def rows_of(pages: int, *, size: int = 100) -> Capture:
    """So many pages' rows."""
    capture = Capture()
    for number in range(pages * ROWS):
        capture.note(Kind.STATUS, f"row {number + 1} " + os.urandom(size // 2).hex(), 1_000 + number)
    return capture


def page_of(capture: Capture, place: int) -> Page:
    rows = capture.rows[place * ROWS : (place + 1) * ROWS]
    return Page(tuple(rows), {}, 0)


async def fill(
    file: SpoolFile, capture: Capture, *, limit: int = ALL, start: int = 0
) -> list[tuple[int, int]]:
    """All rows of a capture; which pages gave way."""
    gone: list[tuple[int, int]] = []
    for place in range(start, len(capture) // ROWS):
        page = page_of(capture, place)
        gone += (await file.write(entry_of(page), encode_page(page, capture), [], limit)).gone
    return gone


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[SpoolFile]:
    begun = await SpoolFile.begin(tmp_path / "spool", ABOUT)
    yield begun
    await begun.dispose()


async def numbers(file: SpoolFile) -> list[int]:
    return [page.first for page in await file.pages()]


async def read(file: SpoolFile) -> tuple[OpenedCapture, str]:
    """All rows, and what of them could not be read."""

    async def done() -> None:
        """It was ours to close."""

    part = SpoolPart(file, ABOUT, Part(tuple(await file.pages())), done)
    reader = await part.read(lambda: None)
    assert part.fraction == 1.0
    return reader.capture, reader.damage


# ---- writing


async def test_what_is_written_is_read(file: SpoolFile) -> None:
    capture = rows_of(4)
    assert await fill(file, capture) == []
    found, damage = await read(file)
    assert (found.rows, damage) == (capture.rows, "")
    assert [page.count for page in await file.pages()] == [ROWS] * 4
    assert await file.about() == ABOUT


async def test_files_are_private(file: SpoolFile) -> None:
    await fill(file, rows_of(1))
    names = sorted(path.name.rpartition(".")[2] for path in file.path.parent.iterdir())
    assert names == ["sqlite3", "sqlite3-shm", "sqlite3-wal"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700


async def test_the_oldest_give_way_where_there_is_no_room(file: SpoolFile) -> None:
    capture, limit = rows_of(120), 2_000_000
    gone = await fill(file, capture, limit=limit)
    assert [first for first, _ in gone] == [1 + ROWS * place for place in range(len(gone))]
    assert [*(first for first, _ in gone), *await numbers(file)] == [1 + ROWS * place for place in range(120)]
    assert 1_000_000 < file.path.stat().st_size <= limit
    found, _ = await read(file)
    assert found.rows[-1].note == capture.rows[-1].note


async def test_so_much_of_the_disk_stays_free(file: SpoolFile, monkeypatch: pytest.MonkeyPatch) -> None:
    capture = rows_of(3)
    await fill(file, capture)
    free = shutil.disk_usage(file.path.parent).free
    monkeypatch.setattr(service, "RESERVE", free + (1 << 30))
    page = page_of(capture, 0)
    text = encode_page(page, capture)
    written = await file.write(entry_of(page_of(rows_of(4), 3)), text, [], ALL)
    assert (written.gone, written.why) == ([(1, ROWS), (501, ROWS), (1_001, ROWS)], "the disk is nearly full")
    with pytest.raises(NoRoom, match="nearly full"):
        await file.write(entry_of(page), os.urandom(1 << 20), [], ALL)
    assert len(await numbers(file)) == 1


async def test_nothing_goes_while_somebody_reads(file: SpoolFile) -> None:
    capture = rows_of(40)
    file.hold()
    assert await fill(file, capture, limit=500_000) == []
    assert len(await numbers(file)) == 40
    await file.dispose()
    assert file.path.exists()
    await file.let_go()
    assert list(file.path.parent.iterdir()) == []


async def test_rows_that_nobody_wants_go(file: SpoolFile) -> None:
    await fill(file, rows_of(4))
    await file.write(None, b"", [Told(3, 3, "ana", "read", 5), Told(1_600, 3, "ana", "read", 5)], ALL)
    before = await file.forget(0)
    assert await file.forget(1_001) < before
    assert await numbers(file) == [1_501]
    _, told = await file.read((await file.pages())[0])
    assert [tale.number for tale in told] == [1_600]


async def test_what_is_told_first_counts(file: SpoolFile) -> None:
    await fill(file, rows_of(1))
    tales = [Told(3, 3, "ana", "read", 5), Told(3, 3, "ana", "read", 9), Told(3, 3, "ana", "delivered", 4)]
    await file.write(None, b"", tales[:1], ALL)
    await file.write(None, b"", tales[1:], ALL)
    _, told = await file.read((await file.pages())[0])
    assert told == [tales[2], tales[0]]


async def test_a_full_disk_is_told_and_what_is_there_stays(file: SpoolFile) -> None:
    capture = rows_of(60)
    await fill(file, Capture())
    with small_files(1_000_000), pytest.raises(sqlite3.OperationalError):
        await fill(file, capture)
    kept = await numbers(file)
    assert 3 < len(kept) < 60
    await fill(file, capture, start=len(kept))  # there is room again
    found, damage = await read(file)
    assert ([row.note for row in found.rows], damage) == ([row.note for row in capture.rows], "")


async def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file")
    with pytest.raises(OSError, match=r".*"):
        await SpoolFile.begin(tmp_path / "spool", ABOUT)


# ---- what is left


async def test_a_file_that_was_not_closed_is_offered(file: SpoolFile, tmp_path: Path) -> None:
    capture = rows_of(3)
    await fill(file, capture)
    shutil.copytree(file.path.parent, tmp_path / "copy")
    [left], words = find_left(tmp_path / "copy")
    assert (left.about, left.rows, left.began, left.ended, words) == (ABOUT, 1_500, 1_000, 2_499, [])
    assert left.size > 100_000
    again = await SpoolFile.open(left.path)
    found, _ = await read(again)
    await again.close()
    assert found.rows == capture.rows
    assert [old.path for old in find_left(tmp_path / "copy")[0]] == [
        left.path
    ]  # it stays until it is deleted


_WRITER = """
import asyncio, sys
from pathlib import Path
from tests.app.services.test_spool import ABOUT, SpoolFile, fill, rows_of

async def main():
    file = await SpoolFile.begin(Path(sys.argv[1]), ABOUT)
    await fill(file, rows_of(3))
    print("written", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_what_was_awaited_survives_a_kill(tmp_path: Path) -> None:
    root = Path(__file__).parents[3]
    with subprocess.Popen(
        [sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE, cwd=root
    ) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"written\n"
        writer.kill()
    [left], _ = find_left(tmp_path)
    assert left.rows == 1_500


async def test_empty_and_old_ones_are_deleted(file: SpoolFile, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(file.path.parent, copy)
    assert find_left(copy) == ([], [])
    assert list(copy.iterdir()) == []
    await fill(file, rows_of(1))
    shutil.copytree(file.path.parent, copy, dirs_exist_ok=True)
    old = time.time() - (KEPT_DAYS + 1) * 86_400
    os.utime(copy / file.path.name, (old, old))
    assert find_left(copy) == ([], [])
    assert list(copy.iterdir()) == []


@pytest.mark.parametrize("content", [b"this is no database " * 500, b"SQLite format 3\0" + b"\xff" * 8_000])
def test_what_is_no_database_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.sqlite3").write_bytes(content)
    left, [words] = find_left(tmp_path)
    assert left == []
    [aside] = tmp_path.iterdir()
    assert aside.name.startswith("a.sqlite3.damaged-")
    assert aside.name in words
    assert aside.read_bytes() == content
    assert find_left(tmp_path) == ([], [])


def test_the_database_of_another_program_is_set_aside(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite3")) as db:
        db.execute("CREATE TABLE pages (first)")
    _, [words] = find_left(tmp_path)
    assert "application_id" in words


async def test_a_damaged_page_costs_its_rows_alone(file: SpoolFile, tmp_path: Path) -> None:
    capture = rows_of(4)
    await fill(file, capture)
    await file.close()
    with closing(sqlite3.connect(file.path)) as db, db:
        db.execute("UPDATE texts SET text = zeroblob(length(text)) WHERE first = 501")
        db.execute("DELETE FROM texts WHERE first = 1501")
    again = await SpoolFile.open(file.path)
    found, damage = await read(again)
    assert damage == "1,000 rows cannot be read: the file on disk is damaged."
    assert [row.note for row in found.rows if row.kind is Kind.STATUS] == [
        row.note for row in (*capture.rows[:500], *capture.rows[1_000:1_500])
    ]
    assert [row.note for row in found.rows if row.kind is Kind.GAP] == [
        "500 rows are missing here: not kept on disk, or not readable any more."
    ] * 2
    about = About(program="P", saved=1, title="Choir")

    async def borrow() -> SpoolFile:
        return again

    async def give_back(_file: SpoolFile) -> None:
        """It is closed below."""

    extract = LongExtract(OpenedCapture(), about, 0, in_memory=False)
    await save_long(tmp_path / "s.jsonl", write_lines, extract, lambda: None, lambda: None, borrow, give_back)
    assert len((tmp_path / "s.jsonl").read_bytes().splitlines()) == 1 + 1_000 + 2
    await again.close()
    with pytest.raises(CaptureFailed, match="The session was left"):
        await save_long(
            tmp_path / "t.jsonl", write_lines, extract, lambda: None, lambda: None, borrow, give_back
        )
    assert not (tmp_path / "t.jsonl").exists()
