"""A developer's afternoon: an application is hosted here, signals from a server, and its own session is opened by id."""

import json
import time
from pathlib import Path

import httpx
import pytest

from heliograph.model.session_ids import short_session
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_server_token
from tests.e2e.desk import Desk
from tests.e2e.program import Program, until

pytestmark = pytest.mark.timeout(90)


class Server:
    """A developer's server, which has the key and secret that the program keeps."""

    def __init__(self, host: Program, port: int) -> None:
        kept = json.loads((host.directory / "project.json").read_text(encoding="utf-8"))
        self.project = Project(kept["api_key"], kept["api_secret"])
        self._url = f"http://127.0.0.1:{port}"

    async def _post(self, path: str, body: object = None) -> httpx.Response:
        token = mint_server_token(self.project, now=time.time())
        headers = {"X-OPENTOK-AUTH": token, "Accept": "application/json"}
        async with httpx.AsyncClient(trust_env=False, headers=headers) as http:
            return await http.post(self._url + path, json=body)

    async def make_session(self) -> str:
        """A session's id."""
        return str((await self._post("/session/create")).json()[0]["session_id"])

    async def say(self, session: str, text: str) -> None:
        """A line of chat from nobody."""
        path = f"/v2/project/{self.project.key}/session/{session}/signal"
        assert (await self._post(path, {"type": "chat", "data": text})).status_code == 204

    def token(self, session: str) -> str:
        """Lets somebody in."""
        claims = Claims(session_id=session, role=Role.PUBLISHER, data="", expires=time.time() + 60)
        return mint_jwt(self.project, claims, now=time.time(), nonce="n")


async def test_a_server_signals_and_its_own_session_is_opened_beside(desk: Desk, tmp_path: Path) -> None:
    host = await desk.start(tmp_path / "ana", "--host", "--port", "0", "--name", "Ana")
    invite = await host.invite()
    server = Server(host, invite.port)
    await server.say(invite.session, "from the server")
    await host.has("from the server")
    assert host.rows("SELECT sender FROM messages") == [(None,)]

    session = await server.make_session()
    await host.keys("ctrl+d")
    page = await host.titled("^For developers$")
    await host.keys("alt+i", window=page)
    await host.screen.xdotool("type", "--delay", "2", session)
    await host.press("Return")
    aside = await host.titled(f"^{short_session(session)} ")
    await server.say(session, "in the session of the server")
    await host.has("in the session of the server")

    # A guest of that session comes with a token, from the command line as from the start screen.
    guest = await desk.start(
        tmp_path / "ben", f"127.0.0.1:{invite.port}", "--pin", server.token(session), "--name", "Ben"
    )
    await until(lambda: guest.rows("SELECT id FROM sessions") == [(session,)], "the guest")
    await guest.say("hello from Ben")
    await host.has("hello from Ben")

    # Closing it asks nobody and ends nothing: the guest and the hosted session go on.
    await host.keys("ctrl+w", window=aside)
    await server.say(invite.session, "still here")
    await host.has("still here")
    await server.say(session, "here too")
    await guest.has("here too")
    assert "here too" not in host.texts()
    assert await guest.end() == 0
    assert await host.end() == 0
