"""How the rows of the table are painted: column by column, from one pass over those that are in sight."""

import datetime

from PySide6 import QtCore, QtGui

from heliograph.model.rows import Kind, Row
from heliograph.ui import theme
from heliograph.ui.inspector.cells import BYTES, DATA, FROM, NUMBER, RIGHT, TIME, TO, TYPE
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.theme import space

#: Most texts kept that were cut to their column's width.
_FITTED = 4_000
#: The room of a kind's icon, and that of the bar of a colour at the left edge, in pixels.
_ICON_ROOM, _BAR = 20, 3
#: A type has its icon alone in less room than this, in pixels.
_BRIEF = 32

#: A day with letters as wide as any.
_WIDE_DAY = datetime.date(2008, 8, 28)

#: The icon of each kind of row.
PICTURES = {
    Kind.CHAT: "chat", Kind.SIGNAL: "bolt", Kind.PING: "ping", Kind.RECEIPT: "read", Kind.TYPING: "typing",
    Kind.JOIN: "enter", Kind.LEAVE: "leave", Kind.AWAY: "away", Kind.BACK: "wifi", Kind.RECOVERY: "retry",
    Kind.GAP: "alert", Kind.REJECTED: "close", Kind.ERROR: "alert", Kind.INSPECT: "eye", Kind.STATUS: "info",
    Kind.FRAME: "frames",
}  # fmt: skip

#: A place in the table, where it begins in the viewport, and the row that stands there.
Placed = tuple[int, int, Row]


class RowPainter:
    """Paints cells; what is behind them is the table's."""

    def __init__(self, model: CaptureModel) -> None:
        self._model = model
        self._inspection = model.inspection
        self._fitted: dict[tuple[str, int], str] = {}
        self._hues: dict[int, int] = {}

    def forget(self) -> None:
        """Letters have another size now."""
        self._fitted.clear()

    def paint_colors(self, painter: QtGui.QPainter, rows: list[Placed], width: int, step: int) -> None:
        """Behind everything: rows with a colour, and those that are looked for."""
        self._hues = self._inspection.colors.hues_of([row for _, _, row in rows])
        finder = self._inspection.finder
        for _, y, row in rows:
            if row.number in self._hues:
                tint = theme.person_color(self._hues[row.number])
                tint.setAlphaF(0.16)
                painter.fillRect(0, y, width, step, tint)
            if finder.wanted is not None and finder.matches(row):
                painter.fillRect(0, y, width, step, theme.color("accent_fill", 0.1))

    def paint_bars(self, painter: QtGui.QPainter, rows: list[Placed], step: int) -> None:
        """At the left edge, over the selection too: the colour of a row, and the accent of a marked one."""
        marks = self._inspection.capture.marks
        for _, y, row in rows:
            if row.number in marks:
                painter.fillRect(0, y, _BAR, step, theme.color("accent"))
            elif row.number in self._hues:
                painter.fillRect(0, y, _BAR, step, theme.person_color(self._hues[row.number]))

    def paint_column(
        self, painter: QtGui.QPainter, column: int, left: int, width: int, step: int, rows: list[Placed]
    ) -> None:
        """One column of some rows; a row is `step` high."""
        metrics, pad = painter.fontMetrics(), space(1.5)
        base = (step - metrics.height()) // 2 + metrics.ascent()
        if column in (FROM, TO):
            self._paint_people(painter, column, left + pad, width - 2 * pad, base, rows)
            return
        colors, ratio = theme.current(), painter.device().devicePixelRatioF()
        for place, y, row in rows:
            tint = colors.kinds[row.kind.name]
            x = left + pad
            if column == NUMBER and row.number in self._inspection.capture.marks:
                painter.drawPixmap(
                    left + 2, y + (step - 12) // 2, theme.pixmap("pin", colors.accent, 12, ratio)
                )
            if column == TYPE:
                picture = theme.pixmap(PICTURES[row.kind], tint, 14, ratio)
                painter.drawPixmap(x, y + (step - 14) // 2, picture)
                x += _ICON_ROOM
                if left + width - x < _BRIEF:
                    continue
            text = self._fitting(metrics, self._model.words(place, column), left + width - pad - x)
            if column in RIGHT:
                x = left + width - pad - metrics.horizontalAdvance(text)
            plain = column == DATA and row.kind.is_signal
            ink = colors.text if plain else tint if column in (TYPE, DATA) else colors.muted
            painter.setPen(QtGui.QColor(ink))
            if column == DATA and row.kind is Kind.FRAME and row.note and text.startswith(row.note):
                painter.drawText(x, y + base, row.note)
                x += metrics.horizontalAdvance(row.note)
                text = text[len(row.note) :]
                painter.setPen(theme.color("muted"))
            painter.drawText(x, y + base, text)

    def _paint_people(
        self, painter: QtGui.QPainter, column: int, x: int, room: int, base: int, rows: list[Placed]
    ) -> None:
        """Names in their colours; behind one that others have too stands the short id, else where there is room."""
        metrics, capture = painter.fontMetrics(), self._inspection.capture
        muted, gap = theme.color("muted"), metrics.horizontalAdvance(" ")
        for _, y, row in rows:
            id = row.sender if column == FROM else row.to
            name = self._model.cell(row, column)
            if id is None:
                painter.setPen(muted)
                painter.drawText(x, y + base, self._fitting(metrics, name, room))
                continue
            short = capture.person_short_id(id)
            short_room = metrics.horizontalAdvance(short) + gap
            shown = self._fitting(metrics, name, room - short_room if capture.has_namesake(id) else room)
            width = metrics.horizontalAdvance(shown)
            painter.setPen(theme.person_color(capture.hue(id)))
            painter.drawText(x, y + base, shown)
            if width + short_room <= room:
                painter.setPen(muted)
                painter.drawText(x + width + gap, y + base, short)

    def _fitting(self, metrics: QtGui.QFontMetrics, text: str, room: int) -> str:
        """As much of a text as there is room for; kept, because most of what is in sight was so a frame ago."""
        key = (text, room)
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) >= _FITTED:
                self._fitted.clear()
            letters = max(1, room // max(1, metrics.averageCharWidth()) * 2)
            fitted = metrics.elidedText(text[:letters], QtCore.Qt.TextElideMode.ElideRight, room)
            self._fitted[key] = fitted
        return fitted


def widths(metrics: QtGui.QFontMetrics, days: str) -> dict[int, int]:
    """How wide columns are at first: as wide as what usually stands in them, in that font.

    `days` is how the day is written before the time (times.day_form).
    """
    room = 2 * space(1.5) + 2
    words = {
        NUMBER: "1,000,000",
        TIME: f"{_WIDE_DAY:{days}} 00:00:00.000" if days else "00:00:00.000",
        BYTES: "88,888",
        FROM: "Quiet Heron 4k2",
        TO: "Quiet Heron 4k2",
    }
    found = {column: metrics.horizontalAdvance(text) + room for column, text in words.items()}
    return {**found, TYPE: metrics.horizontalAdvance("MESSAGE") + room + _ICON_ROOM}
