"""The scrolled list of messages. Only what is visible is laid out and painted, however long the chat is."""

import datetime
from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.conversation import Message
from heliograph.model.text import day_words
from heliograph.ui import theme
from heliograph.ui.chat import bubble as bubbles
from heliograph.ui.chat.bubble import Area, Bubble, Look
from heliograph.ui.chat.layout import BAND, ChatLayout
from heliograph.ui.chat.rows import DayRow, MessageRow, UnreadRow
from heliograph.ui.theme import space

Key = QtCore.Qt.Key


class ChatView(QtWidgets.QAbstractScrollArea):
    """Shows messages; tells what a person does with them."""

    #: (action, Message): "retry", "discard", "receipt", "menu".
    acted = QtCore.Signal(object)
    #: str: a link that was clicked.
    link_clicked = QtCore.Signal(object)
    #: Message: the one that has the focus now.
    focused = QtCore.Signal(object)
    #: None: the beginning is in sight and there may be more.
    wants_older = QtCore.Signal(object)
    #: bool: whether the newest message is in sight.
    at_end_changed = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setAccessibleName("Messages")
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.theme().changed.connect(self._restyle)
        self._layout = ChatLayout()
        self._told_at_end = True
        self._hover: tuple[str, str] = ("", "")
        self._focus = ""
        self._selection: tuple[str, int, int] | None = None
        self._dragging = False

    # ---- content

    def show_messages(self, messages: Sequence[Message], first_unread: str | None, *, fresh: bool) -> None:
        """Show these; `fresh` forgets where the person was and goes to what is unread, or the end."""
        if fresh:
            self._selection, self._focus = None, ""
        self._layout.show(messages, first_unread, fresh=fresh)
        self._settle()

    def refresh(self, refs: set[str]) -> None:
        """These messages look different now."""
        self._layout.forget(refs)
        self._settle()

    def go_to_end(self) -> None:
        """To the newest message, and stay there."""
        self._layout.at_end = True
        self._settle()

    def reveal(self, ref: str) -> None:
        """Bring a message into sight and focus it."""
        row = self._layout.row_of(ref)
        if row is not None:
            self._focus_row(row)

    @property
    def is_at_end(self) -> bool:
        """Whether the newest message is in sight; new ones then keep it there."""
        return self._layout.at_end

    def selected_text(self) -> str:
        """What is selected, or the text of the focused message."""
        if self._selection is not None:
            ref, start, end = self._selection
            row = self._layout.row_of(ref)
            found = self._layout.bubble(row) if row is not None else None
            if found is not None and start != end:
                return found.text.shown[min(start, end) : max(start, end)]
        message = self.focused_message()
        return message.text if message else ""

    def focused_message(self) -> Message | None:
        """The message that keys act on."""
        return self._layout.message(self._focus)

    def _settle(self) -> None:
        """Measure what is in sight, put the scroll bar where that is, repaint."""
        layout, height = self._layout, self.viewport().height()
        at_beginning = layout.settle(height)
        bar = self.verticalScrollBar()
        blocked = bar.blockSignals(True)
        bar.setPageStep(height)
        bar.setSingleStep(24)
        bar.setRange(0, max(0, round(layout.total - height)))
        bar.setValue(bar.maximum() if layout.at_end else round(layout.top))
        bar.blockSignals(blocked)
        self.viewport().update()
        if layout.at_end != self._told_at_end:
            self._told_at_end = layout.at_end
            self.at_end_changed.emit(layout.at_end)
        if at_beginning:
            self.wants_older.emit(None)

    def _scrolled(self, value: int) -> None:
        if not self._layout.rows:
            return
        self._layout.at_end = value >= self.verticalScrollBar().maximum()
        if not self._layout.at_end:
            self._layout.anchor = self._layout.heights.at(value)
        self._settle()

    def _restyle(self) -> None:
        self._layout.forget()
        self._settle()

    # ---- Qt

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        if width != self._layout.width:
            self._layout.resize(width)
        self._settle()

    def changeEvent(self, event: QtCore.QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QtCore.QEvent.Type.FontChange, QtCore.QEvent.Type.ApplicationFontChange):
            self._restyle()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self.viewport())
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.color("window"))
        for index, y in self._visible():
            painter.save()
            painter.translate(0, y)
            self._paint_row(painter, index)
            painter.restore()
        painter.end()

    def _visible(self) -> list[tuple[int, float]]:
        return self._layout.visible(self.viewport().height())

    def _paint_row(self, painter: QtGui.QPainter, index: int) -> None:
        row = self._layout.rows[index]
        if isinstance(row, DayRow):
            self._paint_band(painter, day_words(row.day, datetime.date.today()), "muted", "border")  # noqa: DTZ011
        elif isinstance(row, UnreadRow):
            self._paint_band(painter, "New messages", "accent", "accent")
        else:
            found = self._layout.bubble(index)
            assert found is not None
            ref = row.message.ref
            selection = None
            if self._selection is not None and self._selection[0] == ref:
                selection = (min(self._selection[1:]), max(self._selection[1:]))
            look = Look(
                focused=self.hasFocus() and ref == self._focus,
                hovered=self._hover[0] == ref,
                selection=selection,
                hot=self._hover[1] if self._hover[0] == ref else "",
            )
            bubbles.paint(painter, found, look)

    def _paint_band(self, painter: QtGui.QPainter, words: str, ink: str, line: str) -> None:
        painter.setFont(theme.font(0.85, bold=ink == "accent"))
        width = painter.fontMetrics().horizontalAdvance(words) + space(6)
        middle = BAND / 2 + 4
        painter.setPen(QtGui.QPen(theme.color(line, 0.6)))
        left, right = (self._layout.width - width) / 2, (self._layout.width + width) / 2
        painter.drawLine(QtCore.QPointF(bubbles.MARGIN, middle), QtCore.QPointF(left, middle))
        painter.drawLine(
            QtCore.QPointF(right, middle), QtCore.QPointF(self._layout.width - bubbles.MARGIN, middle)
        )
        painter.setPen(theme.color(ink))
        painter.drawText(QtCore.QRectF(left, 4, width, BAND), QtCore.Qt.AlignmentFlag.AlignCenter, words)

    # ---- mouse

    def _at(self, point: QtCore.QPointF) -> tuple[int, Bubble, QtCore.QPointF] | None:
        for index, y in self._visible():
            if y <= point.y() < y + self._layout.heights[index]:
                found = self._layout.bubble(index)
                return (index, found, point - QtCore.QPointF(0, y)) if found else None
        return None

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        found = self._at(event.position())
        self._selection = None
        if found is not None:
            _, shown, point = found
            self._focus = shown.message.ref
            self.focused.emit(shown.message)
            area = shown.area_at(point)
            if (
                event.button() is QtCore.Qt.MouseButton.LeftButton
                and area is None
                and shown.rect.contains(point)
            ):
                start = shown.text_position(point)
                self._selection = (shown.message.ref, start, start)
                self._dragging = True
        self.viewport().update()

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        found = self._at(event.position())
        if self._dragging and self._selection is not None:
            if found is not None and found[1].message.ref == self._selection[0]:
                self._selection = (*self._selection[:2], found[1].text_position(found[2]))
                self.viewport().update()
            return
        self._hover_at(found)

    def _hover_at(self, found: tuple[int, Bubble, QtCore.QPointF] | None) -> None:
        hover, shape = ("", ""), QtCore.Qt.CursorShape.ArrowCursor
        if found is not None:
            _, shown, point = found
            area = shown.area_at(point)
            hover = (shown.message.ref, area.action if area else "")
            if area is not None or shown.link_at(point):
                shape = QtCore.Qt.CursorShape.PointingHandCursor
            elif shown.rect.contains(point):
                shape = QtCore.Qt.CursorShape.IBeamCursor
        self.viewport().setCursor(shape)
        if hover != self._hover:
            self._hover = hover
            self.viewport().update()

    def mouseReleaseEvent(self, event: QtGui.QMouseEvent) -> None:
        self._dragging = False
        found = self._at(event.position())
        if found is None or event.button() is not QtCore.Qt.MouseButton.LeftButton:
            return
        _, shown, point = found
        area = shown.area_at(point)
        if area is not None:
            self._act(area, shown.message)
        elif self._selection is None or self._selection[1] == self._selection[2]:
            self._selection = None
            url = shown.link_at(point)
            if url is not None:
                self.link_clicked.emit(url)

    def mouseDoubleClickEvent(self, event: QtGui.QMouseEvent) -> None:
        found = self._at(event.position())
        if found is not None and found[1].rect.contains(found[2]):
            start, end = found[1].text.word_at(found[1].text_position(found[2]))
            self._selection = (found[1].message.ref, start, end)
            self.viewport().update()

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        super().leaveEvent(event)
        self._hover_at(None)

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        message = self.focused_message()
        if message is not None:
            self.acted.emit(("menu", message))

    def viewportEvent(self, event: QtCore.QEvent) -> bool:
        if event.type() == QtCore.QEvent.Type.ToolTip:
            assert isinstance(event, QtGui.QHelpEvent)
            found = self._at(QtCore.QPointF(event.pos()))
            words = self._tip(found[1], found[2]) if found else ""
            QtWidgets.QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)

    def _tip(self, shown: Bubble, point: QtCore.QPointF) -> str:
        return shown.link_at(point) or (self.tip(shown.message) if shown.rect.contains(point) else "")

    def tip(self, message: Message) -> str:
        """Words of a message's tooltip; replaced by who knows the people."""
        return bubbles.sentence(message)

    def _act(self, area: Area, message: Message) -> None:
        self.acted.emit((area.action, message))

    # ---- keys

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        message = self.focused_message()
        step = {Key.Key_Up: -1, Key.Key_Down: 1}.get(Key(event.key()))
        if event.matches(QtGui.QKeySequence.StandardKey.Copy):
            QtWidgets.QApplication.clipboard().setText(self.selected_text())
        elif step is not None:
            self._step(step)
        elif event.key() == Key.Key_End:
            self.go_to_end()
        elif event.key() == Key.Key_Home and self._layout.rows:
            self._focus_row(0)
        elif message is not None and event.key() in (Key.Key_Return, Key.Key_Enter, Key.Key_Menu):
            self.acted.emit(("menu", message))
        elif message is not None and event.key() == Key.Key_R and message.state.may_retry:
            self.acted.emit(("retry", message))
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        index = self._layout.step(self._focus, by)
        if index is not None:
            self._focus_row(index)

    def _focus_row(self, index: int) -> None:
        rows = self._layout.rows
        row = rows[index]
        if not isinstance(row, MessageRow):
            below = self._layout.step("", -1) if index >= len(rows) - 1 else index + 1
            if below is not None and below != index:
                self._focus_row(below)
            return
        self._focus = row.message.ref
        if self._layout.bring_into_sight(index, self.viewport().height()):
            self._settle()
        self.setAccessibleDescription(bubbles.sentence(row.message))
        self.focused.emit(row.message)
        self.viewport().update()

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
