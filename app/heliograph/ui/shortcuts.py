"""All shortcuts, in one list: the window's actions and the sheet (F1) are made from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.placing import fit
from heliograph.ui.theme import space


@dataclass(frozen=True)
class Shortcut:
    """Keys, and what they do; `also` are other keys for it."""

    name: str
    keys: str
    words: str
    also: str = ""


SHORTCUTS = (
    Shortcut("write", "Ctrl+M", "Write a message"),
    Shortcut("people", "Ctrl+G", "Go to the people"),
    Shortcut("invite", "Ctrl+I", "Invite somebody"),
    Shortcut("ping", "Ctrl+P", "Ping everyone"),
    Shortcut("read", "Ctrl+R", "Mark this conversation as read"),
    Shortcut("panes", "F6", "Chat, both, or inspector", "Ctrl+\\"),
    Shortcut("next", "Ctrl+Tab", "Next conversation"),
    Shortcut("previous", "Ctrl+Shift+Tab", "Previous conversation"),
    Shortcut("find", "Ctrl+F", "Find in this conversation"),
    Shortcut("filter", "Ctrl+L", "Filter the inspector"),
    Shortcut("save", "Ctrl+S", "Save the inspector's rows"),
    Shortcut("developers", "Ctrl+D", "For developers: keys, code, tokens"),
    Shortcut("compose", "Ctrl+N", "Compose a signal"),
    Shortcut("resend", "Ctrl+E", "Edit the selected signal and send it again"),
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

_INSPECTOR = (
    ("Ctrl+L / Slash", "Filter"),
    ("Down / Ctrl+Space", "What can be written there"),
    ("Tab", "Take what is offered"),
    ("Esc", "Take the filter away; again: back to the rows"),
    ("Ctrl+Shift+F", "Find a row among the others"),
    ("F3 / Shift+F3", "The next that was found, the one before"),
    ("M", "Mark a row, or take its mark away"),
    ("Alt+Down / Alt+Up", "The next marked row, the one before"),
    ("T", "How the time column counts"),
    ("Alt+1 … Alt+5", "Signals, receipts, sequence, rates, order"),
    ("Ctrl+C", "Copy rows as JSON"),
    ("Ctrl+Shift+C", "Copy rows for a spreadsheet"),
    ("End", "Follow what comes"),
)

_VIEWS = (
    ("Left / Right", "Receipts: by person; rates: along time"),
    ("Enter", "Receipts: the receipt; rates: its rows"),
    ("+ / -", "Sequence: higher or lower rows"),
    ("F / Shift+F", "Order: the next fault, the one before"),
    ("PageUp / PageDown", "A page back or on"),
)

_COMPOSING = (
    ("Ctrl+Enter", "Send"),
    ("Alt+T", "Templates"),
    ("Alt+F", "Lay the data out as JSON"),
)

#: What stands between keys that do the same or the like.
_BETWEEN = ("/", "…")


class MenuKey(QtGui.QShortcut):
    """Shift+F10 opens the menu of what has the focus; the Menu key does where a keyboard has one."""

    def __init__(self, parent: QtWidgets.QWidget) -> None:
        super().__init__(QtGui.QKeySequence("Shift+F10"), parent)
        self.activated.connect(self._open)

    def _open(self) -> None:
        widget = QtWidgets.QApplication.focusWidget()
        if widget is not None:
            # A QRectF where text is written, a QRect everywhere else.
            cursor = QtCore.QRectF(widget.inputMethodQuery(QtCore.Qt.InputMethodQuery.ImCursorRectangle))
            place = cursor.toRect().center()
            reason = QtGui.QContextMenuEvent.Reason.Keyboard
            event = QtGui.QContextMenuEvent(reason, place, widget.mapToGlobal(place))
            QtWidgets.QApplication.sendEvent(widget, event)


class ShortcutSheet(QtWidgets.QDialog):
    """What the keys do: those of a session, or of the `title` that has other ones."""

    def __init__(
        self, parent: QtWidgets.QWidget, title: str = "The session",
        shortcuts: Sequence[Shortcut] = SHORTCUTS, more: Sequence[tuple[str, str]] = _MORE,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard")
        rows = [
            (" / ".join(keys for keys in (shortcut.keys, shortcut.also) if keys), shortcut.words)
            for shortcut in shortcuts
        ]
        sheet = QtWidgets.QWidget()
        columns = QtWidgets.QHBoxLayout(sheet)
        columns.setContentsMargins(space(6), space(5), space(6), space(5))
        columns.setSpacing(space(10))
        columns.addLayout(_pile((title, rows), ("Views of the inspector", _VIEWS)))
        columns.addLayout(
            _pile(("Chat and lists", more), ("The inspector", _INSPECTOR), ("Composing a signal", _COMPOSING))
        )
        scroll = QtWidgets.QScrollArea()
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(sheet)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scroll)
        fit(self, sheet.sizeHint())


def _pile(*parts: tuple[str, Sequence[tuple[str, str]]]) -> QtWidgets.QLayout:
    """Parts below each other, each with its heading."""
    grid = QtWidgets.QGridLayout()
    grid.setHorizontalSpacing(space(4))
    grid.setVerticalSpacing(space(1))
    grid.setColumnStretch(1, 1)
    row = 0
    for title, rows in parts:
        heading = QtWidgets.QLabel(title)
        heading.setFont(theme.font(1.15, bold=True))
        heading.setContentsMargins(0, space(4) if row else 0, 0, space(1))
        grid.addWidget(heading, row, 0, 1, 2)
        for keys, words in rows:
            row += 1
            grid.addLayout(_keycaps(keys), row, 0)
            grid.addWidget(QtWidgets.QLabel(words), row, 1)
        row += 1
    grid.setRowStretch(row, 1)
    return grid


def _keycaps(keys: str) -> QtWidgets.QLayout:
    """Every key as a key; what stands between them as words."""
    row = QtWidgets.QHBoxLayout()
    row.setSpacing(space(1))
    for part in keys.replace(", ", " ").split():
        for key in part.split("+") if len(part) > 1 else part:
            label = QtWidgets.QLabel(key)
            label.setProperty("keycap" if key not in _BETWEEN else "muted", True)
            row.addWidget(label)
    row.addStretch()
    return row
