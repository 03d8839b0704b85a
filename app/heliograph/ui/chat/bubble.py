"""One message on screen: its words, its measures, and what lies under a point of it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6 import QtCore, QtGui

from heliograph.model.conversation import Message, State
from heliograph.model.people import client_badge
from heliograph.model.text import delivery_words
from heliograph.ui import theme
from heliograph.ui.chat.rows import MessageRow
from heliograph.ui.chat.text import LaidText, is_emoji_only
from heliograph.ui.theme import space

AVATAR = 32
MARGIN = space(4)
WIDEST = 560
#: A chat that is wider than this stands in the middle, so that a question and its answer stay together.
COLUMN = 940
#: How much larger a few emoji are shown that are all there is to a message.
_LARGE = 2.2
PAD_X, PAD_Y = space(3), space(2)
MARK = 14


@dataclass
class Area:
    """Something in a bubble that can be clicked; coordinates are those of the row."""

    rect: QtCore.QRectF
    action: str
    words: str
    tip: str = ""


@dataclass(frozen=True)
class Remedy:
    """What can be done about a message that did not go: `name` is elided in the words where room is short."""

    action: str
    words: str
    name: str = ""
    tip: str = ""


#: Of a message whose recipients are there.
USUAL = (Remedy("retry", "Retry"), Remedy("discard", "Discard"))
#: Of a message that the relay took while nobody was there, once somebody is.
AGAIN = (Remedy("retry", "Send again"),)


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
    #: Where what went wrong is said; empty where nothing did.
    problem_at: QtCore.QRectF = field(default_factory=QtCore.QRectF)
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
    if message.reached_nobody:
        return "nobody was here"
    delivered, read, of = message.counts
    if not message.mine:
        return ""
    if read:
        return "read" if read >= of == 1 else f"read {read}/{of}"
    if delivered:
        return "delivered" if delivered >= of == 1 else f"delivered {delivered}/{of}"
    return "sent"


def lay_out(row: MessageRow, width: float, remedies: Sequence[Remedy] = USUAL) -> Bubble:
    """Measure a message for a chat that is `width` pixels wide; `remedies` are offered if it did not go."""
    message, edge = row.message, inset(width)
    indent = 0 if message.mine else AVATAR + space(2)
    widest = max(120.0, min(WIDEST, (width - 2 * edge - indent) * 0.86))
    large = is_emoji_only(message.text)
    text = LaidText(message.text, theme.font(_LARGE if large else 1.0), widest - 2 * PAD_X)
    small = QtGui.QFontMetricsF(theme.font(0.82))
    meta = " · ".join(part for part in (clock_words(message.at), state_words(message)) if part)
    meta_width = small.horizontalAdvance(meta) + (MARK + space(1) if message.mine else 0)
    header = 0.0
    inner = max(text.width, 1.0)
    if row.leads and not message.mine:
        header = QtGui.QFontMetricsF(theme.font(0.92, bold=True)).height() + 1
        inner = max(inner, min(_header_width(message), widest - 2 * PAD_X))
    fits = text.last_line_width + space(3) + meta_width <= widest - 2 * PAD_X and not text.is_right_to_left
    if fits:
        inner = max(inner, text.last_line_width + space(3) + meta_width)
        meta_height = 0.0
    else:
        inner = max(inner, meta_width)
        meta_height = small.height()
    top = space(2) if row.leads else space(0.75)
    box_height = PAD_Y * 2 + header + text.height + meta_height
    box_width = inner + 2 * PAD_X
    left = width - edge - box_width if message.mine else edge + indent
    rect = QtCore.QRectF(left, top, box_width, box_height)
    text_left = rect.right() - PAD_X - text.width - 1 if text.is_right_to_left else left + PAD_X
    bubble = Bubble(row, text, rect, QtCore.QPointF(text_left, top + PAD_Y + header), top + box_height, meta)
    bubble.descent = QtGui.QFontMetricsF(theme.font()).descent() if fits and not large else small.descent()
    if message.may_go_again and remedies:
        _add_remedies(bubble, remedies)
    elif message.may_send_receipt:
        _add_receipt_button(bubble, width)
    return bubble


def _header_width(message: Message) -> float:
    name = QtGui.QFontMetricsF(theme.font(0.92, bold=True)).horizontalAdvance(message.sender_name)
    return name + space(2) + marks_width(message)


def marks_width(message: Message) -> float:
    """What stands behind the name of a sender: the short id, and by what they have come."""
    metrics = QtGui.QFontMetricsF(theme.font(0.8))
    width = metrics.horizontalAdvance(message.sender_short_id)
    badge = client_badge(message.sender_client)
    return width + (space(1.5) + badge_width(badge) if badge else 0)


def badge_width(badge: str) -> float:
    """The pill around such a word."""
    return QtGui.QFontMetricsF(theme.font(0.75)).horizontalAdvance(badge) + space(2.5)


def _add_remedies(bubble: Bubble, remedies: Sequence[Remedy]) -> None:
    """Buttons below the message, and to the left of them, or below where there is no room, what went wrong."""
    metrics = QtGui.QFontMetricsF(theme.font(0.88))
    y, height = bubble.rect.bottom() + space(1), metrics.height() + space(1)
    right = bubble.rect.right()
    for remedy in reversed(remedies):
        words = _fitting(remedy, metrics, right - MARGIN - space(4))
        advance = metrics.horizontalAdvance(words) + space(4)
        area = QtCore.QRectF(right - advance, y, advance, height)
        bubble.areas.append(Area(area, remedy.action, words, remedy.tip))
        right -= advance + space(1)
    room = QtCore.QRectF(MARGIN, y, right - space(1) - MARGIN, height)
    words_width = QtGui.QFontMetricsF(theme.font(0.85)).horizontalAdvance(bubble.message.problem)
    if words_width > room.width() and room.width() < bubble.rect.right() / 2:
        y += height
        room = QtCore.QRectF(MARGIN, y, bubble.rect.right() - MARGIN, height)
    bubble.problem_at = room
    bubble.height = y + metrics.height() + space(2)


def _fitting(remedy: Remedy, metrics: QtGui.QFontMetricsF, room: float) -> str:
    """Its words, with the name in them cut short where they would be wider than `room`."""
    excess = metrics.horizontalAdvance(remedy.words) - room
    if excess <= 0 or not remedy.name:
        return remedy.words
    name_room = max(metrics.horizontalAdvance("W…"), metrics.horizontalAdvance(remedy.name) - excess)
    name = metrics.elidedText(remedy.name, QtCore.Qt.TextElideMode.ElideRight, name_room)
    return remedy.words.replace(remedy.name, name, 1)


def _add_receipt_button(bubble: Bubble, width: float) -> None:
    metrics = QtGui.QFontMetricsF(theme.font(0.82))
    words = "Send read receipt"
    advance = metrics.horizontalAdvance(words) + space(5) + 16
    height = metrics.height() + space(2)
    x, y = bubble.rect.right() + space(2), bubble.rect.bottom() - height
    if x + advance > width - space(2):  # below it: upon it, it would hide words
        x, y = bubble.rect.right() - advance, bubble.rect.bottom() + space(0.5)
        bubble.height = y + height
    bubble.areas.append(Area(QtCore.QRectF(x, y, advance, height), "receipt", words))


def sentence(message: Message) -> str:
    """A message as a screen reader says it."""
    marks = (message.sender_short_id, client_badge(message.sender_client))
    marked = ", ".join(mark for mark in marks if mark)
    who = "You" if message.mine else f"{message.sender_name} ({marked})" if marked else message.sender_name
    words = f"{who}, {clock_words(message.at)}: {message.text}"
    if not message.mine:
        return words
    if message.state is State.ON_RELAY:
        return f"{words}. {delivery_words(*message.counts, len(message.silent))}"
    return f"{words}. {state_words(message)}. {message.problem}".rstrip(". ")
