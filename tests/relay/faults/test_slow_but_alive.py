"""docs/PROTOCOL.md, Rules: "Keep-alive" and "A slow reader": whoever reads is there, however far the ping is behind."""

import asyncio

from tests.relay.wire.harness import settle
from tests.relay.wire.process import running
from tests.relay.wire.raw import PING, PONG, SMALL, TEXT, encode
from tests.relay.wire.room import Room

FLAGS = ("--rate", "0", "--ping-interval", "0.4", "--ping-timeout", "0.8", "--queue-bytes", str(32 << 20))
PIECE = "d" * 8_000


async def test_a_slow_reader_whose_ping_waits_in_its_queue_is_not_given_up() -> None:
    with running(*FLAGS) as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            slow = await room.raw_member("slow", SMALL)
            for number in range(1, 900):  # 7 MB: more than both systems buffer
                await ana.signal(data=PIECE)
                await ana.expect("signal", n=number)
            clock = asyncio.get_running_loop().time
            end, seen = clock() + 4.0, 0
            while seen < 899:
                opcode, payload = await slow.frame()
                if opcode == PING:
                    await slow.put(encode(PONG, payload))
                    continue
                assert opcode == TEXT, (opcode, payload)
                seen += 1
                if clock() < end:  # about 400 KB a second, for five times as long as a pong may take
                    await asyncio.sleep(0.02)
            await settle(ana)


async def test_who_does_not_read_at_all_is_given_up_all_the_same() -> None:
    with running(*FLAGS) as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            stuck = await room.raw_member("stuck", SMALL)
            for number in range(1, 900):
                await ana.signal(data=PIECE)
                frame = await ana.recv()
                if frame["op"] == "away":
                    assert frame["connection"] == stuck.id
                    return
                assert frame["n"] == number
            await ana.expect("away", connection=stuck.id)
