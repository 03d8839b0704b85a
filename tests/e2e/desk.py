"""A screen and the windows on it."""

import re
import subprocess
from contextlib import suppress
from pathlib import Path

from tests.e2e.screen import Screen
from tests.e2e.window import Window


class Desk:
    """Starts programs on a screen. `complaints` are what they may say aloud, as patterns."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.windows: list[Window] = []
        self.complaints: list[str] = []

    async def start(self, directory: Path, *arguments: str) -> Window:
        """A program, and its window in its usual size."""
        window = Window(self.screen, directory, *arguments)
        self.windows.append(window)
        await window.appear()
        return window

    async def keep_pictures(self, name: str) -> None:
        """The screen as it is, then each window in front of the others."""
        (await self.screen.picture()).keep(name)
        for window in self.windows:
            with suppress(subprocess.CalledProcessError):  # it may be gone
                await self.screen.xdotool("windowraise", window.id)
                (await self.screen.picture(window.id)).keep(f"{name}-{window.directory.name}")

    def verify(self) -> None:
        """Nobody said anything that was not expected."""
        for window in self.windows:
            for line in window.said.splitlines():
                assert any(re.search(pattern, line) for pattern in self.complaints), window.said
