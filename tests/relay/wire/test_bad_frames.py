"""docs/PROTOCOL.md, "Connect": bad frames, what counts as one, ten in a row, binary frames, unknown members."""

import json

import pytest

from .harness import Peer, settle
from .room import Room

BAD: dict[str, str | bytes] = {
    "empty": "",
    "space": " ",
    "word": "hello",
    "cut": '{"op": "signal", "n": 1',
    "trailing": '{"op": "leave"} x',
    "two": '{"op": "leave"}{"op": "leave"}',
    "single-quotes": "{'op': 'leave'}",
    "bare-names": "{op: 'leave'}",
    "comma": '{"op": "leave",}',
    "null": "null",
    "true": "true",
    "number": "5",
    "string": '"leave"',
    "array": '["leave"]',
    "array-of-object": '[{"op": "leave"}]',
    "no-op": "{}",
    "no-op-but-members": '{"n": 1, "type": "chat", "data": "x"}',
    "unknown-op": '{"op": "dance"}',
    "empty-op": '{"op": ""}',
    "op-in-capitals": '{"op": "LEAVE"}',
    "op-with-space": '{"op": "leave "}',
    "op-null": '{"op": null}',
    "op-number": '{"op": 1}',
    "op-array": '{"op": ["leave"]}',
    "op-of-the-relay": '{"op": "joined"}',
    "op-bye": '{"op": "bye", "code": 4403}',
    "control-character": '{"op": "signal", "n": 1, "data": "a\nb"}',
    "nan": '{"op": "leave", "x": NaN}',
    "infinity": '{"op": "leave", "x": -Infinity}',
    "deep": "[" * 30_000,
    "deep-closed": "[" * 30_000 + "]" * 30_000,
    "binary-noise": b"\x00\xff\xfe",
    "binary-empty": b"",
    "binary-json": b'{"op": "leave"}',
}
frames = pytest.mark.parametrize("frame", BAD.values(), ids=BAD.keys())


@frames
async def test_a_bad_frame_is_an_error_and_the_connection_stays(room: Room, frame: str | bytes) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write(frame)
    await ben.expect("error", code=400)
    await settle(ben, ana)


@frames
async def test_a_bad_frame_before_join_is_an_error_and_one_may_still_join(
    room: Room, frame: str | bytes
) -> None:
    peer = await room.connect()
    await peer.write(frame)
    await peer.expect("error", code=400)
    await peer.join(secret=room.relay.secret)


async def errors(peer: Peer, count: int, frame: str | bytes = "bad") -> None:
    for _ in range(count):
        await peer.write(frame)
        await peer.expect("error", code=400)


async def expect_4400(peer: Peer) -> None:
    """The tenth bad frame: its own `error` may come first, `bye` 4400 and the close follow."""
    await peer.write("bad")
    frame = await peer.recv()
    if frame["op"] == "error":
        frame = await peer.recv()
    assert (frame["op"], frame["code"]) == ("bye", 4400), frame
    await peer.expect_close(4400)


