"""Finds the shared libraries, fonts and programs that the system lacks, and gets them, or says how."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap import debian
from bootstrap.console import SetupError, run, say
from bootstrap.needs import FONTS, MANAGERS, XCB, Need

_INSTALL = {
    "apt-get": ["apt-get", "install", "-y", "--no-install-recommends"],
    "dnf": ["dnf", "install", "-y", "--setopt=install_weak_deps=False"],
    "pacman": ["pacman", "-S", "--needed", "--noconfirm"],
    "zypper": ["zypper", "--non-interactive", "install", "--no-recommends"],
}

#: Run in a child process: it has the environment with the private copies, and a library that crashes takes only it.
_PROBE = """
import ctypes, sys
for name in sys.argv[1:]:
    try:
        ctypes.CDLL(name)
    except OSError:
        print(name)
"""

#: Loads what the application loads. The platform's plug-in by hand: Qt would abort the process where it fails.
_LOAD_QT = """
import ctypes, pathlib, sys
from PySide6 import QtNetwork, QtSvg, QtWidgets
plugins = pathlib.Path(QtWidgets.__file__).parent / "Qt" / "plugins" / "platforms"
for name in sys.argv[1:]:
    ctypes.CDLL(str(plugins / name))
"""

_FONT_SUFFIXES = (".ttf", ".otf", ".ttc", ".pfb")


@dataclass(frozen=True)
class Manager:
    """The system's package manager, and how we may call it."""

    name: str
    rights: list[str] | None  #: words before the command; None: we may not

    def command(self, packages: Iterable[str]) -> list[str]:
        """What installs packages, without the rights."""
        return [*_INSTALL[self.name], *packages]

    def install(self, packages: Sequence[str]) -> None:
        """Installs packages; raises `SetupError` with the manager's own words where it fails."""
        assert self.rights is not None
        before = [*self.rights, "env", "DEBIAN_FRONTEND=noninteractive"]
        say(f"installing {len(packages)} system packages with {self.name}: {' '.join(packages)}")
        if self.name == "apt-get":
            try:
                run([*before, "apt-get", "update"], doing="apt-get update")
            except SetupError as error:  # one broken source of many need not matter
                say(f"{error}\n  going on with the lists that are there")
        run([*before, *self.command(packages)], doing="Installing system packages")


def manager() -> Manager | None:
    """The package manager of this system, if we know it."""
    name = next((name for name in MANAGERS if shutil.which(name)), None)
    return Manager(name, _rights()) if name else None


def _rights() -> list[str] | None:
    if os.environ.get("HELIOGRAPH_SYSTEM_PACKAGES") == "no":
        return None
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def provide(needs: Sequence[Need], python: Path, folder: Path) -> dict[str, str]:
    """Gets the libraries and the fonts that are missing; returns the variables that programs need to see them.

    A missing font is a pity, a missing library raises `SetupError` with the command that installs it.
    """
    if not sys.platform.startswith("linux"):
        return {}
    missing = [*_missing_libraries(needs, python, folder), *_missing_fonts(folder)]
    if missing:
        failure = _get(missing, folder)
        still = _missing_libraries(needs, python, folder)
        if still:
            raise SetupError(_advice(still, failure))
        _remember_fonts(_missing_fonts(folder), folder)
    env = debian.environment(folder)
    _load_once(python, ["libqxcb.so"] if set(XCB) & set(needs) else [], folder, env)
    return env


def _load_once(python: Path, plugins: Sequence[str], folder: Path, env: dict[str, str]) -> None:
    """A library that is not in our list, or a system that is too old, shows here, once, and not as a crash."""
    loaded = folder / "loaded"
    wanted = " ".join(["QtWidgets", *plugins])
    if loaded.exists() and loaded.read_text(encoding="utf-8") == wanted:
        return
    run([python, "-c", _LOAD_QT, *plugins], doing="Loading Qt", env=env)
    folder.mkdir(exist_ok=True)
    loaded.write_text(wanted, encoding="utf-8")


def forget(folder: Path) -> None:
    """Qt was replaced: what is known about the system is not true any more."""
    (folder / "loaded").unlink(missing_ok=True)


#: Where programs are that only other programs start.
_HELPERS = ("/usr/libexec", "/usr/lib/at-spi2-core", "/usr/lib")


def provide_programs(needs: Sequence[Need]) -> None:
    """Installs programs that are missing, where we may; else says which."""
    places = os.pathsep.join([os.environ.get("PATH", os.defpath), *_HELPERS])
    missing = [need for need in needs if not shutil.which(need.what, path=places)]
    system = manager()
    if missing and system and system.rights is not None:
        system.install(_packages(missing, system.name))
    elif missing:
        say(_advice(missing, ""))


def install_ensurepip() -> bool:
    """Debian keeps it in a package of its own. Whether it is there now."""
    system = manager()
    if system is None or system.name != "apt-get" or system.rights is None:
        return False
    version = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    try:
        system.install(["python3-venv", version])
    except SetupError as error:
        say(str(error))
    importlib.invalidate_caches()
    return importlib.util.find_spec("ensurepip") is not None


def _get(missing: Sequence[Need], folder: Path) -> str:
    """Tries what there is; returns why the last try failed, or nothing."""
    system = manager()
    ways: list[Callable[[], None]] = []
    if system and system.rights is not None:
        ways.append(lambda: system.install(_packages(missing, system.name)))
    if debian.possible():
        ways.append(lambda: debian.unpack(_packages(missing, "apt-get"), folder))
    failure = ""
    for get in ways:
        try:
            get()
        except SetupError as error:
            failure = str(error)
        else:
            return ""
    return failure


def _packages(needs: Iterable[Need], name: str) -> list[str]:
    return sorted({need.package(name) for need in needs})


def _advice(missing: Sequence[Need], failure: str) -> str:
    system = manager()
    names = ", ".join(need.what for need in missing)
    if system is None:
        command = (
            "this system's package manager is not known to us; the packages are called much like these: "
        )
        command += " ".join(_packages(missing, "apt-get"))
    else:
        command = " ".join(["sudo", *system.command(_packages(missing, system.name))])
    return "\n".join(
        filter(None, [failure, f"This system lacks: {names}. What installs them:", f"    {command}"])
    )


def _missing_libraries(needs: Sequence[Need], python: Path, folder: Path) -> list[Need]:
    env = debian.environment(folder)
    output = run(
        [python, "-c", _PROBE, *(need.what for need in needs)], doing="Looking for libraries", env=env
    )
    names = set(output.split())
    return [need for need in needs if need.what in names]


def _missing_fonts(folder: Path) -> list[Need]:
    files = list(_font_files(folder))
    present = {"font": bool(files), "emoji font": any("emoji" in name.lower() for name in files)}
    tried = folder / "fonts-not-found"
    known = tried.read_text(encoding="utf-8").splitlines() if tried.exists() else []
    return [need for need in FONTS if not present[need.what] and need.what not in known]


def _remember_fonts(missing: Sequence[Need], folder: Path) -> None:
    """Looking again at each start would need the network at each start."""
    if missing:
        folder.mkdir(exist_ok=True)
        with (folder / "fonts-not-found").open("a", encoding="utf-8") as tried:
            tried.writelines(f"{need.what}\n" for need in missing)
        say(_advice(missing, ""))


def _font_files(folder: Path) -> Iterator[str]:
    home = Path.home()
    places = [
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".fonts",
        home / ".local/share/fonts",
    ]
    for place in [*places, folder / "root/usr/share/fonts"]:
        for _, _, names in os.walk(place):
            yield from (name for name in names if name.endswith(_FONT_SUFFIXES))
