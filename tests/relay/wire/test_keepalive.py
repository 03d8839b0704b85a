"""docs/PROTOCOL.md, Rules, "Keep-alive": pings, and giving up a transport that does not answer."""

from .harness import settle
from .raw import PING, PONG, encode
from .room import Room

FLAGS = ("--ping-interval", "1", "--ping-timeout", "1")


async def test_who_does_not_answer_is_given_up_and_may_resume(room: Room) -> None:
    ana = await room.join("Ana")
    dead, lively = await room.raw_member("dead"), await room.raw_member("lively")
    await dead.expect("connectionCreated")
    for _ in range(3):
        opcode, payload = await lively.frame()
        while opcode != PING:  # it hears that the other one is away
            opcode, payload = await lively.frame()
        await lively.put(encode(PONG, payload))
    assert (await dead.frame())[0] == PING
    await ana.expect("away", connection=dead.id)
    back = await room.resume(dead, tell=False)
    assert back.joined["recovered"] is True
    await ana.expect("back", connection=dead.id)
    await settle(ana, back)


async def test_who_has_not_joined_is_pinged_too(room: Room) -> None:
    peer = await room.raw()
    opcode, payload = await peer.frame()
    assert opcode == PING
    await peer.put(encode(PONG, payload))
    await peer.join(secret=room.relay.secret)
