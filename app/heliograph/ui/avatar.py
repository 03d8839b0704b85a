"""A disc with a letter: how a person is told from others at a glance."""

from PySide6 import QtCore, QtGui

from heliograph.ui import theme


def initial(name: str) -> str:
    """The letter that stands for a name."""
    letter = next((c for c in name if c.isalnum()), "?")
    return letter.upper()[0]


def paint_avatar(
    painter: QtGui.QPainter, rect: QtCore.QRectF, name: str, fill: QtGui.QColor, ink: str = "surface"
) -> None:
    """A disc in a person's colour with their first letter; `ink` names the letter's colour."""
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawEllipse(rect)
    painter.setPen(theme.color(ink))
    found = theme.font(bold=True)
    found.setPixelSize(max(8, round(rect.height() * 0.44)))
    painter.setFont(found)
    painter.drawText(rect, QtCore.Qt.AlignmentFlag.AlignCenter, initial(name))
