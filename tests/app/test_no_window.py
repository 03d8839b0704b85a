"""Whether a window can be shown, and what is said where it cannot."""

import ctypes
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from heliograph import no_window
from heliograph.no_window import why_no_window

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lacks desktops")

QTS_WORDS = "no Qt platform plugin could be initialized"

#: Where Qt finds its libraries, if they are private copies (packaging/bootstrap/debian.py).
LIBRARIES = {name: value for name, value in os.environ.items() if name == "LD_LIBRARY_PATH"}


def test_without_any_screen_it_says_so() -> None:
    words = why_no_window(QTS_WORDS, environment={})
    assert words.startswith(
        "There is no screen to show a window on: neither DISPLAY nor WAYLAND_DISPLAY is set."
    )


def test_a_display_that_is_not_there_is_named() -> None:
    pytest.importorskip("PySide6")
    for environment in ({"DISPLAY": ":4711"}, {"DISPLAY": ":4711", "QT_QPA_PLATFORM": "xcb"}):
        words = why_no_window(QTS_WORDS, environment=environment)
        assert words.startswith("The display :4711 cannot be opened")


def test_a_wayland_display_that_is_not_there_is_named(tmp_path: Path) -> None:
    environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
    words = why_no_window(QTS_WORDS, environment=environment)
    assert words.startswith("The Wayland display wayland-9 cannot be opened")
    words = why_no_window(QTS_WORDS, environment={"DISPLAY": ":4711", **environment})
    assert words.count("cannot be opened") == 2


def test_where_nothing_is_found_qts_own_words_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(no_window, "_check_plugin", lambda *_: "")
    monkeypatch.setattr(no_window, "_missing", lambda _: [])
    assert why_no_window(QTS_WORDS, environment={"QT_QPA_PLATFORM": "no-such-thing"}) == QTS_WORDS
    assert why_no_window(QTS_WORDS, environment={}, platform="darwin") == QTS_WORDS
    with socket.socket(socket.AF_UNIX) as compositor:
        compositor.bind(str(tmp_path / "wayland-9"))
        compositor.listen()
        environment = {"WAYLAND_DISPLAY": "wayland-9", "XDG_RUNTIME_DIR": str(tmp_path)}
        assert why_no_window(QTS_WORDS, environment=environment) == QTS_WORDS


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
    words = why_no_window(QTS_WORDS, environment={"DISPLAY": ":0"})
    assert "libxcb-cursor.so.0: cannot open" in words
    assert words.endswith("sudo apt install libxcb-cursor0 libxkbcommon-x11-0")


@pytest.mark.parametrize(
    ("display", "words"),
    [
        ({}, "There is no screen to show a window on"),
        ({"DISPLAY": ":4711"}, "The display :4711 cannot be opened"),
    ],
)
def test_the_program_ends_with_words_and_not_with_a_crash(
    tmp_path: Path, display: dict[str, str], words: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "heliograph", "--data-dir", str(tmp_path)],
        env={"HOME": str(tmp_path), "PATH": "", **LIBRARIES, **display},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"heliograph: {words}")
    assert done.stderr.count("\n") == 1


def test_a_qt_that_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['PySide6'] = None\n"
        "from heliograph.application import Options, start\n"
        "from pathlib import Path\n"
        f"sys.exit(start(Options(data_dir=Path({str(tmp_path)!r}))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("heliograph: import of PySide6 halted")
