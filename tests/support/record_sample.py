"""Records the capture that comes with the program: `python -m tests.support.record_sample [FILE]`.

A relay as a process, the application's own controllers for five people, a page that speaks OpenTok, and an
application server, all over sockets of this machine. What Ana's inspector shows is saved as a person would save it.
"""

import asyncio
import dataclasses
import json
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import httpx
from websockets.asyncio.client import ClientConnection, connect

from heliograph.bridge.aio import Application, run
from heliograph.bridge.app_controller import AppController
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.real_reach import RealReach
from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import State
from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.captures.formats import FORMATS
from heliograph.model.conversation import EVERYONE
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.invite import Invite, parse_invite
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.raptor import FROM, TRANSACTION
from heliograph_relay.protocol.rumor import Kind as FrameKind
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_server_token
from tests.relay.wire.process import Relay, running
from tests.support.fault_proxy import FaultProxy, fault_proxy

TARGET = Path(__file__).resolve().parents[2] / "resources" / "captures" / "sample.jsonl"
TITLE = "Stargazing on Friday"
PROJECT = Project("12345678", "a secret of this recording only, never of a person")


async def until(condition: Callable[[], object]) -> None:
    """Let the loop turn until `condition()` holds."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 (nothing tells of everything that is waited for here)
            await asyncio.sleep(0.01)


async def pause(seconds: float) -> None:
    """As long as a person takes; the pauses are what makes the capture's times those of a conversation."""
    await asyncio.sleep(seconds)


class Guest:
    """Somebody with the application, without its window."""

    def __init__(self, directory: Path, tasks: Tasks, name: str) -> None:
        self.name = name
        self.app = AppController(directory / uuid.uuid4().hex, tasks, RealReach(tasks))
        self._sessions: list[SessionController] = []
        self.app.session_opened.connect(self._sessions.append)

    @property
    def session(self) -> SessionController:
        return self._sessions[-1]

    async def join(self, invite: Invite, *, reads: bool = True) -> "Guest":
        """Join, and look at what is said to everybody."""
        await self.app.open()
        self.app.join(invite.line(), name=self.name)
        await until(lambda: self._sessions)
        if reads:
            self.session.looking_at(EVERYONE)
        return self

    async def say(self, text: str, to: "Guest | None" = None) -> None:
        """Type a line, as long as that takes, and send it."""
        where = to.id if to is not None else EVERYONE
        self.session.set_typing(where, True)
        await pause(0.25 + len(text) / 150)
        self.session.send_chat(text, where)
        await pause(0.35)

    def signal(self, type: str | None, data: object, to: str | None = None) -> None:
        """Send a signal that is no chat; `data` as JSON."""
        self.session.send_signal(type, json.dumps(data, ensure_ascii=False), to)

    @property
    def id(self) -> str:
        me = self.session.people.me
        assert me is not None
        return me.id


def rows_of(guest: Guest) -> list[Row]:
    """What their inspector shows."""
    capture = guest.session.capture
    assert isinstance(capture, Capture)
    return capture.rows


class Page:
    """A page that speaks OpenTok, as far as it needs to chat."""

    def __init__(self, ws: ClientConnection, session: str) -> None:
        self._ws = ws
        self._prefix = f"/v2/partner/{PROJECT.key}/session/{session}"
        self._id = str(uuid.uuid4())

    @classmethod
    async def open(cls, relay: Relay, name: str) -> "Page":
        """Connect, with the name in the token as an application's server puts it there."""
        uri = f"ws://127.0.0.1:{relay.port}/opentok/{relay.session}?socketId={uuid.uuid4()}&attempt=1"
        page = cls(await connect(uri, compression=None, proxy=None, close_timeout=0.2), relay.session)
        claims = Claims(
            session_id=relay.session, role=Role.PUBLISHER, data=f"name={name}", expires=time.time() + 600
        )
        token = mint_jwt(PROJECT, claims, now=time.time(), nonce="1")
        headers = {"uniqueId": page._id, TRANSACTION: "connect", "notifyDisconnectAddress": ""}
        await page._ws.send(rumor.encode(FrameKind.CONNECT, headers))
        await page._ws.send(rumor.encode(FrameKind.SUBSCRIBE, {}, b"", [page._prefix]))
        await page._send("create", f"/connection/{page._id}", {}, **{"X-TB-TOKEN-AUTH": token})
        return page

    async def say(self, text: str, name: str) -> None:
        """A line as OpenTok's text-chat widget sends it."""
        data = json.dumps(
            {"text": text, "sender": {"id": self._id, "alias": name}, "sentOn": round(time.time() * 1000)}
        )
        await self._send("signal", f"/signal/{uuid.uuid4()}", {"type": "text-chat", "data": data})

    async def leave(self) -> None:
        await self._ws.send(rumor.encode(FrameKind.DISCONNECT, {"reconnect": ""}))
        await self._ws.close()

    async def _send(self, method: str, tail: str, content: dict[str, str], **more: str) -> None:
        body = json.dumps({"method": method, "uri": f"{self._prefix}{tail}", "content": content})
        headers = {TRANSACTION: str(uuid.uuid4()), FROM: self._id, **more}
        await self._ws.send(rumor.encode(FrameKind.MESSAGE, headers, body.encode(), ["symphony"]))


