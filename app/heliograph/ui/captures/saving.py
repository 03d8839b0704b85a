"""Saving a capture: which rows, which format, where; then it is written while the pane goes on."""

import datetime
from collections.abc import Callable
from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.kept_capture import KeptCapture
from heliograph.bridge.long_captures import Left
from heliograph.bridge.saving import Saving
from heliograph.model.captures.extract import Part
from heliograph.model.captures.formats import FORMATS, Format
from heliograph.model.captures.naming import file_name
from heliograph.model.problem import Problem
from heliograph.model.text import one_line, plural
from heliograph.ui import theme
from heliograph.ui.captures.choosing import choose_target
from heliograph.ui.captures.progress import Act, ProgressLine
from heliograph.ui.dialogs import decision
from heliograph.ui.form import muted
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip


def save_capture(parent: QtWidgets.QWidget, inspection: Inspection, desk: CaptureDesk, title: str) -> None:
    """Ask what and where, then write. How far it is, and what came of it, is said at the bottom of `parent`.

    `title` is what to call the session.
    """
    disk = desk.long.of(inspection.controller)
    dialog = SaveDialog(parent, _parts(inspection, disk.rows if disk is not None else 0))

    def decided(format: Format, part: Part) -> None:
        name = file_name(title, datetime.datetime.now())  # noqa: DTZ005 (the person's own clock)
        choose_target(parent, desk, format, name, lambda path: write(path, format, part))

    def write(path: Path, format: Format, part: Part) -> None:
        controller = inspection.controller
        session = controller.session.id if controller is not None and controller.session is not None else ""
        saving = desk.save(inspection, path, format, part, title, session)
        _line_of(parent).follow(saving, desk)

    dialog.decided = decided
    dialog.open()


def save_left(parent: QtWidgets.QWidget, left: Left, desk: CaptureDesk) -> None:
    """The same for rows that a session left on disk."""
    _save_all(parent, left, left.about.title, desk, lambda path, chosen: desk.save_long(left, path, chosen))


def save_kept(parent: QtWidgets.QWidget, kept: KeptCapture, desk: CaptureDesk) -> None:
    """The same for what was captured of the session that was left last."""
    _save_all(parent, kept, kept.title, desk, lambda path, chosen: desk.save_kept(kept, path, chosen))


def _save_all(
    parent: QtWidgets.QWidget, rows: Left | KeptCapture, title: str, desk: CaptureDesk,
    save: Callable[[Path, Format], Saving],
) -> None:  # fmt: skip
    dialog = SaveDialog(parent, [("all", f"All {plural(rows.rows, 'row')}")])

    def decided(format: Format, _part: Part) -> None:
        name = file_name(title, datetime.datetime.fromtimestamp(rows.began / 1_000))  # noqa: DTZ006 (see above)
        choose_target(
            parent, desk, format, name, lambda path: _line_of(parent).follow(save(path, format), desk)
        )

    dialog.decided = decided
    dialog.open()


def _line_of(parent: QtWidgets.QWidget) -> "SavingLine":
    """The line at the bottom of a widget; it is put there when it is first needed."""
    line = parent.findChild(SavingLine)
    if line is None:
        line = SavingLine()
        layout = parent.layout()
        assert isinstance(layout, QtWidgets.QBoxLayout)
        layout.addWidget(line)
    return line


