"""What an inspector looks at, a live session or an opened capture alike, and how it looks at it."""

from collections.abc import Callable, Sequence
from typing import cast

from PySide6 import QtCore

from heliograph.bridge.composing import LooseShelf, Shelf
from heliograph.bridge.finder import Finder
from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.row_colors import RowColors
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.sieve import Sieve
from heliograph.model.capture import Capture, Row
from heliograph.model.filter import BadFilter, Filter, compile_filter

#: How often ages are looked at again, in milliseconds; and most rows whose fates are looked at one by one.
_AGING_MS, _MOST_AT_ONCE = 500, 200


class Inspection(QtCore.QObject):
    """One capture, the one filter, the one current row: what all views of an inspector share.

    `controller` is None for an opened capture: nothing can be sent then.
    """

    #: (first, last): indices of rows that were added to the capture.
    rows_added = QtCore.Signal(object)
    #: set of seq: own signals whose receipts changed.
    fates_changed = QtCore.Signal(object)
    #: None: everything may be different; the capture was cleared or restored.
    reset = QtCore.Signal(object)
    #: None: `numbers()` has grown, shrunk, or is another list.
    numbers_changed = QtCore.Signal(object)
    #: int | None: number of the row that is looked at.
    current_changed = QtCore.Signal(object)
    #: None: other rows are selected.
    selected_changed = QtCore.Signal(object)
    #: Filter | None.
    filter_changed = QtCore.Signal(object)
    #: str: why there is no filter now though one was given.
    filter_failed = QtCore.Signal(object)
    #: int: number of the row that was marked, or is no more.
    marks_changed = QtCore.Signal(object)
    #: bool: whether nothing new is shown for now.
    frozen_changed = QtCore.Signal(object)
    #: bool: whether what happens is kept.
    capturing_changed = QtCore.Signal(object)
    #: bool: whether `undo_clear` has anything to bring back.
    clearing_changed = QtCore.Signal(object)
    #: str: a line for the person.
    notice = QtCore.Signal(object)
    #: None: how long captures are kept on disk is to be shown.
    long_wanted = QtCore.Signal(object)
    #: None: rows that are on disk are to be opened.
    older_wanted = QtCore.Signal(object)

    def __init__(
        self, capture: Capture, controller: SessionController | None = None,
        parent: QtCore.QObject | None = None, shelf: Shelf | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.capture = capture
        self.controller = controller
        #: For an opened capture: the session that runs, if one does.
        self.live: Callable[[], SessionController | None] = lambda: None
        #: Where columns, filters and colours are kept between runs of the program.
        self.shelf: Shelf = shelf if shelf is not None else LooseShelf()
        self.sieve = Sieve(capture, self)
        self.sieve.counted.connect(self.numbers_changed)
        self.sieve.failed.connect(self._filter_failed)
        self.finder = Finder(self.sieve, capture, self)
        self.finder.found.connect(self.select)
        self.finder.notice.connect(self.notice)
        self.colors = RowColors(capture, self.shelf, self)
        self._aging = QtCore.QTimer(self)
        self._aging.setInterval(_AGING_MS)
        self._aging.timeout.connect(self._age)
        #: Whether anybody sees what is shown: only then ages are looked at again.
        self.is_seen: Callable[[], bool] = lambda: True
        #: Number of the row that was marked last.
        self.marked_last: int | None = None
        self._current: int | None = None
        self._selected: Callable[[], Sequence[int]] = tuple
        self._filter: Filter | None = None
        self._filter_text = ""
        #: Number of the last row that `rows_added` told of; how many rows were cleared.
        self._told, self._cleared = self._last(), 0
        if controller is not None:
            capture.short_ids, capture.hues = controller.people.short_ids, controller.people.hues
            controller.rows_added.connect(lambda _rows: self.rows_came())
            controller.tapping.rows_added.connect(lambda _none: self.rows_came())
            controller.fates_changed.connect(self._fates_changed)
            capture.wall = QtCore.QDateTime.currentMSecsSinceEpoch

    @classmethod
    def of_session(cls, controller: SessionController, shelf: Shelf | None = None) -> "Inspection":
        """What the inspector of a session looks at; it lives as long as the controller."""
        return cls(cast(Capture, controller.capture), controller, controller, shelf)

    def _fates_changed(self, seqs: set[int]) -> None:
        if self._filter is not None and "fates" in self._filter.hangs_on:
            numbers = [number for seq in seqs if (number := self.capture.number_of(seq)) is not None]
            if len(numbers) > _MOST_AT_ONCE:
                self.sieve.ask_again()
            else:
                self.sieve.ask_again_for(numbers)
        self.fates_changed.emit(seqs)

    def rows_came(self) -> None:
        """The capture has grown: show what is new. It may have dropped some of them already, and one event may have made two."""
        first, self._told = max(self._told, self.capture.dropped), self._last()
        if self._cleared and not self.capture.clearable:
            self._cleared = 0
            self.clearing_changed.emit(False)
            self.notice.emit("What was cleared cannot come back any more: what came since needed the room.")
        if first < self._told:
            self.rows_added.emit((first - self.capture.dropped, self._told - self.capture.dropped - 1))
        self.sieve.take_new()

    @property
    def session(self) -> SessionController | None:
        """Into which session something that is seen here can be sent again; None for none."""
        return self.controller if self.controller is not None else self.live()

    # ---- what is shown

    def numbers(self) -> Sequence[int]:
        """Numbers of the rows that pass the filter, ascending; read it where it is, it may be a million."""
        return self.sieve.numbers

    def row(self, number: int) -> Row | None:
        """The row of that number; None if it is no more."""
        place = number - self.capture.dropped - 1
        return self.capture.rows[place] if 0 <= place < len(self.capture.rows) else None

    @property
    def current(self) -> int | None:
        """Number of the row that is looked at."""
        return self._current

    @property
    def current_row(self) -> Row | None:
        """The row that is looked at."""
        return self.row(self._current) if self._current is not None else None

    def select(self, number: int | None, origin: QtCore.QObject | None = None) -> None:
        """Look at a row, or at none; `origin` is who says so, and is not asked to show it."""
        if number != self._current:
            self._current, self.origin = number, origin
            self.current_changed.emit(number)
            self.origin = None

    #: Who chose the current row, while `current_changed` is told.
    origin: QtCore.QObject | None = None

    @property
    def selected(self) -> Sequence[int]:
        """Numbers of all rows that are selected, ascending; made when it is asked for, for they may be a million."""
        return self._selected()

    def offer_selected(self, selected: Callable[[], Sequence[int]]) -> None:
        """The table's way of telling what is selected in it."""
        self._selected = selected

    # ---- the filter

    @property
    def filter(self) -> Filter | None:
        """What rows must pass to be shown; None lets all through."""
        return self._filter

    @property
    def filter_text(self) -> str:
        """The filter as it was written."""
        return self._filter_text

    def set_filter(self, text: str) -> None:
        """Show only what passes this.

        Raises:
            BadFilter: it cannot be read; the present filter stays.
        """
        found = compile_filter(text, self.capture)
        self._filter, self._filter_text = found, text
        self.sieve.set_filter(found)
        if found is not None and "time" in found.hangs_on and self.capture.wall is not None:
            self._aging.start()
        else:
            self._aging.stop()
        self.filter_changed.emit(found)

    def _age(self) -> None:
        if self.is_seen():
            self.sieve.ask_again()

    def _filter_failed(self, words: str) -> None:
        self._filter, self._filter_text = None, ""
        self._aging.stop()
        self.filter_failed.emit(words)
        self.filter_changed.emit(None)

    # ---- marks

    def toggle_mark(self, number: int) -> None:
        """Mark a row, or take its mark away."""
        marks = self.capture.marks
        if number in marks:
            marks.discard(number)
            self.marked_last = None if self.marked_last == number else self.marked_last
        else:
            marks.add(number)
            self.marked_last = number
        if self._filter is not None and "marks" in self._filter.hangs_on:
            self.sieve.ask_again_for([number])
        self.marks_changed.emit(number)

    def next_mark(self, step: int) -> None:
        """Look at the next marked row that is shown, or the one before (-1); after the last comes the first."""
        shown = [number for number in sorted(self.capture.marks) if self.sieve.place_of(number) is not None]
        if not shown:
            self.notice.emit("No marked row is shown. M marks the row that is selected.")
            return
        here = self._current if self._current is not None else (0 if step > 0 else shown[-1] + 1)
        ahead = [n for n in shown if (n > here if step > 0 else n < here)] or shown
        self.select(ahead[0] if step > 0 else ahead[-1])

    # ---- freezing, stopping, clearing

    @property
    def frozen(self) -> bool:
        """Whether nothing new is shown for now; it is captured all the same."""
        return self.sieve.frozen

    def freeze(self, frozen: bool) -> None:
        """Show nothing new for now, or all that has come meanwhile."""
        if frozen != self.sieve.frozen:
            self.sieve.frozen = frozen
            if not frozen:
                self.sieve.take_new()
            self.frozen_changed.emit(frozen)

    @property
    def capturing(self) -> bool:
        """Whether what happens is kept. Never for an opened capture: nothing happens in it."""
        return isinstance(self.capture, LiveCapture) and self.capture.capturing

    def set_capturing(self, capturing: bool) -> None:
        """Keep what happens from now on, or do not; who comes and goes is known all the same."""
        if isinstance(self.capture, LiveCapture) and capturing != self.capture.capturing:
            self.capture.capturing = capturing
            self.capturing_changed.emit(capturing)

    @property
    def clearable(self) -> int:
        """How many rows `undo_clear` would bring back."""
        return self.capture.clearable

    def clear(self) -> None:
        """Empty the list; `undo_clear` brings back what was there, as long as there is room for it."""
        self._cleared = len(self.capture)
        self.capture.clear()
        self._all_anew()

    def undo_clear(self) -> None:
        """Bring back what was cleared, and say how much of it had to go meanwhile."""
        back = self.capture.clearable
        self.capture.undo_clear()
        if back < self._cleared:
            self.notice.emit(
                f"{back:,} of {self._cleared:,} cleared rows are back; what came since needed the room."
            )
        self._cleared = 0
        self._all_anew()

    def _all_anew(self) -> None:
        self._told = self._last()
        self.select(None)
        self.sieve.reload()
        self.reset.emit(None)
        self.clearing_changed.emit(self.capture.clearable > 0)

    def _last(self) -> int:
        return self.capture.dropped + len(self.capture)


__all__ = ["BadFilter", "Inspection"]
