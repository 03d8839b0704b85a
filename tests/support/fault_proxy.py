"""A TCP proxy that misbehaves on demand: late, slow, one-way, half-open, cut, reset.

Bytes are never changed and never change places. What is *swallowed* (`stalled`, `swallows_answers`, `freeze`) is
gone: the ends believe in a link that no longer carries anything. What is *held* (`Weather.hold`) waits, and so do
those behind it, as with a peer that does not read.
"""

import asyncio
import random
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

_CHUNK = 65_536
#: Chunks on their way in one direction of one link; the sender waits beyond them.
_IN_FLIGHT = 32


class Weather:
    """What the links do to bytes in one direction, from now on. It may be changed at any time.

    `delay` and `jitter` (a random part on top) are in seconds and keep the order; `rate` is in bytes a second,
    0 for as fast as it goes; at most `piece` bytes are written at once.
    """

    def __init__(self) -> None:
        self.delay = 0.0
        self.jitter = 0.0
        self.rate = 0.0
        self.piece = _CHUNK
        self.flows = asyncio.Event()
        self.flows.set()

    def hold(self) -> None:
        """Nothing goes on, and nothing is lost."""
        self.flows.clear()

    def go_on(self) -> None:
        """What was held goes its way."""
        self.flows.set()

    def trickle(self, *, piece: int = 1, rate: float = 50.0) -> None:
        """A few bytes at a time, slowly."""
        self.piece, self.rate = piece, rate

    def clear(self) -> None:
        """Fine weather."""
        self.delay = self.jitter = self.rate = 0.0
        self.piece = _CHUNK
        self.go_on()


@dataclass(eq=False)
class _Link:
    """One connection through the proxy. `deaf`: the writers to which nothing passes any more."""

    task: "asyncio.Task[None]"
    client: asyncio.StreamWriter
    relay: asyncio.StreamWriter | None = None
    deaf: frozenset[asyncio.StreamWriter] = frozenset()
    is_over: bool = False

    def end(self) -> None:
        """Gone, at once, on both sides."""
        self.is_over = True
        for writer in (self.client, self.relay):
            if writer is not None:
                writer.transport.abort()
        self.task.cancel()


class FaultProxy:
    """Forwards to one port of this machine until told otherwise. `stalled`: nothing passes, nobody is told.

    `up` is the weather towards the relay, `down` from it. `receive_buffer` bounds what the system takes in from
    the relay while `down` is held.
    """

    def __init__(self, to_port: int, *, seed: int = 0, receive_buffer: int | None = None) -> None:
        self.to_port = to_port
        self.port = 0
        self.up = Weather()
        self.down = Weather()
        self.stalled = False
        self.swallows_answers = False
        self.refuses = False
        self.accepted = 0
        self._receive_buffer = receive_buffer
        self._random = random.Random(seed)
        self._links: set[_Link] = set()
        self._serving: set[asyncio.Task[None]] = set()

    def cut(self) -> None:
        """Every connection through here is gone."""
        for link in list(self._links):
            link.end()

    def reset(self) -> None:
        """The same, by a reset instead of an end: what is under way is lost."""
        for link in self._links:
            for writer in (link.client, link.relay):
                if writer is not None:
                    _linger_not(writer)
        self.cut()

    def freeze(self, *, up: bool = True, down: bool = True) -> None:
        """Nothing passes any more on the connections that there are, to the relay or back, and nobody is told."""
        for link in self._links:
            if up and link.relay is not None:
                link.deaf |= {link.relay}
            if down:
                link.deaf |= {link.client}

    def half_open(self) -> None:
        """The clients' sides are gone, and the relay is not told."""
        self.freeze()
        for link in self._links:
            link.client.transport.abort()

    def clear(self) -> None:
        """Fine weather for what comes; what was swallowed is gone, and frozen connections stay so."""
        self.up.clear()
        self.down.clear()
        self.stalled = self.swallows_answers = self.refuses = False

    async def close(self) -> None:
        self.cut()
        if self._serving:
            await asyncio.wait(self._serving)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        link = _Link(task, writer)
        self._links.add(link)
        try:
            if self.refuses:
                raise ConnectionRefusedError
            back, link.relay = await self._reach()
            async with asyncio.TaskGroup() as group:
                self._pump(group, link, reader, link.relay, self.up)
                self._pump(group, link, back, writer, self.down)
        except OSError:
            pass
        except asyncio.CancelledError:
            if not link.is_over:
                raise
        finally:
            self._links.remove(link)
            link.client.transport.abort()
            if link.relay is not None:
                link.relay.transport.abort()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        sock = socket.socket()
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._receive_buffer is not None:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.to_port))
            return await asyncio.open_connection(sock=sock, limit=self._receive_buffer or _CHUNK)
        except BaseException:
            sock.close()
            raise

    def _pump(
        self,
        group: asyncio.TaskGroup,
        link: _Link,
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        weather: Weather,
    ) -> None:
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_IN_FLIGHT)
        group.create_task(self._take(source, under_way, weather))
        group.create_task(self._give(under_way, link, sink, weather))

    async def _take(
        self, source: asyncio.StreamReader, under_way: "asyncio.Queue[tuple[float, bytes]]", weather: Weather
    ) -> None:
        """Every chunk with the time at which it is due; an empty one at the end."""
        now, due, data = asyncio.get_running_loop().time, 0.0, b"."
        while data:
            await weather.flows.wait()
            try:
                data = await source.read(_CHUNK)
            except OSError:
                data = b""
            due = max(due, now() + weather.delay + self._random.uniform(0, weather.jitter))
            await under_way.put((due, data))

    async def _give(
        self,
        under_way: "asyncio.Queue[tuple[float, bytes]]",
        link: _Link,
        sink: asyncio.StreamWriter,
        weather: Weather,
    ) -> None:
        now = asyncio.get_running_loop().time
        try:
            while True:
                due, data = await under_way.get()
                if (wait := due - now()) > 0:
                    await asyncio.sleep(wait)
                if not data:
                    break
                if not self._swallows(link, sink):
                    await _write(sink, data, weather)
        except OSError:
            pass
        if not self.stalled and sink not in link.deaf:
            sink.close()

    def _swallows(self, link: _Link, sink: asyncio.StreamWriter) -> bool:
        return self.stalled or sink in link.deaf or (self.swallows_answers and sink is link.client)


async def _write(sink: asyncio.StreamWriter, data: bytes, weather: Weather) -> None:
    position = 0
    while position < len(data):
        await weather.flows.wait()
        piece = data[position : position + weather.piece]
        position += len(piece)
        sink.write(piece)
        await sink.drain()
        if weather.rate:
            await asyncio.sleep(len(piece) / weather.rate)


def _linger_not(writer: asyncio.StreamWriter) -> None:
    """Have the close of this socket be a reset."""
    sock = writer.get_extra_info("socket")
    if sock is not None and sock.fileno() >= 0:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@asynccontextmanager
async def fault_proxy(
    to_port: int, *, seed: int = 0, receive_buffer: int | None = None
) -> AsyncIterator[FaultProxy]:
    """A proxy on a free port of this machine."""
    proxy = FaultProxy(to_port, seed=seed, receive_buffer=receive_buffer)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
