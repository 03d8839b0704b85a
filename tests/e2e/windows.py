"""Real windows of real programs on a screen of their own, driven by keys and mouse as a person does."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil  # type: ignore[import-untyped]
import pytest

from heliograph_relay.protocol.invite import Invite, parse_invite
from tests.relay.wire.harness import Peer

T = TypeVar("T")

PROGRAMS = ("Xvfb", "openbox", "xdotool", "import")
OUTPUT = Path(__file__).resolve().parents[1] / "output"
SIZE = (1200, 760)
PATIENCE = 20.0

#: Where things are in a window of that size, from its upper left corner.
PEOPLE_X, FIRST_PERSON_Y, PERSON_STEP = 90, 103, 44
DISCONNECT_BUTTON = (100, 705)
BANNER_BUTTON = (1130, 70)


async def until(condition: Callable[[], T], what: str = "", within: float = PATIENCE) -> T:
    """The first true value of `condition()`; another process tells nobody here, so it is asked."""
    deadline = asyncio.get_running_loop().time() + within
    while not (value := condition()):
        assert asyncio.get_running_loop().time() < deadline, f"it never came: {what}"
        await asyncio.sleep(0.03)
    return value


async def _run(*command: str, env: dict[str, str] | None = None) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode == 0, f"{' '.join(command)}: {err.decode()}"
    return out.decode().strip()


class Screen:
    """A virtual screen with a window manager."""

    def __init__(self, display: str) -> None:
        self.env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}
        self.windows: list[AppWindow] = []

    async def xdotool(self, *arguments: str) -> str:
        """Run one xdotool command on this screen."""
        return await _run("xdotool", *arguments, env=self.env)

    async def shoot(self, name: str) -> Path:
        """A picture of the whole screen."""
        OUTPUT.mkdir(exist_ok=True)
        file = OUTPUT / f"{name}.png"
        await _run("import", "-window", "root", str(file), env=self.env)
        return file

    async def start(self, directory: Path, *arguments: str) -> "AppWindow":
        """A program, and its window in its usual place and size."""
        window = AppWindow(self, directory, *arguments)
        self.windows.append(window)
        await window.appear()
        return window


@contextlib.contextmanager
def screen() -> Iterator[Screen]:
    """A screen for the length of a block; whatever still runs on it is killed."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        words = f"needs {', '.join(missing)} for real windows"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x900x24", "-nolisten", "tcp"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, pass_fds=(writer,), stdout=quiet, stderr=quiet)
    os.close(writer)
    with os.fdopen(reader) as answer:
        display = f":{answer.readline().strip()}"
    made = Screen(display)
    manager = subprocess.Popen(["openbox", "--sm-disable"], env=made.env, stdout=quiet, stderr=quiet)
    try:
        _wait_for_manager(made)
        yield made
    finally:
        for window in made.windows:
            window.kill()
        for process in (manager, server):
            process.terminate()
            process.wait()


def _wait_for_manager(screen: Screen) -> None:
    """Windows can be activated only once the window manager has said what it can do."""
    deadline = time.monotonic() + PATIENCE
    while subprocess.run(
        ["xdotool", "get_num_desktops"], env=screen.env, capture_output=True, check=False
    ).returncode:
        assert time.monotonic() < deadline, "no window manager"


@dataclass
class Line:
    """A chat line as the program keeps it."""

    text: str
    mine: bool
    state: str
    conversation: str
    delivered: set[str]
    read: set[str]


