"""Packages from their registries, in a folder of the environment that runs the tests: one a set of versions, made once."""

import hashlib
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.support.turns import locked


def made_once(cache: str, kind: str, packages: Sequence[str], make: Callable[[Path], None]) -> Path:
    """The folder of these packages; `make` fills it where it is not there, or was not finished."""
    version = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    folder = Path(sys.prefix) / cache / f"{kind}-{version}"
    folder.parent.mkdir(exist_ok=True)
    done = folder / ".complete"
    with locked(folder.parent):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
