"""A painted list of rows of one height under a heading that stays. Only what is in sight is painted."""

from bisect import bisect_left
from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.spoken_list import SpokenArea


class ScrolledRows(SpokenArea):
    """Rows known by ascending keys (`keys`); it follows its end until one scrolls up or chooses a row."""

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
        self.refilled.emit(None)

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
            self._follow(value >= self.verticalScrollBar().maximum())
            self._keep_anchor()
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
