"""Lines across the window for what everybody must know: inspection, a relay that has ended, a closed session."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.ui.form import Picture
from heliograph.ui.theme import space


class Banner(QtWidgets.QFrame):
    """One line with an icon, words and perhaps a button; hidden until it has something to say."""

    def __init__(self, picture: str, tint: str) -> None:
        super().__init__()
        self.setProperty("banner", True)
        self._words = QtWidgets.QLabel()
        self._words.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._button = QtWidgets.QPushButton()
        self._act: Callable[[], None] | None = None
        self._button.clicked.connect(self._clicked)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(4), space(2), space(4), space(2))
        row.setSpacing(space(3))
        row.addWidget(Picture(picture, tint, 20))
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        self.hide()

    def say(self, words: str, button: str = "", act: Callable[[], None] | None = None) -> None:
        """Show this; with a button that does `act`."""
        self._words.setText(words)
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._button.setEnabled(True)
        self._act = act
        self.show()

    def _clicked(self) -> None:
        self._button.setEnabled(False)
        if self._act is not None:
            self._act()
