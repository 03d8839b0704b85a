"""Paints one message."""

import re
from dataclasses import dataclass

from PySide6 import QtCore, QtGui

from heliograph.model.conversation import Message, State
from heliograph.model.people import client_badge
from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.chat.bubble import (
    AVATAR,
    MARK,
    PAD_X,
    PAD_Y,
    Area,
    Bubble,
    badge_width,
    marks_width,
)
from heliograph.ui.theme import space

_TAIL = 4


@dataclass(frozen=True, kw_only=True)
class Look:
    """How a message is painted right now; `hot` is the action under the pointer, `pattern` is looked for."""

    focused: bool
    hovered: bool
    selection: tuple[int, int] | None
    hot: str
    pattern: re.Pattern[str] | None = None


def paint(painter: QtGui.QPainter, bubble: Bubble, look: Look) -> None:
    """Draw a message; the painter's origin is the row's top left corner."""
    message = bubble.message
    _paint_box(painter, bubble, look)
    if bubble.row.leads and not message.mine:
        _paint_sender(painter, bubble)
    ink = theme.color("own_text" if message.mine else "text")
    marks = [found.span() for found in look.pattern.finditer(bubble.text.shown)] if look.pattern else []
    if look.selection is not None:
        marks = [look.selection]
    bubble.text.paint(painter, bubble.text_at, ink, marks)
    _paint_meta(painter, bubble)
    for area in bubble.areas:
        if area.action != "receipt" or look.hovered or look.focused:
            _paint_area(painter, area, hot=look.hot == area.action)
    if message.state.may_retry:
        _paint_problem(painter, bubble)


def _paint_box(painter: QtGui.QPainter, bubble: Bubble, look: Look) -> None:
    message = bubble.message
    fill = theme.color("own_bubble" if message.mine else "other_bubble")
    edge = theme.color("danger") if message.state.may_retry else theme.color("border")
    if message.mine and not message.state.may_retry:
        edge = fill
    if look.focused:
        edge = theme.color("accent")
    painter.setPen(QtGui.QPen(edge, 1.5 if look.focused else 1))
    painter.setBrush(fill)
    painter.drawPath(_outline(bubble.rect.adjusted(0.5, 0.5, -0.5, -0.5), bubble))


def _outline(rect: QtCore.QRectF, bubble: Bubble) -> QtGui.QPainterPath:
    """Round, with one sharper corner where a group begins: towards who speaks."""
    round_ = min(theme.BUBBLE_RADIUS, rect.height() / 2)
    sharp = _TAIL if bubble.row.leads else round_
    mine = bubble.message.mine
    # From the upper right corner on, against the clock; each arc begins at its angle and turns by 90 degrees.
    corners = (
        (rect.right(), rect.top(), sharp if mine else round_, 0),
        (rect.left(), rect.top(), round_ if mine else sharp, 90),
        (rect.left(), rect.bottom(), round_, 180),
        (rect.right(), rect.bottom(), round_, 270),
    )
    path = QtGui.QPainterPath()
    for x, y, radius, angle in corners:
        left = x - 2 * radius if angle in (0, 270) else x
        top = y - 2 * radius if angle >= 180 else y
        arc = QtCore.QRectF(left, top, 2 * radius, 2 * radius)
        if path.elementCount() == 0:
            path.arcMoveTo(arc, angle)
        path.arcTo(arc, angle, 90)
    path.closeSubpath()
    return path


