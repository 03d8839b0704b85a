"""The main job, with two windows and a bare client: host, join, chat, ping, receipts, moderation."""

import socket
from pathlib import Path

import pytest

from heliograph_relay.protocol.invite import Invite
from tests.e2e.windows import DISCONNECT_BUTTON, AppWindow, Screen, bare_client, until
from tests.relay.wire.harness import Peer

pytestmark = pytest.mark.timeout(90)


async def host_by_keyboard(desk: Screen, directory: Path) -> tuple[AppWindow, Invite]:
    """From the field of the start screen back to the button, and press it."""
    use_free_port(directory)
    window = await desk.start(directory, "--name", "Ana")
    await window.keys("shift+Tab", "space")
    return window, await window.invite()


async def join_by_pasting(desk: Screen, directory: Path, name: str, invite: Invite) -> AppWindow:
    """The invite into the field that has the focus, and Enter."""
    window = await desk.start(directory, "--name", name)
    await window.type(f"Join me: {invite.line()}")
    await window.invite()
    return window


def use_free_port(directory: Path) -> None:
    """Settings with a port that nobody listens on, so that there is nothing to be told of."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    directory.mkdir()
    (directory / "settings.json").write_text(f'{{"version": 1, "port": {port}}}', encoding="utf-8")


def receipt(peer: Peer, state: str, seq: int) -> dict[str, str]:
    ranges = f"[[{seq}, {seq}]]"
    return {
        "type": "receipt",
        "data": f'{{"state": "{state}", "epoch": "{peer.joined["epoch"]}", "ranges": {ranges}}}',
    }


def told(window: AppWindow, what: str) -> set[str]:
    """Who has told that they got, or read, what Ana said first."""
    line = window.line("from Ana")
    return set(getattr(line, what)) if line else set()


async def test_host_join_chat_ping_and_receipts(desk: Screen, tmp_path: Path) -> None:
    ana, invite = await host_by_keyboard(desk, tmp_path / "ana")
    ben = await join_by_pasting(desk, tmp_path / "ben", "Ben", invite)
    async with bare_client(invite, "Cleo") as cleo:
        ids = {c["name"]: c["id"] for c in cleo.joined["connections"]}
        assert set(ids) == {"Ana", "Ben", "Cleo"}

        await ana.say("from Ana")
        await cleo.until("signal", type="typing", data="1", from_=ids["Ana"])
        said = await cleo.until("signal", type="chat", data="from Ana", from_=ids["Ana"])
        await ben.has("from Ana")
        await ben.say("from Ben")
        await cleo.until("signal", type="chat", data="from Ben", from_=ids["Ben"])
        await cleo.signal(type="chat", data="from Cleo")
        for window in (ana, ben):
            await window.has("from Ana", "from Ben", "from Cleo")
            assert window.texts() == ["from Ana", "from Ben", "from Cleo"]

        # Ben has his window open and looks at it; Cleo tells by hand.
        await cleo.signal(to=ids["Ana"], **receipt(cleo, "delivered", said["seq"]))
        await until(lambda: told(ana, "delivered") == {ids["Ben"], ids["Cleo"]})
        await until(lambda: told(ana, "read") == {ids["Ben"]})
        await cleo.signal(to=ids["Ana"], **receipt(cleo, "read", said["seq"]))
        await until(lambda: told(ana, "read") == {ids["Ben"], ids["Cleo"]})

        await ana.keys("ctrl+p")
        ping = await cleo.until("signal", from_=ids["Ana"])
        while "type" in ping or "data" in ping:
            ping = await cleo.until("signal", from_=ids["Ana"])
        await cleo.signal(to=ids["Ana"], **receipt(cleo, "delivered", ping["seq"]))

        await ana.click_person(1, times=2)
        await ana.type("just for Ben")
        await ben.has("just for Ben")
        assert ben.texts(ids["Ana"]) == ["just for Ben"]
        await cleo.signal(type="marker")
        while (frame := await cleo.recv()).get("type") != "marker":
            assert "just for Ben" not in str(frame)

        await ana.click_person(2)
        await ana.click(*DISCONNECT_BUTTON)
        await ana.keys("shift+Tab", "space")
        await cleo.until("bye", code=4403)
        await cleo.expect_close(4403)
    await ben.say("still here")
    await ana.has("still here")
    for window in (ben, ana):
        assert await window.end() == 0
