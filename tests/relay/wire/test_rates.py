"""docs/PROTOCOL.md, Rules, "Rates": a token bucket per connection."""

import asyncio
import re

import pytest

from .harness import Peer, settle
from .process import running
from .room import Room

BURST = 6
FLAGS = ("--rate", "1", "--burst", str(BURST))


async def drain(peer: Peer, *others: Peer) -> None:
    """Use up the burst, then prove that it is used up."""
    for _ in range(BURST):
        await peer.signal(data="burst")
    await peer.signal(data="one too many")
    for _ in range(BURST):
        await peer.expect("signal", data="burst")
        for other in others:
            await other.expect("signal", data="burst")
    rejected = await peer.expect("rejected", n=peer.n, code=429)
    assert re.search(r"\d", rejected["message"])  # when to go on


async def test_beyond_the_burst_429_and_nothing_is_relayed(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await drain(ana, ben)
    await settle(ben, ana)  # the bucket is per connection


async def test_the_limits_are_told(room: Room) -> None:
    ana = await room.join("Ana")
    assert ana.joined["limits"] == ana.joined["limits"] | {"rate": 1, "burst": BURST}


async def test_a_signal_that_was_too_fast_may_be_sent_again_under_its_n(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await drain(ana, ben)
    answer, tries = {"op": "rejected"}, 0
    while answer["op"] == "rejected" and tries < 40:
        await asyncio.sleep(0.1)  # the bucket fills with the time
        await ana.signal(n=BURST + 1, data="later")
        answer, tries = await ana.recv(), tries + 1
    assert answer == answer | {"op": "signal", "n": BURST + 1, "data": "later"}
    assert tries > 3
    await ben.expect("signal", n=BURST + 1, data="later")


async def test_repeats_are_free(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for _ in range(BURST - 1):
        await ana.signal()
    for _ in range(50):
        await ana.signal(n=1)
    await ana.signal(data="the last of the burst")
    for n in range(1, BURST):
        await ana.expect("signal", n=n)
    for _ in range(50):
        await ana.expect("accepted", n=1)
    await ana.expect("signal", data="the last of the burst")
    await ana.signal(n=2)
    await ana.expect("accepted", n=2)
    await ben.until("signal", data="the last of the burst")


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        (400, {"type": "not allowed"}),
        (400, {"data": None}),
        (400, {"data": 5}),
        (400, {"data": "\ud800"}),
        (404, {"to": "nobody"}),
        (413, {"data": "d" * 8193}),
    ],
    ids=["type", "null", "number", "surrogate", "stranger", "long"],
)
async def test_refused_signals_are_not_free(room: Room, code: int, wrong: dict[str, object]) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for _ in range(BURST):
        await ana.signal(**wrong)
    await ana.signal(data="one too many")
    for _ in range(BURST):
        await ana.expect("rejected", code=code)
    await ana.expect("rejected", code=429)
    await settle(ben, ana)


async def test_signals_to_one_connection_count(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for _ in range(BURST):
        await ana.signal(to=ben.id)
    await ana.signal(to=ben.id)
    for _ in range(BURST):
        await ana.expect("accepted")
        await ben.expect("signal")
    await ana.expect("rejected", code=429)
    await settle(ben, ana)


async def test_the_bucket_survives_a_resume(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await drain(ana, ben)
    await room.cut(ana)
    again = await room.resume(ana)
    for _ in range(BURST):
        await again.signal(data="more")
    answers = [(await again.recv())["op"] for _ in range(BURST)]
    assert answers.count("rejected") >= BURST - 2  # a second or two may have filled in one or two


async def test_a_new_connection_has_a_full_bucket(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await drain(ana, ben)
    cat = await room.join("Cat")
    await drain(cat, ana, ben)


async def test_other_ops_are_no_signals(room: Room) -> None:
    mod = await room.moderator()
    for _ in range(BURST + 2):
        await mod.send("disconnect", connection="nobody")
        await mod.expect("error", code=404)
    await drain(mod)
    ben = await room.join("Ben")
    await mod.send("disconnect", connection=ben.id)
    await mod.expect("connectionDestroyed", connection=ben.id)
    await mod.leave()


async def test_a_rate_of_0_is_no_limit() -> None:
    with running("--rate", "0", "--burst", "1") as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            assert ana.joined["limits"]["rate"] == 0
            for _ in range(500):
                await ana.signal()
            for n in range(1, 501):
                await ana.expect("signal", n=n)


async def test_the_default_burst_is_200() -> None:
    with running() as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            for _ in range(600):
                await ana.signal()
            answers = [(await ana.recv())["op"] for _ in range(600)]
            assert answers[:200] == ["signal"] * 200
            assert answers.count("rejected") > 100
