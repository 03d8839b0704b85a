"""Keeping the older rows of long captures on disk: whether, how much, what is there now, and what can be done with it."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.bridge.composing import Shelf
from heliograph.bridge.spooling import Spooling
from heliograph.model.capture import MAX_BYTES, MAX_ROWS
from heliograph.model.captures.about import size_words
from heliograph.ui import theme
from heliograph.ui.captures.parts_dialog import open_older
from heliograph.ui.controls import Switch
from heliograph.ui.form import Pick, muted
from heliograph.ui.theme import space

#: How much of the disk can be chosen, in bytes.
CAPS = (500_000_000, 1_000_000_000, 2_000_000_000, 5_000_000_000, 10_000_000_000, 50_000_000_000)
_KEEP = "Keep long captures on disk"
_WHAT = (
    f"Rows that no longer fit into memory ({MAX_ROWS:,} rows or {MAX_BYTES >> 20} MiB) go to a file, instead of being"
    " dropped. Only you can read it."
)
_FULL = "When it is full the oldest rows go. 500 MB of the disk always stay free."
_HOW_LONG = (
    "The file is deleted when you leave the session: save what you want to keep. The rows in memory stay on the start"
    " screen until the next session. After a crash it offers the file for 30 days."
)


class LongDialog(QtWidgets.QDialog):
    """What is chosen holds at once, for every session."""

    def __init__(
        self,
        parent: QtWidgets.QWidget,
        disk: Spooling,
        desk: CaptureDesk,
        shelf: Shelf,
        save: Callable[[], None],
    ) -> None:
        """`save` asks how all rows are to be saved."""
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Long captures")
        self._disk, self._desk, self._shelf = disk, desk, shelf
        self._keep = Switch("save", _KEEP, _KEEP, "Rows that do not fit into memory go to a file")
        self._keep.setChecked(shelf.settings.long_captures)
        self._keep.setAccessibleDescription(f"{_WHAT} {_HOW_LONG}")
        self._cap = Pick("At most on disk")
        self._state = QtWidgets.QLabel()
        self._state.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._state.setWordWrap(True)
        self._open = QtWidgets.QPushButton("&Open older rows…")
        self._save = QtWidgets.QPushButton("&Save all rows…")
        self._fill_caps()
        self._lay_out()
        self._keep.toggled.connect(self._switch)
        self._cap.activated.connect(self._choose_cap)
        self._open.clicked.connect(lambda: open_older(self, disk, desk, self.accept))
        self._save.clicked.connect(self.accept)
        self._save.clicked.connect(save)
        disk.changed.connect(self._show_state)
        self._show_state()

    def _fill_caps(self) -> None:
        chosen = self._shelf.settings.long_captures_bytes
        for size in sorted({*CAPS, chosen}):
            self._cap.addItem(size_words(size), size)
        self._cap.setCurrentIndex(self._cap.findData(chosen))

    def _lay_out(self) -> None:
        indent = space(6)
        cap = QtWidgets.QHBoxLayout()
        cap.setContentsMargins(indent, space(1), 0, 0)
        cap.setSpacing(space(2))
        label = QtWidgets.QLabel("&At most")
        label.setBuddy(self._cap)
        cap.addWidget(label)
        cap.addWidget(self._cap)
        cap.addStretch()
        now = QtWidgets.QLabel("This session")
        now.setFont(theme.font(bold=True))
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(2))
        self._keep.setFont(theme.font(bold=True))
        column.addWidget(self._keep, 0, QtCore.Qt.AlignmentFlag.AlignLeft)
        column.addWidget(_indented(_WHAT))
        column.addLayout(cap)
        column.addWidget(_indented(_FULL))
        column.addWidget(_indented(_HOW_LONG))
        column.addSpacing(space(3))
        column.addWidget(now)
        column.addWidget(self._state)
        column.addSpacing(space(3))
        column.addLayout(self._buttons())
        self.setFixedWidth(520)

    def _buttons(self) -> QtWidgets.QLayout:
        close = QtWidgets.QPushButton("Close")
        close.setDefault(True)
        close.clicked.connect(self.accept)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(3))
        for button in (self._open, self._save):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch()
        row.addWidget(close)
        return row

    def _switch(self, on: bool) -> None:
        self._shelf.save_settings(long_captures=on)
        self._show_state()

    def _choose_cap(self) -> None:
        self._shelf.save_settings(long_captures_bytes=self._cap.currentData())

    def _show_state(self) -> None:
        self._state.setText(self._disk.words)
        self._cap.setEnabled(self._keep.isChecked())
        for button in (self._open, self._save):
            button.setEnabled(self._disk.rows > 0)


def _indented(words: str) -> QtWidgets.QLabel:
    label = muted(words, wrap=True)
    label.setContentsMargins(space(6), 0, 0, 0)
    return label
