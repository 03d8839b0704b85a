"""What the starter does about a library that the system lacks."""

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bootstrap import console, debian, native
from bootstrap.console import SetupError
from bootstrap.needs import FONTS, MANAGERS, QT, WAYLAND, WINDOW_TESTS, XCB, Need
from heliograph import no_window
from tests.starter.machine import PYTHON, Machine, make_machine

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="system libraries are Linux's matter"
)

THING = Need("libthing.so.1", "libthing", "thing-libs", "thing", "libthing1")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = make_machine(tmp_path, monkeypatch)
    monkeypatch.setattr(native, "FONTS", ())
    monkeypatch.setattr(native, "_load_once", lambda *_: None)
    return machine


@pytest.fixture(scope="session")
def library() -> Path:
    """Any shared library of this system will do for the missing one."""
    return next(path for folder in ("/lib", "/usr/lib") for path in Path(folder).glob("*/libm.so.6"))


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_nothing_is_called_where_nothing_is_missing(machine: Machine) -> None:
    machine.user(root=True)
    machine.program("apt-get")
    assert native.provide([], PYTHON, machine.folder) == {}
    assert machine.calls == []


@pytest.mark.parametrize("sudo", [False, True])
def test_a_package_manager_is_used_where_it_asks_no_question(machine: Machine, sudo: bool) -> None:
    machine.user(root=not sudo, sudo=sudo)
    machine.program("apt-get")
    with pytest.raises(SetupError, match=r"lacks: libthing\.so\.1"):  # our apt-get installs nothing
        native.provide([THING], PYTHON, machine.folder)
    installs = [call for call in machine.calls if call.startswith("apt-get install")]
    assert installs == ["apt-get install -y --no-install-recommends libthing"]


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("apt-get", "sudo apt-get install -y --no-install-recommends libthing"),
        ("dnf", "sudo dnf install -y --setopt=install_weak_deps=False thing-libs"),
        ("pacman", "sudo pacman -S --needed --noconfirm thing"),
        ("zypper", "sudo zypper --non-interactive install --no-recommends libthing1"),
    ],
)
def test_without_rights_the_exact_command_is_told(machine: Machine, manager: str, command: str) -> None:
    machine.user(root=False)
    machine.program(manager)
    with pytest.raises(SetupError) as problem:
        native.provide([THING], PYTHON, machine.folder)
    assert str(problem.value).splitlines()[-1].strip() == command
    assert [call for call in machine.calls if "install" in call] == []


def test_an_unknown_system_is_told_what_to_look_for(machine: Machine) -> None:
    machine.user(root=True)
    with pytest.raises(
        SetupError, match="not known to us; the packages are called much like these: libthing"
    ):
        native.provide([THING], PYTHON, machine.folder)


def test_without_rights_debian_gets_private_copies(machine: Machine, library: Path) -> None:
    machine.user(root=False)
    machine.debian(library)
    env = native.provide([THING], PYTHON, machine.folder)
    loads = [sys.executable, "-c", "import ctypes; ctypes.CDLL('libthing.so.1')"]
    subprocess.run(loads, env=env, check=True)
    (download,) = [call for call in machine.calls if "download" in call]
    assert download.endswith("download libthing"), "neither the C library nor drivers"


def test_the_person_can_forbid_system_packages(machine: Machine, library: Path) -> None:
    machine.user(root=True)
    machine.debian(library)
    machine.monkeypatch.setenv("HELIOGRAPH_SYSTEM_PACKAGES", "no")
    system = native.manager()
    assert system
    assert system.rights is None


def test_the_failing_command_says_why(machine: Machine) -> None:
    machine.user(root=False)
    machine.program("dpkg-deb")
    machine.program("apt-get", "echo 'E: The mirror is on fire'; exit 100")
    with pytest.raises(SetupError) as problem:
        native.provide([THING], PYTHON, machine.folder)
    assert "E: The mirror is on fire" in str(problem.value)
    assert "sudo apt-get install" in str(problem.value)


def test_a_font_that_cannot_be_had_is_looked_for_once(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.user(root=False)
    machine.program("dnf")
    machine.monkeypatch.setattr(native, "FONTS", (FONTS[0],))
    machine.monkeypatch.setattr(native, "_font_files", lambda folder: iter(()))
    native.provide([], PYTHON, machine.folder)
    assert "dejavu-sans-fonts" in said(capsys)
    native.provide([], PYTHON, machine.folder)
    assert said(capsys) == ""


def test_private_fonts_are_told_to_fontconfig(machine: Machine) -> None:
    fonts = machine.folder / "root/usr/share/fonts"
    fonts.mkdir(parents=True)
    conf = Path(debian.environment(machine.folder)["FONTCONFIG_FILE"])
    assert f"<dir>{fonts}</dir>" in conf.read_text(encoding="utf-8")


def test_the_program_and_its_starter_name_the_same_packages() -> None:
    """The program names them too where Qt gives up: it may have been installed without the starter."""
    known = {need.what: need.apt for need in (*QT, *XCB, *WAYLAND)}
    assert {name: known.get(name) for name in no_window.PACKAGES} == no_window.PACKAGES


def test_every_need_has_a_package_in_every_distribution() -> None:
    for need in (*QT, *XCB, *WAYLAND, *FONTS, *WINDOW_TESTS):
        assert all(need.package(manager) for manager in MANAGERS), need


def test_qt_is_loaded_once_and_again_after_it_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(native, "FONTS", ())
    folder = tmp_path / "system"
    commands: list[str] = []

    def run(command: Sequence[str | Path], *, doing: str, **options: Any) -> str:
        commands.append(doing)
        return console.run(command, doing=doing, **options)

    monkeypatch.setattr(native, "run", run)
    for _ in range(2):
        native.provide(XCB, PYTHON, folder)
    assert commands.count("Loading Qt") == 1
    native.forget(folder)
    native.provide(XCB, PYTHON, folder)
    assert commands.count("Loading Qt") == 2
