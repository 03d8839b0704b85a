"""The start screen: a name, and three ways on. No account, no wizard."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.model.problem import Problem
from heliograph.model.rules import MAX_NAME_CHARACTERS
from heliograph.model.settings import Recent, Settings
from heliograph.model.text import display_name
from heliograph.resources import resource
from heliograph.ui import theme
from heliograph.ui.captures.card import CaptureCard
from heliograph.ui.controls import Tool
from heliograph.ui.form import Disc, field, labelled, muted
from heliograph.ui.recent_list import RecentList
from heliograph.ui.start_cards import HostCard, JoinCard, needs_pin
from heliograph.ui.theme import space

#: From this width on the two cards stand side by side.
_WIDE = 720


class StartScreen(QtWidgets.QWidget):
    """Keeps whatever was typed until a session is open."""

    def __init__(self, app: AppController) -> None:
        super().__init__()
        self._app = app
        self._shown_name = app.settings.name
        self._disc = Disc(44)
        self._name = field("Your name", "Your name", app.settings.name, MAX_NAME_CHARACTERS)
        self._dice = Tool("retry", "", "Another name", "Another name", tint="muted")
        self._host, self._join = HostCard(app.settings), JoinCard()
        self._captures = CaptureCard(app.captures)
        self._recent = RecentList()
        self._cards = QtWidgets.QBoxLayout(QtWidgets.QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        self._connect()
        self._show_recent()
        self._show_disc()

    # ---- building

    def _lay_out(self) -> None:
        self._cards.setSpacing(space(4))
        self._cards.addWidget(self._host, 1)
        self._cards.addWidget(self._join, 1)
        inner = QtWidgets.QWidget()
        inner.setMaximumWidth(880)
        column = QtWidgets.QVBoxLayout(inner)
        column.setContentsMargins(space(6), space(5), space(6), space(5))
        column.setSpacing(space(4))
        column.addStretch(2)
        column.addLayout(self._heading())
        column.addSpacing(space(2))
        column.addLayout(self._naming())
        column.addLayout(self._cards)
        column.addWidget(self._captures)
        column.addWidget(self._recent)
        column.addStretch(3)
        centre = QtWidgets.QWidget()
        row = QtWidgets.QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.addStretch(1)
        row.addWidget(inner, 100)
        row.addStretch(1)
        scroll = QtWidgets.QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(centre)
        outer = QtWidgets.QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _heading(self) -> QtWidgets.QLayout:
        logo = QtWidgets.QLabel()
        logo.setPixmap(QtGui.QIcon(str(resource("icons", "heliograph.svg"))).pixmap(64, 64))
        title = QtWidgets.QLabel("Heliograph")
        title.setFont(theme.font(2.2, bold=True))
        names = QtWidgets.QVBoxLayout()
        names.setSpacing(0)
        names.addStretch()
        names.addWidget(title)
        names.addWidget(
            muted("Chat on your own network, and see every signal that makes it work.", wrap=True)
        )
        names.addStretch()
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(4))
        row.addWidget(logo)
        row.addLayout(names, 1)
        return row

    def _naming(self) -> QtWidgets.QLayout:
        self._name.setMaximumWidth(360)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(3))
        row.addWidget(self._disc, 0, QtCore.Qt.AlignmentFlag.AlignBottom)
        row.addLayout(labelled("&Your name", self._name), 1)
        row.addWidget(self._dice, 0, QtCore.Qt.AlignmentFlag.AlignBottom)
        row.addStretch()
        return row

    def _connect(self) -> None:
        self._dice.clicked.connect(lambda: self._name.setText(self._app.suggest_name()))
        self._name.textChanged.connect(self._show_disc)
        self._host.wanted.connect(self.host)
        self._join.wanted.connect(self.join)
        self._host.cancelled.connect(self._app.cancel)
        self._join.cancelled.connect(self._app.cancel)
        self._recent.chosen.connect(self._join_recent)
        self._recent.forgotten.connect(self._app.forget)
        self._app.busy.connect(self._show_busy)
        self._app.problem.connect(self._show_problem)
        self._app.recent_changed.connect(self._show_recent)
        self._app.settings_changed.connect(self._settings_changed)

    # ---- doing

    def host(self) -> None:
        """Start a session here."""
        self._forget_problems()
        self._app.host(
            self._name.text().strip(), self._host.session_name(), self._host.pin(), self._host.port()
        )

    def join(self) -> None:
        """Join what was pasted or typed."""
        self._forget_problems()
        self._app.join(self._join.text(), self._join.pin(), self._name.text().strip())

    def offer(self, invite: str, pin: str) -> None:
        """Show where one wants to go, and what opens it."""
        self._join.take(invite, pin)

    def _join_recent(self, recent: Recent) -> None:
        self._forget_problems()
        if not recent.hosted and needs_pin(recent.invite):
            self._join.take(recent.invite, recent.pin)
        self._app.join_recent(recent, self._name.text().strip())

    def _forget_problems(self) -> None:
        self._host.show_problem(None)
        self._join.show_problem(None)

    # ---- showing

    def _settings_changed(self, settings: Settings) -> None:
        """A name that was given elsewhere, such as on the command line, is the one shown."""
        if settings.name != self._shown_name:
            self._shown_name = settings.name
            self._name.setText(settings.name)

    def _show_disc(self) -> None:
        self._disc.show_name(display_name(self._name.text()))

    def _show_recent(self) -> None:
        self._recent.show_recent(self._app.recent())

    def _show_busy(self, what: str | None) -> None:
        self._host.show_busy(what, self._app.asked == "host")
        self._join.show_busy(what, self._app.asked == "join")
        self._recent.setEnabled(what is None)

    def _show_problem(self, problem: Problem) -> None:
        (self._host if self._app.asked == "host" else self._join).show_problem(problem)

    # ---- Qt

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self._join.look_at_clipboard()
        self._join.write()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QtWidgets.QBoxLayout.Direction
        wide = event.size().width() >= _WIDE
        self._cards.setDirection(direction.LeftToRight if wide else direction.TopToBottom)
