"""A line in which one looks for words: a field, where one stands, and the ways on."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui.controls import Tool
from heliograph.ui.form import field, muted
from heliograph.ui.theme import space

Key = QtCore.Qt.Key
_LONGEST = 200


class FindLine(QtWidgets.QWidget):
    """Hidden until it is wanted. `enter` is where Enter goes: on (1) or back (-1); Shift turns it round."""

    #: str: look for these words.
    changed = QtCore.Signal(object)
    #: int: on (1) or back (-1) from where one stands.
    stepped = QtCore.Signal(object)
    #: None: enough.
    left = QtCore.Signal(object)

    def __init__(self, words: str, back: str, on: str, *, enter: int) -> None:
        super().__init__()
        self._enter = enter
        self._field = field(words, words, "", _LONGEST)
        self._field.setClearButtonEnabled(True)
        self._field.textChanged.connect(self.changed.emit)
        self._field.installEventFilter(self)
        self._words = muted("")
        keys = {enter: "Enter", -enter: "Shift+Enter"}
        backward = Tool("chevron-up", "", back, f"{back} ({keys[-1]})")
        forward = Tool("chevron-down", "", on, f"{on} ({keys[1]})")
        close = Tool("close", "", "Close the search", "Close (Esc)")
        backward.clicked.connect(lambda: self.stepped.emit(-1))
        forward.clicked.connect(lambda: self.stepped.emit(1))
        close.clicked.connect(self.close_up)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(1))
        row.addWidget(self._field, 1)
        row.addWidget(self._words)
        for tool in (backward, forward, close):
            row.addWidget(tool)
        self.hide()

    def begin(self) -> None:
        """Show it and write."""
        self.show()
        self._field.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()
        self.changed.emit(self._field.text())

    def text(self) -> str:
        """What is looked for; "" while the line is not shown."""
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
            self.stepped.emit(-self._enter if shift else self._enter)
        elif event.key() in (Key.Key_Up, Key.Key_Down):
            self.stepped.emit(-1 if event.key() == Key.Key_Up else 1)
        elif event.key() == Key.Key_Escape:
            self.close_up()
        else:
            return False
        return True
