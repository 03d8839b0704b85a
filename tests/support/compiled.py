"""The relay as `packaging/compiled.py` makes it: compiled once for each version of its sources."""

import hashlib
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.support.installed import made_once

_ROOT = Path(__file__).parents[2]
_COMPILE = _ROOT / "packaging" / "compiled.py"
_SOURCES = _ROOT / "relay"


class NotCompiled(Exception):
    """What is missing for it, or what the compiler said."""


def compiled_relay() -> Path:
    """The folder to put first on `PYTHONPATH`.

    Raises:
        NotCompiled: there is no C compiler, no header of Python, or it failed.
    """
    if not any(map(shutil.which, ("cc", "gcc", "clang"))):
        raise NotCompiled("there is no C compiler")
    if not Path(sysconfig.get_path("include"), "Python.h").exists():
        raise NotCompiled("Python's headers are not installed (python3-dev)")
    files = [_COMPILE, *sorted(_SOURCES.rglob("*.py"))]
    version = hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
    return made_once("benchmark-cache", "compiled", [version], _compile) / "relay"


def _compile(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(_COMPILE), str(folder / "relay")],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise NotCompiled(done.stderr)
