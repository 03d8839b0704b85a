"""Our relay, as people run it: the real program, with everything that docs/PROTOCOL.md promises in force."""

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from heliograph_relay import __version__
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_server_token
from tests.benchmarks.load.run import Target
from tests.benchmarks.peers.peer import Missing, end, held_to
from tests.support.compiled import NotCompiled, compiled_relay

_PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
_SECRET = "open-sesame"
#: Rates are counted and never reached; sessions made over REST outlive the run.
_FLAGS = (
    "--host", "127.0.0.1", "--port", "0", "--json", "--secret", _SECRET, "--rate", "1000000000", "--burst", "1000000000",
    "--api-key", _PROJECT.key, "--api-secret", _PROJECT.secret, "--session-ttl", "0",
)  # fmt: skip
#: uvloop is used where it is installed; without it is how the relay runs elsewhere.
_WITHOUT_UVLOOP = "import sys; sys.modules['uvloop'] = None; from heliograph_relay.cli import main; main()"


class Heliograph:
    """On one event loop, by one of the two wires; from its sources, or compiled (docs/adr/0020)."""

    def __init__(self, *, uvloop: bool = True, opentok: bool = False, compiled: bool = False) -> None:
        self._uvloop = uvloop
        self._opentok = opentok
        self._compiled = compiled
        wire = ", OpenTok" if opentok else ""
        loop = "uvloop" if uvloop else "asyncio"
        self.name = f"Heliograph{wire} ({loop}{', compiled' if compiled else ''})"

    def version(self) -> str:
        try:
            loop = f"uvloop {version('uvloop')}" if self._uvloop else f"Python {sys.version.split()[0]}"
        except ModuleNotFoundError:
            raise Missing("uvloop is not installed") from None
        if not self._compiled:
            return f"{__version__}, {loop}"
        try:
            compiled_relay()
        except NotCompiled as reason:
            raise Missing(str(reason)) from None
        return f"{__version__}, {loop}, mypyc {version('mypy')}"

    def start(self, core: int | None) -> "HeliographServer":
        program = ["-m", "heliograph_relay"] if self._uvloop else ["-c", _WITHOUT_UVLOOP]
        first = compiled_relay() if self._compiled else None
        return HeliographServer(
            [*held_to(core), sys.executable, *program, *_FLAGS], opentok=self._opentok, first=first
        )


class HeliographServer:
    """A relay process."""

    def __init__(self, command: list[str], *, opentok: bool, first: Path | None = None) -> None:
        self._opentok = opentok
        self._home = tempfile.TemporaryDirectory(prefix="relay-")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("HELIOGRAPH_", "XDG_"))}
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=kept | {"HOME": self._home.name} | ({"PYTHONPATH": str(first)} if first else {}),
            cwd=self._home.name,
        )
        assert self._process.stdout is not None
        self._said: dict[str, Any] = json.loads(self._process.stdout.readline() or "{}")
        if not self._said:
            raise Missing("the relay did not start")
        self.pids: Sequence[int] = [self._process.pid]
        self._made: list[str] = []

    def target(self, sessions: int) -> Target:
        """The relay's own session and its secret; where there are more, sessions of a project and their tokens."""
        url = f"ws://127.0.0.1:{self._said['port']}"
        own = self._said["session"]
        if sessions == 1 and not self._opentok:
            return Target("hg", url, [(f"/session/{own}", self._join(secret=_SECRET))])
        ids = [own] if sessions == 1 else self._sessions(sessions)
        if not self._opentok:
            return Target("hg", url, [(f"/session/{id}", self._join(token=_token(id))) for id in ids])
        path = "?socketId=%r-%c&attempt=1"
        return Target("opentok", url, [(f"/opentok/{id}{path}", f"{id} {_token(id)}") for id in ids])

    def stop(self) -> None:
        end(self._process)
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._home.cleanup()

    @staticmethod
    def _join(**credential: str) -> str:
        return json.dumps({"op": "join", "name": "%c", **credential})

    def _sessions(self, count: int) -> list[str]:
        """Sessions made over REST, as an application's server makes them."""
        connection = http.client.HTTPConnection("127.0.0.1", int(self._said["port"]), timeout=20)
        auth = mint_server_token(_PROJECT, now=time.time(), seconds=300)
        for _ in range(count - len(self._made)):
            connection.request("POST", "/session/create", headers={"X-OPENTOK-AUTH": auth})
            answer = connection.getresponse()
            self._made.append(json.loads(answer.read())[0]["session_id"])
        connection.close()
        return self._made[:count]


def _token(session: str) -> str:
    now = time.time()
    claims = Claims(session_id=session, role=Role.PUBLISHER, data="", expires=now + 86_400)
    return mint_jwt(_PROJECT, claims, now=now, nonce="1")
