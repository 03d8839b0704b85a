"""Paints the rows of a chat that are in sight."""

import datetime
from collections.abc import Callable

from PySide6 import QtCore, QtGui

from heliograph.model.conversation import Message
from heliograph.model.text import day_words
from heliograph.ui import theme
from heliograph.ui.chat import bubble as bubbles
from heliograph.ui.chat.bubble_painter import Look, paint
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
            paint(painter, found, look(row.message))
        elif isinstance(row, DayRow):
            today = datetime.date.today()  # noqa: DTZ011 - the person's day
            _paint_day(painter, layout.width, day_words(row.day, today))
        else:
            _paint_unread(painter, layout.width)
        painter.restore()


def _paint_day(painter: QtGui.QPainter, room: int, words: str) -> None:
    """A chip in the middle, so that it is told from what was said at a glance."""
    painter.setFont(theme.font(0.85))
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(words) + space(6), metrics.height() + space(1.5)
    chip = QtCore.QRectF((room - width) / 2, (BAND - height) / 2 + 3, width, height)
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("sunken"))
    painter.drawRoundedRect(chip, height / 2, height / 2)
    painter.setPen(theme.color("muted"))
    painter.drawText(chip, QtCore.Qt.AlignmentFlag.AlignCenter, words)


def _paint_unread(painter: QtGui.QPainter, room: int) -> None:
    words = "New messages"
    painter.setFont(theme.font(0.85, bold=True))
    width = painter.fontMetrics().horizontalAdvance(words) + space(6)
    edge, middle = bubbles.inset(room), BAND / 2 + 3
    left, right = (room - width) / 2, (room + width) / 2
    painter.setPen(QtGui.QPen(theme.color("accent_edge")))
    painter.drawLine(QtCore.QPointF(edge, middle), QtCore.QPointF(left, middle))
    painter.drawLine(QtCore.QPointF(right, middle), QtCore.QPointF(room - edge, middle))
    painter.setPen(theme.color("accent"))
    painter.drawText(QtCore.QRectF(left, 3, width, BAND), QtCore.Qt.AlignmentFlag.AlignCenter, words)
