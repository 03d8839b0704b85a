"""The relay as a whole, on a running event loop: start, drain, stop."""

import asyncio
import contextlib
import logging
import math
import secrets
import socket
from collections.abc import Iterator
from functools import partial
from typing import Any, cast

import uvicorn
from msgspec.structs import replace
from starlette.types import ASGIApp

from heliograph_relay import __version__
from heliograph_relay.core.budget import LogBudget
from heliograph_relay.core.hub import Hub
from heliograph_relay.core.membership import Membership, Mint
from heliograph_relay.core.session import Session
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.native import Server
from heliograph_relay.settings import Bounds, RelaySettings
from heliograph_relay.shell.anteroom import Anteroom
from heliograph_relay.shell.door import Door
from heliograph_relay.shell.front import Front
from heliograph_relay.shell.http import BoundedHttp
from heliograph_relay.shell.keepalive import KeepAlive
from heliograph_relay.shell.listener import bind
from heliograph_relay.shell.memory import MemoryWatch
from heliograph_relay.shell.newcomer import Entrance, Newcomer
from heliograph_relay.shell.pages import make_app
from heliograph_relay.shell.rest import RestApi
from heliograph_relay.shell.session_info import SessionInfoApi
from heliograph_relay.shell.switchboard import Switchboard
from heliograph_relay.shell.system_memory import SystemMemory
from heliograph_relay.shell.tap import Ear, Taps
from heliograph_relay.shell.websocket import WebSocketTransport
from heliograph_relay.shell.wires import OpenTokWire

log = logging.getLogger(__name__)

#: Connections that may wait to be accepted. All that wait are accepted in one turn of the loop.
BACKLOG = 128
#: Seconds that clients get to take their goodbye, of the two in which a relay has to be gone.
DRAIN_SECONDS = 1.0
#: An OpenTok client forgets which messages it has had after 30 s, so a link on which the relay hears nothing
#: must end long before that: seconds between pings, and for an answer.
OPENTOK_PATIENCE = 4.0


class Relay:
    """A relay with one session, listening.

    `start()` binds and returns; from then on `port` is the real one. `stop()` says goodbye to everybody
    and closes everything within two seconds.
    """

    def __init__(self, settings: RelaySettings) -> None:
        self.settings = settings
        self.port = settings.port
        self._http: _HttpServer | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen.

        Raises:
            CannotListen: with words for a person.
        """
        settings = self.settings
        listener = bind(settings.host, settings.port)
        self.port = listener.getsockname()[1]
        mint = Mint(connection_id=lambda: secrets.token_urlsafe(12), key=lambda: secrets.token_urlsafe(16))
        server = Server(name="heliograph-relay", version=__version__)
        bounds = settings.bounds
        memory = SystemMemory(bounds.memory_bytes)
        hub = Hub(
            Membership(settings.limits, mint, server),
            settings.project,
            LogBudget(bounds.all_log_bytes),
        )
        hub.add_session(settings.session, epoch=secrets.token_urlsafe(8))
        project = settings.project
        self._switchboard = Switchboard(
            hub,
            queue_bytes=settings.queue_bytes,
            all_queue_bytes=memory.for_queues(bounds.all_queue_bytes),
            opentok=None if project is None else OpenTokWire(project.key),
            surface=settings.opentok,
        )
        self._keepalives = [
            KeepAlive(
                self._switchboard.transports,
                interval=min(settings.ping_interval, patience),
                timeout=min(settings.ping_timeout, patience),
                binary=binary,
            )
            for binary, patience in ((False, math.inf), (True, OPENTOK_PATIENCE))
        ]
        self._door = Door(bounds.connections, bounds.address_connections)
        asyncio.get_running_loop().set_exception_handler(self._door.on_loop_trouble)
        self._http = _HttpServer(self._switchboard, _app(settings, self._switchboard), self._door, bounds)
        serving = self._http.serve(sockets=[listener])
        self._serving = asyncio.create_task(serving, name="http")  # noqa: TID251 - stop() awaits it
        await self._http.listening.wait()
        for keepalive in self._keepalives:
            keepalive.start()
        self._memory = MemoryWatch(memory, self._switchboard, self._door)
        self._memory.start()

    def open_opentok_to(self, surface: Surface) -> None:
        """From now on these may use OpenTok's wire and REST API; who is there already stays."""
        self._switchboard.surface = surface

    def tap(self, session: str, on: bool, ear: Ear) -> None:
        """Tell the frames of OpenTok's wire in a session, or tell no more.

        Raises:
            NoSuchSession: there is none of this id.
            NotAllowed: nobody inspects it.
        """
        board, project = self._switchboard, self.settings.project
        if board.taps is None:
            board.taps = Taps(board.hub, board.transports, () if project is None else (project.secret,))
        board.taps.switch(session, on, ear)

    @property
    def connections(self) -> int:
        """How many connections there are, joined or not."""
        return self._door.count

    @property
    def made_sessions(self) -> list[Session]:
        """The sessions that were made over REST, oldest first."""
        own = self._switchboard.hub.session(self.settings.session.id)
        return [
            session
            for session in dict.fromkeys(self._switchboard.hub.sessions.values())
            if session is not own
        ]

    async def stop(self) -> None:
        """Say goodbye, give the clients a moment to take it, close."""
        if self._http is None or self._serving is None:
            return
        self._memory.stop()
        for keepalive in self._keepalives:
            keepalive.stop()
        self._switchboard.drain()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await self._switchboard.wait_until_empty()
        for transport in list(self._switchboard.transports):
            transport.abort()
        self._http.stop.set()
        await self._serving


def _app(settings: RelaySettings, switchboard: Switchboard) -> ASGIApp:
    own, project = make_app(), settings.project
    if project is None:
        return own
    template = replace(
        settings.session, id="", name="", secret="", host_secret="", pin="", ttl=settings.session_ttl
    )
    rest = RestApi(switchboard, project, template, settings.bounds)
    return Front(own, rest.app(), SessionInfoApi(switchboard, project.key).app(), lambda: switchboard.surface)


class _HttpServer(uvicorn.Server):
    """uvicorn, told when to stop by us instead of by signals and a poll."""

    def __init__(self, switchboard: Switchboard, app: ASGIApp, door: Door, bounds: Bounds) -> None:
        entrance = Entrance(door, Anteroom(), bounds, switchboard)

        def newcomer(**options: Any) -> Newcomer:
            http = partial(
                BoundedHttp, switchboard=switchboard, anteroom=entrance.anteroom, bounds=bounds, **options
            )
            return Newcomer(entrance, http, options["server_state"].connections)

        super().__init__(
            uvicorn.Config(
                app,
                http=cast(type[asyncio.Protocol], newcomer),
                ws=WebSocketTransport,  # made by us: uvicorn only has to know that upgrades are not refused
                lifespan="off",
                log_config=None,
                log_level="error",  # what peers get wrong is theirs to hear, not ours to report
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
                backlog=BACKLOG,
            )
        )
        self.listening = asyncio.Event()
        self.stop = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the process's business (`shell.main`)."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        """Keep the Date header true until `stop` is set."""
        while not self.stop.is_set():
            with contextlib.suppress(MemoryError):
                await self.on_tick(0)
            await asyncio.sleep(0)  # never without a turn for the others, whatever fails
            with contextlib.suppress(TimeoutError, MemoryError):
                async with asyncio.timeout(1.0):
                    await self.stop.wait()
