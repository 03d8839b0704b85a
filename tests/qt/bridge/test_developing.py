"""A hosted session for developers: a real relay, its credentials, its reach, and its other sessions."""

import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from heliograph.bridge.developing import DeveloperDesk
from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import State
from heliograph.model.conversation import EVERYONE
from heliograph.model.developer import Made, guest_token
from heliograph_relay.protocol.tokens import mint_server_token
from tests.qt.bridge.fakes import Heard, until
from tests.qt.bridge.test_hosting import Program, relay_pid, texts

SIGNALS = ("access_changed", "sessions_changed", "busy", "problem", "reach_problem", "opened")


class Server:
    """A developer's server, with what the page told them."""

    def __init__(self, desk: DeveloperDesk) -> None:
        access = desk.access
        self._headers = {
            "X-OPENTOK-AUTH": mint_server_token(access.project, now=time.time()),
            "Accept": "application/json",
        }
        self._key, self._url = access.key, access.local_url

    async def _post(self, path: str, json: object = None) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as http:
            return await http.post(self._url + path, json=json, headers=self._headers)

    async def make(self) -> str:
        """A session's id."""
        answer = await self._post("/session/create")
        return str(answer.json()[0]["session_id"])

    async def say(self, session: str, text: str) -> int:
        """A line of chat from nobody; the answer's status."""
        path = f"/v2/project/{self._key}/session/{session}/signal"
        return (await self._post(path, json={"type": "chat", "data": text})).status_code


@pytest.fixture
async def hal(tmp_path: Path) -> AsyncIterator[Program]:
    program = Program(tmp_path / "hal")
    await program.app.open()
    yield program
    await program.close()


async def hosted(hal: Program) -> tuple[SessionController, DeveloperDesk, Heard]:
    controller = await hal.hosts(port=0)
    desk = hal.app.developer_desk(controller)
    assert desk is not None
    return controller, desk, Heard(desk, *SIGNALS)


async def opened(heard: Heard) -> SessionController:
    await until(lambda: heard["opened"] or heard["problem"], within=15)
    assert heard["problem"] == []
    found: SessionController = heard["opened"].pop()
    return found


async def test_the_credentials_of_the_page_work_and_the_server_has_no_name(hal: Program) -> None:
    controller, desk, _ = await hosted(hal)
    assert desk.access.session == (controller.session and controller.session.id)
    assert await Server(desk).say(desk.access.session, "from the server") == 204
    await until(lambda: texts(controller) == ["from the server"])
    [message] = controller.chat.messages(EVERYONE)
    assert message.sender is None


async def test_a_guest_joins_with_a_token_that_the_page_made(hal: Program, tmp_path: Path) -> None:
    controller, desk, _ = await hosted(hal)
    ana = Program(tmp_path / "ana")
    await ana.app.open()
    token = desk.guest_token(desk.access.session, "moderator", "name=Ana", 60)
    guest = await ana.joins(f"127.0.0.1:{desk.access.port}", pin=token)
    assert guest.may_moderate
    assert guest.session == controller.session
    assert guest.invite is None
    assert ana.app.developer_desk(guest) is None
    await ana.close()


async def test_the_reach_changes_while_the_relay_runs(hal: Program) -> None:
    _, desk, heard = await hosted(hal)
    server = Server(desk)
    for reach, status in (("off", 404), ("all", 204), ("loopback", 204)):
        desk.open_to(reach)  # type: ignore[arg-type]
        await until(lambda: desk.access.reach == reach)  # noqa: B023 (it is awaited here)
        said = await server.say(desk.access.session, "x")
        assert said in ((404, 405) if status == 404 else (204,))
    assert len(heard["access_changed"]) == 3
    assert heard["reach_problem"] == []


