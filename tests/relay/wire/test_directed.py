"""docs/PROTOCOL.md: signals to one connection, `accepted`, and the sender's own copy."""

from .harness import ABSENT, settle
from .room import Room


async def test_the_own_copy_acknowledges_a_signal_to_all(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(type="chat", data="hello")
    copy = await ben.expect("signal", from_=ben.id, n=1, type="chat", data="hello", to=ABSENT)
    assert await ana.expect("signal", seq=copy["seq"]) == copy
    await settle(ana, ben)  # and no `accepted` beside it


async def test_alone_in_a_session_one_hears_oneself(room: Room) -> None:
    ana = await room.join("Ana")
    await ana.say(data="echo")


async def test_a_signal_to_one_connection_is_seen_by_that_one_only(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await ana.signal(to=ben.id, type="chat", data="psst")
    accepted = await ana.expect("accepted", n=1)
    await ben.expect("signal", from_=ana.id, to=ben.id, n=1, type="chat", data="psst", seq=accepted["seq"])
    last = (await cat.say(data="loud"))["seq"]
    assert last == accepted["seq"] + 1  # a step in seq for those who did not see it
    await ana.expect("signal", seq=last)
    await ben.expect("signal", seq=last)


async def test_a_signal_to_oneself_is_seen_and_accepted(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ana.signal(to=ana.id, data="note")
    frames = {f["op"]: f for f in (await ana.recv(), await ana.recv())}
    assert frames["signal"] == frames["signal"] | {"from": ana.id, "to": ana.id, "n": 1, "data": "note"}
    assert frames["accepted"]["seq"] == frames["signal"]["seq"]
    assert frames["accepted"]["n"] == 1
    await settle(ana, ben)


async def test_a_ping_to_one_connection(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ana.tell(ben)
    await ben.expect("signal", from_=ana.id, to=ben.id, type=ABSENT, data=ABSENT)


async def test_a_signal_to_a_stranger_is_404(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for to in ("nobody", ben.id[:-1], ben.id + "x", ben.id + " ", "Ben", room.relay.session):
        await ana.refused(404, to=to, data="x")
    await settle(ana, ben)


async def test_a_signal_to_somebody_who_has_left_is_404(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.leave()
    await ana.expect("connectionDestroyed", connection=ben.id)
    await ana.refused(404, to=ben.id)


async def test_a_signal_to_somebody_who_was_put_out_is_404(room: Room) -> None:
    mod = await room.moderator()
    ben = await room.join("Ben")
    await mod.send("disconnect", connection=ben.id)
    await mod.expect("connectionDestroyed", connection=ben.id)
    await mod.refused(404, to=ben.id)


async def test_a_signal_to_somebody_who_is_away_is_accepted_and_waits(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(ben)
    accepted = await ana.tell(ben, data="for later")
    ben = await room.resume(ben)
    await ben.expect("signal", from_=ana.id, to=ben.id, data="for later", seq=accepted["seq"])
    await settle(cat, ana, ben)


async def test_directed_and_common_signals_keep_their_order(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    for number in range(20):
        await ana.signal(data=str(number), **({"to": ben.id} if number % 2 else {}))
    for number in range(20):
        await ben.expect("signal", data=str(number), **({"to": ben.id} if number % 2 else {"to": ABSENT}))
        if number % 2:
            await ana.expect("accepted", n=number + 1)
        else:
            await ana.expect("signal", n=number + 1)
            await cat.expect("signal", n=number + 1)
    await settle(cat, ana, ben)


async def test_both_directions_at_once(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ana.signal(to=ben.id, data="ping")
    await ben.signal(to=ana.id, data="pong")
    for me, other in ((ana, ben), (ben, ana)):
        frames = [await me.recv(), await me.recv()]
        assert sorted(f["op"] for f in frames) == ["accepted", "signal"]
        assert next(f for f in frames if f["op"] == "signal")["from"] == other.id
