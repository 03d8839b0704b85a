"""One message on screen: its measures, its painting, and what lies under a point of it."""

import datetime
import re
from dataclasses import dataclass, field

from PySide6 import QtCore, QtGui

from heliograph.model.conversation import Message, State
from heliograph.model.text import delivery_words
from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.chat.rows import MessageRow
from heliograph.ui.chat.text import LaidText, is_emoji_only
from heliograph.ui.theme import space

AVATAR = 32
MARGIN = space(4)
WIDEST = 560
#: A chat that is wider than this stands in the middle, so that a question and its answer stay together.
COLUMN = 940
_TAIL = 4
#: How much larger a few emoji are shown that are all there is to a message.
_LARGE = 2.2
_PAD_X, _PAD_Y = space(3), space(2)
_MARK = 14


@dataclass
class Area:
    """Something in a bubble that can be clicked; coordinates are those of the row."""

    rect: QtCore.QRectF
    action: str
    words: str


@dataclass
class Bubble:
    """A message laid out for one width. The row's origin is its top left corner."""

    row: MessageRow
    text: LaidText
    rect: QtCore.QRectF
    text_at: QtCore.QPointF
    height: float
    meta: str
    #: From the base line of the meta words to the end of the text.
    descent: float = 0.0
    areas: list[Area] = field(default_factory=list)

    @property
    def message(self) -> Message:
        """What is shown."""
        return self.row.message

    def area_at(self, point: QtCore.QPointF) -> Area | None:
        """The clickable thing under a point."""
        return next((area for area in self.areas if area.rect.contains(point)), None)

    def text_position(self, point: QtCore.QPointF) -> int:
        """The character nearest to a point."""
        return self.text.index_at(point - self.text_at)

    def link_at(self, point: QtCore.QPointF) -> str | None:
        """The URL under a point."""
        return self.text.link_at(point - self.text_at)


def inset(width: float) -> float:
    """From the edges of a chat to what is said in it."""
    return max(MARGIN, (width - COLUMN) / 2)


def clock_words(at: int) -> str:
    """Hours and minutes where the person is."""
    return datetime.datetime.fromtimestamp(at / 1000).strftime("%H:%M")  # noqa: DTZ006


def state_words(message: Message) -> str:
    """How far a message of mine has come, in short."""
    if message.state is State.WAITING:
        return "waiting"
    if message.state is State.FAILED:
        return "not sent"
    if message.state is State.NOT_CONFIRMED:
        return "not confirmed"
    delivered, read, of = message.counts
    if not message.mine or of == 0:
        return ""
    if read:
        return "read" if read >= of == 1 else f"read {read}/{of}"
    if delivered:
        return "delivered" if delivered >= of == 1 else f"delivered {delivered}/{of}"
    return "sent"


def lay_out(row: MessageRow, width: float) -> Bubble:
    """Measure a message for a chat that is `width` pixels wide."""
    message, edge = row.message, inset(width)
    indent = 0 if message.mine else AVATAR + space(2)
    widest = max(120.0, min(WIDEST, (width - 2 * edge - indent) * 0.86))
    large = is_emoji_only(message.text)
    text = LaidText(message.text, theme.font(_LARGE if large else 1.0), widest - 2 * _PAD_X)
    small = QtGui.QFontMetricsF(theme.font(0.82))
    meta = " · ".join(part for part in (clock_words(message.at), state_words(message)) if part)
    meta_width = small.horizontalAdvance(meta) + (_MARK + space(1) if message.mine else 0)
    header = 0.0
    inner = max(text.width, 1.0)
    if row.leads and not message.mine:
        header = QtGui.QFontMetricsF(theme.font(0.92, bold=True)).height() + 1
        inner = max(inner, min(_header_width(message), widest - 2 * _PAD_X))
    fits = text.last_line_width + space(3) + meta_width <= widest - 2 * _PAD_X and not text.is_right_to_left
    if fits:
        inner = max(inner, text.last_line_width + space(3) + meta_width)
        meta_height = 0.0
    else:
        inner = max(inner, meta_width)
        meta_height = small.height()
    top = space(2) if row.leads else space(0.75)
    box_height = _PAD_Y * 2 + header + text.height + meta_height
    box_width = inner + 2 * _PAD_X
    left = width - edge - box_width if message.mine else edge + indent
    rect = QtCore.QRectF(left, top, box_width, box_height)
    text_left = rect.right() - _PAD_X - text.width - 1 if text.is_right_to_left else left + _PAD_X
    bubble = Bubble(row, text, rect, QtCore.QPointF(text_left, top + _PAD_Y + header), top + box_height, meta)
    bubble.descent = QtGui.QFontMetricsF(theme.font()).descent() if fits and not large else small.descent()
    if message.state.may_retry:
        _add_remedies(bubble, width)
    elif message.may_send_receipt:
        _add_receipt_button(bubble, width)
    return bubble


