"""A tap on OpenTok's wire: every frame of one session, without secrets, bounded, and only while the session is inspected."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.problems import NoSuchSession, NotAllowed
from heliograph_relay.protocol.rumor import Kind
from heliograph_relay.protocol.tapped import TappedFrame
from heliograph_relay.shell.server import Relay
from tests.support.links import eventually

from .relays import PROJECT, Visitor, a_relay, token

PING = rumor.encode(Kind.PING)


class Ear:
    """Hears everything, up to so many frames."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.room = room
        self.frames: list[TappedFrame] = []
        self.missing: list[int] = []
        self.ended: list[str] = []

    def frame(self, session: str, frame: TappedFrame, lost: int) -> bool:
        if len(self.frames) >= self.room:
            return False
        self.frames.append(frame)
        self.missing.append(lost)
        return True

    def lost(self, session: str, count: int) -> None:
        self.missing.append(count)

    def untapped(self, session: str) -> None:
        self.ended.append(session)

    def said(self) -> list[str]:
        """Each frame as `<ana MESSAGE` or `>ana STATUS`."""
        return [
            f"{'>' if told.out else '<'}{told.connection} {rumor.decode(told.frame).kind.name}"
            for told in self.frames
            if not told.close
        ]


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    async with a_relay() as relay:
        yield relay


class Host:
    """A moderator on heliograph.v1, by hand."""

    def __init__(self, ws: ClientConnection) -> None:
        self.ws = ws

    @classmethod
    async def join(cls, relay: Relay) -> "Host":
        ws = await connect(
            f"ws://127.0.0.1:{relay.port}/session/S",
            subprotocols=[Subprotocol("heliograph.v1")],
            compression=None,
            proxy=None,
        )
        host = cls(ws)
        await host.say(op="join", secret="host", name="Host")
        await host.until("joined")
        return host

    async def say(self, **frame: Any) -> None:
        await self.ws.send(json.dumps(frame))

    async def until(self, op: str) -> dict[str, Any]:
        async with asyncio.timeout(10):
            while (frame := json.loads(await self.ws.recv()))["op"] != op:
                pass
        found: dict[str, Any] = frame
        return found

    async def inspects(self, on: bool = True) -> None:
        await self.say(op="inspect", on=on)
        await self.until("inspected")


@pytest.fixture
async def host(relay: Relay) -> AsyncIterator[Host]:
    host = await Host.join(relay)
    yield host
    host.ws.transport.abort()


async def test_nothing_is_told_unless_it_is_asked_for(relay: Relay, host: Host) -> None:
    await host.inspects()
    ear = Ear()
    await Visitor.join(relay, "ana")
    with pytest.raises(NoSuchSession):
        relay.tap("another", True, ear)
    relay.tap("another", False, ear)
    assert ear.frames == []


async def test_a_session_that_nobody_inspects_is_not_tapped(relay: Relay) -> None:
    ear = Ear()
    with pytest.raises(NotAllowed, match="nobody inspects"):
        relay.tap("S", True, ear)
    await Visitor.join(relay, "ana")
    assert ear.frames == []


async def test_every_frame_of_a_join_and_a_signal(relay: Relay, host: Host) -> None:
    ear = Ear()
    await host.inspects()
    relay.tap("S", True, ear)
    ana = await Visitor.join(relay, "ana")
    await ana.message("signal", "/signal/u", {"type": "chat", "data": "hi"}, transaction="one")
    await ana.answer("one")
    await ana.ws.send(PING)
    await eventually(lambda: ">ana PONG" in ear.said())
    assert ear.said() == [
        "<ana CONNECT", "<ana SUBSCRIBE", "<ana MESSAGE", ">ana MESSAGE", ">ana STATUS",
        "<ana MESSAGE", ">ana MESSAGE", ">ana STATUS", "<ana PING", ">ana PONG",
    ]  # fmt: skip
    assert [told.seq for told in ear.frames] == [1, 1, 1, 2, 2, 2, 3, 3, 3, 3]
    assert [told.at for told in ear.frames] == sorted(told.at for told in ear.frames)
    assert json.loads(rumor.decode(ear.frames[6].frame).body)["content"] == {"type": "chat", "data": "hi"}


async def test_who_was_there_is_tapped_and_nobody_of_another_session(relay: Relay, host: Host) -> None:
    ana, ben = await Visitor.join(relay, "ana"), await Visitor.join(relay, "ben")
    await ana.read()
    ear = Ear()
    await host.inspects()
    relay.tap("S", True, ear)
    await ana.message("signal", "/signal/u", {"data": "hi"}, transaction="one")
    await ana.answer("one")
    await ben.read()
    assert sorted(ear.said()) == ["<ana MESSAGE", ">ana MESSAGE", ">ana STATUS", ">ben MESSAGE"]
    assert len({told.socket for told in ear.frames}) == 2
    relay.tap("S", False, ear)
    await ana.message("signal", "/signal/u", {"data": "unheard"}, transaction="two")
    await ana.answer("two")
    assert len(ear.frames) == 4


