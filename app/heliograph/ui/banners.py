"""Lines across the window for what everybody must know: inspection, a relay that has ended, a closed session."""

from collections.abc import Callable

from PySide6 import QtWidgets

from heliograph.ui import theme
from heliograph.ui.theme import space


class Banner(QtWidgets.QFrame):
    """One line with an icon, words and perhaps a button; hidden until it has something to say."""

    def __init__(self, picture: str, tint: str) -> None:
        super().__init__()
        self.setProperty("banner", True)
        self._picture, self._tint = picture, tint
        self._icon, self._words = QtWidgets.QLabel(), QtWidgets.QLabel()
        self._words.setWordWrap(True)
        self._button = QtWidgets.QPushButton()
        self._act: Callable[[], None] | None = None
        self._button.clicked.connect(self._clicked)
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(4), space(2), space(4), space(2))
        row.setSpacing(space(3))
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        row.addWidget(self._button)
        theme.theme().changed.connect(self._paint_icon)
        self._paint_icon()
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

    def _paint_icon(self) -> None:
        self._icon.setPixmap(theme.pixmap(self._picture, theme.color(self._tint).name(), 20, 2.0))
