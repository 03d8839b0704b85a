"""All shortcuts, in one list: the window's actions and the sheet (F1) are made from it."""

from dataclasses import dataclass

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.theme import space


@dataclass(frozen=True)
class Shortcut:
    """Keys, and what they do."""

    name: str
    keys: str
    words: str


SHORTCUTS = (
    Shortcut("write", "Ctrl+M", "Write a message"),
    Shortcut("people", "Ctrl+G", "Go to the people"),
    Shortcut("invite", "Ctrl+I", "Invite somebody"),
    Shortcut("ping", "Ctrl+P", "Ping everyone"),
    Shortcut("read", "Ctrl+R", "Mark this conversation as read"),
    Shortcut("panes", "F6", "Chat, both, or inspector"),
    Shortcut("next", "Ctrl+Tab", "Next conversation"),
    Shortcut("previous", "Ctrl+Shift+Tab", "Previous conversation"),
    Shortcut("filter", "Ctrl+L", "Filter the inspector"),
    Shortcut("theme", "Ctrl+Shift+T", "Light or dark"),
    Shortcut("leave", "Ctrl+W", "Leave the session"),
    Shortcut("help", "F1", "This sheet"),
)
_MORE = (
    ("Ctrl+1 … Ctrl+9", "A conversation by its place"),
    ("Enter / Shift+Enter", "Send / a new line"),
    ("Up, Down, Home, End", "Move among messages or signals"),
    ("Enter", "What can be done with a message"),
    ("Menu / Shift+F10", "What can be done with what has the focus"),
    ("R", "Send a message again that was not sent"),
    ("Ctrl+C", "Copy the selection, message or signal"),
)


class MenuKey(QtGui.QShortcut):
    """Shift+F10 opens the menu of what has the focus; the Menu key does where a keyboard has one."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(QtGui.QKeySequence("Shift+F10"), parent)
        self.activated.connect(self._open)

    def _open(self) -> None:
        widget = QtWidgets.QApplication.focusWidget()
        if widget is not None:
            place = widget.inputMethodQuery(QtCore.Qt.InputMethodQuery.ImCursorRectangle).toRect().center()
            reason = QtGui.QContextMenuEvent.Reason.Keyboard
            event = QtGui.QContextMenuEvent(reason, place, widget.mapToGlobal(place))
            QtWidgets.QApplication.sendEvent(widget, event)


class ShortcutSheet(QtWidgets.QDialog):
    """What the keys do."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard")
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(space(6), space(5), space(6), space(5))
        grid.setHorizontalSpacing(space(6))
        grid.setVerticalSpacing(space(2))
        rows = [(shortcut.keys, shortcut.words) for shortcut in SHORTCUTS] + list(_MORE)
        for row, (keys, words) in enumerate(rows):
            label = QtWidgets.QLabel(keys)
            label.setFont(theme.font(bold=True))
            grid.addWidget(label, row, 0)
            grid.addWidget(QtWidgets.QLabel(words), row, 1)