async def server_says(relay: Relay, type: str, data: object) -> None:
    """A signal of an application's server, over REST."""
    token = mint_server_token(PROJECT, now=time.time())
    path = f"/v2/project/{PROJECT.key}/session/{relay.session}/signal"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{relay.port}", trust_env=False) as http:
        answer = await http.post(
            path, json={"type": type, "data": json.dumps(data)}, headers={"X-OPENTOK-AUTH": token}
        )
        answer.raise_for_status()


class Evening:
    """Who is there, and what happens."""

    def __init__(
        self, directory: Path, tasks: Tasks, relay: Relay, ours: FaultProxy, hers: FaultProxy
    ) -> None:
        """`ours` is the network by which Ana reaches the relay, `hers` that of Carla."""
        self._directory, self._tasks, self._relay = directory, tasks, relay
        self._ours, self._hers = ours, hers
        self.guests: list[Guest] = []
        guests = parse_invite(relay.event["invite"])
        self._invite = dataclasses.replace(guests, addresses=("127.0.0.1",), port=relay.port)

    async def guest(self, name: str, *, reads: bool = True, port: int | None = None) -> Guest:
        """Somebody joins with the invite."""
        guest = Guest(self._directory, self._tasks, name)
        self.guests.append(guest)
        invite = dataclasses.replace(self._invite, port=port or self._invite.port)
        return await guest.join(invite, reads=reads)

    async def host(self, name: str) -> Guest:
        """Somebody joins with the host's secret, over a network that can be cut."""
        guest = Guest(self._directory, self._tasks, name)
        self.guests.append(guest)
        invite = dataclasses.replace(self._invite, port=self._ours.port, secret=self._relay.host_secret)
        return await guest.join(invite)

    async def happen(self) -> Guest:
        """All of it; returns whose inspector is saved."""
        ana = await self.host("Ana")
        ben = await self.guest("Ben")
        carla = await self.guest("Carla", port=self._hers.port)
        await self._plan(ana, ben, carla)
        await self._application(ana, carla)
        await self._trouble(ana, ben, carla)
        await self._end(ana, ben, carla)
        return ana

    async def _plan(self, ana: Guest, ben: Guest, carla: Guest) -> None:
        await ana.say("Good evening! Friday looks clear. Who comes up the hill?")
        await ben.say("I do. I can bring the big tripod and two blankets.")
        await carla.say("Count me in 🔭 Is there room for one more telescope?")
        await ana.say("Plenty. We meet at nine at the gate, the map is at https://example.org/hill")
        ana.session.ping()
        await pause(0.6)
        await ben.say("Bring red lamps, please. White light spoils everybody's eyes for half an hour.")
        await carla.say("Ana, do you still have the key to the gate?", ana)
        await ana.say("Yes, it is in my bag already.", carla)
        ana.session.set_inspect(True)
        await pause(0.5)
        await ben.say("Is the coffee a surprise for Ana or may I ask her for the pot?", carla)
        ana.session.set_inspect(False)
        await pause(0.4)

    async def _application(self, ana: Guest, carla: Guest) -> None:
        """A page and a server of an application take part."""
        await server_says(
            self._relay, "weather", {"clouds": 0.1, "wind": {"kmh": 6, "from": "west"}, "from": "21:00"}
        )
        noor = await Page.open(self._relay, "Noor")
        await pause(0.5)
        await noor.say("Hello from the observatory's web page. The dome is open from eight.", "Noor")
        await pause(0.7)
        carla.signal(
            "poll", {"question": "What first?", "options": ["Saturn", "Andromeda", "Moon"], "multiple": False}
        )
        await pause(0.4)
        for guest, choice in ((ana, "Saturn"), (self.guests[1], "Saturn"), (carla, "Moon")):
            guest.signal("poll.vote", {"choice": choice})
            await pause(0.15)
        for step in range(24):
            where = {
                "ra": round(0.712 + step * 0.0013, 4),
                "dec": round(41.27 - step * 0.011, 3),
                "zoom": 4 + step % 3,
            }
            carla.signal("telescope.move", where)
            await pause(0.08)
        await ana.say("Saturn it is, then Andromeda when it is high enough.")
        await noor.leave()
        await pause(0.4)

    async def _trouble(self, ana: Guest, ben: Guest, carla: Guest) -> None:
        """Two people of one name, somebody who is not there any more, a connection that is lost and comes back."""
        other = await self.guest("Ben", reads=False)
        await pause(0.3)
        await other.say("Hi, I am the other Ben, from the astronomy club.")
        await ana.say("Welcome! Two Bens: the colours tell you apart.")
        gone = other.id
        await other.app.close()
        await pause(0.5)
        ana.signal("note", {"text": "Welcome pack for the new Ben"}, gone)
        await pause(0.6)
        self._hers.cut()
        await until(lambda: any(row.kind is Kind.BACK for row in rows_of(ana)))
        await carla.say("That was me, walking behind the dome.")
        self._ours.refuses = True
        self._ours.cut()
        await until(lambda: ana.session.status.state is State.RECONNECTING)
        await ben.say("Did the hut's network just blink?")
        await carla.say("Ana's mark is grey, she must have lost it.")
        ana.session.send_chat("I am on the ladder, talk to you in a moment.")
        await pause(0.8)
        self._ours.refuses = False
        ana.session.reconnect_now()
        await until(lambda: ana.session.status.state is State.JOINED)
        await pause(0.8)
        await ana.say("Back again. Nothing was lost, I see your two lines.")

    async def _end(self, ana: Guest, ben: Guest, carla: Guest) -> None:
        ana.session.ping()
        await pause(0.5)
        again = await self.guest("Ben")
        await again.say("Here I am once more, with a better seat.")
        await ben.say("Then all is set. See you on Friday at nine!")
        await carla.say("See you! I print the star charts.")
        await carla.app.close()
        await pause(0.4)
        await ana.say("Good night, and clear skies ✨")
        await pause(0.8)

    async def close(self) -> None:
        """Everybody leaves."""
        for guest in self.guests:
            await guest.app.close()


