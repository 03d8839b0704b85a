"""Whether the starter sees a screen, and what it says to a wrong command."""

import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bootstrap import commands, display

ROOT = Path(__file__).resolve().parents[2]

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="X and Wayland")


@linux
@pytest.mark.parametrize("name", ["", "nonsense", ":", ":x", ":9999", "localhost:9999.0"])
def test_a_display_that_does_not_answer_is_no_screen(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DISPLAY", name)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert display.screens() == set()


@linux
def test_a_wayland_socket_that_answers_is_a_screen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-7")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-7"))
        compositor.listen()
        assert display.screens() == {"wayland"}


@linux
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb")
def test_the_tests_get_a_screen_and_it_ends_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with display.virtual_screen() as env:
        monkeypatch.setenv("DISPLAY", env["DISPLAY"])
        assert display.screens() == {"x11"}
    assert display.screens() == set()


def test_a_wrong_command_gets_the_usage() -> None:
    command = [sys.executable, str(ROOT / "packaging/run.py"), "tset"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown command 'tset'" in done.stderr
    assert "run.py test" in done.stderr


def test_what_the_application_opens_is_no_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Sequence[str]] = []

    def start(arguments: Sequence[str]) -> int:
        started.append(arguments)
        return 0

    monkeypatch.setattr(commands, "_app", start)
    capture = tmp_path / "a capture.jsonl"
    capture.touch()
    for opened in (str(capture), "heliograph://10.0.0.7:8765/S?secret=x"):
        assert commands.main([opened, "--name", "Ana"], "") == 0
    assert started == [
        [str(capture), "--name", "Ana"],
        ["heliograph://10.0.0.7:8765/S?secret=x", "--name", "Ana"],
    ]
    assert commands.main([str(tmp_path)], "") == 2
