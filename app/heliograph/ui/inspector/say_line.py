"""A line above the rows that says what has just happened, perhaps with a way to do something about it."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.ui.banners import Banner
from heliograph.ui.spoken_list import announce

#: How long words stand that nothing can be done about, in milliseconds.
_WHILE_MS = 5_000


class SayLine(Banner):
    """Goes by itself; with a button it stays until that is pressed or something else is said."""

    def __init__(self) -> None:
        super().__init__("info", "info")
        self._while = QtCore.QTimer(self)
        self._while.setSingleShot(True)
        self._while.setInterval(_WHILE_MS)
        self._while.timeout.connect(self.hide)

    def say(self, words: str, button: str = "", act: Callable[[], None] | None = None) -> None:
        super().say(words, button, self._and_go(act))
        announce(self, words)
        if button:
            self._while.stop()
        else:
            self._while.start()

    def _and_go(self, act: Callable[[], None] | None) -> Callable[[], None] | None:
        def both() -> None:
            self.hide()
            if act is not None:
                act()

        return both if act is not None else None

    def button(self) -> QtWidgets.QPushButton:
        """The button, for keys."""
        return self._button
