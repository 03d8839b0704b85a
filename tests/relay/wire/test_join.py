"""docs/PROTOCOL.md: `join` and `joined`, credentials and roles, who is told about a newcomer."""

import time

import pytest

from .harness import ABSENT, fresh_address, settle
from .process import Relay, running
from .room import Room

NAME = "Bridge of the Thetis"
FLAGS = ("--name", NAME, "--pin", "704512", "--secret", "guest-secret-1", "--host-secret", "host-secret-1")


@pytest.mark.parametrize(
    ("credential", "role"),
    [
        ({"secret": "guest-secret-1"}, "publisher"),
        ({"secret": "host-secret-1"}, "moderator"),
        ({"pin": "704512"}, "publisher"),
    ],
)
async def test_each_credential_gives_its_role(room: Room, credential: dict[str, str], role: str) -> None:
    peer = await room.connect()
    assert (await peer.join(**credential))["connection"]["role"] == role


async def test_joined_of_the_first_member_of_a_session() -> None:
    with running("--name", NAME) as relay:
        async with Room(relay) as room:
            before = time.time() * 1000
            ana = await room.join("Ana", data="deck 3", client="bot/1")
            joined = ana.joined
            assert joined["seq"] == 1
            assert joined["recovered"] is False
            assert joined["session"] == joined["session"] | {
                "id": relay.session,
                "name": NAME,
                "inspected": False,
            }
            assert joined["limits"] == joined["limits"] | {
                "type": 128,
                "data": 8192,
                "rate": 50,
                "burst": 200,
            }
            assert joined["connections"] == [joined["connection"]]
            own = {"name": "Ana", "data": "deck 3", "client": "bot/1", "role": "publisher", "away": False}
            assert joined["connection"] == joined["connection"] | own
            assert before - 1000 <= joined["connection"]["created"] <= time.time() * 1000 + 1000
            assert (await ana.say())["seq"] == 2  # the own creation is entry 1 and is not sent to oneself


async def test_what_is_left_out_has_its_default(room: Room) -> None:
    peer = await room.connect()
    joined = await peer.join(secret=room.relay.secret)
    left_out = {"name": "", "client": "heliograph", "data": "", "away": False}
    assert joined["connection"] == joined["connection"] | left_out


async def test_others_are_told_with_the_same_connection(room: Room) -> None:
    ana = await room.join("Ana")
    ben = await room.join("Ben", tell=False, data="deck 4", client="browser")
    created = await ana.expect(
        "connectionCreated", seq=ben.joined["seq"], connection=ben.joined["connection"]
    )
    assert abs(created["at"] - time.time() * 1000) < 5000
    await settle(ana, ben)


async def test_a_newcomer_gets_everybody_the_own_connection_included(room: Room) -> None:
    ana = await room.join("Ana")
    mod = await room.moderator()
    cat = await room.join("Cat")
    assert {c["id"] for c in cat.joined["connections"]} == {ana.id, mod.id, cat.id}
    by_id = {c["id"]: c for c in cat.joined["connections"]}
    assert by_id[ana.id] == ana.joined["connection"]
    assert by_id[mod.id] == mod.joined["connection"]
    assert by_id[cat.id] == cat.joined["connection"]


async def test_joined_has_the_last_seq_of_the_log(room: Room) -> None:
    ana = await room.join("Ana")
    last = (await ana.say())["seq"]
    ben = await room.join("Ben")
    assert ben.joined["seq"] == last + 1
    assert (await ben.say())["seq"] == last + 2


async def test_ids_and_keys_are_of_one_connection_and_the_epoch_is_of_all(room: Room) -> None:
    peers = await room.crowd("Ana", "Ana", "Ben")
    assert len({p.id for p in peers}) == 3
    assert len({p.joined["key"] for p in peers}) == 3
    assert len({p.joined["epoch"] for p in peers}) == 1


async def test_a_key_is_told_to_nobody_else(room: Room) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    await peer.join(secret=room.relay.secret)
    own = peer.raw
    await ana.expect("connectionCreated")
    assert own.count(peer.joined["key"]) == 1
    assert ana.joined["key"] not in own
    assert peer.joined["key"] not in ana.raw


async def test_unknown_members_of_join_are_ignored(room: Room) -> None:
    peer = await room.connect()
    joined = await peer.join(
        secret=room.relay.secret, role="moderator", id="me", away=True, x={"y": [1, None]}
    )
    assert joined["connection"] == joined["connection"] | {"role": "publisher", "away": False}
    assert joined["connection"]["id"] != "me"


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "wrong"},
        {"secret": ""},
        {"secret": "guest-secret-"},
        {"secret": "guest-secret-12"},
        {"secret": "GUEST-SECRET-1"},
        {"secret": " guest-secret-1"},
        {"secret": "704512"},
        {"secret": "schl\xfcssel"},
        {"pin": "704513"},
        {"pin": ""},
        {"pin": "guest-secret-1"},
        {"pin": "host-secret-1"},
        {"token": "guest-secret-1"},
        {"token": "704512"},
        {"token": ""},
        {"token": "T1==" + "A" * 200},
        {"token": "a.b.c"},
    ],
    ids=str,
)
async def test_a_wrong_credential_is_4401(room: Room, wrong: dict[str, str]) -> None:
    ana = await room.join("Ana")
    peer = await room.connect(source=fresh_address())
    await peer.send("join", name="Eve", **wrong)
    await peer.expect_bye(4401)
    await settle(ana)


@pytest.mark.parametrize(
    "credentials",
    [
        {},
        {"secret": 5},
        {"secret": ["guest-secret-1"]},
        {"pin": 704512},
        {"token": True},
        {"secret": "guest-secret-1", "pin": "wrong"},
        {"secret": "wrong", "pin": "704512"},
        {"secret": "wrong", "token": "wrong"},
    ],
    ids=str,
)
async def test_no_good_single_credential_is_no_join(room: Room, credentials: dict[str, object]) -> None:
    """None, one of a wrong type, or a wrong one beside a right one: `error` 400 or `bye` 4401, never `joined`."""
    ana = await room.join("Ana")
    peer = await room.connect(source=fresh_address())
    await peer.send("join", **credentials)
    answer = await peer.recv()
    assert (answer["op"], answer["code"]) in {("error", 400), ("bye", 4401)}
    await settle(ana)


async def test_the_pin_of_a_session_without_one_is_a_miss() -> None:
    with running() as relay:
        async with Room(relay) as room:
            for pin in ("", "000000", "null", "None"):
                peer = await room.connect(source=fresh_address())
                await peer.send("join", pin=pin)
                await peer.expect_bye(4401)


async def test_a_frame_of_joined_tells_no_secret(room: Room, relay: Relay) -> None:
    peer = await room.connect()
    await peer.join(pin="704512")
    assert relay.secret not in peer.raw
    assert relay.host_secret not in peer.raw


async def test_a_second_join_is_an_error_and_changes_nothing(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.send("join", secret=room.relay.host_secret, name="Benedict")
    await ben.expect("error", code=400)
    await ben.send("join", secret="wrong")
    await ben.expect("error", code=400)
    await settle(ana, ben)
    cat = await room.join("Cat")
    assert {c["id"]: c["name"] for c in cat.joined["connections"]}[ben.id] == "Ben"
    await ben.send("inspect", on=True)
    await ben.expect("error", code=403, n=ABSENT)
