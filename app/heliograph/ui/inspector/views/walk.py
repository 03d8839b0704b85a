"""Goes through the rows of an inspection once, in slices between frames, and through new ones as they come."""

from bisect import bisect_right
from collections.abc import Callable, Sequence

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row

#: Rows in the first slice, and how long a slice should take, in milliseconds.
_SLICE, _SLICE_MS = 2_000, 2.0


class Walk(QtCore.QObject):
    """Hands rows to `take`, each once and oldest first; `begin` says that all of them come anew.

    It walks between `start` and `stop` only; what came meanwhile is caught up with. With `passing` it goes
    through the rows that pass the filter, without it through all; one that `freezes` waits while the inspection
    is frozen.
    """

    #: None: rows were taken, or some are no more.
    advanced = QtCore.Signal(object)

    def __init__(
        self, inspection: Inspection, take: Callable[[Sequence[Row]], None], begin: Callable[[], None], *,
        passing: bool, parent: QtCore.QObject, freezes: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._inspection, self._take, self._begin = inspection, take, begin
        self._passing, self._freezes = passing, freezes
        self._source: Sequence[int] | None = None
        self._seen = 0
        self._slice = _SLICE
        self._walking = False
        self._more = QtCore.QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._step)
        # While nobody looks this costs one flag: what was seen may be something else by now.
        inspection.reset.connect(self.restart)

    @property
    def caught_up(self) -> bool:
        """Whether every row there is has been taken."""
        return self._walking and not self._more.isActive()

    def start(self) -> None:
        """Catch up, and go on with what comes."""
        if not self._walking:
            self._walking = True
            self._inspection.numbers_changed.connect(self._step)
            self._step()

    def stop(self) -> None:
        """Let things pass."""
        if self._walking:
            self._walking = False
            self._inspection.numbers_changed.disconnect(self._step)
            self._more.stop()

    def restart(self) -> None:
        """All of them anew."""
        self._source = None
        if self._walking:
            self._step()

    def _step(self) -> None:
        if self._source is None or (self._passing and self._source is not self._inspection.numbers()):
            self._source, self._seen, self._slice = self._inspection.numbers(), 0, _SLICE
            self._begin()
        if self._freezes and self._inspection.frozen and self._seen:
            self._more.stop()
            return
        clock = QtCore.QElapsedTimer()
        clock.start()
        rows = self._next()
        if rows:
            self._seen = rows[-1].number
            self._take(rows)
        if len(rows) < self._slice:
            self._more.stop()
        else:
            taken = max(clock.nsecsElapsed() / 1e6, 0.01)
            self._slice = max(500, min(4 * self._slice, int(self._slice * _SLICE_MS / taken)))
            self._more.start()
        self.advanced.emit(None)

    def _next(self) -> Sequence[Row]:
        capture = self._inspection.capture
        rows, dropped = capture.rows, capture.dropped
        if not self._passing:
            first = max(0, self._seen - dropped)
            return rows[first : first + self._slice]
        assert self._source is not None
        at = bisect_right(self._source, max(self._seen, dropped))
        numbers = self._source[at : at + self._slice]
        if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
            return rows[numbers[0] - dropped - 1 : numbers[-1] - dropped]
        return [rows[number - dropped - 1] for number in numbers]
