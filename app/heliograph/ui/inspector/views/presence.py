"""Who was there when: lifelines that are kept up to date while somebody looks at them."""

from collections.abc import Sequence

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row
from heliograph.model.views.lifelines import Lifelines
from heliograph.ui.inspector.views.walk import Walk


class Presence(QtCore.QObject):
    """Reads all rows, also those that do not pass the filter, between `start` and `stop`."""

    #: None: rows were read.
    advanced = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self.lifelines = Lifelines()
        self._walk = Walk(inspection, self._take, self._begin, passing=False, parent=self)
        self._walk.advanced.connect(self.advanced)

    def start(self) -> None:
        """Catch up, and go on with what comes."""
        self._walk.start()

    def stop(self) -> None:
        """Let things pass."""
        self._walk.stop()

    @property
    def caught_up(self) -> bool:
        """Whether all rows have been read."""
        return self._walk.caught_up

    def people(self) -> list[str]:
        """Everybody who is or was there, also those who never said anything, in the order in which they came."""
        self.lifelines.forget(self._inspection.capture.dropped)
        if self.caught_up:
            self.lifelines.knows(self._known())
        return list(self.lifelines.people)

    def _known(self) -> list[str]:
        """Those of whom there is perhaps no row."""
        known, controller = self._inspection.capture.people(), self._inspection.controller
        if controller is None:
            return list(known)
        return [person.id for person in controller.people.present()]

    def _begin(self) -> None:
        self.lifelines.clear()

    def _take(self, rows: Sequence[Row]) -> None:
        self.lifelines.take(rows)
