"""A field in which a filter is written: it offers how to go on, and underlines what is wrong."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.capture import Capture
from heliograph.model.filter_completion import Way, completions
from heliograph.ui import theme
from heliograph.ui.spoken_list import announce
from heliograph.ui.theme import space

_WAY = QtCore.Qt.ItemDataRole.UserRole


class FilterField(QtWidgets.QLineEdit):
    """Up, Down and Enter choose among what is offered; Down, or Ctrl+Space, asks for it."""

    #: bool: Enter, with nothing chosen from what is offered; whether with Shift.
    entered = QtCore.Signal(object)
    #: None: Esc, with nothing offered.
    escaped = QtCore.Signal(object)

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self._capture = capture
        self._wrong: Sequence[tuple[int, int]] = ()
        self._offer = QtGui.QStandardItemModel(self)
        self._list: QtWidgets.QListView | None = None
        self.setClearButtonEnabled(True)
        theme.theme().changed.connect(self._show_wrong)
        self.textEdited.connect(lambda _text: self.offer(asked=False))

    @property
    def offered(self) -> list[str]:
        """What is offered now."""
        shown = self._list is not None and self._list.isVisible()
        return [self._offer.item(row).text() for row in range(self._offer.rowCount())] if shown else []

    def offer(self, *, asked: bool) -> None:
        """Show how the term at the caret may go on; unasked only where something was written."""
        text, caret = self.text(), self._caret()
        ways = completions(text, caret, self._capture)
        written = caret > 0 and not text[caret - 1].isspace() and text[caret - 1] != "("
        if not ways or not (asked or written):
            self._close()
            return
        self._offer.clear()
        for way in ways:
            item = QtGui.QStandardItem(way.text)
            item.setData(way, _WAY)
            item.setAccessibleText(f"{way.text}, {way.words}" if way.words else way.text)
            self._offer.appendRow(item)
        self._open()

    def _open(self) -> None:
        """Part of the window itself: a window of its own would take the keys, or come where the pointer is."""
        if self._list is None or self._list.parent() is not self.window():
            self._list = self._make_list()
        shown, window = self._list, self.window()
        shown.setStyleSheet(
            f"background: {theme.color('surface').name()}; border: 1px solid {theme.color('outline').name()};"
        )
        metrics = QtGui.QFontMetrics(self.font())
        items = [self._offer.item(row) for row in range(self._offer.rowCount())]
        words = max(metrics.horizontalAdvance(f"{i.text()}   {i.data(_WAY).words}") for i in items)
        height = len(items) * shown.sizeHintForRow(0) + 2 * shown.frameWidth()
        below = self.mapTo(window, QtCore.QPoint(self.cursorRect().left(), self.height()))
        room = window.height() - below.y()
        top = (
            below.y()
            if height <= room or room > below.y() - self.height()
            else below.y() - self.height() - height
        )
        width = min(max(words + space(10), 160), 460, window.width())
        shown.setGeometry(
            min(below.x(), window.width() - width), max(0, top), width, min(height, max(room, 60))
        )
        shown.setCurrentIndex(QtCore.QModelIndex())
        shown.show()
        shown.raise_()

    def _make_list(self) -> QtWidgets.QListView:
        made = QtWidgets.QListView(self.window())
        made.setModel(self._offer)
        made.setItemDelegate(_WayDelegate(made))
        made.setAccessibleName("Ways to go on")
        made.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        made.setEditTriggers(QtWidgets.QAbstractItemView.EditTrigger.NoEditTriggers)
        made.clicked.connect(self._take)
        return made

    def _close(self) -> None:
        if self._list is not None:
            self._list.hide()

    def underline(self, wrong: Sequence[tuple[int, int]]) -> None:
        """Underline the characters from the first number of each to before the second, and no others."""
        if wrong != self._wrong:
            self._wrong = wrong
            self._show_wrong()

    def _show_wrong(self) -> None:
        """In the colours of now. A line edit takes formats from input methods, and only from them."""
        attributes = []
        for begin, end in ((_units(self.text(), b), _units(self.text(), e)) for b, e in self._wrong):
            look = QtGui.QTextCharFormat()
            look.setUnderlineStyle(QtGui.QTextCharFormat.UnderlineStyle.WaveUnderline)
            look.setUnderlineColor(theme.color("danger"))
            look.setForeground(theme.color("danger"))
            kind = QtGui.QInputMethodEvent.AttributeType.TextFormat
            attributes.append(
                QtGui.QInputMethodEvent.Attribute(kind, begin - self.cursorPosition(), end - begin, look)
            )
        QtWidgets.QApplication.sendEvent(self, QtGui.QInputMethodEvent("", attributes))

    def _take(self, index: QtCore.QModelIndex) -> None:
        way: Way = index.data(_WAY)
        self._close()
        text, caret = self.text(), self._caret()
        rest = text[caret:]
        # A value is whole, and a space lets the next term begin; an operator waits for its value.
        ends = "" if way.text[-1] in ":>" or rest[:1].isspace() else " "
        begun = text[: way.begin] + way.text + ends
        self.setText(begun + rest)
        self.setCursorPosition(_units(begun, len(begun)))
        if not ends:
            self.offer(asked=True)

    def _caret(self) -> int:
        """Before which character the caret stands. Qt counts an emoji as two, Python as one."""
        before = self.text().encode("utf-16-le", "surrogatepass")[: 2 * self.cursorPosition()]
        return len(before.decode("utf-16-le", "ignore"))

    # ---- Qt

    def event(self, event: QtCore.QEvent) -> bool:
        """Tab takes what is chosen from what is offered, or else the first."""
        pressed = isinstance(event, QtGui.QKeyEvent) and event.type() == QtCore.QEvent.Type.KeyPress
        if pressed and self.offered and event.key() == QtCore.Qt.Key.Key_Tab:  # type: ignore[attr-defined]
            self._take(self._chosen() or self._offer.index(0, 0))
            return True
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        key, keys = event.key(), QtCore.Qt.Key
        if key in (keys.Key_Down, keys.Key_Up) and self.offered:
            self._step(1 if key == keys.Key_Down else -1)
        elif key == keys.Key_Down or (
            key == keys.Key_Space and event.modifiers() & QtCore.Qt.KeyboardModifier.ControlModifier
        ):
            self.offer(asked=True)
        elif key in (keys.Key_Return, keys.Key_Enter):
            chosen = self._chosen()
            self._close()
            if chosen is not None:
                self._take(chosen)
            else:
                self.entered.emit(bool(event.modifiers() & QtCore.Qt.KeyboardModifier.ShiftModifier))
        elif key == keys.Key_Escape:
            if self.offered:
                self._close()
            else:
                self.escaped.emit(None)
        else:
            super().keyPressEvent(event)

    def _chosen(self) -> QtCore.QModelIndex | None:
        index = self._list.currentIndex() if self._list is not None and self.offered else QtCore.QModelIndex()
        return index if index.isValid() else None

    def _step(self, step: int) -> None:
        """Round, with no choice between the last and the first."""
        assert self._list is not None
        count = self._offer.rowCount()
        chosen = self._chosen()
        row = (chosen.row() if chosen is not None else (-1 if step > 0 else count)) + step
        self._list.setCurrentIndex(self._offer.index(row, 0) if 0 <= row < count else QtCore.QModelIndex())
        if 0 <= row < count:
            announce(self, self._offer.item(row).accessibleText())  # the focus stays in the field

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._close()


def _units(text: str, characters: int) -> int:
    """So many characters of a text, as Qt counts them."""
    return len(text[:characters].encode("utf-16-le", "surrogatepass")) // 2


class _WayDelegate(QtWidgets.QStyledItemDelegate):
    """What is written, and in a quieter colour what it means."""

    def sizeHint(self, option: QtWidgets.QStyleOptionViewItem, index: object) -> QtCore.QSize:
        return QtCore.QSize(120, QtGui.QFontMetrics(theme.font()).height() + space(2.5))

    def paint(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem,
        index: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
    ) -> None:  # fmt: skip
        way: Way = index.data(_WAY)
        painter.save()
        chosen = bool(option.state & QtWidgets.QStyle.StateFlag.State_Selected)
        painter.fillRect(option.rect, theme.color("selected" if chosen else "surface"))
        room = option.rect.adjusted(space(3), 0, -space(3), 0)
        align = QtCore.Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font())
        painter.setPen(theme.color("text"))
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(way.text, QtCore.Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, align, shown)
        room.setLeft(room.left() + metrics.horizontalAdvance(shown) + space(3))
        painter.setPen(theme.color("muted"))
        words = metrics.elidedText(way.words, QtCore.Qt.TextElideMode.ElideRight, max(0, room.width()))
        painter.drawText(room, align, words)
        painter.restore()
