"""docs/PROTOCOL.md: leaving, losing the transport, and what the others are told about it."""

import asyncio

import pytest

from .harness import Peer, settle
from .process import running
from .room import Room


async def test_leave_is_answered_by_close_1000_without_bye(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.send("leave")
    await ben.expect_close(1000)
    gone = await ana.expect("connectionDestroyed", connection=ben.id, reason="clientDisconnected")
    assert gone["seq"] == ana.joined["seq"] + 2  # after the join of Ben
    await settle(ana)


async def test_what_was_sent_before_leave_is_relayed_and_what_comes_after_is_not(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(data="before")
    await ben.send("leave")
    await ben.signal(data="after")
    await ben.expect("signal", data="before")
    await ben.expect_close(1000)
    await ana.expect("signal", data="before")
    await ana.expect("connectionDestroyed", reason="clientDisconnected")
    await settle(ana)


async def test_who_has_left_is_no_member_any_more(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.leave()
    await ana.expect("connectionDestroyed")
    cat = await room.join("Cat")
    assert {c["id"] for c in cat.joined["connections"]} == {ana.id, cat.id}


async def test_who_has_left_cannot_resume(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.leave()
    await ana.expect("connectionDestroyed")
    again = await room.resume(ben)
    assert again.joined["recovered"] is False
    assert again.id != ben.id
    await ana.expect("connectionCreated", connection=again.joined["connection"])


@pytest.mark.parametrize("code", [1000, 1001, 3000, 4999])
async def test_a_close_without_leave_is_a_lost_transport(room: Room, code: int) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.ws.close(code)
    ben.live = False
    assert await ben.close_code() == code
    await ana.expect("away", connection=ben.id)
    again = await room.resume(ben)
    assert again.joined["recovered"] is True
    await settle(ana, again)


async def test_a_cut_is_a_lost_transport(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    ben.cut()
    ben.live = False
    await ana.expect("away", connection=ben.id)
    await settle(ana)


async def test_half_a_close_is_a_lost_transport(room: Room) -> None:
    """The client's side of TCP ends (FIN) without a WebSocket close."""
    ana = await room.join("Ana")
    peer = await room.raw_member()
    peer.writer.write_eof()
    await ana.expect("away", connection=peer.id)


async def test_everybody_present_is_told_of_away_and_back(room: Room) -> None:
    mod = await room.moderator()
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(ben)
    ben = await room.resume(ben)  # `back` to everybody present
    await settle(cat, mod, ana, ben)


async def test_a_newcomer_sees_who_is_away_and_who_is_back(room: Room) -> None:
    ana, ben = await room.one_away()
    cat = await room.join("Cat")
    assert {c["id"]: c["away"] for c in cat.joined["connections"]} == {
        ana.id: False,
        ben.id: True,
        cat.id: False,
    }
    ben = await room.resume(ben)
    assert {c["id"]: c["away"] for c in ben.joined["connections"]} == {
        ana.id: False,
        ben.id: False,
        cat.id: False,
    }
    assert ben.joined["connection"]["away"] is False
    await ben.expect("connectionCreated", connection=cat.joined["connection"])
    dan = await room.join("Dan")
    assert not any(c["away"] for c in dan.joined["connections"])


async def test_away_and_back_are_not_replayed(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(cat)
    await room.cut(ben)
    ben = await room.resume(ben)
    cat = await room.resume(cat)
    await settle(cat, ana, ben)


async def destroyed(peer: Peer, connection: str) -> float:
    """Wait for the end of a connection that is away; the seconds since now."""
    clock = asyncio.get_running_loop().time
    start = clock()
    await peer.expect("connectionDestroyed", connection=connection, reason="networkDisconnected")
    return clock() - start


async def test_when_the_window_has_passed_the_connection_is_gone() -> None:
    with running("--recovery-window", "1") as relay:
        async with Room(relay) as room:
            ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
            await room.cut(cat)
            back = await room.resume(cat)
            await room.cut(ben)
            assert 0.5 < await destroyed(ana, ben.id) < 3
            await back.expect("connectionDestroyed", connection=ben.id)
            await ana.refused(404, to=ben.id)
            again = await room.resume(ben)
            assert again.joined["recovered"] is False
            assert again.id != ben.id
            for peer in (ana, back):
                await peer.expect("connectionCreated", connection=again.joined["connection"])
            await settle(ana, again, back)  # who came back in time is still there


async def test_who_is_alone_and_away_is_waited_for(room: Room) -> None:
    ana = await room.join("Ana")
    await ana.say(data="first")
    ana.cut()
    ana = await room.resume(ana)
    assert ana.joined["recovered"] is True
    await ana.say(data="second")
