"""docs/PROTOCOL.md, Rules, "Recovery": a resume that cannot be honoured joins anew and says so."""

from typing import Any

import pytest

from .harness import Peer, fresh_address, settle
from .process import running
from .room import Room


async def anew(room: Room, lost: Peer, **changes: Any) -> Peer:
    """Resume in vain: a new member, told honestly, without any replay."""
    again = await room.resume(lost, **changes)
    assert again.joined["recovered"] is False
    assert again.id != lost.id
    assert again.joined["seq"] > lost.seq
    return again


UNTOUCHED = {
    "unknown-connection": {"connection": "nobody"},
    "wrong-key": {"key": "wrong"},
    "empty-key": {"key": ""},
}
DESTROYED: dict[str, dict[str, object]] = {
    "wrong-epoch": {"epoch": "another life"},
    "empty-epoch": {"epoch": ""},
    "seq-beyond-the-log": {"seq": 10_000_000},
}


@pytest.mark.parametrize("changes", UNTOUCHED.values(), ids=UNTOUCHED.keys())
async def test_without_the_right_key_the_old_connection_is_untouched(
    room: Room, changes: dict[str, object]
) -> None:
    ana, ben = await room.one_away()
    await ana.say(data="missed")
    again = await anew(room, ben, **changes)
    await ana.expect("connectionCreated", connection=again.joined["connection"])
    await settle(ana, again)
    assert {c["id"]: c["away"] for c in again.joined["connections"]}[ben.id] is True
    back = await room.resume(ben)
    assert back.joined["recovered"] is True
    await back.expect("signal", data="missed")
    await back.expect("connectionCreated", connection=again.joined["connection"])


@pytest.mark.parametrize("changes", DESTROYED.values(), ids=DESTROYED.keys())
async def test_with_the_right_key_the_old_connection_is_destroyed_at_once(
    room: Room, changes: dict[str, object]
) -> None:
    ana, ben = await room.one_away()
    await ana.say(data="missed")
    again = await anew(room, ben, **changes)
    told = {f["op"]: f for f in (await ana.recv(), await ana.recv())}
    assert told["connectionDestroyed"]["connection"] == ben.id
    assert told["connectionCreated"]["connection"] == again.joined["connection"]
    assert ben.id not in {c["id"] for c in again.joined["connections"]}
    await settle(ana, again)  # the new member sees neither what it missed nor its own past
    once_more = await anew(room, ben)
    for peer in (ana, again):
        await peer.expect("connectionCreated", connection=once_more.joined["connection"])


async def test_the_key_of_another_connection_is_a_wrong_key(room: Room) -> None:
    ana, ben, cat = await room.crowd("Ana", "Ben", "Cat")
    await room.cut(ben)
    again = await anew(room, ben, key=cat.joined["key"])
    for peer in (ana, cat):
        await peer.expect("connectionCreated", connection=again.joined["connection"])
    await settle(cat, ana, again)


async def test_a_live_connection_is_safe_from_a_wrong_key(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    again = await anew(room, ben, key="wrong")
    for peer in (ana, ben):
        await peer.expect("connectionCreated", connection=again.joined["connection"])
    await settle(ben, ana, again)


async def test_a_live_connection_ends_when_its_own_key_asks_for_what_is_gone(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    again = await anew(room, ben, epoch="another life")
    told = {f["op"]: f for f in (await ana.recv(), await ana.recv())}
    assert told["connectionDestroyed"]["connection"] == ben.id
    assert told["connectionCreated"]["connection"] == again.joined["connection"]
    bye = await ben.until("bye")
    await ben.expect_close(bye["code"])
    await settle(ana, again)


async def test_a_new_member_after_a_refused_resume_counts_n_from_1(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.signal(n=50)
    await ana.expect("signal", n=50)
    await room.cut(ben)
    again = await anew(room, ben, epoch="another life")
    await ana.recv()
    await ana.recv()
    await again.say(n=1)
    await ana.expect("signal", n=1, from_=again.id)


async def test_the_members_of_join_are_those_of_the_new_connection(room: Room) -> None:
    ana = await room.join("Ana")
    await room.cut(ana)
    again = await room.connect()
    resume = ana.resumption(epoch="another life")
    await again.join(secret=room.relay.host_secret, name="Ana II", data="x", client="bot", resume=resume)
    given = {"name": "Ana II", "data": "x", "client": "bot", "role": "moderator"}
    assert again.joined["recovered"] is False
    assert again.joined["connection"] == again.joined["connection"] | given


async def test_a_resume_needs_the_credential_of_the_session_too(room: Room) -> None:
    ana, ben = await room.one_away()
    thief = await room.connect(source=fresh_address())
    await thief.send("join", secret="wrong", resume=ben.resumption())
    await thief.expect_bye(4401)
    thief = await room.connect(source=fresh_address())
    await thief.send("join", resume=ben.resumption())
    answer = await thief.recv()
    assert (answer["op"], answer["code"]) in {("error", 400), ("bye", 4401)}
    await settle(ana)
    back = await room.resume(ben)
    assert back.joined["recovered"] is True
    await back.expect("signal", type="marker")


BROKEN: dict[str, object] = {
    "word": "yes",
    "list": [],
    "empty": {},
    "no-key": {"key": None},
    "key-number": {"key": 5},
    "seq-text": {"seq": "3"},
    "seq-half": {"seq": 1.5},
    "seq-true": {"seq": True},
    "epoch-number": {"epoch": 5},
    "connection-null": {"connection": None},
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_resume_recovers_nothing(room: Room, change: object) -> None:
    """An `error` 400 and no join, or a join anew; the page leaves it open, but it is never a recovery."""
    ben = await room.join("Ben")
    await room.cut(ben)
    peer = await room.connect()
    resume = ben.resumption(**change) if isinstance(change, dict) and change else change
    await peer.send("join", secret=room.relay.secret, resume=resume)
    answer = await peer.recv()
    assert answer["op"] == "joined" or (answer["op"], answer["code"]) == ("error", 400)
    assert answer.get("recovered", False) is False


async def test_after_a_restart_of_the_relay_the_epoch_differs_and_nothing_is_recovered() -> None:
    same = ("--session", "harbour", "--secret", "guests", "--host-secret", "hosts")
    with running(*same) as relay:
        async with Room(relay) as room:
            ana = await room.join("Ana")
            await ana.say(data="in the first life")
    with running(*same) as relay:
        async with Room(relay) as room:
            ben = await room.join("Ben")
            again = await anew_after_restart(room, ana)
            await ben.expect("connectionCreated", connection=again.joined["connection"])
            await settle(ben, again)
            old = await anew_after_restart(room, ana, seq=0)
            await ben.expect("connectionCreated")
            await again.expect("connectionCreated")
            await settle(old, ben, again)


async def anew_after_restart(room: Room, lost: Peer, **changes: Any) -> Peer:
    again = await room.resume(lost, **changes)
    assert again.joined["recovered"] is False
    assert again.joined["epoch"] != lost.joined["epoch"]
    return again
