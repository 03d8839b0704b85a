"""From a wish to host, or a place to join, to a session that is joined and ready to be shown."""

import asyncio
import dataclasses
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from msgspec.structs import replace
from PySide6 import QtCore

from heliograph.bridge.composing import Shelf
from heliograph.bridge.destination import Destination
from heliograph.bridge.hosting import Hosting, HostingFailed, HostingWish
from heliograph.bridge.keeping import Keeping
from heliograph.bridge.link import Connect
from heliograph.bridge.parts import NeverJoined, Parts
from heliograph.bridge.reach import Reach
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.bridge.words import bad_name, never_joined, too_slow
from heliograph.model.problem import Problem
from heliograph.model.settings import Recent, Switches, switches
from heliograph.services.tasks import Tasks
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


async def outcome(begin: Begin) -> "SessionController | Problem":
    """The session, or why there is none."""
    try:
        return await begin()
    except (GaveUp, HostingFailed) as failure:
        return failure.problem


@dataclass(frozen=True, kw_only=True)
class Around:
    """What sessions have around them, whichever they are."""

    tasks: Tasks
    reach: Reach
    keeping: Keeping
    clock: Clock
    shelf: Shelf
    on_switches: Callable[[Switches], None]
    notice: Callable[[str], None]
    remembered: Callable[[], None]
    opened: Callable[[SessionController], None] = lambda controller: None


class Opening:
    """Opens sessions, and knows those that are open."""

    def __init__(self, around: Around, parent: QtCore.QObject) -> None:
        self._around = around
        self._parent = parent
        self.sessions: list[SessionController] = []
        self._hostings: dict[SessionController, Hosting] = {}
        self._places: dict[SessionController, tuple[str, int]] = {}

    def hosting(self, controller: SessionController) -> Hosting | None:
        """The relay of ours in which this session is; None where it is somebody else's."""
        return self._hostings.get(controller)

    def place(self, controller: SessionController) -> tuple[str, int]:
        """Host and port by which a session was joined."""
        return self._places[controller]

    async def host(self, wish: HostingWish) -> SessionController:
        """Start a relay and join it. Raises `GaveUp`, or `HostingFailed`; then no relay is left behind."""
        around = self._around
        settings = around.keeping.settings
        wish = replace(
            wish,
            project=await around.keeping.project(),
            opentok=settings.opentok,
            session_ttl=settings.session_ttl,
        )
        hosting, destination = await around.reach.host(wish)
        try:
            controller = await self.join(destination, hosting, pin=wish.pin or "")
        except BaseException:
            await asyncio.shield(hosting.stop())
            raise
        if wish.port not in (0, destination.port):
            around.notice(f"Port {wish.port} is in use; this session is at port {destination.port}.")
        return controller

    async def join(
        self,
        destination: Destination,
        hosting: Hosting | None = None,
        *,
        pin: str = "",
        remember: bool = True,
    ) -> SessionController:
        """Join a session; raises `GaveUp`. `pin` is what guests of a hosted one may type."""
        around = self._around
        await around.keeping.opened()
        try:
            connect = around.reach.link(destination, name=around.keeping.settings.name, hosting=hosting)
        except Refusal as refusal:
            raise GaveUp(bad_name(str(refusal))) from None
        controller = SessionController(self._parts(destination, connect, hosting), parent=self._parent)
        try:
            controller.start()
            await asyncio.wait_for(controller.joined(), JOIN_WITHIN)
            if remember:
                await self._remember(controller, destination, pin, hosted=hosting is not None)
        except NeverJoined as never:
            await self._drop(controller)
            raise GaveUp(never_joined(never.status, destination, around.clock.wall() / 1_000)) from None
        except TimeoutError:
            await self._drop(controller)
            raise GaveUp(too_slow(destination.where)) from None
        except asyncio.CancelledError:
            await asyncio.shield(self._drop(controller))
            raise
        self._is_open(controller, destination, hosting)
        return controller

    async def close(self) -> None:
        """Leave them all."""
        for session in list(self.sessions):
            await session.close()

    def _is_open(
        self, controller: SessionController, destination: Destination, hosting: Hosting | None
    ) -> None:
        self.sessions.append(controller)
        self._places[controller] = (destination.hosts[0], destination.port)
        if hosting is not None:
            self._hostings[controller] = hosting
        controller.closed.connect(lambda _: self._closed(controller))
        self._around.opened(controller)

    def _parts(self, destination: Destination, connect: Connect, hosting: Hosting | None) -> Parts:
        around = self._around
        return Parts(
            tasks=around.tasks, store=around.keeping.store, connect=connect, capture=around.reach.capture(),
            clock=around.clock, new_ref=lambda: secrets.token_urlsafe(12), hosting=hosting, shelf=around.shelf,
            switches=switches(around.keeping.settings), on_switches=around.on_switches,
            # A token is for one person; what is left of the invite lets nobody in.
            invite=None if destination.credential.token else destination.invite,
        )  # fmt: skip

    async def _remember(
        self, controller: SessionController, destination: Destination, pin: str, *, hosted: bool
    ) -> None:
        assert controller.session is not None
        invite = dataclasses.replace(destination.invite, session=controller.session.id, name=controller.title)
        recent = Recent(
            session=invite.session, name=invite.name, invite=invite.line(), last=self._around.clock.wall(),
            hosted=hosted, pin=pin or destination.typed,
        )  # fmt: skip
        await self._around.keeping.remember(recent)
        self._around.remembered()

    def _closed(self, controller: SessionController) -> None:
        if controller in self.sessions:
            self.sessions.remove(controller)
            self._hostings.pop(controller, None)
            del self._places[controller]
            controller.deleteLater()

    async def _drop(self, controller: SessionController) -> None:
        """Let go of a session that was never shown."""
        await controller.close()
        controller.deleteLater()
