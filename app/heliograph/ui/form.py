"""Pieces of forms."""

from PySide6 import QtCore, QtWidgets

from heliograph.ui import theme
from heliograph.ui.theme import space


class _Dress(QtCore.QObject):
    """Keeps the icon of one widget in the theme's colours for as long as the widget lives."""

    def __init__(
        self, widget: QtWidgets.QAbstractButton | QtWidgets.QLabel, name: str, tint: str, pixels: int
    ) -> None:
        super().__init__(widget)
        self.widget, self.name, self.tint, self.pixels = widget, name, tint, pixels
        theme.theme().changed.connect(self.put_on)
        self.put_on()

    def put_on(self) -> None:
        color = theme.color(self.tint).name()
        if isinstance(self.widget, QtWidgets.QLabel):
            self.widget.setPixmap(theme.pixmap(self.name, color, self.pixels, 2.0))
        else:
            self.widget.setIcon(theme.icon(self.name, color))


def wear(
    widget: QtWidgets.QAbstractButton | QtWidgets.QLabel, name: str, tint: str = "text", pixels: int = 20
) -> None:
    """Give a button or label an icon that follows the theme; again to change it."""
    for dress in widget.findChildren(_Dress):
        dress.name, dress.tint, dress.pixels = name, tint, pixels
        dress.put_on()
        return
    _Dress(widget, name, tint, pixels)


class Busy(QtWidgets.QWidget):
    """What is being done, and a way out."""

    cancelled = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._words = QtWidgets.QLabel()
        bar = QtWidgets.QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedSize(120, 6)
        cancel = QtWidgets.QPushButton("Cancel")
        cancel.clicked.connect(lambda: self.cancelled.emit(None))
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        row.addStretch()
        row.addWidget(bar)
        row.addWidget(self._words)
        row.addWidget(cancel)
        row.addStretch()
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.hide()

    def show_what(self, what: str | None) -> None:
        """Show it, or nothing."""
        self._words.setText(what or "")
        self.setVisible(what is not None)


def field(words: str, text: str, longest: int) -> QtWidgets.QLineEdit:
    """A field that says what it is for while it is empty."""
    made = QtWidgets.QLineEdit(text)
    made.setPlaceholderText(words)
    made.setAccessibleName(words)
    made.setMaxLength(longest)
    return made


def primary(words: str) -> QtWidgets.QPushButton:
    """The button that goes on."""
    button = QtWidgets.QPushButton(words)
    button.setProperty("primary", True)
    button.setMinimumHeight(space(10))
    return button


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
    frame.setMinimumWidth(300)
    column = QtWidgets.QVBoxLayout(frame)
    column.setContentsMargins(space(5), space(5), space(5), space(5))
    column.setSpacing(space(3))
    heading = QtWidgets.QLabel(title)
    heading.setFont(theme.font(1.3, bold=True))
    image = QtWidgets.QLabel()
    wear(image, picture, "accent", 24)
    row = QtWidgets.QHBoxLayout()
    row.setSpacing(space(2))
    row.addWidget(image)
    row.addWidget(heading, 1)
    text = QtWidgets.QLabel(words)
    text.setWordWrap(True)
    text.setProperty("muted", True)
    column.addLayout(row)
    column.addWidget(text)
    return frame, column
