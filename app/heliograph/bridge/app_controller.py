"""Start screen to session: settings, recent sessions, hosting and joining."""

import asyncio
import dataclasses
import secrets
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from PySide6 import QtCore

from heliograph.bridge.destination import Destination, MissingPin, read_destination, to_invite
from heliograph.bridge.hosting import Hosting, HostingFailed, HostingWish
from heliograph.bridge.keeping import Keeping
from heliograph.bridge.link import Connect
from heliograph.bridge.parts import NeverJoined, Parts
from heliograph.bridge.reach import Reach
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.bridge.words import bad_destination, bad_name, missing_pin, never_joined, our_fault, too_slow
from heliograph.model.names import friendly_name, own_session_name
from heliograph.model.problem import Problem
from heliograph.model.settings import Recent, Settings, Switches, switches
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import BadInvite, parse_invite
from heliograph_relay.protocol.problems import Refusal

#: How long a first join may take, in seconds.
JOIN_WITHIN = 20.0


class GaveUp(Exception):
    """Starting a session failed; `problem` is for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


#: Begins what ends in a session, or raises `GaveUp` or `HostingFailed`.
Begin = Callable[[], Coroutine[Any, Any, SessionController]]


async def _outcome(begin: Begin) -> "SessionController | Problem":
    try:
        return await begin()
    except (GaveUp, HostingFailed) as failure:
        return failure.problem


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
        self._sessions: list[SessionController] = []
        self._ended = False
        #: "host" or "join": what was asked for last, on the screen or the command line.
        self.asked = "join"
        if not self.settings.name:
            self._keeping.settings = replace(self.settings, name=self.suggest_name())

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

    async def close(self) -> None:
        """Leave every session, stop every relay, close the store. Await it before the program ends."""
        if self._ended:
            return
        self._ended = True
        await self._end_starting()
        for session in list(self._sessions):
            await session.close()
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
            lambda: self._host(HostingWish(name=session_name, pin=pin or None, port=port)),
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
        self._start(f"Joining {destination.where}…", lambda: self._join(destination))

    def join_recent(self, recent: Recent, name: str = "", pin: str = "") -> None:
        """Join a session again; one that was hosted here is hosted again, with the same invite."""
        self.asked = "host" if recent.hosted else "join"
        try:
            invite = parse_invite(recent.invite)
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
            self._start("Starting the session…", lambda: self._host(wish))
        else:
            self._start(f"Joining {destination.where}…", lambda: self._join(destination))

    def _refuse(self, bad: BadInvite) -> None:
        words = missing_pin if isinstance(bad, MissingPin) else bad_destination
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
        return tuple(self._sessions)

    def _start(self, what: str, begin: Begin) -> None:
        if self._starting is not None or self._ended:
            return
        self._starting = self._tasks.start(_outcome(begin), name=what)
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
            self.session_opened.emit(outcome)

    async def _end_starting(self) -> None:
        starting = self._starting
        if starting is not None:
            starting.cancel()
            await asyncio.wait([starting])

    async def _host(self, wish: HostingWish) -> SessionController:
        hosting, destination = await self._reach.host(wish)
        try:
            controller = await self._join(destination, hosting)
        except BaseException:
            await asyncio.shield(hosting.stop())
            raise
        if wish.port not in (0, destination.port):
            self.notice.emit(f"Port {wish.port} is in use; this session is at port {destination.port}.")
        return controller

    async def _join(self, destination: Destination, hosting: Hosting | None = None) -> SessionController:
        await self._keeping.opened()
        try:
            connect = self._reach.link(destination, name=self.settings.name, hosting=hosting)
        except Refusal as refusal:
            raise GaveUp(bad_name(str(refusal))) from None
        controller = SessionController(self._parts(destination, connect, hosting), parent=self)
        try:
            controller.start()
            await asyncio.wait_for(controller.joined(), JOIN_WITHIN)
            await self._remember(controller, destination, hosted=hosting is not None)
        except NeverJoined as never:
            await self._drop(controller)
            raise GaveUp(never_joined(never.status, destination.where)) from None
        except TimeoutError:
            await self._drop(controller)
            raise GaveUp(too_slow(destination.where)) from None
        except asyncio.CancelledError:
            await asyncio.shield(self._drop(controller))
            raise
        self._sessions.append(controller)
        controller.closed.connect(lambda _: self._closed(controller))
        return controller

    def _parts(self, destination: Destination, connect: Connect, hosting: Hosting | None) -> Parts:
        return Parts(
            tasks=self._tasks, store=self._keeping.store, connect=connect, capture=self._reach.capture(),
            clock=self._clock, new_ref=lambda: secrets.token_urlsafe(12), switches=switches(self.settings),
            on_switches=self._on_switches, shelf=self, invite=destination.invite, hosting=hosting,
        )  # fmt: skip

    def _on_switches(self, chosen: Switches) -> None:
        self.save_settings(
            delivered_receipts=chosen.delivered, read_receipts=chosen.read, typing=chosen.typing
        )

    async def _remember(
        self, controller: SessionController, destination: Destination, *, hosted: bool
    ) -> None:
        assert controller.session is not None
        invite = dataclasses.replace(destination.invite, session=controller.session.id, name=controller.title)
        await self._keeping.remember(
            Recent(
                session=invite.session,
                name=invite.name,
                invite=invite.line(),
                last=self._clock.wall(),
                hosted=hosted,
            )
        )
        self.recent_changed.emit(None)

    def _closed(self, controller: SessionController) -> None:
        if controller in self._sessions:
            self._sessions.remove(controller)
            controller.deleteLater()

    async def _drop(self, controller: SessionController) -> None:
        """Let go of a session that was never shown."""
        await controller.close()
        controller.deleteLater()
