"""The two ways on from the start screen: host a session, or join one."""

from PySide6 import QtCore, QtWidgets

from heliograph.model.problem import Problem
from heliograph.model.rules import MAX_NAME_CHARACTERS, BadInvite, Invite, parse_invite
from heliograph.model.settings import Settings
from heliograph.ui import theme
from heliograph.ui.form import GoOn, card, field, labelled, problem_label
from heliograph.ui.theme import space

#: An invite somewhere in what is pasted or copied begins with this.
_INVITE = "heliograph:"
_LONGEST_INVITE = 4_096
_LONGEST_TOKEN = 32_768


class _Card(QtWidgets.QWidget):
    """A card with a button that goes on, and room for a problem above it."""

    #: None: go on.
    wanted = QtCore.Signal(object)
    #: None: give up what is being done.
    cancelled = QtCore.Signal(object)

    #: Lines of a problem for which room is kept; there is other room in a card with more in it.
    lines = 3

    def __init__(self, picture: str, title: str, words: str, button: str) -> None:
        super().__init__()
        frame, self.column = card(picture, title, words)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self.setMinimumWidth(300)
        self._problem = problem_label()
        self.go_on = GoOn(button)
        self.go_on.pressed.connect(self.wanted)
        self.go_on.cancelled.connect(self.cancelled)

    def _finish(self) -> None:
        """Room for a problem is kept, so that the button does not move away from under the pointer."""
        self.column.addWidget(self._problem)
        self.column.addStretch()
        self.column.addWidget(self.go_on)
        needed = self.column.sizeHint().height() + self.column.spacing()
        self.setMinimumHeight(needed + self.lines * self.fontMetrics().lineSpacing())

    def enter(self) -> None:
        """Enter was pressed in a field: as if the button had been."""
        if self.go_on.button.isEnabled():
            self.wanted.emit(None)

    def show_problem(self, problem: Problem | None) -> None:
        """What went wrong here, and what to do; None: nothing."""
        if problem is not None:
            parts = (problem.title, problem.text, problem.action)
            self._problem.setText("\n".join(part for part in parts if part))
        self._problem.setVisible(problem is not None)


class HostCard(_Card):
    """Start a session here."""

    lines = 1

    def __init__(self, settings: Settings) -> None:
        super().__init__(
            "host", "Host", "Start a session here. Others join with one line.", "Host on this network"
        )
        self._name = field(
            "Name of the session (optional)", "such as Room 4", settings.session_name, MAX_NAME_CHARACTERS
        )
        self._pin = field("PIN for people who type (optional)", "optional", "", 32)
        self._pin.setToolTip("Who cannot paste the invite may type the address and this PIN instead.")
        self._port = QtWidgets.QSpinBox()
        self._port.setRange(1, 65_535)
        self._port.setValue(settings.port)
        self._port.setAccessibleName("Port")
        self._port.lineEdit().setTextMargins(space(2), 0, space(2), 0)
        self._port.setToolTip("If it is taken, a free one is used, and you are told which.")
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(3))
        row.addLayout(labelled("&Session name", self._name), 3)
        row.addLayout(labelled("P&IN", self._pin), 1)
        self.column.addLayout(row)
        self._add_more()
        self._finish()
        self._name.returnPressed.connect(self.enter)
        self._pin.returnPressed.connect(self.enter)

    def _add_more(self) -> None:
        self._more = QtWidgets.QToolButton()
        self._more.setText("More")
        self._more.setCheckable(True)
        self._more.setStyleSheet("QToolButton { padding-left: 0; background: transparent; }")
        self._more.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setIcon(theme.icon("chevron-right"))
        self._more.toggled.connect(self._show_more)
        self._options = QtWidgets.QWidget()
        options = QtWidgets.QHBoxLayout(self._options)
        options.setContentsMargins(0, 0, 0, 0)
        options.addLayout(labelled("Po&rt", self._port))
        options.addStretch()
        self._options.hide()
        self.column.addWidget(self._more)
        self.column.addWidget(self._options)

    def _show_more(self, more: bool) -> None:
        self._options.setVisible(more)
        self._more.setIcon(theme.icon("chevron-down" if more else "chevron-right"))

    def session_name(self) -> str:
        """What the session is to be called; "" for nothing in particular."""
        return self._name.text().strip()

    def pin(self) -> str:
        """What guests may type; "" for no PIN."""
        return self._pin.text().strip()

    def port(self) -> int:
        """Where the relay is to listen."""
        return self._port.value()

    def show_busy(self, what: str | None, here: bool) -> None:
        """What is being done, and whether this card asked for it."""
        self.go_on.show_busy(what if here else None)
        self.go_on.button.setEnabled(what is None)


