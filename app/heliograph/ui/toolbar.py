"""The toolbar of a session: where one is, what is done often, what others are told, and which panes are shown."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.settings import Switches
from heliograph.resources import resource
from heliograph.ui import theme
from heliograph.ui.controls import Choice, Groove, Switch, Tool
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.theme import space

PANES = ("chat", "both", "inspector")

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
#: What the title keeps before buttons lose their words, in pixels.
_TITLE = 150


class Toolbar(QtWidgets.QWidget):
    """Buttons for the window's actions, by their names in `shortcuts.py`."""

    #: (name, on): a switch of what is told to others.
    switched = QtCore.Signal(object)
    #: str: show these panes.
    pane_chosen = QtCore.Signal(object)

    def __init__(self, actions: dict[str, QtGui.QAction], switches: Switches, title: str) -> None:
        super().__init__()
        self._actions = actions
        # It must not keep the window wide; see resizeEvent.
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Ignored, QtWidgets.QSizePolicy.Policy.Fixed)
        self._title = ElidedLabel(title)
        self._title.setFont(theme.font(1.15, bold=True))
        self._acts = [self._action_button(*what, strong=what[0] == "invite") for what in _BUTTONS]
        self._leave = self._action_button("leave", "Leave", "leave")
        self._theme = self._action_button("theme", "", "moon")
        #: What gives way first where icons have no room either: there are keys for it.
        self._keyed = (
            self._action_button("developers", "", "code"), self._theme, self._action_button("help", "", "keyboard"),
        )  # fmt: skip
        self._switches = {what[0]: self._switch(*what) for what in _SWITCHES}
        self._panes = {what[0]: self._pane_button(*what) for what in _PANE_BUTTONS}
        self._tell = QtWidgets.QLabel("Tell others")
        self._tell.setProperty("muted", True)
        self._lay_out()
        self.show_switches(switches)
        theme.theme().changed.connect(self._show_theme)
        self._show_theme()

    def _lay_out(self) -> None:
        mark = QtWidgets.QLabel()
        mark.setPixmap(QtGui.QIcon(str(resource("icons", "heliograph.svg"))).pixmap(24, 24))
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(4), space(2), space(2), space(2))
        row.setSpacing(space(1))
        row.addWidget(mark)
        row.addSpacing(space(1))
        row.addWidget(self._title, 1)
        for button in self._acts:
            row.addWidget(button)
        row.addSpacing(space(3))
        row.addWidget(self._tell)
        for switch in self._switches.values():
            row.addWidget(switch)
        row.addSpacing(space(3))
        row.addWidget(Groove(list(self._panes.values())))
        row.addSpacing(space(1))
        for button in self._keyed:
            row.addWidget(button)
        row.addWidget(self._leave)

    def show_switches(self, switches: Switches) -> None:
        """How the switches stand."""
        for name, button in self._switches.items():
            button.setChecked(getattr(switches, name))

    def show_pane(self, pane: str) -> None:
        """Which panes are shown."""
        for name, button in self._panes.items():
            button.setChecked(name == pane)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Where it is narrow, first the switches and then the other buttons show their icons alone; then some go."""
        super().resizeEvent(event)
        for step in range(5):
            self._show_words(step < 1, step < 2)
            for button in self._keyed:
                button.setVisible(step < 3)
            for switch in self._switches.values():
                switch.setVisible(step < 4)
            if self._needed() <= event.size().width():
                return

    def _show_words(self, switches: bool, buttons: bool) -> None:
        self._tell.setVisible(switches)
        for switch in self._switches.values():
            switch.show_words(switches)
        for button in (*self._acts, self._leave):
            button.show_words(buttons)

    def _needed(self) -> int:
        layout = self.layout()
        assert layout is not None
        layout.invalidate()
        title = min(_TITLE, self._title.sizeHint().width())
        return layout.minimumSize().width() - self._title.minimumSizeHint().width() + title

    def _show_theme(self) -> None:
        self._theme.wear("sun" if theme.current().is_dark else "moon")

    def _action_button(self, name: str, words: str, picture: str, *, strong: bool = False) -> Tool:
        action = self._actions[name]
        button = Tool(picture, words, action.text(), action.toolTip(), strong=strong)
        button.clicked.connect(action.trigger)
        return button

    def _switch(self, name: str, picture: str, words: str, tip: str) -> Switch:
        button = Switch(picture, words, tip, tip)
        button.toggled.connect(lambda on: self.switched.emit((name, on)))
        return button

    def _pane_button(self, name: str, words: str, picture: str) -> Choice:
        button = Choice(picture, "", words, f"{words} (F6)")
        button.clicked.connect(lambda: self.pane_chosen.emit(name))
        return button
