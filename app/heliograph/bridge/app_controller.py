"""Start screen to session: settings, recent sessions, hosting and joining."""

import asyncio
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6 import QtCore

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.bridge.destination import MissingPin, UselessToken, read_destination, to_invite
from heliograph.bridge.hosting import HostingWish
from heliograph.bridge.keeping import Keeping
from heliograph.bridge.opening import Around, Begin, Opening, outcome
from heliograph.bridge.reach import Reach
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.bridge.words import bad_destination, missing_pin, our_fault, useless_token
from heliograph.model.names import friendly_name, own_session_name
from heliograph.model.people import Person
from heliograph.model.problem import Problem
from heliograph.model.settings import Recent, Settings, Switches
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import BadInvite, parse_invite

if TYPE_CHECKING:
    from heliograph.bridge.developing import DeveloperDesk


class AppController(QtCore.QObject):
    """What the start screen talks to. One for the program; it outlives sessions.

    A failed start changes nothing that was typed: the screen keeps its inputs and shows the problem.
    """

    #: SessionController: joined, and ready to be shown.
    session_opened = QtCore.Signal(object)
    #: Problem: title, text, and what to do.
    problem = QtCore.Signal(object)
    #: str, what is being done (hosting, joining), or None when nothing is. `cancel()` ends it.
    busy = QtCore.Signal(object)
    #: Settings, after every change.
    settings_changed = QtCore.Signal(object)
    #: None: the list of recent sessions has changed.
    recent_changed = QtCore.Signal(object)
    #: SessionController: opened beside the one that is on screen, or to be shown again.
    aside_opened = QtCore.Signal(object)
    #: str: something worth a line, such as a busy port that was replaced.
    notice = QtCore.Signal(object)

    def __init__(
        self, directory: Path, tasks: Tasks, reach: Reach, parent: QtCore.QObject | None = None
    ) -> None:
        """`directory` is where this person's files are; a second program of theirs gets one below it."""
        super().__init__(parent)
        self._tasks = tasks
        self._reach = reach
        self._keeping = Keeping(directory, tasks, self.problem.emit)
        self._clock = Clock(now=time.monotonic, wall=lambda: time.time_ns() // 1_000_000)
        self._starting: asyncio.Task[SessionController | Problem] | None = None
        self.captures = CaptureDesk(self, self._keeping.directory, tasks, self)
        self._opening = Opening(self._around(), self)
        self._desks: dict[SessionController, DeveloperDesk] = {}
        self._ended = False
        #: "host" or "join": what was asked for last, on the screen or the command line.
        self.asked = "join"
        if not self.settings.name:
            self._keeping.settings = replace(self.settings, name=self.suggest_name())

    def _around(self) -> Around:
        return Around(
            tasks=self._tasks, reach=self._reach, keeping=self._keeping, clock=self._clock, shelf=self,
            on_switches=self._on_switches, notice=self.notice.emit,
            remembered=lambda: self.recent_changed.emit(None), opened=self.captures.long.watch,
        )  # fmt: skip

    # ---- what the person has chosen

    @property
    def settings(self) -> Settings:
        """What the person has chosen."""
        return self._keeping.settings

    def save_settings(self, **changes: Any) -> None:
        """Change members of the settings, tell everybody, and write the file (atomically, soon)."""
        changed = replace(self.settings, **changes)
        if changed != self.settings:
            self._keeping.change_settings(changed)
            if "long_captures" in changes:
                self.captures.long.switch()
            self.settings_changed.emit(changed)

    def suggest_name(self) -> str:
        """Two friendly words, other ones each time."""
        return friendly_name(secrets.randbits(32))

    def recent(self) -> list[Recent]:
        """Sessions joined or hosted before, the latest first."""
        return self._keeping.recent

    def forget(self, recent: Recent) -> None:
        """Take a session off the list of recent ones; its messages stay."""
        self._tasks.spawn(self._forget(recent), name="forgetting a session")

    async def _forget(self, recent: Recent) -> None:
        await self._keeping.forget(recent.session)
        self.recent_changed.emit(None)

    # ---- the program

    async def open(self) -> None:
        """Open what is kept. The window may be there already; `host` and `join` may be called meanwhile."""
        await self._keeping.open()
        self.recent_changed.emit(None)
        await self.captures.long.open()

    async def close(self) -> None:
        """Leave every session, stop every relay, close the store. Await it before the program ends."""
        if self._ended:
            return
        self._ended = True
        await self._end_starting()
        await self._opening.close()
        await self.captures.long.close()
        await self._keeping.close()

    # ---- sessions

    def host(
        self, name: str, session_name: str = "", pin: str | None = None, port: int | None = None
    ) -> None:
        """Start a relay as a child process and join it. Ends in `session_opened` or `problem`."""
        self.asked = "host"
        port = self.settings.port if port is None else port
        self.save_settings(name=name or self.settings.name, session_name=session_name, port=port)
        session_name = session_name or own_session_name(self.settings.name)
        self._start(
            "Starting the session…",
            lambda: self._opening.host(HostingWish(name=session_name, pin=pin or None, port=port)),
        )

    def join(self, text: str, pin: str = "", name: str = "") -> None:
        """Join by an invite line, an address or a pasted link. Ends in `session_opened` or `problem`."""
        self.asked = "join"
        try:
            destination = read_destination(text, pin)
        except BadInvite as bad:
            self._refuse(bad)
            return
        self.save_settings(name=name or self.settings.name)
        self._start(f"Joining {destination.where}…", lambda: self._opening.join(destination))

    def join_recent(self, recent: Recent, name: str = "", pin: str = "") -> None:
        """Join a session again; one that was hosted here is hosted again, with the same invite."""
        self.asked = "host" if recent.hosted else "join"
        try:
            invite = parse_invite(recent.invite)
            pin = pin or recent.pin
            destination = to_invite(invite, pin)
        except BadInvite as bad:
            self._refuse(bad)
            return
        self.save_settings(name=name or self.settings.name)
        if recent.hosted:
            wish = HostingWish(
                name=invite.name, session=invite.session, secret=invite.secret or None, pin=pin or None,
                port=invite.port,
            )  # fmt: skip
            self._start("Starting the session…", lambda: self._opening.host(wish))
        else:
            self._start(f"Joining {destination.where}…", lambda: self._opening.join(destination))

    def _refuse(self, bad: BadInvite) -> None:
        words = {MissingPin: missing_pin, UselessToken: useless_token}.get(type(bad), bad_destination)
        self.problem.emit(words(str(bad)))

    def cancel(self) -> None:
        """Give up what is being done; nothing is left behind."""
        if self._starting is not None:
            self._starting.cancel()

    @property
    def is_busy(self) -> bool:
        """Whether a session is being started."""
        return self._starting is not None

    @property
    def sessions(self) -> tuple[SessionController, ...]:
        """The sessions that are open, the latest last."""
        return tuple(self._opening.sessions)

    def _start(self, what: str, begin: Begin) -> None:
        if self._starting is not None or self._ended:
            return
        self._starting = self._tasks.start(outcome(begin), name=what)
        self._starting.add_done_callback(self._on_started)
        self.busy.emit(what)

    def _on_started(self, starting: "asyncio.Task[SessionController | Problem]") -> None:
        self._starting = None
        self.busy.emit(None)
        if starting.cancelled():
            return
        if (error := starting.exception()) is not None:
            self.problem.emit(our_fault(error))
        elif isinstance(outcome := starting.result(), Problem):
            self.problem.emit(outcome)
        else:
            self.captures.follow(outcome)
            self.session_opened.emit(outcome)

    async def _end_starting(self) -> None:
        starting = self._starting
        if starting is not None:
            starting.cancel()
            await asyncio.wait([starting])

    # ---- for developers

    def developer_desk(self, controller: SessionController) -> "DeveloperDesk | None":
        """What the Developers page of a session works with; None where this app does not run its relay.

        A session that was opened from the desk of another has that one.
        """
        for desk in self._desks.values():
            if controller in desk.asides:
                return desk
        hosting = self._opening.hosting(controller)
        if hosting is None:
            return None
        from heliograph.bridge.developing import DeveloperDesk  # noqa: PLC0415 - not needed for the first paint

        if controller not in self._desks:
            desk = DeveloperDesk(controller, hosting, self._opening, self._tasks, self._clock)
            desk.opened.connect(self.aside_opened)
            controller.closed.connect(lambda _: self._desks.pop(controller, None))
            self._desks[controller] = desk
        return self._desks[controller]

    def place(self, controller: SessionController) -> tuple[str, int]:
        """Host and port by which an open session was joined."""
        return self._opening.place(controller)

    def find_cut_off(self, controller: SessionController, then: Callable[[list[Person], int], None]) -> None:
        """Tell `then` whom leaving a session cuts off: everybody else at a relay of ours, and how many more are in
        sessions of it that are not on screen. At once where the relay is somebody else's.
        """
        desk = self.developer_desk(controller) if controller.hosting else None
        if desk is None:
            then([], 0)
        else:
            self._tasks.spawn(self._find_cut_off(controller, desk, then), name="who is cut off")

    async def _find_cut_off(
        self, controller: SessionController, desk: "DeveloperDesk", then: Callable[[list[Person], int], None]
    ) -> None:
        unseen = await desk.unseen()
        if controller in self.sessions:
            then(controller.people_cut_off() + desk.people_cut_off(), unseen)

    def _on_switches(self, chosen: Switches) -> None:
        self.save_settings(
            delivered_receipts=chosen.delivered, read_receipts=chosen.read, typing=chosen.typing
        )
