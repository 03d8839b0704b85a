"""The toolbar of a session: what is done often, what is told to others, and which panes are shown."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.settings import Switches
from heliograph.ui import theme
from heliograph.ui.form import wear
from heliograph.ui.theme import space

PANES = ("chat", "both", "inspector")

#: From this width in pixels on the buttons say in words what they do; below it their tooltips do.
_WITH_WORDS = 1_080
_BUTTONS = (
    ("invite", "Invite", "invite"),
    ("ping", "Ping everyone", "ping"),
    ("read", "Mark as read", "read"),
)
_PANE_BUTTONS = (
    ("chat", "Chat only", "chat"),
    ("both", "Chat and inspector", "split"),
    ("inspector", "Inspector only", "inspector"),
)
_SWITCHES = (
    ("delivered", "check", "Delivered", "Delivered receipts: tell senders that their messages have arrived"),
    ("read", "read", "Read", "Read receipts: tell senders when you have read their messages"),
    ("typing", "typing", "Typing", "Tell others while you are typing"),
)


class Toolbar(QtWidgets.QWidget):
    """Buttons for the window's actions, by their names in `shortcuts.py`."""

    #: (name, on): a switch of what is told to others.
    switched = QtCore.Signal(object)
    #: str: show these panes.
    pane_chosen = QtCore.Signal(object)

    def __init__(self, actions: dict[str, QtGui.QAction], switches: Switches) -> None:
        super().__init__()
        self._actions = actions
        # It must not keep the window wide; see resizeEvent.
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(3), space(2), space(3), space(2))
        row.setSpacing(space(1))
        for name, words, picture in _BUTTONS:
            row.addWidget(self._action_button(name, words, picture))
        row.addSpacing(space(4))
        self._tell = QtWidgets.QLabel("Tell others:")
        self._tell.setProperty("muted", True)
        row.addWidget(self._tell)
        self._switches = {
            name: self._switch(name, picture, words, tip) for name, picture, words, tip in _SWITCHES
        }
        for switch in self._switches.values():
            row.addWidget(switch)
        self.show_switches(switches)
        row.addStretch()
        self._panes = {
            name: self._pane_button(name, words, picture) for name, words, picture in _PANE_BUTTONS
        }
        for button in self._panes.values():
            row.addWidget(button)
        row.addSpacing(space(2))
        self._theme = self._action_button("theme", "", "moon")
        row.addWidget(self._theme)
        row.addWidget(self._action_button("help", "", "keyboard"))
        row.addWidget(self._action_button("leave", "Leave", "leave"))
        theme.theme().changed.connect(self._show_theme)
        self._show_theme()

    def show_switches(self, switches: Switches) -> None:
        """How the switches stand."""
        for name, button in self._switches.items():
            button.setChecked(getattr(switches, name))

    def show_pane(self, pane: str) -> None:
        """Which panes are shown."""
        for name, button in self._panes.items():
            button.setChecked(name == pane)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """A narrow window has icons alone on its toolbar."""
        super().resizeEvent(event)
        style = QtCore.Qt.ToolButtonStyle
        words = event.size().width() >= _WITH_WORDS
        self._tell.setVisible(words)
        for button in self.findChildren(QtWidgets.QToolButton):
            shown = words and bool(button.text())
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if shown else style.ToolButtonIconOnly)

    def _show_theme(self) -> None:
        wear(self._theme, "sun" if theme.current().is_dark else "moon")

    def _action_button(self, name: str, words: str, picture: str) -> QtWidgets.QToolButton:
        action = self._actions[name]
        button = _tool_button(words, action.text(), action.toolTip(), picture)
        button.clicked.connect(action.trigger)
        return button

    def _switch(self, name: str, picture: str, words: str, tip: str) -> QtWidgets.QToolButton:
        button = _tool_button(words, tip, tip, picture)
        button.setCheckable(True)
        button.toggled.connect(lambda on: self.switched.emit((name, on)))
        return button

    def _pane_button(self, name: str, words: str, picture: str) -> QtWidgets.QToolButton:
        button = _tool_button("", words, f"{words} (F6)", picture)
        button.setCheckable(True)
        button.clicked.connect(lambda: self.pane_chosen.emit(name))
        return button


def _tool_button(words: str, name: str, tip: str, picture: str) -> QtWidgets.QToolButton:
    button = QtWidgets.QToolButton()
    button.setText(words)
    button.setAccessibleName(name)
    button.setToolTip(tip)
    button.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
    wear(button, picture)
    return button
