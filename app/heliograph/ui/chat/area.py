"""The scrolled list of messages. Only what is visible is laid out and painted, however long the chat is."""

import re
from collections.abc import Callable, Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.conversation import Message
from heliograph.ui import theme
from heliograph.ui.chat.bubble import Remedy, sentence
from heliograph.ui.chat.bubble_painter import Look
from heliograph.ui.chat.canvas import paint_rows
from heliograph.ui.chat.layout import ChatLayout
from heliograph.ui.chat.rows import MessageRow
from heliograph.ui.spoken_list import SpokenArea, came_into_sight


class MessageArea(SpokenArea):
    """Shows messages, at their end or where the person has scrolled; `ChatView` adds mouse and keys."""

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
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.theme().changed.connect(self._restyle)
        self._layout = ChatLayout()
        self._refine = QtCore.QTimer(self)
        self._refine.setInterval(0)
        self._refine.timeout.connect(self._refine_heights)
        self._settling = False
        self._told_at_end = True
        self._seen: set[str] = set()
        #: Refs: under the pointer (with what of it), with the focus, and selected (from, to).
        self._hover: tuple[str, str] = ("", "")
        self._focus = ""
        #: Ref of the message that somebody else points at: it is shown without the focus.
        self._pointed_at = ""
        self._selection: tuple[str, int, int] | None = None
        self._pattern: re.Pattern[str] | None = None

    # ---- content

    def open_messages(self, messages: Sequence[Message], first_unread: str | None) -> None:
        """Another conversation: shown from what is unread, or at its end."""
        self._selection, self._focus, self._pointed_at = None, "", ""
        self._layout.open(messages, first_unread)
        self._refine.start()
        self._settle()

    def show_messages(self, messages: Sequence[Message], first_unread: str | None) -> None:
        """The messages are these now; the person stays where they are."""
        self._layout.show(messages, first_unread)
        self._settle()

    def refresh(self, refs: set[str]) -> None:
        """These messages look different now."""
        self._layout.forget(refs)
        self._settle()

    def mark(self, pattern: re.Pattern[str] | None) -> None:
        """Mark what this finds wherever it is in sight; None: nothing."""
        self._pattern = pattern
        self.viewport().update()

    def offer(self, remedies: Callable[[Message], Sequence[Remedy]]) -> None:
        """What is offered, from now on, for messages that did not go."""
        self._layout.remedies = remedies

    def remedies_changed(self) -> None:
        """Something else may be offered now: what is in sight is measured again."""
        self._settle()

    def go_to_end(self) -> None:
        """To the newest message, and stay there."""
        self._layout.at_end = True
        self._settle()

    @property
    def is_at_end(self) -> bool:
        """Whether the newest message is in sight; new ones then keep it there."""
        return self._layout.at_end

    @property
    def refining(self) -> bool:
        """Whether heights of rows out of sight are still being guessed."""
        return self._refine.isActive()

    def focused_message(self) -> Message | None:
        """The message that keys act on."""
        return self._layout.message(self._focus)

    def message(self, ref: str) -> Message | None:
        """The message of that ref, if it is shown."""
        return self._layout.message(ref)

    def messages_in_sight(self) -> list[Message]:
        """From the top down; some may be in sight with a part only."""
        rows = self._layout.rows
        return [row.message for i, _ in self._visible() if isinstance(row := rows[i], MessageRow)]

    def rect_of(self, ref: str) -> QtCore.QRect | None:
        """Where in the viewport a message is to be seen, None where it is not."""
        row = self._layout.row_of(ref)
        top = next((y for i, y in self._visible() if i == row), None)
        found = self._layout.bubble(row) if row is not None and top is not None else None
        if found is None or top is None:
            return None
        return found.rect.translated(0, top).toAlignedRect() & self.viewport().rect()

    # ---- what a screen reader hears

    def spoken_keys(self) -> list[str]:
        return [message.ref for message in self.messages_in_sight()]

    def spoken_words(self, key: str) -> str | None:
        message = self.message(key)
        return sentence(message) if message is not None else None

    def spoken_rect(self, key: str) -> QtCore.QRect | None:
        return self.rect_of(key)

    def spoken_current(self) -> str | None:
        message = self.focused_message()
        return message.ref if message is not None else None

    # ---- layout

    def _settle(self) -> None:
        """Measure what is in sight, put the scroll bar where that is, repaint."""
        layout, height = self._layout, self.viewport().height()
        at_beginning = layout.settle(height)
        bar = self.verticalScrollBar()
        self._settling = True
        bar.setPageStep(height)
        bar.setSingleStep(24)
        bar.setRange(0, max(0, round(layout.total - height)))
        bar.setValue(bar.maximum() if layout.at_end else round(layout.top))
        self._settling = False
        self.viewport().update()
        if layout.at_end != self._told_at_end:
            self._told_at_end = layout.at_end
            self.at_end_changed.emit(layout.at_end)
        self._tell_what_is_seen()
        if at_beginning:
            self.wants_older.emit(None)

    def _tell_what_is_seen(self) -> None:
        if QtGui.QAccessible.isActive():
            before, refs = self._seen, self.spoken_keys()
            self._seen = set(refs)
            came_into_sight(self, [ref for ref in refs if ref not in before])

    def _scrolled(self, value: int) -> None:
        if self._settling or not self._layout.rows:
            return
        self._layout.at_end = value >= self.verticalScrollBar().maximum()
        if not self._layout.at_end:
            self._layout.anchor = self._layout.heights.at(value)
        self._settle()

    def _refine_heights(self) -> None:
        """What is not in sight is measured by eye, a part at a time, so that the scroll bar becomes true."""
        if not self._layout.refine():
            self._refine.stop()
        self._settle()

    def _restyle(self) -> None:
        self._layout.forget()
        self._refine.start()
        self._settle()

    # ---- Qt

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        if width != self._layout.width:
            self._layout.resize(width)
            self._refine.start()
        self._settle()

    def changeEvent(self, event: QtCore.QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QtCore.QEvent.Type.FontChange, QtCore.QEvent.Type.ApplicationFontChange):
            self._restyle()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self.viewport())
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), theme.color("window"))
        paint_rows(painter, self._layout, self.viewport().height(), self._look)
        painter.end()

    def _visible(self) -> list[tuple[int, float]]:
        return self._layout.visible(self.viewport().height())

    def _look(self, message: Message) -> Look:
        ref, selection = message.ref, None
        if self._selection is not None and self._selection[0] == ref:
            selection = (min(self._selection[1:]), max(self._selection[1:]))
        return Look(
            focused=ref == (self._focus if self.hasFocus() else self._pointed_at),
            hovered=self._hover[0] == ref,
            selection=selection,
            pattern=self._pattern,
            hot=self._hover[1] if self._hover[0] == ref else "",
        )
