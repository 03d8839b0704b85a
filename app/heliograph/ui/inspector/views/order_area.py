"""Two columns of the same signals: as they stand in the log, and as they arrived; lines join what is the same."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.batching import Frames
from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row
from heliograph.model.views.labels import label
from heliograph.model.views.order import MOST_MISSING, Fault, Order
from heliograph.ui import theme
from heliograph.ui.inspector.cells import TIME, cell, sentence
from heliograph.ui.inspector.table import PICTURES
from heliograph.ui.inspector.views.area import RowArea
from heliograph.ui.inspector.views.walk import Through, Walk, shown_of
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip

_ICON = 14
_Pen = QtGui.QPen


class OrderArea(RowArea):
    """Works between `start` and `stop`. A row is a place of arrival; F goes to the next fault."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__("Order: the session's log against arrival", grows=inspection.controller is not None)
        self._inspection = inspection
        self.order = Order(inspection.capture)
        self._walk = Walk(inspection, self._take, self._begin, Through.ASKED, self)
        self._frame = Frames(self.show_new, self)
        self._walk.advanced.connect(self._frame.wanted)
        self._texts: dict[tuple[str, int], QtGui.QStaticText] = {}
        self._digits = 0
        self.measure()

    # ---- content

    def start(self) -> None:
        """Show what there is, and what comes."""
        self._walk.start()
        self.show_new()

    def stop(self) -> None:
        """Nobody looks."""
        self._walk.stop()
        self._frame.stop()

    @property
    def caught_up(self) -> bool:
        """Whether all there is, is shown."""
        return self._walk.caught_up and not self._frame.waiting

    def show_new(self) -> None:
        """Show what has come, now rather than with the next frame."""
        self._frame.stop()
        self.order.forget(self._inspection.capture.dropped)
        metrics = QtGui.QFontMetrics(self._font)
        largest = max([1_000, *(row.seq or row.number for row in self._inspection.capture.rows[-1:])])
        self._digits = max(self._digits, metrics.horizontalAdvance(f"{largest:,}") + space(3))
        self.refill()

    def go_to_fault(self, step: int = 1) -> Fault | None:
        """Choose the first fault behind the current row, or before it; None where all is in order."""
        fault = self.order.next_fault(self.current or 0, step)
        place = self.place_of(fault.number) if fault is not None else None
        if place is not None:
            self.choose(place)
        return fault

    def _begin(self) -> None:
        self.order = Order(self._inspection.capture)

    def _take(self, rows: Sequence[Row]) -> None:
        self.order.take(rows, shown_of(rows, self._inspection.numbers()))

    def keys(self) -> Sequence[int]:
        return self.order.arrival

    def sentence(self, place: int) -> str:
        number = self.keys()[place]
        row = self._inspection.row(number)
        if row is None:
            return ""
        capture, fault = self._inspection.capture, self.order.fault(number)
        words = [f"entry {row.seq}", sentence(capture, row)]
        if fault is not None:
            words.insert(0, f"Fault: {fault.words}")
        if missing := self.order.missing_before(number):
            words.append(f"{_count(missing)} before it not seen here")
        return ", ".join(words)

    # ---- looks

    def measure(self) -> None:
        self._font = theme.font(0.9)
        metrics = QtGui.QFontMetrics(self._font)
        self._line, self._ascent = metrics.height(), metrics.ascent()
        self._digits = metrics.horizontalAdvance("0,000") + space(3)
        self._time_width = metrics.horizontalAdvance("00:00:00.000") + space(3)
        self._texts.clear()
        height = metrics.height() + space(2)
        if height != self.row_height:
            self.row_height = height

    def head_height(self) -> int:
        return self._line + space(4)

    def _edges(self) -> tuple[int, int]:
        """Where the lines begin and end."""
        width = self.viewport().width()
        left = max(self._digits + space(4), width * 30 // 100)
        return left, max(left + space(12), width * 52 // 100)

    # ---- painting

    def paint_head(self, painter: QtGui.QPainter) -> None:
        left, right = self._edges()
        painter.setFont(theme.font(0.9, bold=True))
        painter.setPen(theme.color("muted"))
        base = (self.head_height() + self._ascent) // 2
        for x, room, words in (
            (space(2), left, "In the log"),
            (right + space(3), self.viewport().width(), "Arrived here"),
        ):
            fitted = painter.fontMetrics().elidedText(
                words, QtCore.Qt.TextElideMode.ElideRight, room - x - space(2)
            )
            painter.drawText(x, base, fitted)

    def paint_behind(self, painter: QtGui.QPainter, first: int, last: int) -> None:
        """The lines and the left column; the rows themselves are the right one."""
        painter.setFont(self._font)
        order, lines = self.order, {}
        for place in range(first, last):
            rank = order.rank(self.keys()[place])
            if rank is not None:
                lines[place] = rank
        for rank in range(first, last):
            number = order.in_log(rank)
            self._paint_left(painter, rank, number)
            arrived = self.place_of(number)
            if arrived is not None:
                lines.setdefault(arrived, rank)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        faults = [place for place in lines if order.fault(self.keys()[place]) is not None]
        for place, rank in lines.items():
            if place not in faults:
                self._paint_line(painter, place, rank)
        for place in faults:  # above the others
            self._paint_line(painter, place, lines[place])
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, False)

    def _paint_line(self, painter: QtGui.QPainter, place: int, rank: int) -> None:
        left, right = self._edges()
        number, half = self.keys()[place], self.row_height // 2
        row = self._inspection.row(number)
        if row is None:
            return
        begin = QtCore.QPointF(left + 3, self.top_of(rank) + half + 0.5)
        end = QtCore.QPointF(right - 3, self.top_of(place) + half + 0.5)
        wrong = self.order.fault(number) is not None
        color = theme.color("danger") if wrong else self._color(row)
        current = number == self.current
        painter.setPen(_Pen(color, 3 if wrong or current else 1.4))
        painter.drawLine(begin, end)
        painter.setBrush(color)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        for point in (begin, end):
            painter.drawEllipse(point, 3, 3)
        if wrong:
            middle = (begin + end) / 2
            picture = theme.pixmap_of("alert", color.name(), 16, self.devicePixelRatioF())
            painter.drawPixmap(round(middle.x()) - 8, round(middle.y()) - 8, picture)

    def _paint_left(self, painter: QtGui.QPainter, rank: int, number: int) -> None:
        row = self._inspection.row(number)
        if row is None:
            return
        left, top = self._edges()[0], self.top_of(rank)
        base = top + (self.row_height - self._line) // 2
        if number == self.current:
            painter.setPen(_Pen(theme.color("accent"), 1))
            painter.drawRect(space(1), top + 1, left - space(2), self.row_height - 3)
        painter.setPen(theme.color("muted"))
        painter.drawStaticText(space(2), base, self._text(f"{row.seq:,}", self._digits))
        room = left - self._digits - space(4)
        missing = self.order.missing_before(number)
        if missing:
            room -= self._paint_gap(painter, top, missing, left) + space(2)
        painter.setPen(self._color(row))
        name = self._inspection.capture.full_name(row.sender)
        painter.drawStaticText(space(2) + self._digits, base, self._text(name, room))

    def _paint_gap(self, painter: QtGui.QPainter, top: int, missing: int, left: int) -> int:
        """How many entries of the log before this one never came here; returns how wide the words are."""
        pen = _Pen(theme.color("warning"), 1)
        pen.setDashPattern([3, 3])
        painter.setPen(pen)
        painter.drawLine(space(2), top, left, top)
        words = f"↑ {_count(missing)}" + (" not seen here" if left > 15 * self._line else "")
        text = self._text(words, left)
        width = round(text.size().width())
        base = top + (self.row_height - self._line) // 2
        painter.drawStaticText(left - space(2) - width, base, text)
        return width

    def paint_row(self, painter: QtGui.QPainter, place: int, top: int) -> None:
        number = self.keys()[place]
        row = self._inspection.row(number)
        if row is None:
            return
        x, base = self._edges()[1] + space(3), top + (self.row_height - self._line) // 2
        width, capture = self.viewport().width(), self._inspection.capture
        painter.setPen(theme.color("muted"))
        painter.drawStaticText(x, base, self._text(f"{number:,}", self._digits))
        x += self._digits
        if width - x > self._time_width * 3:
            painter.drawStaticText(x, base, self._text(cell(capture, row, TIME), self._time_width))
            x += self._time_width
        fault = self.order.fault(number)
        tint = theme.current().danger if fault else theme.current().kinds[row.kind.name]
        picture = "alert" if fault else PICTURES[row.kind]
        icon = theme.pixmap_of(picture, tint, _ICON, self.devicePixelRatioF())
        painter.drawPixmap(x, top + (self.row_height - _ICON) // 2, icon)
        x += _ICON + space(1)
        words = f"{fault.wrong.value}: {fault.words}" if fault else label(capture, row)
        painter.setPen(theme.color("danger" if fault else "text"))
        painter.drawStaticText(x, base, self._text(words, width - x - space(2)))

    def _color(self, row: Row) -> QtGui.QColor:
        if row.sender is None:
            return theme.color("muted")
        return theme.person_color(self._inspection.capture.hue(row.sender))

    def _text(self, words: str, room: int) -> QtGui.QStaticText:
        found = self._texts.get((words, room))
        if found is None:
            if len(self._texts) > 4_000:
                self._texts.clear()
            metrics = QtGui.QFontMetrics(self._font)
            fitted = metrics.elidedText(words, QtCore.Qt.TextElideMode.ElideRight, max(0, room))
            found = self._texts[words, room] = QtGui.QStaticText(fitted)
            found.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        return found

    # ---- keys and the pointer

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.key() == QtCore.Qt.Key.Key_F and not event.modifiers() & _NOT_SHIFT:
            self.go_to_fault(-1 if event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QtCore.QEvent) -> bool:
        if isinstance(event, QtGui.QHelpEvent) and event.type() == QtCore.QEvent.Type.ToolTip:
            place = self.place_at(event.pos().y())
            words = self.sentence(place) if place >= 0 else ""
            QtWidgets.QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().viewportEvent(event)


_NOT_SHIFT = QtCore.Qt.KeyboardModifier.ControlModifier | QtCore.Qt.KeyboardModifier.AltModifier


def _count(missing: int) -> str:
    return f"{MOST_MISSING:,} or more" if missing >= MOST_MISSING else f"{missing:,}"
