"""A relay on a thread of its own, and peers that send it whatever they are told and read what comes back."""

import asyncio
import base64
import contextlib
import json
import os
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Any, Self

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt
from heliograph_relay.settings import Bounds, RelaySettings
from heliograph_relay.shell.server import Relay

PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
TEXT, BINARY, CLOSE, PING = 0x1, 0x2, 0x8, 0x9
#: Close codes that a client may be sent: RFC 6455's and docs/PROTOCOL.md's.
CODES = {1000, 1002, 1003, 1007, 1009, 4400, 4401, 4403, 4408, 4409, 4429}


@contextlib.contextmanager
def victim(**bounds: Any) -> Iterator[int]:
    """The port of a relay with one session `S`, secrets `guest` and `host`."""
    settings = RelaySettings(
        session=SessionConfig(id="S", secret="guest", host_secret="host", pin="1234"),
        limits=RelayLimits(rate=0, recovery_window=0),
        bounds=Bounds(**bounds),
        project=PROJECT,
        port=0,
    )
    ports: list[int] = []
    ending: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
    listening = threading.Event()

    async def serve() -> None:
        stop = asyncio.Event()
        ending.append((asyncio.get_running_loop(), stop))
        relay = Relay(settings)
        await relay.start()
        ports.append(relay.port)
        listening.set()
        await stop.wait()
        await relay.stop()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), name="victim")
    thread.start()
    assert listening.wait(10)
    try:
        yield ports[0]
    finally:
        loop, stop = ending[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def token() -> str:
    """Opens the session to an OpenTok client."""
    return mint_jwt(PROJECT, Claims(session_id="S", role=Role.PUBLISHER, data="", expires=4e9), now=0, nonce="1")  # fmt: skip


def frame(opcode: int, payload: bytes, *, fin: bool = True, masked: bool = True, reserved: int = 0) -> bytes:
    """One WebSocket frame of a client."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    bit, size = 0x80 if masked else 0, len(payload)
    if size < 126:
        head += bytes([bit | size])
    elif size < 65_536:
        head += struct.pack("!BH", bit | 126, size)
    else:
        head += struct.pack("!BQ", bit | 127, size)
    return head + (bytes(4) if masked else b"") + payload


def upgrade(path: str, protocol: str | None = "heliograph.v1") -> bytes:
    """A handshake."""
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {path} HTTP/1.1", "Host: 127.0.0.1", "Connection: Upgrade", "Upgrade: websocket",
        f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
    ]  # fmt: skip
    lines += [f"Sec-WebSocket-Protocol: {protocol}"] if protocol else []
    return "\r\n".join([*lines, "", ""]).encode()


class Attacker:
    """A socket that sends anything, and reads WebSocket frames."""

    def __init__(self, port: int, hello: bytes = b"") -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.sock.makefile("rb")
        if hello:
            self.send(hello)
            assert b" 101 " in self.file.readline()
            while self.file.readline().strip():
                continue

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.sock.close()

    def send(self, data: bytes) -> None:
        """Everything, unless the relay has closed already."""
        with contextlib.suppress(ConnectionError):
            self.sock.sendall(data)

    def says_no_more(self) -> None:
        """The end of what is sent, not of what is read."""
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def read(self) -> tuple[int, bytes] | None:
        """The next frame; None at the end of the connection."""
        try:
            head = self.file.read(2)
            if len(head) < 2:
                return None
            size = head[1]
            if size > 125:
                (size,) = struct.unpack(
                    "!H" if size == 126 else "!Q", self.file.read(2 if size == 126 else 8)
                )
            return head[0] & 0x0F, self.file.read(size)
        except ConnectionError:
            return None

    def until_pong(self) -> list[tuple[int, bytes]]:
        """Ask for a pong; what came before it, or up to the close or the end."""
        self.send(frame(PING, b"over?"))
        heard = []
        while (told := self.read()) is not None and told != (0xA, b"over?"):
            heard.append(told)
            if told[0] == CLOSE:
                break
        return heard


class Bystander(Attacker):
    """A member in good standing, for whom nothing may change."""

    def __init__(self, port: int) -> None:
        super().__init__(port, upgrade("/session/S"))
        self.n = 0
        self.send(frame(TEXT, b'{"op": "join", "secret": "guest"}'))
        assert self._next("joined")

    def is_served(self) -> None:
        """Fails unless the relay relays for this member."""
        self.n += 1
        self.send(frame(TEXT, json.dumps({"op": "signal", "n": self.n, "type": "alive"}).encode()))
        while self._next("signal").get("n") != self.n:
            continue

    def _next(self, op: str) -> Any:
        while True:
            told = self.read()
            assert told is not None, "a bystander lost its connection"
            if told[0] == PING:
                self.send(frame(0xA, told[1]))
                continue
            assert told[0] == TEXT, told
            message = json.loads(told[1])
            if message["op"] == op and (op != "signal" or message.get("type") == "alive"):
                return message


def close_code(heard: list[tuple[int, bytes]]) -> int | None:
    """The code of the close frame among these, if there is one."""
    closes = [payload for opcode, payload in heard if opcode == CLOSE]
    return int.from_bytes(closes[0][:2], "big") if closes else None
