"""The program as a person starts it: real processes, without a screen; how they begin, meet and end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from heliograph import __version__
from tests.e2e.program import Program, lives, until

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals and processes of POSIX")

Start = Callable[..., Program]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts programs by the names of their directories. What they may not do is say anything aloud."""
    programs: list[Program] = []

    def start(name: str, *arguments: str) -> Program:
        programs.append(Program(tmp_path / name, *arguments))
        return programs[-1]

    yield start
    for program in programs:
        program.kill()
        assert program.said == ""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_it_starts_and_ends_without_a_word(start: Start, how: signal.Signals) -> None:
    alone = start("alone")
    await alone.painted()
    assert alone.relay() is None
    assert await alone.end(how) == 0


async def test_it_hosts_and_takes_its_relay_with_it(start: Start) -> None:
    host = start("a", "--host", "--port", "0", "--session-name", "Choir", "--name", "Ana")
    invite = await host.invite()
    relay = host.relay()
    assert await host.end() == 0
    assert not lives(relay)
    assert invite.name == "Choir"
    assert invite.secret not in host.log


async def test_killed_it_leaves_no_relay_behind(start: Start) -> None:
    host = start("a", "--host", "--port", "0")
    await host.invite()
    relay = host.relay()
    host.kill()
    await until(lambda: not lives(relay), "the relay's end")


async def test_two_programs_meet_by_an_invite_and_part(start: Start) -> None:
    host = start("a", "--host", "--port", "0", "--name", "Ana")
    invite = await host.invite()
    guest = start("b", f"Join me: {invite.line()}!", "--name", "Ben")
    assert await guest.invite() == invite
    await host.knows("Ben")
    await guest.knows("Ana")
    assert await guest.end() == 0
    assert await host.end() == 0


async def test_a_dead_invite_leaves_the_start_screen(start: Start) -> None:
    alone = start("alone", "nonsense here")
    await alone.painted()
    assert await alone.end() == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--version"], 0, f"heliograph, version {__version__}"),
        (["--help"], 0, "WHAT is an invite"),
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
