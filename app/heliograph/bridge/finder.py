"""Going to the next row that has something, without hiding the others."""

from PySide6 import QtCore

from heliograph.bridge.sieve import Sieve
from heliograph.model.capture import Capture
from heliograph.model.filter import Filter, compile_filter
from heliograph.model.rows import Row
from heliograph.model.safe_regex import TooCostly

#: Rows asked at once, fewer where each takes its time; and how long is gone on before a frame may come.
_AT_ONCE, _FEW, _SLICE_MS = 1_000, 40, 4


class Finder(QtCore.QObject):
    """Looks among the rows that are shown, from a place on and round once, in slices between frames."""

    #: int: number of the row that was found.
    found = QtCore.Signal(object)
    #: str: what there is to say of the search; that it began anew, or found nothing.
    notice = QtCore.Signal(object)
    #: None: something else is looked for, or nothing.
    changed = QtCore.Signal(object)

    def __init__(self, sieve: Sieve, capture: Capture, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._sieve, self._capture = sieve, capture
        self._wanted: Filter | None = None
        self._step, self._place, self._left = 1, 0, 0
        self._turns = QtCore.QTimer(self)
        self._turns.setInterval(0)
        self._turns.timeout.connect(self._go_on)

    @property
    def wanted(self) -> Filter | None:
        """What is looked for."""
        return self._wanted

    def look_for(self, text: str) -> None:
        """Look for this from now on, written like a filter; "" for nothing. Raises `BadFilter`."""
        self._wanted = compile_filter(text, self._capture)
        self._turns.stop()
        self.changed.emit(None)

    def matches(self, row: Row) -> bool:
        """Whether a row is one of those that are looked for."""
        try:
            return self._wanted is not None and self._wanted(row)
        except TooCostly:
            return False

    def go(self, step: int, number: int | None) -> None:
        """To the next (1) or the one before (-1), from the row of that number on; None for the end or begin."""
        if self._wanted is None:
            return
        shown = len(self._sieve.numbers)
        place = self._sieve.place_of(number) if number is not None else None
        self._step, self._left = step, shown
        self._place = place + step if place is not None else (0 if step > 0 else shown - 1)
        self._turns.start()
        self._go_on()

    def _go_on(self) -> None:
        clock = QtCore.QElapsedTimer()
        clock.start()
        try:
            while self._left > 0:
                if self._look() or clock.elapsed() >= _SLICE_MS:
                    return
        except TooCostly:
            self.notice.emit("This expression takes too long for some of the data.")
            self._turns.stop()
            return
        self._turns.stop()
        self.notice.emit("Not found among the rows that are shown.")

    def _look(self) -> bool:
        """Ask the next few; whether one of them is it."""
        assert self._wanted is not None
        numbers, step = self._sieve.numbers, self._step
        if not numbers:
            self._left = 0
            return False
        if not 0 <= self._place < len(numbers):
            self._place = 0 if step > 0 else len(numbers) - 1
            self.notice.emit("Went on from the first row." if step > 0 else "Went on from the last row.")
        few = min(_FEW if self._wanted.is_costly else _AT_ONCE, self._left)
        end = self._place + step * few
        places = (
            range(self._place, min(end, len(numbers))) if step > 0 else range(self._place, max(end, -1), -1)
        )
        rows = self._capture.rows
        there = [numbers[place] - self._capture.dropped - 1 for place in places]
        hits = set(self._wanted.select([rows[index] for index in there if index >= 0]))
        for place in places:
            if numbers[place] in hits:
                self._turns.stop()
                self.found.emit(numbers[place])
                return True
        self._left -= len(places)
        self._place += step * len(places)
        return False
