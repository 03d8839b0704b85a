"""The receipt matrix: my messages down, people across."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.batching import Frames
from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Kind
from heliograph.model.views.matrix import Fared
from heliograph.ui import theme
from heliograph.ui.inspector.cells import TIME, cell
from heliograph.ui.inspector.views.area import RowArea
from heliograph.ui.inspector.views.columns import Columns, Geometry
from heliograph.ui.inspector.views.matrix_rows import MatrixRows
from heliograph.ui.spoken_list import announce
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip

_Key = QtCore.Qt.Key
#: The symbol and the colour of each way to fare; words stand beside it, or in the legend.
LOOKS = {
    Fared.READ: ("read", "success"), Fared.DELIVERED: ("check", "info"), Fared.ON_RELAY: ("server", "muted"),
    Fared.LEFT: ("leave", "warning"), Fared.SILENT: ("minus", "muted"), Fared.WAITING: ("clock", "warning"),
}  # fmt: skip
_ICON = 14
#: The column of the messages themselves.
_MESSAGE = -1


class MatrixArea(RowArea):
    """Works between `start` and `stop`. Left and Right go from person to person."""

    #: (number of the message, id of a person or None): a cell was chosen.
    cell_chosen = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__("Receipts: my messages down, people across", grows=inspection.controller is not None)
        self._inspection = inspection
        self.rows = MatrixRows(inspection, self)
        self._columns = _Heads(inspection.capture, self.rows.presence.lifelines)
        self._column = _MESSAGE
        self._dense = False
        self._texts: dict[tuple[str, int], QtGui.QStaticText] = {}
        self._frame = Frames(self.show_new, self)
        self.rows.news.connect(self._frame.wanted)
        self.measure()

    # ---- content

    def start(self) -> None:
        """Show what there is, and what comes."""
        self.rows.start()
        self.show_new()

    def stop(self) -> None:
        """Nobody looks."""
        self.rows.stop()
        self._frame.stop()

    @property
    def caught_up(self) -> bool:
        """Whether all there is, is shown."""
        return self.rows.caught_up and not self._frame.waiting

    @property
    def people(self) -> Sequence[str]:
        """The columns."""
        return self._columns.people

    @property
    def dense(self) -> bool:
        """Whether there are so many people that cells have no room for words."""
        return self._dense

    def show_new(self) -> None:
        """Show what has come, now rather than with the next frame."""
        self._frame.stop()
        self.rows.settle(self.current, pointed=self.viewport().underMouse())
        if self.rows.people != self._columns.people:
            self._columns.show(list(self.rows.people))
        self._place_columns()
        self.refill()

    def keys(self) -> Sequence[int]:
        return self.rows.keys()

    def sentence(self, place: int) -> str:
        key = self.keys()[place]
        words = self.rows.sentence(key)
        if key == self.current and self._column != _MESSAGE:
            return f"{self.rows.cell_sentence(key, self.people[self._column])}. {words}"
        return words

    # ---- choosing

    @property
    def column(self) -> int:
        """The current cell's person as a place among them; -1: the message itself."""
        return self._column

    def show_cell(self, number: int | None, person: str | None) -> None:
        """Somebody else chose a message, or what somebody told of it."""
        people = self.people
        self._column = next((place for place, id in enumerate(people) if id == person), _MESSAGE)
        self.show_current(number)
        if self.current is not None:
            self._reveal_column()

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        place = self.place_at(event.position().y())
        if event.button() is QtCore.Qt.MouseButton.LeftButton and place >= 0:
            self._column = self._column_at(event.position().x())
            self.choose(place)
            self.tell_cell()

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        step = {_Key.Key_Left: -1, _Key.Key_Right: 1}.get(QtCore.Qt.Key(event.key()))
        if step is not None:
            self._column = max(_MESSAGE, min(len(self.people) - 1, self._column + step))
            if self.current is None:
                self.choose(self.in_sight()[1] - 1)
            self._reveal_column()
            self.viewport().update()
            if self.current is not None and self._column != _MESSAGE:
                announce(self, self.rows.cell_sentence(self.current, self.people[self._column]))
        else:
            super().keyPressEvent(event)
            if event.key() in (_Key.Key_Return, _Key.Key_Enter):
                self.tell_cell()

    def tell_cell(self) -> None:
        """The current cell is chosen."""
        if self.current is not None:
            person = self.people[self._column] if self._column != _MESSAGE else None
            self.cell_chosen.emit((self.current, person))

    def cell_rect(self, place: int, column: int) -> QtCore.QRect:
        """Where in the viewport a cell is."""
        geometry = self._columns.geometry
        left = geometry.x(column) - geometry.column_width // 2
        return QtCore.QRect(left, self.top_of(place), geometry.column_width, self.row_height)

    def _column_at(self, x: float) -> int:
        geometry = self._columns.geometry
        if x < geometry.gutter:
            return _MESSAGE
        column = int(x - geometry.gutter + self.horizontalScrollBar().value()) // geometry.column_width
        return column if column < len(self.people) else _MESSAGE

    def _reveal_column(self) -> None:
        if self._column == _MESSAGE:
            return
        geometry, bar = self._columns.geometry, self.horizontalScrollBar()
        left, room = self._column * geometry.column_width, geometry.width - geometry.gutter
        bar.setValue(max(left + geometry.column_width - room, min(left, bar.value())))

    # ---- looks

    def measure(self) -> None:
        metrics = QtGui.QFontMetrics(theme.font(0.9))
        self._font, self._ascent = theme.font(0.9), metrics.ascent()
        self._wide = metrics.horizontalAdvance("delivered 000 ms") + _ICON + space(6)
        self._narrow = metrics.horizontalAdvance("000 ms") + _ICON + space(7)
        self._time_width = metrics.horizontalAdvance("00:00:00") + space(3)
        self._line = metrics.height()
        self._texts.clear()
        self._columns.restyle()
        self._place_columns()
        height = metrics.height() + space(2.5)
        if height != self.row_height:
            self.row_height = height
            self._place_columns()

    def _place_columns(self) -> None:
        width, count = self.viewport().width(), max(1, len(self.people))
        gutter = max(self._line * 9, min(self._line * 24, width * 2 // 5))
        self._dense = count * self._wide > max(self._wide, width - gutter)
        column = self._narrow if self._dense else min(self._wide * 3 // 2, (width - gutter) // count)
        self._columns.turned = self._dense
        self._columns.geometry = Geometry(width, self.row_height, max(column, self._narrow), gutter)

    def head_height(self) -> int:
        return self._line * 15 // 2 if self._dense else self._line * 2 + space(3)

    def content_width(self) -> int:
        geometry = self._columns.geometry
        return geometry.gutter + len(self.people) * geometry.column_width

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        self._place_columns()
        super().resizeEvent(event)

    # ---- painting

    def paint_behind(self, painter: QtGui.QPainter, first: int, last: int) -> None:
        geometry, keys = self._columns.geometry, self.keys()
        geometry.left = self.horizontalScrollBar().value()
        seen = geometry.columns(len(self.people))
        painter.setFont(self._font)
        painter.save()
        painter.setClipRect(geometry.gutter, self.head_height(), geometry.width, self.viewport().height())
        for place in range(first, last):
            self._paint_cells(painter, keys[place], self.top_of(place), seen)
        painter.restore()
        painter.fillRect(
            geometry.gutter - 1, self.head_height(), 1, self.viewport().height(), theme.color("border")
        )

    def _paint_cells(self, painter: QtGui.QPainter, key: int, top: int, seen: range) -> None:
        geometry, ratio = self._columns.geometry, self.devicePixelRatioF()
        base = top + (self.row_height - self._line) // 2
        for column in seen:
            left = geometry.x(column) - geometry.column_width // 2
            if key == self.current and column == self._column:
                painter.setPen(QtGui.QPen(theme.color("accent"), 2))
                painter.drawRect(left + 1, top + 1, geometry.column_width - 3, self.row_height - 3)
            mark = self.rows.mark(key, self.people[column])
            looks = LOOKS.get(mark.fared)
            if looks is None:
                continue
            icon, tint = looks
            color = theme.color(tint)
            picture = theme.pixmap_of(icon, color.name(), _ICON, ratio)
            painter.drawPixmap(left + space(2), top + (self.row_height - _ICON) // 2, picture)
            painter.setPen(color)
            words = mark.time() if self._dense else mark._replace(left=False).words()
            room = geometry.column_width - _ICON - space(4.5)
            if mark.left:  # a second symbol, at the end of the cell
                room -= _ICON
                gone = theme.pixmap_of("leave", theme.color("warning").name(), _ICON, ratio)
                at = left + geometry.column_width - _ICON - space(1)
                painter.drawPixmap(at, top + (self.row_height - _ICON) // 2, gone)
            painter.drawStaticText(left + space(2.5) + _ICON, base, self._text(words, room))

    def paint_row(self, painter: QtGui.QPainter, place: int, top: int) -> None:
        """The message itself, which stays at the left."""
        geometry, key = self._columns.geometry, self.keys()[place]
        said, fared = self.rows.words_of(key)
        row = self.rows.row_of(key)
        base = top + (self.row_height - self._line) // 2
        metrics = painter.fontMetrics()
        painter.setPen(theme.color("muted"))
        narrow = geometry.gutter < self._time_width * 3
        left = space(2) if narrow else self._time_width
        if row is not None and not narrow:
            time = cell(self._inspection.capture, row, TIME)[:8]
            painter.drawStaticText(space(2), base, self._text(time, self._time_width))
        end = geometry.gutter - space(2) - metrics.horizontalAdvance(fared)
        if row is not None and row.kind is Kind.REJECTED:
            painter.setPen(theme.color("danger"))
        painter.drawStaticText(end, base, self._text(fared, geometry.gutter))
        if row is not None and row.to is not None:
            said = f"→ {self._inspection.capture.name(row.to)}: {said}"
        painter.setPen(theme.color("text"))
        painter.drawStaticText(left, base, self._text(said, end - left - space(2)))

    def paint_head(self, painter: QtGui.QPainter) -> None:
        self._columns.geometry.left = self.horizontalScrollBar().value()
        last = self._inspection.capture.dropped + len(self._inspection.capture)
        self._columns.head(painter, self.head_height(), last)

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

    # ---- the pointer

    def viewportEvent(self, event: QtCore.QEvent) -> bool:
        if isinstance(event, QtGui.QHelpEvent) and event.type() == QtCore.QEvent.Type.ToolTip:
            place, column = self.place_at(event.pos().y()), self._column_at(event.pos().x())
            words = self._head_words(column) if place < 0 and event.pos().y() < self.head_height() else ""
            if place >= 0:
                key = self.keys()[place]
                words = self._hint(key, column)
            QtWidgets.QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().viewportEvent(event)

    def _head_words(self, column: int) -> str:
        if column == _MESSAGE:
            return "Messages of mine"
        id = self.people[column]
        capture = self._inspection.capture
        return f"{capture.name(id)} {capture.person_short_id(id)}"

    def _hint(self, key: int, column: int) -> str:
        if column == _MESSAGE:
            return self.rows.sentence(key)
        return self.rows.cell_sentence(key, self.people[column])

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        super().leaveEvent(event)
        self._frame.wanted()


class _Heads(Columns):
    """The people above the cells, turned where there are many."""

    corner = "My messages"
