"""The program as a person starts it: real processes, without a screen; how they begin, meet and end."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]
import pytest

from heliograph import __version__

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and processes of POSIX")


def wait_for(condition: Callable[[], Any], within: float = 20.0) -> Any:
    deadline = time.monotonic() + within
    while not (value := condition()):
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.02)  # noqa: TID251 (another process tells nobody here)
    return value


class Program:
    """A running Heliograph with a directory of its own."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.directory = directory
        self.process = subprocess.Popen(
            [sys.executable, "-m", "heliograph", "--data-dir", str(directory), *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        wait_for(lambda: "first paint" in self.log)

    @property
    def log(self) -> str:
        file = self.directory / "log" / "heliograph.log"
        return file.read_text(encoding="utf-8") if file.exists() else ""

    def relays(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children()]

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What its store holds; nothing while there is none."""
        try:
            with closing(
                sqlite3.connect(f"file:{self.directory}/history.sqlite3?mode=ro", uri=True)
            ) as store:
                return store.execute(query).fetchall()
        except sqlite3.OperationalError:
            return []

    def invite(self) -> str:
        """The invite of the session that it has joined or hosts."""
        line: str = wait_for(lambda: self.rows("SELECT invite FROM sessions"))[0][0]
        return line

    def end(self, how: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """End it; its exit code and what it said."""
        self.process.send_signal(how)
        said, _ = self.process.communicate(timeout=15)
        return self.process.returncode, said


@contextmanager
def program(directory: Path, *arguments: str) -> Iterator[Program]:
    running = Program(directory, *arguments)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.communicate()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_and_ends_without_a_word(tmp_path: Path, how: signal.Signals) -> None:
    with program(tmp_path) as alone:
        assert alone.relays() == []
        assert alone.end(how) == (0, "")
        assert "WARNING" not in alone.log


def test_it_hosts_and_takes_its_relay_with_it(tmp_path: Path) -> None:
    with program(tmp_path, "--host", "--port", "0", "--session-name", "Choir", "--name", "Ana") as host:
        invite = host.invite()
        (relay,) = host.relays()
        assert host.end() == (0, "")
        assert not psutil.pid_exists(relay)
        assert "secret=" not in host.log
        assert invite.startswith("heliograph://")


def test_killed_it_leaves_no_relay_behind(tmp_path: Path) -> None:
    with program(tmp_path, "--host", "--port", "0") as host:
        host.invite()
        (relay,) = host.relays()
        host.end(signal.SIGKILL)
        wait_for(
            lambda: not psutil.pid_exists(relay) or psutil.Process(relay).status() == psutil.STATUS_ZOMBIE
        )


def test_two_programs_meet_by_an_invite_and_part(tmp_path: Path) -> None:
    with program(tmp_path / "a", "--host", "--port", "0", "--name", "Ana") as host:
        invite = host.invite()
        with program(tmp_path / "b", f"Join me: {invite}!", "--name", "Bob") as guest:
            assert guest.invite() == invite
            names = "SELECT name FROM people ORDER BY name"
            wait_for(lambda: ("Bob",) in host.rows(names) and ("Ana",) in guest.rows(names))
            assert guest.end() == (0, "")
        assert host.end() == (0, "")


def test_a_dead_invite_leaves_the_start_screen(tmp_path: Path) -> None:
    with program(tmp_path, "nonsense here") as alone:
        assert alone.end() == (0, "")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--version"], 0, f"heliograph, version {__version__}"),
        (["--help"], 0, "INVITE is a line that a host gave you"),
        (["--host", "heliograph://x"], 2, "choose"),
        (["--port", "70000"], 2, "70000"),
        (["--relay", "--version"], 0, f"heliograph-relay, version {__version__}"),
        (["--relay", "--port", "x"], 2, "heliograph-relay: "),
    ],
)
def test_the_command_line(arguments: list[str], code: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "heliograph", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    assert done.returncode == code
    assert words in " ".join((done.stdout + done.stderr).split())
