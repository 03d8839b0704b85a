"""A capture file that is open, for windows."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from PySide6 import QtCore

from heliograph.bridge.composing import Shelf
from heliograph.bridge.garbage import burst
from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture, Row
from heliograph.model.text import one_line
from heliograph.services.captures import CaptureFailed, let_go
from heliograph.services.tasks import Tasks

#: Seconds between two tellings of what has been read.
_TELLING = 0.05


class Shown(Protocol):
    """What a window asks of a reader (model/captures/reading.py)."""

    @property
    def capture(self) -> Capture: ...
    @property
    def title(self) -> str: ...
    @property
    def program(self) -> str: ...
    @property
    def part(self) -> str: ...
    @property
    def damage(self) -> str: ...


class Source(Protocol):
    """Where rows are read from (services/captures.py, services/spool_reading.py)."""

    @property
    def path(self) -> Path:
        """Its file."""

    @property
    def where(self) -> str:
        """What to call it beside the session's name."""

    @property
    def reader(self) -> Shown | None:
        """What has been read."""

    @property
    def fraction(self) -> float:
        """How much, from 0 to 1."""

    async def read(self, on_turn: Callable[[], None]) -> object:
        """Read all of it. Raises `CaptureFailed`."""


class OpenedCapture(QtCore.QObject):
    """Its rows may still be coming: `inspection` tells of them as of a live session's."""

    #: None: more has been read, or all; see `fraction` and `is_read`.
    progressed = QtCore.Signal(object)

    def __init__(self, source: Source, shelf: Shelf, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._file = source
        self._inspection: Inspection | None = None
        self._shown: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks: Tasks | None = None
        self._reading: asyncio.Task[None] | None = None
        #: Another file, to be compared with this one.
        self.beside: Path | None = None
        self._next_telling = 0.0
        self.is_read = False
        self.was_stopped = False
        self._failed = ""

    async def begin(self, tasks: Tasks) -> None:
        """Read so much that there is something to show; the rest is read meanwhile.

        Raises:
            CaptureFailed: it cannot be read, or is no capture.
        """
        self._tasks = tasks
        self._reading = tasks.start(self._read(), name=f"reading {self.path.name}")
        await self._shown

    async def _read(self) -> None:
        try:
            with burst():
                await self._file.read(self._take)
        except CaptureFailed as failed:
            self._failed = failed.problem.text
            if not self._shown.done():
                self._shown.set_exception(failed)
                return
        except asyncio.CancelledError:
            self.was_stopped = True
            if not self._shown.done():
                self._shown.cancel()
            raise
        finally:
            self.is_read = True
        self._take()

    def _take(self) -> None:
        """Show what has been read since."""
        reader = self._file.reader
        if reader is None or not (reader.capture.rows or self.is_read):
            return
        now = time.perf_counter()
        if now < self._next_telling and not self.is_read:
            return  # each telling lays out and paints: reading would wait for that most of the time
        self._next_telling = now + _TELLING
        if self._inspection is None:
            self._inspection = Inspection(reader.capture, parent=self, shelf=self._shelf)
        else:
            self._inspection.rows_came()
        if not self._shown.done():
            self._shown.set_result(None)
        self.progressed.emit(None)

    def stop(self) -> None:
        """Read no more; what was read stays."""
        if self._reading is not None and not self.is_read:
            self._reading.cancel()
            self.was_stopped = self.is_read = True
            self.progressed.emit(None)

    def close(self) -> None:
        """Read no more, and let go of it all."""
        self.stop()
        if self._tasks is not None and self._file.reader is not None:
            rows, is_gone = self._file.reader.capture.rows, asyncio.Event()
            self.destroyed.connect(lambda _none: is_gone.set())
            self._tasks.spawn(_free(rows, is_gone), name=f"closing {self.path.name}")
        self.deleteLater()

    # ---- what is shown

    @property
    def inspection(self) -> Inspection:
        """What an inspector looks at, once `begin` has returned."""
        assert self._inspection is not None
        return self._inspection

    @property
    def path(self) -> Path:
        """Where it is."""
        return self._file.path

    @property
    def where(self) -> str:
        """What to call that place."""
        return self._file.where

    @property
    def name(self) -> str:
        """What to call it: by the session where the file names one, else by the file; for the eye, hiding nothing."""
        return one_line(self._reader.title or self.path.stem)

    @property
    def program(self) -> str:
        """What wrote it; "" where the file does not say."""
        return self._reader.program

    @property
    def part(self) -> str:
        """Which rows of the session it holds: "all", "filtered", "selected"."""
        return self._reader.part

    @property
    def fraction(self) -> float:
        """How much of it is read, from 0 to 1."""
        return self._file.fraction

    @property
    def damage(self) -> str:
        """What of it could not be read, in words; "" for nothing."""
        stopped = "Reading was stopped; there is more in the file." if self.was_stopped else ""
        return " ".join(part for part in (self._reader.damage, self._failed, stopped) if part)

    @property
    def _reader(self) -> Shown:
        assert self._file.reader is not None
        return self._file.reader


async def _free(rows: list[Row], is_gone: asyncio.Event) -> None:
    """Once no view is left to paint them."""
    await is_gone.wait()
    await let_go(rows)
