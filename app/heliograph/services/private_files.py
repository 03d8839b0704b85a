"""Files of the person's own: readable by them only, written whole or not at all, never deleted when damaged."""

import os
import tempfile
from contextlib import suppress
from datetime import datetime
from pathlib import Path

#: Characters of a name that its temporary file has as well: names have a limit.
_LONGEST_NAME = 100


def make_private_directory(path: Path) -> None:
    """Create `path` and what lacks above it; what is created is for the person only."""
    if not path.is_dir():
        make_private_directory(path.parent)  # `parents=True` would make these for everybody
        path.mkdir(mode=0o700, exist_ok=True)


def make_private_file(path: Path) -> None:
    """Make sure that `path` exists and is readable by the person only."""
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    path.chmod(0o600)


class Replacement:
    """A file that takes the place of `path` once it is whole; until then, and if it never is, the old one stays.

    Everything may raise OSError, and must be followed by `finish` or `abandon`.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:_LONGEST_NAME]}.")
        self._name = Path(name)
        self._file = os.fdopen(handle, "wb")

    def write(self, content: bytes) -> None:
        """What comes next."""
        self._file.write(content)

    def finish(self) -> None:
        """It is whole: after a crash at any moment there is the old file or the new one."""
        with self._file as file:
            file.flush()
            os.fsync(file.fileno())
        self._name.replace(self._path)
        _sync_directory(self._path.parent)

    def abandon(self) -> None:
        """Nothing comes of it."""
        with suppress(OSError):
            self._file.close()  # it may have something to write
        with suppress(OSError):
            self._name.unlink()


def write_whole(path: Path, content: bytes) -> None:
    """Replace `path` by a file with `content`: after a crash at any moment it is the old one or the new one."""
    make_private_directory(path.parent)
    replacement = Replacement(path)
    try:
        replacement.write(content)
        replacement.finish()
    except BaseException:
        replacement.abandon()
        raise


def set_aside(path: Path, why: str, companions: tuple[str, ...] = ()) -> Path:
    """Rename `path` to `path.why-20260310-142233`, and with it the files that have one of the suffixes
    `companions`; returns the new name.
    """
    stamp = datetime.now().astimezone().strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.{why}-{stamp}")
    count = 1
    while aside.exists():
        count += 1
        aside = path.with_name(f"{path.name}.{why}-{stamp}-{count}")
    path.replace(aside)
    for suffix in companions:
        with suppress(FileNotFoundError):
            Path(f"{path}{suffix}").replace(f"{aside}{suffix}")
    return aside


def _sync_directory(path: Path) -> None:
    if os.name != "posix":
        return  # a directory cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
