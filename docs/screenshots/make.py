"""Makes the pictures of this folder: the real program, a real relay and four people in one process.

    python docs/screenshots/make.py                   # into this folder; needs no screen
    python docs/screenshots/make.py start session     # these only

Every picture is made in light and dark. Run it with the project's environment after a change that can be seen.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, NoReturn

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import httpx
from PySide6 import QtCore, QtTest, QtWidgets

from heliograph.bridge.aio import Application, run
from heliograph.bridge.app_controller import AppController
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.real_reach import RealReach
from heliograph.bridge.session_controller import SessionController
from heliograph.model.color_rules import ColorRule
from heliograph.model.conversation import EVERYONE
from heliograph.services.tasks import Tasks
from heliograph.ui import theme
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.developers import DevelopersPage
from heliograph.ui.inspector.filter_bar import FilterBar
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.main_window import MainWindow
from heliograph.ui.session_window import SessionWindow
from heliograph.ui.shortcuts import ShortcutSheet
from heliograph_relay.protocol.tokens import mint_server_token

FOLDER = Path(__file__).resolve().parent
SIZE = QtCore.QSize(1_200, 760)
WANTED = frozenset(sys.argv[1:])


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until `condition()` holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (nothing tells of everything that is waited for here)
            await asyncio.sleep(0.01)


class Guest:
    """Somebody without a window."""

    def __init__(self, directory: Path, tasks: Tasks, name: str) -> None:
        self.app = AppController(directory / name, tasks, RealReach(tasks))
        self.name = name
        self.sessions: list[SessionController] = []
        self.app.session_opened.connect(self.sessions.append)

    async def join(self, invite: str) -> SessionController:
        """Join, and look at what is said to everybody."""
        await self.app.open()
        self.app.join(invite, name=self.name)
        await until(lambda: self.sessions)
        self.sessions[0].looking_at(EVERYONE)
        return self.sessions[0]


class Studio:
    """The window that is photographed, and what happens in it."""

    def __init__(self, directory: Path) -> None:
        self.tasks = Tasks()
        self.directory = directory
        self.app = AppController(directory / "host", self.tasks, RealReach(self.tasks))
        self.sessions: list[SessionController] = []
        self.app.session_opened.connect(self.sessions.append)
        self.window = MainWindow(self.app)
        self.window.resize(SIZE)
        self.guests: list[Guest] = []

    @property
    def session(self) -> SessionController:
        """The hosted session."""
        return self.sessions[-1]

    async def shoot(self, name: str, widget: QtWidgets.QWidget | None = None) -> None:
        """One picture in each theme, where it is wanted."""
        if WANTED and name not in WANTED:
            return
        for choice in ("light", "dark"):
            theme.theme().choose(choice)
            await asyncio.sleep(0.1)  # a frame or two: what follows the theme repaints itself
            target = widget or self.window
            target.grab().save(str(FOLDER / f"{name}-{choice}.png"))
        theme.theme().choose("light")

    async def guest(self, name: str) -> SessionController:
        """Somebody joins with the invite."""
        assert self.session.invite is not None
        guest = Guest(self.directory, self.tasks, name)
        self.guests.append(guest)
        session = await guest.join(self.session.invite.line())
        await until(lambda: len(self.session.people.present()) == len(self.guests) + 1)
        return session

    async def say(self, session: SessionController, text: str, to: str = EVERYONE) -> None:
        """A line, and everybody has told that they have it."""
        ref = session.send_chat(text, to)
        await until(
            lambda: (m := session.chat.get(ref)) is not None and m.recipients and not m.state.may_retry
        )
        await until(lambda: (m := session.chat.get(ref)) is not None and m.counts[0] == m.counts[2])

    async def close(self) -> None:
        """Everybody leaves."""
        for guest in self.guests:
            await guest.app.close()
        await self.app.close()
        await self.tasks.close()
        self.window.deleteLater()


async def photograph(studio: Studio, _folder: Path) -> None:
    """The tour."""
    studio.window.show()
    await studio.app.open()
    studio.app.save_settings(name="Ana", pane="both")
    await studio.shoot("start")
    studio.app.join("192.168.1.5:87650", name="Ana")
    await studio.shoot("start-problem")
    studio.app.host("Ana", "Room 4", "4711", 0)
    await until(lambda: studio.sessions)
    await until(lambda: studio.window.findChildren(SessionWindow))
    await studio.shoot("hosting-alone")
    await conversation(studio)
    await studio.shoot("session")
    window = studio.window.findChildren(SessionWindow)[0]
    await inspect(studio, window)
    await private(studio, window)
    await dialogs(studio, window)
    await developers(studio, window)


async def conversation(studio: Studio) -> None:
    """A morning in a workshop."""
    ben, carla, dmitri = [await studio.guest(name) for name in ("Ben", "Carla", "Дмитрий")]
    await studio.say(ben, "Good morning! Is the projector in room 4 free at ten?")
    await studio.say(studio.session, "Yes, until noon. The plan is at https://example.org/rooms/4")
    await studio.say(carla, "I bring the long cable and the hand-outs. Nothing to print, please 🙂")
    await studio.say(dmitri, "Буду через пять минут.")
    await studio.say(studio.session, "Perfect. We start at ten sharp.")
    studio.session.ping()
    carla.send_signal("poll", '{"question": "Lunch?", "options": ["pizza", "soup"], "multiple": false}')
    ben.send_signal("poll.vote", '{"choice": "pizza"}')
    await until(lambda: all(p.rtt_ms is not None for p in studio.session.people.present() if not p.is_me))
    carla.set_typing(EVERYONE, True)
    await until(studio.session.typing)


async def inspect(studio: Studio, window: SessionWindow) -> None:
    """A signal in detail; a filter that goes on; why a message was never read; a lot in colour."""
    pane = window.findChildren(InspectorPane)[0]
    bar = pane.findChildren(FilterBar)[0]
    poll = next(row for row in studio.session.capture if row.type == "poll")  # type: ignore[attr-defined]
    pane.reveal(poll.seq)
    await studio.shoot("inspector")
    bar.edit()
    QtTest.QTest.keyClicks(bar.field, "type:poll from:")
    await asyncio.sleep(0.3)  # the filter waits for a pause in typing
    await studio.shoot("filter")
    bar.write("")
    await never_read(studio, window, bar)


async def never_read(studio: Studio, window: SessionWindow, bar: FilterBar) -> None:
    """Somebody leaves without having read the last message."""
    late = await studio.guest("Emil")
    late.looking_at(None)
    ref = studio.session.send_chat("Are the slides ready?")
    await until(
        lambda: (
            (m := studio.session.chat.get(ref)) is not None
            and m.counts[0] == len(studio.guests) == m.counts[1] + 1
        )
    )
    gone = studio.guests.pop()
    await gone.app.close()
    studio.session.ping()
    bar.write("is:unread")
    table = window.findChildren(SignalTable)[0]
    table.setFocus()
    table.selectRow(table.model().rowCount() - 1)
    await studio.shoot("never-read")
    inspection = studio.session.findChildren(Inspection)[0]
    inspection.colors.set_rules((ColorRule("type:poll", 7), ColorRule("kind:leave", 0)))
    bar.write("")
    inspection.toggle_mark(inspection.numbers()[-6])
    QtTest.QTest.keyClick(window, QtCore.Qt.Key.Key_F6)
    table.follow(True)
    await asyncio.sleep(0.2)
    await studio.shoot("table")
    inspection.colors.set_rules(())
    for _ in range(2):
        QtTest.QTest.keyClick(window, QtCore.Qt.Key.Key_F6)


async def private(studio: Studio, window: SessionWindow) -> None:
    """A private conversation."""
    ben = next(p for p in studio.session.people.present() if p.name == "Ben")
    window.findChildren(ChatPane)[0].open(ben.id)
    await studio.say(studio.session, "Could you open the door for the caterer?", ben.id)
    me = studio.session.people.me
    assert me is not None
    await studio.say(studio.guests[0].sessions[0], "On my way.", me.id)
    await studio.shoot("private")


async def dialogs(studio: Studio, window: SessionWindow) -> None:
    """What opens above the window."""
    window.show_invite()
    sheet = ShortcutSheet(window)
    sheet.open()
    [scroll] = sheet.findChildren(QtWidgets.QScrollArea)
    sheet.resize(scroll.widget().sizeHint())  # all of it, however small the screen is
    await asyncio.sleep(0.1)
    [invite] = [d for d in window.findChildren(QtWidgets.QDialog) if d.windowTitle() == "Invite"]
    await studio.shoot("invite", invite)
    await studio.shoot("shortcuts", sheet)
    invite.close()
    sheet.close()
    window.ask_to_leave()
    await asyncio.sleep(0.1)
    [question] = window.findChildren(QtWidgets.QMessageBox)
    await studio.shoot("leaving", question)
    question.reject()


async def developers(studio: Studio, window: SessionWindow) -> None:
    """The page for developers, with a session that a server has made."""
    desk = studio.app.developer_desk(studio.session)
    assert desk is not None
    window.show_developers()
    page = window.findChildren(DevelopersPage)[0]
    page.resize(1_080, 1_000)
    headers = {"X-OPENTOK-AUTH": mint_server_token(desk.access.project, now=time.time())}
    async with httpx.AsyncClient(trust_env=False) as http:
        await http.post(f"{desk.access.local_url}/session/create", headers=headers)
    await until(lambda: desk.sessions.count)
    buttons = {button.text(): button for button in page.findChildren(QtWidgets.QAbstractButton)}
    for name in ("Python", "Make a token"):
        buttons[name].click()
    await studio.shoot("developers", page)
    page.close()


def develop(photograph: Callable[[Studio, Path], Coroutine[Any, Any, None]]) -> NoReturn:
    """Have pictures made in a studio of their own; `photograph` also gets its folder."""

    async def main(_application: Application) -> int:
        with tempfile.TemporaryDirectory() as directory:
            studio = Studio(Path(directory))
            try:
                await photograph(studio, Path(directory))
            finally:
                await studio.close()
        return 0

    sys.exit(run(main))


if __name__ == "__main__":
    develop(photograph)
