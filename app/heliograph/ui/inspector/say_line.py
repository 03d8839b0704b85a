"""A line over the rows that says what has just happened, perhaps with a way to do something about it."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.ui.banners import Banner
from heliograph.ui.spoken_list import announce
from heliograph.ui.theme import space

#: How long words stand that nothing can be done about, in milliseconds.
_WHILE_MS = 5_000


class SayLine(Banner):
    """Goes by itself; with a button it stays until that is pressed or something else is said.

    It stands at the lower edge of what it is about, over it: nothing moves when it comes and goes.
    """

    def __init__(self) -> None:
        super().__init__("info", "info")
        self.setProperty("floats", True)
        self._below: QtWidgets.QWidget | None = None
        self._while = QtCore.QTimer(self)
        self._while.setSingleShot(True)
        self._while.setInterval(_WHILE_MS)
        self._while.timeout.connect(self.hide)

    def stand_over(self, widget: QtWidgets.QWidget) -> None:
        """Stand over this one from now on."""
        self._below = widget
        self.setParent(widget)
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        if event.type() == QtCore.QEvent.Type.Resize:
            self._place()
        return False

    def _place(self) -> None:
        if self._below is None or self.isHidden():
            return
        room, edge = self._below.rect(), space(3)
        width = room.width() - 2 * edge
        layout = self.layout()
        assert layout is not None
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry(edge, room.height() - height - edge, width, height)
        self.raise_()

    def say(self, words: str, button: str = "", act: Callable[[], None] | None = None) -> None:
        super().say(words, button, self._and_go(act))
        self._place()
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
