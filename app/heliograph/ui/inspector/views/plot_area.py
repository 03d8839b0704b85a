"""Both plots of the view "Rates", and the cursor that goes along time."""

from bisect import bisect_left
from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Kind, Row
from heliograph.model.text import duration_words, one_line, plural
from heliograph.model.views.rates import OTHER, Rates, Series, Span, span
from heliograph.ui import theme
from heliograph.ui.inspector.views.plot import DAY, Line, Plot, clock, day
from heliograph.ui.inspector.views.walk import Through, Walk
from heliograph.ui.spoken_list import announce

_Key = QtCore.Qt.Key
#: How often what is new is painted, in milliseconds.
_EVERY = 100
#: Most people whose round trips are plotted.
_MOST_PEOPLE = 12
#: The colours of types, among those of people: no two neighbours are alike.
_HUES = (7, 0, 5, 9, 2, 11)


class PlotArea(QtWidgets.QWidget):
    """Both plots and a cursor: the pointer, or Left and Right; click or Enter shows the rows of that moment."""

    #: str: what there is at the cursor, in a few words; "" without one.
    said = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._rates = Rates()
        self.window_ms = 0
        self._walk = Walk(inspection, self._take, self._begin, Through.PASSING, self)
        self._walk.advanced.connect(self._news)
        self._clock = QtCore.QTimer(self)
        self._clock.setInterval(_EVERY)
        self._clock.timeout.connect(self.tick)
        self._once = QtCore.QTimer(self)
        self._once.setInterval(_EVERY)
        self._once.setSingleShot(True)
        self._once.timeout.connect(self.tick)
        self._shown: tuple[object, ...] = ()
        self._version = 0
        self._span = Span(0, 0, 1)
        self._signals: list[Line] = []
        self._trips: list[Line] = []
        self._plots: list[Plot] = []
        #: When the bin of the cursor begins, in milliseconds since the epoch.
        self._cursor: int | None = None
        self._pointed = False
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Signals a second and round trips. Left and Right move along time.")
        inspection.current_changed.connect(self._current_changed)
        theme.theme().changed.connect(self._color)

    # ---- content

    def _begin(self) -> None:
        self._rates = Rates()

    def _take(self, rows: Sequence[Row]) -> None:
        self._rates.take(self._inspection.capture, rows)

    def _news(self) -> None:
        self._version += 1
        if not self._clock.isActive() and not self._once.isActive():
            self._once.start()

    def _fates_changed(self, seqs: set[int]) -> None:
        capture = self._inspection.capture
        for seq in seqs:
            number = capture.number_of(seq)
            row = self._inspection.row(number) if number is not None else None
            if row is not None and row.kind is Kind.PING:
                self._rates.trip(capture, row)
                self._version += 1

    @property
    def signals(self) -> list[Series]:
        """What the upper plot shows."""
        return [line.series for line in self._signals]

    @property
    def trips(self) -> list[Series]:
        """What the lower plot shows."""
        return [line.series for line in self._trips]

    @property
    def caught_up(self) -> bool:
        """Whether all rows have been counted."""
        return self._walk.caught_up

    @property
    def span(self) -> Span:
        """The time that is shown."""
        return self._span

    def tick(self) -> None:
        """Show what is new; nothing is painted while nothing is."""
        where = self._find_span()
        shown = (where, self._version)
        if shown == self._shown or not self.isVisible():
            return
        self._shown, self._span = shown, where
        self._rates.forget(self._inspection.capture.dropped)
        capture = self._inspection.capture
        found = self._rates.signals(where)
        self._signals = [Line(s, one_line(s.key, 40), QtGui.QColor(), place) for place, s in enumerate(found)]
        people = self._rates.trips(where)[:_MOST_PEOPLE]
        self._trips = [Line(s, capture.full_name(s.key), QtGui.QColor(), i) for i, s in enumerate(people)]
        self._color()
        self._say()

    def _find_span(self) -> Span:
        """The window that ends now, as far as its bins are full; or the whole recording."""
        first, last = self._rates.first, self._rates.last
        if first is None or last is None:
            return Span(0, 0, 1)
        if not self.window_ms:
            return span(first, last + 1)
        live = self._inspection.controller is not None and self._inspection.capturing
        now = self._now() if live else last + 1
        width = span(now - self.window_ms, now).width
        end = max(now, last) // width * width if live else now
        return span(end - self.window_ms, end)

    def _now(self) -> int:
        """The relay's time, which is that of the rows."""
        return self._inspection.capture.clock.relay_time(QtCore.QDateTime.currentMSecsSinceEpoch())

    def _color(self) -> None:
        """Types get colours by their place; people have theirs."""
        for line in self._signals:
            line.color = (
                theme.color("muted")
                if line.series.key == OTHER
                else theme.person_color(_HUES[line.place % len(_HUES)])
            )
        for line in self._trips:
            line.color = theme.person_color(self._inspection.capture.hue(line.series.key))
        self.update()

    def _current_changed(self) -> None:
        self.update()

    # ---- the cursor

    def _place(self) -> int | None:
        return self._span.at(self._cursor) if self._cursor is not None else None

    def _move_to(self, place: int | None) -> None:
        self._cursor = None if place is None else self._span.begin + place * self._span.width
        self._say()
        self.update()

    def sentence(self) -> str:
        """What there is at the cursor, or last."""
        place = self._place()
        shown = place if place is not None else self._span.count - 1
        time = self._moment(self._span.begin + shown * self._span.width)
        parts = []
        for lines, words in ((self._signals, _rate_words), (self._trips, _trip_words)):
            for line in lines:
                value = line.series.values[place] if place is not None else line.series.last
                if value:
                    parts.append(f"{line.name} {words(value)}")
        return f"{time}: {', '.join(parts) or 'nothing'}"

    def _say(self) -> None:
        place = self._place()
        words = self.sentence() if self._rates.first is not None else ""
        self.setAccessibleDescription(words)
        self.said.emit(words if place is not None else "")

    def show_rows(self) -> None:
        """Look at the first row of the moment at the cursor."""
        place = self._place()
        if place is None:
            return
        inspection, begin = self._inspection, self._span.begin + place * self._span.width
        numbers = inspection.numbers()
        first, last = (
            bisect_left(numbers, time, key=self._time) for time in (begin, begin + self._span.width)
        )
        if first == last:
            inspection.notice.emit(f"No row that passes the filter is of {self._moment(begin)}.")
            return
        inspection.select(numbers[first], self.parentWidget())
        inspection.notice.emit(
            f"{plural(last - first, 'row')} of {self._moment(begin)}; the first of them is shown."
        )

    def _moment(self, begin: int) -> str:
        """The bin that begins there, in words: a second is one, half an hour goes from a time to another."""
        end, days = begin + self._span.width, self._span.end - self._span.begin > DAY * 1_000
        words = [day(at, time=True) if days else clock(at) for at in (begin, end)]
        return words[0] if self._span.width <= 1_000 else f"{words[0]} to {words[1]}"

    def _time(self, number: int) -> int:
        row = self._inspection.row(number)
        return row.at if row is not None else 0

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        last, place = self._span.count - 1, self._place()
        step = 10 if event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier else 1
        here = last + 1 if place is None else place
        to = {
            _Key.Key_Left: here - step, _Key.Key_Right: here + step, _Key.Key_Home: 0, _Key.Key_End: last,
        }.get(QtCore.Qt.Key(event.key()))  # fmt: skip
        if to is not None:
            self._pointed = False
            self._move_to(max(0, min(last, to)))
            announce(self, self.sentence())
        elif event.key() in (_Key.Key_Return, _Key.Key_Enter):
            self.show_rows()
        elif event.key() == _Key.Key_Escape and place is not None:
            self._move_to(None)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        place = self._plots[0].place_at(event.position().x()) if self._plots else None
        self._pointed = place is not None
        self._move_to(place)

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        if event.button() is QtCore.Qt.MouseButton.LeftButton:
            self.mouseMoveEvent(event)
            self.show_rows()

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        super().leaveEvent(event)
        if self._pointed:
            self._pointed = False
            self._move_to(None)

    # ---- painting

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface"))
        if self._rates.first is None:
            painter.setPen(theme.color("muted"))
            flags = QtCore.Qt.AlignmentFlag.AlignCenter | QtCore.Qt.TextFlag.TextWordWrap
            words = "No signals yet. As people talk, their rates appear here."
            if self._inspection.filter is not None:
                words = "Nothing passes the filter. Clear or change it."
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, words)
        else:
            self._paint_plots(painter)
        if self.hasFocus():
            painter.setPen(theme.color("accent"))
            painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)  # not that of the last dot
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _paint_plots(self, painter: QtGui.QPainter) -> None:
        half = self.height() * 3 // 5
        upper, lower = (
            QtCore.QRect(0, 0, self.width(), half),
            QtCore.QRect(0, half, self.width(), self.height() - half),
        )
        nothing = "No round trips in this time."
        if self._inspection.controller is not None:
            nothing += " Ping everyone to measure them."
        self._plots = [
            Plot("Signals a second, by type", "No signals in this time.", _rate_words, upper, self._span, self._signals),
            Plot("Round trip, by person", nothing, _trip_words, lower, self._span, self._trips),
        ]  # fmt: skip
        row = self._inspection.current_row
        current = self._span.at(row.at) if row is not None else None
        for plot in self._plots:
            plot.paint(painter, self._place(), current)

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    # ---- being looked at

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self._walk.start()
        self._inspection.fates_changed.connect(self._fates_changed)
        if self._inspection.controller is not None:
            self._clock.start()
        self._shown = ()
        self.tick()

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        super().hideEvent(event)
        self._walk.stop()
        self._inspection.fates_changed.disconnect(self._fates_changed)
        self._clock.stop()
        self._once.stop()


def _rate_words(value: float) -> str:
    if 0 < value < 0.1:
        return f"{value * 3_600:,.2g}/h" if value < 0.01 else f"{value * 60:.2g}/min"
    digits = 0 if value >= 10 or value == round(value) else 1
    return f"{value:,.{digits}f}/s"


def _trip_words(value: float) -> str:
    return duration_words(value) if value else "0 ms"
