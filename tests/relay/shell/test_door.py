"""How many may be there, over real sockets and on both loops: who is refused hears why, who is there stays."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from heliograph_relay.protocol.tokens import mint_server_token
from heliograph_relay.settings import Bounds
from heliograph_relay.shell.door import MOST_TURNED_AWAY, Door, Place, TurnedAway
from heliograph_relay.shell.server import Relay
from tests.support.links import eventually

from .relays import PROJECT, a_relay
from .test_handshake import upgrade

on_both_loops = pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])


@contextlib.asynccontextmanager
async def sockets(relay: Relay, number: int) -> AsyncIterator[list[Any]]:
    """So many members-to-be: shaken hands, not joined."""
    pairs = [await asyncio.open_connection("127.0.0.1", relay.port) for _ in range(number)]
    try:
        for reader, writer in pairs:
            writer.write(upgrade())
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        yield pairs
    finally:
        for _, writer in pairs:
            writer.transport.abort()


async def answered(relay: Relay) -> bytes:
    """What a newcomer's request is answered with."""
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
        with contextlib.suppress(ConnectionError):
            writer.write(b"GET /healthz HTTP/1.1\r\nHost: relay\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.transport.abort()
        return answer


async def is_alive(pair: Any) -> bool:
    """Whether this WebSocket answers a ping."""
    reader, writer = pair
    writer.write(b"\x89\x80abcd")
    async with asyncio.timeout(10):
        return bool(await reader.readexactly(2) == b"\x8a\x00")


@pytest.mark.allows_log("no room for more")
@pytest.mark.parametrize(
    ("bounds", "status"),
    [(Bounds(connections=3), b"503"), (Bounds(address_connections=3), b"429")],
)
@on_both_loops
async def test_who_comes_when_all_places_are_taken_hears_why(bounds: Bounds, status: bytes) -> None:
    async with a_relay(bounds=bounds) as relay:
        async with sockets(relay, 3) as there:
            for _ in range(5):
                answer = await answered(relay)
                assert answer[9:12] == status
                assert b"as many connections" in answer
            assert [await is_alive(pair) for pair in there] == [True] * 3
            there[0][1].transport.abort()

            async def is_let_in() -> bool:
                return (await answered(relay))[9:12] == b"200"

            async with asyncio.timeout(10):
                while not await is_let_in():
                    continue
        async with asyncio.timeout(10):
            while (await answered(relay))[9:12] != b"200":
                continue


@pytest.mark.allows_log("no room for more")
@on_both_loops
async def test_those_who_are_told_no_are_bounded_too() -> None:
    async with a_relay(bounds=Bounds(connections=1)) as relay, sockets(relay, 1) as there:
        crowd = [await asyncio.open_connection("127.0.0.1", relay.port) for _ in range(2 * MOST_TURNED_AWAY)]
        async with asyncio.timeout(10):
            ends = await asyncio.gather(*(reader.read() for reader, _ in crowd), return_exceptions=True)
        told = [end for end in ends if isinstance(end, bytes) and end]
        assert len(told) >= MOST_TURNED_AWAY
        assert await is_alive(there[0])
        # Whoever was told and does not go is cut a moment later, and others may be told.
        async with asyncio.timeout(10):
            while not (await answered(relay)).startswith(b"HTTP/1.1 503"):
                continue
        for _, writer in crowd:
            writer.transport.abort()


@on_both_loops
async def test_every_place_is_given_back_however_a_connection_ends() -> None:
    async with a_relay(bounds=Bounds(connections=2)) as relay:
        for _ in range(5):
            async with sockets(relay, 1):
                pass
            assert await answered(relay)
            reader, writer = await asyncio.open_connection("127.0.0.1", relay.port)
            writer.write(b"GET / HTTP/9\r\n\r\n")
            await reader.read()
            writer.transport.abort()
        await eventually(lambda: relay.connections == 0)


async def test_sessions_are_bounded_and_a_server_is_told() -> None:
    async with a_relay(bounds=Bounds(sessions=2)) as relay, httpx.AsyncClient() as client:
        auth = {"X-OPENTOK-AUTH": mint_server_token(PROJECT, now=time.time())}
        url = f"http://127.0.0.1:{relay.port}/session/create"
        statuses = [(await client.post(url, headers=auth)).status_code for _ in range(4)]
        assert statuses == [200, 200, 503, 503]


# ---- the door itself


def _entered(door: Door, address: str, times: int = 1) -> list[Place | TurnedAway]:
    return [door.enter(address, 0.0) for _ in range(times)]


@pytest.mark.allows_log("no room for more")
def test_200_members_behind_one_address_and_a_proxy_on_this_machine_find_room() -> None:
    door = Door(None, None)
    assert all(isinstance(place, Place) for place in _entered(door, "203.0.113.7", 200))
    few = min(door.most - 200, 3_000)
    assert all(isinstance(place, Place) for place in _entered(door, "127.0.0.1", few))
    _entered(door, "203.0.113.7", Door.DEFAULT_EACH - 200)
    assert isinstance(_entered(door, "203.0.113.7")[0], TurnedAway)


@pytest.mark.allows_log("no room for more")
def test_an_address_that_has_left_is_forgotten() -> None:
    door = Door(10, 2)
    places = _entered(door, "a", 2)
    assert isinstance(_entered(door, "a")[0], TurnedAway)
    for place in places:
        assert isinstance(place, Place)
        door.leave(place)
    assert door.count == 0
    assert isinstance(_entered(door, "a")[0], Place)


@pytest.mark.expects_log("no room for more")
def test_a_flood_is_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    door = Door(1, None)
    for second in range(130):
        door.enter("a", float(second))
    assert len(caplog.records) == 3


@pytest.mark.expects_log("newcomers wait")
async def test_no_descriptor_for_a_newcomer_is_said_and_is_no_fault() -> None:
    loop = asyncio.get_running_loop()
    door = Door(None, None)
    trouble = {"message": "socket.accept() out of system resource", "exception": OSError(24, "too many")}
    door.on_loop_trouble(loop, trouble)