def _header_width(message: Message) -> float:
    name = QtGui.QFontMetricsF(theme.font(0.92, bold=True)).horizontalAdvance(message.sender_name)
    return name + space(2) + QtGui.QFontMetricsF(theme.font(0.8)).horizontalAdvance(message.sender_short_id)


def _add_remedies(bubble: Bubble, width: float) -> None:
    metrics = QtGui.QFontMetricsF(theme.font(0.88))
    y = bubble.rect.bottom() + space(1)
    right = bubble.rect.right()
    for action, words in (("discard", "Discard"), ("retry", "Retry")):
        advance = metrics.horizontalAdvance(words) + space(4)
        bubble.areas.append(
            Area(QtCore.QRectF(right - advance, y, advance, metrics.height() + space(1)), action, words)
        )
        right -= advance + space(1)
    bubble.height = y + metrics.height() + space(2)


def _add_receipt_button(bubble: Bubble, width: float) -> None:
    metrics = QtGui.QFontMetricsF(theme.font(0.82))
    words = "Send read receipt"
    advance = metrics.horizontalAdvance(words) + space(5) + 16
    height = metrics.height() + space(2)
    x, y = bubble.rect.right() + space(2), bubble.rect.bottom() - height
    if x + advance > width - space(2):
        x, y = min(bubble.rect.left(), width - advance - space(2)), bubble.rect.bottom() - height / 2
    bubble.areas.append(Area(QtCore.QRectF(x, y, advance, height), "receipt", words))


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
    small = QtGui.QFontMetricsF(theme.font(0.8))
    room = rect.width() - 2 * _PAD_X - small.horizontalAdvance(message.sender_short_id) - space(2)
    name = metrics.elidedText(message.sender_name, QtCore.Qt.TextElideMode.ElideRight, room)
    baseline = rect.top() + _PAD_Y + metrics.ascent() - 1
    painter.setFont(name_font)
    painter.setPen(color)
    painter.drawText(QtCore.QPointF(rect.left() + _PAD_X, baseline), name)
    painter.setFont(theme.font(0.8))
    painter.setPen(theme.color("muted"))
    x = rect.left() + _PAD_X + metrics.horizontalAdvance(name) + space(2)
    painter.drawText(QtCore.QPointF(x, baseline), message.sender_short_id)


def _paint_meta(painter: QtGui.QPainter, bubble: Bubble) -> None:
    message, rect = bubble.message, bubble.rect
    small = theme.font(0.82)
    metrics = QtGui.QFontMetricsF(small)
    painter.setFont(small)
    _, read, of = message.counts
    tint = "danger" if message.state.may_retry else "accent" if read and read >= of else "muted"
    painter.setPen(theme.color(tint))
    x = rect.right() - _PAD_X - metrics.horizontalAdvance(bubble.meta)
    if message.mine:
        x -= _MARK + space(1)
        top = rect.bottom() - _PAD_Y - bubble.descent - metrics.capHeight() / 2 - _MARK / 2
        mark = QtCore.QRectF(rect.right() - _PAD_X - _MARK, top, _MARK, _MARK)
        ratio = painter.device().devicePixelRatioF()
        picture = theme.pixmap_of(_mark(message), theme.color(tint).name(), _MARK, ratio)
        painter.drawPixmap(mark.topLeft(), picture)
    painter.drawText(QtCore.QPointF(x, rect.bottom() - _PAD_Y - bubble.descent), bubble.meta)


def _mark(message: Message) -> str:
    if message.state is State.WAITING:
        return "clock"
    if message.state.may_retry:
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
    font = theme.font(0.85)
    metrics = QtGui.QFontMetricsF(font)
    left = min(area.rect.left() for area in bubble.areas)
    words = metrics.elidedText(
        bubble.message.problem, QtCore.Qt.TextElideMode.ElideRight, left - MARGIN - space(2)
    )
    painter.setFont(font)
    painter.setPen(theme.color("danger"))
    y = bubble.areas[0].rect.center().y() + metrics.ascent() / 2 - 1
    painter.drawText(QtCore.QPointF(left - space(2) - metrics.horizontalAdvance(words), y), words)


def sentence(message: Message) -> str:
    """A message as a screen reader says it."""
    who = "You" if message.mine else f"{message.sender_name} ({message.sender_short_id})"
    words = f"{who}, {clock_words(message.at)}: {message.text}"
    if not message.mine:
        return words
    if message.state is State.ON_RELAY:
        return f"{words}. {delivery_words(*message.counts)}"
    return f"{words}. {state_words(message)}. {message.problem}".rstrip(". ")
