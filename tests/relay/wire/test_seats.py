"""docs/PROTOCOL.md, Rules, "Seats": who counts, when `full` is said, and who may always come back."""

from collections.abc import Iterator

import pytest

from .harness import Peer, fresh_address, settle
from .process import Relay, running
from .room import Room

FLAGS = ("--seats", "2", "--pin", "271828")


async def expect_full(room: Room, **credential: str) -> Peer:
    peer = await room.connect()
    await peer.send("join", **credential)
    await peer.expect_bye(4429)
    return peer


async def test_beyond_the_last_seat_it_is_full(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await expect_full(room, secret=room.relay.secret)
    await expect_full(room, pin="271828")
    await settle(ana, ben)
    assert (await ana.say())["seq"] == ben.joined["seq"] + 2  # who was turned away is not in the log


async def test_full_is_said_only_after_authentication(room: Room) -> None:
    await room.crowd("Ana", "Ben")
    for wrong in ({"secret": "wrong"}, {"pin": "000000"}):
        peer = await room.connect(source=fresh_address())
        await peer.send("join", **wrong)
        await peer.expect_bye(4401)


async def test_a_full_session_may_be_left_and_joined(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await expect_full(room, secret=room.relay.secret)
    await ben.leave()
    await ana.expect("connectionDestroyed")
    cat = await room.join("Cat")
    await settle(cat, ana)


async def test_moderators_do_not_count(room: Room) -> None:
    mods = [await room.moderator(f"mod {number}") for number in range(3)]
    ana, ben = await room.crowd("Ana", "Ben")
    await expect_full(room, secret=room.relay.secret)
    mods.append(await room.moderator("late"))
    await settle(ana, ben, *mods)


async def test_who_is_away_keeps_the_seat_and_may_resume(room: Room) -> None:
    ana, ben = await room.one_away()
    await expect_full(room, secret=room.relay.secret)
    await ana.say(data="missed")
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    await ben.expect("signal", data="missed")
    await settle(ana, ben)


async def test_a_live_connection_may_be_resumed_in_a_full_session(room: Room) -> None:
    _, ben = await room.crowd("Ana", "Ben")
    again = await room.resume(ben, tell=False)
    assert again.joined["recovered"] is True
    await ben.expect_bye(4409)


async def test_a_resume_with_a_wrong_key_needs_a_seat(room: Room) -> None:
    ana, ben = await room.one_away()
    peer = await room.connect()
    await peer.send("join", secret=room.relay.secret, resume=ben.resumption(key="wrong"))
    await peer.expect_bye(4429)
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    await settle(ana, ben)


async def test_a_seat_is_free_once_the_window_has_passed() -> None:
    with running("--seats", "1", "--recovery-window", "1") as relay:
        async with Room(relay) as room:
            mod = await room.moderator()
            ben = await room.join("Ben")
            await room.cut(ben)
            await mod.expect("connectionDestroyed", connection=ben.id)
            cat = await room.join("Cat")
            await settle(cat, mod)


async def test_a_seat_is_free_once_its_holder_is_put_out(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    await mod.send("disconnect", connection=ben.id)
    for peer in (mod, ana):
        await peer.expect("connectionDestroyed")
    await ben.expect_bye(4403)
    await room.join("Cat")


@pytest.fixture(scope="module")
def roomy() -> Iterator[Relay]:
    with running("--seats", "0", "--rate", "0") as relay:
        yield relay


async def test_0_seats_are_no_limit_and_200_members_behind_one_address_work(roomy: Relay) -> None:
    async with Room(roomy) as room:
        peers = [await room.join(tell=False) for _ in range(200)]
        assert len(peers[-1].joined["connections"]) == 200
        await peers[-1].say(data="hello, all")
        for peer in peers[:-1]:
            await peer.until("signal", data="hello, all")
