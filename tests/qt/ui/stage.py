"""A session window over real controllers, with a link whose relay is the test."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6 import QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import MAX_ROWS, Capture, Row
from heliograph.services.tasks import Tasks
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.main_window import MainWindow
from heliograph.ui.session_window import SessionWindow
from heliograph_relay.protocol.invite import Invite
from tests.qt.bridge.fakes import FakeLink, FakeReach, until

_SIZE = (1_200, 760)
#: Below the window.
_NOWHERE = (0, 790)

W = TypeVar("W", bound=QtWidgets.QWidget)

INVITE = Invite(addresses=("10.0.0.1",), port=8765, session="s1", secret="sec", name="Choir").line()


class Reach(FakeReach):
    """As the fake one, with the real capture for the inspector."""

    #: How many rows fit into memory.
    room = MAX_ROWS

    def capture(self) -> LiveCapture:  # type: ignore[override]
        return LiveCapture(max_rows=self.room)


class Stage:
    """The program's window, from the start screen on."""

    def __init__(self, directory: Path) -> None:
        self.reach = Reach()
        self.tasks = Tasks()
        self.app = AppController(directory, self.tasks, self.reach)
        self.window = MainWindow(self.app)
        self.sessions: list[SessionController] = []
        self.app.session_opened.connect(self.sessions.append)

    async def open(self) -> None:
        """The window is shown and what is kept is there."""
        # The pointer may rest where a test before this one left it: in the window it would point at something.
        QtGui.QCursor.setPos(*_NOWHERE)
        self.window.resize(*_SIZE)
        self.window.show()
        await self.app.open()

    async def joined(self) -> "Stage":
        """In a session as a guest, with Ana."""
        await self.open()
        self.app.join(INVITE)
        await until(lambda: self.sessions)
        await until(lambda: self.has(SessionWindow))
        return self

    async def hosting(self) -> "Stage":
        """In a session of our own, with Ana."""
        await self.open()
        self.app.host("Me", "Choir")
        await until(lambda: self.sessions)
        await until(lambda: self.has(SessionWindow))
        return self

    @property
    def session(self) -> SessionController:
        """The session on screen."""
        return self.sessions[-1]

    @property
    def link(self) -> FakeLink:
        """The relay."""
        return self.reach.links[-1]

    def find(self, kind: type[W]) -> W:
        """The one widget of that kind."""
        [found] = self.window.findChildren(kind)
        return found

    def has(self, kind: type[QtWidgets.QWidget]) -> bool:
        """Whether there is such a widget."""
        return bool(self.window.findChildren(kind))

    def button(self, words: str) -> QtWidgets.QAbstractButton:
        """The visible button with that text or accessible name."""
        buttons = self.window.findChildren(QtWidgets.QAbstractButton)
        found = [b for b in buttons if words in (b.text(), b.accessibleName()) and b.isVisible()]
        assert len(found) == 1, f"{len(found)} visible buttons say {words!r}"
        return found[0]

    async def select(self, wanted: Callable[[Row], bool]) -> None:
        """Look at that row, wherever it is: receipts of ours may come between those of others, and behind them."""
        capture, table = self.session.capture, self.find(SignalTable)
        assert isinstance(capture, Capture)
        await until(lambda: any(map(wanted, capture)) and table.model().rowCount() == len(capture))
        [place] = [place for place, row in enumerate(capture) if wanted(row)]
        table.choose_row(place)  # `selectRow` looks at the keyboard, where a key may still be held down

    async def close(self) -> None:
        """End the program."""
        await self.app.close()
        await self.tasks.close()
        self.window.deleteLater()
