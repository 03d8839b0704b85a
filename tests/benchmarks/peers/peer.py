"""What a measured server is, and the means that adapters share."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests.benchmarks.load.run import Target
from tests.support.installed import made_once

SERVERS = Path(__file__).parent / "servers"
_CACHE = "benchmark-cache"
_START_SECONDS = 15.0
_LOOK_SECONDS = 0.02


class Missing(Exception):
    """This server cannot be had here; the words say why."""


class Server(Protocol):
    """A server that is listening."""

    @property
    def pids(self) -> Sequence[int]:
        """Its processes."""

    def target(self, sessions: int) -> Target:
        """How clients reach so many sessions of it."""

    def stop(self) -> None:
        """End it, and wait until it has ended."""


class Peer(Protocol):
    """A kind of server. `name` is its column in the table."""

    name: str

    def version(self) -> str:
        """Prepare it, from its registry where it must be; raises `Missing`."""

    def start(self, core: int | None) -> Server:
        """A new process of it, held to this core."""


@dataclass
class PlainServer:
    """A server whose sessions are open to everybody, under one URL."""

    process: "subprocess.Popen[bytes]"
    mode: str
    url: str
    pids: Sequence[int] = field(init=False)

    def __post_init__(self) -> None:
        self.pids = [self.process.pid]

    def target(self, sessions: int) -> Target:
        return Target(self.mode, self.url)

    def stop(self) -> None:
        end(self.process)


def start_plain(
    command: Sequence[str], port: int, core: int | None, *, mode: str = "json", path: str = "/%s/%c",
    env: dict[str, str] | None = None,
) -> PlainServer:  # fmt: skip
    """Start a server that listens at this port, and wait until it does."""
    process = subprocess.Popen(
        [*held_to(core), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=os.environ | (env or {}),
    )
    _wait_for(process, port)
    return PlainServer(process, mode, f"ws://127.0.0.1:{port}{path}")


def held_to(core: int | None) -> list[str]:
    """The start of a command line that holds a program to one core."""
    return [] if core is None else ["taskset", "-c", str(core)]


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to end, and make it."""
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    for _ in range(int(_START_SECONDS / _LOOK_SECONDS)):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        try:
            code = process.wait(_LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        raise Missing(f"{process.args!r} ended with code {code}")
    end(process)
    raise Missing(f"{process.args!r} does not listen")


# Where peers come from


def npm(*packages: str) -> Path:
    """`node_modules` with these packages, each with its version; raises `Missing`."""
    if shutil.which("npm") is None:
        raise Missing("npm is not installed")
    folder = made_once(_CACHE, "npm", packages, lambda at: _npm_install(at, packages))
    return folder / "node_modules"


def python_environment(*packages: str) -> Path:
    """The `bin` folder of an environment with these packages from PyPI; raises `Missing`."""
    return made_once(_CACHE, "pypi", packages, lambda at: _pip_install(at, packages)) / "bin"


def system_program(name: str, package: str) -> str:
    """A program of the distribution, installed if that is allowed here; raises `Missing`."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None and _may_install():
        # RUNLEVEL: the package must not start a service of its own.
        _ran(["apt-get", "install", "-y", "-qq", "--no-install-recommends", package], env={"RUNLEVEL": "1"})
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        raise Missing(f"{name} is not installed (Debian's package {package})")
    return found


def said_by(command: Sequence[str]) -> str:
    """What a program prints; raises `Missing` where it cannot be run."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=20)
    except OSError as error:
        raise Missing(str(error)) from None
    return (ended.stdout + ended.stderr).strip()


def node_version() -> str:
    """As Node.js says it; raises `Missing`."""
    node = said_by(["node", "--version"])
    if not node.startswith("v"):
        raise Missing("node is not installed")
    return node


def _may_install() -> bool:
    forbidden = os.environ.get("HELIOGRAPH_SYSTEM_PACKAGES") == "no"
    return not forbidden and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _npm_install(folder: Path, packages: Sequence[str]) -> None:
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    _ran(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages], cwd=folder)


def _pip_install(folder: Path, packages: Sequence[str]) -> None:
    _ran([sys.executable, "-m", "venv", str(folder)])
    _ran([str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *packages])


def _ran(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> None:
    ended = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | (env or {}),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    if ended.returncode != 0:
        last = (ended.stderr or ended.stdout).strip().splitlines()[-1:]
        raise Missing(f"{command[0]} could not install it: {' '.join(last)}")
