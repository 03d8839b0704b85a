"""docs/PROTOCOL.md, Rules, "Recovery": what a resume inside the window gives back."""

import contextlib

import pytest
from websockets.exceptions import ConnectionClosed

from .harness import settle
from .room import Room

FLAGS = ("--rate", "0", "--pin", "481516")


async def test_a_resume_continues_the_connection(room: Room) -> None:
    ana, ben = await room.one_away()
    again = await room.resume(ben)
    assert again.joined["recovered"] is True
    assert again.joined["connection"] == ben.joined["connection"]
    assert again.joined["epoch"] == ben.joined["epoch"]
    assert again.joined["seq"] == ben.seq
    assert {c["id"] for c in again.joined["connections"]} == {ana.id, ben.id}
    await settle(ana, again)
    await settle(again, ana)


async def test_everything_missed_follows_in_order_before_anything_new(room: Room) -> None:
    ana, ben = await room.one_away()
    missed = [await ana.say(type="chat", data=str(number)) for number in range(50)]
    cat = await room.join("Cat")
    missed.append(await cat.say(data="I am Cat"))
    await ana.expect("signal", data="I am Cat")
    await cat.leave()
    gone = await ana.expect("connectionDestroyed", connection=cat.id)
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    assert ben.joined["seq"] == gone["seq"]
    for entry in missed[:50]:
        assert await ben.expect("signal") == entry
    await ben.expect("connectionCreated", connection=cat.joined["connection"])
    assert await ben.expect("signal") == missed[50]
    assert await ben.expect("connectionDestroyed") == gone
    await settle(ana, ben)


async def test_new_signals_amid_a_resume_come_after_the_replay(room: Room) -> None:
    ana, ben = await room.one_away()
    for number in range(300):
        await ana.signal(data=str(number))
    back = await room.resume(ben, tell=False)
    for number in range(300, 400):
        await ana.signal(data=str(number))
    for number in range(400):
        await back.expect("signal", data=str(number))
    for number in range(400):
        await ana.until("signal", data=str(number))
    await settle(ana, back)


async def test_the_replayed_bytes_are_the_ones_that_others_got(room: Room) -> None:
    ana, ben = await room.one_away()
    await ana.say(type="chat", data='\x00 "quoted" \U0001f39b')
    sent = ana.raw
    await room.join("Cat")
    told = ana.raw
    ben = await room.resume(ben)
    await ben.expect("signal")
    assert ben.raw == sent
    await ben.expect("connectionCreated")
    assert ben.raw == told


async def test_replay_begins_after_the_seq_that_the_client_names(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    seen = [await ana.say(data=str(number)) for number in range(5)]
    for number in range(5):
        await ben.expect("signal", data=str(number))
    await room.cut(ben)
    ben = await room.resume(ben, seq=seen[1]["seq"])  # the client has lost what came after
    for entry in seen[2:]:
        assert await ben.expect("signal") == entry
    await settle(ana, ben)


async def test_a_signal_to_another_is_not_replayed_and_one_to_me_is(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(ben)
    await ana.tell(cat, data="for Cat")
    await cat.expect("signal")
    await ana.tell(ben, data="for Ben")
    await ana.tell(cat, data="for Cat again")
    await cat.expect("signal")
    ben = await room.resume(ben)
    await ben.expect("signal", data="for Ben")
    await settle(cat, ana, ben)


async def test_the_own_signal_to_another_is_not_replayed(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(to=ana.id, data="answer lost")
    sent = await ana.expect("signal", data="answer lost")
    await room.cut(ben)
    ben = await room.resume(ben)
    await ben.signal(n=1, to=ana.id, data="answer lost")
    await ben.expect("accepted", n=1, seq=sent["seq"])
    await settle(ana, ben)


async def test_again_and_again(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    first = ben.id
    for number in range(5):
        await room.cut(ben)
        await ana.say(data=f"missed {number}")
        ben = await room.resume(ben)
        assert ben.id == first
        assert ben.joined["recovered"] is True
        await ben.expect("signal", data=f"missed {number}")
        await ben.say(data=f"back {number}")
        await ana.expect("signal", data=f"back {number}")


async def test_a_resume_whose_answer_was_lost_can_be_tried_again(room: Room) -> None:
    ana, ben = await room.one_away()
    await ana.say(data="missed")
    for _ in range(3):
        unlucky = await room.connect()
        await unlucky.send("join", secret=room.relay.secret, resume=ben.resumption())
        await ana.expect("back", connection=ben.id)
        unlucky.cut()  # before it has read anything
        await ana.expect("away", connection=ben.id)
    ben = await room.resume(ben)
    assert ben.joined["recovered"] is True
    await ben.expect("signal", data="missed")
    await settle(ana, ben)


async def test_two_who_are_away_at_once(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(ben)
    await room.cut(cat)
    await ana.say(data="to both")
    cat = await room.resume(cat)
    ben = await room.resume(ben, tell=False)
    await cat.expect("signal", data="to both")
    await ben.expect("signal", data="to both")
    await cat.expect("back", connection=ben.id)
    await ana.expect("back", connection=ben.id)
    await settle(ana, ben, cat)


@pytest.mark.parametrize("credential", ["secret", "host_secret", "pin"])
@pytest.mark.parametrize("moderator", [True, False])
async def test_the_role_is_kept_whatever_credential_comes_with_the_resume(
    room: Room, credential: str, moderator: bool
) -> None:
    secret = room.relay.host_secret if moderator else room.relay.secret
    peer = await room.join("Ben", secret=secret)
    peer.cut()
    again = await room.connect()
    member = "pin" if credential == "pin" else "secret"
    await again.join(**{member: room.relay.event[credential]}, resume=peer.resumption())
    assert again.joined["recovered"] is True
    assert again.joined["connection"] == peer.joined["connection"]
    await again.send("inspect", on=True)
    await again.expect(*(["inspected"] if moderator else ["error"]))


async def test_a_resume_of_a_live_connection_replaces_its_transport(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    again = await room.connect()
    again.n = ben.n
    await again.join(secret=room.relay.secret, resume=ben.resumption())
    assert again.joined["recovered"] is True
    assert again.id == ben.id
    await ben.expect_bye(4409)
    await again.signal(data="over the new one")
    await again.expect("signal", data="over the new one")
    frame = await ana.recv()
    while frame["op"] in ("away", "back"):
        frame = await ana.recv()
    assert frame["op"] == "signal"
    await settle(ana, again)  # the end of the old transport takes nobody away


async def test_a_replaced_transport_hears_nothing_more(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    again = await room.resume(ben, tell=False)
    await again.say(data="for the new one")
    await ben.expect_bye(4409)
    await ana.until("signal", data="for the new one")


async def test_a_replaced_transport_may_not_signal_any_more(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    again = await room.resume(ben, tell=False)
    with contextlib.suppress(ConnectionClosed):  # the relay may have been quicker
        await ben.signal(n=1, data="ghost")
    await again.say(n=2, data="real")
    await ana.until("signal", data="real")
    assert ana.seq == ben.joined["seq"] + 1
    await settle(ana, again)


async def test_unknown_members_of_resume_are_ignored(room: Room) -> None:
    ana, ben = await room.one_away()
    ben = await room.resume(ben, role="moderator", x=[1])
    assert ben.joined["recovered"] is True
    assert ben.joined["connection"]["role"] == "publisher"
    await settle(ana, ben)
