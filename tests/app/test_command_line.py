"""What the command line asks for."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from heliograph import command_line
from heliograph.application import Options


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Options]:
    """What the program was started with."""
    found: list[Options] = []

    def start(options: Options) -> int:
        found.append(options)
        return 0

    monkeypatch.setattr(command_line, "start", start)
    return found


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command_line.command, list(arguments))


def test_nothing(started: list[Options]) -> None:
    assert run().exit_code == 0
    assert started == [Options()]


def test_an_invite_or_an_address(started: list[Options]) -> None:
    run("heliograph://10.0.0.1:8765/x?secret=a.jsonl&sum=1f0c", "--pin", "4711")
    run("192.168.1.5:8765")
    assert [(options.invite, options.captures) for options in started] == [
        ("heliograph://10.0.0.1:8765/x?secret=a.jsonl&sum=1f0c", ()), ("192.168.1.5:8765", ()),
    ]  # fmt: skip
    assert started[0].pin == "4711"


def test_captures(started: list[Options], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("x")
    run("not-there.jsonl")
    run("One.HAR", str(other))
    assert [options.captures for options in started] == [(Path("not-there.jsonl"),), (Path("One.HAR"), other)]
    assert [options.invite for options in started] == [None, None]


def test_what_begins_as_a_path_does_is_no_address(started: list[Options]) -> None:
    for text in ("/srv/all.jsnl", "./all.jsnl", "../all"):
        run(text)
    assert [(options.invite, options.captures) for options in started] == [
        (None, (Path(text),)) for text in ("/srv/all.jsnl", "./all.jsnl", "../all")
    ]


@pytest.mark.parametrize("option", ["--name", "--session-name"])
def test_a_name_that_no_relay_takes(started: list[Options], option: str) -> None:
    assert run(option, "x" * 64).exit_code == 0
    result = run(option, "x" * 65)
    assert result.exit_code == 2
    assert f"'{option}': it has 65 characters, and 64 are the most." in result.output
    assert len(started) == 1


@pytest.mark.parametrize(
    "arguments",
    [("a.jsonl", "b.jsonl", "c.jsonl"), ("a.jsonl", "10.0.0.1"), ("10.0.0.1", "10.0.0.2"), ("--host", "a.jsonl"), ("--host", "10.0.0.1")],
)  # fmt: skip
def test_what_does_not_go_together(started: list[Options], arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "WHAT" in result.output
    assert started == []
