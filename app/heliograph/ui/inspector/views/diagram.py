"""How the arrows of a sequence diagram are painted, on screen and into files, and what stands at them."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.views.labels import label
from heliograph.model.views.lifelines import SERVER, Lifelines, Stay
from heliograph.ui import theme
from heliograph.ui.inspector.cells import TIME, cell
from heliograph.ui.inspector.table import PICTURES
from heliograph.ui.inspector.views.columns import Columns
from heliograph.ui.theme import space

_Pen, _Style = QtGui.QPen, QtCore.Qt.PenStyle
#: Below this height a row has no room for words.
_LEAST_FOR_WORDS = 18
_HEAD = 9
#: A picture of a head or a dot; its point is in the middle.
_STAMP = 24
#: Shapes: 1 and -1 are heads to the right and to the left; times this, open ones.
_OPEN = 2
_DOT, _SMALL_DOT = 10, 11
_CORNERS = {
    step: QtGui.QPolygonF(
        [QtCore.QPointF(-step * _HEAD, -4), QtCore.QPointF(-step, 0), QtCore.QPointF(-step * _HEAD, 4)]
    )
    for step in (1, -1)
}
#: Most labels kept that were cut to their room, and most parts of times.
_FITTED, _TIMES = 400, 2_000
_ICON = 14
#: The stroke of each kind of arrow: style, width, and whether its head is filled.
_STROKES = {
    Kind.CHAT: (_Style.SolidLine, 2.0, True),
    Kind.SIGNAL: (_Style.SolidLine, 1.2, True),
    Kind.PING: (_Style.DashLine, 1.4, False),
    Kind.RECEIPT: (_Style.DotLine, 1.4, False),
    Kind.TYPING: (_Style.DashDotDotLine, 1.0, False),
}


class Diagram(Columns):
    """Arrows between lifelines."""

    def __init__(self, capture: Capture, lifelines: Lifelines) -> None:
        super().__init__(capture, lifelines)
        #: Whether it is painted for a file: heads are lines then, not pictures of them.
        self.vector = False
        self._fitted: dict[tuple[int, int, int], tuple[QtGui.QStaticText, int]] = {}
        self._times: dict[str, QtGui.QStaticText] = {}
        self._stamps: dict[tuple[int, int, float], QtGui.QPixmap] = {}
        self.restyle()

    def show(self, people: Sequence[str]) -> None:
        super().show(people)
        self._fitted.clear()

    def restyle(self) -> None:
        super().restyle()
        self._font = theme.font(0.9)
        metrics = QtGui.QFontMetrics(self._font)
        self._ascent, self._letter = metrics.ascent(), max(1, metrics.averageCharWidth())
        self._ground = theme.color("surface")
        self._grounds = {name: theme.color(name) for name in ("surface", "hover", "selected")}
        self._ink, self._muted = theme.color("text"), theme.color("muted")
        self._tints = {kind: QtGui.QColor(theme.current().kinds[kind.name]) for kind in Kind}
        for kept in (self._fitted, self._times, self._stamps):
            kept.clear()

    # ---- one row

    def rows(self, painter: QtGui.QPainter, rows: Sequence[tuple[Row, int, str]]) -> None:
        """Paint what happened: rows with where they begin and the colour of their ground."""
        geometry = self.geometry
        painter.setFont(self._font)
        if self._with_words:
            painter.setPen(self._muted)
            rise = self.line_at() - 5 - self._ascent
            for row, top, _ in rows:
                self._paint_time(painter, row, top + rise)
        painter.save()
        painter.setClipRect(
            geometry.gutter, self.top, geometry.width, self.bottom - self.top,
            QtCore.Qt.ClipOperation.IntersectClip,
        )  # fmt: skip
        for row, top, ground in rows:
            self._ground = self._grounds[ground]
            self._row(painter, row, top)
        painter.restore()

    def _paint_time(self, painter: QtGui.QPainter, row: Row, y: int) -> None:
        """In two parts: both have been laid out already, however many signals a second there are."""
        second, dot, rest = cell(self.capture, row, TIME).rpartition(".")
        begin, end = self._time(second + dot), self._time(rest)
        painter.drawStaticText(space(2), y, begin)
        painter.drawStaticText(QtCore.QPointF(space(2) + begin.size().width(), y), end)

    def _time(self, text: str) -> QtGui.QStaticText:
        found = self._times.get(text)
        if found is None:
            if len(self._times) >= _TIMES:
                self._times.clear()
            found = self._times[text] = self._lay_out(text)
        return found

    def _lay_out(self, text: str) -> QtGui.QStaticText:
        found = QtGui.QStaticText(text)
        found.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        found.setPerformanceHint(QtGui.QStaticText.PerformanceHint.AggressiveCaching)
        found.prepare(QtGui.QTransform(), self._font)
        return found

    def _row(self, painter: QtGui.QPainter, row: Row, top: int) -> None:
        sender = self._columns.get(SERVER if row.is_server else row.sender or "-")
        if sender is None:
            self._banner(painter, row, top)
        elif row.kind is Kind.REJECTED:
            self._refused(painter, row, top, sender)
        elif row.kind not in _STROKES:
            self._event(painter, row, top, sender)
        elif row.to is None:
            self._to_all(painter, row, top, sender)
        elif row.to == row.sender:
            self._to_self(painter, row, top, sender)
        else:
            self._to_one(painter, row, top, sender, self._columns.get(row.to))

    @property
    def _with_words(self) -> bool:
        return self.geometry.row_height >= _LEAST_FOR_WORDS

    def line_at(self) -> int:
        """How far below the beginning of a row its line is."""
        height = self.geometry.row_height
        return height - max(5, height // 5) if self._with_words else height // 2

    def _to_self(self, painter: QtGui.QPainter, row: Row, top: int, sender: int) -> None:
        y, x = top + self.line_at(), self.geometry.x(sender)
        self._words(painter, row, top, x + 20, self.geometry.width)
        self._stroke(painter, row)
        painter.drawArc(QtCore.QRectF(x - 1, y - 9, 18, 9), 90 * 16, -180 * 16)
        self._heads(painter, row, y, [(x, -1, False)])

    def _to_one(self, painter: QtGui.QPainter, row: Row, top: int, sender: int, to: int | None) -> None:
        y, begin = top + self.line_at(), self.geometry.x(sender)
        end = self.geometry.x(to) if to is not None else begin + self.geometry.column_width // 2
        step = 1 if end > begin else -1
        self._words(painter, row, top, min(begin, end) + 8, self.geometry.width)
        self._stroke(painter, row)
        painter.drawLine(begin, y, end - step * (_HEAD - 2), y)
        self._heads(painter, row, y, [(end, step, False)], origin=(begin, 2.5))

    def _to_all(self, painter: QtGui.QPainter, row: Row, top: int, sender: int) -> None:
        """One bar across all who are there, with a head at each."""
        geometry, y, begin = self.geometry, top + self.line_at(), self.geometry.x(sender)
        heads = [
            (geometry.x(c), 1 if c > sender else -1, stay is Stay.AWAY)
            for c in self._stays
            if c != sender and (stay := self._gets(c, row.number)) is not Stay.ABSENT
        ]
        low, high = self._span(sender, [x for x, _, _ in heads])
        room_right, room_left = min(high, geometry.width) - begin, begin - max(low, geometry.gutter)
        if room_right < 160 and room_left > room_right:
            self._words(painter, row, top, max(low, geometry.gutter) + 8, begin - 12, to_right=True)
        else:
            self._words(painter, row, top, begin + 12, geometry.width)
        self._stroke(painter, row)
        painter.drawLine(low, y, high, y)
        self._heads(painter, row, y, heads, origin=(begin, 3.5))

    def _span(self, sender: int, ends: list[int]) -> tuple[int, int]:
        """From where to where the bar of a signal to all goes; it leaves the picture where people are beside it."""
        geometry, begin = self.geometry, self.geometry.x(sender)
        seen = geometry.columns(len(self.people))
        low, high = min([begin, *ends]), max([begin, *ends])
        if seen and seen[0] > 0 and sender >= seen[0]:
            low = min(low, geometry.gutter)
        if seen and seen[-1] < len(self.people) - 1 and sender <= seen[-1]:
            high = max(high, geometry.width)
        if low == high:  # nobody else was there
            high = begin + geometry.column_width // 3
        return low, high

    def _gets(self, column: int, number: int) -> Stay:
        """How the person of a column gets what is said to all at that row."""
        return Stay.ABSENT if self.people[column] == SERVER else self.stay(column, number)

    def _event(self, painter: QtGui.QPainter, row: Row, top: int, sender: int) -> None:
        """Something that happens to one person: it stands at their lifeline."""
        x, y = self.geometry.x(sender), top + self.line_at()
        self._words(painter, row, top, x + 10, self.geometry.width)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(_Pen(self._tints[row.kind], 2))
        painter.setBrush(self._ground)
        if row.kind is Kind.LEAVE:
            painter.drawLine(x - 4, y - 4, x + 4, y + 4)
            painter.drawLine(x - 4, y + 4, x + 4, y - 4)
        else:
            painter.drawEllipse(QtCore.QPointF(x, y), 4, 4)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, False)

    def _refused(self, painter: QtGui.QPainter, row: Row, top: int, sender: int) -> None:
        """A signal of mine that went nowhere."""
        x, y = self.geometry.x(sender), top + self.line_at()
        end = x + self.geometry.column_width // 3
        self._words(painter, row, top, x + 8, self.geometry.width)
        painter.setPen(_Pen(self._tints[row.kind], 1.6))
        painter.drawLine(x, y, end, y)
        painter.drawLine(end - 4, y - 4, end + 4, y + 4)
        painter.drawLine(end - 4, y + 4, end + 4, y - 4)

    def _banner(self, painter: QtGui.QPainter, row: Row, top: int) -> None:
        """Something that concerns nobody alone: a gap, an error, a change of the connection."""
        y = top + self.line_at()
        self._words(painter, row, top, self.geometry.gutter + 8, self.geometry.width)
        pen = _Pen(self._tints[row.kind], 1)
        pen.setDashPattern([6, 4])
        painter.setPen(pen)
        painter.drawLine(self.geometry.gutter, y, self.geometry.width, y)

    # ---- parts

    def _stroke(self, painter: QtGui.QPainter, row: Row) -> None:
        style, width, _ = _STROKES[row.kind]
        painter.setPen(_Pen(self.color(row.sender), width, style))

    def _heads(
        self, painter: QtGui.QPainter, row: Row, y: int, heads: list[tuple[int, int, bool]],
        origin: tuple[int, float] | None = None,
    ) -> None:  # fmt: skip
        """Heads at (x, direction, whether it is open for somebody away), and the dot from which they come."""
        color, filled = self.color(row.sender), _STROKES[row.kind][2]
        shapes = [(x, step if filled and not open_ else step * _OPEN) for x, step, open_ in heads]
        if origin is not None:
            shapes.append((origin[0], _DOT if origin[1] > 3 else _SMALL_DOT))
        if self.vector:
            painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
            for x, shape in shapes:
                _paint_shape(painter, color, x, y, shape)
            painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, False)
            return
        ratio = painter.device().devicePixelRatioF()
        for x, shape in shapes:
            painter.drawPixmap(x - _STAMP // 2, y - _STAMP // 2, self._stamp(color, shape, ratio))

    def _stamp(self, color: QtGui.QColor, shape: int, ratio: float) -> QtGui.QPixmap:
        """A head or a dot as a picture: a screenful has hundreds of them."""
        key = (color.rgb(), shape, ratio)
        found = self._stamps.get(key)
        if found is None:
            found = QtGui.QPixmap(round(_STAMP * ratio), round(_STAMP * ratio))
            found.setDevicePixelRatio(ratio)
            found.fill(QtCore.Qt.GlobalColor.transparent)
            painter = QtGui.QPainter(found)
            painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
            _paint_shape(painter, color, _STAMP // 2, _STAMP // 2, shape)
            painter.end()
            self._stamps[key] = found
        return found

    def _words(
        self, painter: QtGui.QPainter, row: Row, top: int, left: int, right: int, *, to_right: bool = False
    ) -> None:
        """Icon and words above the line, between two places; the lifelines do not run through them."""
        geometry = self.geometry
        left, right = max(left, geometry.gutter + 6), min(right, geometry.width - 6)
        room = right - left - _ICON - 6
        if not self._with_words or room < 12:
            return
        text, width = self._fitting(row, room)
        if to_right:
            left = right - width
        base = top + self.line_at() - 5
        painter.fillRect(left - 3, base - self._ascent - 1, width + 6, self._ascent + 4, self._ground)
        tint, ratio = self._tints[row.kind], painter.device().devicePixelRatioF()
        icon = theme.pixmap_of(PICTURES[row.kind], tint.name(), _ICON, ratio)
        painter.drawPixmap(left, base - _ICON + 2, icon)
        plain = row.kind.is_signal and row.kind is not Kind.RECEIPT and row.kind is not Kind.TYPING
        painter.setPen(self._ink if plain else tint)
        painter.drawStaticText(left + _ICON + 6, base - self._ascent, text)

    def _fitting(self, row: Row, room: int) -> tuple[QtGui.QStaticText, int]:
        """The words of a row, as many as there is room for, and how wide they are with their icon; kept."""
        key = (row.number, room, self.geometry.left)
        found = self._fitted.get(key)
        if found is None:
            if len(self._fitted) >= _FITTED:
                self._fitted.clear()
            words = self._label(row)[: max(4, room // self._letter * 2)]
            text = self._lay_out(words)
            if text.size().width() > room:
                elided = QtGui.QFontMetrics(self._font).elidedText(
                    words, QtCore.Qt.TextElideMode.ElideRight, room
                )
                text = self._lay_out(elided)
            found = self._fitted[key] = (text, round(text.size().width()) + _ICON + 6)
        return found

    def _label(self, row: Row) -> str:
        """What the row says, and who where that cannot be seen."""
        words = label(self.capture, row)
        if row.kind not in _STROKES:
            return words
        to = f" → {self.capture.name(row.to)}" if row.to and self._is_hidden(row.to) else ""
        who = self.capture.name(row.sender) if self._is_hidden(row.sender or SERVER) else ""
        return f"{who}{to}: {words}" if who or to else words

    def _is_hidden(self, id: str) -> bool:
        column = self._columns.get(id)
        return column is None or not self.geometry.gutter <= self.geometry.x(column) <= self.geometry.width


def _paint_shape(painter: QtGui.QPainter, color: QtGui.QColor, x: int, y: int, shape: int) -> None:
    painter.setPen(_Pen(color, 1.4))
    painter.setBrush(color)
    if shape in (_DOT, _SMALL_DOT):
        size = 3.5 if shape == _DOT else 2.5
        painter.drawEllipse(QtCore.QPointF(x, y), size, size)
    elif shape in _CORNERS:
        painter.drawPolygon(_CORNERS[shape].translated(x, y))
    else:
        painter.drawPolyline(_CORNERS[shape // _OPEN].translated(x, y))
