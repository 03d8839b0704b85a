"""Capture files on disk: whole or not at all, and what goes wrong is said."""

import asyncio
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.extract import About, Extract
from heliograph.model.captures.lines import write_lines
from heliograph.model.captures.trouble import cannot_read, cannot_write
from heliograph.services import captures
from heliograph.services.captures import CaptureFailed, CaptureFile, save_capture
from tests.support.full_disk import small_files

ABOUT = About(program="Heliograph", saved=1, title="Choir")


def capture_of(rows: int) -> Capture:
    capture = Capture()
    for number in range(rows):
        capture.note(Kind.STATUS, f"row {number} " + "x" * 100, 1_000 + number)
    return capture


def nothing() -> None:
    pass


def names(folder: Path) -> list[str]:
    return [found.name for found in folder.iterdir()]


def open_files() -> int:
    """How many this process has; 0 where the system does not say."""
    known = Path("/proc/self/fd")
    return len(names(known)) if known.is_dir() else 0


async def save(path: Path, rows: int) -> Capture:
    capture = capture_of(rows)
    await save_capture(path, write_lines(Extract(capture, ABOUT)), nothing)
    return capture


async def test_what_is_saved_is_opened(tmp_path: Path) -> None:
    path, turns = tmp_path / "a.jsonl", list[float]()
    capture = await save(path, 40_000)
    file = CaptureFile(path)
    reader = await file.read(lambda: turns.append(file.fraction))
    assert reader.capture.rows == capture.rows
    assert reader.damage == ""
    assert turns == sorted(turns)
    assert turns[-1] == 1.0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(tmp_path) == ["a.jsonl"]


async def test_others_have_the_loop_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(captures, "TURN", 0.0)
    path, steps = tmp_path / "a.jsonl", 0

    async def count() -> None:
        nonlocal steps
        while True:
            steps += 1
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        counting = group.create_task(count())
        await save(path, 5_000)
        saved, steps = steps, 0
        await CaptureFile(path).read(nothing)
        counting.cancel()
    assert saved > 10
    assert steps > 10


async def test_a_cancelled_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("before")
    begun = asyncio.Event()

    def pieces() -> Iterator[bytes]:
        while True:
            begun.set()
            yield b"x" * 100_000

    saving = asyncio.get_running_loop().create_task(save_capture(path, pieces(), nothing))
    await begun.wait()
    await asyncio.sleep(0.02)
    saving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await saving
    assert path.read_text() == "before"
    assert names(tmp_path) == ["a.jsonl"]


async def test_a_cancelled_read_lets_go_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await save(path, 30_000)
    before = open_files()
    started = asyncio.Event()
    reading = asyncio.get_running_loop().create_task(CaptureFile(path).read(started.set))
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert open_files() == before


async def test_a_save_that_fails_in_the_middle_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    await save(path, 10)
    before = path.read_bytes()
    with small_files(1_500_000), pytest.raises(CaptureFailed) as failed:
        await save(path, 40_000)
    problem = failed.value.problem
    assert problem.title == "a.jsonl was not saved"
    assert "larger than files may be there" in problem.text
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.jsonl"]


async def test_a_disk_that_fails_at_last_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    await save(path, 10)
    before = path.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CaptureFailed) as failed:
        await save(path, 20)
    assert "no room left" in failed.value.problem.text
    assert path.read_bytes() == before
    assert names(tmp_path) == ["a.jsonl"]


async def test_where_nothing_can_be_saved(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    for path, words in (
        (tmp_path / "none" / "a.jsonl", "is not there"),
        (tmp_path / "folder", "is a folder"),
        (tmp_path / "file" / "a.jsonl", "is not there"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        with pytest.raises(CaptureFailed) as failed:
            await save(path, 1)
        assert words in failed.value.problem.text


async def test_a_link_leads_to_what_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real.jsonl").write_text("before")
    (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
    await save(tmp_path / "link.jsonl", 1)
    assert (tmp_path / "link.jsonl").is_symlink()
    assert (tmp_path / "real.jsonl").read_text() != "before"


async def test_what_cannot_be_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "nonsense.jsonl").write_bytes(os.urandom(5_000))
    (tmp_path / "empty.jsonl").touch()
    for name, words in (
        ("none.jsonl", "It is not in"), ("folder", "It is a folder"), ("pipe", "no ordinary file"),
        ("nonsense.jsonl", "no capture"), ("empty.jsonl", "empty"),
    ):  # fmt: skip
        with pytest.raises(CaptureFailed) as failed:
            await CaptureFile(tmp_path / name).read(nothing)
        assert words in failed.value.problem.text
        assert failed.value.problem.title == f"{name} cannot be opened"


@pytest.mark.parametrize(
    ("number", "writing", "reading"),
    [
        (errno.EACCES, "You may not write into /home", "You may not read this file."),
        (errno.EROFS, "You may not write into /home", "You may not read this file."),
        (errno.ENOSPC, "There is no room left", "No space left on device."),
        (errno.EIO, "Input/output error.", "Input/output error."),
    ],
)
def test_words_for_errors(number: int, writing: str, reading: str) -> None:
    error = OSError(number, os.strerror(number))
    assert cannot_write(error, "a", "/home").text.startswith(writing)
    assert "as it was" in cannot_write(error, "a", "/home").text
    assert cannot_read(error, "a", "/home").text == reading
