"""The older rows of one session on disk: takes them there between frames, and says how many there are."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6 import QtCore

from heliograph.bridge.batching import Alarm
from heliograph.bridge.live_capture import LiveCapture
from heliograph.model.captures.about import size_words
from heliograph.model.captures.extract import About
from heliograph.model.captures.long_extract import LongExtract
from heliograph.model.captures.pages import encode_page, entry_of
from heliograph.model.problem import Problem
from heliograph.model.spooling import Page, Spool
from heliograph.model.text import plural
from heliograph.services.captures import CaptureFailed
from heliograph.services.spool import NoRoom, SpoolAbout, SpoolFile, Written
from heliograph.services.tasks import Tasks

#: Rows wait so long for company, and the screen for what is new, in seconds.
_COMPANY, _TELLING = 1.0, 0.25
#: Seconds for which rows are made ready for the disk before a frame may come.
_TURN = 0.002
_WHAT_TO_DO = "Save what you need, or make room on the disk. The session itself goes on."


class Spooling(QtCore.QObject):
    """One for each session. No file is made before the first row gives way."""

    #: None: other rows are on disk, or it was switched.
    changed = QtCore.Signal(object)
    #: Problem: rows cannot be kept.
    problem = QtCore.Signal(object)

    def __init__(
        self, capture: LiveCapture, about: SpoolAbout, directory: Path, limit: Callable[[], int], tasks: Tasks,
        parent: QtCore.QObject | None = None,
    ) -> None:  # fmt: skip
        """`limit` says how many bytes of disk it may take now."""
        super().__init__(parent)
        self._capture, self._directory, self._limit, self._tasks = capture, directory, limit, tasks
        self.about = about
        #: Bytes of the rows on disk.
        self.used = 0
        self._spool = capture.spool = Spool()
        self._spool.on = False
        self._spool.wanted = self._wake
        self._file: SpoolFile | None = None
        self._writing = asyncio.Lock()
        self._on_way: set[asyncio.Future[Any]] = set()
        self._is_awake = self._is_closed = False
        self._forgotten = 0
        self._told = ""
        #: Up to this row nothing waits for company.
        self._due = 0
        self._later = Alarm(self._waited, self)
        self._telling = Alarm(self._tell, self)

    # ---- what is asked of it

    @property
    def is_on(self) -> bool:
        """Whether rows that give way go to disk; if not, those that are there stay."""
        return self._spool.on

    def switch(self, on: bool) -> None:
        """Have rows that give way from now on go to disk, or not."""
        if on != self._spool.on and not self._is_closed:
            self._spool.on = on
            self._told = ""
            self.changed.emit(None)

    @property
    def rows(self) -> int:
        """How many rows of the list are on disk."""
        return self._spool.kept

    @property
    def words(self) -> str:
        """How it stands, in words."""
        there = f"{plural(self.rows, 'older row')} on disk, {size_words(self.used)}." if self.rows else ""
        if self._told:
            return f"{there} Older rows are dropped now: {self._told}.".strip()
        if not there and self.is_on:
            return "Nothing is on disk yet: all rows are in memory."
        dropped = self._capture.lost - self.rows
        why = f" ({self._spool.why})" if self._spool.why else ""
        gone = f" {plural(dropped, 'row')} dropped{why}." if dropped else ""
        return f"{there or 'Nothing is on disk.'}{gone}"

    def extract(self, about: About) -> LongExtract:
        """All rows, those in memory as they are now; see `borrow`."""
        return LongExtract(self._capture, about, self._spool.floor)

    @property
    def floor(self) -> int:
        """Rows up to this number are none of the list's."""
        return self._spool.floor

    async def borrow(self) -> SpoolFile:
        """The file, with all in it that waits now. Give it back: until then nothing gives way in it.

        Raises `CaptureFailed` where there is none.
        """
        await self._settle()
        if self._file is None or self._is_closed:
            raise CaptureFailed(Problem("There are no rows on disk", self._told or "None was needed yet."))
        self._file.hold()
        return self._file

    async def give_back(self, file: SpoolFile) -> None:
        """It was read."""
        await file.let_go()
        if not self._is_closed:
            self._wake()

    async def close(self) -> None:
        """The session is left: its rows go, those in memory and those on disk."""
        if not self._is_closed:
            self._is_closed = True
            self._spool.on = False
            self._later.stop()
            self._telling.stop()
        await self._arrived()
        async with self._writing:
            if self._file is not None:
                await self._file.dispose()

    async def end(self) -> None:
        """The program ends."""
        await self.close()
        if self._file is not None:
            await self._file.end()

    # ---- writing

    def _wake(self) -> None:
        if not self._is_awake and not self._is_closed:
            self._is_awake = True
            self._tasks.spawn(self._write_all(), name="rows to disk")

    def _waited(self) -> None:
        """Long enough: what waits goes, little as it is."""
        self._due = self._capture.dropped + 1
        self._wake()

    async def _write_all(self) -> None:
        async with self._writing:
            self._is_awake = False
            until = time.perf_counter() + _TURN
            while await self._write_one():
                # A frame may be due; but a late frame is better than lost rows.
                if time.perf_counter() >= until and not self._spool.is_pressed:
                    await asyncio.sleep(0)
                    until = time.perf_counter() + _TURN
        self._forget()
        if self._spool.waiting and not self._is_closed:
            self._later.within(_COMPANY)

    async def _write_one(self) -> bool:
        """One page, and what was told; whether there may be more."""
        if self._is_closed or not (self._spool.waiting or self._file):
            return False
        try:
            file = await self._begin()
        except Exception as error:  # noqa: BLE001 (a person is told, and the session goes on)
            self._refused(error)
            return False
        page = self._spool.next_page(even_small=self._spool.first_waiting <= self._due)
        told = self._spool.take_told()
        if page is None and not told:
            return False
        entry = entry_of(page) if page is not None else None
        text = encode_page(page, self._capture) if page is not None else b""
        self._watch(file.write(entry, text, told, self._limit()), page)
        return page is not None

    async def _begin(self) -> SpoolFile:
        if self._file is None:
            self._file = await SpoolFile.begin(self._directory, self.about)
        return self._file

    def _watch(self, writing: "asyncio.Future[Written]", page: Page | None) -> None:
        def finished(writing: "asyncio.Future[Written]") -> None:
            self._on_way.discard(writing)
            error = writing.exception()
            if error is None:
                self._written(writing.result(), page)
            elif page is not None:
                self._spool.lost(page, _words(error))
                self._failed(error)
            self._telling.within(_TELLING)

        self._on_way.add(writing)
        writing.add_done_callback(finished)

    def _written(self, written: Written, page: Page | None) -> None:
        self.used = written.used
        for first, count in written.gone:
            self._spool.gone(first, count, written.why)
        if page is not None:
            self._spool.written(page)
            self._told = ""

    def _forget(self) -> None:
        """Rows that were cleared for good go."""
        file, number = self._file, self._spool.unwanted
        if file is not None and number > self._forgotten and not file.is_held:
            self._forgotten = number
            forgetting = file.forget(number)
            self._on_way.add(forgetting)
            forgetting.add_done_callback(self._on_way.discard)
            forgetting.add_done_callback(self._look_at_forgetting)

    def _look_at_forgetting(self, forgetting: "asyncio.Future[int]") -> None:
        if (error := forgetting.exception()) is not None:
            self._failed(error)
        else:
            self.used = forgetting.result()
        self._telling.within(_TELLING)

    async def _settle(self) -> None:
        """Until all that waits now is on disk, or known not to be."""
        self._due = self._capture.dropped + 1
        await self._write_all()
        await self._arrived()

    async def _arrived(self) -> None:
        while self._on_way:
            await asyncio.wait(list(self._on_way))
            await asyncio.sleep(0)

    # ---- saying how it stands

    def _tell(self) -> None:
        self._capture.say_what_is_lost()
        self.changed.emit(None)

    def _refused(self, error: BaseException) -> None:
        self._spool.refuse(_words(error))
        self._failed(error)
        self._telling.within(_TELLING)

    def _failed(self, error: BaseException) -> None:
        words = _words(error)
        if words != self._told:
            self._told = words
            text = f"Older rows that do not fit into memory are dropped: {words}."
            self.problem.emit(Problem("Long captures cannot be kept on disk", text, _WHAT_TO_DO))


def _words(error: BaseException) -> str:
    if isinstance(error, NoRoom):
        return str(error)
    return str(getattr(error, "strerror", "") or error)
