"""How the height of the inspector is shared between a view and what is said of the row that is looked at."""

from PySide6 import QtCore, QtGui, QtWidgets

#: Height of the lower part where there is room, and the least of it, in pixels.
_USUAL, _LEAST = 190, 90
#: How much of all height the lower part has at most while the person has not drawn the line themselves.
_MOST = 0.36


class Shares(QtWidgets.QSplitter):
    """The upper part takes what is left; where that would be little, the lower one gives way first."""

    #: None: the person drew the line anew.
    drawn = QtCore.Signal(object)

    def __init__(self, upper: QtWidgets.QWidget, lower: QtWidgets.QWidget) -> None:
        super().__init__(QtCore.Qt.Orientation.Vertical)
        self._wanted, self._is_drawn = _USUAL, False
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.addWidget(upper)
        self.addWidget(lower)
        self.setStretchFactor(0, 1)
        lower.setMinimumHeight(_LEAST)
        self.splitterMoved.connect(self._moved)

    def kept(self) -> str:
        """What `restore` takes; "" where the person drew no line."""
        return bytes(self.saveState().toBase64().data()).decode() if self._is_drawn else ""

    def restore(self, kept: str) -> None:
        """Have the lower part as high as it was; in a lower window it may be less."""
        if kept and self.restoreState(QtCore.QByteArray.fromBase64(kept.encode())):
            self._wanted = self.sizes()[1] or _USUAL

    def _moved(self) -> None:
        self._is_drawn = True
        self._wanted = self.sizes()[1]
        self.drawn.emit(None)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        height = event.size().height()
        if not self._is_drawn and height > 2 * _LEAST:
            lower = min(self._wanted, max(_LEAST, round(height * _MOST)))
            self.setSizes([height - lower - self.handleWidth(), lower])