def _paint_sender(painter: QtGui.QPainter, bubble: Bubble) -> None:
    message, rect = bubble.message, bubble.rect
    color = theme.person_color(message.sender_hue) if message.sender is not None else theme.color("muted")
    paint_avatar(
        painter,
        QtCore.QRectF(rect.left() - space(2) - AVATAR, rect.top(), AVATAR, AVATAR),
        message.sender_name,
        color,
    )
    name_font = theme.font(0.92, bold=True)
    metrics = QtGui.QFontMetricsF(name_font)
    room = rect.width() - 2 * PAD_X - marks_width(message) - space(2)
    name = metrics.elidedText(message.sender_name, QtCore.Qt.TextElideMode.ElideRight, room)
    baseline = rect.top() + PAD_Y + metrics.ascent() - 1
    painter.setFont(name_font)
    painter.setPen(color)
    painter.drawText(QtCore.QPointF(rect.left() + PAD_X, baseline), name)
    painter.setFont(theme.font(0.8))
    painter.setPen(theme.color("muted"))
    x = rect.left() + PAD_X + metrics.horizontalAdvance(name) + space(2)
    painter.drawText(QtCore.QPointF(x, baseline), message.sender_short_id)
    if badge := client_badge(message.sender_client):
        x += painter.fontMetrics().horizontalAdvance(message.sender_short_id) + space(1.5)
        _paint_badge(painter, QtCore.QPointF(x, baseline), badge)


def _paint_badge(painter: QtGui.QPainter, at: QtCore.QPointF, badge: str) -> None:
    """A word in a pill; `at` is where its base line begins."""
    painter.setFont(theme.font(0.75))
    metrics = QtGui.QFontMetricsF(painter.font())
    pill = QtCore.QRectF(at.x(), at.y() - metrics.ascent() - 0.5, badge_width(badge), metrics.height() + 1)
    painter.setPen(theme.color("muted", 0.5))
    painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(theme.color("muted"))
    painter.drawText(pill, QtCore.Qt.AlignmentFlag.AlignCenter, badge)


def _paint_meta(painter: QtGui.QPainter, bubble: Bubble) -> None:
    message, rect = bubble.message, bubble.rect
    small = theme.font(0.82)
    metrics = QtGui.QFontMetricsF(small)
    painter.setFont(small)
    _, read, of = message.counts
    tint = "danger" if message.state.may_retry else "accent" if read and read >= of else "muted"
    painter.setPen(theme.color(tint))
    x = rect.right() - PAD_X - metrics.horizontalAdvance(bubble.meta)
    if message.mine:
        x -= MARK + space(1)
        top = rect.bottom() - PAD_Y - bubble.descent - metrics.capHeight() / 2 - MARK / 2
        mark = QtCore.QRectF(rect.right() - PAD_X - MARK, top, MARK, MARK)
        ratio = painter.device().devicePixelRatioF()
        picture = theme.pixmap_of(_mark(message), theme.color(tint).name(), MARK, ratio)
        painter.drawPixmap(mark.topLeft(), picture)
    painter.drawText(QtCore.QPointF(x, rect.bottom() - PAD_Y - bubble.descent), bubble.meta)


def _mark(message: Message) -> str:
    if message.state is State.WAITING:
        return "clock"
    if message.may_go_again:
        return "alert"
    delivered, read, of = message.counts
    return "read" if of and (delivered or read) else "check"


def _paint_area(painter: QtGui.QPainter, area: Area, *, hot: bool) -> None:
    painter.setPen(QtGui.QPen(theme.color("accent" if hot else "border")))
    painter.setBrush(theme.color("hover" if hot else "surface"))
    radius = area.rect.height() / 2
    painter.drawRoundedRect(area.rect, radius, radius)
    painter.setFont(theme.font(0.82))
    painter.setPen(theme.color("accent"))
    painter.drawText(area.rect, QtCore.Qt.AlignmentFlag.AlignCenter, area.words)


def _paint_problem(painter: QtGui.QPainter, bubble: Bubble) -> None:
    font, room = theme.font(0.85), bubble.problem_at
    words = QtGui.QFontMetricsF(font).elidedText(
        bubble.message.problem, QtCore.Qt.TextElideMode.ElideRight, room.width()
    )
    painter.setFont(font)
    painter.setPen(theme.color("danger"))
    flags = QtCore.Qt.AlignmentFlag
    painter.drawText(room, flags.AlignRight | flags.AlignVCenter, words)
