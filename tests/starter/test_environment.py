"""When `.venv` is made, brought up to date, and left alone."""

import importlib.util
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bootstrap import debian, environment, native
from bootstrap.console import SetupError
from bootstrap.environment import Environment


class Commands:
    """Stands for `run`: does of each command what matters here, and remembers it."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.broken = ""

    def __call__(self, command: Sequence[str | Path], *, doing: str, **_: object) -> str:
        words = [str(word) for word in command]
        what = next((kind for kind in ("venv", "--requirement", "--editable") if kind in words), "?")
        self.calls.append(f"{what} {Path(words[-1]).name}")
        if self.broken and self.broken in words[-1]:
            raise SetupError(f"{doing} failed")
        if "sysconfig" in words[-1]:
            return "the-packages"
        if what == "venv":
            python = Path(words[-1], "Scripts/python.exe" if sys.platform == "win32" else "bin/python")
            python.parent.mkdir()
            python.touch()
        return ""


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    commands = Commands()
    monkeypatch.setattr(environment, "run", commands)
    monkeypatch.setattr(native, "install_ensurepip", lambda: True)
    return commands


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with three locks and a project file."""
    root = tmp_path / "checkout"
    (root / "packaging" / "lock").mkdir(parents=True)
    (root / "packaging" / "run.py").touch()
    (root / "pyproject.toml").write_text("one", encoding="utf-8")
    for name in environment.SETS:
        (root / "packaging" / "lock" / f"{name}.txt").write_text(name, encoding="utf-8")
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "LOCKS", root / "packaging" / "lock")
    monkeypatch.setenv("HELIOGRAPH_VENV", str(root / ".venv"))
    return root


def prepare(name: str, commands: Commands) -> list[str]:
    """What one start had to do."""
    commands.calls.clear()
    Environment().prepare(name)
    return list(commands.calls)


def test_the_first_start_makes_everything_and_the_second_nothing(checkout: Path, commands: Commands) -> None:
    assert prepare("app", commands) == ["venv .venv", "--requirement app.txt", "--editable checkout"]
    assert prepare("app", commands) == []


def test_a_larger_set_contains_the_smaller_ones(checkout: Path, commands: Commands) -> None:
    prepare("app", commands)
    assert prepare("relay", commands) == []
    assert prepare("test", commands) == ["--requirement test.txt"]


def test_a_changed_lock_is_installed_again(checkout: Path, commands: Commands) -> None:
    prepare("app", commands)
    (checkout / "packaging/lock/app.txt").write_text("newer", encoding="utf-8")
    assert prepare("relay", commands) == []
    assert prepare("app", commands) == ["--requirement app.txt"]


def test_a_changed_project_file_installs_the_project_again(checkout: Path, commands: Commands) -> None:
    prepare("app", commands)
    (checkout / "pyproject.toml").write_text("two", encoding="utf-8")
    assert prepare("app", commands) == ["--editable checkout"]


def test_what_failed_is_tried_again(checkout: Path, commands: Commands) -> None:
    commands.broken = "relay.txt"
    with pytest.raises(SetupError):
        prepare("relay", commands)
    commands.broken = ""
    assert prepare("relay", commands)[-2:] == ["--requirement relay.txt", "--editable checkout"]


@pytest.mark.parametrize("damage", ["", '{"roo', "[]", '{"unknown": 1}'])
def test_a_damaged_record_makes_it_anew(checkout: Path, commands: Commands, damage: str) -> None:
    prepare("relay", commands)
    (checkout / ".venv/heliograph.json").write_text(damage, encoding="utf-8")
    assert prepare("relay", commands)[0] == "venv .venv"


@pytest.mark.parametrize("change", [{"root": "/elsewhere"}, {"python": "3.10"}])
def test_a_moved_checkout_or_another_python_makes_it_anew(
    checkout: Path, commands: Commands, change: dict[str, str]
) -> None:
    prepare("relay", commands)
    file = checkout / ".venv/heliograph.json"
    stamp = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(stamp | change), encoding="utf-8")
    assert prepare("relay", commands)[0] == "venv .venv"


def test_somebody_elses_folder_is_not_touched(checkout: Path, commands: Commands) -> None:
    theirs = checkout / ".venv" / "theirs"
    theirs.mkdir(parents=True)
    with pytest.raises(SetupError, match="not made by this program"):
        prepare("relay", commands)
    assert theirs.exists()
    assert commands.calls == []


def test_an_incomplete_checkout_says_which_file_is_missing(checkout: Path, commands: Commands) -> None:
    (checkout / "packaging/lock/app.txt").unlink()
    with pytest.raises(SetupError, match=r"app\.txt cannot be read"):
        prepare("app", commands)


def test_without_ensurepip_pip_comes_from_debian(
    checkout: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed: list[tuple[Path, Path]] = []
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(native, "install_ensurepip", lambda: False)
    monkeypatch.setattr(debian, "install_pip", lambda packages, folder: installed.append((packages, folder)))
    prepare("relay", commands)
    assert installed == [(Path("the-packages"), checkout / ".venv" / "system")]
