"""The line in which one looks for words in the data of a signal."""

from collections.abc import Callable

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui.controls import Tool
from heliograph.ui.form import field, muted
from heliograph.ui.theme import space

Key = QtCore.Qt.Key
_LONGEST = 200


class FindLine(QtWidgets.QWidget):
    """Hidden until it is wanted. `look` goes to the next (1), the previous (-1) or the first (0) place; says where."""

    #: None: enough.
    left = QtCore.Signal(object)

    def __init__(self, look: Callable[[str, int], str]) -> None:
        super().__init__()
        self._look = look
        self._field = field("Find in the data", "Find in the data", "", _LONGEST)
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(lambda _text: self.step(0))
        self._field.installEventFilter(self)
        self._words = muted("")
        before = Tool("chevron-up", "", "Previous place", "Previous (Shift+Enter)")
        after = Tool("chevron-down", "", "Next place", "Next (Enter)")
        close = Tool("close", "", "Close the search", "Close (Esc)")
        before.clicked.connect(lambda: self.step(-1))
        after.clicked.connect(lambda: self.step(1))
        close.clicked.connect(self._close_up)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(1))
        row.addWidget(self._field, 1)
        row.addWidget(self._words)
        for tool in (before, after, close):
            row.addWidget(tool)
        self.hide()

    def begin(self) -> None:
        """Show it and write."""
        self.show()
        self._field.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.step(0)

    def look_again(self) -> None:
        """Other data: look there for the same, if anything is looked for."""
        if not self.isHidden():
            self.step(0)

    def step(self, by: int) -> None:
        """To the next place, the previous one, or the first."""
        self._words.setText(self._look(self._field.text(), by))

    def _close_up(self) -> None:
        self.hide()
        self.left.emit(None)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        if not isinstance(event, QtGui.QKeyEvent) or event.type() != QtCore.QEvent.Type.KeyPress:
            return False
        shift = bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (Key.Key_Return, Key.Key_Enter):
            self.step(-1 if shift else 1)
        elif event.key() in (Key.Key_Up, Key.Key_Down):
            self.step(-1 if event.key() == Key.Key_Up else 1)
        elif event.key() == Key.Key_Escape:
            self._close_up()
        else:
            return False
        return True
