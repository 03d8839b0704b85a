"""Finds the first address of a relay that answers as one."""

import asyncio
import ipaddress
import socket
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import NegotiationError, WebSocketException
from websockets.typing import Subprotocol

from heliograph.client.diagnosis import combine, diagnose
from heliograph.client.farewells import Farewell
from heliograph_relay.protocol.invite import Address, Invite
from heliograph_relay.protocol.native import SUBPROTOCOL

#: Seconds until the next address is tried beside one that has not answered yet.
STAGGER = 0.25
#: Seconds to wait for the other side's part of a close.
CLOSE_WITHIN = 1.0
#: Bytes of one message. `joined` of 5,000 people who all use what they may is some 30 MB.
MAX_MESSAGE = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a session is: one relay, under all of its addresses."""

    hosts: tuple[str, ...]
    port: int
    session: str

    @classmethod
    def of(cls, where: Invite | Address) -> "Target":
        """The target that an invite or an address names."""
        hosts = where.addresses if isinstance(where, Invite) else (where.host,)
        return cls(hosts=hosts, port=where.port, session=where.session)


class Transport(ClientConnection):
    """A WebSocket that knows when it last heard anything of the other side (the loop's time, in seconds)."""

    heard = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.heard = self.loop.time()
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        self.heard = self.loop.time()
        super().data_received(data)

    def cut(self) -> None:
        """Let go of it at once."""
        self.transport.abort()


async def dial(
    target: Target, patience: float, *, first: str | None = None
) -> "tuple[str, Transport] | Farewell":
    """Try all addresses, the one of last time (`first`) before the others.

    Each may take `patience` seconds to answer. Returns the address that won with its transport, or why none works.
    """
    hosts = sorted(dict.fromkeys(target.hosts), key=lambda host: host != first)
    return await _Race(target, patience).run(hosts)


class _Race:
    """Addresses start one after the other, without waiting for those before; the first to answer wins."""

    def __init__(self, target: Target, patience: float) -> None:
        self._target = target
        self._patience = patience
        self._winner: tuple[str, Transport] | None = None
        self._failures: list[Farewell] = []
        self._runners: list[asyncio.Task[None]] = []

    async def run(self, hosts: Sequence[str]) -> tuple[str, Transport] | Farewell:
        try:
            async with asyncio.TaskGroup() as group:
                for place, host in enumerate(hosts):
                    self._runners.append(group.create_task(self._try_host(group, host, place * STAGGER)))
        except asyncio.CancelledError:
            if self._winner is not None:  # just now, and nobody will ever ask for it
                self._winner[1].cut()
            raise
        return self._winner or combine(self._failures)

    async def _try_host(self, group: asyncio.TaskGroup, host: str, delay: float) -> None:
        await asyncio.sleep(delay)
        try:
            async with asyncio.timeout(self._patience):
                ips = await _resolve(host, self._target.port)
        except OSError as error:
            self._failed(error, host, connected=False)
            return
        for place, ip in enumerate(ips):
            self._runners.append(group.create_task(self._try_ip(host, ip, place * STAGGER)))

    async def _try_ip(self, host: str, ip: str, delay: float) -> None:
        await asyncio.sleep(delay)
        connected: list[Transport] = []
        try:
            transport = await self._connect(ip, connected)
        except (OSError, WebSocketException, ValueError) as error:
            self._failed(error, host, connected=bool(connected))
            return
        if self._winner is not None:
            transport.cut()
            return
        self._winner = host, transport
        for runner in self._runners:
            if runner is not asyncio.current_task():
                runner.cancel()

    async def _connect(self, ip: str, connected: list[Transport]) -> Transport:
        """Open a WebSocket; `connected` tells whether TCP got through, should the rest fail."""

        def make(*args: Any, **kwargs: Any) -> Transport:
            connected.append(Transport(*args, **kwargs))
            return connected[0]

        where = Address(host=ip.partition("%")[0], port=self._target.port)
        # A fixed host and port also keep the secret from being carried to wherever a redirect points.
        connection = await connect(
            f"ws://{where}/session/{quote(self._target.session, safe='')}",
            host=ip, port=self._target.port, proxy=None,
            subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None,
            open_timeout=self._patience, ping_interval=None, close_timeout=CLOSE_WITHIN,
            max_size=MAX_MESSAGE, max_queue=256,
            create_connection=cast("type[ClientConnection]", make),
        )  # fmt: skip
        assert isinstance(connection, Transport)
        if connection.subprotocol is None:
            connection.cut()
            raise NegotiationError("no subprotocol was chosen")
        return connection

    def _failed(self, error: Exception, host: str, *, connected: bool) -> None:
        address = str(Address(host=host, port=self._target.port))
        self._failures.append(diagnose(error, address, connected=connected))


async def _resolve(host: str, port: int) -> list[str]:
    """IP addresses of a host. In a thread of its own, so that a name server that hangs holds up nobody.

    Raises:
        OSError: it has none.
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return [host]
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(ips: list[str], error: OSError | None) -> None:
        if not found.done():
            found.set_result(ips) if error is None else found.set_exception(error)

    def ask() -> None:
        ips: list[str] = []
        error: OSError | None = None
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            ips = list(dict.fromkeys(str(answer[4][0]) for answer in answers))
        except UnicodeError as bad:
            error = socket.gaierror(socket.EAI_NONAME, str(bad))
        except OSError as bad:
            error = bad
        with suppress(RuntimeError):  # the program has ended meanwhile
            loop.call_soon_threadsafe(settle, ips, error)

    threading.Thread(target=ask, name=f"look up {host}", daemon=True).start()
    return await found
