"""Buttons that the program draws itself: tools with air around icon and words, switches, and a row of choices."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.theme import space

_ICON = 18
_PAD = space(2)
_TRACK = QtCore.QSize(26, 14)


class Tool(QtWidgets.QToolButton):
    """An icon, words beside it where there is room, and a focus ring for those who come by key.

    `strong` fills it with the accent: the one thing to do next.
    """

    def __init__(
        self, picture: str, words: str, name: str, tip: str, *, strong: bool = False, tint: str = "text"
    ) -> None:
        super().__init__()
        self._picture, self._strong, self._tint = picture, strong, tint
        self.setText(words)
        self.setAccessibleName(name)
        self.setToolTip(tip)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Fixed)
        self._with_words = bool(words)

    def wear(self, picture: str) -> None:
        """Another icon."""
        self._picture = picture
        self.update()

    def show_words(self, shown: bool) -> None:
        """Words beside the icon, or the icon alone."""
        self._with_words = shown and bool(self.text())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        metrics = QtGui.QFontMetrics(self.font())
        width = _PAD * 2 + self._head_width()
        if self._with_words:
            width += space(1.5) + metrics.horizontalAdvance(self.text())
        return QtCore.QSize(width, max(space(8), metrics.height() + space(3)))

    def minimumSizeHint(self) -> QtCore.QSize:
        return self.sizeHint()

    def _head_width(self) -> int:
        return _ICON

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        ink = self._ink()
        left = (self.width() - self.sizeHint().width()) // 2 + _PAD
        self._paint_head(painter, left, ink)
        if self._with_words:
            painter.setPen(ink)
            room = self.rect().adjusted(left + self._head_width() + space(1.5), 0, 0, 0)
            painter.drawText(room, QtCore.Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()

    def _ink(self) -> QtGui.QColor:
        if not self.isEnabled():
            return theme.color("muted", 0.6)
        return theme.color("on_accent" if self._strong else self._tint)

    def _ground(self) -> str:
        pressed, over = self.isDown(), self.underMouse() and self.isEnabled()
        if self._strong:
            return "accent_edge" if pressed else "accent_hover" if over else "accent_fill"
        return "sunken" if pressed else "hover" if over else ""

    def _paint_ground(self, painter: QtGui.QPainter) -> None:
        ground = self._ground()
        box = QtCore.QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QtGui.QPen(theme.color("accent_edge")) if self._strong else QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(ground) if ground else QtCore.Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        if self.hasFocus():
            painter.setPen(QtGui.QPen(theme.color("text" if self._strong else "accent"), 2))
            painter.setBrush(QtCore.Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)

    def _paint_head(self, painter: QtGui.QPainter, left: int, ink: QtGui.QColor) -> None:
        picture = theme.pixmap(self._picture, ink.name(), _ICON, self.devicePixelRatioF())
        painter.setOpacity(ink.alphaF())
        painter.drawPixmap(left, (self.height() - _ICON) // 2, picture)
        painter.setOpacity(1)


class Choice(Tool):
    """One of several that exclude each other; the chosen one stands out of the groove that they share."""

    def __init__(self, picture: str, words: str, name: str, tip: str) -> None:
        super().__init__(picture, words, name, tip)
        self.setCheckable(True)

    def sizeHint(self) -> QtCore.QSize:
        return super().sizeHint() - QtCore.QSize(0, space(1))

    def _ink(self) -> QtGui.QColor:
        return theme.color("accent" if self.isChecked() else "muted")

    def _ground(self) -> str:
        return "surface" if self.isChecked() else super()._ground()


class Groove(QtWidgets.QWidget):
    """What several `Choice`s lie in."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(0)
        for choice in choices:
            row.addWidget(choice)

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("sunken"))
        painter.drawRoundedRect(self.rect(), theme.RADIUS + 1, theme.RADIUS + 1)
        painter.end()


class Switch(Tool):
    """On or off: a knob in a track, and what it is for. Without words its icon stands in their place."""

    def __init__(self, picture: str, words: str, name: str, tip: str) -> None:
        super().__init__(picture, words, name, tip)
        self.setCheckable(True)

    def _head_width(self) -> int:
        return _TRACK.width() if self._with_words else _ICON + space(1) + _TRACK.width()

    def _ink(self) -> QtGui.QColor:
        return theme.color("text" if self.isChecked() else "muted")

    def _paint_head(self, painter: QtGui.QPainter, left: int, ink: QtGui.QColor) -> None:
        if not self._with_words:
            super()._paint_head(painter, left, ink)
            left += _ICON + space(1)
        on = self.isChecked()
        track = QtCore.QRectF(left, (self.height() - _TRACK.height()) / 2, _TRACK.width(), _TRACK.height())
        painter.setPen(QtGui.QPen(theme.color("accent_edge" if on else "outline")))
        painter.setBrush(theme.color("accent_fill" if on else "surface"))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), 6.5, 6.5)
        knob = QtCore.QRectF(track.right() - 12 if on else track.left() + 2, track.top() + 2, 10, 10)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("on_accent" if on else "outline"))
        painter.drawEllipse(knob)
