"""Running Heliographs, as processes with a directory of their own, and what they keep there."""

import asyncio
import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil  # type: ignore[import-untyped]

from heliograph_relay.protocol.invite import Invite, parse_invite

T = TypeVar("T")

PATIENCE = 20.0


async def until(condition: Callable[[], T], what: object = "", within: float = PATIENCE) -> T:
    """The first true value of `condition()`; another process tells nobody here, so it is asked."""
    deadline = asyncio.get_running_loop().time() + within
    while not (value := condition()):
        assert asyncio.get_running_loop().time() < deadline, f"it never came: {what}"
        await asyncio.sleep(0.03)
    return value


@dataclass
class Line:
    """A chat line as a program keeps it. `delivered` and `read` hold the connections that told so."""

    text: str
    mine: bool
    state: str
    conversation: str
    handed: bool
    delivered: set[str]
    read: set[str]


class Program:
    """A Heliograph that runs on `directory`."""

    def __init__(self, directory: Path, *arguments: str, env: Mapping[str, str] | None = None) -> None:
        self.directory = directory
        directory.mkdir(exist_ok=True)
        self._output = (directory / "said.txt").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "heliograph", "--data-dir", str(directory), *arguments],
            env=env, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output,
        )  # fmt: skip

    async def painted(self) -> None:
        """Until its window was on the screen."""

        def seen() -> bool:
            assert self.process.poll() is None, self.said
            return "first paint" in self.log

        await until(seen, "the first paint")

    # ---- what it keeps and says

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What its store holds; nothing while there is none."""
        try:
            with closing(
                sqlite3.connect(f"file:{self.directory}/history.sqlite3?mode=ro", uri=True)
            ) as store:
                return store.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []

    def lines(self) -> list[Line]:
        """Every chat line as on its screen: settled ones in their order, then what waits."""
        found = []
        for text, mine, state, conversation, handed, receipts in self.rows(
            "SELECT text, mine, state, conversation, handed, receipts FROM messages"
            " ORDER BY state = 'waiting', place"
        ):
            told = json.loads(receipts) if receipts else {}
            delivered = {who for who, (at, _) in told.items() if at is not None}
            read = {who for who, (_, at) in told.items() if at is not None}
            found.append(Line(text, bool(mine), state, conversation, bool(handed), delivered, read))
        return found

    def texts(self, conversation: str = "") -> list[str]:
        """What was said there."""
        return [line.text for line in self.lines() if line.conversation == conversation]

    def line(self, text: str) -> Line | None:
        """The line of that text; there may be one only."""
        found = [line for line in self.lines() if line.text == text]
        assert len(found) <= 1, f"{text!r} is there {len(found)} times"
        return found[0] if found else None

    async def line_where(self, text: str, holds: Callable[[Line], bool]) -> None:
        """Until there is a line of that text for which `holds` is true."""

        def found() -> bool:
            line = self.line(text)
            return line is not None and holds(line)

        await until(found, _Lines(self, text))

    async def has(self, *texts: str) -> None:
        """Until all of these are kept, and settled."""
        for text in texts:
            await self.line_where(text, lambda line: line.state != "waiting")

    async def is_waiting(self, *texts: str) -> None:
        """Until all of these are kept, and wait."""
        for text in texts:
            await self.line_where(text, lambda line: line.state == "waiting")

    def state(self, text: str) -> str:
        """How far the line of that text has come; "" where there is none."""
        line = self.line(text)
        return line.state if line is not None else ""

    async def knows(self, name: str) -> None:
        """Until it has met somebody of that name."""
        await until(lambda: (name,) in self.rows("SELECT name FROM people"), name)

    async def invite(self) -> Invite:
        """The invite of the session that it hosts or has joined last."""
        rows = await until(lambda: self.rows("SELECT invite FROM sessions ORDER BY last DESC"), "an invite")
        return parse_invite(rows[0][0])

    @property
    def log(self) -> str:
        """Its log."""
        file = self.directory / "log" / "heliograph.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    @property
    def said(self) -> str:
        """What it wrote on its standard output and error: warnings, tracebacks."""
        return (self.directory / "said.txt").read_text(encoding="utf-8")

    # ---- processes

    def relay(self) -> Any:
        """The relay that it runs, a psutil.Process; None if there is none."""
        children = psutil.Process(self.process.pid).children()
        return next((child for child in children if lives(child)), None)

    def ports_to(self, relay_port: int) -> set[int]:
        """From which ports it is connected to that one; another attempt comes from another port."""
        connections = psutil.Process(self.process.pid).net_connections("tcp4")
        return {
            c.laddr.port
            for c in connections
            if c.raddr and c.raddr.port == relay_port and c.status == psutil.CONN_ESTABLISHED
        }

    async def tries_again(self, relay_port: int, ports: set[int]) -> None:
        """Until it is connected from another port than these."""
        await until(lambda: self.ports_to(relay_port) - ports, "another attempt")

    async def has_written(self, size: int, relay_port: int) -> None:
        """Until so many bytes of it wait for a relay that reads nothing."""
        await until(lambda: self._unread_by(relay_port) >= size, f"{size} bytes on the wire")

    def _unread_by(self, relay_port: int) -> int:
        ports = self.ports_to(relay_port)
        total = 0
        for entry in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
            here, there, _, queues = entry.split()[1:5]
            if _port(here) == relay_port and _port(there) in ports:
                total += int(queues.partition(":")[2], 16)
        return total

    def kill(self) -> None:
        """End it at once, if it runs."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._output.close()

    async def ended(self) -> int:
        """Until it has ended; its exit code."""
        await until(lambda: self.process.poll() is not None, "its end")
        assert self.process.returncode is not None
        return self.process.returncode

    async def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(how)
        return await self.ended()


@dataclass
class _Lines:
    """Says, once it is too late, what a program had instead of a line."""

    program: Program
    text: str

    def __str__(self) -> str:
        return f"{self.text!r} among {self.program.lines()} of {self.program.directory.name}"


def lives(process: Any) -> bool:
    """Whether a psutil.Process still runs."""
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def _port(address: str) -> int:
    return int(address.rpartition(":")[2], 16)