class AppWindow:
    """A running Heliograph with a directory and a window of its own."""

    def __init__(self, screen: Screen, directory: Path, *arguments: str) -> None:
        self.screen = screen
        self.directory = directory
        self.id = ""
        directory.mkdir(exist_ok=True)
        self._output = (directory / "said.txt").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "heliograph", "--data-dir", str(directory), *arguments],
            env=screen.env, stdin=subprocess.DEVNULL, stdout=self._output, stderr=self._output,
        )  # fmt: skip

    async def appear(self) -> None:
        """Until the window is there; then it gets its size."""
        pid = str(self.process.pid)
        for _ in range(200):
            assert self.process.poll() is None, self.said
            with contextlib.suppress(AssertionError):
                self.id = (await self.screen.xdotool("search", "--onlyvisible", "--pid", pid)).splitlines()[
                    -1
                ]
                break
            await asyncio.sleep(0.05)
        assert self.id, "no window"
        await self.screen.xdotool("windowsize", "--sync", self.id, *map(str, SIZE))

    # ---- what a person does

    async def keys(self, *keys: str) -> None:
        """Press keys in this window."""
        await self.screen.xdotool("windowactivate", "--sync", self.id)
        await self.screen.xdotool("key", "--delay", "30", *keys)

    async def type(self, text: str) -> None:
        """Type where the focus is, then Enter."""
        await self.screen.xdotool("windowactivate", "--sync", self.id)
        await self.screen.xdotool("type", "--delay", "4", text)
        await self.screen.xdotool("key", "Return")

    async def say(self, text: str) -> None:
        """Write a message in the conversation that is shown."""
        await self.keys("ctrl+m")
        await self.type(text)

    async def click(self, x: int, y: int, times: int = 1) -> None:
        """Click at a place of this window."""
        await self.screen.xdotool("windowactivate", "--sync", self.id)
        await self.screen.xdotool("mousemove", "--sync", "--window", self.id, str(x), str(y))
        await self.screen.xdotool("click", "--repeat", str(times), "--delay", "60", "1")

    async def click_person(self, place: int, times: int = 1) -> None:
        """Click somebody in the list of people; 0 is oneself."""
        await self.click(PEOPLE_X, FIRST_PERSON_Y + place * PERSON_STEP, times)

    # ---- what it keeps

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
        """Every chat line, settled ones first, in their order."""
        query = (
            "SELECT text, mine, state, conversation, receipts FROM messages ORDER BY state = 'waiting', place"
        )
        found = []
        for text, mine, state, conversation, receipts in self.rows(query):
            told = json.loads(receipts) if receipts else {}
            delivered = {who for who, (at, _) in told.items() if at is not None}
            read = {who for who, (_, at) in told.items() if at is not None}
            found.append(Line(text, bool(mine), state, conversation, delivered, read))
        return found

    def texts(self, conversation: str = "") -> list[str]:
        """What was said there."""
        return [line.text for line in self.lines() if line.conversation == conversation]

    def line(self, text: str) -> Line | None:
        """The line of that text; there may be one only."""
        found = [line for line in self.lines() if line.text == text]
        assert len(found) <= 1, f"{text!r} is there {len(found)} times"
        return found[0] if found else None

    async def has(self, *texts: str) -> None:
        """Until all of these are kept, and settled."""
        await until(
            lambda: all((line := self.line(text)) is not None and line.state != "waiting" for text in texts),
            f"{texts} in {self.lines()}",
        )

    async def is_waiting(self, *texts: str) -> None:
        """Until all of these are kept, and wait."""
        await until(
            lambda: all((line := self.line(text)) is not None and line.state == "waiting" for text in texts),
            f"{texts} waiting",
        )

    async def invite(self) -> Invite:
        """The invite of the session that it hosts or has joined."""
        rows = await until(lambda: self.rows("SELECT invite FROM sessions ORDER BY last DESC"), "an invite")
        return parse_invite(rows[0][0])

    # ---- processes

    def relay(self) -> Any:
        """The relay that it runs, a psutil.Process; None if there is none."""
        children = psutil.Process(self.process.pid).children()
        alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
        return alive[0] if alive else None

    @property
    def said(self) -> str:
        """What it wrote on its standard output and error."""
        return (self.directory / "said.txt").read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it at once."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._output.close()

    async def end(self) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        await until(lambda: self.process.poll() is not None, "its end")
        return self.process.returncode


@dataclass
class Address:
    """Where a bare client finds a session."""

    host: str
    port: int
    session: str


@contextlib.asynccontextmanager
async def bare_client(invite: Invite, name: str, port: int | None = None) -> AsyncIterator[Peer]:
    """Somebody on the wire, without a window."""
    peer = await Peer.open(Address("127.0.0.1", port or invite.port, invite.session))  # type: ignore[arg-type]
    await peer.join(secret=invite.secret, name=name)
    try:
        yield peer
    finally:
        await peer.ws.close()
