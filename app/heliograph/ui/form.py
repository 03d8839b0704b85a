"""Pieces of forms: pictures, labels, fields, cards, and the button that goes on."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.theme import space


class Picture(QtWidgets.QWidget):
    """An icon that follows the theme; `tint` names a colour of the palette."""

    def __init__(self, name: str, tint: str = "text", pixels: int = 20) -> None:
        super().__init__()
        self._name, self._tint, self._pixels = name, tint, pixels
        self.setFixedSize(pixels, pixels)

    def wear(self, name: str, tint: str) -> None:
        """Another icon, or another colour."""
        if (name, tint) != (self._name, self._tint):
            self._name, self._tint = name, tint
            self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        tint = theme.color(self._tint).name()
        painter.drawPixmap(0, 0, theme.pixmap(self._name, tint, self._pixels, self.devicePixelRatioF()))
        painter.end()


class GoOn(QtWidgets.QStackedWidget):
    """The button that goes on; while that takes time, what is being done stands in its place, with a way out."""

    pressed = QtCore.Signal(object)
    cancelled = QtCore.Signal(object)

    def __init__(self, words: str) -> None:
        super().__init__()
        self.button = QtWidgets.QPushButton(words)
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda: self.pressed.emit(None))
        self._what = QtWidgets.QLabel()
        self._cancel = QtWidgets.QPushButton("Cancel")
        self._cancel.clicked.connect(lambda: self.cancelled.emit(None))
        self.addWidget(self.button)
        self.addWidget(self._busy())
        height = max(space(10), self.button.sizeHint().height())
        for button in (self.button, self._cancel):
            button.setFixedHeight(height)
        self.setFixedHeight(height)

    def _busy(self) -> QtWidgets.QWidget:
        bar = QtWidgets.QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedHeight(4)
        words = QtWidgets.QVBoxLayout()
        words.setSpacing(space(1.5))
        words.addStretch()
        words.addWidget(self._what)
        words.addWidget(bar)
        words.addStretch()
        page = QtWidgets.QWidget()
        row = QtWidgets.QHBoxLayout(page)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        row.addLayout(words, 1)
        row.addWidget(self._cancel)
        return page

    def show_busy(self, what: str | None) -> None:
        """What is being done; None: nothing, and the button is back."""
        had_focus = self.button.hasFocus() or self._cancel.hasFocus()
        self._what.setText(what or "")
        self.setCurrentIndex(0 if what is None else 1)
        if had_focus:
            (self.button if what is None else self._cancel).setFocus()


class Disc(QtWidgets.QWidget):
    """A disc with the first letter of a name."""

    def __init__(self, pixels: int) -> None:
        super().__init__()
        self._name = ""
        self.setFixedSize(pixels, pixels)

    def show_name(self, name: str) -> None:
        """Another name."""
        self._name = name
        self.update()

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        paint_avatar(painter, QtCore.QRectF(self.rect()), self._name, theme.color("accent_fill"), "on_accent")
        painter.end()


def muted(text: str, *, wrap: bool = False) -> QtWidgets.QLabel:
    """A label that keeps in the background; plain text."""
    label = QtWidgets.QLabel(text)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setProperty("muted", True)
    label.setWordWrap(wrap)
    return label


def field(name: str, hint: str, text: str, longest: int) -> QtWidgets.QLineEdit:
    """A field; `name` is what a screen reader says, `hint` what stands in it while it is empty."""
    made = QtWidgets.QLineEdit(text)
    made.setPlaceholderText(hint)
    made.setAccessibleName(name)
    made.setMaxLength(longest)
    return made


class Pick(QtWidgets.QComboBox):
    """One of several, with an arrow in the theme's colours; the wheel that scrolls the page does not change it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QtGui.QPainter(self)
        arrow = theme.pixmap("chevron-down", theme.color("muted").name(), 16, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 16 - space(2), (self.height() - 16) // 2, arrow)
        painter.end()

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        event.ignore()


def labelled(words: str, widget: QtWidgets.QWidget) -> QtWidgets.QVBoxLayout:
    """A field under its label; `words` may mark a letter for Alt with &."""
    label = QtWidgets.QLabel(words)
    label.setProperty("muted", True)
    label.setBuddy(widget)
    column = QtWidgets.QVBoxLayout()
    column.setSpacing(space(1))
    column.addWidget(label)
    column.addWidget(widget)
    return column


def problem_label() -> QtWidgets.QLabel:
    """Where a problem is said, beside what caused it; hidden until then."""
    label = QtWidgets.QLabel()
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setProperty("danger", True)
    label.setWordWrap(True)
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    label.hide()
    return label


def card(picture: str, title: str, words: str) -> tuple[QtWidgets.QFrame, QtWidgets.QVBoxLayout]:
    """A frame with a picture, a title and a sentence, and the column for the rest."""
    frame = QtWidgets.QFrame()
    frame.setProperty("card", True)
    column = QtWidgets.QVBoxLayout(frame)
    column.setContentsMargins(space(5), space(5), space(5), space(5))
    column.setSpacing(space(3))
    heading = QtWidgets.QLabel(title)
    heading.setFont(theme.font(1.3, bold=True))
    row = QtWidgets.QHBoxLayout()
    row.setSpacing(space(2))
    row.addWidget(Picture(picture, "accent", 24))
    row.addWidget(heading, 1)
    top = QtWidgets.QVBoxLayout()
    top.setSpacing(space(1))
    top.addLayout(row)
    top.addWidget(muted(words, wrap=True))
    column.addLayout(top)
    return frame, column
