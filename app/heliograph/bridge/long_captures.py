"""Long captures on disk: those of the sessions that are open, and those that a program left that could not end well."""

# ruff: noqa: PLC0415 - the first paint does not wait for what it does not need

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from PySide6 import QtCore

from heliograph import __version__
from heliograph.bridge.composing import Shelf
from heliograph.model.problem import Problem
from heliograph.services.tasks import Tasks

if TYPE_CHECKING:
    from heliograph.bridge.session_controller import SessionController
    from heliograph.bridge.spooling import Spooling
    from heliograph.model.captures.extract import About
    from heliograph.model.captures.long_extract import LongExtract
    from heliograph.model.captures.pages import Part
    from heliograph.services.spool import SpoolAbout, SpoolFile
    from heliograph.services.spool_schema import LeftSpool

PROGRAM = f"Heliograph {__version__}"
#: Below the person's own directory.
FOLDER = "long captures"


class OnDisk(Protocol):
    """Rows on disk, whoever they are of."""

    @property
    def about(self) -> "SpoolAbout":
        """Whose they are."""

    @property
    def rows(self) -> int:
        """How many there are."""

    @property
    def floor(self) -> int:
        """Those up to this number are not meant."""

    def extract(self, about: "About") -> "LongExtract":
        """All rows, with those that are in memory."""

    async def borrow(self) -> "SpoolFile":
        """The file, to be given back. Raises `CaptureFailed`."""

    async def give_back(self, file: "SpoolFile") -> None:
        """It was read."""


class Left:
    """A file that was left."""

    def __init__(self, found: "LeftSpool") -> None:
        self.path, self.about, self.rows = found.path, found.about, found.rows
        self.began, self.ended, self.size = found.began, found.ended, found.size
        self.floor = 0

    def extract(self, about: "About") -> "LongExtract":
        """All of it."""
        from heliograph.model.captures.long_extract import LongExtract
        from heliograph.model.captures.opened import OpenedCapture

        return LongExtract(OpenedCapture(), about, self.floor, in_memory=False)

    async def borrow(self) -> "SpoolFile":
        """The file, opened for whoever asks."""
        import sqlite3

        from heliograph.model.captures.trouble import cannot_read
        from heliograph.services.captures import CaptureFailed
        from heliograph.services.spool import SpoolFile

        try:
            return await SpoolFile.open(self.path)
        except (sqlite3.Error, OSError) as error:
            found = error if isinstance(error, OSError) else OSError(0, str(error))
            raise CaptureFailed(
                cannot_read(found, f"“{self.about.title}” on disk", str(self.path.parent))
            ) from None

    async def give_back(self, file: "SpoolFile") -> None:
        """It was read; the file stays."""
        await file.close()


class LongCaptures(QtCore.QObject):
    """One for the program."""

    #: None: other captures are left on disk.
    left_changed = QtCore.Signal(object)
    #: Problem: something about them is amiss.
    problem = QtCore.Signal(object)

    def __init__(
        self, shelf: Shelf, directory: Path, tasks: Tasks, parent: QtCore.QObject | None = None
    ) -> None:
        """`directory` is the person's own."""
        super().__init__(parent)
        self._shelf, self._tasks = shelf, tasks
        self._directory = directory / FOLDER
        self._live: dict[SessionController, Spooling] = {}
        #: What is left of sessions that did not end in good order, the latest first.
        self.left: list[Left] = []

    async def open(self) -> None:
        """Look at what is left."""
        if not self._directory.is_dir():
            return
        from heliograph.services.spool_schema import find_left

        loop = asyncio.get_running_loop()
        try:
            found, words = await loop.run_in_executor(None, find_left, self._directory)
        except OSError as error:
            found, words = [], [f"Long captures on disk cannot be looked at: {error.strerror or error}."]
        self.left = [Left(left) for left in found]
        self.left_changed.emit(None)
        for text in words:
            self.problem.emit(Problem("A long capture was put aside", text, "Nothing was deleted."))

    async def close(self) -> None:
        """The sessions have ended: what they had on disk goes."""
        for spooling in list(self._live.values()):
            await spooling.end()

    # ---- of sessions

    def watch(self, controller: "SessionController") -> None:
        """A session is open: its older rows go to disk while the person wants that."""
        from heliograph.bridge.live_capture import LiveCapture
        from heliograph.bridge.spooling import Spooling
        from heliograph.services.spool import SpoolAbout

        if not isinstance(controller.capture, LiveCapture) or controller.session is None:
            return
        about = SpoolAbout(
            session=controller.session.id, title=controller.title, program=PROGRAM, created=_now()
        )
        spooling = Spooling(
            controller.capture, about, self._directory, lambda: self._shelf.settings.long_captures_bytes,
            self._tasks, self,
        )  # fmt: skip
        spooling.problem.connect(controller.problem)
        self._live[controller] = spooling
        controller.closed.connect(lambda _none: self._closed(controller))
        spooling.switch(self._shelf.settings.long_captures)

    def of(self, controller: object) -> "Spooling | None":
        """What a session has on disk."""
        return self._live.get(cast("SessionController", controller))

    def switch(self) -> None:
        """The settings say otherwise than before."""
        for spooling in self._live.values():
            spooling.switch(self._shelf.settings.long_captures)

    def _closed(self, controller: "SessionController") -> None:
        self._tasks.spawn(self._end(controller), name="removing rows on disk")

    async def _end(self, controller: "SessionController") -> None:
        spooling = self._live.get(controller)
        if spooling is not None:
            await spooling.close()
            self._live.pop(controller, None)
            spooling.deleteLater()

    # ---- of before

    def delete(self, left: Left) -> None:
        """Delete what was left."""
        from heliograph.services.spool import remove

        try:
            remove(left.path)
        except OSError as error:
            words = f"{error.strerror or error}."
            self.problem.emit(Problem(f"“{left.about.title}” on disk cannot be deleted", words))
            return
        self.left.remove(left)
        self.left_changed.emit(None)

    # ---- looking into them

    def find_parts(self, disk: OnDisk, then: "Callable[[list[Part]], None]") -> None:
        """Tell in which parts they can be opened: each fits into memory."""
        self._tasks.spawn(self._find_parts(disk, then), name="parts of a long capture")

    async def _find_parts(self, disk: OnDisk, then: "Callable[[list[Part]], None]") -> None:
        from heliograph.model.captures.pages import parts_of
        from heliograph.services.captures import CaptureFailed
        from heliograph.services.spool_reading import read_pages

        try:
            pages = await read_pages(disk.borrow, disk.give_back)
        except CaptureFailed as failed:
            self.problem.emit(failed.problem)
            return
        then(parts_of([page for page in pages if page.first > disk.floor]))


def _now() -> int:
    return time.time_ns() // 1_000_000
