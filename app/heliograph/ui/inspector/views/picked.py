"""The rows that a view shows of those that pass the filter."""

from array import array
from bisect import bisect_right
from collections.abc import Callable, Sequence

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row
from heliograph.ui.inspector.views.walk import Through, Walk


class Picked(QtCore.QObject):
    """Numbers of the rows that pass the filter and that `pick` picks, kept up to date between `start` and `stop`."""

    #: None: the numbers are others now.
    changed = QtCore.Signal(object)
    #: None: all of them are picked anew.
    began = QtCore.Signal(object)

    def __init__(
        self, inspection: Inspection, pick: Callable[[Sequence[Row]], list[int]], parent: QtCore.QObject
    ) -> None:
        super().__init__(parent)
        self._inspection, self._pick = inspection, pick
        self.numbers = array("I")
        self._walk = Walk(inspection, self._take, self._begin, Through.PASSING, self)
        self._walk.advanced.connect(self._advanced)

    def start(self) -> None:
        """Catch up, and go on with what comes."""
        self._walk.start()

    def stop(self) -> None:
        """Let things pass."""
        self._walk.stop()

    def again(self) -> None:
        """What `pick` picks is something else now."""
        self._walk.restart()

    @property
    def caught_up(self) -> bool:
        """Whether all rows have been looked at."""
        return self._walk.caught_up

    def _begin(self) -> None:
        self.numbers = array("I")
        self.began.emit(None)

    def _take(self, rows: Sequence[Row]) -> None:
        self.numbers.extend(self._pick(rows))

    def _advanced(self) -> None:
        del self.numbers[: bisect_right(self.numbers, self._inspection.capture.dropped)]
        self.changed.emit(None)
