"""Two captures side by side on one clock: moving in one moves the other to the same moment."""

from collections.abc import Callable
from functools import partial

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.captures.alignment import How, offset, span_words
from heliograph.ui import theme
from heliograph.ui.captures.axis import TimeAxis
from heliograph.ui.captures.side import Side
from heliograph.ui.controls import Choice, Groove, Tool
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.form import muted
from heliograph.ui.theme import space

_HOW: tuple[tuple[How, str, str, str], ...] = (
    ("clock", "clock", "Clock", "By the time of day: what happened at the same time"),
    ("start", "play", "Beginning", "As if both had begun at once"),
    ("rows", "pin", "Two rows", "Select a row on each side: they are one moment"),
)


class Comparison(QtWidgets.QWidget):
    """Left, axis, right."""

    #: None: the second one is to be closed.
    done = QtCore.Signal(object)

    def __init__(self, left: Side, right: Side) -> None:
        """The left side outlives this: `let_go` gives it back."""
        super().__init__()
        self._sides = (left, right)
        self._ties: list[tuple[QtCore.SignalInstance, Callable[[object], None]]] = []
        self._axis = TimeAxis()
        self._how: How = "clock" if _overlap(*self._sides) else "start"
        self._marks: tuple[int, int] | None = None
        self._offset = 0
        self._moving = False
        self._choices: dict[How, Choice] = {}
        self._words = ElidedLabel()
        self._words.setProperty("muted", True)
        self._line_up = QtWidgets.QPushButton("Line up")
        self._line_up.clicked.connect(self._take_marks)
        self._lay_out()
        self._connect()
        self._align()

    def _lay_out(self) -> None:
        for how, picture, words, tip in _HOW:
            choice = Choice(picture, words, f"Line up by: {words}", tip)
            choice.clicked.connect(lambda _checked=False, h=how: self._choose(h))
            self._choices[how] = choice
        close = Tool("close", "", "Close the second capture", "Close the second capture", tint="muted")
        close.clicked.connect(lambda: self.done.emit(None))
        row = QtWidgets.QHBoxLayout()
        row.setContentsMargins(space(4), space(1), space(2), space(1))
        row.setSpacing(space(2))
        row.addWidget(muted("Line up by"))
        row.addWidget(Groove(list(self._choices.values())))
        row.addWidget(self._line_up)
        row.addSpacing(space(1))
        row.addWidget(self._words, 1)
        row.addWidget(close)
        both = QtWidgets.QHBoxLayout()
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addLayout(self._side(0), 1)
        both.addWidget(self._axis)
        both.addLayout(self._side(1), 1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(both, 1)

    def _side(self, number: int) -> QtWidgets.QLayout:
        side = self._sides[number]
        title = ElidedLabel(f"{side.opened.name}  ·  {side.opened.path.name}")
        title.setFont(theme.font(bold=True))
        title.setContentsMargins(space(4), space(1), space(2), 0)
        side.pane.setMinimumWidth(260)
        column = QtWidgets.QVBoxLayout()
        column.setSpacing(0)
        column.addWidget(title)
        column.addWidget(side.pane, 1)
        return column

    def _connect(self) -> None:
        for number, side in enumerate(self._sides):
            self._tie(side.inspection.current_changed, partial(self._selected, number))
            self._tie(side.inspection.numbers_changed, lambda _none: self._align())
            bar = side.table.verticalScrollBar()
            self._tie(bar.valueChanged, partial(self._scrolled, number))
        self._axis.chosen.connect(self._go_to)
        theme.theme().changed.connect(self._axis.update)

    def _tie(self, signal: QtCore.SignalInstance, act: Callable[[object], None]) -> None:
        """Until `let_go`: what is told lives on when this does not."""
        signal.connect(act)
        self._ties.append((signal, act))

    def let_go(self) -> QtWidgets.QWidget:
        """The left pane, free to be put elsewhere."""
        while self._ties:
            signal, act = self._ties.pop()
            signal.disconnect(act)
        self._sides[0].pane.setParent(None)
        return self._sides[0].pane

    # ---- lining up

    def _choose(self, how: How) -> None:
        self._how, self._marks = how, None
        self._align()

    def _take_marks(self) -> None:
        rows = [side.inspection.current_row for side in self._sides]
        if rows[0] is not None and rows[1] is not None:
            self._marks = rows[0].at, rows[1].at
            self._align()

    def _align(self) -> None:
        left, right = (side.line for side in self._sides)
        self._offset = offset(self._how, left, right, self._marks)
        for how, choice in self._choices.items():
            choice.setChecked(how == self._how)
        self._axis.show_lines(left, right, self._offset, from_start=self._how == "start")
        self._show_words()
        self._show_seen()
        if self._goes_along:
            self._selected(0)

    @property
    def _goes_along(self) -> bool:
        """Whether moving in one moves the other; not while two rows are being chosen."""
        return self._how != "rows" or self._marks is not None

    def _show_words(self) -> None:
        chosen = [side.inspection.current is not None for side in self._sides]
        self._line_up.setVisible(not self._goes_along)
        self._line_up.setEnabled(all(chosen))
        if not self._goes_along:
            words = "Now line them up." if all(chosen) else "Select a row on each side."
        elif self._how == "clock":
            words = "Times of the day are compared as they were written."
            if not _overlap(*self._sides):
                words = "They do not overlap in time; line them up by their beginning."
        else:
            words = f"The right one is shown {span_words(self._offset)} {'later' if self._offset > 0 else 'earlier'} than it was."
        self._words.setText(words)

    # ---- moving together

    def _own_time(self, side: int, at: int) -> int:
        """A moment on the axis by that side's own clock."""
        return at if side == 0 else at - self._offset

    def _axis_time(self, side: int, at: int) -> int:
        return at if side == 0 else at + self._offset

    def _selected(self, number: int, _current: object = None) -> None:
        """A row was chosen on one side: the other goes to the same moment."""
        self._show_words()
        row = self._sides[number].inspection.current_row
        if self._moving or row is None:
            return
        at = self._axis_time(number, row.at)
        self._axis.show_moment(at)
        if self._goes_along:
            other = 1 - number
            self._move(lambda: self._sides[other].select_nearest(self._own_time(other, at), self))
        self._show_seen()

    def _scrolled(self, number: int, _value: object = None) -> None:
        side = self._sides[number]
        seen = side.seen()
        if not self._moving and seen is not None and self._goes_along:
            other, at = 1 - number, self._axis_time(number, seen[0])
            self._move(lambda: self._sides[other].scroll_to(self._own_time(other, at)))
        self._show_seen()

    def _go_to(self, at: int) -> None:
        """Both sides to a moment on the axis."""
        self._axis.show_moment(at)

        def move() -> None:
            for number, side in enumerate(self._sides):
                side.select_nearest(self._own_time(number, at), self)

        self._move(move)
        self._show_seen()

    def _move(self, act: Callable[[], None]) -> None:
        """Without being moved back."""
        self._moving = True
        try:
            act()
        finally:
            self._moving = False

    def _show_seen(self) -> None:
        for number, side in enumerate(self._sides):
            seen = side.seen()
            times = None if seen is None else tuple(self._axis_time(number, at) for at in seen)
            self._axis.show_seen(number, times)  # type: ignore[arg-type]

    # ---- what others ask for

    def begin(self) -> None:
        """It is on screen, and its tables have their size."""
        for side in reversed(self._sides):
            self._move(lambda side=side: side.begin(self))  # type: ignore[misc]
        self._selected(0)

    def focus_filter(self) -> None:
        """Give the filter of the side with the focus the keyboard."""
        right = self._sides[1].pane.isAncestorOf(QtWidgets.QApplication.focusWidget() or self)
        self._sides[int(right)].pane.focus_filter()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_seen()


def _overlap(left: Side, right: Side) -> bool:
    one, two = left.line, right.line
    return bool(len(one) and len(two)) and one.first <= two.last and two.first <= one.last
