"""The desktop application, a real process in a real window, between OpenTok's own chat widgets in Chromium."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio

from heliograph_relay.protocol.invite import parse_invite
from tests.e2e.desk import Desk
from tests.e2e.members import member
from tests.e2e.program import until
from tests.e2e.screen import screen
from tests.e2e.window import Window
from tests.relay.wire.process import Relay, running
from tests.sdk.conftest import KEY, SECRET, Pages, server_sdk
from tests.sdk.driver import Driver
from tests.sdk.page import Page
from tests.sdk.widgets import open_widget, say, sees, shown


@pytest_asyncio.fixture(loop_scope="session")
async def desk() -> AsyncIterator[Desk]:
    with screen() as made:
        desk = Desk(made)
        try:
            yield desk
        finally:
            for window in desk.windows:
                window.kill()
        desk.verify()


class Room:
    """A session of a relay of its own, and who is in it."""

    def __init__(self, relay: Relay, pages: Pages, desk: Desk, directory: Path, sdk: Driver) -> None:
        self.relay, self.pages, self.desk, self.sdk = relay, pages, desk, sdk
        self.directory = directory

    async def token(self, data: str = "") -> str:
        return str(await self.sdk.call("token", self.relay.session, "publisher", data))

    async def widget(self, alias: str, data: str = "") -> Page:
        return await open_widget(self.pages, self.relay.session, await self.token(data), alias)

    async def page(self, data: str = "") -> Page:
        return await self.pages.join(self.relay.session, await self.token(data))

    async def dora(self) -> Window:
        """The desktop application."""
        window = await self.desk.start(self.directory / "dora", self.relay.event["invite"], "--name", "Dora")
        await window.invite()
        return window


@pytest_asyncio.fixture(loop_scope="session")
async def room(
    desk: Desk, browser: Driver, page_url: str, modules: Path, tmp_path: Path
) -> AsyncIterator[Room]:
    with running("--api-key", KEY, "--api-secret", SECRET, "--rate", "0") as relay:
        async with server_sdk(relay, modules) as sdk:
            pages = Pages(browser, page_url, relay)
            yield Room(relay, pages, desk, tmp_path, sdk)
            await pages.close()
            assert await browser.ask(complain=True) == []


async def _told(window: Window, count: int) -> list[tuple[str, str, str]]:
    """Name, text and dialect of every line, once there are so many."""
    query = "SELECT sender_name, text, dialect FROM messages WHERE state != 'waiting' ORDER BY place"
    await until(lambda: len(window.rows(query)) >= count, f"{count} lines")
    return window.rows(query)


async def test_all_three_read_every_line_once(room: Room) -> None:
    wanda = await room.widget("Wanda W.", data='{"name": "Wanda", "level": 4}')
    willi = await room.widget("Willi")
    dora = await room.dora()
    await wanda.until(3, "created")
    await say(wanda, "Good morning")
    await say(willi, "Moin <b>all</b>")
    await _told(dora, 2)
    await dora.say("Hello from the desk")
    await dora.say('It\'s me & "me"')
    lines = await _told(dora, 4)
    assert lines == [
        ("Wanda", "Good morning", "text-chat"),
        ("Willi", "Moin <b>all</b>", "text-chat"),
        ("Dora", "Hello from the desk", "text-chat"),
        ("Dora", 'It\'s me & "me"', "text-chat"),
    ]
    for page, other in ((wanda, "Moin <b>all</b>"), (willi, "Good morning")):
        text = await sees(page, 'me & "me"')
        for line in ("Hello from the desk", 'It\'s me & "me"', other):
            assert text.count(line) == 1, text
        assert text.count("Dora,") == 1, text  # one heading for both of her lines
        # Nothing reached the page that it did not ask for: no receipts, no typing, no copies.
        heard = [e for e in await page.log("signal") if e["type"] != "signal:text-chat"]
        assert heard == []
    assert {line.state for line in dora.lines() if line.mine} == {"on_relay"}


async def test_apps_that_speak_differently_read_every_line_once(room: Room) -> None:
    """A widget, a page that speaks plain text, one that sends objects, and one that has said nothing yet."""
    widget = await room.widget("Wanda")
    plain = await room.page("Pit")
    objects = await room.page("Olga")
    dora = await room.dora()
    await widget.until(4, "created")
    await dora.say("before anybody spoke")
    await sees(widget, "before anybody spoke")
    await say(widget, "JSON in text")
    await _told(dora, 2)
    assert await plain.signal(type="chat", data="plain") is None
    assert await objects.signal(type="chat", data={"message": "in an object"}) is None
    await _told(dora, 4)
    await dora.say("for all of you")
    assert (await sees(widget, "for all of you")).count("for all of you") == 1
    for page in (plain, objects):
        await page.until(1, "signal")
        heard = [e for e in await page.log("signal") if e["type"] == "signal:chat" and e["from"] != page.id]
        assert [e["data"] for e in heard if e["data"] in ("for all of you", "before anybody spoke")] == [
            "before anybody spoke", "for all of you",
        ]  # fmt: skip
    assert [(name, text) for name, text, _ in await _told(dora, 5)] == [
        ("Dora", "before anybody spoke"), ("Wanda", "JSON in text"), ("Pit", "plain"),
        ("Olga", "in an object"), ("Dora", "for all of you"),
    ]  # fmt: skip


async def test_receipts_and_typing_go_on_among_native_people_and_spare_the_widget(room: Room) -> None:
    wanda = await room.widget("Wanda")
    async with member(parse_invite(room.relay.event["invite"]), "Nat") as nat:
        dora = await room.dora()
        await say(wanda, "Good morning")
        await _told(dora, 1)
        await dora.say("Hello both")
        typing = await nat.until("signal", type="typing", data="1")
        said = await nat.until("signal", type="text-chat", from_=typing["from"])
        assert json.loads(said["data"])["text"] == "Hello both"
        await nat.acknowledge(said, "read")
        await dora.line_where("Hello both", lambda line: line.read == {nat.id})
        [(silent, receipts)] = dora.rows("SELECT silent, receipts FROM messages WHERE mine")
        assert (json.loads(silent), list(json.loads(receipts))) == ([wanda.id], [nat.id])
        # And the other way round: what Nat says is acknowledged, what Wanda says is not.
        await nat.signal(
            type="text-chat", data=json.dumps({"text": "mine too", "sender": {"alias": "Wanda"}})
        )
        receipt = await nat.until("signal", type="receipt", from_=typing["from"])
        assert receipt["to"] == nat.id
        assert ("Nat", "mine too", "text-chat") in await _told(dora, 3)
    assert await sees(wanda, "Hello both")
    kinds = {e["type"] for e in await wanda.log("signal")}
    assert kinds <= {"signal:text-chat", "signal:typing"}


async def test_what_waited_over_a_crash_is_said_as_the_session_speaks(room: Room) -> None:
    wanda = await room.widget("Wanda")
    dora = await room.dora()
    await say(wanda, "Good morning")
    await _told(dora, 1)
    dora.kill()
    _put_waiting(dora, "typed before the crash")
    again = await room.dora()
    await again.has("typed before the crash")
    text = await sees(wanda, "typed before the crash")
    assert text.count("typed before the crash") == 1
    assert (await _told(again, 2))[-1] == ("Dora", "typed before the crash", "text-chat")


def _put_waiting(window: Window, text: str) -> None:
    """As it stands on disk when the program ends between a person's Enter and the wire."""
    import sqlite3  # noqa: PLC0415
    from contextlib import closing  # noqa: PLC0415

    [(session,)] = window.rows("SELECT id FROM sessions")
    row: dict[str, Any] = {
        "session": session, "ref": "waits", "conversation": "", "place": 99, "text": text, "at": 1,
        "sender_name": "", "mine": 1, "state": "waiting", "problem": "", "handed": 0, "receipts": "",
        "read_by_me": 0, "receipt_sent": 0,
    }  # fmt: skip
    with closing(sqlite3.connect(window.directory / "history.sqlite3")) as store, store:
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        store.execute(f"INSERT INTO messages ({names}) VALUES ({marks})", list(row.values()))


async def test_private_lines_and_the_server(room: Room) -> None:
    wanda = await room.widget("Wanda", data="Wanda")
    willi = await room.widget("Willi", data="Willi")
    dora = await room.dora()
    await say(wanda, "hi")
    await _told(dora, 1)
    await dora.choose_person("Wanda")
    await dora.press("Return")
    await dora.type("just for you")
    await sees(wanda, "just for you")
    assert "just for you" not in await shown(willi)
    await room.sdk.call("signal", room.relay.session, {"type": "chat", "data": "the server says so"})
    assert ("server", "the server says so", "chat") in await _told(dora, 3)
    assert dora.texts(wanda.id) == ["just for you"]
