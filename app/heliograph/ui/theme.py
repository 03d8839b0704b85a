"""The looks of everything: colours, spaces, type, icons. One theme at a time, changeable while it is shown.

Widgets ask for what they need while they paint and repaint on `changed`; what Qt draws itself follows the
application's palette and its style sheet (`style.py`).
"""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import icons
from heliograph.ui.palette import DARK, LIGHT, Palette
from heliograph.ui.style import RADIUS, qt_palette, style_sheet

__all__ = ["BUBBLE_RADIUS", "RADIUS", "Theme", "apply", "color", "current", "font", "icon", "kind_color",
           "person_color", "pixmap", "pixmap_of", "space", "theme"]  # fmt: skip

BUBBLE_RADIUS = 14


def space(steps: float) -> int:
    """Pixels of so many steps of the 4-pixel grid."""
    return round(steps * 4)


class Theme(QtCore.QObject):
    """The theme of the application; one object, made by `apply`."""

    #: Palette, after every change.
    changed = QtCore.Signal(object)

    def __init__(self, app: QtWidgets.QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._choice = "system"
        self.palette = LIGHT
        app.setStyle("Fusion")
        app.styleHints().colorSchemeChanged.connect(self._system_changed)

    def choose(self, choice: str) -> None:
        """Show `light`, `dark`, or what the system says (`system`)."""
        self._choice = choice
        dark = choice == "dark" or (choice == "system" and _system_is_dark(self._app))
        self.palette = DARK if dark else LIGHT
        self._app.setPalette(qt_palette(self.palette))
        self._app.setStyleSheet(style_sheet(self.palette))
        self.changed.emit(self.palette)

    def _system_changed(self, _scheme: object) -> None:
        if self._choice == "system":
            self.choose("system")


_themes: list[Theme] = []


def apply(app: QtWidgets.QApplication, choice: str) -> Theme:
    """Give the application its looks; again to change them."""
    if not _themes:
        _themes.append(Theme(app))
    _themes[0].choose(choice)
    return _themes[0]


def theme() -> Theme:
    """The theme of this application."""
    return _themes[0]


def current() -> Palette:
    """The colours of now."""
    return _themes[0].palette if _themes else LIGHT


def color(name: str, alpha: float = 1.0) -> QtGui.QColor:
    """A colour of the present palette by its name."""
    found = QtGui.QColor(getattr(current(), name))
    found.setAlphaF(alpha)
    return found


def person_color(hue: int) -> QtGui.QColor:
    """The colour of a person."""
    people = current().people
    return QtGui.QColor(people[hue % len(people)])


def kind_color(kind: str) -> QtGui.QColor:
    """The colour of a kind of row in the inspector."""
    return QtGui.QColor(current().kinds[kind])


def font(scale: float = 1.0, *, bold: bool = False, mono: bool = False) -> QtGui.QFont:
    """The application's font, `scale` times as large; it grows with the system's."""
    if mono:
        found = QtGui.QFontDatabase.systemFont(QtGui.QFontDatabase.SystemFont.FixedFont)
        found.setPointSizeF(QtWidgets.QApplication.font().pointSizeF() * scale)
    else:
        found = QtGui.QFont(QtWidgets.QApplication.font())
        found.setPointSizeF(found.pointSizeF() * scale)
    if bold:
        found.setWeight(QtGui.QFont.Weight.DemiBold)
    return found


_family = icons.IconFamily(lambda name: getattr(current(), name))


def icon(name: str, tint: str = "text") -> QtGui.QIcon:
    """An icon that follows the theme; `tint` names a colour of the palette, or is one (#rrggbb)."""
    return _family.icon(name, tint)


def pixmap(name: str, tint: str, pixels: int, ratio: float = 1.0) -> QtGui.QPixmap:
    """One icon as a picture of `pixels` logical pixels, kept for the next time; `tint` as #rrggbb."""
    return icons.render(name, tint, pixels, ratio=ratio)


pixmap_of = pixmap


def _system_is_dark(app: QtWidgets.QApplication) -> bool:
    return app.styleHints().colorScheme() == QtCore.Qt.ColorScheme.Dark
