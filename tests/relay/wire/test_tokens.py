"""docs/PROTOCOL.md: `join` with an OpenTok token (T1 or JWT), and what a subscriber may do."""

import json
from collections.abc import Callable

import pytest

from . import tokens
from .harness import fresh_address, settle
from .room import Room

FLAGS = tokens.FLAGS
Mint = Callable[..., str]
both = pytest.mark.parametrize("mint", [tokens.t1, tokens.jwt])


@both
@pytest.mark.parametrize("role", ["subscriber", "publisher", "moderator"])
async def test_the_role_is_the_one_in_the_token(room: Room, mint: Mint, role: str) -> None:
    peer = await room.join(token=mint(role))
    assert peer.joined["connection"]["role"] == role


@both
@pytest.mark.parametrize("data", ["name=Ana&deck=3", "é ü 漢", '{"a": [1, 2]}', "d" * 1024])
async def test_connection_data_of_a_token(room: Room, mint: Mint, data: str) -> None:
    ana = await room.join("Ana")
    peer = await room.join("Ben", tell=False, token=mint(data=data))
    assert peer.joined["connection"]["data"] == data
    created = await ana.expect("connectionCreated")
    assert created["connection"] == peer.joined["connection"] == created["connection"] | {"name": "Ben"}


@both
@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": "f" * 40},
        {"key": "47000002"},
        {"session": tokens.session_id(salt="b3RoZXI")},
        {"expires": -60},
    ],
    ids=str,
)
async def test_a_token_that_does_not_hold_is_4401(room: Room, mint: Mint, wrong: dict[str, object]) -> None:
    peer = await room.connect(source=fresh_address())
    await peer.send("join", token=mint(**wrong))
    await peer.expect_bye(4401)


async def test_an_unsigned_jwt_is_4401(room: Room) -> None:
    peer = await room.connect(source=fresh_address())
    await peer.send("join", token=tokens.jwt("moderator", algorithm="none"))
    await peer.expect_bye(4401)


@both
@pytest.mark.parametrize("cut", [1, 20, -1])
async def test_a_damaged_token_is_4401(room: Room, mint: Mint, cut: int) -> None:
    peer = await room.connect(source=fresh_address())
    await peer.send("join", token=mint()[cut:] if cut > 0 else mint()[: cut - 4])
    await peer.expect_bye(4401)


async def test_the_session_of_a_token_counts_not_only_its_signature(room: Room) -> None:
    """A good token of one session does not open an unknown one."""
    other = tokens.session_id(salt="b3RoZXI")
    peer = await room.connect(other, fresh_address())
    await peer.send("join", token=tokens.t1())
    await peer.expect_bye(4401)


async def test_a_subscriber_sees_signals_and_may_not_signal(room: Room) -> None:
    ana = await room.join("Ana")
    sub = await room.join("Sub", token=tokens.t1("subscriber"))
    await ana.say(type="chat", data="to all")
    await sub.expect("signal", data="to all")
    await ana.tell(sub, data="to one")
    await sub.expect("signal", data="to one", to=sub.id)
    await sub.refused(403, type="chat", data="no")
    await sub.refused(403)
    await sub.refused(403, to=ana.id)
    await settle(ana, sub)


async def test_a_subscriber_may_neither_disconnect_nor_inspect(room: Room) -> None:
    ana = await room.join("Ana")
    sub = await room.join("Sub", token=tokens.jwt("subscriber"))
    await sub.send("disconnect", connection=ana.id)
    await sub.expect("error", code=403)
    await sub.send("inspect", on=True)
    await sub.expect("error", code=403)
    await settle(ana, sub)


async def test_refusals_for_the_role_alone_never_close(room: Room) -> None:
    sub = await room.join("Sub", token=tokens.t1("subscriber"))
    for _ in range(12):
        await sub.refused(403, data="no")
        await sub.send("disconnect", connection="x")
        await sub.expect("error", code=403)
    ana = await room.join("Ana")
    await settle(ana, sub)


async def test_a_moderator_by_token_has_the_rights_of_one(room: Room) -> None:
    mod = await room.join("Mod", token=tokens.jwt("moderator"))
    ana = await room.join("Ana")
    await mod.send("disconnect", connection=ana.id)
    await ana.expect_bye(4403)
    await mod.expect("connectionDestroyed", connection=ana.id, reason="forceDisconnected")


@both
@pytest.mark.parametrize("role", ["subscriber", "moderator"])
async def test_a_role_is_kept_over_a_resume_with_another_credential(
    room: Room, mint: Mint, role: str
) -> None:
    peer = await room.join("Ben", token=mint(role))
    peer.cut()
    again = await room.resume(peer)
    assert again.joined["recovered"] is True
    assert again.joined["connection"] == peer.joined["connection"]


async def test_the_listening_line_tells_key_and_secret(room: Room) -> None:
    assert room.relay.event["api_key"] == tokens.KEY
    assert room.relay.event["api_secret"] == tokens.SECRET
    assert room.relay.session == tokens.SESSION


async def test_the_token_is_told_to_nobody(room: Room) -> None:
    ana = await room.join("Ana")
    token = tokens.jwt(data="x")
    peer = await room.join("Ben", tell=False, token=token)
    await ana.expect("connectionCreated")
    signature = token.rsplit(".", 1)[1]
    assert signature not in ana.raw
    assert signature not in json.dumps(peer.joined)
