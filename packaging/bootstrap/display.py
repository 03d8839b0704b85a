"""Whether there is a screen, and a virtual one for the tests."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bootstrap.console import say

#: Seconds for a local X server to answer; one that does not is no screen.
_PATIENCE = 3.0


def screens() -> set[str]:
    """The kinds of screen that a window can be shown on: `x11`, `wayland`, or `native` (macOS, Windows).

    Looks before Qt does: Qt aborts the process where it finds none.
    """
    if not sys.platform.startswith("linux"):
        return {"native"}
    found = set()
    if _x11_answers(os.environ.get("DISPLAY", "")):
        found.add("x11")
    if _wayland_answers():
        found.add("wayland")
    return found


def _x11_answers(display: str) -> bool:
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return _answers(socket.AF_UNIX, path) or _answers(socket.AF_UNIX, f"\0{path}")
    return _answers(socket.AF_INET, (host, 6000 + int(number)))


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY", "")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    return bool(name) and _answers(socket.AF_UNIX, str(Path(folder, name)))


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(_PATIENCE)
            probe.connect(address)
    except OSError:
        return False
    return True


@contextmanager
def virtual_screen() -> Generator[Mapping[str, str]]:
    """Variables that show windows to the tests: on this screen where there is one, else on a virtual one.

    Empty where neither is to be had: tests that need a real window then skip themselves and say so.
    """
    if "x11" in screens() or not shutil.which("Xvfb"):
        yield {}
        return
    with ExitStack() as stack:
        reader, writer = os.pipe()
        command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1280x960x24", "-nolisten", "tcp"]
        stack.enter_context(_running(command, pass_fds=(writer,)))
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        if not number:
            say("Xvfb did not start: tests that need a real window will be skipped")
            yield {}
            return
        env = {"DISPLAY": f":{number}"}
        if shutil.which("openbox"):
            stack.enter_context(_running(["openbox", "--sm-disable"], env={**os.environ, **env}))
        yield env


@contextmanager
def _running(
    command: list[str], *, pass_fds: tuple[int, ...] = (), env: Mapping[str, str] | None = None
) -> Generator[None]:
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, pass_fds=pass_fds, env=env)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
