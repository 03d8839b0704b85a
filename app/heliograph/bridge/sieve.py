"""Which rows of a capture are shown: those that pass the filter, kept up to date as rows come and go."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from PySide6 import QtCore

from heliograph.model.capture import Capture
from heliograph.model.filter import Filter
from heliograph.model.ranges import ranges_of
from heliograph.model.rows import Row
from heliograph.model.safe_regex import TooCostly

#: Rows asked in the first slice of a filter, and how long a slice should take, in milliseconds.
_SLICE, _SLICE_MS = 4_000, 3
#: Bytes of data in the first and the smallest slice of a filter that takes its time with each.
_BYTES, _FEWEST_BYTES = 30_000, 8_000
#: Most rows shown, before or after, for which it is worth while to find out what has changed; and most changes.
_MOST_COMPARED, _MOST_CHANGES = 50_000, 200


class Sieve(QtCore.QObject):
    """The numbers of the rows shown, in their order; nothing is sorted or copied.

    Before and after each change it tells what a table's model has to tell its views.
    """

    #: (first, last): places at which rows are about to be put in; then `inserted`.
    inserting = QtCore.Signal(object)
    inserted = QtCore.Signal(object)
    #: (first, last): places from which rows are about to be taken; then `removed`.
    removing = QtCore.Signal(object)
    removed = QtCore.Signal(object)
    #: None: all is about to be another list; then `was_reset`.
    resetting = QtCore.Signal(object)
    was_reset = QtCore.Signal(object)
    #: None: the rows shown, or the number of all, have changed.
    counted = QtCore.Signal(object)
    #: str: why the filter cannot be run; there is none now.
    failed = QtCore.Signal(object)

    def __init__(self, capture: Capture, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._capture = capture
        #: Numbers of the rows shown, a range where there is no filter; those up to the second number have been asked.
        self._numbers: array[int] | range = range(0)
        self._seen = 0
        self._forgotten = capture.dropped
        self._filter: Filter | None = None
        self.frozen = False
        self._slicer = QtCore.QTimer(self)
        self._slicer.setInterval(0)
        self._slicer.timeout.connect(lambda: self._guarded(self._next_slice))
        self._later = QtCore.QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self.take_new)
        self._pending = array("I")
        self._asked = 0
        self._asked_since = capture.dropped
        self._slice, self._bytes = _SLICE, _BYTES
        self._merging = False
        self.take_new()

    @property
    def numbers(self) -> Sequence[int]:
        """Numbers of the rows shown, ascending. Another object after every filter: ask for it each time."""
        return self._numbers

    @property
    def seen(self) -> int:
        """Number of the last row of which it is known whether it passes."""
        return self._seen

    @property
    def filtering(self) -> bool:
        """Whether a filter is still being run."""
        return self._slicer.isActive()

    def place_of(self, number: int) -> int | None:
        """Where the row of that number is shown."""
        place = bisect_left(self._numbers, number)
        return place if place < len(self._numbers) and self._numbers[place] == number else None

    def take_new(self) -> None:
        """Show what has come since, unless the view is frozen or a filter is still being run."""
        self._guarded(self._take_new)

    def set_filter(self, found: Filter | None) -> None:
        """Show only what passes; long captures are gone through in slices, so that no frame is late."""
        self._filter = found
        self._guarded(lambda: self._begin(merging=False))

    def reload(self) -> None:
        """Everything may be different: the capture was cleared or restored."""
        self.set_filter(self._filter)

    def ask_again(self) -> None:
        """Answers may have changed, by time for instance: what is shown and should not be goes, and the other way."""
        if self._filter is not None and not self.filtering:
            self._guarded(lambda: self._begin(merging=True))

    def ask_again_for(self, numbers: Sequence[int]) -> None:
        """The same for these rows alone."""
        if self._filter is not None and not self.filtering:
            self._guarded(lambda: self._reconsider(numbers))

    def _guarded(self, what: Callable[[], None]) -> None:
        try:
            what()
        except TooCostly:
            self._slicer.stop()
            self.set_filter(None)
            self.failed.emit("This expression takes too long for some of the data. A simpler one will do.")

    def _take_new(self) -> None:
        capture = self._capture
        self._forget_dropped()
        if self.frozen or self.filtering:
            return
        if self._filter is None:
            self._take_all(self._capture.dropped + len(capture.rows))
            return
        rows = self._rows_after(self._seen, None)
        fresh = self._passing(rows)
        self._seen = max(self._seen, capture.dropped) + len(rows)
        if fresh:
            self._insert(len(self._numbers), fresh)
        if rows:
            self.counted.emit(None)
        if self._seen < capture.dropped + len(capture.rows):
            self._later.start()

    def _take_all(self, last: int) -> None:
        """Without a filter: everything up to that number."""
        seen, self._seen = max(self._seen, self._capture.dropped), last
        if last > seen:
            self._insert(len(self._numbers), range(seen + 1, last + 1))
            self.counted.emit(None)

    def _passing(self, rows: list[Row]) -> list[int]:
        return [row.number for row in rows] if self._filter is None else self._filter.select(rows)

    def _rows_after(self, number: int, most: int | None) -> list[Row]:
        """At most so many rows that come after that number; as many as have not too much data, if that takes time."""
        start = max(number - self._capture.dropped, 0)
        if self._filter is None or not self._filter.is_costly:
            return self._capture.rows[start : None if most is None else start + most]
        end = min(len(self._capture.rows), start + most) if most is not None else len(self._capture.rows)
        place, room = start, self._bytes
        while place < end and room > 0:
            room -= self._capture.rows[place].size + 50
            place += 1
        return self._capture.rows[start:place]

    def _last(self) -> int:
        """Number of the last row that a filter is to be asked for."""
        return self._seen if self.frozen else self._capture.dropped + len(self._capture.rows)

    def _begin(self, *, merging: bool) -> None:
        self._slicer.stop()
        if self._filter is None:
            last, dropped = self._last(), self._capture.dropped
            self._show(range(dropped + 1, max(dropped, last) + 1), last, dropped)
            return
        self._merging = merging
        self._asked_since = self._asked = self._capture.dropped
        self._pending, self._slice, self._bytes = array("I"), _SLICE, _BYTES
        self._ask_some()
        if self._asked < self._last():
            self._slicer.start()
        else:
            self._show_what_passed()

    def _next_slice(self) -> None:
        if self._asked < self._last():
            self._ask_some()
        else:
            self._show_what_passed()

    def _ask_some(self) -> None:
        clock = QtCore.QElapsedTimer()
        clock.start()
        self._asked = max(self._asked, self._capture.dropped)
        rows = self._rows_after(self._asked, max(0, min(self._slice, self._last() - self._asked)))
        self._pending.extend(self._passing(rows))
        self._asked += len(rows)
        taken = max(clock.nsecsElapsed() / 1e6, 0.01)
        if len(rows) == self._slice:
            self._slice = max(500, min(4 * self._slice, int(self._slice * _SLICE_MS / taken)))
        elif rows and self._filter is not None and self._filter.is_costly:
            self._bytes = max(_FEWEST_BYTES, min(4 * self._bytes, int(self._bytes * _SLICE_MS / taken)))

    def _show_what_passed(self) -> None:
        self._slicer.stop()
        passed, self._pending = self._pending, array("I")
        if self._merging and self._merge(passed):
            self._seen, self._forgotten = self._asked, self._asked_since
            self._forget_dropped()
            self.counted.emit(None)
        else:
            self._show(passed, self._asked, self._asked_since)

    def _show(self, passed: "array[int] | range", seen: int, forgotten: int) -> None:
        self.resetting.emit(None)
        self._numbers = passed
        self.was_reset.emit(None)
        self._seen, self._forgotten = seen, forgotten
        self._forget_dropped()
        self.counted.emit(None)

    # ---- changing what is shown

    def _merge(self, passed: "array[int]") -> bool:
        """Put in and take out what differs; False where that is too much."""
        if passed == self._numbers:
            return True
        if max(len(passed), len(self._numbers)) > _MOST_COMPARED:
            return False
        stay = set(passed)
        gone = ranges_of(place for place, number in enumerate(self._numbers) if number not in stay)
        there = set(self._numbers)
        come = ranges_of(place for place, number in enumerate(passed) if number not in there)
        if len(gone) + len(come) > _MOST_CHANGES:
            return False
        for first, last in reversed(gone):
            self._remove(first, last)
        for first, last in come:
            self._insert(first, passed[first : last + 1])
        return True

    def _reconsider(self, numbers: Sequence[int]) -> None:
        capture = self._capture
        there = [n for n in sorted(numbers) if capture.dropped < n <= min(self._seen, self._last())]
        passing = set(self._passing([capture.rows[n - capture.dropped - 1] for n in there]))
        for number in there:
            place = self.place_of(number)
            if place is not None and number not in passing:
                self._remove(place, place)
            elif place is None and number in passing:
                self._insert(bisect_left(self._numbers, number), [number])
        self.counted.emit(None)

    def _insert(self, at: int, numbers: Sequence[int]) -> None:
        self.inserting.emit((at, at + len(numbers) - 1))
        before = self._numbers
        if isinstance(before, array):
            before[at:at] = array("I", numbers)
        else:  # without a filter rows come at an end, next to those that are there
            ends = (*numbers[:1], *before[:1]), (*before[-1:], *numbers[-1:])
            self._numbers = range(min(ends[0]), max(ends[1]) + 1)
        self.inserted.emit(None)

    def _remove(self, first: int, last: int) -> None:
        self.removing.emit((first, last))
        if isinstance(self._numbers, array):
            del self._numbers[first : last + 1]
        else:  # the oldest
            self._numbers = self._numbers[last + 1 :]
        self.removed.emit(None)

    def _forget_dropped(self) -> None:
        """Rows that are no more are shown no more; the one in whose place it is said how many is asked again."""
        capture = self._capture
        if capture.dropped == self._forgotten:
            return
        self._forgotten = capture.dropped
        gone = bisect_right(self._numbers, capture.dropped + (capture.lost > 0))
        if gone:
            self._remove(0, gone - 1)
        first = capture.rows[:1] if capture.lost else []
        if first and (self._filter is None or self._filter.select(first)):
            self._insert(0, [first[0].number])
