"""The program's dealings with capture files: which are open, which are saved, which were used last."""

# ruff: noqa: PLC0415 - the first paint does not wait for what it does not need

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from PySide6 import QtCore

from heliograph import __version__
from heliograph.bridge.garbage import burst
from heliograph.model.settings import Settings
from heliograph.resources import resource
from heliograph.services.tasks import Tasks

if TYPE_CHECKING:
    from heliograph.bridge.inspection import Inspection
    from heliograph.bridge.opened_capture import OpenedCapture
    from heliograph.model.captures.extract import Extract, Part
    from heliograph.model.captures.formats import Format

PROGRAM = f"Heliograph {__version__}"
#: How many of the last files are remembered.
MOST_RECENT = 8


class SettingsKeeper(Protocol):
    """Where the last files are remembered."""

    @property
    def settings(self) -> Settings:
        """With `captures` and `captures_folder`."""

    def save_settings(self, **changes: Any) -> None:
        """Change these members."""


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
        from heliograph.services.captures import CaptureFailed, save_capture

        try:
            with burst():
                pieces = self.format.write(self._extract)
                await save_capture(self.path, pieces, lambda: self.progressed.emit(None))
        except CaptureFailed as failed:
            self.failed.emit(failed.problem)
        else:
            self.saved.emit(None)


class CaptureDesk(QtCore.QObject):
    """One for the program."""

    #: OpenedCapture: to be shown, where the one who asked did not ask for it to be told to them.
    opened = QtCore.Signal(object)
    #: Problem: a file could not be opened.
    problem = QtCore.Signal(object)
    #: None: other files are the last ones.
    recent_changed = QtCore.Signal(object)

    def __init__(self, keeper: SettingsKeeper, tasks: Tasks, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._keeper, self._tasks = keeper, tasks

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
        from heliograph.bridge.opened_capture import OpenedCapture
        from heliograph.services.captures import CaptureFailed

        opened = OpenedCapture(path, self._keeper, self)
        opened.beside = beside
        try:
            await opened.begin(self._tasks)
        except CaptureFailed as failed:
            opened.deleteLater()
            self.forget(path)
            self.problem.emit(failed.problem)
            return
        if remember:
            self._remember(path)
        (then or self.opened.emit)(opened)

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
        """Begin to write a file; connect to what is returned before the loop goes on."""
        from heliograph.model.captures.extract import About, Extract

        numbers = {"all": None, "filtered": inspection.numbers(), "selected": inspection.selected}[part]
        text = inspection.filter_text if part == "filtered" else ""
        about = About(
            program=PROGRAM, saved=time.time_ns() // 1_000_000, session=session, title=title, part=part, filter=text,
        )  # fmt: skip
        saving = Saving(path, format, Extract(inspection.capture, about, numbers), self)
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
