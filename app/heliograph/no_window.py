"""Why there is no window. Qt's own last words mislead: it may name a plug-in that is there and not the display.

Only Linux needs this: there the display may be missing or closed to us, or lack libraries that Qt's wheel
leaves to the system.
"""

import ctypes
import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

#: What Qt's platform plug-ins need of the system, and which Debian package has it.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_WAYLAND_ONLY = ("libwayland",)
_XCB_ONLY = ("libX11-xcb", "libxcb-", "libxkbcommon-x11")


def why_no_window(
    qts_words: str, *, environment: Mapping[str, str] = os.environ, platform: str = sys.platform
) -> str:
    """Why Qt cannot show a window, and what mends it; `qts_words` where nothing better is known."""
    if not platform.startswith("linux"):
        return qts_words
    asked = environment.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    complaints = [complaint for check in _checks(asked, environment) if (complaint := check(environment))]
    if complaints:
        return "\n".join(complaints)
    missing = _missing(())
    return qts_words + _advice(missing) if missing else qts_words


def _checks(asked: str, environment: Mapping[str, str]) -> Sequence[Callable[[Mapping[str, str]], str]]:
    """One check for each platform that Qt may have tried."""
    if asked:
        by_name = {"xcb": _check_xcb, "wayland": _check_wayland, "wayland-egl": _check_wayland}
        return [by_name[asked]] if asked in by_name else []
    checks = []
    if environment.get("DISPLAY"):
        checks.append(_check_xcb)
    if environment.get("WAYLAND_DISPLAY"):
        checks.append(_check_wayland)
    return checks or [_check_xcb]


def _check_xcb(environment: Mapping[str, str]) -> str:
    display = environment.get("DISPLAY")
    if not display:
        return (
            "There is no screen to show a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. "
            "Start Heliograph from a desktop, or over ssh with -X. "
            "A relay needs no screen: heliograph-relay --help"
        )
    return _check_plugin("libqxcb.so", _WAYLAND_ONLY) or _check_display(display)


def _check_wayland(environment: Mapping[str, str]) -> str:
    name = environment.get("WAYLAND_DISPLAY", "wayland-0")
    path = Path(environment.get("XDG_RUNTIME_DIR", "/run")) / name
    try:
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))
    except OSError as error:
        return f"The Wayland display {name} cannot be opened: {error.strerror}. Is the desktop running?"
    return _check_plugin("libqwayland.so", _XCB_ONLY)


def _check_display(display: str) -> str:
    """Try to open it, as Qt will."""
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    xcb.xcb_connect.argtypes = [ctypes.c_char_p, ctypes.c_void_p]
    xcb.xcb_connection_has_error.argtypes = xcb.xcb_disconnect.argtypes = [ctypes.c_void_p]
    connection = xcb.xcb_connect(os.fsencode(display), None)
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if not failed:
        return ""
    return f"The display {display} cannot be opened: it is not running, or does not let this user in."


def _check_plugin(name: str, not_needed: tuple[str, ...]) -> str:
    """Load Qt's plug-in as Qt will; what it lacks is named, with the command that mends it."""
    import PySide6  # noqa: PLC0415 (a relay's installation has none)

    plugin = Path(PySide6.__file__).parent / "Qt" / "plugins" / "platforms" / name
    if not plugin.exists():  # Qt comes from the system, which keeps its libraries together
        return ""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return f"Qt cannot show windows here: {error}.{_advice(_missing(not_needed))}"
    return ""


def _missing(not_needed: tuple[str, ...]) -> list[str]:
    return [name for name in PACKAGES if not name.startswith(not_needed or ("-",)) and not _loads(name)]


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _advice(missing: list[str]) -> str:
    if not missing:
        return ""
    packages = " ".join(PACKAGES[name] for name in missing)
    return f"\nOn Debian and Ubuntu: sudo apt install {packages}"
