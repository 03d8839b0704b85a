"""The line in which one looks for words in a conversation."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.controls import Tool
from heliograph.ui.form import field, muted
from heliograph.ui.theme import space

Key = QtCore.Qt.Key
_LONGEST = 200


class FindBar(QtWidgets.QWidget):
    """A field, where one stands, and the ways on; hidden until it is wanted."""

    #: str: look for these words.
    changed = QtCore.Signal(object)
    #: int: to the next newer (1) or older (-1) message.
    stepped = QtCore.Signal(object)
    #: None: enough.
    left = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._field = field("Find in this conversation", "Find in this conversation", "", _LONGEST)
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(self.changed.emit)
        self._field.installEventFilter(self)
        self._words = muted("")
        older = Tool("chevron-up", "", "Older message", "Older (Enter)")
        newer = Tool("chevron-down", "", "Newer message", "Newer (Shift+Enter)")
        close = Tool("close", "", "Close the search", "Close (Esc)")
        older.clicked.connect(lambda: self.stepped.emit(-1))
        newer.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.close_up)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(4), space(2), space(2), space(2))
        row.setSpacing(space(1))
        row.addWidget(self._field, 1)
        row.addSpacing(space(1))
        row.addWidget(self._words)
        for button in (older, newer, close):
            row.addWidget(button)
        self.hide()

    def begin(self) -> None:
        """Show it and write."""
        self.show()
        self._field.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.changed.emit(self._field.text())

    def text(self) -> str:
        """What is looked for; "" while the bar is not shown."""
        return self._field.text() if not self.isHidden() else ""

    def say(self, words: str) -> None:
        """Where one stands."""
        self._words.setText(words)

    def close_up(self) -> None:
        """Hide it; what was looked for stays for the next time."""
        self.hide()
        self.left.emit(None)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        if not isinstance(event, QtGui.QKeyEvent) or event.type() != QtCore.QEvent.Type.KeyPress:
            return False
        shift = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Key.Key_Return, Key.Key_Enter):
            self.stepped.emit(1 if shift else -1)
        elif event.key() in (Key.Key_Up, Key.Key_Down):
            self.stepped.emit(-1 if event.key() == Key.Key_Up else 1)
        elif event.key() == Key.Key_Escape:
            self.close_up()
        else:
            return False
        return True

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("border"))
        painter.end()
