"""The view "Rates": signals a second by type, and round trips by person, plotted live."""

from PySide6 import QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.ui.controls import Choice, Groove
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.inspector.views.plot_area import PlotArea
from heliograph.ui.theme import space

#: What one can look at: words, a sentence, milliseconds up to now; 0 for all.
WINDOWS = (
    ("1 min", "The last minute", 60_000), ("5 min", "The last five minutes", 300_000),
    ("30 min", "The last half hour", 1_800_000), ("All", "The whole recording", 0),
)  # fmt: skip


class RatesView(QtWidgets.QWidget):
    """Paints ten times a second at most while it is visible, and nothing while it is hidden."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self.plots = PlotArea(inspection)
        self._choices = [_Words("clock", words, sentence, sentence) for words, sentence, _ in WINDOWS]
        tools = QtWidgets.QHBoxLayout()
        tools.setContentsMargins(space(2), 0, space(3), space(1))
        tools.addWidget(Groove([*self._choices]))
        tools.addSpacing(space(2))
        self._said = ElidedLabel()
        self._said.setProperty("muted", True)
        tools.addWidget(self._said, 1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(self.plots, 1)
        self.setFocusProxy(self.plots)
        for place, choice in enumerate(self._choices):
            choice.clicked.connect(lambda _=False, place=place: self.choose(place))
        self.plots.said.connect(self._said.setText)
        self.choose(0 if inspection.controller is not None else len(WINDOWS) - 1)

    def choose(self, place: int) -> None:
        """Look at that window of `WINDOWS`."""
        for other, choice in enumerate(self._choices):
            choice.setChecked(other == place)
        self.plots.window_ms = WINDOWS[place][2]
        self.plots.tick()


class _Words(Choice):
    """A choice without an icon."""

    def _head_width(self) -> int:
        return -space(1.5)

    def _paint_head(self, painter: QtGui.QPainter, left: int, ink: QtGui.QColor) -> None:
        """There is none."""
