"""One client's flood takes its turns like everybody's."""

import asyncio
import json

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.frames import Frame, Opcode
from websockets.typing import Subprotocol

from heliograph_relay.shell.frames import MOST_FRAMES

from .relays import a_relay

FLOOD = 4_000


async def member(port: int) -> ClientConnection:
    ws = await connect(
        f"ws://127.0.0.1:{port}/session/S",
        subprotocols=[Subprotocol("heliograph.v1")],
        compression=None,
        proxy=None,
    )
    await ws.send(json.dumps({"op": "join", "secret": "guest"}))
    while json.loads(await ws.recv())["op"] != "joined":
        pass
    return ws


async def own_copy(ws: ClientConnection) -> int:
    """The seq of the first signal of type "mine"."""
    while True:
        frame = json.loads(await ws.recv())
        if frame.get("type") == "mine":
            return int(frame["seq"])


@pytest.mark.parametrize("closes", [False, True])
async def test_what_another_says_is_not_behind_a_flood(closes: bool) -> None:
    async with a_relay() as relay, asyncio.timeout(30):
        flooder, other = await member(relay.port), await member(relay.port)
        signals = [json.dumps({"op": "signal", "n": n}).encode() for n in range(1, FLOOD + 1)]
        flood = b"".join(Frame(Opcode.TEXT, signal).serialize(mask=True) for signal in signals)
        flooder.transport.write(flood)
        if closes:
            flooder.transport.write(Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True))
        await other.send(json.dumps({"op": "signal", "n": 1, "type": "mine"}))
        seq = await own_copy(other)
        assert seq < 3 * MOST_FRAMES
        # Nothing of the flood is lost, not even where its sender has gone meanwhile.
        while seq < FLOOD:
            frame = json.loads(await other.recv())
            seq = max(seq, frame.get("seq", 0))
        flooder.transport.abort()
        await other.close()
