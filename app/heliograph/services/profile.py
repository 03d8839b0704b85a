"""The directory in which one running program keeps what is the person's own.

A second program started by the same person gets a directory of its own beside it, always the same one, so
that two windows on one machine are two people and never write into each other's history.
"""

import sys
from pathlib import Path
from typing import IO

from heliograph.services.private_files import make_private_directory, make_private_file

#: Programs that one person runs at the same time.
MOST_PROGRAMS = 50


class Profile:
    """A directory that belongs to this program until `release` or its end."""

    def __init__(self, directory: Path, number: int, lock: IO[bytes]) -> None:
        self.directory = directory
        self.number = number
        self._lock = lock

    def release(self) -> None:
        """Let another program have it."""
        self._lock.close()


def claim(base: Path) -> Profile:
    """Claim `base`, or the first free one of `base/program-2`, `base/program-3`, …

    Raises:
        OSError: no directory can be written.
    """
    for number in range(1, MOST_PROGRAMS + 1):
        directory = base if number == 1 else base / f"program-{number}"
        make_private_directory(directory)
        make_private_file(directory / "lock")
        lock = (directory / "lock").open("ab")
        if _locks(lock):
            return Profile(directory, number, lock)
        lock.close()
    raise OSError(f"{MOST_PROGRAMS} programs use {base} already")


def _locks(file: IO[bytes]) -> bool:
    """Whether the file could be locked; the system lets go of it when the program ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 (there is none elsewhere)

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 (there is none elsewhere)

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
