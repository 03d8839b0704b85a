"""docs/PROTOCOL.md, "Starting a relay": the listening line, flags, HELIOGRAPH_ settings, and wrong ones."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from . import tokens
from .process import STOP_TIMEOUT, Lines, command, environment, refused_start, running
from .raw import ask
from .room import Room

MEMBERS = {
    "event",
    "host",
    "port",
    "session",
    "secret",
    "host_secret",
    "pin",
    "api_key",
    "api_secret",
    "invite",
}
GIVEN = {
    "session": tokens.SESSION,
    "secret": "for-guests",
    "host_secret": "for-hosts",
    "pin": "141421",
    "api_key": tokens.KEY,
    "api_secret": tokens.SECRET,
}
OTHERS = {"name": "Pier 7", "seats": "3", "rate": "7", "burst": "21"}


async def test_the_listening_line_has_all_members() -> None:
    with running() as relay:
        event = relay.event
        assert event.keys() >= MEMBERS
        assert event["event"] == "listening"
        assert event["host"] == "127.0.0.1"
        assert 0 < event["port"] < 65536
        assert all(isinstance(event[k], str) and event[k] for k in ("session", "secret", "host_secret"))
        assert event["pin"] is None  # what does not apply is null
        assert event["api_key"]
        assert event["api_secret"]
        assert event["invite"] is None or isinstance(event["invite"], str)
        health = await ask(relay, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert health.status == 200  # it listens already


def test_every_start_has_its_own_session_and_secrets() -> None:
    with running() as one, running() as two:
        chosen = [relay.event[k] for relay in (one, two) for k in ("session", "secret", "host_secret")]
        assert len(set(chosen)) == 6


def as_flags(settings: Mapping[str, str]) -> list[str]:
    return [part for k, value in settings.items() for part in (f"--{k.replace('_', '-')}", value)]


def as_environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {f"HELIOGRAPH_{k.upper()}": value for k, value in settings.items()}


@pytest.mark.parametrize("way", ["flags", "environment"])
async def test_every_setting_as_a_flag_and_as_an_environment_variable(way: str) -> None:
    settings = GIVEN | OTHERS
    flags = as_flags(settings) if way == "flags" else []
    env = as_environment(settings) if way == "environment" else {}
    with running(*flags, env=env) as relay:
        assert relay.event == relay.event | GIVEN
        async with Room(relay) as room:
            mod = await room.moderator()
            session, limits = mod.joined["session"], mod.joined["limits"]
            assert session == session | {"id": tokens.SESSION, "name": "Pier 7"}
            assert limits == limits | {"rate": 7, "burst": 21}
            await room.join("Ana")
            await room.join("Ben", pin="141421")
            await room.join("Cat", token=tokens.t1())
            dan = await room.connect()
            await dan.send("join", secret="for-guests")
            await dan.expect_bye(4429)


async def test_switches_as_environment_variables() -> None:
    env = {"HELIOGRAPH_ALLOW_INSPECT": "false", "HELIOGRAPH_EXIT_WITH_STDIN": "true"}
    with running(env=env, stdin=True) as relay:
        async with Room(relay) as room:
            mod = await room.moderator()
            await mod.send("inspect", on=True)
            await mod.expect("error", code=403)
            relay.close_stdin()
            await mod.expect_bye(4503)
            assert relay.wait() == 0


WRONG_FLAGS: list[tuple[str, ...]] = [
    ("--seats", "-1"),
    ("--seats", "many"),
    ("--seats", "1.5"),
    ("--recovery-window", "-1"),
    ("--recovery-window", "nan"),
    ("--log-entries", "1e3"),
    ("--log-bytes", ""),
    ("--rate", "-1"),
    ("--rate", "nan"),
    ("--burst", "lots"),
    ("--queue-bytes", "-1"),
    ("--ping-interval", "often"),
    ("--ping-timeout", "-1"),
    ("--join-timeout", "soon"),
    ("--port", "65536"),
    ("--port",),
    ("--seats",),
    ("--no-such-flag",),
]


def one_line_about(word: str, ended: "subprocess.CompletedProcess[str]") -> str:
    """The relay must have ended with code 2, said nothing on stdout, and one line with `word` on stderr."""
    lines = ended.stderr.splitlines()
    assert ended.returncode == 2, (ended.returncode, ended.stderr)
    assert ended.stdout == ""
    assert len(lines) == 1, ended.stderr
    assert word.lower() in lines[0].lower(), ended.stderr
    return lines[0]


@pytest.mark.parametrize("flags", WRONG_FLAGS, ids="=".join)
def test_a_wrong_flag_is_exit_code_2_and_one_line_that_says_which_and_why(flags: tuple[str, ...]) -> None:
    line = one_line_about(flags[0], refused_start(*flags))
    assert len(line) > len(" ".join(flags)) + 8  # words besides the flag itself


WRONG_SETTINGS = {
    "seats": "many",
    "rate": "-1",
    "port": "65536",
    "join_timeout": "soon",
    "allow_inspect": "perhaps",
}


@pytest.mark.parametrize(("name", "value"), WRONG_SETTINGS.items())
def test_a_wrong_setting_of_the_environment_is_the_same(name: str, value: str) -> None:
    line = one_line_about("", refused_start(env={f"HELIOGRAPH_{name.upper()}": value}, port=name != "port"))
    assert name in line.lower() or name.replace("_", "-") in line.lower()


def test_a_wrong_flag_among_right_ones_is_the_one_that_is_named() -> None:
    flags = (*as_flags(GIVEN), "--burst", "lots", "--rate", "5")
    assert "--rate" not in one_line_about("--burst", refused_start(*flags))


def read_first_words(process: "subprocess.Popen[str]") -> list[str]:
    """What a relay without --json says until it is ended."""
    assert process.stdout is not None
    lines = Lines(process.stdout)
    first = lines.first()
    process.terminate()
    assert process.wait(STOP_TIMEOUT) == 0
    said = lines.rest()
    process.stdout.close()
    assert first
    return said


def test_without_json_the_same_is_said_in_words() -> None:
    with tempfile.TemporaryDirectory() as home:
        process = subprocess.Popen(
            command(*as_flags(GIVEN), machine=False),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment(home),
            cwd=home,
        )
        said = read_first_words(process)
    for line in said:
        with pytest.raises(json.JSONDecodeError):
            json.loads(line or "x")
    for value in GIVEN.values():
        assert value in "\n".join(said)


def test_the_command_of_the_page_is_installed() -> None:
    script = Path(sys.executable).with_name("heliograph-relay")
    if not script.exists():
        pytest.skip("the project is on the path but not installed here")
    ended = subprocess.run(
        [script, "--seats", "many"], capture_output=True, text=True, timeout=20, check=False
    )
    one_line_about("--seats", ended)
