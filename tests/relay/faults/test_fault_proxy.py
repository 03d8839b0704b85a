"""The proxy that the other tests believe in does what it says, and nothing else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from tests.support.fault_proxy import FaultProxy, Weather, fault_proxy
from tests.support.links import eventually

BYTES = bytes(range(256)) * 400


class Echo:
    """A server that sends everything back; `ended` counts connections that are over for it."""

    def __init__(self) -> None:
        self.received = 0
        self.ended = 0
        self.open: set[asyncio.StreamWriter] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open.add(writer)
        try:
            while data := await reader.read(65_536):
                self.received += len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        finally:
            self.ended += 1
            writer.transport.abort()


@pytest.fixture
async def echo() -> AsyncIterator[tuple[Echo, FaultProxy]]:
    echo = Echo()
    server = await asyncio.start_server(echo.serve, "127.0.0.1", 0)
    async with fault_proxy(server.sockets[0].getsockname()[1]) as proxy:
        yield echo, proxy
    for writer in echo.open:
        writer.transport.abort()
    server.close()
    await server.wait_closed()


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def to(cls, proxy: FaultProxy) -> "Caller":
        return cls(*await asyncio.open_connection("127.0.0.1", proxy.port))

    async def says(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def hears(self, size: int) -> bytes:
        async with asyncio.timeout(10):
            return await self.reader.readexactly(size)

    async def hears_nothing(self) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await self.reader.read(1)

    async def ends(self) -> None:
        """Read up to the end, however it comes."""
        async with asyncio.timeout(10):
            try:
                await self.reader.read()
            except ConnectionResetError:
                pass
        self.hangs_up()

    def hangs_up(self) -> None:
        self.writer.transport.abort()


async def _echoed(proxy: FaultProxy, data: bytes = BYTES) -> float:
    """Seconds that the data takes there and back, on a new connection; it comes back as it was."""
    caller = await Caller.to(proxy)
    now = asyncio.get_running_loop().time
    start = now()
    async with asyncio.TaskGroup() as group:
        group.create_task(caller.says(data))
        heard = group.create_task(caller.hears(len(data)))
    caller.hangs_up()
    assert heard.result() == data
    return now() - start


async def test_without_weather_it_is_only_a_way(echo: tuple[Echo, FaultProxy]) -> None:
    _, proxy = echo
    await _echoed(proxy)
    assert proxy.accepted == 1


@pytest.mark.parametrize("way", ["up", "down"])
async def test_a_delay_is_kept_to_and_does_not_add_up(echo: tuple[Echo, FaultProxy], way: str) -> None:
    _, proxy = echo
    weather: Weather = getattr(proxy, way)
    weather.delay = 0.1
    caller = await Caller.to(proxy)
    now = asyncio.get_running_loop().time
    start = now()
    for number in range(10):
        await caller.says(bytes([number]))
        await asyncio.sleep(0.02)
    assert await caller.hears(10) == bytes(range(10))
    caller.hangs_up()
    assert 0.25 < now() - start < 0.9, "ten pieces, 0.02 s apart, each 0.1 s late"


async def test_jitter_never_changes_the_order(echo: tuple[Echo, FaultProxy]) -> None:
    _, proxy = echo
    proxy.up.jitter = proxy.down.jitter = 0.02
    caller = await Caller.to(proxy)
    said = b"".join(number.to_bytes(2, "big") for number in range(100))
    for position in range(0, len(said), 2):
        await caller.says(said[position : position + 2])
        await asyncio.sleep(0)
    assert await caller.hears(len(said)) == said
    caller.hangs_up()


async def test_a_rate_is_kept_to(echo: tuple[Echo, FaultProxy]) -> None:
    _, proxy = echo
    proxy.up.rate, proxy.up.piece = 500_000, 10_000
    assert await _echoed(proxy) > 0.8 * len(BYTES) / 500_000


async def test_a_trickle_comes_byte_by_byte(echo: tuple[Echo, FaultProxy]) -> None:
    served, proxy = echo
    proxy.up.trickle(rate=1_000)
    caller = await Caller.to(proxy)
    await caller.says(b"x" * 100)
    await eventually(lambda: served.received)
    assert served.received < 100
    assert await caller.hears(100) == b"x" * 100
    caller.hangs_up()


async def test_what_is_held_waits_and_comes_whole(echo: tuple[Echo, FaultProxy]) -> None:
    served, proxy = echo
    caller = await Caller.to(proxy)
    await caller.says(b"before")
    assert await caller.hears(6) == b"before"
    proxy.down.hold()
    await caller.says(b"behind")
    await eventually(lambda: served.received == 12)
    await caller.hears_nothing()
    proxy.down.go_on()
    assert await caller.hears(6) == b"behind"
    caller.hangs_up()


async def test_a_cut_ends_both_sides_even_while_held(echo: tuple[Echo, FaultProxy]) -> None:
    served, proxy = echo
    caller = await Caller.to(proxy)
    await caller.says(b"x")
    await caller.hears(1)
    proxy.down.hold()
    proxy.cut()
    await caller.ends()
    await eventually(lambda: served.ended == 1)


async def test_a_reset_is_one(echo: tuple[Echo, FaultProxy]) -> None:
    served, proxy = echo
    caller = await Caller.to(proxy)
    await caller.says(b"x")
    await caller.hears(1)
    proxy.reset()
    with pytest.raises(ConnectionResetError):
        await caller.hears(1)
    caller.hangs_up()
    await eventually(lambda: served.ended == 1)


async def test_half_open_the_caller_is_gone_and_the_server_is_not_told(
    echo: tuple[Echo, FaultProxy],
) -> None:
    served, proxy = echo
    caller = await Caller.to(proxy)
    await caller.says(b"x")
    await caller.hears(1)
    proxy.half_open()
    await caller.ends()
    await _echoed(proxy)  # others come through, and the server has had time to hear of an end
    await eventually(lambda: served.ended)
    assert (len(served.open), served.ended) == (2, 1)  # the end is the other's


@pytest.mark.parametrize("way", ["up", "down"])
async def test_one_way_only_the_other_way_still_passes(echo: tuple[Echo, FaultProxy], way: str) -> None:
    served, proxy = echo
    caller = await Caller.to(proxy)
    await caller.says(b"x")
    await caller.hears(1)
    proxy.freeze(up=way == "up", down=way == "down")
    await caller.says(b"swallowed")
    await _echoed(proxy, b"y")
    assert served.received == (2 if way == "up" else 11)
    await caller.hears_nothing()
    caller.hangs_up()


async def test_who_is_refused_hears_nothing(echo: tuple[Echo, FaultProxy]) -> None:
    served, proxy = echo
    proxy.refuses = True
    caller = await Caller.to(proxy)
    await caller.ends()
    proxy.clear()
    await _echoed(proxy)
    assert len(served.open) == 1


async def test_a_server_that_is_not_there_is_an_end(echo: tuple[Echo, FaultProxy]) -> None:
    _, proxy = echo
    there, proxy.to_port = proxy.to_port, 1
    caller = await Caller.to(proxy)
    await caller.ends()
    proxy.to_port = there
    await _echoed(proxy)
