"""The main job, with two windows and somebody on the wire: host, join, chat, ping, receipts, moderation."""

from pathlib import Path

import pytest

from tests.e2e.desk import Desk
from tests.e2e.members import Member, member
from tests.e2e.window import Window
from tests.relay.wire.shapes import Frame

pytestmark = pytest.mark.timeout(90)


async def host_by_keyboard(desk: Desk, directory: Path) -> Window:
    """From the field of the start screen back to the button, and press it."""
    window = await desk.start(directory, "--name", "Ana")
    await window.keys("shift+Tab", "space")
    await window.invite()
    return window


async def copy_invite(window: Window) -> None:
    """What a person does who sends it to somebody."""
    await window.keys("ctrl+i")
    card = await window.titled("^Invite$")
    await window.keys("space", "Escape", window=card)  # the button stands ready


async def next_ping(cleo: Member) -> Frame:
    while True:
        frame = await cleo.until("signal")
        if "type" not in frame and "data" not in frame:
            return frame


async def test_host_join_chat_ping_and_receipts(desk: Desk, tmp_path: Path) -> None:
    ana = await host_by_keyboard(desk, tmp_path / "ana")
    invite = await ana.invite()
    await copy_invite(ana)
    ben = await desk.start(tmp_path / "ben", "--name", "Ben")
    await ben.keys("ctrl+v", "Return")
    assert await ben.invite() == invite
    async with member(invite, "Cleo") as cleo:
        ids = {name: cleo.id_of(name) for name in ("Ana", "Ben", "Cleo")}

        # Everybody says something to everybody, and all see it in the same order.
        await ana.say("from Ana")
        await cleo.until("signal", type="typing", data="1", from_=ids["Ana"])
        said = await cleo.sees("from Ana", from_=ids["Ana"])
        await ben.has("from Ana")
        await ben.say("from Ben")
        await cleo.sees("from Ben", from_=ids["Ben"])
        await cleo.say_chat("from Cleo")
        for window in (ana, ben):
            await window.has("from Cleo")
            assert window.texts() == cleo.chat == ["from Ana", "from Ben", "from Cleo"]

        # Ben has his window open and looks at it; Cleo tells by hand, one thing after the other.
        await cleo.acknowledge(said, "delivered")
        others = {ids["Ben"], ids["Cleo"]}
        await ana.line_where("from Ana", lambda line: line.delivered == others and line.read == {ids["Ben"]})
        await cleo.acknowledge(said, "read")
        await ana.line_where("from Ana", lambda line: line.read == others)

        await ana.keys("ctrl+p")
        ping = await next_ping(cleo)
        assert "to" not in ping
        await cleo.acknowledge(ping, "delivered")

        # What is for Ben alone is seen by Ben alone.
        await ana.choose_person("Ben")
        await ana.press("Return")
        await ana.type("just for Ben")
        await ben.has("just for Ben")
        assert ben.texts(ids["Ana"]) == ana.texts(ids["Ben"]) == ["just for Ben"]
        await cleo.say_chat("no secret")
        assert cleo.chat == ["from Ana", "from Ben", "from Cleo", "no secret"]

        # Put out by the last entry of a person's menu; what stands ready is to let them stay.
        for answer in (("Return",), ("Tab", "space")):
            await ana.choose_person("Cleo")
            await ana.press("Menu", "Up", "Return")
            await ana.keys(*answer, window=await ana.titled("^Disconnect Cleo"))
        await cleo.until("bye", code=4403)
        await cleo.expect_close(4403)
    await ben.say("still here")
    await ana.has("still here")
    for window in (ben, ana):
        assert await window.end() == 0