async def test_each_of_a_run_of_acknowledgements_is_a_frame(relay: Relay, host: Host) -> None:
    """Untapped, all but the last of a run are passed over."""
    ana = await Visitor.join(relay, "ana")
    ear = Ear()
    await host.inspects()
    relay.tap("S", True, ear)
    acknowledge = [rumor.encode(Kind.STATUS, {"TRANSACTION-ID": f"e.{n}"}) for n in range(5)]
    for frame in acknowledge:
        await ana.ws.send(frame)
    await ana.ws.send(PING)
    await eventually(lambda: ">ana PONG" in ear.said())
    assert [told.frame for told in ear.frames[:5]] == acknowledge


async def test_who_does_not_read_is_told_of_when_it_is_written(relay: Relay, host: Host) -> None:
    """The tap comes and goes while frames wait for a page; the page gets all of them in order."""
    ana, ben = await Visitor.join(relay, "ana"), await Visitor.join(relay, "ben")
    await ana.read()
    await host.inspects()
    ben.ws.transport.pause_reading()
    ear, sent = Ear(), 0
    board = relay._switchboard  # noqa: SLF001 - nobody else knows when a peer's frames begin to wait
    transport = next(
        t for t in board.transports if t.dialogue.member and t.dialogue.member.connection.id == "ben"
    )
    while not transport.outbox.size:
        for _ in range(50):
            await ana.message("signal", "/signal/u", {"data": "x" * 8_000}, transaction=str(sent))
            await ana.answer(str(sent))
            sent += 1
    relay.tap("S", True, ear)
    assert not any(told.out for told in ear.frames)
    ben.ws.transport.resume_reading()
    heard = [json.loads((await ben.read()).body)["content"]["data"] for _ in range(sent)]
    assert 0 < ear.said().count(">ben MESSAGE") < sent
    relay.tap("S", False, ear)
    await ana.message("signal", "/signal/u", {"data": "last"}, transaction="last")
    assert json.loads((await ben.read()).body)["content"]["data"] == "last"
    assert heard == ["x" * 8_000] * sent
    for visitor in (ana, ben):
        visitor.ws.transport.abort()


async def test_it_ends_with_the_inspection(relay: Relay, host: Host) -> None:
    ana = await Visitor.join(relay, "ana")
    ear = Ear()
    await host.inspects()
    relay.tap("S", True, ear)
    await host.inspects(False)
    await ana.message("signal", "/signal/u", {"data": "between us"}, transaction="one")
    await ana.answer("one")
    assert (ear.frames, ear.ended) == ([], ["S"])
    await host.inspects()
    await ana.message("signal", "/signal/u", {"data": "still"}, transaction="two")
    await ana.answer("two")
    assert ear.frames == []


async def test_what_there_is_no_room_for_is_counted(relay: Relay, host: Host) -> None:
    ana = await Visitor.join(relay, "ana")
    ear = Ear(room=3)
    await host.inspects()
    relay.tap("S", True, ear)
    for _ in range(10):
        await ana.ws.send(PING)
        await ana.read()
    await eventually(lambda: len(ear.missing) > 3)
    assert sum(ear.missing) == 17
    ear.room = 100
    await ana.ws.send(PING)
    await ana.read()
    assert ear.missing[4:] == [0, 0]


async def test_no_secret_leaves_the_relay(relay: Relay, host: Host) -> None:
    ear = Ear()
    await host.inspects()
    relay.tap("S", True, ear)
    ana = await Visitor.join(relay, "ana")
    for number, data in enumerate(
        (token(), {"token": "hush hush"}, f"https://x/?a=1&token={token()}", PROJECT.secret)
    ):
        await ana.message("signal", "/signal/u", {"data": data}, transaction=str(number))
        await ana.answer(str(number))
    told = b"".join(told.frame for told in ear.frames)
    assert all(part.encode() not in told for part in (*token().split("."), "hush hush", PROJECT.secret))
    assert all(rumor.decode(told.frame) for told in ear.frames)
    create = rumor.decode(ear.frames[2].frame)
    assert create.headers["X-TB-TOKEN-AUTH"] == "*" * len(token())


async def test_a_frame_that_is_none_is_told_too(relay: Relay, host: Host) -> None:
    ear = Ear()
    await host.inspects()
    relay.tap("S", True, ear)
    visitor = await Visitor.open(relay)
    await visitor.ws.send(b"\xff\xffX-TB-TOKEN-AUTH\x00\x05hello")
    await visitor.close_code()
    assert ear.frames[0].frame == b"\xff\xffX-TB-TOKEN" + b"*" * 12
    assert ear.frames[0].connection is None
    assert ear.frames[-1].close
    assert ear.frames[-1].frame.startswith((1003).to_bytes(2))
