"""The program's dealings with capture files: which are open, which are saved, which were used last."""

# ruff: noqa: PLC0415 - the first paint does not wait for what it does not need

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6 import QtCore

from heliograph.bridge.long_captures import PROGRAM, LongCaptures, OnDisk
from heliograph.bridge.saving import LongSaving, Saving
from heliograph.model.settings import Settings
from heliograph.resources import resource
from heliograph.services.tasks import Tasks

if TYPE_CHECKING:
    from heliograph.bridge.inspection import Inspection
    from heliograph.bridge.kept_capture import KeptCapture
    from heliograph.bridge.opened_capture import OpenedCapture, Source
    from heliograph.bridge.session_controller import SessionController
    from heliograph.model.captures.extract import Part
    from heliograph.model.captures.formats import Format
    from heliograph.model.captures.pages import Part as RowsPart

#: How many of the last files are remembered.
MOST_RECENT = 8


class SettingsKeeper(Protocol):
    """Where the last files are remembered."""

    @property
    def settings(self) -> Settings:
        """With `captures` and `captures_folder`."""

    def save_settings(self, **changes: Any) -> None:
        """Change these members."""


class CaptureDesk(QtCore.QObject):
    """One for the program."""

    #: OpenedCapture: to be shown, where the one who asked did not ask for it to be told to them.
    opened = QtCore.Signal(object)
    #: Problem: a file could not be opened.
    problem = QtCore.Signal(object)
    #: None: other files are the last ones.
    recent_changed = QtCore.Signal(object)
    #: None: `kept` is another one, or none.
    kept_changed = QtCore.Signal(object)

    def __init__(
        self, keeper: SettingsKeeper, directory: Path, tasks: Tasks, parent: QtCore.QObject | None = None
    ) -> None:
        """`directory` is the person's own."""
        super().__init__(parent)
        self._keeper, self._tasks = keeper, tasks
        #: Rows on disk that do not fit into memory.
        self.long = LongCaptures(keeper, directory, tasks, self)
        self.long.problem.connect(self.problem)
        #: What was captured of the session that was left last; None for nothing.
        self.kept: KeptCapture | None = None

    # ---- of the session that was left

    def follow(self, controller: "SessionController") -> None:
        """A session is on screen: once it is left, what was captured of it stays until the next one is."""
        self._keep(None)
        controller.closed.connect(lambda _none: self._left(controller))

    def _left(self, controller: "SessionController") -> None:
        from heliograph.bridge.kept_capture import KeptCapture, has_signals
        from heliograph.bridge.live_capture import LiveCapture

        capture, session = controller.capture, controller.session
        if isinstance(capture, LiveCapture) and session is not None and has_signals(capture):
            self._keep(KeptCapture(capture, controller.title, session.id))

    def _keep(self, kept: "KeptCapture | None") -> None:
        before, self.kept = self.kept, kept
        if before is not kept:
            self.kept_changed.emit(None)
        if before is not None:
            self._tasks.spawn(before.let_go(), name="letting go of a capture")

    def open_kept(self) -> None:
        """Open what is kept. Ends in `opened`."""
        if self.kept is not None:
            self._tasks.spawn(self._open_kept(self.kept), name="opening what was kept")

    async def _open_kept(self, kept: "KeptCapture") -> None:
        opened = await self._begin(kept.source())
        if opened is not None:
            self.opened.emit(opened)

    def save_kept(self, kept: "KeptCapture", path: Path, format: "Format") -> Saving:
        """Begin to write it to a file; see `save`."""
        return self._save(Saving(path, format, kept.extract(PROGRAM, _now()), self))

    # ---- opening

    def open(
        self, path: Path, then: "Callable[[OpenedCapture], None] | None" = None, beside: Path | None = None
    ) -> None:
        """Open a file, and another beside it. Ends in `opened`, or `then`; or in `problem`."""
        work = self._open(path.absolute(), then, remember=True, beside=beside)
        self._tasks.spawn(work, name=f"opening {path.name}")

    def open_sample(self, then: "Callable[[OpenedCapture], None] | None" = None) -> None:
        """Open the capture that comes with the program."""
        self._tasks.spawn(self._open(sample_path(), then, remember=False), name="opening the sample")

    async def _open(
        self,
        path: Path,
        then: "Callable[[OpenedCapture], None] | None",
        *,
        remember: bool,
        beside: Path | None = None,
    ) -> None:
        from heliograph.services.captures import CaptureFile

        opened = await self._begin(CaptureFile(path))
        if opened is None:
            self.forget(path)
            return
        opened.beside = beside
        if remember:
            self._remember(path)
        (then or self.opened.emit)(opened)

    async def _begin(self, source: "Source") -> "OpenedCapture | None":
        """Open it; None where that fails, which is told."""
        from heliograph.bridge.opened_capture import OpenedCapture
        from heliograph.services.captures import CaptureFailed

        opened = OpenedCapture(source, self._keeper, self)
        try:
            await opened.begin(self._tasks)
        except CaptureFailed as failed:
            opened.deleteLater()
            self.problem.emit(failed.problem)
            return None
        return opened

    def open_part(self, disk: OnDisk, part: "RowsPart") -> None:
        """Open rows that are on disk. Ends in `opened` or `problem`."""
        self._tasks.spawn(self._open_part(disk, part), name="opening rows on disk")

    async def _open_part(self, disk: OnDisk, part: "RowsPart") -> None:
        from heliograph.services.captures import CaptureFailed
        from heliograph.services.spool_reading import SpoolPart

        try:
            file = await disk.borrow()
        except CaptureFailed as failed:
            self.problem.emit(failed.problem)
            return
        opened = await self._begin(SpoolPart(file, disk.about, part, lambda: disk.give_back(file)))
        if opened is not None:
            self.opened.emit(opened)

    # ---- saving

    def save(
        self,
        inspection: "Inspection",
        path: Path,
        format: "Format",
        part: "Part",
        title: str,
        session: str = "",
    ) -> Saving:
        """Begin to write a file; connect to what is returned before the loop goes on.

        All rows are those on disk too.
        """
        from heliograph.model.captures.extract import About, Extract

        disk = self.long.of(inspection.controller)
        if part == "all" and disk is not None and disk.rows:
            return self.save_long(disk, path, format)
        numbers = {"all": None, "filtered": inspection.numbers(), "selected": inspection.selected}[part]
        text = inspection.filter_text if part == "filtered" else ""
        about = About(
            program=PROGRAM, saved=_now(), session=session, title=title, part=part, filter=text,
        )  # fmt: skip
        return self._save(Saving(path, format, Extract(inspection.capture, about, numbers), self))

    def save_long(self, disk: OnDisk, path: Path, format: "Format") -> Saving:
        """The same for all rows of a session, those on disk and those that are in memory."""
        from heliograph.model.captures.extract import About

        about = About(
            program=PROGRAM,
            saved=_now(),
            session=disk.about.session,
            title=disk.about.title,
        )
        return self._save(LongSaving(path, format, disk, about, self))

    def _save(self, saving: Saving) -> Saving:
        path, format = saving.path, saving.format
        saving.saved.connect(lambda _none: self._remember(path.absolute(), opens=format.opens))
        saving.cancel = self._tasks.start(saving.run(), name=f"saving {path.name}").cancel
        return saving

    # ---- what was used last

    @property
    def folder(self) -> str:
        """Where the next file is looked for; "" for wherever the system says."""
        folder = self._keeper.settings.captures_folder
        return folder if folder and Path(folder).is_dir() else ""

    def recent(self) -> list[Path]:
        """The last files, the latest first."""
        return [Path(path) for path in self._keeper.settings.captures]

    def forget(self, path: Path) -> None:
        """Take a file off the list; the file stays."""
        kept = tuple(known for known in self._keeper.settings.captures if known != str(path))
        if kept != self._keeper.settings.captures:
            self._keeper.save_settings(captures=kept)
            self.recent_changed.emit(None)

    def _remember(self, path: Path, *, opens: bool = True) -> None:
        known = self._keeper.settings.captures
        if opens:
            known = (str(path), *(other for other in known if other != str(path)))[:MOST_RECENT]
        self._keeper.save_settings(captures=known, captures_folder=str(path.parent))
        self.recent_changed.emit(None)


def sample_path() -> Path:
    """The capture that comes with the program."""
    return resource("captures", "sample.jsonl")


def _now() -> int:
    return time.time_ns() // 1_000_000
