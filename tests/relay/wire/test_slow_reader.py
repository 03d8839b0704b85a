"""docs/PROTOCOL.md, Rules: "A slow reader never slows others"."""

import asyncio
import sys
from pathlib import Path

import pytest

from .harness import Peer, Talker, settle
from .process import Relay
from .raw import SMALL, RawPeer
from .room import Room

QUEUE = 65_536
FLAGS = ("--rate", "0", "--queue-bytes", str(QUEUE), "--log-entries", "20000", "--log-bytes", "67108864")
PIECE = "d" * 8000
FLOOD = 4000  # signals, 32 MB: far more than the buffers of both systems and the queue hold


async def flood(speaker: Peer, witness: Talker, slow: RawPeer) -> int:
    """Signals of 8 KB until the relay gives up on the slow reader; the last seq. Nobody else loses any."""
    last, away = 0, 0
    for number in range(FLOOD):
        await speaker.signal(type="flood", data=f"{number:5}{PIECE}")
        for peer in (speaker, witness):
            frame = await peer.recv()
            if frame["op"] == "away":
                assert frame["connection"] == slow.id
                away += 1
                frame = await peer.recv()
            assert frame["data"].startswith(f"{number:5}")
            last = frame["seq"]
        if away == 2:
            return last
    raise AssertionError(f"{FLOOD} signals, and the reader who reads nothing is still a member")


def held(relay: Relay, peer: RawPeer) -> bool:
    """Whether the relay's process still has the socket of this peer (one that nobody holds has inode 0)."""
    ends = [f":{relay.port:04X}", f":{peer.port:04X}"]
    rows = (line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:])
    return any([row[1][-5:], row[2][-5:]] == ends and row[9] != "0" for row in rows)


async def until_dropped(relay: Relay, peer: RawPeer) -> None:
    """Wait until the relay has let go of this peer's socket; the peer itself cannot see it, for it reads nothing."""
    assert held(relay, peer)
    async with asyncio.timeout(10):
        while held(relay, peer):  # noqa: ASYNC110 (the kernel's table rings no bell)
            await asyncio.sleep(0.05)


async def test_a_reader_that_stops_is_sent_away_at_a_frame_boundary_and_may_resume(room: Room) -> None:
    ana, cat = await room.crowd("Ana", "Cat")
    ben = await room.raw_member("Ben", SMALL)
    last = await flood(ana, cat, ben)
    expected = ben.joined["seq"]
    frame = await ben.recv()
    while frame["op"] == "signal":
        expected += 1
        assert frame["seq"] == expected  # nothing left out before the end
        frame = await ben.recv()
    assert (frame["op"], frame["code"]) == ("bye", 4408)
    await ben.expect_close(4408)
    assert ben.seq < last
    back = await room.resume(ben)
    assert back.joined["recovered"] is True
    for seq in range(ben.seq + 1, last + 1):
        await back.expect("signal", seq=seq, type="flood")
    await settle(ana, cat, back)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's table of sockets")
async def test_a_reader_that_never_goes_on_is_cut_after_5_s_and_may_resume(room: Room, relay: Relay) -> None:
    ana, cat = await room.crowd("Ana", "Cat")
    ben = await room.raw_member("Ben", SMALL)
    last = await flood(ana, cat, ben)
    clock = asyncio.get_running_loop().time
    start = clock()
    await until_dropped(relay, ben)
    assert 3 < clock() - start < 9
    await settle(ana, cat)
    back = await room.resume(ben)
    assert back.joined["recovered"] is True
    for seq in range(ben.seq + 1, last + 1):
        await back.expect("signal", seq=seq)
    await back.expect("signal", type="marker")


async def test_within_the_bound_a_reader_may_take_its_time(room: Room) -> None:
    ana = await room.join("Ana")
    ben = await room.raw_member("Ben", SMALL)
    for number in range(6):
        await ana.say(data=f"{number}{PIECE}")
    await settle(ana)
    for number in range(6):
        assert (await ben.expect("signal"))["data"].startswith(str(number))
    await ben.expect("signal", type="marker")
    await settle(ben, ana)


async def test_a_slow_sender_of_its_own_signals_is_bounded_too(room: Room) -> None:
    """Who writes without reading is the slow reader of its own copies."""
    ana = await room.join("Ana")
    ben = await room.raw_member("Ben", SMALL)
    for number in range(1, FLOOD):
        await ben.put_signal(n=number, data=PIECE)
        frame = await ana.recv()
        if frame["op"] == "away":
            break
        assert frame["n"] == number
    else:
        raise AssertionError("the relay keeps everything for a client that reads nothing")
    await settle(ana)
