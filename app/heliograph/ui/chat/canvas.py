"""Paints the rows of a chat that are in sight."""

import datetime
from collections.abc import Callable

from PySide6 import QtCore, QtGui

from heliograph.model.conversation import Message
from heliograph.model.text import day_words
from heliograph.ui import theme
from heliograph.ui.chat import bubble as bubbles
from heliograph.ui.chat.bubble import Look
from heliograph.ui.chat.layout import BAND, ChatLayout
from heliograph.ui.chat.rows import DayRow, MessageRow
from heliograph.ui.theme import space


def paint_rows(
    painter: QtGui.QPainter, layout: ChatLayout, height: int, look: Callable[[Message], Look]
) -> None:
    """Everything in sight; `look` says how a message is painted right now."""
    for index, y in layout.visible(height):
        painter.save()
        painter.translate(0, y)
        row = layout.rows[index]
        if isinstance(row, MessageRow):
            found = layout.bubble(index)
            assert found is not None
            bubbles.paint(painter, found, look(row.message))
        elif isinstance(row, DayRow):
            today = datetime.date.today()  # noqa: DTZ011 - the person's day
            _paint_band(painter, layout.width, day_words(row.day, today), "muted", "border")
        else:
            _paint_band(painter, layout.width, "New messages", "accent", "accent")
        painter.restore()


def _paint_band(painter: QtGui.QPainter, room: int, words: str, ink: str, line: str) -> None:
    painter.setFont(theme.font(0.85, bold=ink == "accent"))
    width = painter.fontMetrics().horizontalAdvance(words) + space(6)
    middle = BAND / 2 + 4
    left, right = (room - width) / 2, (room + width) / 2
    painter.setPen(QtGui.QPen(theme.color(line, 0.6)))
    painter.drawLine(QtCore.QPointF(bubbles.MARGIN, middle), QtCore.QPointF(left, middle))
    painter.drawLine(QtCore.QPointF(right, middle), QtCore.QPointF(room - bubbles.MARGIN, middle))
    painter.setPen(theme.color(ink))
    painter.drawText(QtCore.QRectF(left, 4, width, BAND), QtCore.Qt.AlignmentFlag.AlignCenter, words)