class JoinCard(_Card):
    """Join with an invite, or with an address and a PIN or token."""

    def __init__(self) -> None:
        super().__init__("join", "Join", "Paste the invite that you were sent, or type an address.", "Join")
        self._busy = False
        self._where = field(
            "Paste an invite, or type an address", "heliograph://…  or  192.168.1.5:8765", "", _LONGEST_INVITE
        )
        self._pin = field("PIN or token", "", "", _LONGEST_TOKEN)
        self._pin.setToolTip("The PIN that the host sees beside the invite, or a token of an OpenTok server.")
        self._pin_box = QtWidgets.QWidget()
        pin = labelled("PI&N or token", self._pin)
        pin.setContentsMargins(0, 0, 0, 0)
        self._pin_box.setLayout(pin)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(3))
        row.addLayout(labelled("In&vite or address", self._where), 3)
        row.addWidget(self._pin_box, 1)
        self._offer = QtWidgets.QPushButton()
        self._offer.setIcon(theme.icon("copy", "accent"))
        self._offer.hide()
        self.column.addLayout(row)
        self.column.addWidget(self._offer)
        self._finish()
        self._where.returnPressed.connect(self.enter)
        self._pin.returnPressed.connect(self.enter)
        self._where.textChanged.connect(self._changed)
        self._offer.clicked.connect(self._take_offer)
        QtWidgets.QApplication.clipboard().dataChanged.connect(self.look_at_clipboard)
        self._changed()

    def text(self) -> str:
        """An invite or an address."""
        return self._where.text()

    def pin(self) -> str:
        """The PIN or token that goes with an address."""
        return self._pin.text().strip()

    def take(self, invite: str, pin: str) -> None:
        """Show where one goes, and what opens it, so that either can be put right."""
        self._where.setText(invite)
        self._where.setCursorPosition(0)
        self._pin.setText(pin)
        self._pin.setCursorPosition(0)
        self._pin.setFocus()

    def write(self) -> None:
        """Give the field the focus."""
        self._where.setFocus()

    def show_busy(self, what: str | None, here: bool) -> None:
        """What is being done, and whether this card asked for it."""
        self._busy = what is not None
        self.go_on.show_busy(what if here else None)
        self._enable()

    def look_at_clipboard(self) -> None:
        """Offer an invite that was copied, while nothing was typed."""
        offer = ""
        if not self.text().strip() and self.isVisible():
            invite = invite_in(QtWidgets.QApplication.clipboard().text())
            if invite is not None:
                offer = f"Use the copied invite to {invite.name or invite.addresses[0]}"
        self._offer.setText(offer)
        self._offer.setVisible(bool(offer))

    def _take_offer(self) -> None:
        self._where.setText(QtWidgets.QApplication.clipboard().text().strip())
        self._where.setCursorPosition(0)
        self.go_on.button.setFocus()

    def _changed(self) -> None:
        text = self.text().strip()
        is_address = bool(text) and _INVITE not in text.lower()
        self._pin_box.setVisible(is_address or needs_pin(text))
        self.show_problem(None)
        self._enable()
        self.look_at_clipboard()

    def _enable(self) -> None:
        self.go_on.button.setEnabled(bool(self.text().strip()) and not self._busy)


def needs_pin(text: str) -> bool:
    """Whether this is an invite without its secret."""
    invite = invite_in(text)
    return invite is not None and not invite.secret


def invite_in(text: str) -> Invite | None:
    """The invite in a text; None where there is none that can be used."""
    if _INVITE not in text[:_LONGEST_INVITE].lower():
        return None
    try:
        return parse_invite(text)
    except BadInvite:
        return None
