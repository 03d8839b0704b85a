"""A wrong variable is named itself, and a misspelt one is not taken in silence."""

import pytest

from heliograph_relay.cli import main
from heliograph_relay.cli.command import relay
from heliograph_relay.cli.variables import misspelt


def _end(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr("sys.argv", ["heliograph-relay", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    return end.value.code


def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HELIOGRAPH_PING_INTERVAL", "often")
    assert _end(monkeypatch) == 2
    assert "the variable HELIOGRAPH_PING_INTERVAL: 'often'" in capsys.readouterr().err


def test_a_wrong_flag_is_named_whatever_the_variable_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HELIOGRAPH_PORT", "8765")
    assert _end(monkeypatch, "--port", "x") == 2
    told = capsys.readouterr().err
    assert "'--port'" in told
    assert "HELIOGRAPH_PORT" not in told


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("HELIOGRAPH_PROT", "HELIOGRAPH_PORT"),
        ("HELIOGRAPH_SEAT", "HELIOGRAPH_SEATS"),
        ("HELIOGRAPH_PORT", None),
        ("HELIOGRAPH_VENV", None),
        ("HELIOGRAPH_SYSTEM_PACKAGES", None),
        ("PORT", None),
    ],
)
def test_what_looks_like_a_setting_is_said(name: str, meant: str | None) -> None:
    lines = list(misspelt(relay, ["PATH", name]))
    assert lines == ([f"nothing reads the variable {name}; is {meant} meant?"] if meant else [])
