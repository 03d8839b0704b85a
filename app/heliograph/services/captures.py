"""Reading and writing capture files while a window goes on painting.

A file is read and written in a thread, which needs the interpreter for a moment only. What is in it is made and
understood on the window's own thread, in turns so short that no frame is late: a second thread doing that would
hold the interpreter against the painter for a switch interval (5 ms) at each of the many calls of one repaint.
"""

import asyncio
import errno
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar

from heliograph.model.capture import Row
from heliograph.model.captures.formats import HEAD_BYTES, reader_for
from heliograph.model.captures.reading import NoCapture, Reader
from heliograph.model.captures.trouble import cannot_read, cannot_write, no_capture
from heliograph.model.problem import Problem
from heliograph.services.private_files import Replacement

#: Bytes that are read or written at once in the thread.
_BLOCK = 1 << 20
#: Bytes that are understood between two looks at the clock.
_BITE = 32 << 10
#: Rows that are freed at once.
_FREED = 20_000
#: Seconds of a turn.
TURN = 0.004

T = TypeVar("T")


class CaptureFailed(Exception):
    """A file could not be read or written; `problem` is for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Turns:
    """Lets others have the loop whenever a turn is over, and calls `on_turn` just before."""

    def __init__(self, on_turn: Callable[[], None]) -> None:
        self._on_turn = on_turn
        self._until = time.perf_counter() + TURN

    async def maybe(self) -> None:
        """Call it between two pieces of work."""
        if time.perf_counter() >= self._until:
            self._on_turn()
            await asyncio.sleep(0)
            self._until = time.perf_counter() + TURN


async def _nothing() -> None:
    """Pieces need nothing."""


async def save_capture(
    path: Path,
    pieces: Iterator[bytes],
    on_turn: Callable[[], None],
    before: Callable[[], Awaitable[None]] = _nothing,
) -> None:
    """Write a file whole or not at all; a cancelled or failed one leaves what was there.

    `on_turn` is called now and then, for a progress bar. `before` is awaited before each piece: it fetches what that needs.

    Raises:
        CaptureFailed: with words for the person.
    """
    try:
        replacement = await _in_thread(_begin, path)
        try:
            await _write(replacement, pieces, on_turn, before)
            await _in_thread(replacement.finish)
        except BaseException:
            await asyncio.shield(_in_thread(replacement.abandon))
            raise
    except OSError as error:
        raise CaptureFailed(cannot_write(error, path.name, str(path.parent))) from None


def _begin(path: Path) -> Replacement:
    """Where `path` is a link, what it leads to is replaced."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    return Replacement(path.resolve())


async def _write(
    replacement: Replacement,
    pieces: Iterator[bytes],
    on_turn: Callable[[], None],
    before: Callable[[], Awaitable[None]],
) -> None:
    """What was made is written while the next block is made."""
    turns, block = Turns(on_turn), bytearray()
    writing: asyncio.Future[None] | None = None
    try:
        while True:
            await before()
            if (piece := next(pieces, None)) is None:
                break
            block += piece
            if len(block) >= _BLOCK:
                if writing is not None:
                    await writing
                writing, block = _in_thread(replacement.write, bytes(block)), bytearray()
            await turns.maybe()
    finally:
        if writing is not None:
            # Also where this was cancelled: nothing may be written into a file that is abandoned.
            await _done(writing)
    if writing is not None:
        writing.result()
    await _in_thread(replacement.write, bytes(block))


async def let_go(rows: list[Row]) -> None:
    """Free the rows of a capture that nobody looks at any more: a million at once would be a late frame."""
    while rows:
        del rows[-_FREED:]
        await asyncio.sleep(0)


class CaptureFile:
    """A file that is being read. `reader` fills its capture; `fraction` says how far it has come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.reader: Reader | None = None
        self._fed = 0

    @property
    def where(self) -> str:
        """What to call it."""
        return self.path.name

    @property
    def fraction(self) -> float:
        """From 0 to 1."""
        return min(1.0, self._fed / self.size) if self.size else 1.0

    async def read(self, on_turn: Callable[[], None]) -> Reader:
        """Read all of it; `on_turn` is called after each turn, with more rows in the capture of `reader`.

        Raises:
            CaptureFailed: it cannot be read, or is no capture; the words are for the person.
        """
        try:
            file = await _in_thread(self._open)
            try:
                return await self._feed(file, on_turn)
            finally:
                await asyncio.shield(_in_thread(file.close))
        except OSError as error:
            raise CaptureFailed(cannot_read(error, self.path.name, str(self.path.parent))) from None
        except NoCapture as bad:
            raise CaptureFailed(no_capture(self.path.name, str(bad))) from None

    def _open(self) -> BinaryIO:
        if self.path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "it is a folder")
        if self.path.exists() and not self.path.is_file():  # a pipe would be waited for
            raise OSError(errno.EINVAL, "It is no ordinary file")
        file = self.path.open("rb", buffering=0)
        self.size = os.fstat(file.fileno()).st_size
        return file

    async def _feed(self, file: BinaryIO, on_turn: Callable[[], None]) -> Reader:
        turns = Turns(on_turn)
        block = await _in_thread(file.read, _BLOCK)
        reader = self.reader = reader_for(block[:HEAD_BYTES])
        while block and not reader.is_over:
            coming = _in_thread(file.read, _BLOCK)
            try:
                for start in range(0, len(block), _BITE):
                    reader.feed(block[start : start + _BITE])
                    self._fed += len(block[start : start + _BITE])
                    await turns.maybe()
            finally:
                await _done(coming)  # the file is closed behind it
            block = coming.result()
        reader.end()
        on_turn()
        return reader


def _in_thread(work: Callable[..., T], *arguments: object) -> "asyncio.Future[T]":
    return asyncio.get_running_loop().run_in_executor(None, work, *arguments)


async def _done(future: "asyncio.Future[T]") -> None:
    """Until the thread has done with it, however it went."""
    await asyncio.wait([future])
    if not future.cancelled():
        future.exception()
