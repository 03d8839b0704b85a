"""docs/PROTOCOL.md: `inspect` and `inspected`, and Rules, "Inspection"."""

import pytest

from .harness import Peer, settle
from .process import running
from .room import Room

FLAGS = ("--allow-inspect", "--rate", "0")


async def inspect(mod: Peer, on: bool, *others: Peer) -> None:
    """Switch inspection; everybody is told, the moderator included."""
    await mod.send("inspect", on=on)
    for peer in (mod, *others):
        await peer.expect("inspected", on=on, by=mod.id)


async def inspected(room: Room) -> bool:
    """What a newcomer is told; it leaves again unseen by the members of the test."""
    others = room.present
    guest = await room.join("guest")
    await guest.leave()
    for other in others:
        await other.expect("connectionDestroyed", connection=guest.id)
    return bool(guest.joined["session"]["inspected"])


async def whisper(sender: Peer, target: Peer, data: str) -> str:
    """A signal to one connection; the bytes that arrived there."""
    await sender.tell(target, type="chat", data=data)
    await target.expect("signal", to=target.id, data=data)
    return target.raw


async def test_everybody_is_told_and_the_moderator_sees_what_is_for_others(room: Room) -> None:
    mod = await room.moderator()
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    assert await inspected(room) is False
    await inspect(mod, True, ana, ben, cat)
    assert await inspected(room) is True
    arrived = await whisper(ana, ben, "psst")
    await mod.expect("signal", from_=ana.id, to=ben.id, type="chat", data="psst")
    assert mod.raw == arrived
    await settle(cat, mod, ana, ben)  # others still see nothing of it
    await inspect(mod, False, ana, ben, cat)
    assert await inspected(room) is False
    await whisper(ana, ben, "alone again")
    await settle(cat, mod, ana, ben)


async def test_before_inspection_a_moderator_sees_what_anybody_sees(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    await whisper(ana, ben, "psst")
    await settle(ana, mod, ben)


async def test_an_inspector_gets_a_signal_to_itself_once(room: Room) -> None:
    mod = await room.moderator()
    ana = await room.join("Ana")
    await inspect(mod, True, ana)
    await whisper(ana, mod, "to the moderator")
    await settle(ana, mod)


async def test_an_inspector_sees_every_signal_its_own_included(room: Room) -> None:
    mod = await room.moderator()
    ana = await room.join("Ana")
    await inspect(mod, True, ana)
    await mod.signal(to=ana.id, data="from the moderator")
    told = {f["op"]: f for f in (await mod.recv(), await mod.recv())}
    assert told.keys() == {"signal", "accepted"}
    assert told["signal"]["seq"] == told["accepted"]["seq"]
    await ana.expect("signal", data="from the moderator")
    await settle(ana, mod)


async def test_a_publisher_may_not_inspect(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for on in (True, False):
        await ana.send("inspect", on=on)
        await ana.expect("error", code=403)
    assert await inspected(room) is False
    await settle(ben, ana)


async def test_a_session_may_forbid_inspection() -> None:
    with running("--no-inspect") as relay:
        async with Room(relay) as room:
            mod = await room.moderator()
            ana, ben = await room.crowd("Ana", "Ben")
            await mod.send("inspect", on=True)
            await mod.expect("error", code=403)
            assert await inspected(room) is False
            await whisper(ana, ben, "psst")
            await settle(ana, ben, mod)


@pytest.mark.parametrize("how", ["leave", "disconnect"])
async def test_inspection_ends_with_the_connection(room: Room, how: str) -> None:
    mod = await room.moderator()
    other = await room.moderator("other")
    ana = await room.join("Ana")
    await inspect(mod, True, other, ana)
    if how == "leave":
        await mod.leave()
    else:
        await other.send("disconnect", connection=mod.id)
        await mod.until("bye", code=4403)
    for peer in (other, ana):
        told = {f["op"]: f for f in (await peer.recv(), await peer.recv())}
        assert told.keys() == {"connectionDestroyed", "inspected"}
        assert told["inspected"]["on"] is False
        assert told["inspected"]["by"] == mod.id
    mod.live = False
    assert await inspected(room) is False


async def test_inspection_survives_away_and_replay_contains_what_was_inspected(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    await inspect(mod, True, ana, ben)
    await room.cut(mod)
    assert await inspected(room) is True
    arrived = await whisper(ana, ben, "while the moderator was away")
    mod = await room.resume(mod)
    assert mod.joined["session"]["inspected"] is True
    await mod.expect("connectionCreated")
    await mod.expect("connectionDestroyed")
    await mod.expect("signal", to=ben.id, data="while the moderator was away")
    assert mod.raw == arrived
    await whisper(ana, ben, "and now")
    await mod.expect("signal", data="and now")
    await settle(ana, ben, mod)


async def test_what_was_not_inspected_is_not_replayed(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    await whisper(ana, ben, "before")
    await inspect(mod, True, ana, ben)
    await whisper(ana, ben, "during")
    await mod.expect("signal", data="during")
    await inspect(mod, False, ana, ben)
    await whisper(ana, ben, "after")
    await room.cut(mod)
    await whisper(ana, ben, "while away")
    mod = await room.resume(mod)
    await settle(ana, ben, mod)


async def test_inspection_ends_when_the_window_has_passed() -> None:
    with running("--recovery-window", "1", "--allow-inspect") as relay:
        async with Room(relay) as room:
            mod = await room.moderator()
            ana = await room.join("Ana")
            await inspect(mod, True, ana)
            await room.cut(mod)
            told = {f["op"]: f for f in (await ana.recv(), await ana.recv())}
            assert told["connectionDestroyed"]["reason"] == "networkDisconnected"
            assert told["inspected"] == {"op": "inspected", "on": False, "by": mod.id}
            assert await inspected(room) is False


async def test_inspection_is_per_moderator(room: Room) -> None:
    mod = await room.moderator()
    other = await room.moderator("other")
    ana, ben = await room.crowd("Ana", "Ben")
    await inspect(mod, True, other, ana, ben)
    await inspect(other, True, mod, ana, ben)
    await whisper(ana, ben, "to two inspectors")
    await mod.expect("signal", data="to two inspectors")
    await other.expect("signal", data="to two inspectors")
    await inspect(mod, False, other, ana, ben)
    assert await inspected(room) is True
    await whisper(ana, ben, "to one inspector")
    await other.expect("signal", data="to one inspector")
    await settle(ana, ben, mod, other)
    await inspect(other, False, mod, ana, ben)
    assert await inspected(room) is False


async def test_a_new_connection_of_a_former_inspector_does_not_inspect(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    await inspect(mod, True, ana, ben)
    await mod.leave()
    for peer in (ana, ben):
        await peer.recv()
        await peer.recv()
    again = await room.moderator("again")
    await whisper(ana, ben, "psst")
    await settle(ana, ben, again)
