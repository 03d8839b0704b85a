"""The Developers page: how applications of OpenTok use the relay of this session."""

from dataclasses import replace

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.session_controller import SessionController
from heliograph.model.developer import GUEST_WORDS, Access, foreign_words, guest_facts, host_facts
from heliograph.ui import theme
from heliograph.ui.developers_cards import CodeCard, GuestCard, MadeCard, ReachCard
from heliograph.ui.facts import FactList
from heliograph.ui.form import card, muted
from heliograph.ui.placing import fit
from heliograph.ui.theme import space

#: From this width on the cards stand in two columns.
_WIDE = 900
_SIZE = QtCore.QSize(1_080, 760)


class DevelopersPage(QtWidgets.QWidget):
    """Beside the session, not above it: one works in both."""

    def __init__(self, parent: QtWidgets.QWidget, app: AppController, controller: SessionController) -> None:
        super().__init__(parent, QtCore.Qt.WindowType.Dialog)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("For developers")
        self._app, self._controller = app, controller
        self._desk = app.developer_desk(controller)
        self._session = controller.session.id if controller.session is not None else ""
        self._facts = FactList()
        self._foreign = muted("", wrap=True)
        self._left, self._right = QtWidgets.QVBoxLayout(), QtWidgets.QVBoxLayout()
        self._columns = QtWidgets.QBoxLayout(QtWidgets.QBoxLayout.Direction.LeftToRight)
        self._lay_out()
        if self._desk is None:
            self._fill_for_guest()
        else:
            self._fill_for_host()
        QtGui.QShortcut(QtGui.QKeySequence("Esc"), self, self.close)
        controller.closed.connect(self._session_closed)
        self.setFocusProxy(self._facts)
        self._left.addStretch()
        self._right.addStretch()
        fit(self, _SIZE if self._desk is not None else QtCore.QSize(560, 460))

    # ---- building

    def _lay_out(self) -> None:
        self._columns.setSpacing(space(4))
        for column in (self._left, self._right):
            column.setSpacing(space(4))
        self._columns.addLayout(self._left, 5)
        self._columns.addLayout(self._right, 6 if self._desk is not None else 0)
        inner = QtWidgets.QWidget()
        all_of_it = QtWidgets.QVBoxLayout(inner)
        all_of_it.setContentsMargins(space(5), space(4), space(5), space(5))
        all_of_it.setSpacing(space(4))
        all_of_it.addLayout(self._heading())
        all_of_it.addLayout(self._columns, 1)
        scroll = self._scroll = QtWidgets.QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        outer = QtWidgets.QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _show_soon(self, widget: QtWidgets.QWidget) -> None:
        """Scroll to what has just come, as soon as it has its place."""
        QtCore.QTimer.singleShot(0, widget, lambda: self._scroll.ensureWidgetVisible(widget))

    def _heading(self) -> QtWidgets.QLayout:
        title = QtWidgets.QLabel("For developers")
        title.setFont(theme.font(1.6, bold=True))
        words = (
            "This relay answers OpenTok.js and OpenTok's server SDKs as they are, in the same sessions as Heliograph: what they"
            " send is in the chat and in the inspector. There is no media, only signals."
        )
        column = QtWidgets.QVBoxLayout()
        column.setSpacing(space(1))
        column.addWidget(title)
        column.addWidget(muted(words, wrap=True))
        return column

    def _connecting(self, words: str) -> QtWidgets.QVBoxLayout:
        frame, column = card("server", "Connect", words)
        column.addWidget(self._facts)
        column.addWidget(self._foreign)
        self._left.addWidget(frame)
        return column

    def _fill_for_host(self) -> None:
        desk = self._desk
        assert desk is not None
        self._connecting(
            "What an application needs. Key and secret stay the same for all sessions that you host."
        )
        self._show_access(desk.access)
        reach, code = ReachCard(desk, self._app), CodeCard(desk, self._session)
        self._left.addWidget(reach)
        guest = GuestCard(desk, self._session)
        guest.made.connect(self._show_soon)
        self._left.addWidget(guest)
        self._right.addWidget(code, 1)
        self._right.addWidget(MadeCard(desk, self._app))
        self._facts.revealed.connect(code.reveal)
        desk.access_changed.connect(self._show_access)

    def _fill_for_guest(self) -> None:
        column = self._connecting("What is known here of the relay that you have joined.")
        self._facts.show_facts(guest_facts(self._session, *self._app.place(self._controller)))
        self._foreign.hide()
        for words in GUEST_WORDS:
            column.addWidget(muted(words, wrap=True))

    def _session_closed(self, _none: object) -> None:
        self.close()

    def _show_access(self, access: Access) -> None:
        access = replace(access, session=self._session)
        self._facts.show_facts(host_facts(access))
        words = foreign_words(access)
        self._foreign.setText(words)
        self._foreign.setVisible(bool(words))

    # ---- Qt

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Where it is narrow, one card stands below the other."""
        super().resizeEvent(event)
        direction = QtWidgets.QBoxLayout.Direction
        wide = event.size().width() >= _WIDE
        self._columns.setDirection(direction.LeftToRight if wide else direction.TopToBottom)


def open_developers(
    parent: QtWidgets.QWidget, app: AppController, controller: SessionController
) -> DevelopersPage:
    """Show the page of this session, or bring it to the front."""
    page = next(iter(parent.findChildren(DevelopersPage)), None) or DevelopersPage(parent, app, controller)
    page.show()
    page.raise_()
    page.activateWindow()
    page.setFocus()
    return page
