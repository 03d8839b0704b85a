"""The load generator and the C floor: built from the sources beside this file, once for each version of them."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.support.installed import made_once

_SOURCES = Path(__file__).parent
_COMPILERS = ("cc", "gcc", "clang")


class NoCompiler(Exception):
    """There is nothing here that compiles C."""


@dataclass(frozen=True)
class Programs:
    """Where the built programs are."""

    loader: Path
    floor: Path


def compiler() -> str:
    """The C compiler of this machine.

    Raises:
        NoCompiler: there is none.
    """
    chosen = os.environ.get("CC") or next((name for name in _COMPILERS if shutil.which(name)), None)
    if chosen is None or shutil.which(chosen) is None:
        raise NoCompiler(f"no C compiler: {chosen or ', '.join(_COMPILERS)}")
    return chosen


def build() -> Programs:
    """Compile what has changed; the programs are kept in the environment that runs this."""
    cc = compiler()
    files = sorted([*_SOURCES.glob("*.c"), *_SOURCES.glob("*.h"), _SOURCES / "Makefile"])
    version = hashlib.sha256(cc.encode() + b"".join(path.read_bytes() for path in files)).hexdigest()
    parts = [str(path) for path in files if path.suffix == ".c" and path.name != "floor.c"]

    def make(folder: Path) -> None:
        common = [cc, "-O2", "-Wall", "-Wextra", "-o"]
        _run([*common, str(folder / "loader"), *parts, "-lm"])
        _run([*common, str(folder / "floor"), str(_SOURCES / "floor.c")])

    folder = made_once("benchmark-cache", "load", [version], make)
    return Programs(loader=folder / "loader", floor=folder / "floor")


def _run(command: list[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}:\n{ended.stderr}")
