"""docs/PROTOCOL.md, Rules, "Order": one log, one seq, the same for everybody."""

import asyncio
import time

from .harness import Peer, Talker, settle
from .process import running
from .room import Room
from .shapes import ENTRIES, Frame

FLAGS = ("--rate", "0")
EACH = 150


async def entries(peer: Talker, last: int) -> list[Frame]:
    """All entries up to the one with seq `last`, other frames left out."""
    seen = []
    while peer.seq < last:
        frame = await peer.recv()
        if frame["op"] in ENTRIES:
            seen.append(frame)
    return seen


async def test_seq_starts_at_1_and_counts_joins_signals_and_leaves() -> None:
    with running() as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            assert ana.joined["seq"] == 1
            ben = await room.join("Ben", tell=False)
            await ana.expect("connectionCreated", seq=2)
            await ben.say()
            await ana.expect("signal", seq=3)
            await ben.leave()
            await ana.expect("connectionDestroyed", seq=4)
            assert (await ana.say())["seq"] == 5


async def test_what_is_no_entry_takes_no_seq(room: Room) -> None:
    mod = await room.moderator()
    ana = await room.join("Ana")
    last = (await ana.say())["seq"]
    await mod.expect("signal")
    await ana.write("noise")
    await ana.expect("error")
    await ana.refused(404, to="nobody")
    await mod.send("inspect", on=True)
    await ana.expect("inspected", on=True)
    await mod.expect("inspected", on=True)
    await room.cut(ana)
    ana = await room.resume(ana)
    assert (await ana.say())["seq"] == last + 1


async def test_every_member_sees_the_same_log_of_several_senders(room: Room) -> None:
    peers = await room.crowd("Ana", "Ben", "Cat", "Dan")

    async def talk(peer: Peer) -> None:
        for number in range(EACH):
            await peer.signal(data=str(number))

    start = peers[-1].joined["seq"]
    await asyncio.gather(*map(talk, peers))
    last = start + EACH * len(peers)
    logs = await asyncio.gather(*(entries(peer, last) for peer in peers))
    assert all(log == logs[0] for log in logs)
    assert [e["seq"] for e in logs[0]] == list(range(start + 1, last + 1))
    for peer in peers:
        own = [e for e in logs[0] if e["from"] == peer.id]
        assert [e["n"] for e in own] == list(range(1, EACH + 1))
        assert [e["data"] for e in own] == [str(number) for number in range(EACH)]


async def test_joins_and_leaves_stand_in_the_same_log(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")

    async def come_and_go() -> None:
        for number in range(10):
            guest = await room.connect()
            await guest.join(secret=room.relay.secret, name=str(number))
            await guest.signal(data=guest.name)
            await guest.send("leave")
            assert await guest.close_code() == 1000
            guest.live = False

    async def talk() -> None:
        for number in range(100):
            await ana.signal(data=str(number))

    start = ben.joined["seq"]
    await asyncio.gather(come_and_go(), talk())
    seen, same = await asyncio.gather(entries(ana, start + 130), entries(ben, start + 130))
    assert seen == same
    present: set[str] = {ana.id, ben.id}
    for entry in seen:
        if entry["op"] == "connectionCreated":
            present.add(entry["connection"]["id"])
        elif entry["op"] == "connectionDestroyed":
            present.remove(entry["connection"])
        else:
            assert entry["from"] in present


async def test_who_joins_amid_signals_misses_none_after_the_seq_it_was_told(room: Room) -> None:
    ana = await room.join("Ana")

    async def talk() -> None:
        for number in range(300):
            await ana.signal(data=str(number))

    async def join() -> Peer:
        return await room.join("late", tell=False)

    start = ana.joined["seq"]
    _, late = await asyncio.gather(talk(), join())
    log = await entries(ana, start + 301)
    joined_at = next(e["seq"] for e in log if e["op"] == "connectionCreated")
    assert joined_at == late.joined["seq"]
    assert await entries(late, start + 301) == [e for e in log if e["seq"] > joined_at]


async def test_at_is_the_relays_clock_in_milliseconds(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    before = time.time() * 1000
    at = (await ana.say())["at"]
    assert before - 1000 <= at <= time.time() * 1000 + 1000
    assert (await ben.expect("signal"))["at"] == at


async def test_answers_come_in_the_order_of_the_questions(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for number in range(20):
        await ana.signal(data=str(number))
        await ana.signal(to=ben.id)
        await ana.signal(to="nobody")
        await ana.write("noise")
    for number in range(20):
        copy = await ana.expect("signal", data=str(number))
        await ana.expect("accepted", n=copy["n"] + 1, seq=copy["seq"] + 1)
        await ana.expect("rejected", n=copy["n"] + 2)
        await ana.expect("error")
        await ben.expect("signal", n=copy["n"])
        await ben.expect("signal", n=copy["n"] + 1, to=ben.id)
    await settle(ana, ben)
