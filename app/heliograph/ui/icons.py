"""The icons of `resources/icons`, in the colours of the theme of the moment.

An icon is drawn when it is painted, at the size and in the colour that it has then: buttons, menus and lists
follow a change of theme by themselves, and an icon that is never seen costs nothing.
"""

from collections.abc import Callable
from functools import lru_cache

from PySide6 import QtCore, QtGui

from heliograph.resources import resource

#: How much of its colour an icon keeps that cannot be used now.
_FADED = 0.45


class IconFamily:
    """All icons; `color_of` gives the colour, as #rrggbb, that a name stands for now."""

    def __init__(self, color_of: Callable[[str], str]) -> None:
        self._color_of = color_of
        self._icons: dict[tuple[str, str], QtGui.QIcon] = {}

    def icon(self, name: str, tint: str) -> QtGui.QIcon:
        """One icon; `tint` names a colour of the palette, or is one (#rrggbb)."""
        key = (name, tint)
        if key not in self._icons:
            self._icons[key] = QtGui.QIcon(_Engine(name, lambda: self._tint(tint)))
        return self._icons[key]

    def _tint(self, tint: str) -> str:
        return tint if tint.startswith("#") else self._color_of(tint)


class _Engine(QtGui.QIconEngine):
    def __init__(self, name: str, tint: Callable[[], str]) -> None:
        super().__init__()
        self._name, self._tint = name, tint

    def paint(
        self, painter: QtGui.QPainter, rect: QtCore.QRect, mode: QtGui.QIcon.Mode, state: QtGui.QIcon.State
    ) -> None:
        ratio = painter.device().devicePixelRatioF()
        pixels = round(min(rect.width(), rect.height()) * ratio)
        painter.drawPixmap(rect, self._picture(pixels, mode))

    def pixmap(self, size: QtCore.QSize, mode: QtGui.QIcon.Mode, state: QtGui.QIcon.State) -> QtGui.QPixmap:
        return self._picture(min(size.width(), size.height()), mode)

    def clone(self) -> QtGui.QIconEngine:
        return _Engine(self._name, self._tint)

    def _picture(self, pixels: int, mode: QtGui.QIcon.Mode) -> QtGui.QPixmap:
        alpha = _FADED if mode == QtGui.QIcon.Mode.Disabled else 1.0
        return render(self._name, self._tint(), pixels, alpha=alpha)


@lru_cache(maxsize=1024)
def render(name: str, tint: str, pixels: int, *, ratio: float = 1.0, alpha: float = 1.0) -> QtGui.QPixmap:
    """One icon as a picture of `pixels` logical pixels, `ratio` device pixels each; `tint` as #rrggbb."""
    from PySide6 import QtSvg  # noqa: PLC0415 - not before the first icon is painted

    text = _source(name).replace("currentColor", tint)
    picture = QtGui.QPixmap(round(pixels * ratio), round(pixels * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QtCore.Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(picture)
    painter.setOpacity(alpha)
    QtSvg.QSvgRenderer(text.encode()).render(painter, QtCore.QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture


@lru_cache(maxsize=128)
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")