class SaveDialog(QtWidgets.QDialog):
    """Which rows, and in which format."""

    def __init__(self, parent: QtWidgets.QWidget, offered: list[tuple[Part, str]]) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Save the capture")
        #: Called once the person has chosen.
        self.decided: Callable[[Format, Part], None] = lambda _format, _part: None
        self._offered = offered
        self._parts, self._formats = QtWidgets.QButtonGroup(self), QtWidgets.QButtonGroup(self)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(2))
        column.addWidget(_heading("Rows"))
        for number, (_, words) in enumerate(self._offered):
            column.addWidget(_choice(self._parts, number, words, "Rows"))
        column.addSpacing(space(3))
        column.addWidget(_heading("Format"))
        for number, format in enumerate(FORMATS):
            button = _choice(self._formats, number, f"{format.words}  ({format.suffix})", "Format")
            button.setAccessibleDescription(format.help)
            about = muted(format.help)
            about.setContentsMargins(space(6), 0, 0, space(1))
            column.addWidget(button)
            column.addWidget(about)
        column.addSpacing(space(2))
        column.addWidget(muted("Secrets in invites and tokens are left out of every file."))
        column.addSpacing(space(3))
        column.addLayout(decision(self, "Choose where…", self._decide))
        self.setFixedWidth(480)

    def _decide(self) -> None:
        self.accept()
        self.decided(FORMATS[self._formats.checkedId()], self._offered[self._parts.checkedId()][0])


class SavingLine(ProgressLine):
    """How far a file is written, and what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self._saving: Saving | None = None

    def follow(self, saving: Saving, desk: CaptureDesk) -> None:
        """Show this one."""
        self._saving = saving
        cancel = Act("Cancel", lambda: self._cancel(saving))

        def progressed(_none: object) -> None:
            if self._saving is saving:
                self.show_progress(f"Saving {plural(saving.rows, 'row')}…", saving.fraction, cancel)

        saving.progressed.connect(progressed)
        saving.saved.connect(lambda _none: self._saved(saving, desk))
        saving.failed.connect(self._failed)
        progressed(None)

    def _cancel(self, saving: Saving) -> None:
        saving.cancel()
        self._saving = None
        self.show_outcome(f"{saving.path.name} was not saved.", "info", "info")

    def _saved(self, saving: Saving, desk: CaptureDesk) -> None:
        self._saving = None
        folder = Act("Show in folder", lambda: self._show_folder(saving.path))
        acts = (Act("Open", lambda: desk.open(saving.path)), folder) if saving.format.opens else (folder,)
        format, path = saving.format, saving.path
        otherwise = (
            "" if path.suffix.lower() == format.suffix else f", as {format.words} whatever its name says"
        )
        self.show_outcome(
            f"Saved {plural(saving.rows, 'row')} to {one_line(path.name, 60)}{otherwise}",
            "check",
            "success",
            *acts,
        )
        self.setToolTip(plain_tip(str(saving.path)))

    def _show_folder(self, path: Path) -> None:
        if not QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(path.parent))):
            self.show_outcome(f"{path.name} is in {path.parent}", "folder", "info")

    def _failed(self, problem: Problem) -> None:
        self._saving = None
        words = " ".join(part for part in (f"{problem.title}.", problem.text, problem.action) if part)
        self.show_outcome(words, "alert", "danger")


def _parts(inspection: Inspection, on_disk: int) -> list[tuple[Part, str]]:
    """Which rows can be saved, the likeliest first."""
    total, shown = len(inspection.capture), len(inspection.numbers())
    selected = len(inspection.selected)
    every = f"All {plural(total + on_disk, 'row')}"
    offered: list[tuple[Part, str]] = [("all", f"{every}, {on_disk:,} of them on disk" if on_disk else every)]
    where = " in memory" if on_disk else ""
    if inspection.filter is not None:
        words = one_line(inspection.filter_text, 40)
        offered.append(("filtered", f"{plural(shown, 'row')}{where} that pass the filter  {words}"))
    if selected > 1 or (selected == 1 and total > 1):
        offered.append(("selected", f"{plural(selected, 'row')}{where} selected"))
    return offered


def _choice(group: QtWidgets.QButtonGroup, number: int, words: str, of: str) -> QtWidgets.QRadioButton:
    button = QtWidgets.QRadioButton(words.replace("&", "&&"))
    button.setAccessibleName(f"{of}: {words}")
    button.setChecked(number == 0)
    group.addButton(button, number)
    return button


def _heading(words: str) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(words)
    label.setFont(theme.font(bold=True))
    return label
