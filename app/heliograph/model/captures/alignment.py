"""Two captures on one clock: which moment of the one is which of the other. Pure.

Rows stand in the order in which they came, and their times follow it but for some milliseconds: those that the
relay stamped and those that only this app knew of have two clocks.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Literal

from heliograph.model.capture import Capture

#: By the time of day, by when each begins, or by a row of each that are one moment.
How = Literal["clock", "start", "rows"]
#: Rows before and after a place among which the nearest in time is looked for.
_AROUND = 8


class Timeline:
    """The rows of one capture that are shown, by time."""

    def __init__(self, capture: Capture, numbers: Sequence[int]) -> None:
        self._capture, self.numbers = capture, numbers

    def __len__(self) -> int:
        return len(self.numbers)

    def at(self, place: int) -> int:
        """When the row at that place was, in milliseconds since the epoch."""
        rows = self._capture.rows
        return rows[min(max(0, self.numbers[place] - self._capture.dropped - 1), len(rows) - 1)].at

    @property
    def first(self) -> int:
        """When the first was; 0 where there is none."""
        return self.at(0) if len(self) else 0

    @property
    def last(self) -> int:
        """When the last was; 0 where there is none."""
        return self.at(len(self) - 1) if len(self) else 0

    def place_from(self, at: int, low: int = 0) -> int:
        """The place of the first row that is not before `at`; their number where all are."""
        return bisect_left(range(len(self)), at, low, key=self.at)

    def nearest(self, at: int) -> int | None:
        """The place of the row nearest to `at`; None where there is none."""
        found = self.place_from(at)
        near = range(max(0, found - _AROUND), min(len(self), found + _AROUND))
        return min(near, key=lambda place: (abs(self.at(place) - at), place), default=None)


def offset(how: How, first: Timeline, second: Timeline, marks: tuple[int, int] | None) -> int:
    """What is to be added to the second's times so that they are the first's, in milliseconds.

    `marks` are the moments of the two rows that are one.
    """
    if how == "rows" and marks is not None:
        return marks[0] - marks[1]
    if how == "start" and len(first) and len(second):
        return first.first - second.first
    return 0


def span_words(ms: int) -> str:
    """How far apart two moments are: "340 ms", "12.3 s", "4 min 10 s", "2 h 5 min", "3 days 4 h"."""
    ms = abs(ms)
    if ms < 1_000:
        return f"{ms} ms"
    if ms < 60_000:
        return f"{ms / 1_000:.1f} s"
    seconds = ms // 1_000
    if seconds < 3_600:
        return f"{seconds // 60} min {seconds % 60} s"
    if seconds < 2 * 86_400:
        return f"{seconds // 3_600} h {seconds % 3_600 // 60} min"
    days, hours = seconds // 86_400, seconds % 86_400 // 3_600
    return f"{days:,} days {hours} h" if hours else f"{days:,} days"


#: Distances of the ticks of a time axis, in milliseconds.
_STEPS = (
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    900_000, 1_800_000, 3_600_000, 7_200_000, 10_800_000, 21_600_000, 43_200_000, 86_400_000,
)  # fmt: skip


def tick_step(span: int, most: int) -> int:
    """How far apart the ticks of an axis are on which `span` milliseconds have room for `most` of them."""
    wanted = span / max(1, most)
    return next((step for step in _STEPS if step >= wanted), max(1, round(wanted / 86_400_000)) * 86_400_000)