async def save(host: Guest, target: Path) -> int:
    """As the inspector saves; how many rows."""
    inspection = Inspection.of_session(host.session)
    failed: list[object] = []
    saving = host.app.captures.save(inspection, target, FORMATS[0], "all", TITLE)
    done = asyncio.Event()
    saving.saved.connect(lambda _none: done.set())
    saving.failed.connect(failed.append)
    saving.failed.connect(lambda _problem: done.set())
    await done.wait()
    assert not failed, failed
    return saving.rows


async def record(target: Path) -> int:
    """Let the evening happen, which takes half a minute, and save what Ana sees of it; how many rows."""
    tasks = Tasks()
    flags = (
        "--name",
        TITLE,
        "--api-key",
        PROJECT.key,
        "--api-secret",
        PROJECT.secret,
        "--opentok",
        "loopback",
    )
    with tempfile.TemporaryDirectory() as directory, running(*flags) as relay:
        async with fault_proxy(relay.port) as ours, fault_proxy(relay.port) as hers:
            evening = Evening(Path(directory), tasks, relay, ours, hers)
            try:
                rows = await save(await evening.happen(), target)
            finally:
                await evening.close()
    await tasks.close()
    return rows


async def main(_application: Application) -> int:
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else TARGET
    rows = await record(target)
    target.chmod(0o644)
    sys.stdout.write(f"{target}: {rows} rows\n")
    return 0


if __name__ == "__main__":
    sys.exit(run(main))
