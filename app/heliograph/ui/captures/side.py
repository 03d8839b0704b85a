"""An opened capture's inspector, and where it stands in time."""

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.bridge.opened_capture import OpenedCapture
from heliograph.model.captures.alignment import Timeline
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable


class Side:
    """The inspector of one, and where it stands in time."""

    def __init__(self, opened: OpenedCapture) -> None:
        self.opened = opened
        self.inspection: Inspection = opened.inspection
        self.pane = InspectorPane(opened.inspection, beside=True)
        self.table: SignalTable = self.pane.findChildren(SignalTable)[0]

    @property
    def line(self) -> Timeline:
        """Its rows by time."""
        return Timeline(self.inspection.capture, self.inspection.numbers())

    def seen(self) -> tuple[int, int] | None:
        """From when to when the rows in sight are, by its own clock."""
        line, top = self.line, self.table.rowAt(0)
        if top < 0 or not len(line):
            return None
        bottom = self.table.rowAt(self.table.viewport().height() - 1)
        last = bottom if bottom >= 0 else len(line) - 1
        return line.at(min(top, len(line) - 1)), line.at(min(last, len(line) - 1))

    def scroll_to(self, at: int) -> None:
        """Have the rows from that moment on in sight."""
        self.table.verticalScrollBar().setValue(self.line.place_from(at))

    def begin(self, origin: QtCore.QObject) -> None:
        """Bring the row that is looked at into sight: a new table does not know of it yet."""
        number = self.inspection.current
        self.table.follow(False)
        self.table.scrollToTop()
        self.table.setFocus()
        if number is not None:
            self.inspection.select(None, origin)
            self.inspection.select(number, origin)

    def select_nearest(self, at: int, origin: QtCore.QObject) -> None:
        """Look at the row nearest to that moment."""
        place = self.line.nearest(at)
        if place is not None:
            self.inspection.select(self.line.numbers[place], origin)
