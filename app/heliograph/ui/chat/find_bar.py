"""The line in which one looks for words in a conversation."""

from PySide6 import QtGui

from heliograph.ui import theme
from heliograph.ui.find_line import FindLine
from heliograph.ui.theme import space


class FindBar(FindLine):
    """Above the messages, from the newest back."""

    def __init__(self) -> None:
        super().__init__("Find in this conversation", "Older message", "Newer message", enter=-1)
        self.setContentsMargins(space(4), space(2), space(2), space(2))

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("border"))
        painter.end()
