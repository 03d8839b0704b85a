"""The field in which a message is written."""

from collections.abc import Callable

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.rules import MAX_DATA_BYTES
from heliograph.ui import theme
from heliograph.ui.chat.bubble import inset
from heliograph.ui.chat.format_choice import FormatChoice
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.theme import space

#: Bytes of UTF-8 that one message may have, and from where on the counter is shown.
LIMIT = MAX_DATA_BYTES
_COUNT_FROM = 7_000
_MOST_LINES = 7


class _Field(QtWidgets.QPlainTextEdit):
    """Enter sends, Shift+Enter breaks the line, Up in an empty one leaves it, and what is pasted is plain text."""

    entered = QtCore.Signal(object)
    left = QtCore.Signal(object)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        enter = event.key() in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
        if enter and not event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier:
            self.entered.emit(None)
        elif event.key() == QtCore.Qt.Key.Key_Up and self.document().isEmpty() and not event.isAutoRepeat():
            self.left.emit(None)
        else:
            super().keyPressEvent(event)


class Composer(QtWidgets.QWidget):
    """A growing field, a byte counter near the limit, the format in which it will be said, and Send.

    `measure` tells how many bytes a text takes as it would be sent.
    """

    #: str: send this; `clear()` once it was taken.
    send = QtCore.Signal(object)
    #: str: the text has changed.
    edited = QtCore.Signal(object)
    #: None: Up in an empty field: to the messages.
    left = QtCore.Signal(object)

    def __init__(self, measure: Callable[[str], int]) -> None:
        super().__init__()
        self._measure = measure
        self._loading = False
        self._blocked = ""
        self._field = _Field()
        self._field.setAccessibleName("Message")
        self._field.setTabChangesFocus(True)
        self._field.setVerticalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self._field.document().setDocumentMargin(1)
        self._field.textChanged.connect(self._changed)
        self._field.entered.connect(self._enter)
        self._field.left.connect(self.left)
        self._button = QtWidgets.QPushButton("Send")
        self._button.setProperty("primary", True)
        self._button.clicked.connect(self._enter)
        self._typing, self._hint = ElidedLabel(), ElidedLabel()
        self.format = FormatChoice()
        self._lay_out()
        self.setFocusProxy(self._field)
        self._changed()

    def _lay_out(self) -> None:
        """Below the field there is always a line, so that nothing moves when there is something to say in it."""
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(self._field, 1)
        row.addWidget(self._button, 0, QtCore.Qt.AlignmentFlag.AlignBottom)
        below = QtWidgets.QHBoxLayout()
        below.setContentsMargins(space(1), 0, space(1), 0)
        below.setSpacing(space(3))
        below.addWidget(self._typing, 1)
        below.addWidget(self._hint)
        below.addWidget(self.format)
        for label in (self._typing, self._hint):
            label.setFont(theme.font(0.88))
            label.setProperty("muted", True)
            label.setFixedHeight(label.fontMetrics().height() + space(1))
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(4), space(1), space(4), space(1))
        column.setSpacing(space(0.5))
        column.addLayout(row)
        column.addLayout(below)

    def text(self) -> str:
        """What is written."""
        return self._field.toPlainText()

    def load(self, text: str, placeholder: str, blocked: str = "") -> None:
        """Show a draft; `blocked` says why nothing can be sent here, "" if it can."""
        self._loading = True
        self._blocked = blocked
        self._field.setPlaceholderText(blocked or placeholder)
        self._field.viewport().update()  # Qt repaints words that come or go, but not words that change
        self._field.setReadOnly(bool(blocked))
        if self._field.toPlainText() != text:
            self._field.setPlainText(text)
            self._field.moveCursor(QtGui.QTextCursor.MoveOperation.End)
        self._loading = False
        self._changed()

    def clear(self) -> None:
        """The message was taken."""
        self._field.clear()

    def show_typing(self, words: str) -> None:
        """Who is typing, in words; "" for nobody."""
        self._typing.setText(words)
        self._share()

    def complain(self, words: str) -> None:
        """Say why it was not taken; what is written stays."""
        self._say(words, bad=True)

    def _enter(self) -> None:
        if self._button.isEnabled():
            self._field.setFocus()  # the button has nothing to do any more, and would pass the focus on
            self.send.emit(self.text())

    def _changed(self) -> None:
        text = self.text()
        size = self._measure(text) if text else 0
        too_long = size > LIMIT
        self._button.setEnabled(bool(text.strip()) and not too_long and not self._blocked)
        if too_long:
            self._say(f"{size:,} of {LIMIT:,} bytes: {size - LIMIT:,} too many", bad=True)
        elif size >= _COUNT_FROM:
            self._say(f"{size:,} of {LIMIT:,} bytes", bad=False)
        else:
            self._say("Shift+Enter for a new line" if text else "", bad=False)
        self._grow()
        if not self._loading:
            self.edited.emit(text)

    def _say(self, words: str, *, bad: bool) -> None:
        self._hint.setText(words)
        self._hint.setProperty("danger", bad)
        self._hint.setProperty("muted", not bad)
        self._hint.style().unpolish(self._hint)
        self._hint.style().polish(self._hint)
        self._share()

    def _share(self) -> None:
        """Below the field come first who types and the hint; the format makes do with what is left."""
        taken = sum(label.sizeHint().width() for label in (self._typing, self._hint) if label.text())
        self.format.fit(max(0, self.width() - 2 * round(inset(self.width())) - space(8) - taken))

    def _grow(self) -> None:
        metrics = self._field.fontMetrics()
        lines = max(1, min(_MOST_LINES, round(self._field.document().size().height())))
        self._field.setFixedHeight(lines * metrics.lineSpacing() + space(5))
        self._button.setFixedHeight(metrics.lineSpacing() + space(5))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        layout = self.layout()
        assert layout is not None
        edge = round(inset(event.size().width()))
        layout.setContentsMargins(edge, space(1), edge, space(1))
        self._share()
        self._grow()
