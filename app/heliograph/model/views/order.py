"""The order of the session's log against the order of arrival, and where it is broken. Pure.

The relay writes each sender's signals into the log in the order in which they were sent (docs/PROTOCOL.md), so
their `seq` must rise as they arrive. Signals of different senders may pass each other on the way.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from heliograph.model.capture import Capture, Kind, Row

#: A key is the life of the log and the seq in it; no seq comes that far.
_LIFE = 1 << 40
#: How many missing entries are counted before it is "or more".
MOST_MISSING = 1_000


class Wrong(Enum):
    """What is wrong with a signal's place; the value is the word for it."""

    LATE = "too late"
    TWICE = "twice"
    NUMBER = "numbered wrongly"


@dataclass(frozen=True)
class Fault:
    """`words` says it in a sentence; `other` is the number of the row that it does not agree with."""

    number: int
    wrong: Wrong
    other: int
    words: str


class Order:
    """Take every row once, as they arrived; those that are in no log are left out.

    What is wrong is judged by all rows, whichever are shown.
    """

    def __init__(self, capture: Capture) -> None:
        self._capture = capture
        #: Numbers of the signals, as they arrived; and with their keys as they stand in the log.
        self.arrival = array("I")
        self._log_keys, self._log_numbers = array("q"), array("I")
        self.faults: list[Fault] = []
        self._by_number: dict[int, Fault] = {}
        self._highest: dict[str | None, tuple[int, int]] = {}
        self._numbered: dict[str | None, tuple[int, int]] = {}
        self._lives: list[int] = []

    def __len__(self) -> int:
        return len(self.arrival)

    # ---- reading

    def rank(self, number: int) -> int | None:
        """Which place the signal of that row has in the log, among those shown."""
        row = self._row(number)
        if row is None or row.seq is None:
            return None
        rank = bisect_left(self._log_keys, self._key(row.number, row.seq))
        while rank < len(self._log_numbers) and self._log_numbers[rank] != number:
            rank += 1  # one that came twice
            if rank < len(self._log_keys) and self._log_keys[rank] != self._log_keys[rank - 1]:
                return None
        return rank if rank < len(self._log_numbers) else None

    def in_log(self, rank: int) -> int:
        """Number of the row that stands there in the log."""
        return self._log_numbers[rank]

    def fault(self, number: int) -> Fault | None:
        """What is wrong with the place of that row."""
        return self._by_number.get(number)

    def next_fault(self, number: int, step: int = 1) -> Fault | None:
        """The first fault behind a row (or before it), else the one at the other end."""
        if not self.faults:
            return None
        numbers = [fault.number for fault in self.faults]
        place = bisect_right(numbers, number) if step > 0 else bisect_left(numbers, number) - 1
        return self.faults[place % len(self.faults)]

    def missing_before(self, number: int) -> int:
        """How many entries of the log before that row were never seen here, as far as rows go back.

        What is private to others is not seen by others, so that is no fault. At most `MOST_MISSING`; only for
        the log that is written now.
        """
        row, capture = self._row(number), self._capture
        if row is None or row.seq is None or capture.number_of(row.seq) != number:
            return 0
        for missing in range(min(MOST_MISSING, row.seq)):
            if capture.number_of(row.seq - 1 - missing) is not None:
                return missing
        return 0 if self._is_first(row) else min(MOST_MISSING, row.seq - 1)

    def _is_first(self, row: Row) -> bool:
        """Whether nothing of this log came before: what was before is not ours to see."""
        begin = max(self._lives[-1] if self._lives else 0, self._capture.dropped + 1)
        before = self._capture.rows[
            begin - self._capture.dropped - 1 : row.number - self._capture.dropped - 1
        ]
        return not any(earlier.seq is not None for earlier in before[-MOST_MISSING:])

    # ---- taking

    def take(self, rows: Sequence[Row], shown: Sequence[int] | None = None) -> None:
        """The rows that come next, all of them; only those numbers of them are shown (None: all)."""
        passing = None if shown is None else frozenset(shown)
        for row in rows:
            if row.kind is Kind.JOIN and row.direction == "local":
                self._begin_life(row.number)
            elif row.seq is not None and row.kind.is_signal:
                passes = passing is None or row.number in passing
                fault = self._check(row, row.seq)
                if passes:
                    self._put(row.number, self._key(row.number, row.seq))
                if passes and fault is not None:
                    self.faults.append(fault)
                    self._by_number[row.number] = fault

    def forget(self, dropped: int) -> None:
        """Rows up to that number are gone."""
        gone = bisect_right(self.arrival, dropped)
        if not gone:
            return
        del self.arrival[:gone]
        if max(self._log_numbers[:gone]) <= dropped:
            del self._log_numbers[:gone], self._log_keys[:gone]
        else:
            kept = [place for place, number in enumerate(self._log_numbers) if number > dropped]
            self._log_keys = array("q", [self._log_keys[place] for place in kept])
            self._log_numbers = array("I", [self._log_numbers[place] for place in kept])
        self.faults = [fault for fault in self.faults if fault.number > dropped]
        self._by_number = {fault.number: fault for fault in self.faults}

    def _row(self, number: int) -> Row | None:
        place = number - self._capture.dropped - 1
        return self._capture.rows[place] if 0 <= place < len(self._capture.rows) else None

    def _begin_life(self, number: int) -> None:
        """A connection of mine that is new may be in a log that is new: nothing can be compared across that."""
        self._lives.append(number)
        self._highest.clear()
        self._numbered.clear()

    def _key(self, number: int, seq: int) -> int:
        return bisect_right(self._lives, number) * _LIFE + seq

    def _put(self, number: int, key: int) -> None:
        self.arrival.append(number)
        if not self._log_keys or key >= self._log_keys[-1]:
            self._log_keys.append(key)
            self._log_numbers.append(number)
        else:
            place = bisect_right(self._log_keys, key)
            self._log_keys.insert(place, key)
            self._log_numbers.insert(place, number)

    def _check(self, row: Row, seq: int) -> Fault | None:
        highest, before = self._highest.get(row.sender, (0, 0))
        if seq > highest:
            self._highest[row.sender] = (seq, row.number)
            return self._check_number(row)
        key = self._key(row.number, seq)
        place = bisect_left(self._log_keys, key)
        if place < len(self._log_keys) and self._log_keys[place] == key:
            first = self._log_numbers[place]
            return Fault(row.number, Wrong.TWICE, first, f"Entry {seq} had come already, as row {first}.")
        words = f"Entry {seq} came after entry {highest} of the same sender."
        return Fault(row.number, Wrong.LATE, before, words)

    def _check_number(self, row: Row) -> Fault | None:
        """What I numbered myself stands in the log in that order."""
        fate = self._capture.fate(row) if row.direction == "out" else None
        if fate is None or fate.n is None:
            return None
        last, before = self._numbered.get(row.sender, (0, 0))
        if fate.n <= last:
            words = f"My signal {fate.n} stands behind my signal {last}."
            return Fault(row.number, Wrong.NUMBER, before, words)
        self._numbered[row.sender] = (fate.n, row.number)
        return None
