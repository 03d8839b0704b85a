"""Whether a window can be shown, and what is said where it cannot."""

import ctypes
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from heliograph import preflight
from heliograph.preflight import NoDesktop, check_desktop, explain_import

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lacks desktops")


def test_without_any_screen_it_says_so() -> None:
    with pytest.raises(NoDesktop, match="neither DISPLAY nor WAYLAND_DISPLAY is set"):
        check_desktop({})


def test_a_platform_without_a_screen_needs_none() -> None:
    for platform in ("offscreen", "minimal", "vnc:size=800x600", "offscreen;xcb"):
        check_desktop({"QT_QPA_PLATFORM": platform})


def test_a_display_that_is_not_there_is_named() -> None:
    pytest.importorskip("PySide6")
    with pytest.raises(NoDesktop, match="The display :4711 cannot be opened"):
        check_desktop({"DISPLAY": ":4711"})
    with pytest.raises(NoDesktop, match="The display nonsense cannot be opened"):
        check_desktop({"DISPLAY": "nonsense", "QT_QPA_PLATFORM": "xcb"})


def test_a_wayland_display_that_is_not_there_is_named(tmp_path: Path) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    with pytest.raises(NoDesktop, match="The Wayland display wayland-9 cannot be opened"):
        check_desktop(environment)
    with pytest.raises(NoDesktop, match=r":4711 cannot be opened(.|\n)*wayland-9 cannot be opened"):
        check_desktop({"DISPLAY": ":4711", **environment})


def test_one_display_that_works_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_check_plugin", lambda *_: "")
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        compositor.listen()
        check_desktop({"DISPLAY": ":4711", "WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)})


def test_missing_libraries_are_named_with_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("PySide6")
    lacking = {"libxcb-cursor.so.0", "libxkbcommon-x11.so.0", "libwayland-cursor.so.0"}
    really = ctypes.CDLL

    def load(name: str) -> object:
        if name.endswith("libqxcb.so"):
            raise OSError("libxcb-cursor.so.0: cannot open shared object file: No such file or directory")
        if name in lacking:
            raise OSError(name)
        return really(name)

    monkeypatch.setattr(ctypes, "CDLL", load)
    with pytest.raises(NoDesktop) as caught:
        check_desktop({"DISPLAY": ":0"})
    assert "libxcb-cursor.so.0: cannot open" in str(caught.value)
    assert str(caught.value).endswith("sudo apt install libxcb-cursor0 libxkbcommon-x11-0")


def test_a_qt_that_cannot_be_loaded_is_explained() -> None:
    words = str(explain_import(ImportError("libEGL.so.1: cannot open shared object file")))
    assert words.startswith("Qt cannot be loaded: libEGL.so.1")


def test_other_systems_always_have_a_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    check_desktop({})


def test_the_program_ends_with_words_and_not_with_a_crash(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "heliograph", "--data-dir", str(tmp_path)],
        env={"HOME": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "There is no screen to show a window on" in done.stderr
    assert "Traceback" not in done.stderr
