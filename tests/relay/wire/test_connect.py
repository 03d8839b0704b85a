"""docs/PROTOCOL.md, "Connect", and "Nothing before authentication"."""

import json

import pytest

from .harness import fresh_address
from .process import Relay
from .raw import Answer, ask, encode, upgrade
from .room import Room

NAME = "Secret plans of the crew"
FLAGS = ("--name", NAME)


async def shake(relay: Relay, path: str = "", **changes: str | None) -> Answer:
    return await ask(relay, upgrade(path or f"/session/{relay.session}", **changes))


async def test_the_subprotocol_is_agreed(relay: Relay) -> None:
    answer = await shake(relay)
    assert answer.status == 101
    assert answer.headers["sec-websocket-protocol"] == "heliograph.v1"


async def test_the_subprotocol_is_found_among_others(relay: Relay) -> None:
    answer = await shake(relay, Sec_WebSocket_Protocol="chat, heliograph.v1, soap")
    assert answer.status == 101
    assert answer.headers["sec-websocket-protocol"] == "heliograph.v1"


@pytest.mark.parametrize(
    "offer", [None, "chat", "heliograph", "heliograph.v2", "heliograph.v10", "Heliograph.V1"]
)
async def test_without_the_subprotocol_400(relay: Relay, offer: str | None) -> None:
    assert (await shake(relay, Sec_WebSocket_Protocol=offer)).status == 400


async def test_without_the_subprotocol_400_for_an_unknown_session_too(relay: Relay) -> None:
    assert (await shake(relay, "/session/no-such-session", Sec_WebSocket_Protocol=None)).status == 400


@pytest.mark.parametrize(
    "path", ["/", "/session", "/sessions/x", "/socket", "/heliograph.v1", "/session/a/b"]
)
async def test_other_paths_404(relay: Relay, path: str) -> None:
    assert (await shake(relay, path)).status == 404


async def test_healthz_is_200_on_the_same_port(relay: Relay) -> None:
    answer = await ask(relay, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    assert answer.status == 200


async def test_a_handshake_of_an_unknown_session_looks_like_any_other(relay: Relay) -> None:
    known, unknown = await shake(relay), await shake(relay, "/session/no-such-session")
    varying = {"date", "sec-websocket-accept"}
    assert unknown.status == known.status == 101
    assert {k: v for k, v in unknown.headers.items() if k not in varying} == {
        k: v for k, v in known.headers.items() if k not in varying
    }


@pytest.mark.parametrize("credential", [{"secret": "wrong"}, {"pin": "000000"}, {"token": "T1==wrong"}])
async def test_a_miss_does_not_tell_whether_the_session_exists(
    room: Room, credential: dict[str, str]
) -> None:
    answers = []
    for session in (room.relay.session, "no-such-session"):
        peer = await room.connect(session, fresh_address())
        await peer.send("join", name="Ana", **credential)
        await peer.expect_bye(4401)
        answers.append(peer.raw)
    assert answers[0] == answers[1]


async def test_the_right_secret_for_an_unknown_session_is_a_miss_like_any_other(room: Room) -> None:
    peer = await room.connect("no-such-session", fresh_address())
    await peer.send("join", secret=room.relay.secret)
    await peer.expect_bye(4401)


async def test_the_relay_says_nothing_before_join_and_passes_nothing_on(room: Room) -> None:
    stranger = await room.connect()
    ana, ben = await room.crowd("Ana", "Ben")
    await ana.say(type="chat", data="for members only")
    await room.cut(ben)
    await stranger.write("not JSON")
    await stranger.expect("error", code=400)


async def test_an_answer_before_authentication_names_neither_session_nor_people(room: Room) -> None:
    await room.join("Anastasia")
    stranger = await room.connect(source=fresh_address())
    said = []
    for op in ("signal", "disconnect", "inspect", "leave"):
        await stranger.send(op, n=1, to="x", connection="x", on=True)
        said.append(json.dumps(await stranger.recv()))
    await stranger.send("join", secret="wrong")
    said.append(json.dumps(await stranger.expect_bye(4401)))
    for told in said:
        assert NAME not in told
        assert "Anastasia" not in told
        assert room.relay.session not in told


async def test_several_transports_of_one_address_wait_side_by_side(room: Room) -> None:
    first, second = await room.connect(), await room.connect()
    await second.join(secret=room.relay.secret)
    await first.join(secret=room.relay.secret)
    await second.expect("connectionCreated")


async def test_frames_written_together_are_answered_in_order(room: Room) -> None:
    peer = await room.raw()
    join = json.dumps({"op": "join", "secret": room.relay.secret})
    signals = [json.dumps({"op": "signal", "n": n, "data": str(n)}) for n in (1, 2, 3)]
    await peer.put(b"".join(encode(1, text.encode()) for text in (join, *signals, '{"op": "leave"}')))
    await peer.expect("joined")
    for n in (1, 2, 3):
        await peer.expect("signal", n=n, data=str(n))
    await peer.expect_close(1000)
