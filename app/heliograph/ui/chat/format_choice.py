"""In which dialect what is written will be said: shown beside the field, chosen from a menu."""

from collections import Counter
from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.dialects import Dialect
from heliograph.model.text import names_words, plural
from heliograph.model.voices import Way
from heliograph.ui import theme
from heliograph.ui.theme import space

_ICON = 13
_PLENTY = 10_000
_TIP = (
    "Native clients read every format; applications of OpenTok only their own.\n"
    "Automatic: the one that those here were heard to use, and for whoever uses another one a copy in that one.\n"
    "Copies go as fast as the relay lets anybody send; what is written next goes after them."
)


class FormatChoice(QtWidgets.QToolButton):
    """Says the format and opens the menu. While only native clients are here it is an icon alone."""

    #: Dialect | None: the person chose; None for automatic.
    chosen = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._chosen: Dialect | None = None
        self._way = Way()
        self._words: tuple[str, ...] = ("",)
        self._room = _PLENTY
        self._tint = "muted"
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)
        self.setFont(theme.font(0.88))
        self.setSizePolicy(QtWidgets.QSizePolicy.Policy.Fixed, QtWidgets.QSizePolicy.Policy.Fixed)
        # Not the button's own menu: it would be shown in a loop of its own.
        self.clicked.connect(self._open)
        self.show_format(None, Way(), (), matters=False)

    def show_format(self, chosen: Dialect | None, way: Way, deaf: Sequence[str], *, matters: bool) -> None:
        """What holds now; it `matters` while somebody is here who does not read everything.

        `deaf` are the names of those who would not see what is said in the chosen one.
        """
        self._chosen, self._way, self._tint = chosen, way, "warning" if deaf else "muted"
        not_by = f", not shown to {names_words(deaf, most=2)}" if deaf else ""
        words = f"Chat format: {format_words(chosen, way)}{not_by}"
        self._words = (words, f"Format: {format_words(chosen, Way(way.dialect))}", chosen or way.dialect, "")
        if not matters and chosen is None:
            self._words = ("",)
        self.setAccessibleName(words)
        self.setToolTip(f"{words}\n\n{_TIP}")
        self.updateGeometry()
        self.update()

    def fit(self, room: int) -> None:
        """There is room for so many pixels: the longest words that fit are shown."""
        if room != self._room:
            self._room = room
            self.updateGeometry()
            self.update()

    def _open(self) -> None:
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QtGui.QActionGroup(menu)
        for dialect in (None, *Dialect):
            words = dialect.words if dialect else "Automatic: what those here were heard to use"
            action = QtGui.QAction(words, group, checkable=True, checked=dialect is self._chosen)
            action.triggered.connect(lambda _checked=False, dialect=dialect: self.chosen.emit(dialect))
            menu.addAction(action)
            if dialect is None:
                menu.addSeparator()
            if action.isChecked():
                menu.setActiveAction(action)
        corner = self.mapToGlobal(self.rect().topRight())
        menu.popup(corner - QtCore.QPoint(menu.sizeHint().width(), menu.sizeHint().height()))

    def _width(self, words: str) -> int:
        advance = self.fontMetrics().horizontalAdvance(words) + space(1) if words else 0
        return advance + _ICON + space(2)

    def _shown(self) -> str:
        return next((words for words in self._words if self._width(words) <= self._room), "")

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(self._width(self._shown()), self.fontMetrics().height() + space(1))

    def minimumSizeHint(self) -> QtCore.QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        box = QtCore.QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        over = self.underMouse() or self.isDown()
        if over or self.hasFocus():
            painter.setPen(
                QtGui.QPen(theme.color("accent"), 1.5) if self.hasFocus() else QtCore.Qt.PenStyle.NoPen
            )
            painter.setBrush(theme.color("hover") if over else QtCore.Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, space(1), space(1))
        ink = theme.color("text" if over else self._tint)
        painter.setPen(ink)
        room = self.rect().adjusted(space(1), 0, -space(1), 0)
        words = self._shown()
        painter.drawText(room, QtCore.Qt.AlignmentFlag.AlignVCenter, words)
        picture = "chevron-up" if words else "sliders"
        at = QtCore.QPoint(room.right() - _ICON + 1, (self.height() - _ICON) // 2)
        painter.drawPixmap(at, theme.pixmap(picture, ink.name(), _ICON, self.devicePixelRatioF()))
        painter.end()


def format_words(chosen: Dialect | None, way: Way) -> str:
    """The format for the eye: "msg", "automatic (text-chat)", "automatic (chat; 2 copies in text-chat)"."""
    if chosen is not None:
        return chosen.value
    copies = Counter(dialect for _, dialect in way.copies)
    more = "".join(f"; {plural(count, 'copy', 'copies')} in {dialect}" for dialect, count in copies.items())
    return f"automatic ({way.dialect}{more})"
