"""docs/PROTOCOL.md: `disconnect`, by which a moderator puts somebody out of the session."""

from .harness import settle
from .room import Room


async def test_a_moderator_puts_somebody_out(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    await mod.send("disconnect", connection=ben.id)
    await ben.until("bye", code=4403)
    await ben.expect_close(4403)
    gone = await mod.expect("connectionDestroyed", connection=ben.id, reason="forceDisconnected")
    assert await ana.expect("connectionDestroyed") == gone
    assert gone["seq"] == ben.joined["seq"] + 1
    await settle(ana, mod)


async def test_who_was_put_out_cannot_resume_but_may_join_anew(room: Room) -> None:
    mod = await room.moderator()
    ben = await room.join("Ben")
    await mod.send("disconnect", connection=ben.id)
    await mod.expect("connectionDestroyed", connection=ben.id)
    again = await room.resume(ben)
    assert again.joined["recovered"] is False
    assert again.id != ben.id
    await mod.expect("connectionCreated", connection=again.joined["connection"])


async def test_somebody_who_is_away_can_be_put_out(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.one_away()
    await mod.send("disconnect", connection=ben.id)
    for peer in (mod, ana):
        await peer.expect("connectionDestroyed", connection=ben.id, reason="forceDisconnected")
    again = await room.resume(ben)
    assert again.joined["recovered"] is False
    assert again.id != ben.id


async def test_a_moderator_can_put_out_another(room: Room) -> None:
    mod = await room.moderator()
    other = await room.moderator("other")
    await mod.send("disconnect", connection=other.id)
    await other.expect_bye(4403)
    await mod.expect("connectionDestroyed", connection=other.id, reason="forceDisconnected")


async def test_what_was_sent_before_arrives_before(room: Room) -> None:
    mod = await room.moderator()
    ben = await room.join("Ben")
    for number in range(20):
        await mod.signal(to=ben.id, data=str(number))
    await mod.send("disconnect", connection=ben.id)
    for number in range(20):
        await ben.expect("signal", data=str(number))
        await mod.expect("accepted", n=number + 1)
    await mod.expect("connectionDestroyed", connection=ben.id)
    await ben.until("bye", code=4403)


async def test_a_publisher_may_not(room: Room) -> None:
    mod = await room.moderator()
    ana, ben = await room.crowd("Ana", "Ben")
    for target in (ben.id, mod.id, ana.id):
        await ana.send("disconnect", connection=target)
        await ana.expect("error", code=403)
    await settle(ana, ben, mod)


async def test_a_publisher_learns_nothing_about_who_is_there(room: Room) -> None:
    ana = await room.join("Ana")
    await ana.send("disconnect", connection="nobody")
    await ana.expect("error", code=403)


async def test_somebody_who_is_not_there_is_404(room: Room) -> None:
    mod = await room.moderator()
    ben = await room.join("Ben")
    await ben.leave()
    await mod.expect("connectionDestroyed", connection=ben.id, reason="clientDisconnected")
    for target in ("nobody", ben.id, mod.id + "x"):
        await mod.send("disconnect", connection=target)
        await mod.expect("error", code=404)
    await settle(mod)
