"""The messages of a conversation, and what a person does with them by mouse and keys."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.conversation import Message
from heliograph.ui.chat.area import MessageArea
from heliograph.ui.chat.bubble import Area, Bubble, sentence
from heliograph.ui.chat.rows import MessageRow
from heliograph.ui.spoken_list import focus_moved
from heliograph.ui.tips import plain_tip

Key = QtCore.Qt.Key
#: How far an arrow key scrolls within a message that is taller than the window, in pixels.
_STEP = 60


class ChatView(MessageArea):
    """Shows messages; tells what a person does with them."""

    #: (action, Message): "retry", "redirect", "discard", "receipt".
    acted = QtCore.Signal(object)
    #: (Message, QPoint): its menu is wanted at that place on the screen.
    menu_wanted = QtCore.Signal(object)
    #: str: a link that was clicked.
    link_clicked = QtCore.Signal(object)
    #: Message: the one that has the focus now.
    focused = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewport().setMouseTracking(True)
        self._dragging = False

    def reveal(self, ref: str) -> None:
        """Bring a message into sight and show which one it is; keys go on from there."""
        row = self._layout.row_of(ref)
        if row is not None:
            self._focus_row(row)
            self._pointed_at = ref

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
        """At the pointer over a message, or by key (Menu, Shift+F10) at the message that has the focus."""
        if event.reason() is QtGui.QContextMenuEvent.Reason.Keyboard:
            self._open_menu()
        elif (found := self._at(QtCore.QPointF(event.pos()))) is not None:
            self.menu_wanted.emit((found[1].message, event.globalPos()))

    def _open_menu(self) -> None:
        message = self.focused_message()
        if message is not None:
            self.open_menu(message)

    def open_menu(self, message: Message) -> None:
        """Have the menu of a message opened at it, if it is in sight."""
        place = self.rect_of(message.ref)
        if place is not None:
            corner = place.topLeft() + QtCore.QPoint(place.width() // 3, min(place.height() - 1, 32))
            self.menu_wanted.emit((message, self.viewport().mapToGlobal(corner)))

    def viewportEvent(self, event: QtCore.QEvent) -> bool:
        if event.type() == QtCore.QEvent.Type.ToolTip:
            assert isinstance(event, QtGui.QHelpEvent)
            found = self._at(QtCore.QPointF(event.pos()))
            words = self._tip(found[1], found[2]) if found else ""
            QtWidgets.QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().viewportEvent(event)

    def _tip(self, shown: Bubble, point: QtCore.QPointF) -> str:
        area = shown.area_at(point)
        if area is not None and area.tip:
            return area.tip
        return shown.link_at(point) or (self.tip(shown.message) if shown.rect.contains(point) else "")

    def tip(self, message: Message) -> str:
        """Words of a message's tooltip; replaced by who knows the people."""
        return sentence(message)

    def _act(self, area: Area, message: Message) -> None:
        self.acted.emit((area.action, message))

    # ---- keys

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        message = self.focused_message()
        standard, key = QtGui.QKeySequence.StandardKey, event.key()
        step = {Key.Key_Up: -1, Key.Key_Down: 1}.get(Key(key))
        if event.matches(standard.Copy):
            QtWidgets.QApplication.clipboard().setText(self.selected_text())
        elif event.matches(standard.SelectAll) and message is not None:
            self._select_all(message.ref)
        elif event.matches(standard.Cancel) and self._selection is not None:
            self._select(None)
        elif step is not None:
            self._step(step)
        elif key == Key.Key_End:
            self.go_to_end()
            self._focus_row(len(self._layout.rows) - 1)
        elif key == Key.Key_Home:
            self._focus_row(0)
        elif key in (Key.Key_Return, Key.Key_Enter):
            self._open_menu()
        elif message is not None and key == Key.Key_R and message.may_go_again:
            self._try_again(message)
        else:
            super().keyPressEvent(event)

    def _try_again(self, message: Message) -> None:
        """As before; where that cannot be, the person chooses what else is to be done."""
        if any(remedy.action == "retry" for remedy in self._layout.remedies(message)):
            self.acted.emit(("retry", message))
        else:
            self.open_menu(message)

    def _select_all(self, ref: str) -> None:
        row = self._layout.row_of(ref)
        found = self._layout.bubble(row) if row is not None else None
        if found is not None:
            self._select((ref, 0, len(found.text.shown)))

    def _select(self, selection: tuple[str, int, int] | None) -> None:
        self._selection = selection
        self.viewport().update()

    def _step(self, by: int) -> None:
        """To the next message, or along the present one if there is more of it."""
        row = self._layout.row_of(self._focus)
        seen = [i for i, _ in self._visible()]
        if row is not None and row in seen:
            more = self._layout.hidden(row, by, self.viewport().height())
            if more >= 1:
                bar = self.verticalScrollBar()
                bar.setValue(bar.value() + by * min(_STEP, round(more)))
                return
            index = self._layout.step(self._focus, by)
        else:
            # Not from where the focus was left behind, but from what is before the eyes.
            index = next((i for i in seen[::by] if isinstance(self._layout.rows[i], MessageRow)), None)
        if index is not None:
            self._focus_row(index, by)

    def _focus_row(self, index: int, by: int = 1) -> None:
        """Give the message at a row, or the nearest one below it, the focus."""
        rows = self._layout.rows
        while index < len(rows) and not isinstance(rows[index], MessageRow):
            index += 1
        row = rows[index] if 0 <= index < len(rows) else None
        if not isinstance(row, MessageRow):
            return
        self._focus, self._pointed_at = row.message.ref, ""
        if self._layout.bring_into_sight(index, self.viewport().height(), by):
            self._settle()
        self._tell_focus()
        self.focused.emit(row.message)
        self.viewport().update()

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.focused_message() is None and event.reason() is not QtCore.Qt.FocusReason.MouseFocusReason:
            seen = self.messages_in_sight()
            self._focus = seen[-1].ref if seen else ""
        # Qt tells of the list itself after this; the message is what is to be heard.
        QtCore.QTimer.singleShot(0, self, self._tell_focus)
        self.viewport().update()

    def _tell_focus(self) -> None:
        if self.hasFocus():
            focus_moved(self)

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
