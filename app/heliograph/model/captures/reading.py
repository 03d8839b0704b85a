"""What readers of every format say of a file. Pure."""

from collections.abc import Callable
from typing import Protocol

from heliograph.model.captures.opened import OpenedCapture

#: Longest piece of a file that is one signal, or its beginning, in bytes.
MAX_PIECE_BYTES = 8 << 20
#: Pieces that cannot be read after which a file is given up.
MOST_DAMAGED = 1_000


class NoCapture(ValueError):
    """The file is no capture, or none that this program reads; the words are for a person."""


class Reader(Protocol):
    """Is fed a file piece by piece, and fills a capture.

    `damage` says in words what of the file could not be read, and where; "" while there is nothing to say.
    `title` is the session's name, `program` what wrote the file, `saved` when (ms since the epoch; 0: unknown),
    `part` which rows were written: "all", "filtered", "selected".
    """

    capture: OpenedCapture
    title: str
    program: str
    saved: int
    part: str

    @property
    def damage(self) -> str: ...

    @property
    def is_over(self) -> bool:
        """Nothing more will be taken."""

    def feed(self, data: bytes) -> None:
        """What comes next. Raises `NoCapture`."""

    def end(self) -> None:
        """That was all. Raises `NoCapture`."""


class Damage:
    """What could not be read: the first place in words, and how many there are."""

    def __init__(self, one: str) -> None:
        self._one = one
        self._first = ""
        self.count = 0
        self.ending = ""

    def add(self, words: str, count: int = 1) -> None:
        """One piece more; `words` say where it is and what is wrong with it."""
        self._first = self._first or words
        self.count += count

    def __str__(self) -> str:
        words = self._first
        if self.count > 1:
            words += (
                f" {self.count - 1:,} more {self._one}{'s' if self.count > 2 else ''} cannot be read either."
            )
        return " ".join(part for part in (words, self.ending) if part)


#: Makes a reader.
MakeReader = Callable[[], Reader]
