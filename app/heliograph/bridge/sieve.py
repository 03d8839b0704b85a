"""Which rows of a capture are shown: those that pass the filter, kept up to date as rows come and go."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from PySide6 import QtCore

from heliograph.model.capture import Capture
from heliograph.model.filter import Filter

#: Rows asked in the first slice of a filter, and how long a slice should take, in milliseconds.
_SLICE, _SLICE_MS = 4_000, 3


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

    def __init__(self, capture: Capture, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._capture = capture
        #: Numbers of the rows shown; those up to the second number have been asked.
        self._numbers = array("I")
        self._seen = 0
        self._forgotten = capture.dropped
        self._filter: Filter | None = None
        self.frozen = False
        self._slicer = QtCore.QTimer(self)
        self._slicer.setInterval(0)
        self._slicer.timeout.connect(self._next_slice)
        self._pending = array("I")
        self._asked = 0
        self._asked_since = capture.dropped
        self._slice = _SLICE
        self.take_new()

    @property
    def numbers(self) -> Sequence[int]:
        """Numbers of the rows shown, ascending. Another object after every filter: ask for it each time."""
        return self._numbers

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
        capture = self._capture
        self._forget_dropped()
        if self.frozen or self.filtering:
            return
        fresh, some = self._pass(self._seen, None)
        self._seen = capture.dropped + len(capture.rows)
        if fresh:
            at = len(self._numbers)
            self.inserting.emit((at, at + len(fresh) - 1))
            self._numbers.extend(fresh)
            self.inserted.emit(None)
        if some:
            self.counted.emit(None)

    def set_filter(self, found: Filter | None) -> None:
        """Show only what passes; long captures are gone through in slices, so that no frame is late."""
        self._filter = found
        self._asked_since = self._capture.dropped
        self._pending, self._asked, self._slice = array("I"), self._capture.dropped, _SLICE
        self._ask_some()
        if self._asked < self._last():
            self._slicer.start()
        else:
            self._show_what_passed()

    def reload(self) -> None:
        """Everything may be different: the capture was cleared or restored."""
        self.set_filter(self._filter)

    def _pass(self, after: int, most: int | None) -> tuple[list[int], int]:
        """Numbers of the rows that pass among the `most` that come after that number, and how many were asked."""
        start = max(after - self._capture.dropped, 0)
        rows = self._capture.rows[start : None if most is None else start + most]
        if self._filter is None:
            return [row.number for row in rows], len(rows)
        return self._filter.select(rows), len(rows)

    def _last(self) -> int:
        """Number of the last row that a filter is to be asked for."""
        return self._seen if self.frozen else self._capture.dropped + len(self._capture.rows)

    def _next_slice(self) -> None:
        if self._asked < self._last():
            self._ask_some()
        else:
            self._show_what_passed()

    def _ask_some(self) -> None:
        clock = QtCore.QElapsedTimer()
        clock.start()
        self._asked = max(self._asked, self._capture.dropped)
        passed, asked = self._pass(self._asked, max(0, min(self._slice, self._last() - self._asked)))
        self._pending.extend(passed)
        self._asked += asked
        if asked == self._slice:
            taken = max(clock.nsecsElapsed() / 1e6, 0.01)
            self._slice = max(500, min(4 * self._slice, int(self._slice * _SLICE_MS / taken)))

    def _show_what_passed(self) -> None:
        self._slicer.stop()
        self.resetting.emit(None)
        self._numbers, self._pending = self._pending, array("I")
        self._seen = self._asked
        self._forgotten = self._asked_since
        self.was_reset.emit(None)
        self._forget_dropped()
        self.counted.emit(None)

    def _forget_dropped(self) -> None:
        """Rows that are no more are shown no more; the one in whose place it is said how many is asked again."""
        capture = self._capture
        if capture.dropped == self._forgotten:
            return
        self._forgotten = capture.dropped
        gone = bisect_right(self._numbers, capture.dropped + (capture.lost > 0))
        if gone:
            self.removing.emit((0, gone - 1))
            del self._numbers[:gone]
            self.removed.emit(None)
        first = capture.rows[:1] if capture.lost else []
        if first and (self._filter is None or self._filter.select(first)):
            self.inserting.emit((0, 0))
            self._numbers.insert(0, first[0].number)
            self.inserted.emit(None)
