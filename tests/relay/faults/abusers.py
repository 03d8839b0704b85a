"""Clients that mean harm or do it, each in a process of its own: what they do for some seconds, and what they got.

    python -m tests.relay.faults.abusers NAME PORT SECONDS

The last line on stdout is JSON: counts of what happened to them.
"""

import asyncio
import contextlib
import json
import os
import resource
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

from tests.relay.wire.raw import SMALL, TEXT, encode, upgrade

#: Seconds that an abuser may take to build up what its time is then counted with.
MOST_TO_BUILD = 8.0


class Got(Counter[str]):
    """What happened to an abuser; `built`: its time is counted from here on (`BUILT_UP`)."""

    def __init__(self) -> None:
        super().__init__()
        self.built = asyncio.Event()


_SESSION = "/session/S"
_LOST = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError, EOFError)
_BIG = json.dumps({"op": "signal", "n": 1, "data": "d" * 8_000}).replace('"n": 1', '"n": %d')


async def _raw(port: int, *, receive_buffer: int | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:  # fmt: skip
    sock = socket.socket()
    try:
        sock.setblocking(False)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
        return await asyncio.open_connection(sock=sock, limit=receive_buffer or 65_536)
    except BaseException:  # whoever abuses is stopped at any point
        sock.close()
        raise


async def _answer(reader: asyncio.StreamReader, got: Got) -> str:
    """The status of an HTTP answer, counted."""
    try:
        line = await reader.readline()
    except OSError:
        line = b""
    status = line.split()[1].decode() if line else "cut"
    got[status] += 1
    return status


async def slowloris(port: int, got: Got) -> None:
    """400 requests whose heads come a byte at a time."""

    async def one() -> None:
        reader, writer = await _raw(port)
        writer.write(b"GET / HTTP/1.1\r\n")
        async with asyncio.TaskGroup() as group:
            answer = group.create_task(_answer(reader, got))
            while not answer.done():
                writer.write(b"x")
                await asyncio.sleep(0.2)
        writer.transport.abort()

    await _for_ever(one, 400, got)


async def handshakes(port: int, got: Got) -> None:
    """As many handshakes as go, each left at once."""

    async def one() -> None:
        reader, writer = await _raw(port)
        writer.write(upgrade(_SESSION))
        await _answer(reader, got)
        writer.transport.abort()

    await _for_ever(one, 16, got)


async def idle_sockets(port: int, got: Got) -> None:
    """10,000 connections that say nothing."""
    loop, kept = asyncio.get_running_loop(), []
    for _ in range(100):
        # Fewer at a time than may wait to be accepted: who finds the system's queue full tries again in a second.
        new = [socket.socket() for _ in range(100)]
        kept += new
        for sock in new:
            sock.setblocking(False)
        await asyncio.gather(*(loop.sock_connect(sock, ("127.0.0.1", port)) for sock in new))
        got["connected"] += len(new)
    got.built.set()
    await asyncio.Event().wait()


async def never_joining(port: int, got: Got) -> None:
    """2,000 WebSockets that never join."""
    kept = []
    for number in range(2_000):
        reader, writer = await _raw(port)
        writer.write(upgrade(_SESSION))
        await _answer(reader, got)
        kept.append((reader, writer))
        if number % 50 == 0:
            await asyncio.sleep(0.01)
    await asyncio.Event().wait()


async def sending_unread(port: int, got: Got) -> None:
    """A member who sends 8 KB signals as fast as they go and reads nothing."""

    async def one() -> None:
        reader, writer = await _member(port, receive_buffer=SMALL)
        n = 0
        with contextlib.suppress(*_LOST):
            while not writer.is_closing():
                n += 1
                writer.write(encode(TEXT, (_BIG % n).encode()))
                await writer.drain()
                got["sent"] += 1
                if n % 50 == 0:
                    await asyncio.sleep(0)
        got["ended"] += 1
        writer.transport.abort()
        del reader

    await _for_ever(one, 1, got)


async def flooding(port: int, got: Got) -> None:
    """A member who sends small signals as fast as they go, and reads the answers."""

    async def one() -> None:
        async with await _joined(port) as ws:

            async def read() -> None:
                async for text in ws:
                    got[str(json.loads(text).get("error", json.loads(text)["op"]))] += 1

            async with asyncio.TaskGroup() as group:
                reading = group.create_task(read())
                n = 0
                while not reading.done():
                    n += 1
                    await ws.send(json.dumps({"op": "signal", "n": n}))
                    got["sent"] += 1
                    await asyncio.sleep(0)  # a send that needs not wait gives nobody a turn

    await _for_ever(one, 1, got)


async def not_reading(port: int, got: Got) -> None:
    """Twenty members who have stopped reading."""

    async def one() -> None:
        _, writer = await _member(port, receive_buffer=SMALL)
        got["joined"] += 1
        with contextlib.suppress(*_LOST):
            while True:
                await asyncio.sleep(0.1)
                if writer.is_closing():
                    break

    await _for_ever(one, 20, got)


async def guessing(port: int, got: Got) -> None:
    """Joins with PIN after PIN."""

    async def one() -> None:
        async with await _connect(port) as ws:
            await ws.send(json.dumps({"op": "join", "pin": f"{got['tries']:06}"}))
            got["tries"] += 1
            got[str(json.loads(await ws.recv())["code"])] += 1

    await _for_ever(one, 4, got)


async def garbage(port: int, got: Got) -> None:
    """Members whose frames are nonsense, until they are closed, again and again."""

    async def one() -> None:
        async with await _joined(port) as ws:
            try:
                while True:
                    await ws.send(os.urandom(60))
                    await ws.send("[" * 20_000)
                    await asyncio.sleep(0)
            except ConnectionClosed as closed:
                got[str(closed.rcvd.code if closed.rcvd else "cut")] += 1
            finally:
                ws.transport.abort()  # it reads nothing, so that it would wait for an answer to its close in vain

    await _for_ever(one, 4, got)


async def large_bodies(port: int, got: Got) -> None:
    """Bodies and heads that do not end."""

    async def one() -> None:
        reader, writer = await _raw(port)
        head = b"POST /session/create HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999999\r\n\r\n"
        writer.write(head if got["sent"] % 2 else b"GET / HTTP/1.1\r\nX: ")
        got["sent"] += 1
        with contextlib.suppress(*_LOST):
            for _ in range(200):
                writer.write(b"x" * 65_536)
                await writer.drain()
        await _answer(reader, got)
        writer.transport.abort()

    await _for_ever(one, 8, got)


ABUSES: dict[str, Callable[[int, Got], Coroutine[Any, Any, None]]] = {
    "slowloris": slowloris,
    "handshakes": handshakes,
    "idle-sockets": idle_sockets,
    "never-joining": never_joining,
    "sending-unread": sending_unread,
    "flooding": flooding,
    "not-reading": not_reading,
    "guessing": guessing,
    "garbage": garbage,
    "large-bodies": large_bodies,
}


#: Those that are there in full only after a while.
BUILT_UP = ("idle-sockets",)


async def _connect(port: int) -> ClientConnection:
    return await connect(
        f"ws://127.0.0.1:{port}{_SESSION}",
        subprotocols=[Subprotocol("heliograph.v1")],
        compression=None,
        proxy=None,
        ping_interval=None,
    )


async def _joined(port: int) -> ClientConnection:
    ws = await _connect(port)
    await ws.send(json.dumps({"op": "join", "secret": "guest"}))
    return ws


async def _member(port: int, *, receive_buffer: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Joined, with nothing read beyond the handshake."""
    reader, writer = await _raw(port, receive_buffer=receive_buffer)
    writer.write(upgrade(_SESSION))
    await reader.readuntil(b"\r\n\r\n")
    writer.write(encode(TEXT, b'{"op": "join", "secret": "guest"}'))
    return reader, writer


async def _for_ever(one: Callable[[], Awaitable[None]], at_once: int, got: Got) -> None:
    async def again() -> None:
        while True:
            try:
                await one()
            except* _LOST:
                got["lost"] += 1
                await asyncio.sleep(0.02)

    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(again())


async def _abuse(name: str, port: int, seconds: float) -> Got:
    got = Got()
    async with asyncio.TaskGroup() as group:
        abusing = group.create_task(ABUSES[name](port, got))
        if name in BUILT_UP:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MOST_TO_BUILD):
                    await got.built.wait()
        await asyncio.sleep(seconds)
        abusing.cancel()
    return got


def main() -> None:
    """The command."""
    name, port, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    os.nice(10)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    got = asyncio.run(_abuse(name, port, seconds))
    sys.stdout.write(json.dumps(got) + "\n")
    sys.stdout.flush()
    os._exit(0)  # thousands of sockets need no farewell


if __name__ == "__main__":
    main()
