"""Opening rows that are on disk: at once where they fit into memory, else a part that the person chooses."""

import datetime
from collections.abc import Callable, Sequence

import shiboken6
from PySide6 import QtCore, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.bridge.long_captures import OnDisk
from heliograph.model.captures.pages import Part
from heliograph.model.text import plural
from heliograph.ui.dialogs import decision
from heliograph.ui.form import muted
from heliograph.ui.theme import space


def open_older(
    parent: QtWidgets.QWidget, disk: OnDisk, desk: CaptureDesk, then: Callable[[], None] = lambda: None
) -> None:
    """Open what is on disk in a window, or ask which part of it; `then` is called when one is being opened."""

    def open_part(part: Part) -> None:
        then()
        desk.open_part(disk, part)

    def found(parts: list[Part]) -> None:
        if len(parts) == 1:
            open_part(parts[0])
        elif parts and shiboken6.isValid(parent):
            PartsDialog(parent, parts, open_part).open()

    desk.long.find_parts(disk, found)


class PartsDialog(QtWidgets.QDialog):
    """The parts, the oldest first."""

    def __init__(
        self, parent: QtWidgets.QWidget, parts: Sequence[Part], chosen: Callable[[Part], None]
    ) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Open older rows")
        self._parts, self._chosen = parts, chosen
        words = muted("They do not fit into memory together. Which part?", wrap=True)
        self._list = QtWidgets.QListWidget()
        self._list.setAccessibleName("Parts")
        self._list.addItems([part_words(part) for part in parts])
        self._list.setSpacing(space(1))
        self._list.setCurrentRow(len(parts) - 1)
        self._list.itemActivated.connect(lambda _item: self._open())
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(3))
        column.addWidget(words)
        column.addWidget(self._list)
        column.addLayout(decision(self, "Open", self._open))
        self.resize(480, 320)

    def _open(self) -> None:
        part = self._parts[self._list.currentRow()]
        self.accept()
        self._chosen(part)


def part_words(part: Part) -> str:
    """From when to when, and how many."""
    began, ended = _moment(part.pages[0].began), _moment(part.pages[-1].ended)
    end = f"{ended:%H:%M:%S}" if began.date() == ended.date() else f"{ended.day} {ended:%B, %H:%M:%S}"
    return f"{began.day} {began:%B, %H:%M:%S} to {end}  ·  {plural(part.rows, 'row')}"


def _moment(at: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(at / 1_000)  # noqa: DTZ006 (the person's own clock)