async def test_sessions_are_seen_and_opened_beside_the_hosted_one(hal: Program) -> None:
    controller, desk, heard = await hosted(hal)
    server = Server(desk)
    desk.watch(True)
    first, second = await server.make(), await server.make()
    await until(lambda: desk.sessions.count == 2)
    assert desk.sessions.latest == (Made(session=second, connections=0), Made(session=first, connections=0))
    desk.open_session(f" {first} ")
    aside = await opened(heard)
    assert heard["busy"] == [True, False]
    assert aside.session is not None
    assert (aside.session.id, aside.may_moderate, aside.hosting) == (first, True, False)
    assert hal.app.developer_desk(aside) is desk
    await server.say(first, "only here")
    await until(lambda: texts(aside) == ["only here"])
    assert texts(controller) == []
    await until(lambda: desk.sessions.connections == 1)
    desk.open_session(first)
    assert heard["opened"] == [aside]
    await aside.close()
    assert controller.status.state is State.JOINED
    assert desk.asides == ()
    assert [recent.session for recent in hal.app.recent()] == [desk.access.session]


async def cut_off(program: Program, controller: SessionController) -> tuple[list[str], int]:
    """Whom leaving would cut off."""
    told: list[tuple[list[str], int]] = []
    program.app.find_cut_off(
        controller, lambda people, unseen: told.append(([person.name for person in people], unseen))
    )
    await until(lambda: told)
    return told[0]


async def test_leaving_the_hosted_session_leaves_those_beside_it(hal: Program) -> None:
    controller, desk, heard = await hosted(hal)
    server = Server(desk)
    session = await server.make()
    desk.open_session(session)
    aside = await opened(heard)
    stranger = Program(hal.directory / "eve")
    await stranger.app.open()
    token = desk.guest_token(session, "publisher", "", 60)
    await stranger.joins(f"127.0.0.1:{desk.access.port}", pin=token)
    await until(lambda: len(aside.people.present()) == 2)
    assert await cut_off(hal, controller) == (["Ana"], 0)
    second = await server.make()
    token = desk.guest_token(second, "publisher", "", 60)
    unseen = await stranger.joins(f"127.0.0.1:{desk.access.port}", pin=token)
    assert await cut_off(hal, controller) == (["Ana"], 1)
    assert await cut_off(hal, aside) == ([], 0)
    await unseen.close()
    gone = Heard(aside, "closed")
    await controller.close()
    assert gone["closed"] == [None]
    assert hal.app.sessions == ()
    await stranger.close()


async def test_a_token_of_another_project_opens_nothing(hal: Program, tmp_path: Path) -> None:
    _, desk, _ = await hosted(hal)
    access = replace(desk.access, secret="f" * 40)
    forged = guest_token(
        access, access.session, role="moderator", data="", seconds=60, now=time.time(), nonce="n"
    )
    eve = Program(tmp_path / "eve")
    await eve.app.open()
    eve.app.join(f"127.0.0.1:{access.port}", forged, "Eve")
    await until(lambda: eve.heard["problem"], within=15)
    assert eve.heard["problem"][0].title == "This token opens nothing there"
    await eve.close()


@pytest.mark.parametrize(
    ("id", "title"),
    [("", "Which session?"), ("no id", "This is no session's id"), ("1_abc", "The session is not there")],
)
async def test_a_wrong_id_is_said_to_be(hal: Program, id: str, title: str) -> None:
    controller, desk, heard = await hosted(hal)
    desk.open_session(id)
    await until(lambda: heard["problem"])
    assert heard["problem"][0].title == title
    assert heard["opened"] == []
    assert hal.app.sessions == (controller,)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.expects_log("the relay has ended")
async def test_a_restarted_relay_keeps_key_secret_and_reach(hal: Program) -> None:
    controller, desk, heard = await hosted(hal)
    desk.open_to("all")
    await until(lambda: desk.access.reach == "all")
    before = desk.access
    died = Heard(controller, "relay_died")
    os.kill(relay_pid(controller), signal.SIGKILL)
    await until(lambda: died["relay_died"])
    desk.open_to("off")
    await until(lambda: heard["reach_problem"])
    assert desk.access.reach == "all"
    heard["access_changed"].clear()
    controller.restart_relay()
    await until(lambda: heard["access_changed"], within=15)
    assert desk.access == before
    assert await Server(desk).say(before.session, "again") == 204


async def test_the_next_session_has_the_same_credentials(hal: Program) -> None:
    controller, desk, _ = await hosted(hal)
    first = desk.access
    await controller.close()
    _, desk, _ = await hosted(hal)
    assert (desk.access.key, desk.access.secret) == (first.key, first.secret)
    assert desk.access.session != first.session
