"""The looks of everything: colours, spaces, type, icons. One theme at a time, changeable while it is shown.

Widgets ask `current()` while they paint and repaint on `changed`; what Qt draws itself follows the
application's palette and one small style sheet.
"""

from functools import lru_cache

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.resources import resource
from heliograph.ui.palette import DARK, LIGHT, Palette

RADIUS = 8
BUBBLE_RADIUS = 12


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
        self._app.setPalette(_qt_palette(self.palette))
        self._app.setStyleSheet(_style_sheet(self.palette))
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
    found.setBold(bold)
    return found


def icon(name: str, tint: str | None = None) -> QtGui.QIcon:
    """An icon of the family in `resources/icons`, in a colour of the palette or the text's own."""
    return _icon(name, tint or current().text, current().muted)


@lru_cache(maxsize=512)
def _icon(name: str, tint: str, disabled: str) -> QtGui.QIcon:
    result = QtGui.QIcon()
    for pixels in (16, 20, 24, 32, 48):
        result.addPixmap(pixmap(name, tint, pixels), QtGui.QIcon.Mode.Normal)
        faded = QtGui.QColor(disabled)
        faded.setAlphaF(0.55)
        result.addPixmap(_render(name, faded, pixels, 1.0), QtGui.QIcon.Mode.Disabled)
    return result


def pixmap(name: str, tint: str, pixels: int, ratio: float = 1.0) -> QtGui.QPixmap:
    """One icon as a picture of `pixels` logical pixels."""
    return _render(name, QtGui.QColor(tint), pixels, ratio)


