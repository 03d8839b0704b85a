"""The time axis between two captures: how dense each is, what of it is in sight, and the moment that is looked at."""

import datetime

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.captures.alignment import Timeline, span_words, tick_step
from heliograph.ui import theme
from heliograph.ui.theme import space

_WIDTH = 116
#: Pixels between two ticks at least.
_APART = 56
_PAD = 10
_BAR = 26
#: In milliseconds.
_A_DAY = 86_400_000


class TimeAxis(QtWidgets.QWidget):
    """All times are the left one's; the right one's are `offset` later than its own clock says."""

    #: int: a moment in milliseconds since the epoch to which the person points.
    chosen = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setFixedWidth(_WIDTH)
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Time axis of both captures")
        self._lines: tuple[Timeline, Timeline] | None = None
        self._offset = 0
        self._from_start = False
        self._seen: list[tuple[int, int] | None] = [None, None]
        self._moment: int | None = None
        self._bars: tuple[tuple[int, ...], list[list[int]]] | None = None

    def show_lines(self, left: Timeline, right: Timeline, offset: int, *, from_start: bool) -> None:
        """Whose times are shown, and whether as time of day or since the beginning."""
        self._lines, self._offset, self._from_start = (left, right), offset, from_start
        self._bars = None
        self.update()

    def show_seen(self, side: int, seen: tuple[int, int] | None) -> None:
        """From when to when the rows in sight on that side are, in the left one's time."""
        if self._seen[side] != seen:
            self._seen[side] = seen
            self.update()

    def show_moment(self, at: int | None) -> None:
        """The moment that is looked at."""
        if at != self._moment:
            self._moment = at
            self.update()

    # ---- the scale

    def _span(self) -> tuple[int, int]:
        """From the earliest to the latest moment of both."""
        assert self._lines is not None
        left, right = self._lines
        ends = [
            (line.first + by, line.last + by) for line, by in ((left, 0), (right, self._offset)) if len(line)
        ]
        if not ends:
            return 0, 1
        first = min(first for first, _ in ends)
        return first, max(first + 1, *(last for _, last in ends))

    def _room(self) -> int:
        return max(1, self.height() - 2 * _PAD)

    def _y(self, at: int) -> float:
        first, last = self._span()
        return _PAD + (at - first) / (last - first) * self._room()

    def _at(self, y: float) -> int:
        first, last = self._span()
        share = min(1.0, max(0.0, (y - _PAD) / self._room()))
        return round(first + share * (last - first))

    # ---- painting

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), theme.color("surface_alt"))
        painter.setPen(theme.color("border"))
        painter.drawLine(0, 0, 0, self.height())
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())
        if self._lines is not None and any(len(line) for line in self._lines):
            self._paint_seen(painter)
            self._paint_bars(painter)
            self._paint_ticks(painter)
            self._paint_moment(painter)
        painter.end()

    def _paint_seen(self, painter: QtGui.QPainter) -> None:
        for side, seen in enumerate(self._seen):
            if seen is not None:
                top, bottom = self._y(seen[0]), self._y(seen[1])
                left = 1 if side == 0 else self.width() - 1 - _BAR - 4
                box = QtCore.QRectF(left, top - 2, _BAR + 4, max(4.0, bottom - top + 4))
                painter.fillRect(box, theme.color("accent_fill", 0.22))

    def _paint_bars(self, painter: QtGui.QPainter) -> None:
        for side, bins in enumerate(self._density()):
            most = max(bins, default=0)
            ink = theme.color("accent_edge")
            for line, count in enumerate(bins):
                if count:
                    width = max(3, round(_BAR * (count / most) ** 0.5))
                    left = 2 if side == 0 else self.width() - 2 - width
                    painter.fillRect(left, _PAD + line * 2, width, 2, ink)

    def _density(self) -> list[list[int]]:
        """How many rows of each there are at every second pixel; kept while nothing moves."""
        assert self._lines is not None
        first, last = self._span()
        lines = self._room() // 2 + 1
        key = (first, last, lines, *(len(line) for line in self._lines))
        if self._bars is None or self._bars[0] != key:
            self._bars = (
                key,
                [
                    _bins(line, first - by, last - by, lines)
                    for line, by in zip(self._lines, (0, self._offset), strict=True)
                ],
            )
        return self._bars[1]

    def _paint_ticks(self, painter: QtGui.QPainter) -> None:
        first, last = self._span()
        step = tick_step(last - first, self._room() // _APART)
        painter.setFont(theme.font(0.8))
        metrics = painter.fontMetrics()
        begin = first if self._from_start else 0
        at = begin + -(-(first - begin) // step) * step
        days = _day(first) != _day(last)
        while at <= last:
            y = round(self._y(at))
            words = (
                _since(at - begin)
                if self._from_start
                else _clock(at, step, days=days and _day(at) != _day(at - step))
            )
            painter.setPen(theme.color("muted"))
            width = metrics.horizontalAdvance(words)
            painter.drawText((self.width() - width) // 2, y + metrics.ascent() // 2 - 1, words)
            painter.setPen(theme.color("outline"))
            for left, right in (
                (_BAR + 6, (self.width() - width) // 2 - 3),
                ((self.width() + width) // 2 + 3, self.width() - _BAR - 6),
            ):
                if right > left:
                    painter.drawLine(left, y, right, y)
            at += step

    def _paint_moment(self, painter: QtGui.QPainter) -> None:
        if self._moment is None:
            return
        y = round(self._y(self._moment))
        painter.setPen(QtGui.QPen(theme.color("accent"), 2))
        painter.drawLine(1, y, self.width() - 2, y)

    # ---- pointing

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        self._point(event)

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        self._point(event)

    def _point(self, event: QtGui.QMouseEvent) -> None:
        if event.buttons() & QtCore.Qt.MouseButton.LeftButton and self._lines is not None:
            self.chosen.emit(self._at(event.position().y()))

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(_WIDTH, space(60))


def _bins(line: Timeline, first: int, last: int, count: int) -> list[int]:
    """How many rows there are in each of `count` equal parts of that time."""
    found, before = [], 0
    for number in range(count):
        place = line.place_from(
            first + (last - first) * (number + 1) // count + (number + 1 == count), before
        )
        found.append(place - before)
        before = place
    return found


def _clock(at: int, step: int, *, days: bool) -> str:
    """A tick of the person's own clock; the first one of a day may name it."""
    moment = datetime.datetime.fromtimestamp(at / 1000)  # noqa: DTZ006 (the person's own clock)
    if step >= 28 * _A_DAY:
        return f"{moment:%b %Y}"
    if step >= _A_DAY or days:
        return f"{moment.day} {moment:%b}"
    if step < 1_000:
        return f"{moment:%H:%M:%S}.{at % 1000:03d}"
    return f"{moment:%H:%M:%S}" if step < 60_000 else f"{moment:%H:%M}"


def _day(at: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(at / 1000).date()  # noqa: DTZ006 (as above)


def _since(ms: int) -> str:
    return f"+{span_words(ms)}" if ms else "0"
