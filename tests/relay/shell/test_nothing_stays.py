"""Nothing is left in memory of connections that are gone, however they were refused, cut or closed."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from heliograph_relay.protocol.rumor import Kind
from heliograph_relay.shell.http import BoundedHttp
from heliograph_relay.shell.newcomer import Newcomer
from heliograph_relay.shell.server import Relay
from heliograph_relay.shell.websocket import WebSocketTransport
from tests.support.links import eventually

from .relays import Visitor, a_relay

TIMES = 20


async def _native(relay: Relay) -> ClientConnection:
    uri = f"ws://127.0.0.1:{relay.port}/session/S"
    return await connect(uri, subprotocols=[Subprotocol("heliograph.v1")], compression=None, proxy=None)


async def _end_of(ws: ClientConnection) -> None:
    try:
        async with asyncio.timeout(10):
            while True:
                await ws.recv()
    except ConnectionClosed:
        return


async def wrong_secret(relay: Relay) -> None:
    ws = await _native(relay)
    await ws.send(json.dumps({"op": "join", "secret": "wrong"}))
    await _end_of(ws)


async def nonsense(relay: Relay) -> None:
    ws = await _native(relay)
    for _ in range(10):
        await ws.send("nonsense")
    await _end_of(ws)


async def leaves(relay: Relay) -> None:
    ws = await _native(relay)
    await ws.send(json.dumps({"op": "join", "secret": "guest"}))
    await ws.send(json.dumps({"op": "leave"}))
    await _end_of(ws)


async def cut_before_it_joins(relay: Relay) -> None:
    ws = await _native(relay)
    ws.transport.abort()


async def wrong_token(relay: Relay) -> None:
    visitor = await Visitor.open(relay, "me")
    await visitor.message("create", "/connection/me", transaction="c", **{"X-TB-TOKEN-AUTH": "T1==wrong"})
    await _end_of(visitor.ws)


async def no_rumor(relay: Relay) -> None:
    visitor = await Visitor.open(relay, "me")
    await visitor.send(Kind.PING, {})
    await visitor.ws.send(b"nonsense")
    await _end_of(visitor.ws)


@pytest.mark.asyncio(loop_factories=["asyncio", "uvloop"])
@pytest.mark.parametrize(
    "visit", [wrong_secret, nonsense, leaves, cut_before_it_joins, wrong_token, no_rumor]
)
async def test_nothing_stays_of_who_is_gone(visit: Callable[[Relay], Awaitable[None]]) -> None:
    async with a_relay() as relay:
        for _ in range(TIMES):
            await visit(relay)
        await eventually(lambda: relay.connections == 0)

        def all_gone() -> bool:
            gc.collect()
            return not [o for o in gc.get_objects() if type(o) in (BoundedHttp, Newcomer, WebSocketTransport)]

        await eventually(all_gone)