def _render(name: str, tint: QtGui.QColor, pixels: int, ratio: float) -> QtGui.QPixmap:
    from PySide6 import QtSvg  # noqa: PLC0415 - not before the first icon is painted

    text = resource("icons", f"{name}.svg").read_text(encoding="utf-8").replace("currentColor", tint.name())
    picture = QtGui.QPixmap(round(pixels * ratio), round(pixels * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(QtCore.Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(picture)
    painter.setOpacity(tint.alphaF())
    QtSvg.QSvgRenderer(text.encode()).render(painter, QtCore.QRectF(0, 0, pixels, pixels))
    painter.end()
    return picture


def _system_is_dark(app: QtWidgets.QApplication) -> bool:
    return app.styleHints().colorScheme() == QtCore.Qt.ColorScheme.Dark


def _qt_palette(p: Palette) -> QtGui.QPalette:
    role = QtGui.QPalette.ColorRole
    palette = QtGui.QPalette()
    for name, value in {
        role.Window: p.window, role.WindowText: p.text, role.Base: p.surface, role.AlternateBase: p.surface_alt,
        role.Text: p.text, role.Button: p.surface, role.ButtonText: p.text, role.ToolTipBase: p.surface_alt,
        role.ToolTipText: p.text, role.PlaceholderText: p.muted, role.Highlight: p.selected,
        role.HighlightedText: p.text, role.Link: p.link, role.LinkVisited: p.link, role.Accent: p.accent,
        role.Light: p.surface_alt, role.Midlight: p.hover, role.Mid: p.border, role.Dark: p.border,
        role.Shadow: p.border, role.BrightText: p.danger,
    }.items():  # fmt: skip
        palette.setColor(name, QtGui.QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QtGui.QPalette.ColorGroup.Disabled, name, QtGui.QColor(p.muted))
    return palette


def _style_sheet(p: Palette) -> str:
    return f"""
    QToolTip {{ background: {p.surface_alt}; color: {p.text}; border: 1px solid {p.border}; padding: 6px; }}
    QLineEdit, QPlainTextEdit, QSpinBox, QComboBox {{
        background: {p.surface}; color: {p.text}; border: 1px solid {p.border}; border-radius: {RADIUS}px;
        padding: 7px 10px; selection-background-color: {p.selected}; selection-color: {p.text};
    }}
    QLineEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QComboBox:focus {{ border: 1px solid {p.accent}; }}
    QLineEdit[bad="true"] {{ border: 1px solid {p.danger}; }}
    QPushButton {{
        background: {p.surface}; color: {p.text}; border: 1px solid {p.border}; border-radius: {RADIUS}px;
        padding: 7px 16px;
    }}
    QPushButton:hover {{ background: {p.hover}; }}
    QPushButton:pressed {{ background: {p.sunken}; }}
    QPushButton:focus {{ border: 1px solid {p.accent}; }}
    QPushButton:disabled {{ color: {p.muted}; background: {p.window}; }}
    QPushButton[primary="true"] {{
        background: {p.accent_fill}; color: {p.on_accent}; border: 1px solid {p.accent_fill}; font-weight: 600;
    }}
    QPushButton[danger="true"] {{ color: {p.danger}; }}
    QPushButton[primary="true"]:hover, QPushButton[primary="true"]:focus {{ border: 1px solid {p.text}; }}
    QPushButton[primary="true"]:disabled {{
        background: {p.sunken}; color: {p.muted}; border: 1px solid {p.border};
    }}
    QPushButton[flat="true"], QToolButton {{
        background: transparent; color: {p.text}; border: 1px solid transparent; border-radius: 6px;
        padding: 5px 8px;
    }}
    QPushButton[flat="true"]:hover, QToolButton:hover {{ background: {p.hover}; }}
    QPushButton[flat="true"]:focus, QToolButton:focus {{ border: 1px solid {p.accent}; }}
    QToolButton:checked {{ background: {p.selected}; }}
    QToolButton:disabled {{ color: {p.muted}; }}
    QToolButton::menu-indicator {{ image: none; }}
    QFrame[card="true"] {{
        background: {p.surface}; border: 1px solid {p.border}; border-radius: 12px;
    }}
    QFrame[banner="true"] {{ background: {p.banner}; border: none; border-bottom: 1px solid {p.border}; }}
    QLabel[muted="true"] {{ color: {p.muted}; }}
    QLabel[danger="true"] {{ color: {p.danger}; }}
    QSplitter::handle {{ background: {p.border}; }}
    QSplitter::handle:hover, QSplitter::handle:pressed {{ background: {p.accent}; }}
    QStatusBar {{ background: {p.window}; border-top: 1px solid {p.border}; color: {p.muted}; }}
    QStatusBar::item {{ border: none; }}
    QMenu {{ background: {p.surface}; color: {p.text}; border: 1px solid {p.border}; padding: 4px; }}
    QMenu::item {{ padding: 6px 24px 6px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {p.selected}; }}
    QMenu::item:disabled {{ color: {p.muted}; }}
    QMenu::separator {{ height: 1px; background: {p.border}; margin: 4px 8px; }}
    QListView {{ background: transparent; border: none; outline: none; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {p.border}; border-radius: 4px; margin: 2px; min-height: 32px; min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {p.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QCheckBox {{ spacing: 8px; }}
    QHeaderView {{ background: {p.window}; border: none; }}
    QHeaderView::section {{
        background: {p.window}; color: {p.muted}; border: none; border-bottom: 1px solid {p.border}; padding: 4px 6px;
    }}
    QTabBar::tab {{
        background: transparent; color: {p.muted}; padding: 4px 12px; border: none; border-bottom: 2px solid transparent;
    }}
    QTabBar::tab:selected {{ color: {p.text}; border-bottom: 2px solid {p.accent}; }}
    QProgressBar {{ background: {p.sunken}; border: none; border-radius: 3px; }}
    QProgressBar::chunk {{ background: {p.accent_fill}; border-radius: 3px; }}
    """


@lru_cache(maxsize=1024)
def pixmap_of(name: str, tint: str, pixels: int, ratio: float) -> QtGui.QPixmap:
    """`pixmap`, kept: for painters that draw the same icon many times a frame."""
    return pixmap(name, tint, pixels, ratio)
