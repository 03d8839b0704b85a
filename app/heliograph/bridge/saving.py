"""Capture files that are being written."""

# ruff: noqa: PLC0415 - the first paint does not wait for what it does not need

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtCore

from heliograph.bridge.garbage import burst
from heliograph.bridge.long_captures import OnDisk

if TYPE_CHECKING:
    from heliograph.model.captures.extract import About, Extract
    from heliograph.model.captures.formats import Format


class Saving(QtCore.QObject):
    """A file that is being written."""

    #: None: some more has been written.
    progressed = QtCore.Signal(object)
    #: None: it is there, whole.
    saved = QtCore.Signal(object)
    #: Problem: it is not there.
    failed = QtCore.Signal(object)

    def __init__(self, path: Path, format: "Format", extract: "Extract", parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self.path, self.format, self._extract = path, format, extract
        self.cancel: Callable[[], object] = lambda: None

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        return len(self._extract)

    @property
    def fraction(self) -> float:
        """How much is written, from 0 to 1."""
        return min(1.0, self._extract.served / (max(1, self.rows) * self.format.passes))

    async def run(self) -> None:
        """Write it."""
        from heliograph.services.captures import CaptureFailed

        try:
            with burst():
                await self._write()
        except CaptureFailed as failed:
            self.failed.emit(failed.problem)
        else:
            self.saved.emit(None)

    async def _write(self) -> None:
        from heliograph.services.captures import save_capture

        await save_capture(self.path, self.format.write(self._extract), self._progress)

    def _progress(self) -> None:
        self.progressed.emit(None)


class LongSaving(Saving):
    """The same with rows that are on disk."""

    def __init__(
        self, path: Path, format: "Format", disk: OnDisk, about: "About", parent: QtCore.QObject
    ) -> None:
        self._long = disk.extract(about)
        super().__init__(path, format, self._long, parent)
        self._disk, self._guess = disk, disk.rows

    @property
    def rows(self) -> int:
        """How many rows it holds; about so many, until that is known."""
        return len(self._long) + self._guess

    async def _write(self) -> None:
        from heliograph.services.spool_reading import save_long

        await save_long(
            self.path, self.format.write, self._long, self._progress, self._begun, self._disk.borrow,
            self._disk.give_back,
        )  # fmt: skip

    def _begun(self) -> None:
        self._guess = 0