async def test_ten_bad_frames_in_a_row_close(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await errors(ben, 9)
    await settle(ana, ben)
    await expect_4400(ben)


async def test_ten_bad_frames_in_a_row_close_before_join_too(room: Room) -> None:
    peer = await room.connect()
    await errors(peer, 9)
    await expect_4400(peer)


async def test_binary_frames_count(room: Room) -> None:
    ben = await room.join("Ben")
    await errors(ben, 9, b'{"op": "signal", "n": 1}')
    await expect_4400(ben)


async def test_kinds_of_bad_frames_count_together(room: Room) -> None:
    ben = await room.join("Ben")
    for frame in ("x", b"x", "[]", "{}", '{"op": "dance"}', "", "null", '{"op": 1}', '"op"'):
        await errors(ben, 1, frame)
    await expect_4400(ben)


async def test_only_ten_in_a_row_close(room: Room) -> None:
    ben = await room.join("Ben")
    for _ in range(3):
        await errors(ben, 9)
        await ben.say()


async def test_the_count_is_per_transport(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await errors(ana, 9)
    await errors(ben, 9)
    await settle(ana, ben)


async def test_rejected_signals_do_not_count(room: Room) -> None:
    ben = await room.join("Ben")
    for _ in range(12):
        await ben.refused(400, type="not allowed")
        await ben.refused(404, to="nobody")
        await ben.refused(413, data="x" * 8193)
    await settle(ben)


async def test_frames_that_only_break_a_role_do_not_count(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    for _ in range(12):
        await ben.send("disconnect", connection=ana.id)
        await ben.expect("error", code=403)
        await ben.send("inspect", on=True)
        await ben.expect("error", code=403)
    await settle(ana, ben)


async def test_the_relay_outlives_ten_bad_frames_of_one(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await errors(ben, 9)
    await expect_4400(ben)
    await ana.signal(data="still here")
    await ana.until("signal", data="still here")


async def test_unknown_members_are_ignored_and_not_passed_on(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    stray = {
        "at": 1,
        "seq": 7,
        "from_": ana.id,
        "json": True,
        "text": "x",
        "extra": {"a": [None, {"b": 1.5}]},
    }
    await ben.signal(type="chat", data="plain", **stray)
    seen = await ana.expect("signal", from_=ben.id, n=1, type="chat", data="plain")
    assert seen["seq"] == ben.joined["seq"] + 1
    assert seen["at"] > 1
    assert not seen.keys() & {"json", "text", "extra"}
    await ben.expect("signal", n=1)


async def test_unknown_members_of_the_other_ops_are_ignored(room: Room) -> None:
    mod = await room.moderator()
    ana = await room.join("Ana")
    await mod.send("disconnect", connection=ana.id, reason="x", code=1)
    await ana.expect_bye(4403)
    await mod.expect("connectionDestroyed", connection=ana.id)
    await mod.send("leave", connection="x", on=1)
    await mod.expect_close(1000)


async def test_the_order_of_members_and_the_space_between_do_not_matter(room: Room) -> None:
    ben = await room.join("Ben")
    await ben.write('\r\n\t {"data" :"x" ,\n"n": 1\t, "type":"chat","op" : "\\u0073ignal"} \n')
    await ben.expect("signal", n=1, type="chat", data="x")


async def test_a_member_given_twice_is_no_trouble(room: Room) -> None:
    """JSON leaves open which one counts; the answer is about one of them, and the connection stays."""
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write('{"op": "signal", "n": 1, "n": 2, "data": "a", "data": "b"}')
    copy = await ben.expect("signal")
    assert copy["n"] in (1, 2)
    assert copy["data"] in ("a", "b")
    await ana.expect("signal", n=copy["n"], data=copy["data"])
    ben.n = 2
    await settle(ben, ana)


async def test_deep_nesting_in_an_unknown_member_harms_nobody(room: Room) -> None:
    ana, ben = await room.crowd("Ana", "Ben")
    await ben.write('{"op": "signal", "n": 1, "x": ' + "[" * 20_000 + "]" * 20_000 + "}")
    answer = await ben.recv()
    assert answer["op"] in ("signal", "rejected", "error")
    if answer["op"] == "signal":
        await ana.expect("signal", n=1)
    ben.n = 1
    await settle(ben, ana)


@pytest.mark.parametrize("connection", [5, None, True, ["x"], {"id": "x"}], ids=json.dumps)
async def test_disconnect_of_something_that_is_no_id_is_an_error(room: Room, connection: object) -> None:
    mod = await room.moderator()
    await mod.send("disconnect", connection=connection)
    await mod.expect("error", code=400)
    await settle(mod)


async def test_disconnect_of_nothing_is_an_error(room: Room) -> None:
    mod = await room.moderator()
    await mod.send("disconnect")
    await mod.expect("error", code=400)


@pytest.mark.parametrize("on", ["true", 1, 0, None, [], "on"], ids=json.dumps)
async def test_inspect_with_something_that_is_no_boolean_is_an_error(room: Room, on: object) -> None:
    mod = await room.moderator()
    await mod.send("inspect", on=on)
    await mod.expect("error", code=400)
    await mod.send("inspect")
    await mod.expect("error", code=400)
    cat = await room.join("Cat")
    assert cat.joined["session"]["inspected"] is False
