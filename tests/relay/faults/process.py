"""The soak's relay: a real process that keeps a journal, stopped, killed and started again on the same port."""

import asyncio
import json
import sys
from pathlib import Path
from typing import ClassVar

import msgspec

from heliograph_relay.protocol.model import Role
from tests.relay.core.history import Truth

from .journalling_relay import Line
from .people import PROJECT, SESSION

_ROOT = Path(__file__).resolve().parents[3]


class RelayProcess:
    """See the module. `complaints` is what it said on standard error, and how it ended if not well."""

    secrets: ClassVar[dict[Role, str]] = {Role.PUBLISHER: "guest", Role.MODERATOR: "host"}

    def __init__(
        self, journal: Path, flags: list[str], *, broken: str = "", small_buffers: bool = False
    ) -> None:
        self.port = 0
        self.complaints: list[str] = []
        self._journal = journal
        self._flags = flags
        self._broken = ["--broken", broken] if broken else []
        self._small = ["--small-buffers"] if small_buffers else []
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Until it listens."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.relay.faults.journalling_relay", str(self._journal), *self._small,
            *self._broken, "--json", "--port", str(self.port), "--session", SESSION, "--secret", "guest",
            "--host-secret", "host", "--api-key", PROJECT.key, "--api-secret", PROJECT.secret, *self._flags,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=_ROOT,
        )  # fmt: skip
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            await self.stop()
            raise AssertionError(f"the relay does not start: {self.complaints}")
        self.port = json.loads(line)["port"]

    async def stop(self, *, kill: bool = False) -> None:
        """End it, politely or not."""
        process = self._process
        if process is None:
            return
        self._process = None
        if process.returncode is None:
            (process.kill if kill else process.terminate)()
        _, errors = await process.communicate()
        if errors:
            self.complaints.append(errors.decode(errors="replace")[-2_000:])
        if process.returncode != (-9 if kill else 0):
            self.complaints.append(f"the relay ended with {process.returncode}")

    async def restart(self, *, kill: bool) -> None:
        """End it, and have another one in its place."""
        await self.stop(kill=kill)
        await self.start()


def read_journal(path: Path) -> dict[str, Truth]:
    """The logs of a relay's lives, by epoch."""
    truths: dict[str, Truth] = {}
    decoder = msgspec.json.Decoder(Line)
    truth = Truth()
    for text in path.read_bytes().splitlines():
        line = decoder.decode(text)
        if line.epoch:
            truth = truths[line.epoch] = Truth()
        elif line.entry is not None:
            truth.grow([line.entry], frozenset(line.inspectors))
    return truths
