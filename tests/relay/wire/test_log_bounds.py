"""docs/PROTOCOL.md, Rules, "Recovery": how far back the log reaches, and that nothing is recovered by halves."""

from .harness import settle
from .process import running
from .room import Room

FLAGS = ("--rate", "0")


async def test_the_last_1000_entries_are_kept(room: Room) -> None:
    ana, ben = await room.one_away()
    for number in range(1000):
        await ana.signal(data=str(number))
    for number in range(1000):
        await ana.expect("signal", data=str(number))
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    for number in range(1000):
        await ben.expect("signal", data=str(number))
    await settle(ana, ben)


async def test_entries_of_less_than_1_mib_are_kept(room: Room) -> None:
    ana, ben = await room.one_away()
    for _ in range(120):
        await ana.signal(data="d" * 8192)
    for _ in range(120):
        await ana.expect("signal")
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    for n in range(1, 121):
        await ben.expect("signal", n=n, data="d" * 8192)
    await settle(ana, ben)


async def test_a_log_within_both_of_its_bounds_is_kept_and_beyond_both_is_not() -> None:
    with running("--rate", "0", "--log-entries", "8", "--log-bytes", "8192") as relay:
        async with Room(relay) as room:
            ana, ben = await room.one_away()
            for number in range(8):
                await ana.say(data=str(number))
            ben = await room.resume(ben)
            assert ben.joined["recovered"] is True
            for number in range(8):
                await ben.expect("signal", data=str(number))
            await room.cut(ben)
            for number in range(20):
                await ana.say(data=str(number) + "d" * 4096)
            late = await room.resume(ben)
            assert late.joined["recovered"] is False
            assert late.id != ben.id
            told = {(await ana.recv())["op"], (await ana.recv())["op"]}
            assert told == {"connectionDestroyed", "connectionCreated"}
            assert ben.id not in {c["id"] for c in late.joined["connections"]}
            await settle(ana, late)  # no part of what was missed


async def test_the_log_forgets_the_seq_of_an_old_n_at_most() -> None:
    with running("--rate", "0", "--log-entries", "4", "--log-bytes", "1024") as relay:
        async with Room(relay) as room:
            ana, ben = await room.crowd("Ana", "Ben")
            first = await ben.say(data="old")
            for number in range(30):
                await ben.say(data=str(number) + "d" * 1024)
            await ana.until("signal", n=31)
            await ben.signal(n=1, data="old")
            assert (await ben.expect("accepted", n=1))["seq"] in (first["seq"], None)
            await settle(ana, ben)


async def test_seq_goes_on_when_the_log_has_forgotten() -> None:
    with running("--rate", "0", "--log-entries", "2", "--log-bytes", "256") as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            for number in range(50):
                assert (await ana.say(data="d" * 256))["seq"] == number + 2
