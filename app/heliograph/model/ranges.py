"""Sets of whole numbers as ranges. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable


def ranges_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """`numbers` as the fewest (first, last) pairs that hold these and no others, ascending."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return ranges


class RangeSet:
    """A set that grows by ranges. Its cost is that of its ranges, never of the numbers in them, so that
    nobody can make it expensive by claiming everything.
    """

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []

    def __len__(self) -> int:
        """How many separate ranges it has."""
        return len(self._firsts)

    def __contains__(self, number: int) -> bool:
        i = bisect_right(self._firsts, number) - 1
        return i >= 0 and number <= self._lasts[i]

    def add(self, first: int, last: int) -> list[tuple[int, int]]:
        """Add a range; returns what was not in the set before, as ranges."""
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        new: list[tuple[int, int]] = []
        start = first
        for i in range(low, high):
            if start < self._firsts[i]:
                new.append((start, min(last, self._firsts[i] - 1)))
            start = max(start, self._lasts[i] + 1)
        if start <= last:
            new.append((start, last))
        if low < high:
            first, last = min(first, self._firsts[low]), max(last, self._lasts[high - 1])
        self._firsts[low:high] = [first]
        self._lasts[low:high] = [last]
        return new
