"""A virtual screen with a window manager, and pictures of it."""

import asyncio
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6 import QtGui

PROGRAMS = ("Xvfb", "openbox", "xdotool", "import")
OUTPUT = Path(__file__).resolve().parents[1] / "output"


class Picture:
    """What was seen on a screen or in a window."""

    def __init__(self, data: bytes) -> None:
        self._image = QtGui.QImage.fromData(data).convertToFormat(QtGui.QImage.Format.Format_RGB32)
        assert not self._image.isNull(), "no picture"
        self._pixels = bytes(self._image.constBits())

    def places_of(self, color: str) -> frozenset[int]:
        """Where exactly this colour (#rrggbb) is: places in reading order."""
        wanted = bytes.fromhex(color[5:7] + color[3:5] + color[1:3])
        found = re.finditer(re.escape(wanted), self._pixels, re.DOTALL)
        return frozenset(match.start() // 4 for match in found if match.start() % 4 == 0)

    @property
    def colors(self) -> int:
        """How many different colours there are in it."""
        step = 4 * 7  # a sample will do
        return len({self._pixels[at : at + 3] for at in range(0, len(self._pixels), step)})

    @property
    def lightness(self) -> float:
        """The mean over all pixels, 0 (black) to 1."""
        gray = self._image.convertToFormat(QtGui.QImage.Format.Format_Grayscale8).scaled(64, 64)
        values = [QtGui.qGray(gray.pixel(x, y)) for x in range(64) for y in range(64)]
        return sum(values) / len(values) / 255

    def keep(self, name: str) -> None:
        """Leave it in tests/output for a person to look at."""
        OUTPUT.mkdir(exist_ok=True)
        assert self._image.save(str(OUTPUT / f"{name}.png"))


class Screen:
    """See the module."""

    def __init__(self, display: str) -> None:
        self.env = {**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}

    async def run(self, *command: str) -> bytes:
        """Run a program on this screen; its output."""
        process = await asyncio.create_subprocess_exec(
            *command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        try:
            async with asyncio.timeout(20):
                out, err = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command, out, err)
        return out

    async def xdotool(self, *arguments: str) -> list[str]:
        """Run one xdotool command on this screen; the lines that it says."""
        return (await self.run("xdotool", *arguments)).decode().splitlines()

    async def picture(self, window: str = "root") -> Picture:
        """What is seen there now."""
        return Picture(await self.run("import", "-silent", "-window", window, "bmp:-"))


@contextmanager
def screen() -> Iterator[Screen]:
    """A screen for the length of a block."""
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    if missing:
        words = f"needs {', '.join(missing)} for real windows"
        pytest.fail(words) if os.environ.get("CI") else pytest.skip(words)
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1400x900x24"]
    command += ["-nolisten", "tcp", "-noreset"]  # else the manager is thrown out when xdotool leaves first
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, pass_fds=(writer,), stdout=quiet, stderr=quiet)
    os.close(writer)
    with os.fdopen(reader) as answer:
        made = Screen(f":{answer.readline().strip()}")
    manager = subprocess.Popen(["openbox", "--sm-disable"], env=made.env, stdout=quiet, stderr=quiet)
    try:
        _wait_for_manager(made)
        yield made
    finally:
        for process in (manager, server):
            process.terminate()
            process.wait()


def _wait_for_manager(screen: Screen) -> None:
    """Windows can be activated only once the window manager has said what it can do."""
    deadline = time.monotonic() + 20
    ask = ["xdotool", "get_num_desktops"]
    while subprocess.run(ask, env=screen.env, capture_output=True, check=False).returncode:
        assert time.monotonic() < deadline, "no window manager"
