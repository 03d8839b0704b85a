"""What the person asked for: the application, the relay, the tests, or only to prepare them."""

import os
import platform
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bootstrap import display, native, needs
from bootstrap.console import SetupError, say
from bootstrap.environment import ROOT, Environment, start

_SETTINGS = """
Variables:
    HELIOGRAPH_VENV=FOLDER              where the environment is, instead of .venv
    HELIOGRAPH_SYSTEM_PACKAGES=no       never install system packages, even where that is allowed
"""

#: Who runs beside whom: tests/support/turns.py.
_SEVERAL_PROCESSES = ("--numprocesses=auto", "--dist=loadgroup", "--no-loadscope-reorder")


def main(arguments: list[str], usage: str) -> int:
    """Does what the command line says; returns the exit code."""
    command, *rest = arguments or ["app"]
    try:
        match command:
            case "help" | "-h" | "--help":
                print(f"{usage.strip()}\n{_SETTINGS}")
                return 0
            case "setup":
                return _setup(rest)
            case "relay":
                return _relay(rest)
            case "test":
                return _test(rest)
            case "app":
                return _app(rest)
            case _ if command.startswith("-") or _opens(command):
                return _app(arguments)
            case _:
                print(f"unknown command {command!r}\n\n{usage.strip()}", file=sys.stderr)
                return 2
    except SetupError as error:
        say(str(error))
        return 1
    except KeyboardInterrupt:
        say("stopped")
        return 130


def _opens(word: str) -> bool:
    """Whether this is no command but something that the application opens: a capture, an invite."""
    return "://" in word or Path(word).is_file()


def _app(arguments: Sequence[str]) -> int:
    """The application; where it cannot be shown, the relay, so that there is something to join."""
    environment = Environment()
    screens = display.screens()
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    if not screens and not chosen:
        return _relay_instead("There is no screen here.")
    if reason := _no_qt():
        return _relay_instead(reason)
    environment.prepare("app")
    wanted = [*needs.QT]
    wanted += needs.XCB if "x11" in screens or chosen == "xcb" else ()
    wanted += needs.WAYLAND if "wayland" in screens else ()
    try:
        env = native.provide(wanted, environment.python, environment.system)
    except SetupError as error:
        return _relay_instead(str(error))
    return start(environment.command("heliograph", *arguments), env | _locale())


def _relay_instead(reason: str) -> int:
    say(f"{reason}\n  So this is the relay alone, for this machine; Ctrl+C stops it. For the whole network:")
    say("  python3 packaging/run.py relay --host 0.0.0.0")
    return _relay(())


def _relay(arguments: Sequence[str]) -> int:
    environment = Environment()
    environment.prepare("relay")
    return start(environment.command("heliograph_relay", *arguments), _locale())


def _test(arguments: Sequence[str]) -> int:
    """The rules (ruff, mypy, import-linter) are tests too: tests/rules. `-n 0` runs everything in one process."""
    environment = Environment()
    environment.prepare("test")
    env = native.provide([*needs.QT, *needs.XCB], environment.python, environment.system) | _locale()
    with display.virtual_screen() as screen:
        command = environment.command("pytest", *_SEVERAL_PROCESSES, *arguments)
        return _supervise(command, {**os.environ, **env, **screen})


def _supervise(command: list[str], env: dict[str, str]) -> int:
    """Waits for the tests; Ctrl+C reaches them too, and they end by themselves, with their summary."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with subprocess.Popen(command, cwd=ROOT, env=env) as process:
        try:
            while True:
                try:
                    return process.wait()
                except KeyboardInterrupt:
                    continue
        finally:
            process.terminate()


def _setup(arguments: Sequence[str]) -> int:
    """Prepares the three sets (`test` contains the others) and what they need from the system."""
    environment = Environment()
    if reason := _no_qt():
        say(f"{reason} Preparing the relay alone.")
        environment.prepare("relay")
        return 0
    environment.prepare("test")
    native.provide([*needs.QT, *needs.XCB], environment.python, environment.system)
    if "--window-tests" in arguments:
        native.provide_programs(needs.WINDOW_TESTS)
    if "--sdk-tests" in arguments:
        native.provide_programs(needs.SDK_TESTS)
    if "--speed-tests" in arguments:
        native.provide_programs(needs.SPEED_TESTS)
    say("everything is prepared; `python3 packaging/run.py` starts Heliograph")
    return 0


def _no_qt() -> str:
    """Why Qt's wheels cannot be used on this system at all; empty where they can."""
    if sys.platform.startswith("linux") and platform.libc_ver()[0] != "glibc":
        return "Qt is not shipped for this system's C library (musl)."
    return ""


def _locale() -> dict[str, str]:
    """Qt wants UTF-8 and complains about the bare `C` of a container or a cron job."""
    plain = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or "C"
    return {"LC_ALL": "C.UTF-8"} if sys.platform.startswith("linux") and plain in ("C", "POSIX") else {}
