"""docs/PROTOCOL.md: `join` must come first and in time; an over-long member is an error and no join."""

import asyncio
import json

import pytest

from .harness import Peer, settle
from .process import running
from .room import Room

ASTRAL = "\U0001f39b"  # 1 character, 4 bytes of UTF-8, 2 units of UTF-16

LONGEST = [
    {"name": "n" * 64},
    {"name": "é" * 64},
    {"name": ASTRAL * 64},
    {"data": "d" * 1000},
    {"data": "é" * 500},
    {"data": ASTRAL * 250},
    {"client": "c" * 32},
    {"client": "é" * 32},
]
TOO_LONG = [
    {"name": "n" * 65},
    {"name": "é" * 65},
    {"name": "n" * 5000},
    {"data": "d" * 1001},
    {"data": "é" * 501},
    {"data": ASTRAL * 250 + "d"},
    {"client": "c" * 33},
]


def label(members: dict[str, str]) -> str:
    """Short words for a parameter set."""
    ((name, value),) = members.items()
    return f"{name}-{len(value)}x{ord(value[0]):x}"


@pytest.mark.parametrize("members", LONGEST, ids=label)
async def test_the_longest_members_pass_unchanged(room: Room, members: dict[str, str]) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    joined = await peer.join(secret=room.relay.secret, **members)
    assert joined["connection"] == joined["connection"] | members
    await ana.expect("connectionCreated", connection=joined["connection"])


@pytest.mark.parametrize("members", TOO_LONG, ids=label)
async def test_an_over_long_member_is_an_error_and_no_join(room: Room, members: dict[str, str]) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    await peer.send("join", secret=room.relay.secret, **members)
    await peer.expect("error", code=400)
    await settle(ana)
    joined = await peer.join(secret=room.relay.secret, name="Ben")
    assert len(joined["connections"]) == 2


@pytest.mark.parametrize("member", ["name", "data", "client"])
@pytest.mark.parametrize("value", [5, True, [], {}, ["Ana"]], ids=str)
async def test_a_member_of_a_wrong_type_is_an_error_and_no_join(
    room: Room, member: str, value: object
) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    await peer.send("join", secret=room.relay.secret, **{member: value})
    await peer.expect("error", code=400)
    await settle(ana)


@pytest.mark.parametrize("member", ["name", "data", "client"])
async def test_a_lone_surrogate_is_an_error_and_no_join(room: Room, member: str) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    await peer.send("join", secret=room.relay.secret, **{member: "a\ud83db"})
    await peer.expect("error", code=400)
    await settle(ana)


@pytest.mark.parametrize(
    "name", ["\x00", "\u202eevil", "<b>Ana</b>", "  Ana  ", "Ana\nBen", "e\u0301", "\ufeff"]
)
async def test_names_are_data_and_pass_unchanged(room: Room, name: str) -> None:
    peer = await room.connect()
    assert (await peer.join(secret=room.relay.secret, name=name))["connection"]["name"] == name


EARLY: list[dict[str, object]] = [
    {"op": "signal", "n": 1},
    {"op": "signal", "n": 1, "type": "chat", "data": "early"},
    {"op": "signal"},
    {"op": "disconnect", "connection": "x"},
    {"op": "inspect", "on": True},
    {"op": "leave"},
]


@pytest.mark.parametrize("frame", EARLY, ids=json.dumps)
async def test_an_op_before_join_is_an_error_without_effect(room: Room, frame: dict[str, object]) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    await peer.write(json.dumps(frame))
    await peer.expect("error", code=400)
    await settle(ana)
    await peer.join(secret=room.relay.secret)
    await ana.expect("connectionCreated")
    assert (await peer.say())["n"] == 1  # the early n was not consumed
    await ana.expect("signal", n=1)


async def test_a_moderator_to_be_has_no_rights_before_join(room: Room) -> None:
    ana = await room.join("Ana")
    peer = await room.connect()
    await peer.send("disconnect", connection=ana.id, secret=room.relay.host_secret)
    await peer.expect("error", code=400)
    await settle(ana)


async def rest_until_bye(peer: Peer) -> float:
    """Wait for `bye` 4401; the seconds that it took."""
    clock = asyncio.get_running_loop().time
    start = clock()
    await peer.expect_bye(4401)
    return clock() - start


async def test_who_does_not_join_in_time_is_sent_away() -> None:
    with running("--join-timeout", "1") as relay:
        async with Room(relay) as room:
            silent, busy, ana = await room.connect(), await room.connect(), await room.join("Ana")
            await busy.send("leave")
            await busy.expect("error", code=400)
            await busy.write("noise")
            await busy.expect("error", code=400)
            await busy.send("join", secret=relay.secret, name="n" * 65)
            await busy.expect("error", code=400)
            waited, _ = await asyncio.gather(rest_until_bye(silent), rest_until_bye(busy))
            assert 0.5 < waited < 3
            await settle(ana)  # who has joined may be silent
