"""OpenTok's wire over sockets: what is no good is answered or closed, bounded, and logged no louder than INFO."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.rumor import Kind
from heliograph_relay.shell.server import Relay

from .relays import Visitor, a_relay, token


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    async with a_relay() as relay:
        yield relay


PING = rumor.encode(Kind.PING)


async def test_a_ping_is_answered_before_and_after_create(relay: Relay) -> None:
    visitor = await Visitor.open(relay)
    await visitor.ws.send(PING)
    assert (await visitor.read()).kind is Kind.PONG
    visitor = await Visitor.join(relay, "ana")
    await visitor.ws.send(PING)
    assert (await visitor.read()).kind is Kind.PONG


@pytest.mark.parametrize("prefix", ["", "/some/where", "/proxy/host:80", "/a/opentok/b"])
async def test_whatever_stands_before_the_path_is_not_looked_at(relay: Relay, prefix: str) -> None:
    visitor = await Visitor.open(relay, prefix=prefix)
    await visitor.ws.send(PING)
    assert (await visitor.read()).kind is Kind.PONG


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"\0", b"x" * 200, b"\xff\xff\xff\xff" + PING[4:], PING + b"more", PING[:6] + b"\x05" + PING[7:],
        b"\x00\x01\x00\x00\x00\x00\x02\xff" + b"\xff\xff" * 100,
        rumor.encode(Kind.MESSAGE, {}, b"{}"),
        rumor.encode(Kind.MESSAGE, {"TRANSACTION-ID": "x" * 60_000}, b"{}"),
        rumor.encode(Kind.MESSAGE, {"a": "b" * 30_000, "c": "d" * 30_000}, b"{}"),
        bytes.fromhex("00000008 0000 02 01 0001 ff 00"),
        "text", "{}",
    ],
    ids=lambda item: repr(item)[:24],
)  # fmt: skip
async def test_a_frame_that_could_not_be_answered_closes_with_1003(relay: Relay, bad: bytes | str) -> None:
    other = await Visitor.join(relay, "other")
    visitor = await Visitor.join(relay, "ana")
    await visitor.ws.send(bad)
    assert await visitor.close_code() == 1003
    await other.ws.send(PING)
    while (await other.read()).kind is not Kind.PONG:
        pass


@pytest.mark.parametrize("size", [66_561, 1 << 20])
async def test_a_frame_beyond_the_bound_closes_with_1009(relay: Relay, size: int) -> None:
    visitor = await Visitor.join(relay, "ana")
    await visitor.ws.send(b"x" * size)
    assert await visitor.close_code() == 1009


async def test_a_create_that_is_refused_is_closed(relay: Relay) -> None:
    visitor = await Visitor.open(relay)
    await visitor.message("create", "/connection/me", transaction="c", **{"X-TB-TOKEN-AUTH": "no"})
    status, body = await visitor.answer("c")
    assert (status, body["reason"]) == ("403", "this token does not open this session")
    assert await visitor.close_code() == 1003


async def test_an_unknown_socket_is_closed_at_once(relay: Relay) -> None:
    visitor = await Visitor.open(relay, query="socketId=guessed&reconnect=true")
    assert await visitor.close_code() == 1003


async def test_who_never_creates_is_closed() -> None:
    from heliograph_relay.core.membership import RelayLimits  # noqa: PLC0415

    async with a_relay(limits=RelayLimits(join_timeout=0.1)) as relay:
        visitor = await Visitor.open(relay)
        assert await visitor.close_code() == 1003


async def test_a_message_that_can_be_answered_is(relay: Relay) -> None:
    visitor = await Visitor.join(relay, "ana")
    for number, (method, tail, status) in enumerate(
        [
            ("fly", "", "400"), ("signal", "", "400"), ("delete", "/connection/you", "403"), ("read", "", "200"),
            ("signal", "/connection/you/signal/u", "404"), ("signal", "/signal/u", "200"),
        ]
    ):  # fmt: skip
        await visitor.message(method, tail, transaction=str(number))
        code, body = await visitor.answer(str(number))
        assert code == status
        assert code == "200" or body["reason"]


async def test_a_return_brings_what_was_missed_and_not_what_was_acknowledged(relay: Relay) -> None:
    ana, ben = await Visitor.join(relay, "ana"), await Visitor.join(relay, "ben")
    assert json.loads((await ana.read()).body)["method"] == "created"
    for n in range(3):
        await ben.message("signal", "/signal/u", {"data": str(n)}, transaction=str(n))
    first = await ana.read()
    await ana.send(
        Kind.STATUS, {"TRANSACTION-ID": first.headers["TRANSACTION-ID"], "X-TB-FROM-ADDRESS": "ana"}
    )
    await ana.ws.send(PING)
    while (await ana.read()).kind is not Kind.PONG:
        pass
    ana.ws.transport.abort()
    again = await Visitor.open(relay, "ana", query="socketId=socket-of-ana&reconnect=true&attempt=2")
    assert (await again.read()).kind is Kind.PONG
    assert [json.loads((await again.read()).body)["content"]["data"] for _ in range(2)] == ["1", "2"]


async def test_a_million_transactions_do_not_pile_up(relay: Relay) -> None:
    """Far fewer, in fact, but more than are remembered."""
    visitor = await Visitor.join(relay, "ana")
    body = b'{"method":"fly","uri":"/v2/partner/x/session/S"}'
    for n in range(20_000):
        await visitor.ws.send(rumor.encode(Kind.MESSAGE, {"TRANSACTION-ID": f"{n:0128d}"}, body))
    assert (await visitor.answer(f"{19_999:0128d}"))[0] == "400"


@pytest.mark.parametrize("surface", [Surface.OFF, Surface.LOOPBACK, Surface.ALL])
async def test_who_may_use_it(surface: Surface) -> None:
    async with a_relay(opentok=surface) as relay:
        if surface is not Surface.OFF:
            visitor = await Visitor.join(relay, "ana")
            await visitor.ws.close()
            return
        with pytest.raises(InvalidStatus) as refused:
            await Visitor.open(relay)
        assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("::ffff:127.0.0.1", True), ("192.168.1.5", False),
        ("::ffff:192.168.1.5", False), ("fe80::1%eth0", False), ("8.8.8.8", False), ("", False), ("unix", False),
    ],
)  # fmt: skip
def test_which_addresses_are_this_machine(address: str, loopback: bool) -> None:
    assert Surface.LOOPBACK.admits(address) is loopback
    assert Surface.ALL.admits(address)
    assert not Surface.OFF.admits(address)


async def test_a_relay_that_stops_ends_pages_at_once() -> None:
    async with a_relay() as relay:
        visitor = await Visitor.join(relay, "ana")
        stopping = asyncio.create_task(relay.stop())  # noqa: TID251 - awaited below
        assert await visitor.close_code() == 1003
        await stopping


async def test_a_page_from_anywhere_may_connect(relay: Relay) -> None:
    url = f"ws://127.0.0.1:{relay.port}/opentok/S?socketId=s"
    async with connect(url, origin="http://elsewhere.example", proxy=None) as ws:  # type: ignore[arg-type]
        await ws.send(PING)
        assert await ws.recv() == rumor.encode(Kind.PONG)
    assert token()
