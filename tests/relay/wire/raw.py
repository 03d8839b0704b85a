"""WebSocket by hand, for tests in which single bytes, a small receive buffer or a silent reader matter."""

import asyncio
import base64
import json
import os
import socket
import struct
from dataclasses import dataclass

import pytest

from .harness import PATIENCE, PROTOCOL, Talker
from .process import Relay

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA
SMALL = 4096  # bytes of receive buffer of a reader that is meant to fall behind


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: its status, its headers with lower-case names."""

    status: int
    headers: dict[str, str]


def encode(
    opcode: int, payload: bytes = b"", *, fin: bool = True, masked: bool = True, reserved: int = 0
) -> bytes:
    """One frame of a client (RFC 6455, 5.2); what is wrong about it is up to the caller."""
    head = bytes([(0x80 if fin else 0) | reserved << 4 | opcode])
    mask_bit = 0x80 if masked else 0
    if len(payload) < 126:
        head += bytes([mask_bit | len(payload)])
    elif len(payload) < 65536:
        head += struct.pack("!BH", mask_bit | 126, len(payload))
    else:
        head += struct.pack("!BQ", mask_bit | 127, len(payload))
    if not masked:
        return head + payload
    key = os.urandom(4)
    pattern = int.from_bytes((key * (len(payload) // 4 + 1))[: len(payload)], "big")
    body = (int.from_bytes(payload, "big") ^ pattern).to_bytes(len(payload), "big")
    return head + key + body


def upgrade(path: str, **changes: str | None) -> bytes:
    """A WebSocket handshake; `changes` replace headers (underscores for dashes), None leaves one out."""
    headers: dict[str, str | None] = {
        "Host": "127.0.0.1",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Protocol": PROTOCOL,
    }
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"GET {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items() if v is not None), "", ""]
    return "\r\n".join(lines).encode()


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    async with asyncio.timeout(PATIENCE):
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    status, *lines = head.splitlines()
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return Answer(int(status.split()[1]), {name.lower(): value.strip() for name, value in pairs})


async def ask(relay: Relay, request: bytes) -> Answer:
    """Send a request and read the head of the answer."""
    reader, writer = await asyncio.open_connection(relay.host, relay.port)
    try:
        writer.write(request)
        return await read_answer(reader)
    finally:
        writer.transport.abort()


class RawPeer(Talker):
    """A client that sends exactly what it is told and reads only when it is told."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super().__init__()
        self.reader = reader
        self.writer = writer
        self.closed: int | None = None  # the code of the relay's close frame

    @classmethod
    async def open(cls, relay: Relay, *, receive_buffer: int | None = None) -> "RawPeer":
        """Shake hands. `receive_buffer` bounds what the system and this peer take in unread."""
        sock = socket.socket()
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        await asyncio.get_running_loop().sock_connect(sock, (relay.host, relay.port))
        reader, writer = await asyncio.open_connection(sock=sock, limit=receive_buffer or 65536)
        writer.write(upgrade(f"/session/{relay.session}"))
        answer = await read_answer(reader)
        assert answer.status == 101, answer
        return cls(reader, writer)

    @property
    def port(self) -> int:
        """The port of this peer's end."""
        return int(self.writer.get_extra_info("sockname")[1])

    async def put(self, data: bytes) -> None:
        """Bytes on the wire, in one write."""
        self.writer.write(data)
        async with asyncio.timeout(PATIENCE):
            await self.writer.drain()

    async def write(self, message: str | bytes) -> None:
        if isinstance(message, str):
            await self.put(encode(TEXT, message.encode()))
        else:
            await self.put(encode(BINARY, message))

    async def frame(self) -> tuple[int, bytes]:
        """The next frame of the relay: its opcode and payload. A server's frames are whole, unmasked and plain."""
        async with asyncio.timeout(PATIENCE):
            first, second = await self.reader.readexactly(2)
            assert first & 0xF0 == 0x80, f"first byte {first:#x}: fragmented, or reserved bits set"
            assert second < 0x80, "a server must not mask"
            size = second
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(size)

    async def read(self) -> str | None:
        """The next text frame; None for a close frame, and for an end of the transport between two frames."""
        try:
            opcode, payload = await self.frame()
        except asyncio.IncompleteReadError as cut:
            if cut.partial:
                pytest.fail(f"cut inside a frame, after {len(cut.partial)} bytes of a part of it")
            return None
        except ConnectionError:
            return None
        if opcode == CLOSE:
            self.closed = int.from_bytes(payload[:2], "big") if payload else 1005
            return None
        assert opcode == TEXT, f"expected a text frame, got opcode {opcode}: {payload[:80]!r}"
        return payload.decode()

    async def close_code(self) -> int | None:
        return self.closed

    async def put_signal(self, **members: object) -> None:
        await self.put(encode(TEXT, json.dumps({"op": "signal", **members}).encode()))

    def cut(self) -> None:
        self.live = False
        self.writer.transport.abort()
