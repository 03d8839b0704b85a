"""The field in which the data of a signal is written: JSON is checked while one types, bytes are counted."""

from collections.abc import Callable
from itertools import pairwise

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model import json_tree
from heliograph.model.json_tree import BadJson
from heliograph.model.rules import MAX_DATA_BYTES
from heliograph.model.templates import has_places, stood_in
from heliograph.ui import theme
from heliograph.ui.controls import Switch, Tool
from heliograph.ui.form import problem_label
from heliograph.ui.inspector.compose_sizes import size_words
from heliograph.ui.theme import space


class DataField(QtWidgets.QWidget):
    """Text, or no data at all, which is not the same as an empty text."""

    #: None: it is other data now.
    edited = QtCore.Signal(object)

    def __init__(self, measure: Callable[[str, bool], int]) -> None:
        """`measure` tells how many bytes a text takes when it is sent, with its places filled in or as it stands."""
        super().__init__()
        self._measure = measure
        self._loaded: tuple[str, str] | None = None
        tip = "Leave data out. An empty field sends data that is there, and empty."
        self.none = Switch("minus", "No data", "No data", tip)
        self.text = QtWidgets.QPlainTextEdit()
        self.text.setAccessibleName("Data")
        self.text.setTabChangesFocus(True)
        self.text.setMinimumHeight(space(24))
        tip = "{{n}} is the number of the repetition, from 1; {{time}} the milliseconds since 1970 when it is sent."
        words = "Fill in {{n}} and {{time}}"
        self.fills = Switch("edit", words, words, f"{tip}\nElse they are sent as they stand.")
        self._verdict, self._size, self.problem = QtWidgets.QLabel(), QtWidgets.QLabel(), problem_label()
        self._format = Tool("tree", "Format", "Format the JSON", "Lay the JSON out, or into one line (Alt+F)")
        self._format.setShortcut(QtGui.QKeySequence("Alt+F"))
        for label in (self._verdict, self._size):
            label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._lay_out()
        self.text.textChanged.connect(self._changed)
        self.none.toggled.connect(lambda _on: self._changed())
        self.fills.toggled.connect(lambda _on: self._changed())
        self._format.clicked.connect(self._reformat)
        theme.theme().changed.connect(self._fonts)
        self._fonts()
        self._changed()

    def _lay_out(self) -> None:
        label = QtWidgets.QLabel("&Data")
        label.setProperty("muted", True)
        label.setBuddy(self.text)
        above, below = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        above.addWidget(label, 1)
        above.addWidget(self.fills)
        above.addWidget(self.none)
        below.addWidget(self._verdict, 1)
        below.addWidget(self._size)
        below.addSpacing(space(1))
        below.addWidget(self._format)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addLayout(above)
        column.addWidget(self.text, 1)
        column.addLayout(below)
        column.addWidget(self.problem)
        for before, after in pairwise((self.text, self.fills, self.none, self._format)):
            QtWidgets.QWidget.setTabOrder(before, after)

    def _fonts(self) -> None:
        self.text.setFont(theme.font(0.95, mono=True))
        self._show_verdicts()

    # ---- what is written

    def load(self, data: str | None, *, fills: bool) -> None:
        """Other data."""
        blocked = self.blockSignals(True)
        self._loaded = None
        self.none.setChecked(data is None)
        self.text.setPlainText(data or "")
        self._loaded = (data or "", self._written())
        self.fills.setChecked(fills)
        self.blockSignals(blocked)
        self._changed()

    @property
    def data(self) -> str | None:
        """What is written; None for no data. What was loaded and not changed is the same to the byte."""
        if self.none.isChecked():
            return None
        text = self._written()
        return self._loaded[0] if self._loaded is not None and text == self._loaded[1] else text

    @property
    def may_fill(self) -> bool:
        """Whether places in it stand for something."""
        return self.fills.isChecked() and has_places(self.data)

    def _written(self) -> str:
        """Qt's plain text would lose spaces that do not break."""
        return self.text.document().toRawText().replace("\u2029", "\n")

    def _changed(self) -> None:
        absent = self.none.isChecked()
        self.text.setEnabled(not absent)
        self.text.setPlaceholderText("This signal has no data." if absent else "Data is there, and empty.")
        self.fills.setVisible(not absent and has_places(self._written()))
        self._show_verdicts()
        self.edited.emit(None)

    def _show_verdicts(self) -> None:
        text = self._written()
        self._judge(text)
        words, ink = size_words(self._measure(text, self.fills.isChecked()), MAX_DATA_BYTES)
        _say(self._size, "" if self.none.isChecked() else words, ink)

    # ---- JSON

    def _judge(self, text: str) -> None:
        """Say whether it is JSON, and where it is not. Text is no mistake, unless it begins as JSON does."""
        bad: BadJson | None = None
        try:
            json_tree.read(stood_in(text) if self.fills.isChecked() else text)
        except BadJson as found:
            bad = found
        present = bool(text.strip()) and not self.none.isChecked()
        meant = text.lstrip()[:1] in ("{", "[")
        self._format.setVisible(present and bad is None and meant)
        if not present:
            _say(self._verdict, "", "muted")
        elif bad is None:
            _say(self._verdict, "JSON", "success")
        elif meant:
            _say(self._verdict, f"No JSON: {bad}", "warning")
        else:
            _say(self._verdict, "Text", "muted")
        self._underline(bad if present and meant else None)

    def _underline(self, bad: BadJson | None) -> None:
        if bad is None or not bad.line:
            self.text.setExtraSelections([])
            return
        cursor = QtGui.QTextCursor(self.text.document().findBlockByNumber(bad.line - 1))
        line = cursor.block().text()
        place = len(line[: bad.column - 1].encode("utf-16-le", "surrogatepass")) // 2
        moves = QtGui.QTextCursor.MoveMode
        cursor.setPosition(cursor.block().position() + min(place, max(0, cursor.block().length() - 2)))
        cursor.movePosition(QtGui.QTextCursor.MoveOperation.NextCharacter, moves.KeepAnchor)
        mark = QtWidgets.QTextEdit.ExtraSelection()
        form = QtGui.QTextCharFormat()
        form.setUnderlineStyle(QtGui.QTextCharFormat.UnderlineStyle.WaveUnderline)
        form.setUnderlineColor(theme.color("danger"))
        form.setBackground(theme.color("danger", 0.18))
        mark.cursor, mark.format = cursor, form
        self.text.setExtraSelections([mark])

    def _reformat(self) -> None:
        text = self._written()
        try:
            tree = json_tree.read(text)
        except BadJson:
            return
        laid_out = json_tree.write(tree)
        cursor = self.text.textCursor()
        cursor.select(QtGui.QTextCursor.SelectionType.Document)
        cursor.insertText(json_tree.write(tree, indent=False) if text == laid_out else laid_out)
        self.text.setTextCursor(cursor)
        self.text.moveCursor(QtGui.QTextCursor.MoveOperation.Start)


def _say(label: QtWidgets.QLabel, words: str, ink: str) -> None:
    label.setText(words)
    palette = label.palette()
    palette.setColor(QtGui.QPalette.ColorRole.WindowText, theme.color(ink))
    label.setPalette(palette)
