"""Goes through the rows of an inspection once, in slices between frames, and through new ones as they come."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from enum import Enum

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row

#: Rows in the first slice, and how long a slice should take, in milliseconds.
_SLICE, _SLICE_MS = 2_000, 1.0


class Through(Enum):
    """Through which rows a walk goes."""

    #: All there are, whatever is shown of them.
    ALL = "all"
    #: All of which it is known whether they pass the filter: none that come while the inspection is frozen.
    ASKED = "asked"
    #: Those that pass the filter.
    PASSING = "passing"


class Walk(QtCore.QObject):
    """Hands rows to `take`, each once and oldest first; `begin` says that all of them come anew.

    It walks between `start` and `stop` only; what came meanwhile is caught up with. Where rows are put in or taken
    out between others, because they pass the filter now or do so no more, it begins anew.
    """

    #: None: rows were taken, or some are no more.
    advanced = QtCore.Signal(object)

    def __init__(
        self, inspection: Inspection, take: Callable[[Sequence[Row]], None], begin: Callable[[], None],
        through: Through, parent: QtCore.QObject,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._inspection, self._take, self._begin, self._through = inspection, take, begin, through
        self._stale = True
        self._seen = 0
        self._slice = _SLICE
        self._walking = False
        self._more = QtCore.QTimer(self)
        self._more.setInterval(0)
        self._more.timeout.connect(self._step)
        # While nobody looks this costs a flag: what was seen may be something else by now.
        inspection.reset.connect(self.restart)
        if through is not Through.ALL:
            inspection.sieve.was_reset.connect(self._expire)
            inspection.sieve.inserting.connect(self._inserting)
            inspection.sieve.removing.connect(self._removing)

    @property
    def caught_up(self) -> bool:
        """Whether every row there is has been taken."""
        return self._walking and not self._stale and not self._more.isActive()

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
        self._stale = True
        if self._walking:
            self._step()

    # ---- what happens to the rows that are shown

    def _expire(self) -> None:
        self._stale = True

    def _inserting(self, places: tuple[int, int]) -> None:
        """At the end is as it should be; at the beginning the capture says how many rows it has dropped."""
        numbers = self._inspection.numbers()
        if places[0] < len(numbers) and places != (0, 0):
            self._stale = True

    def _removing(self, places: tuple[int, int]) -> None:
        dropped = self._inspection.capture.dropped
        if self._inspection.numbers()[places[1]] > dropped + 1:
            self._stale = True

    # ---- walking

    def _step(self) -> None:
        if self._through is not Through.ALL and self._inspection.sieve.filtering:
            self._more.stop()  # what was shown stays until it is known what is to be shown
            return
        if self._stale:
            self._stale, self._seen, self._slice = False, 0, _SLICE
            self._begin()
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
            self._slice = max(500, min(2 * self._slice, int(self._slice * _SLICE_MS / taken)))
            self._more.start()
        self.advanced.emit(None)

    def _next(self) -> Sequence[Row]:
        capture = self._inspection.capture
        rows, dropped = capture.rows, capture.dropped
        first = max(0, self._seen - dropped)
        if self._through is Through.ALL:
            return rows[first : first + self._slice]
        sieve = self._inspection.sieve
        if self._through is Through.ASKED:
            return rows[first : min(first + self._slice, max(0, sieve.seen - dropped))]
        at = bisect_right(sieve.numbers, max(self._seen, dropped))
        numbers = sieve.numbers[at : at + self._slice]
        if numbers and numbers[-1] - numbers[0] == len(numbers) - 1:
            return rows[numbers[0] - dropped - 1 : numbers[-1] - dropped]
        return [rows[number - dropped - 1] for number in numbers]


def shown_of(rows: Sequence[Row], numbers: Sequence[int]) -> Sequence[int]:
    """Which numbers of these rows, which follow each other, are among `numbers`, ascending."""
    if not rows:
        return ()
    return numbers[bisect_left(numbers, rows[0].number) : bisect_right(numbers, rows[-1].number)]
