"""The start screen: a name, and two ways on. No account, no wizard."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.model.problem import Problem
from heliograph.model.rules import MAX_NAME_CHARACTERS, BadInvite, parse_invite
from heliograph.model.settings import Recent, Settings
from heliograph.model.text import relative_time
from heliograph.resources import resource
from heliograph.ui import theme
from heliograph.ui.form import Busy, card, field, primary, problem_label, wear
from heliograph.ui.theme import space


class StartScreen(QtWidgets.QWidget):
    """Keeps whatever was typed until a session is open."""

    def __init__(self, app: AppController) -> None:
        super().__init__()
        self._app = app
        self._asked = ""
        self._shown_name = app.settings.name
        self._name = field("Your name", app.settings.name, MAX_NAME_CHARACTERS)
        self._session = field(
            'Name of the session, such as "Room 4" (optional)', app.settings.session_name, MAX_NAME_CHARACTERS
        )
        self._pin = field("PIN for people who type (optional)", "", 32)
        self._port = QtWidgets.QSpinBox()
        self._port.setRange(1, 65_535)
        self._port.setValue(app.settings.port)
        self._port.setAccessibleName("Port")
        self._where = field("Paste an invite, or type an address", "", 4_096)
        self._join_pin = field("PIN", "", 64)
        self._host_problem, self._join_problem = problem_label(), problem_label()
        self._host = primary("Host on this network")
        self._join = primary("Join")
        self._busy = Busy()
        self._recent = QtWidgets.QVBoxLayout()
        self._recent.setSpacing(0)
        self._lay_out()
        self._connect()
        self._show_recent()
        self._where_changed()

    # ---- building

    def _lay_out(self) -> None:
        inner = QtWidgets.QWidget()
        inner.setMaximumWidth(860)
        column = QtWidgets.QVBoxLayout(inner)
        column.setContentsMargins(space(6), space(6), space(6), space(6))
        column.setSpacing(space(5))
        column.addStretch(1)
        column.addLayout(self._heading())
        cards = QtWidgets.QHBoxLayout()
        cards.setSpacing(space(5))
        cards.addWidget(self._host_card(), 1)
        cards.addWidget(self._join_card(), 1)
        column.addLayout(cards)
        column.addWidget(self._busy)
        column.addStretch(2)
        scroll = QtWidgets.QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        centre = QtWidgets.QWidget()
        row = QtWidgets.QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inner, 100)
        row.addStretch(1)
        scroll.setWidget(centre)
        outer = QtWidgets.QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _heading(self) -> QtWidgets.QVBoxLayout:
        logo = QtWidgets.QLabel()
        logo.setPixmap(QtGui.QIcon(str(resource("icons", "heliograph.svg"))).pixmap(56, 56))
        title = QtWidgets.QLabel("Heliograph")
        title.setFont(theme.font(2.0, bold=True))
        words = QtWidgets.QLabel("Chat on your own network, and see every signal that makes it work.")
        words.setProperty("muted", True)
        words.setWordWrap(True)
        names = QtWidgets.QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(title)
        names.addWidget(words)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(4))
        row.addWidget(logo)
        row.addLayout(names, 1)
        name_label = QtWidgets.QLabel("&Your name")
        name_label.setBuddy(self._name)
        name = QtWidgets.QHBoxLayout()
        name.setSpacing(space(3))
        name.addWidget(name_label)
        name.addWidget(self._name, 1)
        self._dice = QtWidgets.QToolButton()
        wear(self._dice, "retry")
        self._dice.setToolTip("Another name")
        self._dice.setAccessibleName("Another name")
        name.addWidget(self._dice)
        column = QtWidgets.QVBoxLayout()
        column.setSpacing(space(5))
        column.addLayout(row)
        column.addLayout(name)
        return column

    def _host_card(self) -> QtWidgets.QFrame:
        frame, column = card("host", "Host", "Start a session here. Others join with one line.")
        column.addWidget(self._session)
        self._more = QtWidgets.QToolButton()
        self._more.setText("More")
        self._more.setCheckable(True)
        wear(self._more, "chevron-right")
        self._more.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.toggled.connect(self._show_more)
        self._options = QtWidgets.QWidget()
        options = QtWidgets.QVBoxLayout(self._options)
        options.setContentsMargins(0, 0, 0, 0)
        options.setSpacing(space(2))
        options.addWidget(self._pin)
        port_label = QtWidgets.QLabel("&Port")
        port_label.setBuddy(self._port)
        port = QtWidgets.QHBoxLayout()
        port.addWidget(port_label)
        port.addWidget(self._port)
        port.addStretch()
        options.addLayout(port)
        self._options.hide()
        column.addWidget(self._more)
        column.addWidget(self._options)
        column.addWidget(self._host_problem)
        column.addStretch()
        column.addWidget(self._host)
        return frame

    def _join_card(self) -> QtWidgets.QFrame:
        frame, column = card("join", "Join", "Paste the invite that you were sent, or type an address.")
        column.addWidget(self._where)
        column.addWidget(self._join_pin)
        self._offer = QtWidgets.QPushButton()
        wear(self._offer, "copy")
        self._offer.hide()
        column.addWidget(self._offer)
        column.addWidget(self._join_problem)
        column.addLayout(self._recent)
        column.addStretch()
        column.addWidget(self._join)
        return frame

    def _connect(self) -> None:
        self._dice.clicked.connect(lambda: self._name.setText(self._app.suggest_name()))
        self._host.clicked.connect(self.host)
        self._join.clicked.connect(self.join)
        self._session.returnPressed.connect(self.host)
        self._pin.returnPressed.connect(self.host)
        self._where.returnPressed.connect(self.join)
        self._join_pin.returnPressed.connect(self.join)
        self._where.textChanged.connect(self._where_changed)
        self._offer.clicked.connect(self._take_offer)
        self._busy.cancelled.connect(self._app.cancel)
        self._app.busy.connect(self._show_busy)
        self._app.problem.connect(self._show_problem)
        self._app.recent_changed.connect(self._show_recent)
        self._app.settings_changed.connect(self._settings_changed)
        QtWidgets.QApplication.clipboard().dataChanged.connect(self._look_at_clipboard)

    # ---- doing

    def host(self) -> None:
        """Start a session here."""
        self._asked = "host"
        self._clear_problems()
        self._app.host(
            self._name.text().strip(),
            self._session.text().strip(),
            self._pin.text().strip(),
            self._port.value(),
        )

    def join(self) -> None:
        """Join what was pasted or typed."""
        self._asked = "join"
        self._clear_problems()
        self._app.join(self._where.text(), self._join_pin.text().strip(), self._name.text().strip())

    def _join_recent(self, recent: Recent) -> None:
        self._asked = "join"
        self._clear_problems()
        self._app.join_recent(recent, self._name.text().strip())

    def _take_offer(self) -> None:
        self._where.setText(QtWidgets.QApplication.clipboard().text().strip())
        self._where.setCursorPosition(0)
        self._join.setFocus()

    # ---- showing

    def _settings_changed(self, settings: Settings) -> None:
        """A name that was given elsewhere, such as on the command line, is the one shown."""
        if settings.name != self._shown_name:
            self._shown_name = settings.name
            self._name.setText(settings.name)

    def _show_more(self, more: bool) -> None:
        self._options.setVisible(more)
        wear(self._more, "chevron-down" if more else "chevron-right")

    def _where_changed(self) -> None:
        text = self._where.text().strip()
        is_invite = "heliograph:" in text.lower()
        needs_pin = bool(text) and not is_invite
        if is_invite:
            try:
                needs_pin = not parse_invite(text).secret
            except BadInvite:
                needs_pin = False
        self._join_pin.setVisible(needs_pin)
        self._join.setEnabled(bool(text) and not self._app.is_busy)
        self._look_at_clipboard()

    def _look_at_clipboard(self) -> None:
        offer = ""
        if not self._where.text().strip() and self.isVisible():
            text = QtWidgets.QApplication.clipboard().text()
            if "heliograph:" in text[:4_096].lower():
                try:
                    invite = parse_invite(text)
                    offer = f"Use the copied invite to {invite.name or invite.addresses[0]}"
                except BadInvite:
                    offer = ""
        self._offer.setText(offer)
        self._offer.setVisible(bool(offer))

    def _show_recent(self) -> None:
        while self._recent.count():
            item = self._recent.takeAt(0)
            if item is not None and (widget := item.widget()) is not None:
                widget.deleteLater()
        recents = self._app.recent()[:4]
        if recents:
            label = QtWidgets.QLabel("Recent")
            label.setProperty("muted", True)
            label.setContentsMargins(0, space(2), 0, space(1))
            self._recent.addWidget(label)
        for recent in recents:
            self._recent.addWidget(self._recent_button(recent))

    def _recent_button(self, recent: Recent) -> QtWidgets.QPushButton:
        now = QtCore.QDateTime.currentMSecsSinceEpoch()
        when = relative_time(recent.last, now)
        button = QtWidgets.QPushButton(
            f"{recent.name or recent.session}  ·  {'hosted' if recent.hosted else 'joined'} {when}"
        )
        button.setProperty("flat", True)
        button.setStyleSheet("text-align: left")
        wear(button, "host" if recent.hosted else "clock")
        button.setToolTip("Host it again, with the same invite" if recent.hosted else "Join it again")
        button.clicked.connect(lambda: self._join_recent(recent))
        button.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.ActionsContextMenu)
        forget = QtGui.QAction("Forget this session", button)
        forget.triggered.connect(lambda: self._app.forget(recent))
        button.addAction(forget)
        return button

    def _show_busy(self, what: str | None) -> None:
        self._busy.show_what(what)
        self._host.setEnabled(what is None)
        self._join.setEnabled(what is None and bool(self._where.text().strip()))

    def _show_problem(self, problem: Problem) -> None:
        label = self._host_problem if self._asked == "host" else self._join_problem
        label.setText(f"{problem.title}\n{problem.text}" + (f"\n{problem.action}" if problem.action else ""))
        label.show()

    def _clear_problems(self) -> None:
        self._host_problem.hide()
        self._join_problem.hide()

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self._look_at_clipboard()
        self._where.setFocus()
