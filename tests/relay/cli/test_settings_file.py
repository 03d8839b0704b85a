"""A wrong setting, wherever it is written, is exit code 2 and one line on stderr that says which and why."""

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from heliograph_relay.cli import command
from heliograph_relay.cli.command import relay


@pytest.fixture
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file to write into; a relay that would start says so by an exit code of its own."""

    def started(**_settings: Any) -> None:
        raise SystemExit(77)

    monkeypatch.setattr(command, "_settings", started)
    return tmp_path / "relay.toml"


def _run(path: Path, text: str) -> tuple[int, str]:
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(relay, ["--config", str(path)])
    return result.exit_code, " ".join(result.output.split())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("seats = 3.7", "seats: it must be a whole number"),
        ("seats = 3.0", "seats: it must be a whole number"),
        ('seats = "3"', "seats: it must be a whole number"),
        ("port = true", "port: it must be a whole number"),
        ("rate = false", "rate: it must be a number"),
        ('rate = "fast"', "rate: it must be a number"),
        ("rate = nan", "rate: "),
        ("ping-interval = [20]", "ping-interval: it must be a number"),
        ('pin = ["a"]', "pin: it must be text, in quotes"),
        ("pin = 1234", "pin: it must be text, in quotes"),
        ("host = 1979-05-27", "host: it must be text, in quotes"),
        ("project-file = 7", "project-file: it must be text, in quotes"),
        ("opentok = true", "opentok: it must be text, in quotes"),
        ('json = "yes"', "json: it must be true or false"),
        ("allow-inspect = 1", "allow-inspect: it must be true or false"),
        ("join-timeout = 0", "0 leaves no time at all"),
        ("seats = -3", "relay.toml, seats: -3 is not in the range"),
        ("colour = 1", "unknown setting 'colour'"),
        ("[seats]\nx = 1", "seats: it must be a whole number"),
        ("seats = " + "[" * 5_000, "it is nested too deeply"),
        ("seats = " + "1" * 5_000, "cannot read"),
        ('name = "\\ud800"', "cannot read"),
        ("#" * (1 << 20) + "#", "over 1048576 bytes"),
    ],
)
def test_a_wrong_setting_is_named(settings_file: Path, line: str, words: str) -> None:
    code, output = _run(settings_file, line)
    assert code == 2
    assert words in output


@pytest.mark.parametrize(
    "line",
    ["seats = 3", "rate = 3", "rate = 2.5", "json = true", 'pin = "1234"', "allow-inspect = false", "burst = 1", ""],
)  # fmt: skip
def test_a_right_one_is_taken(settings_file: Path, line: str) -> None:
    assert _run(settings_file, line)[0] == 77


def test_what_is_no_file_of_settings_is_refused(settings_file: Path) -> None:
    settings_file.write_bytes(b"\xff\xfe\x00")
    assert CliRunner().invoke(relay, ["--config", str(settings_file)]).exit_code == 2


def test_a_file_that_is_not_there_is_named_in_words(settings_file: Path) -> None:
    result = CliRunner().invoke(relay, ["--config", str(settings_file)])
    assert result.exit_code == 2
    assert "No such file or directory" in result.output
    assert "Errno" not in result.output
