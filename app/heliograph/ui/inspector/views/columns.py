"""The columns of a sequence diagram: who is there, from when to when, and the heading above them."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6 import QtCore, QtGui

from heliograph.model.capture import Capture, Row
from heliograph.model.views.lifelines import SERVER, Lifelines, Stay
from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.theme import space

_DISC = 20
#: A column, the name, what stands below it, and whether they are not there.
_Title = tuple[int, str, str, bool]


@dataclass
class Geometry:
    """Where things are, in pixels; `left` is by how much the columns are scrolled."""

    width: int
    row_height: int
    column_width: int
    gutter: int
    left: int = 0

    def x(self, column: int) -> int:
        """The middle of a column."""
        return self.gutter + column * self.column_width + self.column_width // 2 - self.left

    def columns(self, count: int) -> range:
        """Those that are in sight, at least in part."""
        first = max(0, self.left // self.column_width)
        last = (self.left + self.width - self.gutter) // self.column_width + 1
        return range(first, max(first, min(count, last)))


class Columns:
    """Lifelines, painted on screen or for a file; the rows in sight come with `frame`."""

    #: What stands above the gutter.
    corner = "Time"

    def __init__(self, capture: Capture, lifelines: Lifelines) -> None:
        self.capture, self.lifelines = capture, lifelines
        self.people: Sequence[str] = ()
        self.geometry = Geometry(0, 24, 120, 0)
        #: Between which heights rows are painted.
        self.top = self.bottom = 0
        self._columns: dict[str, int] = {}
        #: Of each column in sight: how it is at the top, and what changes on the way down.
        self._stays: dict[int, tuple[Stay, list[tuple[int, Stay]]]] = {}
        self._colors: dict[str | None, QtGui.QColor] = {}
        self._kept = QtGui.QPixmap()
        self._kept_for: object = None
        #: Whether the names stand upright, one letter's height wide.
        self.turned = False

    def show(self, people: Sequence[str]) -> None:
        """These are the columns."""
        self.people = people
        self._columns = {id: column for column, id in enumerate(people)}

    def restyle(self) -> None:
        """Colours or fonts are others."""
        self._colors.clear()
        self._kept_for = None

    def line_at(self) -> int:
        """How far below the beginning of a row its line is."""
        raise NotImplementedError

    def frame(self, painter: QtGui.QPainter, rows: Sequence[tuple[Row, int]], top: int, bottom: int) -> None:
        """Paint the lifelines behind these rows (each with where it begins), from `top` down to `bottom`."""
        self._stays.clear()
        self.top, self.bottom = top, bottom
        if not rows:
            return
        first, last = rows[0][0].number, rows[-1][0].number
        tops = [(row.number, top) for row, top in rows]
        for column in self.geometry.columns(len(self.people)):
            id = self.people[column]
            if id == SERVER:
                self._stays[column] = (Stay.HERE, [])
            else:
                self._stays[column] = (
                    self.lifelines.stay(id, first - 1),
                    self.lifelines.changes(id, first - 1, last),
                )
            self._lifeline(painter, column, tops, bottom)

    def _lifeline(
        self, painter: QtGui.QPainter, column: int, tops: list[tuple[int, int]], bottom: int
    ) -> None:
        stay, changes = self._stays[column]
        x, y = self.geometry.x(column), tops[0][1]
        for number, becomes in changes:
            at = next((top for n, top in tops if n >= number), bottom) + self.line_at()
            self._segment(painter, column, stay, x, y, at)
            stay, y = becomes, at
        self._segment(painter, column, stay, x, y, bottom)

    def _segment(
        self, painter: QtGui.QPainter, column: int, stay: Stay, x: int, top: int, bottom: int
    ) -> None:
        if stay is Stay.ABSENT:
            return
        color = QtGui.QColor(self.color(self.people[column]))
        color.setAlphaF(0.5 if stay is Stay.HERE else 0.75)
        pen = QtGui.QPen(color, 1 if stay is Stay.HERE else 2)
        if stay is Stay.AWAY:
            pen.setDashPattern([1.5, 4])
        painter.setPen(pen)
        painter.drawLine(x, top, x, bottom)

    def stay(self, column: int, number: int) -> Stay:
        """How the person of a column in sight was there at a row of this frame."""
        stay, changes = self._stays.get(column, (Stay.ABSENT, []))
        for at, becomes in changes:
            if at > number:
                break
            stay = becomes
        return stay

    def color(self, id: str | None) -> QtGui.QColor:
        """The colour of somebody, or of the server."""
        found = self._colors.get(id)
        if found is None:
            found = theme.person_color(self.capture.hue(id)) if id else theme.color("muted")
            self._colors[id] = found
        return found

    # ---- the heading

    def head(self, painter: QtGui.QPainter, height: int, last: int, *, keep: bool = True) -> None:
        """Who the lifelines are; `last` is the number of the last row in sight. On screen the picture is kept."""
        geometry = self.geometry
        titles = [
            (column, *self._title(self.people[column], last)) for column in geometry.columns(len(self.people))
        ]
        if not keep:
            self._paint_head(painter, height, titles)
            return
        ratio = painter.device().devicePixelRatioF()
        key = (geometry.width, geometry.left, geometry.column_width, height, ratio, tuple(titles))
        if key != self._kept_for:
            self._kept = QtGui.QPixmap(round(geometry.width * ratio), round(height * ratio))
            self._kept.setDevicePixelRatio(ratio)
            self._kept.fill(QtCore.Qt.GlobalColor.transparent)
            inner = QtGui.QPainter(self._kept)
            self._paint_head(inner, height, titles)
            inner.end()
            self._kept_for = key
        painter.drawPixmap(0, 0, self._kept)

    def _paint_head(self, painter: QtGui.QPainter, height: int, titles: Sequence[_Title]) -> None:
        geometry = self.geometry
        painter.save()
        painter.setFont(theme.font(0.85))
        painter.setPen(theme.color("muted"))
        painter.drawText(space(2), height - space(2) - 1, self.corner)
        painter.setClipRect(
            geometry.gutter, 0, geometry.width - geometry.gutter, height,
            QtCore.Qt.ClipOperation.IntersectClip,
        )  # fmt: skip
        for title in titles:
            (self._turned_name if self.turned else self._name)(painter, height, title)
        painter.restore()

    def _name(self, painter: QtGui.QPainter, height: int, title: _Title) -> None:
        (column, name, below, gone), geometry = title, self.geometry
        id = self.people[column]
        bold, small = theme.font(0.95, bold=True), theme.font(0.8)
        bold_metrics, small_metrics = QtGui.QFontMetrics(bold), QtGui.QFontMetrics(small)
        room = geometry.column_width - _DISC - space(1.5) - space(2)
        name = bold_metrics.elidedText(name, QtCore.Qt.TextElideMode.ElideRight, room)
        below = small_metrics.elidedText(below, QtCore.Qt.TextElideMode.ElideRight, room)
        words = max(bold_metrics.horizontalAdvance(name), small_metrics.horizontalAdvance(below))
        left = geometry.x(column) - (_DISC + space(1.5) + words) // 2
        disc = QtCore.QRectF(left, (height - _DISC) / 2, _DISC, _DISC)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        paint_avatar(painter, disc, name, theme.color("muted") if gone else self.color(id))
        left += _DISC + space(1.5)
        middle = height // 2
        painter.setFont(bold)
        painter.setPen(theme.color("muted" if gone else "text"))
        painter.drawText(left, middle - 2, name)
        painter.setFont(small)
        painter.setPen(theme.color("muted"))
        painter.drawText(left, middle + small_metrics.ascent(), below)

    def _turned_name(self, painter: QtGui.QPainter, height: int, title: _Title) -> None:
        """The name from below upwards, beside a bar in the person's colour."""
        column, name, below, gone = title
        id = self.people[column]
        bold, small = theme.font(0.9, bold=True), theme.font(0.8)
        room = height - space(3)
        painter.save()
        painter.translate(self.geometry.x(column), height - space(2))
        painter.rotate(-90)
        tint = theme.color("muted") if gone else self.color(id)
        painter.fillRect(QtCore.QRectF(0, -QtGui.QFontMetrics(bold).height() - 3, room, 3), tint)
        for font, words, ink, y in (
            (bold, name, "muted" if gone else "text", -3),
            (small, below, "muted", 11),
        ):
            painter.setFont(font)
            painter.setPen(theme.color(ink))
            fitted = QtGui.QFontMetrics(font).elidedText(words, QtCore.Qt.TextElideMode.ElideRight, room)
            painter.drawText(0, y, fitted)
        painter.restore()

    def _title(self, id: str, last: int) -> tuple[str, str, bool]:
        """Name, what stands below it, and whether they are not there."""
        if id == SERVER:
            return "server", "over REST", False
        words = self.capture.person_short_id(id)
        if id == self.lifelines.me:
            words += ", you"
        stay = self.lifelines.stay(id, last)
        if stay is Stay.AWAY:
            words += ", away"
        elif stay is Stay.ABSENT:
            words += ", not here"
        return self.capture.name(id), words, stay is Stay.ABSENT
