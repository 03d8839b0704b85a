"""Members of a session under test: `Peer` talks to the relay and holds it to the page, frame by frame."""

import asyncio
import itertools
import json
import socket
from collections.abc import Mapping
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from .process import Relay
from .shapes import ENTRIES, Frame, complaint

PROTOCOL = "heliograph.v1"
PATIENCE = 10.0
ABSENT = object()
_addresses = itertools.count()
_markers = itertools.count()


def fresh_address() -> str:
    """A loopback address that no test has used: the relay counts misses per address."""
    number = next(_addresses)
    address = f"127.7.{number // 250}.{number % 250 + 1}"
    try:
        with socket.socket() as probe:
            probe.bind((address, 0))
    except OSError:
        pytest.skip("this system has a single loopback address")
    return address


def plain(members: Mapping[str, object]) -> dict[str, object]:
    """Keyword arguments as frame members: `from_` stands for `from`, which Python keeps for itself."""
    return {name.rstrip("_"): value for name, value in members.items()}


class Talker:
    """One side of the dialogue with a relay, whatever carries it. Holds every frame to the table of shapes."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.joined: Frame = {}
        self.raw = ""  # the text of the last frame read
        self.seq = 0  # the last entry seen
        self.n = 0  # the last n sent
        self.live = False  # joined, and neither cut nor gone

    async def write(self, message: str | bytes) -> None:
        """Send one text or binary frame as it is."""
        raise NotImplementedError

    async def read(self) -> str | None:
        """The next text frame; None once the transport has closed."""
        raise NotImplementedError

    async def close_code(self) -> int | None:
        """Wait for the end of the transport: the relay's close code, None where it was cut."""
        raise NotImplementedError

    @property
    def id(self) -> str:
        return str(self.joined["connection"]["id"])

    async def send(self, op: str, **members: object) -> None:
        await self.write(json.dumps({"op": op, **plain(members)}))

    async def recv(self) -> Frame:
        """The next frame, its shape and the order of `seq` checked."""
        async with asyncio.timeout(PATIENCE):
            text = await self.read()
        assert text is not None, f"{self.name or 'the peer'} was cut off ({await self.close_code()})"
        self.raw = text
        frame: Frame = json.loads(text)
        assert not complaint(frame), complaint(frame)
        if frame["op"] in ENTRIES:
            assert frame["seq"] > self.seq, f"seq {frame['seq']} after {self.seq}"
            self.seq = frame["seq"]
        return frame

    async def expect(self, op: str, **members: object) -> Frame:
        """The next frame must be `op` with these members; ABSENT for those that must not be there."""
        frame = await self.recv()
        fits = frame["op"] == op and all(frame.get(k, ABSENT) == v for k, v in plain(members).items())
        assert fits, f"{self.name or 'the peer'} expected {op} {members}, got {frame}"
        return frame

    async def expect_bye(self, code: int) -> Frame:
        """`bye` with this code, then at once the close with the same code."""
        bye = await self.expect("bye", code=code)
        await self.expect_close(code)
        return bye

    async def expect_close(self, code: int) -> None:
        """Nothing but the close with this code."""
        async with asyncio.timeout(PATIENCE):
            text = await self.read()
        assert text is None, f"expected the close {code}, got {text}"
        assert await self.close_code() == code
        self.live = False

    async def until(self, op: str, **members: object) -> Frame:
        """Skip frames up to one that fits."""
        while True:
            frame = await self.recv()
            if frame["op"] == op and all(frame.get(k, ABSENT) == v for k, v in plain(members).items()):
                return frame

    async def join(self, **members: object) -> Frame:
        """Join; a peer that resumes goes on after the entry it named."""
        await self.send("join", **members)
        self.joined = await self.expect("joined")
        resume = members.get("resume")
        recovered = self.joined["recovered"] and isinstance(resume, dict)
        self.seq = resume["seq"] if recovered and isinstance(resume, dict) else self.joined["seq"]
        self.live = True
        return self.joined

    async def signal(self, **members: object) -> int:
        """Send a signal under the next n, or the one given; its n."""
        number = members.pop("n", self.n + 1)
        assert isinstance(number, int)
        self.n = max(self.n, number)
        await self.send("signal", n=number, **members)
        return number

    async def say(self, **members: object) -> Frame:
        """Send a signal to all and wait for the own copy."""
        number = await self.signal(**members)
        return await self.expect("signal", n=number, from_=self.id)

    async def tell(self, other: "Talker", **members: object) -> Frame:
        """Send a signal to one connection and wait for `accepted`."""
        number = await self.signal(to=other.id, **members)
        return await self.expect("accepted", n=number)

    async def refused(self, code: int, **members: object) -> Frame:
        """Send a signal that the relay must reject with this code."""
        number = await self.signal(**members)
        return await self.expect("rejected", n=number, code=code)

    def resumption(self, **changes: object) -> dict[str, Any]:
        """The `resume` member with which this peer goes on after what it has seen."""
        kept = {
            "connection": self.id,
            "key": self.joined["key"],
            "epoch": self.joined["epoch"],
            "seq": self.seq,
        }
        return {**kept, **changes}


class Peer(Talker):
    """A member over the `websockets` client."""

    def __init__(self, ws: ClientConnection, name: str = "") -> None:
        super().__init__(name)
        self.ws = ws

    @classmethod
    async def open(cls, relay: Relay, session: str | None = None, source: str | None = None) -> "Peer":
        """Shake hands, no more. Reads without bound, so that it is never the slow one."""
        return cls(
            await connect(
                f"ws://{relay.host}:{relay.port}/session/{session or relay.session}",
                subprotocols=[Subprotocol(PROTOCOL)],
                compression=None,
                proxy=None,
                ping_interval=None,
                max_size=None,
                max_queue=None,
                close_timeout=2,
                local_addr=(source, 0) if source else None,
            )
        )

    async def write(self, message: str | bytes) -> None:
        await self.ws.send(message)

    async def read(self) -> str | None:
        try:
            message = await self.ws.recv()
        except ConnectionClosed:
            return None
        assert isinstance(message, str), "the relay sent a binary frame"
        return message

    async def close_code(self) -> int | None:
        async with asyncio.timeout(PATIENCE):
            await self.ws.wait_closed()
        return self.ws.protocol.close_rcvd.code if self.ws.protocol.close_rcvd else None

    def cut(self) -> None:
        """Lose the transport without a word."""
        self.live = False
        self.ws.transport.abort()

    async def leave(self) -> None:
        """Leave for good."""
        await self.send("leave")
        await self.expect_close(1000)


async def settle(speaker: Talker, *others: Talker) -> None:
    """Prove that nothing else was on its way: a marker to all is the next thing that everybody sees."""
    data = f"marker {next(_markers)}"
    await speaker.signal(type="marker", data=data)
    for peer in (speaker, *others):
        await peer.expect("signal", from_=speaker.id, type="marker", data=data)
