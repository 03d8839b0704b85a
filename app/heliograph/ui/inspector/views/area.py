"""A painted list of rows of one height under a heading that stays. Only what is in sight is painted."""

from bisect import bisect_left
from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.spoken_list import SpokenArea, focus_moved

_Key = QtCore.Qt.Key


class RowArea(SpokenArea):
    """Rows known by ascending keys (`keys`); it follows its end until one scrolls up or chooses a row.

    Those who derive from it paint rows and heading, and say a row as a sentence.
    """

    #: key: the person chose that row, by click or keys.
    chosen = QtCore.Signal(object)
    #: bool: whether new rows keep the end in sight.
    following_changed = QtCore.Signal(object)
    #: None: the rows were counted anew.
    refilled = QtCore.Signal(object)

    def __init__(self, name: str, *, grows: bool) -> None:
        super().__init__()
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.viewport().setMouseTracking(True)
        self._row_height = 24
        self._grows = self._following = grows
        self._settling = False
        self._current: int | None = None
        #: The row that is to be brought into sight as soon as it is there.
        self._wanted: int | None = None
        self._hover = -1
        self._anchor: tuple[int, int] = (0, 0)
        self._count = 0
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        theme.theme().changed.connect(self._restyled)

    # ---- what others paint and say

    def keys(self) -> Sequence[int]:
        """The keys of the rows, ascending."""
        raise NotImplementedError

    def sentence(self, place: int) -> str:
        """The row at that place for a screen reader."""
        raise NotImplementedError

    def paint_row(self, painter: QtGui.QPainter, place: int, top: int) -> None:
        """Paint one row; its ground is there already."""

    def paint_behind(self, painter: QtGui.QPainter, first: int, last: int) -> None:
        """What is under the rows from `first` up to `last`, above their grounds; or all of them at once."""

    def paint_head(self, painter: QtGui.QPainter) -> None:
        """Paint the heading."""

    def head_height(self) -> int:
        """Height of the heading, in pixels."""
        return 0

    def content_width(self) -> int:
        """Width of a whole row, in pixels; what is wider than the area is scrolled to."""
        return 0

    def measure(self) -> None:
        """Fonts or colours are others: what was computed from them is wrong."""

    # ---- rows

    @property
    def row_height(self) -> int:
        """In pixels; after a change the same rows are in sight."""
        return self._row_height

    @row_height.setter
    def row_height(self, height: int) -> None:
        self._anchor = (self._anchor[0], self._anchor[1] * height // self._row_height)
        self._row_height = height
        self.refill()

    @property
    def current(self) -> int | None:
        """Key of the current row."""
        return self._current

    @property
    def grows(self) -> bool:
        """Whether rows come while one looks: one begins at the end then, else at the beginning."""
        return self._grows

    @property
    def following(self) -> bool:
        """Whether new rows keep the end in sight."""
        return self._following

    def place_of(self, key: int) -> int | None:
        """Where the row of that key stands."""
        keys = self.keys()
        place = bisect_left(keys, key)
        return place if place < len(keys) and keys[place] == key else None

    def keys_in_sight(self) -> list[int]:
        """From the top down."""
        first, last = self.in_sight()
        return list(self.keys()[first:last])

    def in_sight(self) -> tuple[int, int]:
        """The places in sight: from the first up to, not including, the last."""
        top, room = self.verticalScrollBar().value(), self.viewport().height() - self.head_height()
        first, last = top // self._row_height, -(-(top + max(0, room)) // self._row_height)
        count = min(self._count, len(self.keys()))  # there may be fewer by now than were laid out
        return min(first, count), min(last, count)

    def top_of(self, place: int) -> int:
        """Where in the viewport a row begins."""
        return self.head_height() + place * self._row_height - self.verticalScrollBar().value()

    def rect_of(self, place: int) -> QtCore.QRect:
        """Where in the viewport a row is to be seen; empty where it is not."""
        body = self.viewport().rect().adjusted(0, self.head_height(), 0, 0)
        row = QtCore.QRect(0, self.top_of(place), self.viewport().width(), self._row_height)
        return row & body

    def spoken_keys(self) -> list[int]:
        return self.keys_in_sight()

    def spoken_words(self, key: int) -> str | None:
        place = self.place_of(key)
        return self.sentence(place) if place is not None else None

    def spoken_rect(self, key: int) -> QtCore.QRect | None:
        place = self.place_of(key)
        return self.rect_of(place) if place is not None else None

    def spoken_current(self) -> int | None:
        return self._current

    def ground_of(self, place: int) -> str:
        """The colour that a row is painted on."""
        if self._current is not None and self.keys()[place] == self._current:
            return "selected"
        return "hover" if place == self._hover else "surface"

    def place_at(self, y: float) -> int:
        """The row at that height of the viewport; -1 for none."""
        if y < self.head_height():
            return -1
        place = int(y - self.head_height() + self.verticalScrollBar().value()) // self._row_height
        return place if place < min(self._count, len(self.keys())) else -1

    def refill(self) -> None:
        """The rows are others, or there are more or fewer: the person stays where they are."""
        keys = self.keys()
        self._count = len(keys)
        room = max(0, self.viewport().height() - self.head_height())
        bar, across = self.verticalScrollBar(), self.horizontalScrollBar()
        self._settling = True
        bar.setPageStep(max(self._row_height, room - self._row_height))
        bar.setSingleStep(self._row_height)
        bar.setRange(0, max(0, self._count * self._row_height - room))
        across.setPageStep(self.viewport().width())
        across.setSingleStep(24)
        across.setRange(0, max(0, self.content_width() - self.viewport().width()))
        if self._following:
            bar.setValue(bar.maximum())
        else:
            bar.setValue(bisect_left(keys, self._anchor[0]) * self._row_height + self._anchor[1])
        self._settling = False
        self._keep_anchor()
        self.viewport().update()
        if self._wanted is not None and self.place_of(self._wanted) is not None:
            self.show_current(self._wanted)
        self.refilled.emit(None)

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

    def follow(self) -> None:
        """To the end, and stay there."""
        self._follow(True)
        self.refill()

    def reveal(self, place: int) -> None:
        """Scroll as little as needed; from far away to the middle."""
        bar, room = self.verticalScrollBar(), self.viewport().height() - self.head_height()
        top, height = place * self._row_height, self._row_height
        value = bar.value()
        if value <= top and top + height <= value + room:
            return
        far = top + height < value - room or top > value + 2 * room
        if far:
            bar.setValue(top - (room - height) // 2)
        else:
            bar.setValue(top if top < value else top + height - room)

    def _follow(self, following: bool) -> None:
        if following != self._following:
            self._following = following
            self.following_changed.emit(following)

    def _keep_anchor(self) -> None:
        keys, value = self.keys(), self.verticalScrollBar().value()
        place = value // self._row_height
        if place < len(keys):
            self._anchor = (keys[place], value - place * self._row_height)

    def _scrolled(self, value: int) -> None:
        if not self._settling:
            self._wanted = None
            self._follow(value >= self.verticalScrollBar().maximum())
            self._keep_anchor()
        self.viewport().update()

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

    # ---- painting

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("surface"))
        first, last = self.in_sight()
        head = self.head_height()
        painter.save()
        painter.setClipRect(self.viewport().rect().adjusted(0, head, 0, 0))
        self._paint_grounds(painter, first, last)
        self.paint_behind(painter, first, last)
        for place in range(first, last):
            self.paint_row(painter, place, self.top_of(place))
        painter.restore()
        if head:
            painter.fillRect(0, 0, self.viewport().width(), head, theme.color("window"))
            self.paint_head(painter)
            painter.fillRect(0, head - 1, self.viewport().width(), 1, theme.color("border"))
        painter.end()

    def _paint_grounds(self, painter: QtGui.QPainter, first: int, last: int) -> None:
        width = self.viewport().width()
        marked = self.place_of(self._current) if self._current is not None else None
        for place, ground in ((self._hover, "hover"), (marked, "selected")):
            if place is not None and first <= place < last:
                painter.fillRect(0, self.top_of(place), width, self._row_height, theme.color(ground))
        if marked is not None and first <= marked < last and self.hasFocus():
            painter.setPen(theme.color("accent"))
            painter.drawRect(0, self.top_of(marked), width - 1, self._row_height - 1)

    # ---- Qt

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refill()

    def changeEvent(self, event: QtCore.QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QtCore.QEvent.Type.FontChange, QtCore.QEvent.Type.ApplicationFontChange):
            self._restyled()

    def _restyled(self) -> None:
        self.measure()
        self.refill()
