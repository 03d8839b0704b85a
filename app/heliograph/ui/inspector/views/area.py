"""A painted list that a person moves in: by keys, by mouse, by a screen reader."""

from PySide6 import QtCore, QtGui

from heliograph.ui.inspector.views.scrolled import ScrolledRows
from heliograph.ui.spoken_list import focus_moved

_Key = QtCore.Qt.Key


class RowArea(ScrolledRows):
    """Those who derive from it paint rows and heading, and say a row as a sentence."""

    #: key: the person chose that row, by click or keys.
    chosen = QtCore.Signal(object)
    #: QPoint: the menu of the current row is wanted at that place on the screen.
    menu_wanted = QtCore.Signal(object)

    def __init__(self, name: str, *, grows: bool) -> None:
        super().__init__(name, grows=grows)
        #: The row that is to be brought into sight as soon as it is there.
        self._wanted: int | None = None

    def show_current(self, key: int | None) -> None:
        """Somebody else chose a row: bring it into sight; None, or one that is not here: no row."""
        self._current = key
        place = self.place_of(key) if key is not None else None
        self._wanted = key if place is None else None
        if place is not None:
            self._follow(False)
            self.reveal(place)
            focus_moved(self)
        self.viewport().update()

    def refill(self) -> None:
        super().refill()
        if self._wanted is not None and self.place_of(self._wanted) is not None:
            self.show_current(self._wanted)

    def _scrolled(self, value: int) -> None:
        if not self._settling:
            self._wanted = None
        super()._scrolled(value)

    # ---- choosing

    def choose(self, place: int) -> None:
        """The person's choice."""
        keys = self.keys()
        if not 0 <= place < len(keys):
            return
        self._current, self._wanted = keys[place], None
        self._follow(False)
        self.reveal(place)
        self.viewport().update()
        self.chosen.emit(self._current)
        if self.hasFocus():
            focus_moved(self)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        place = self._target(event.key())
        if event.key() == _Key.Key_End and self._count:
            self._current = self.keys()[-1]
            self.chosen.emit(self._current)
            self.follow()
        elif place is not None:
            self.choose(max(0, min(self._count - 1, place)))
        elif event.key() in (_Key.Key_Left, _Key.Key_Right):
            across, step = self.horizontalScrollBar(), 48 if event.key() == _Key.Key_Right else -48
            across.setValue(across.value() + step)
        else:
            event.ignore()  # the pane's own keys

    def _target(self, key: int) -> int | None:
        """The place that a key goes to; keys begin where the eye is."""
        first, last = self.in_sight()
        place = self.place_of(self._current) if self._current is not None else None
        if place is None:
            place = last if self._following else first - 1
            if key in (_Key.Key_Return, _Key.Key_Enter):
                place += -1 if self._following else 1
        page = max(1, last - first - 1)
        return {
            _Key.Key_Up: place - 1, _Key.Key_Down: place + 1, _Key.Key_PageUp: place - page,
            _Key.Key_PageDown: place + page, _Key.Key_Home: 0, _Key.Key_End: self._count - 1,
            _Key.Key_Return: place, _Key.Key_Enter: place,
        }.get(QtCore.Qt.Key(key))  # fmt: skip

    def mousePressEvent(self, event: QtGui.QMouseEvent) -> None:
        if event.button() is QtCore.Qt.MouseButton.LeftButton:
            self.choose(self.place_at(event.position().y()))

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        """Of the row under the pointer, or by key of the current one."""
        by_key = event.reason() is QtGui.QContextMenuEvent.Reason.Keyboard
        place = self.place_of(self._current) if by_key and self._current is not None else None
        if not by_key:
            place = self.place_at(event.pos().y())
            if place >= 0:
                self.choose(place)
        if place is not None and place >= 0:
            rect = self.rect_of(place)
            corner = rect.topLeft() + QtCore.QPoint(rect.width() // 3, rect.height() // 2)
            self.menu_wanted.emit(self.viewport().mapToGlobal(corner) if by_key else event.globalPos())

    def mouseMoveEvent(self, event: QtGui.QMouseEvent) -> None:
        self._hover_at(self.place_at(event.position().y()))

    def leaveEvent(self, event: QtCore.QEvent) -> None:
        super().leaveEvent(event)
        self._hover_at(-1)

    def _hover_at(self, place: int) -> None:
        if place != self._hover:
            self._hover = place
            self.viewport().update()

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusInEvent(event)
        # Qt tells of the list itself after this; the row is what is to be heard.
        QtCore.QTimer.singleShot(0, self, lambda: focus_moved(self))
        self.viewport().update()

    def focusOutEvent(self, event: QtGui.QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()
