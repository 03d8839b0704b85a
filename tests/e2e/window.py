"""Real windows of real programs, driven by keys as a person does."""

import asyncio
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from tests.e2e.program import PATIENCE, Program
from tests.e2e.screen import Picture, Screen

SIZE = ("1200", "760")


class Window(Program):
    """A running Heliograph whose window is on a screen."""

    def __init__(self, screen: Screen, directory: Path, *arguments: str) -> None:
        super().__init__(directory, *arguments, env=screen.env)
        self.screen = screen
        self.id = ""

    async def appear(self) -> None:
        """Until the window is there; then it gets its size."""
        await self.painted()
        self.id = await self.titled("Heliograph$")
        await self.screen.xdotool("windowsize", "--sync", self.id, *SIZE)

    async def titled(self, pattern: str) -> str:
        """Until this program shows a window with such a title: its id."""
        mine = ("search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", pattern)
        found: list[str] = []

        async def look() -> bool:
            with suppress(subprocess.CalledProcessError):  # there is none
                found[:] = await self.screen.xdotool(*mine)
            assert self.process.poll() is None, self.said
            return bool(found)

        await _until(look, f"a window called {pattern}")
        return found[-1]

    # ---- what a person does

    async def front(self, window: str = "") -> None:
        """Bring this window to the front, or one of its dialogs."""
        await self.screen.xdotool("windowactivate", "--sync", window or self.id)

    async def keys(self, *keys: str, window: str = "") -> None:
        """Press keys in this window, or in one of its dialogs."""
        await self.front(window)
        await self.press(*keys)

    async def press(self, *keys: str) -> None:
        """Press keys wherever the keyboard is, such as in an open menu."""
        await self.screen.xdotool("key", "--delay", "30", *keys)

    async def type(self, text: str, then: str = "Return") -> None:
        """Type where the focus is, then press a key."""
        await self.front()
        await self.screen.xdotool("type", "--delay", "4", text)
        if then:
            await self.press(then)

    async def say(self, text: str) -> None:
        """Write a message in the conversation that is shown."""
        await self.keys("ctrl+m")
        await self.type(text)

    async def choose_person(self, name: str) -> None:
        """Go to the people, and to the one of that name."""
        await self.keys("ctrl+g")
        await self.type(name, then="")

    # ---- what a person sees

    async def picture(self, window: str = "") -> Picture:
        """What this window shows, or one of its dialogs."""
        await self.front(window)
        return await self.screen.picture(window or self.id)

    async def shows(self, holds: Callable[[Picture], bool], what: str) -> Picture:
        """Until the window looks like that."""
        seen: list[Picture] = []

        async def look() -> bool:
            seen[:] = [await self.picture()]
            return holds(seen[0])

        await _until(look, what)
        return seen[0]


async def _until(look: Callable[[], Awaitable[bool]], what: str) -> None:
    """Until `look()` says yes; it takes its time, so that nothing else has to."""
    deadline = asyncio.get_running_loop().time() + PATIENCE
    while not await look():
        assert asyncio.get_running_loop().time() < deadline, f"it never came: {what}"
