"""A part of the sequence diagram as a picture or as Mermaid text."""

from dataclasses import dataclass, replace

from PySide6 import QtCore, QtGui

from heliograph.model.capture import Row
from heliograph.model.views.mermaid import MOST_ROWS, mermaid
from heliograph.ui import theme
from heliograph.ui.inspector.views.diagram import Diagram
from heliograph.ui.inspector.views.sequence_area import SequenceArea
from heliograph.ui.theme import space

#: Most rows in a picture: more would be a picture that nothing opens.
MOST_IN_PNG, MOST_IN_SVG = 1_000, 2_000
#: Most pixels that a picture is wide.
_MOST_WIDE = 16_000


@dataclass
class Part:
    """The rows that are exported, and a sentence on what is left out."""

    rows: list[Row]
    said: str


def part(area: SequenceArea, most: int) -> Part:
    """All that is shown, or as much of it as goes: the end while that is followed, else from what is in sight."""
    count = len(area.keys())
    first = max(0, count - most) if area.following else min(area.in_sight()[0], max(0, count - most))
    last = min(count, first + most)
    rows = [row for place in range(first, last) if (row := area.row_at(place)) is not None]
    said = "" if last - first == count else f"Rows {first + 1:,} to {last:,} of the {count:,} that are shown."
    return Part(rows, said)


def as_mermaid(area: SequenceArea) -> tuple[str, str]:
    """The text, and what is left out of it."""
    found = part(area, MOST_ROWS)
    diagram = area.diagram
    return mermaid(diagram.capture, found.rows, diagram.people, found.said), found.said


def as_image(area: SequenceArea) -> tuple[QtGui.QImage, str]:
    """The picture, twice as fine as the screen, and what is left out of it."""
    found = part(area, MOST_IN_PNG)
    sheet = _Sheet(area, found)
    image = QtGui.QImage(sheet.size * 2, QtGui.QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    painter = QtGui.QPainter(image)
    sheet.paint(painter)
    painter.end()
    return image, found.said


def as_svg(area: SequenceArea) -> tuple[bytes, str]:
    """The picture as SVG, and what is left out of it."""
    from PySide6 import QtSvg  # noqa: PLC0415 - only for who wants it

    found = part(area, MOST_IN_SVG)
    sheet = _Sheet(area, found)
    buffer = QtCore.QBuffer()
    buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
    generator = QtSvg.QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(sheet.size)
    generator.setViewBox(QtCore.QRect(QtCore.QPoint(0, 0), sheet.size))
    generator.setTitle("Sequence diagram")
    painter = QtGui.QPainter(generator)
    sheet.paint(painter)
    painter.end()
    return bytes(buffer.data().data()), found.said


class _Sheet:
    """A page as wide and high as the rows need."""

    def __init__(self, area: SequenceArea, found: Part) -> None:
        shown = area.diagram
        self._part = found
        self._head = area.head_height()
        self._note = space(6) if found.said else 0
        width = min(_MOST_WIDE, area.content_width() + space(6))
        self._diagram = Diagram(shown.capture, shown.lifelines)
        self._diagram.vector = True
        self._diagram.show(list(shown.people))
        self._diagram.geometry = replace(shown.geometry, width=width, left=0)
        step = shown.geometry.row_height
        self.size = QtCore.QSize(width, self._note + self._head + len(found.rows) * step + space(3))
        self._step = step

    def paint(self, painter: QtGui.QPainter) -> None:
        """Paint all of it."""
        size, rows = self.size, self._part.rows
        painter.fillRect(0, 0, size.width(), size.height(), theme.color("surface"))
        if self._note:
            painter.setFont(theme.font(0.9))
            painter.setPen(theme.color("muted"))
            painter.drawText(space(2), self._note - space(2), self._part.said)
        painter.translate(0, self._note)
        painter.fillRect(0, 0, size.width(), self._head, theme.color("window"))
        last = rows[-1].number if rows else 0
        self._diagram.head(painter, self._head, last, keep=False)
        tops = [(row, self._head + place * self._step) for place, row in enumerate(rows)]
        self._diagram.frame(painter, tops, self._head, size.height() - self._note)
        self._diagram.rows(painter, [(row, top, "surface") for row, top in tops])
