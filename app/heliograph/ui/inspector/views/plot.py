"""One plot over time: lines that differ by dashes and marks as well as by colour, axes with words, a legend."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6 import QtCore, QtGui

from heliograph.model.views.rates import Series, Span, nice_top
from heliograph.ui import theme
from heliograph.ui.theme import space

_DASHES: tuple[list[float], ...] = ([], [6, 3], [2, 2], [9, 3, 2, 3], [1, 3], [12, 4], [4, 2, 1, 2, 1, 2])
#: Seconds between the words of the time axis.
DAY = 86_400
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200,
          *(days * DAY for days in (1, 2, 7, 14, 30, 91, 182, 365, 1_825, 3_650)))  # fmt: skip


@dataclass
class Line:
    """A series with its name and looks."""

    series: Series
    name: str
    color: QtGui.QColor
    place: int

    def pen(self) -> QtGui.QPen:
        """How the line is drawn."""
        pen = QtGui.QPen(self.color, 1)
        dashes = _DASHES[self.place % len(_DASHES)]
        if dashes:
            pen.setDashPattern(dashes)
        return pen


@dataclass
class Plot:
    """What is painted into `rect`; `words` says a value with its unit."""

    title: str
    empty: str
    words: Callable[[float], str]
    rect: QtCore.QRect
    span: Span
    lines: Sequence[Line]
    #: Most lines in the legend; the others are plotted all the same.
    most_named: int = 8

    def paint(self, painter: QtGui.QPainter, cursor: int | None, current: int | None) -> None:
        """`cursor` is a bin that is looked at, `current` the one of the current row."""
        self._fit(painter)
        top = nice_top(1.04 * max((line.series.highest for line in self.lines), default=0))
        self._axes(painter, top)
        for place, tint in ((current, "selected"), (cursor, "accent")):
            if place is not None and 0 <= place < self.span.count:
                painter.fillRect(QtCore.QRectF(self.x(place) - 1, self.area.top(), 2, self.area.height()),
                                 theme.color(tint))  # fmt: skip
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self.area.adjusted(-2, -3, 2, 2))
        for line in reversed(self.lines):
            self._paint_line(painter, line, top, cursor)
        painter.setClipping(False)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, False)
        self._legend(painter, cursor)
        if not self.lines:
            painter.setPen(theme.color("muted"))
            flags = QtCore.Qt.AlignmentFlag.AlignCenter | QtCore.Qt.TextFlag.TextWordWrap
            painter.drawText(self.area, flags, self.empty)

    def _fit(self, painter: QtGui.QPainter) -> None:
        """Where the lines go: what the words at the edges leave."""
        painter.setFont(theme.font(0.85))
        metrics = painter.fontMetrics()
        self._line = metrics.height()
        left = metrics.horizontalAdvance("0,000 ms") + space(2)
        legend = min(metrics.averageCharWidth() * 30, self.rect.width() * 2 // 5)
        self._legend_left = self.rect.right() - legend
        self.area = QtCore.QRect(
            self.rect.left() + left, self.rect.top() + self._line + space(3),
            max(10, self._legend_left - space(3) - self.rect.left() - left),
            max(10, self.rect.height() - 2 * self._line - space(6)),
        )  # fmt: skip

    #: Where the lines are, after `paint`.
    area = QtCore.QRect()
    _line = 0
    _legend_left = 0

    def x(self, place: float) -> float:
        """The middle of a bin."""
        return self.area.left() + (place + 0.5) * self.area.width() / self.span.count

    def place_at(self, x: float) -> int | None:
        """The bin there; None beside the plot."""
        if not self.area.left() <= x <= self.area.right():
            return None
        return min(self.span.count - 1, int((x - self.area.left()) * self.span.count / self.area.width()))

    def _axes(self, painter: QtGui.QPainter, top: float) -> None:
        area = self.area
        painter.setPen(theme.color("text"))
        painter.drawText(self.rect.left() + space(2), self.rect.top() + space(1) + self._line - 3, self.title)
        for part in range(3):
            y = area.bottom() - area.height() * part // 2
            painter.setPen(theme.color("border"))
            painter.drawLine(area.left(), y, area.right(), y)
            painter.setPen(theme.color("muted"))
            words = QtCore.QRect(
                self.rect.left(), y - self._line // 2, area.left() - self.rect.left() - space(1.5), self._line
            )
            painter.drawText(words, QtCore.Qt.AlignmentFlag.AlignRight, self.words(top * part / 2))
        self._times(painter)

    def _times(self, painter: QtGui.QPainter) -> None:
        """Round times below; how many have room."""
        metrics, area = painter.fontMetrics(), self.area
        seconds = (self.span.end - self.span.begin) / 1_000
        days = seconds > DAY  # then a time of day alone would be one of several
        room = max(
            1, area.width() // (metrics.horizontalAdvance("00 Mmm 00:00" if days else "00:00:00") + space(6))
        )
        step = next((s for s in _STEPS if seconds / s <= room), _STEPS[-1])
        first = -(-self.span.begin // (step * 1_000)) * step
        for second in range(first, self.span.end // 1_000 + 1, step):
            x = round(area.left() + (second * 1_000 - self.span.begin) / (seconds * 1_000) * area.width())
            painter.setPen(theme.color("border"))
            painter.drawLine(x, area.top(), x, area.bottom() + 3)
            words = day(second * 1_000, time=step < DAY) if days else clock(second * 1_000, seconds=step < 60)
            half = metrics.horizontalAdvance(words) // 2
            if area.left() - half <= x <= area.right() - half // 2:
                painter.setPen(theme.color("muted"))
                painter.drawText(x - half, area.bottom() + space(1) + self._line - 2, words)

    def _paint_line(self, painter: QtGui.QPainter, line: Line, top: float, cursor: int | None) -> None:
        """Values that follow each other are joined; one alone is a dot."""
        area, scale = self.area, self.area.height() / top
        run: list[QtCore.QPointF] = []
        values = [*line.series.values, None]
        alone = sum(value is not None for value in values) <= self.span.count // 4
        for place, value in enumerate(values):
            if value is not None:
                run.append(QtCore.QPointF(self.x(place), area.bottom() - value * scale))
                if alone or place == cursor:
                    painter.setPen(QtCore.Qt.PenStyle.NoPen)
                    painter.setBrush(line.color)
                    painter.drawEllipse(run[-1], 3, 3)
            elif run and not alone:
                _stroke(painter, line, run)
                run = []
        if alone and len(run) > 1:
            _stroke(painter, line, run)

    def _legend(self, painter: QtGui.QPainter, cursor: int | None) -> None:
        """Name and value of each line: that at the cursor, else the last one."""
        metrics, left = painter.fontMetrics(), self._legend_left
        y = self.area.top()
        most = min(self.most_named, max(1, (self.area.height() + self._line) // (self._line + 4)))
        for line in self.lines[:most]:
            painter.setPen(line.pen())
            middle = y + self._line // 2
            painter.drawLine(left, middle, left + 26, middle)
            painter.drawLine(left, middle + 1, left + 26, middle + 1)
            value = (
                line.series.values[cursor]
                if cursor is not None and cursor < self.span.count
                else line.series.last
            )
            words = self.words(value) if value is not None else "–"
            width = metrics.horizontalAdvance(words)
            painter.setPen(theme.color("text"))
            painter.drawText(self.rect.right() - space(2) - width, y + metrics.ascent(), words)
            room = self.rect.right() - space(3) - width - left - 32
            name = metrics.elidedText(line.name, QtCore.Qt.TextElideMode.ElideRight, room)
            painter.drawText(left + 32, y + metrics.ascent(), name)
            y += self._line + 4
        if len(self.lines) > most:
            painter.setPen(theme.color("muted"))
            painter.drawText(left + 32, y + metrics.ascent(), f"and {len(self.lines) - most} more")


def _stroke(painter: QtGui.QPainter, line: Line, points: list[QtCore.QPointF]) -> None:
    """A thin line, twice: Qt takes fifty times as long for one thick line of so many points."""
    painter.setPen(line.pen())
    painter.drawPolyline(points)
    painter.translate(0.4, 0.7)
    painter.drawPolyline(points)
    painter.translate(-0.4, -0.7)


def day(at: int, *, time: bool) -> str:
    """A day, and a time of it, of milliseconds since the epoch."""
    moment = datetime.datetime.fromtimestamp(at / 1_000)  # noqa: DTZ006
    return f"{moment.day} {moment:%b %H:%M}" if time else f"{moment.day} {moment:%b %Y}"


def clock(at: int, *, seconds: bool = True) -> str:
    """A time of day, of milliseconds since the epoch."""
    return datetime.datetime.fromtimestamp(at / 1_000).strftime("%H:%M:%S" if seconds else "%H:%M")  # noqa: DTZ006
