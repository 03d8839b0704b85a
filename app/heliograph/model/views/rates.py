"""Signals a second by type, and round trips by person, in bins of time. Pure.

Bins are kept in levels, each twice as wide as the one before, so that any span of time has at most `MOST_POINTS`
of some level, and what is old costs little. A row costs the same however much there is.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heliograph.model.capture import Capture, Kind, Row

#: Most points of one series on screen.
MOST_POINTS = 240
#: The narrowest bin, in milliseconds.
FINEST = 500
#: The widest bin is half a year, so that a century has few enough of them.
_LEVELS = 26
#: Bins kept of a level; more are cut to that number.
_KEPT = 2 * MOST_POINTS
#: Types that are told apart; whoever invents more of them is counted as `OTHER`.
_MOST_TYPES = 500
#: How many types are plotted; the others together are one more.
TOP = 6
OTHER = "other"
PING, NO_TYPE = "ping", "no type"


@dataclass(frozen=True)
class Span:
    """Bins of one level: `count` of them, `width` milliseconds each, from bin `first` on."""

    level: int
    first: int
    count: int

    @property
    def width(self) -> int:
        """Of a bin, in milliseconds."""
        return FINEST << self.level

    @property
    def begin(self) -> int:
        """When it begins, in milliseconds since the epoch."""
        return self.first * self.width

    @property
    def end(self) -> int:
        """When it ends."""
        return (self.first + self.count) * self.width

    def at(self, time: int) -> int | None:
        """The place of the bin of that time; None outside."""
        place = time // self.width - self.first
        return place if 0 <= place < self.count else None


def span(begin: int, end: int) -> Span:
    """The finest bins that show the time from `begin` until before `end` with few enough points."""
    for level in range(_LEVELS):
        width = FINEST << level
        first, last = begin // width, max(begin, end - 1) // width
        if last - first < MOST_POINTS:
            return Span(level, first, last - first + 1)
    width = FINEST << (_LEVELS - 1)
    return Span(_LEVELS - 1, end // width - MOST_POINTS + 1, MOST_POINTS)


class Bins:
    """Sums by key, in bins of every level."""

    def __init__(self) -> None:
        self._levels: list[dict[int, dict[str, float]]] = [{} for _ in range(_LEVELS)]

    def add(self, amounts: Mapping[tuple[int, str], float]) -> None:
        """Amounts by bin of the finest level and key."""
        for level in self._levels:
            wider: dict[tuple[int, str], float] = {}
            for (bin, key), amount in amounts.items():
                found = level.get(bin)
                if found is None:
                    found = level[bin] = {}
                found[key] = found.get(key, 0) + amount
                half = (bin >> 1, key)
                wider[half] = wider.get(half, 0) + amount
            amounts = wider

    def trim(self) -> None:
        """Let go of the oldest bins of levels that have too many."""
        for level in self._levels:
            if len(level) > 2 * _KEPT:
                for bin in sorted(level)[:-_KEPT]:
                    del level[bin]

    def totals(self, where: Span) -> Counter[str]:
        """By key, in all of these bins."""
        found: Counter[str] = Counter()
        level = self._levels[where.level]
        for bin in range(where.first, where.first + where.count):
            for key, amount in level.get(bin, {}).items():
                found[key] += amount  # type: ignore[assignment]  # sums may be fractions
        return found

    def values(self, where: Span, key: str) -> list[float]:
        """One key, bin by bin."""
        level = self._levels[where.level]
        nothing: dict[str, float] = {}
        return [
            level.get(bin, nothing).get(key, 0.0) for bin in range(where.first, where.first + where.count)
        ]


@dataclass(frozen=True)
class Series:
    """One line: None where there is nothing to plot."""

    key: str
    values: list[float | None]

    @property
    def last(self) -> float | None:
        """The newest value that there is."""
        return next((value for value in reversed(self.values) if value is not None), None)

    @property
    def highest(self) -> float:
        """The largest value; 0 without any."""
        return max((value for value in self.values if value is not None), default=0.0)


class Rates:
    """Take every row once; take the fates of pings when they change."""

    def __init__(self) -> None:
        self._signals, self._sums, self._counts = Bins(), Bins(), Bins()
        self._types: set[str] = set()
        self._counted: dict[int, int] = {}
        #: When the first and the last signal was, in milliseconds since the epoch; None without any.
        self.first: int | None = None
        self.last: int | None = None

    def take(self, capture: Capture, rows: Sequence[Row]) -> None:
        """The rows that come next."""
        rows = [row for row in rows if row.kind.is_signal]
        if not rows:
            return
        begin, end = min(row.at for row in rows), max(row.at for row in rows)
        self.first = begin if self.first is None else min(self.first, begin)
        self.last = end if self.last is None else max(self.last, end)
        untyped = (NO_TYPE, PING)
        counts = Counter(
            [
                (row.at // FINEST, row.type if row.type is not None else untyped[row.data is None])
                for row in rows
            ]
        )
        self._signals.add(self._bounded(counts))
        self._signals.trim()
        for row in rows:
            if row.kind is Kind.PING and row.direction == "out":
                self.trip(capture, row)

    def _bounded(self, counts: Mapping[tuple[int, str], int]) -> Mapping[tuple[int, str], int]:
        """The same, with no more types than are told apart."""
        fresh = {type for _, type in counts} - self._types
        room = _MOST_TYPES - len(self._types)
        self._types.update(list(fresh)[:room])
        if len(fresh) <= room:
            return counts
        found: Counter[tuple[int, str]] = Counter()
        for (bin, type), count in counts.items():
            found[bin, type if type in self._types else OTHER] += count
        return found

    def trip(self, capture: Capture, ping: Row) -> None:
        """A ping of mine may have been answered by somebody more."""
        fate = capture.fate(ping)
        counted = self._counted.get(ping.number, 0)
        if fate is None or len(fate.delivered) <= counted:
            return
        told = {(at // FINEST, id): max(0, at - fate.at) for id, at in list(fate.delivered.items())[counted:]}
        self._sums.add(told)
        self._counts.add(dict.fromkeys(told, 1))
        self._counted[ping.number] = len(fate.delivered)
        self._sums.trim()
        self._counts.trim()

    def forget(self, dropped: int) -> None:
        """Rows up to that number are gone; what was measured stays measured."""
        for number in [n for n in self._counted if n <= dropped]:
            del self._counted[number]

    def signals(self, where: Span) -> list[Series]:
        """Signals a second: those types of which there are most, and the others together."""
        totals = self._signals.totals(where)
        others = totals.pop(OTHER, 0)
        top = [type for type, _ in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[:TOP]]
        second = 1_000 / where.width
        found = [Series(type, [n * second for n in self._signals.values(where, type)]) for type in top]
        rest = [type for type in totals if type not in top] + ([OTHER] if others else [])
        if rest:
            columns = [self._signals.values(where, type) for type in rest]
            found.append(Series(OTHER, [sum(bin) * second for bin in zip(*columns, strict=True)]))
        return found

    def trips(self, where: Span) -> list[Series]:
        """Round trips in milliseconds, the mean of each bin, by person; who was pinged most comes first."""
        found = []
        totals = self._counts.totals(where)
        for id in sorted(totals, key=lambda who: (-totals[who], who)):
            sums, counts = self._sums.values(where, id), self._counts.values(where, id)
            values = [total / count if count else None for total, count in zip(sums, counts, strict=True)]
            found.append(Series(id, values))
        return found


def nice_top(highest: float) -> float:
    """A round number at or above the highest value: 1, 2, 5 times a power of ten."""
    step = 1.0
    while step < highest:
        for factor in (1, 2, 5):
            if step * factor >= highest:
                return step * factor
        step *= 10
    while step / 10 >= highest > 0:
        step /= 10
    if highest > 0:
        for part in (0.2, 0.5):
            if step * part >= highest:
                return step * part
    return step
