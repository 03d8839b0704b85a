"""What comes before a WebSocket, over real sockets and on both loops: bounded in size and time, never an error of ours."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

import pytest

from heliograph_relay.settings import Bounds

from .relays import a_relay
from .test_handshake import upgrade

pytestmark = pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])


@contextlib.asynccontextmanager
async def connected(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    async with asyncio.timeout(10):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            yield reader, writer
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def ask(port: int, *parts: bytes) -> bytes:
    """Send, and read until the relay closes."""
    async with connected(port) as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await reader.read()


@pytest.mark.parametrize("start", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: relay\r\n"])
async def test_who_does_not_end_a_request_is_not_waited_for(start: bytes) -> None:
    async with a_relay(bounds=Bounds(request_timeout=0.05)) as relay:
        assert (await ask(relay.port, start)).startswith(b"HTTP/1.1 408 ")


async def test_a_body_that_does_not_come_is_not_waited_for() -> None:
    head = b"POST /session/create HTTP/1.1\r\nHost: relay\r\nContent-Length: 50\r\n\r\n"
    async with a_relay(bounds=Bounds(request_timeout=0.2)) as relay:
        # Refused for want of a token before it is read; nothing follows that answer.
        answer = await ask(relay.port, head, b"x")
        assert answer.startswith(b"HTTP/1.1 403 ")
        assert answer.count(b"HTTP/1.1") == 1


async def test_neither_with_a_second_request() -> None:
    async with a_relay(bounds=Bounds(request_timeout=0.05)) as relay:
        answer = await ask(relay.port, b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n", b"GET / HT")
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b"HTTP/1.1 408 " in answer


async def test_a_head_that_does_not_end_is_refused() -> None:
    async with a_relay() as relay, connected(relay.port) as (_, writer):
        writer.write(b"GET / HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            await _write_headers(writer, 1_000)


async def _write_headers(writer: asyncio.StreamWriter, number: int) -> None:
    for _ in range(number):
        writer.write(b"X: " + b"x" * 30_000 + b"\r\n")
        await writer.drain()


async def test_a_member_is_under_no_such_bound() -> None:
    async with (
        a_relay(bounds=Bounds(request_timeout=0.1)) as relay,
        connected(relay.port) as (reader, writer),
    ):
        writer.write(upgrade())
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        assert (await ask(relay.port)).startswith(b"HTTP/1.1 408 ")  # so much later
        writer.write(b"\x89\x80abcd")
        assert await reader.readexactly(2) == b"\x8a\x00"


async def test_a_peer_that_is_gone_before_it_is_looked_at_is_nobodys_fault() -> None:
    async with a_relay() as relay:
        for _ in range(10):
            peer = socket.create_connection(("127.0.0.1", relay.port))
            peer.sendall(upgrade())
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()  # a reset, before the relay's loop has turned
        assert (await ask(relay.port, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"))[9:12] == b"200"


async def test_an_upgrade_that_is_refused_is_answered_and_closed() -> None:
    async with a_relay() as relay:
        assert (await ask(relay.port, upgrade(Origin="http://[")))[9:12] == b"403"
        assert (await ask(relay.port, upgrade("/elsewhere")))[9:12] == b"404"
        assert (await ask(relay.port, upgrade(Content_Length="5")))[9:12] == b"400"


async def test_a_request_in_pieces_is_the_same_request() -> None:
    async with a_relay() as relay, connected(relay.port) as (reader, writer):
        for byte in upgrade():
            writer.write(bytes([byte]))
            await writer.drain()
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
        writer.write(b"\x89\x80abcd")
        assert await reader.readexactly(2) == b"\x8a\x00"


async def test_one_that_comes_in_pieces_while_others_have_their_turn_too() -> None:
    async with a_relay() as relay, contextlib.AsyncExitStack() as there:
        pairs = [await there.enter_async_context(connected(relay.port)) for _ in range(30)]
        half = len(upgrade()) // 2
        for part in (upgrade()[:half], upgrade()[half:]):
            for _, writer in pairs:
                writer.write(part)
        for reader, writer in pairs:
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
            writer.write(b"\x89\x80abcd")
            assert await reader.readexactly(2) == b"\x8a\x00"


async def test_who_asks_no_more_gets_the_answer() -> None:
    async with a_relay() as relay, connected(relay.port) as (reader, writer):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n")
        writer.write_eof()
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        assert f"content-length: {len(body)}".encode() in head


async def test_a_second_request_may_be_the_upgrade() -> None:
    async with a_relay() as relay, connected(relay.port) as (reader, writer):
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: relay\r\n\r\n")
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        writer.write(upgrade())
        assert b"HTTP/1.1 101 " in await reader.readuntil(b"\r\n\r\n")
        writer.write(b"\x89\x80abcd")
        assert await reader.readexactly(2) == b"\x8a\x00"


async def test_newcomers_who_say_nothing_are_gone_when_the_relay_ends() -> None:
    async with a_relay() as relay:
        pairs = [await asyncio.open_connection("127.0.0.1", relay.port) for _ in range(3)]
        assert (await ask(relay.port, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n"))[9:12] == b"200"
        assert relay.connections >= 3
    async with asyncio.timeout(10):
        for reader, writer in pairs:
            assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()
