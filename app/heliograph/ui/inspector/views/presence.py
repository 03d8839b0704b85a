"""Who was there when: lifelines that are kept up to date while somebody looks at them."""

from collections.abc import Sequence

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row
from heliograph.model.views.lifelines import Lifelines
from heliograph.ui.inspector.views.walk import Through, Walk


class Presence(QtCore.QObject):
    """Reads all rows, also those that do not pass the filter, between `start` and `stop`."""

    #: None: rows were read.
    advanced = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self.lifelines = Lifelines()
        self._walk = Walk(inspection, self._take, self._begin, Through.ALL, self)
        self._walk.advanced.connect(self.advanced)
        self._dropped = 0
        self._ask = True

    def start(self) -> None:
        """Catch up, and go on with what comes."""
        self._ask = True
        self._walk.start()
        if self._inspection.controller is not None:
            self._inspection.controller.people_changed.connect(self._people_changed)

    def stop(self) -> None:
        """Let things pass."""
        self._walk.stop()
        if self._inspection.controller is not None:
            self._inspection.controller.people_changed.disconnect(self._people_changed)

    def _people_changed(self) -> None:
        self._ask = True
        self.advanced.emit(None)

    @property
    def caught_up(self) -> bool:
        """Whether all rows have been read."""
        return self._walk.caught_up

    def people(self) -> list[str]:
        """Everybody who is or was there, also those who never said anything, in the order in which they came."""
        dropped = self._inspection.capture.dropped
        if dropped != self._dropped:
            self._dropped = dropped
            self.lifelines.forget(dropped)
        if self._ask and self.caught_up:
            self._ask = False
            self.lifelines.knows(self._known())
            controller = self._inspection.controller
            if controller is not None and controller.people.me is not None:
                self.lifelines.is_me(controller.people.me.id)
        return list(self.lifelines.people)

    def _known(self) -> list[str]:
        """Those of whom there is perhaps no row."""
        known, controller = self._inspection.capture.people(), self._inspection.controller
        if controller is None:
            return list(known)
        return [person.id for person in controller.people.present()]

    def _begin(self) -> None:
        self.lifelines.clear()
        self._ask = True

    def _take(self, rows: Sequence[Row]) -> None:
        self.lifelines.take(rows)
