"""docs/PROTOCOL.md, Rules: "A slow reader never slows others"."""

import asyncio
import sys
from pathlib import Path

import pytest

from .harness import Peer, Talker, settle
from .process import Relay, running
from .raw import CLOSE, PING, SMALL, TEXT, RawPeer, encode
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


def kernel_bound() -> int:
    """Bytes that the kernel keeps at most for one socket that nobody reads."""
    return int(Path("/proc/sys/net/ipv4/tcp_wmem").read_text("ascii").split()[2])


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


async def ended(peer: RawPeer) -> tuple[int, list[int]]:
    """Read up to the end of the transport, answering the close: the bytes, and the opcodes of the last frames."""
    size = 0
    last: list[int] = []
    while True:
        try:
            opcode, payload = await peer.frame()
        except asyncio.IncompleteReadError as cut:
            assert not cut.partial
            return size, last
        size += len(payload) + (2 if len(payload) < 126 else 4)
        last = [*last[-1:], opcode]
        if opcode == CLOSE:
            await peer.put(encode(CLOSE, payload))


async def flood_until_away(witness: Peer, slow: RawPeer, frames: bytes) -> None:
    """Write without reading until the others hear that the relay has given up; then once more."""
    away = asyncio.ensure_future(witness.expect("away", connection=slow.id))  # noqa: TID251
    while not away.done():
        await slow.put(frames)
        await asyncio.sleep(0)
    await away
    await slow.put(frames)


async def test_nothing_follows_the_close_of_a_slow_reader_however_often_it_pings(room: Room) -> None:
    ana = await room.join("Ana")
    ben = await room.raw_member("Ben", SMALL)
    await flood_until_away(ana, ben, encode(PING, b"p" * 125) * 5000)
    _, last = await ended(ben)
    assert last == [TEXT, CLOSE]
    await settle(ana)


@pytest.mark.skipif(sys.platform != "linux", reason="asks the kernel how much it keeps")
async def test_answers_that_nobody_reads_are_bounded_like_signals(room: Room) -> None:
    ana = await room.join("Ana")
    ben = await room.raw_member("Ben", SMALL)
    await flood_until_away(ana, ben, encode(TEXT, b'{"op":"disconnect","connection":"x"}') * 200)
    size, _ = await ended(ben)
    assert size < kernel_bound() + QUEUE + 2 * 1024 * 1024
    await settle(ana)


async def test_3_mib_are_within_the_default_bound() -> None:
    with running("--rate", "0") as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            ben = await room.raw_member("Ben", SMALL)
            for number in range(1, 390):
                await ana.signal(data=PIECE)
                await ana.expect("signal", n=number)
            for number in range(1, 390):
                await ben.expect("signal", n=number)
            await settle(ben, ana)
