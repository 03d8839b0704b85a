"""The view "Order": whether signals arrived in the order in which each sender sent them."""

from heliograph.bridge.inspection import Inspection
from heliograph.model.text import plural
from heliograph.ui.controls import Tool
from heliograph.ui.inspector.views.frame import ViewFrame
from heliograph.ui.inspector.views.order_area import OrderArea
from heliograph.ui.spoken_list import announce

_IN_ORDER = "Everything in order"


class OrderView(ViewFrame):
    """Lines of different senders may cross; a signal that its own sender overtook is a fault."""

    def __init__(self, inspection: Inspection) -> None:
        self._area = OrderArea(inspection)
        super().__init__(inspection, self._area, "No signals yet. Those that come appear here in two orders.")
        self._previous = Tool("arrow-up", "", "Previous fault", "Previous fault (Shift+F)")
        self._next = Tool("arrow-down", "Next fault", "Next fault", "Next fault (F)")
        self._previous.clicked.connect(lambda: self._go(-1))
        self._next.clicked.connect(lambda: self._go(1))
        self.add_tools(self._previous, self._next)

    def start(self) -> None:
        self._area.start()

    def stop(self) -> None:
        self._area.stop()

    def count_words(self) -> str:
        faults = len(self._area.order.faults)
        for tool in (self._previous, self._next):
            tool.setEnabled(bool(faults))
        return plural(faults, "fault") if faults else _IN_ORDER if len(self._area.keys()) else ""

    def _go(self, step: int) -> None:
        fault = self._area.go_to_fault(step)
        if fault is not None:
            announce(self, fault.words)
