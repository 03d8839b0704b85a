"""What a screen reader gets of a program: AT-SPI over a D-Bus of its own, asked as Orca asks."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.program import PATIENCE
from tests.e2e.screen import Screen

PROGRAMS = ("dbus-daemon", "gdbus")
#: Where distributions put what carries the bus of screen readers.
LAUNCHERS = (
    "/usr/libexec/at-spi-bus-launcher",
    "/usr/lib/at-spi2-core/at-spi-bus-launcher",
    "/usr/lib/at-spi-bus-launcher",
)
ROOT = "/org/a11y/atspi/accessible/root"
_A11Y = "org.a11y.atspi"
#: (':1.4', objectpath '/org/…') in what gdbus writes.
_PLACE = re.compile(r"\('([^']+)', (?:objectpath )?'([^']+)'\)")


class Thing:
    """Something that a screen reader can ask: a program, a window, a table, a cell."""

    def __init__(self, reader: "Reader", bus: str, path: str) -> None:
        self._reader, self.bus, self.path = reader, bus, path

    async def name(self) -> str:
        """What is read out of it."""
        answer = await self._reader.ask(
            self, "org.freedesktop.DBus.Properties.Get", f"{_A11Y}.Accessible", "Name"
        )
        return _text(answer)

    async def role(self) -> str:
        """What it is, in a word."""
        return _text(await self._reader.ask(self, f"{_A11Y}.Accessible.GetRoleName"))

    async def children(self) -> list["Thing"]:
        """What is in it."""
        return self._reader.places(await self._reader.ask(self, f"{_A11Y}.Accessible.GetChildren"))

    async def number(self, interface: str, name: str) -> int:
        """A property that is a number."""
        answer = await self._reader.ask(
            self, "org.freedesktop.DBus.Properties.Get", f"{_A11Y}.{interface}", name
        )
        found = re.search(r"-?\d+(?=>)", answer.replace("int32 ", "").replace("uint32 ", ""))
        assert found is not None, answer
        return int(found[0])

    async def cell(self, row: int, column: int) -> "Thing":
        """A cell of a table."""
        answer = await self._reader.ask(self, f"{_A11Y}.Table.GetAccessibleAt", str(row), str(column))
        [cell] = self._reader.places(answer)
        return cell

    async def find(self, role: str, name: str) -> "Thing | None":
        """The first thing in it, however deep, that is that and is called so."""
        for child in await self.children():
            if await child.role() == role and await child.name() == name:
                return child
            if await child.role() not in ("table", "list", "menu bar"):
                found = await child.find(role, name)
                if found is not None:
                    return found
        return None

    async def shows(self, role: str, name: str) -> "Thing":
        """The same, as soon as it is there."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if (found := await self.find(role, name)) is not None:
                    return found
                await asyncio.sleep(0.1)


class Reader:
    """The bus of a screen reader; programs that are started on `screen` while it is there speak to it."""

    def __init__(self, screen: Screen, address: str) -> None:
        self._screen, self._address = screen, address
        self._bus = ""

    async def begin(self) -> None:
        """Find the bus that is for screen readers alone."""
        answer = await self._screen.run(
            "gdbus", "call", "--address", self._address, "--dest", "org.a11y.Bus",
            "--object-path", "/org/a11y/bus", "--method", "org.a11y.Bus.GetAddress",
        )  # fmt: skip
        self._bus = _text(answer.decode())

    async def ask(self, thing: Thing, method: str, *arguments: str) -> str:
        """Call a method; what gdbus writes of the answer."""
        answer = await self._screen.run(
            "gdbus", "call", "--address", self._bus, "--dest", thing.bus, "--object-path", thing.path,
            "--method", method, *arguments,
        )  # fmt: skip
        return answer.decode()

    def places(self, answer: str) -> list[Thing]:
        """The things that an answer names."""
        return [Thing(self, bus, path) for bus, path in _PLACE.findall(answer)]

    async def program(self, name: str) -> Thing:
        """The program of that name, once it is there."""
        desktop = Thing(self, "org.a11y.atspi.Registry", ROOT)
        async with asyncio.timeout(PATIENCE):
            while True:
                for thing in await desktop.children():
                    if await thing.name() == name:
                        return thing
                await asyncio.sleep(0.1)


def _text(answer: str) -> str:
    """The one text in what gdbus writes: ('…',) or (<'…'>,), in double quotes where it holds single ones."""
    found = re.fullmatch(r"""\(<?(['"])(.*)\1>?,\)\s*""", answer, re.DOTALL)
    assert found is not None, answer
    return found[2].replace("\\'", "'").replace('\\"', '"')


@contextmanager
def session_bus(screen: Screen) -> Iterator[str]:
    """A session bus of its own for all that is started on the screen; its address."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if not any(Path(launcher).exists() for launcher in LAUNCHERS):
        missing.append("at-spi2-core")
    if missing:
        words = f"needs {', '.join(missing)} to listen as a screen reader does"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    command = ["dbus-daemon", "--session", "--nofork", "--print-address=1"]
    daemon = subprocess.Popen(
        command, env=screen.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert daemon.stdout is not None
    try:
        address = daemon.stdout.readline().strip()
        screen.env |= {"DBUS_SESSION_BUS_ADDRESS": address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
        yield address
    finally:
        daemon.terminate()
        daemon.wait()
        daemon.stdout.close()


async def listening(screen: Screen) -> AsyncIterator[Reader]:
    """A reader for the length of a fixture."""
    with session_bus(screen) as address:
        reader = Reader(screen, address)
        await reader.begin()
        yield reader
