"""docs/PROTOCOL.md, Rules, "Once": n, repeats, refused n, and what a resume changes about them (nothing)."""

from .harness import settle
from .room import Room

FLAGS = ("--rate", "0")


async def test_a_repeat_is_accepted_with_its_first_seq_and_not_relayed_twice(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    first = await ben.say(data="once")
    await ana.expect("signal", data="once")
    for _ in range(3):
        await ben.signal(n=1, data="once")
        await ben.expect("accepted", n=1, seq=first["seq"])
    await settle(ana, ben)


async def test_the_repeat_of_a_signal_to_one_connection(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    first = await ben.tell(ana, data="for you")
    await ana.expect("signal", data="for you", seq=first["seq"])
    await ben.signal(n=1, to=ana.id, data="for you")
    await ben.expect("accepted", n=1, seq=first["seq"])
    await settle(cat, ana, ben)


async def test_a_repeat_is_told_by_its_n_whoever_it_was_for(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    one = await ben.say(data="to all")
    await ana.expect("signal", data="to all")
    two = await ben.tell(ana, data="to one")
    await ana.expect("signal", data="to one")
    await ben.signal(n=1, to=ana.id, data="other words")
    await ben.expect("accepted", n=1, seq=one["seq"])
    await ben.signal(n=2, data="other words")
    await ben.expect("accepted", n=2, seq=two["seq"])
    await settle(ana, ben)


async def test_a_repeat_after_its_recipient_has_left(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    first = await ben.tell(ana)
    await ana.expect("signal")
    await ana.leave()
    await ben.expect("connectionDestroyed")
    await ben.signal(n=1, to=ana.id)
    await ben.expect("accepted", n=1, seq=first["seq"])
    await ben.refused(404, to=ana.id)


async def test_n_may_skip(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for n in (3, 4, 100, 1000):
        await ben.signal(n=n, data=str(n))
        await ben.expect("signal", n=n)
        await ana.expect("signal", n=n, data=str(n))


async def test_a_skipped_n_is_not_relayed_later(room: Room) -> None:
    """Only the highest accepted n is remembered: a lower one is no new signal, and no seq is made up for it."""
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(n=5)
    await ben.expect("signal", n=5)
    await ana.expect("signal", n=5)
    await ben.signal(n=3, data="late")
    answer = await ben.recv()
    assert answer["n"] == 3
    assert answer["op"] == "rejected" or answer["seq"] is None
    await settle(ana, ben)


async def test_a_refused_n_may_be_used_again(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.refused(400, n=1, type="not allowed")
    await ben.refused(413, n=1, data="x" * 8193)
    await ben.refused(404, n=1, to="nobody")
    await ben.refused(400, n=1, data=None)
    await ben.say(n=1, data="mended")
    await ana.expect("signal", n=1, data="mended")
    await ben.refused(404, n=2, to="nobody")
    await ben.tell(ana, n=2)
    await ana.expect("signal", n=2)


async def test_a_refused_n_is_gone_once_a_higher_one_was_accepted(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.refused(404, n=1, to="nobody")
    await ben.say(n=2)
    await ana.expect("signal", n=2)
    await ben.signal(n=1, data="too late")
    assert (await ben.recv())["op"] in ("accepted", "rejected")
    await settle(ana, ben)


async def test_a_refused_high_n_does_not_raise_the_mark(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.refused(404, n=1000, to="nobody")
    await ben.say(n=1)
    await ana.expect("signal", n=1)


async def test_n_is_per_connection(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ana.signal(n=7, data="a")
    await ben.expect("signal", n=7, from_=ana.id)
    await ana.expect("signal", n=7)
    await ben.signal(n=7, data="b")
    await ana.expect("signal", n=7, from_=ben.id)
    await ben.expect("signal", n=7)
    cat = await room.join("Cat")
    assert (await cat.say(n=1))["n"] == 1


async def test_repeats_between_new_signals_keep_the_order(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for n in (1, 2, 1, 3, 2, 3, 4, 4):
        await ben.signal(n=n, data=str(n))
    new, old = "signal", "accepted"
    for op, n in ((new, 1), (new, 2), (old, 1), (new, 3), (old, 2), (old, 3), (new, 4), (old, 4)):
        await ben.expect(op, n=n)
    for n in (1, 2, 3, 4):
        await ana.expect("signal", n=n)
    await settle(ana, ben)


async def test_repeats_after_a_resume(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    one = await ben.say(data="one")
    two = await ben.tell(ana, data="two")
    await ana.expect("signal", data="one")
    await ana.expect("signal", data="two")
    await room.cut(ben)
    ben = await room.resume(ben)
    for n in (1, 2, 3):
        await ben.signal(n=n, data="again")
    await ben.expect("accepted", n=1, seq=one["seq"])
    await ben.expect("accepted", n=2, seq=two["seq"])
    await ben.expect("signal", n=3)
    await ana.expect("signal", n=3)
    await settle(ana, ben)


async def test_an_own_copy_that_was_lost_comes_with_the_replay_and_not_again(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(n=1, data="copy lost")
    sent = await ana.expect("signal", n=1)
    await room.cut(ben)  # the own copy was never read
    ben = await room.resume(ben)
    await ben.expect("signal", n=1, seq=sent["seq"], data="copy lost")
    await ben.signal(n=1, data="copy lost")
    await ben.expect("accepted", n=1, seq=sent["seq"])
    await settle(ana, ben)


async def test_an_own_copy_that_was_seen_is_not_replayed(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.say(data="seen")
    await ana.expect("signal")
    await room.cut(ben)
    ben = await room.resume(ben)
    await settle(ben, ana)


async def test_a_refused_n_may_be_used_again_after_a_resume(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.refused(404, n=1, to="nobody")
    await room.cut(ben)
    ben = await room.resume(ben)
    await ben.say(n=1)
    await ana.expect("signal", n=1)
