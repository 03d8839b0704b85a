"""What a program asks of the relay that it runs, on the relay's standard input (docs/PROTOCOL.md, "Starting a relay")."""

import json
import time
from typing import Any

import httpx
import pytest

from heliograph_relay.core.session import Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.problems import NotAllowed
from heliograph_relay.protocol.tokens import Project, mint_server_token
from heliograph_relay.shell.control import MAX_LINE, MOST_SESSIONS, Control
from heliograph_relay.shell.tap import Ear
from heliograph_relay.shell.telling import Telling
from tests.relay.wire.process import Relay, running
from tests.support.links import eventually


class Known:
    """A relay that remembers what it was told."""

    def __init__(self, *ids: str) -> None:
        self.made_sessions = [Session(SessionConfig(id=id), epoch="e") for id in ids]
        self.surface = Surface.LOOPBACK

    def open_opentok_to(self, surface: Surface) -> None:
        self.surface = surface

    def tap(self, session: str, on: bool, ear: Ear) -> None:
        raise NotAllowed("nobody inspects this session")


def control(relay: Known) -> Control:
    return Control(relay, Telling(-1))


def test_many_sessions_are_counted_and_the_latest_named() -> None:
    answer = control(Known(*(f"s{n}" for n in range(250)))).answer(b'{"ask": "sessions", "id": 7}')
    assert (answer["id"], answer["count"], len(answer["sessions"])) == (7, 250, MOST_SESSIONS)
    assert answer["sessions"][0] == {"session": "s249", "connections": 0}


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{",
        b"[]",
        b"[" * 9_000,
        b"\xff",
        b'{"ask": "x", "id": 1}',
        b'{"ask": "opentok", "id": 1, "to": "x"}',
        b'{"ask": "tap", "id": 1, "session": "s", "on": 1}',
        b'{"ask": "tap", "id": 1, "session": "s", "on": true}',
    ],
)
def test_what_is_no_question_changes_nothing(line: bytes) -> None:
    relay = Known()
    assert control(relay).answer(line)["event"] == "refused"
    assert relay.surface is Surface.LOOPBACK


@pytest.mark.parametrize(
    ("line", "number"),
    [(b'{"ask": "x", "id": 7}', 7), (b'{"ask": "opentok", "id": 8, "to": "x"}', 8), (b"{", None)],
)
def test_a_refusal_says_which_question_it_is_about(line: bytes, number: int | None) -> None:
    assert control(Known()).answer(line)["id"] == number


async def ask(relay: Relay, line: str) -> dict[str, Any]:
    """The next thing that the relay says once it was asked this."""
    said = len(relay.stdout.all)
    assert relay.process.stdin is not None
    relay.process.stdin.write(line + "\n")
    relay.process.stdin.flush()
    await eventually(lambda: len(relay.stdout.all) > said)
    answer: dict[str, Any] = json.loads(relay.stdout.all[said])
    return answer


async def test_the_surface_is_opened_and_shut_while_it_runs() -> None:
    with running("--exit-with-stdin", stdin=True) as relay:
        project = Project(relay.event["api_key"], relay.event["api_secret"])
        token = mint_server_token(project, now=time.time())
        at = f"http://127.0.0.1:{relay.port}"
        async with httpx.AsyncClient(
            base_url=at, headers={"X-OPENTOK-AUTH": token, "Accept": "application/json"}, trust_env=False
        ) as http:
            made = (await http.post("/session/create")).json()[0]["session_id"]
            answer = await ask(relay, '{"ask": "sessions", "id": 1}')
            assert answer["sessions"] == [{"session": made, "connections": 0}]
            assert await ask(relay, '{"ask": "opentok", "id": 2, "to": "off"}') == {
                "event": "opentok", "id": 2, "to": "off",
            }  # fmt: skip
            assert (await http.post("/session/create")).status_code in (404, 405)
            assert (await ask(relay, "x" * (MAX_LINE * 2)))["event"] == "refused"
            await ask(relay, '{"ask": "opentok", "id": 3, "to": "loopback"}')
            assert (await http.post("/session/create")).status_code == 200
            assert (await ask(relay, '{"ask": "sessions", "id": 4}'))["count"] == 2
