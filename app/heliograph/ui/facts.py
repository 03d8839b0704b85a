"""Things to copy: a value in a field with a button beside it, and code in a frame."""

import itertools
from collections.abc import Callable

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.developer import Fact
from heliograph.ui import theme
from heliograph.ui.controls import Tool
from heliograph.ui.form import muted
from heliograph.ui.theme import space

#: How long a button says that it has copied, in milliseconds.
_COPIED = 2_000
_LETTERS = QtWidgets.QLineEdit.EchoMode.Normal
_DOTS = QtWidgets.QLineEdit.EchoMode.Password


class CopyTool(Tool):
    """Puts a text into the clipboard, and says so for a while."""

    def __init__(self, what: str, text: Callable[[], str], words: str = "") -> None:
        super().__init__("copy", words, f"Copy {what}", f"Copy {what}", tint="muted" if not words else "text")
        self._name = f"Copy {what}"
        self._text = text
        self._back = QtCore.QTimer(self)
        self._back.setSingleShot(True)
        self._back.setInterval(_COPIED)
        self._back.timeout.connect(lambda: self._show(copied=False))
        self.clicked.connect(self.copy)

    def copy(self) -> None:
        """As if it was pressed."""
        QtWidgets.QApplication.clipboard().setText(self._text())
        self._show(copied=True)
        self._back.start()

    def _show(self, *, copied: bool) -> None:
        self.wear("check" if copied else "copy")
        self.setAccessibleName("Copied" if copied else self._name)


class FactRow(QtWidgets.QWidget):
    """A value to copy under its name; one that is hidden stands in dots until it is revealed."""

    #: bool: whether a hidden value is to be seen.
    revealed = QtCore.Signal(object)

    def __init__(self, fact: Fact) -> None:
        super().__init__()
        self._name = fact.name
        self._field = QtWidgets.QLineEdit()
        self._field.setReadOnly(True)
        self._field.setAccessibleName(fact.name)
        self._field.setFont(theme.font(0.95, mono=True))
        label = muted(fact.name)
        label.setBuddy(self._field)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(1))
        self.setFocusProxy(self._field)
        row.addWidget(self._field, 1)
        if fact.hidden:
            self._field.setEchoMode(_DOTS)
            self._eye = Tool("eye", "", f"Show {fact.name}", f"Show {fact.name}", tint="muted")
            self._eye.setCheckable(True)
            self._eye.toggled.connect(self._reveal)
            row.addWidget(self._eye)
        row.addWidget(CopyTool(fact.name, lambda: self._value))
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(0.5))
        column.addWidget(label)
        column.addLayout(row)
        #: What takes the focus in it, from left to right.
        self.stops = [self._field, *self.findChildren(Tool)]
        self._value = ""
        self.show_value(fact.value)

    def show_value(self, value: str) -> None:
        """Another value; its beginning is what is seen of a long one."""
        if value != self._value:
            self._value = value
            self._field.setText(value)
            self._field.setCursorPosition(0)

    def _reveal(self, shown: bool) -> None:
        self._field.setEchoMode(_LETTERS if shown else _DOTS)
        self._field.setCursorPosition(0)
        self._eye.wear("eye-off" if shown else "eye")
        words = f"{'Hide' if shown else 'Show'} {self._name}"
        self._eye.setAccessibleName(words)
        self._eye.setToolTip(words)
        self.revealed.emit(shown)


class FactList(QtWidgets.QWidget):
    """Values to copy, one below the other; made anew where they are others, not where they only change."""

    revealed = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[tuple[str, int], FactRow] = {}
        self._column = QtWidgets.QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(2))

    def show_facts(self, facts: list[Fact]) -> None:
        """These, in this order; several may have one name."""
        names = [fact.name for fact in facts]
        keys = [(name, names[:place].count(name)) for place, name in enumerate(names)]
        for gone in self._rows.keys() - set(keys):
            row = self._rows.pop(gone)
            row.hide()
            row.deleteLater()
        for place, (key, fact) in enumerate(zip(keys, facts, strict=True)):
            if key not in self._rows:
                self._rows[key] = FactRow(fact)
                self._rows[key].revealed.connect(self.revealed)
                self._column.insertWidget(place, self._rows[key])
            self._rows[key].show_value(fact.value)
        self._chain([self._rows[key] for key in keys])

    def _chain(self, rows: list[FactRow]) -> None:
        """By Tab they come in the order in which they stand."""
        stops = [stop for row in rows for stop in row.stops]
        for stop, following in itertools.pairwise(stops):
            QtWidgets.QWidget.setTabOrder(stop, following)
        if rows:
            self.setFocusProxy(rows[0])


class CodeView(QtWidgets.QPlainTextEdit):
    """Code to read and to select. Tab goes on to what comes next."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setAccessibleName(name)
        self.setFont(theme.font(0.95, mono=True))
        self.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.NoWrap)
        self.setTextInteractionFlags(
            QtCore.Qt.TextInteractionFlag.TextSelectableByMouse
            | QtCore.Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def show_code(self, code: str) -> None:
        """Another text, from its beginning; where only a little of it differs, what is seen stays where it is."""
        bar = self.verticalScrollBar()
        kept = bar.value() if self.toPlainText().count("\n") == code.count("\n") else 0
        self.setPlainText(code)
        bar.setValue(kept)

    def sizeHint(self) -> QtCore.QSize:
        lines = QtGui.QFontMetrics(self.font()).lineSpacing() * 16
        return QtCore.QSize(super().sizeHint().width(), lines)
