"""docs/PROTOCOL.md, Rules, "Recovery": replay is paced and does not count against the queue bound."""

from .harness import Talker, settle
from .process import Relay
from .raw import SMALL, RawPeer
from .room import Room

QUEUE = 65_536
COUNT = 400
FLAGS = ("--rate", "0", "--queue-bytes", str(QUEUE), "--log-entries", "5000", "--log-bytes", "33554432")


async def talk(speaker: Talker, count: int = COUNT) -> None:
    """Signals of about 8 KiB each, one by one."""
    for number in range(count):
        await speaker.say(type="bulk", data=f"{number:5}" + "d" * 8000)


async def slow_resume(relay: Relay, lost: Talker, room: Room) -> RawPeer:
    """Resume over a transport that takes in a few KiB at a time."""
    peer = await room.raw(SMALL)
    peer.n = lost.n
    await peer.send("join", secret=relay.secret, resume=lost.resumption())
    return peer


async def test_a_backlog_beyond_the_queue_bound_reaches_a_slow_reader_whole(room: Room, relay: Relay) -> None:
    ana, ben = await room.one_away()
    await talk(ana)
    again = await slow_resume(relay, ben, room)
    await ana.expect("back", connection=ben.id)
    await ana.say(data="new, while the replay is still under way")
    again.seq = ben.seq
    joined = await again.expect("joined", recovered=True)
    again.joined = joined
    for number in range(COUNT):
        frame = await again.expect("signal", type="bulk")
        assert frame["data"].startswith(f"{number:5}")
    await again.expect("signal", data="new, while the replay is still under way")
    await settle(ana, again)


async def test_a_replay_stands_in_nobodys_way(room: Room, relay: Relay) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(ben)
    for number in range(COUNT):
        await ana.say(data=f"{number:5}" + "d" * 8000)
        await cat.expect("signal")
    await slow_resume(relay, ben, room)  # and does not read
    await ana.expect("back")
    await cat.expect("back")
    for _ in range(5):
        await settle(ana, cat)


async def test_a_replay_that_is_cut_can_be_resumed(room: Room, relay: Relay) -> None:
    ana, ben = await room.one_away()
    await talk(ana)
    again = await slow_resume(relay, ben, room)
    again.seq = ben.seq
    again.joined = await again.expect("joined", recovered=True)
    await ana.expect("back")
    for _ in range(COUNT // 2):
        await again.expect("signal", type="bulk")
    again.cut()
    await ana.expect("away", connection=ben.id)
    last = await room.resume(again)
    assert last.joined["recovered"] is True
    for number in range(COUNT // 2, COUNT):
        assert (await last.expect("signal"))["data"].startswith(f"{number:5}")
    await settle(ana, last)


async def test_a_fast_reader_gets_a_large_backlog_too(room: Room) -> None:
    ana, ben = await room.one_away()
    await talk(ana)
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    for number in range(COUNT):
        assert (await ben.expect("signal"))["data"].startswith(f"{number:5}")
    await settle(ana, ben)


async def test_who_leaves_amid_a_replay_has_left(room: Room, relay: Relay) -> None:
    ana, ben = await room.one_away()
    await talk(ana)
    again = await slow_resume(relay, ben, room)
    await ana.expect("back", connection=ben.id)
    await again.send("leave")
    await ana.expect("connectionDestroyed", connection=ben.id, reason="clientDisconnected")
    await settle(ana)


async def test_a_replay_may_be_replaced_by_another(room: Room, relay: Relay) -> None:
    ana, ben = await room.one_away()
    await talk(ana)
    await slow_resume(relay, ben, room)
    await ana.expect("back", connection=ben.id)
    last = await room.resume(ben, tell=False)
    assert last.joined["recovered"] is True
    for number in range(COUNT):
        assert (await last.expect("signal"))["data"].startswith(f"{number:5}")
    await last.say(data="here")
    await ana.until("signal", data="here")


async def test_one_may_signal_amid_the_own_replay(room: Room, relay: Relay) -> None:
    ana, ben = await room.one_away()
    await talk(ana)
    again = await slow_resume(relay, ben, room)
    await ana.expect("back", connection=ben.id)
    again.seq = ben.seq
    number = await again.signal(data="I am back")
    await ana.expect("signal", from_=ben.id, n=number, data="I am back")
    again.joined = await again.expect("joined", recovered=True)
    for _ in range(COUNT):
        await again.expect("signal", type="bulk")
    await again.expect("signal", n=number, data="I am back")
    await settle(ana, again)
