"""Which rows of a capture are written, and what their file says of itself. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct

from heliograph.model.capture import Capture, Fate, Row

#: Rows that a writer handles between two pieces: about a millisecond's work.
BATCH = 200

Part = Literal["all", "filtered", "selected"]


class About(Struct, frozen=True, kw_only=True):
    """What a file says of itself. `saved` is in milliseconds since the epoch; `session` and `title` may be ""."""

    program: str
    saved: int
    session: str = ""
    title: str = ""
    part: Part = "all"
    filter: str = ""


class Extract:
    """The rows as they are now, or those of them that have these numbers: a capture that grows on, or drops its
    oldest, changes nothing in it.
    """

    def __init__(self, capture: Capture, about: About, numbers: Sequence[int] | None = None) -> None:
        self.capture = capture
        self.about = about
        self.dropped = capture.dropped
        #: Rows that were given to a writer so far.
        self.served = 0
        self._rows = capture.rows.copy()
        # Some may be told of that the capture has dropped by now.
        self._numbers = None if numbers is None else numbers[bisect_right(numbers, self.dropped) :]

    def __len__(self) -> int:
        return len(self._rows) if self._numbers is None else len(self._numbers)

    @property
    def first(self) -> int:
        """The number of the first row where all are written; 1 where some are, which are counted anew."""
        return self.dropped + 1 if self._numbers is None else 1

    @property
    def began(self) -> int:
        """When the first of them was, in milliseconds since the epoch; 0 where there is none."""
        return self._some(0, 1)[0].at if len(self) else 0

    @property
    def ended(self) -> int:
        """When the last of them was."""
        return self._some(len(self) - 1, len(self))[0].at if len(self) else 0

    def fate(self, row: Row) -> Fate | None:
        """What became of a signal of mine among them."""
        return self.capture.fate(row)

    def batches(self) -> Iterator[list[Row]]:
        """All of them in order, some at a time."""
        for start in range(0, len(self), BATCH):
            yield self._some(start, start + BATCH)
            self.served += min(BATCH, len(self) - start)

    def _some(self, start: int, end: int) -> list[Row]:
        if self._numbers is None:
            return self._rows[start:end]
        rows, before = self._rows, self.dropped + 1
        return [rows[number - before] for number in self._numbers[start:end]]
