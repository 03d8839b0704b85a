"""The ways of looking at an inspection. The table of signals is the first; the others are loaded when first shown.

A view is a widget made with the `Inspection`. It works only while it is visible, honours `inspection.filter`,
tells `inspection.select(number, self)` what is chosen in it, and shows what `inspection.current_changed` tells.
"""

from dataclasses import dataclass
from importlib import import_module

from PySide6 import QtWidgets

from heliograph.bridge.inspection import Inspection


@dataclass(frozen=True)
class ViewInfo:
    """A view: `words` on its tab, `tip` in a sentence, and where its class is. An empty module is the table."""

    name: str
    words: str
    tip: str
    icon: str
    keys: str
    module: str = ""
    class_name: str = ""


_HERE = "heliograph.ui.inspector.views"

VIEWS: tuple[ViewInfo, ...] = (
    ViewInfo("signals", "Signals", "Every signal as a row", "table", "Alt+1"),
    ViewInfo(
        "receipts", "Receipts", "Who got and who read what I said", "matrix", "Alt+2",
        f"{_HERE}.receipts", "ReceiptsView",
    ),
    ViewInfo(
        "sequence", "Sequence", "People as lifelines, signals as arrows", "sequence", "Alt+3",
        f"{_HERE}.sequence", "SequenceView",
    ),
    ViewInfo(
        "rates", "Rates", "Signals a second and round trips over time", "chart", "Alt+4",
        f"{_HERE}.rates", "RatesView",
    ),
    ViewInfo(
        "order", "Order", "Whether signals arrived in the order in which they were sent", "order", "Alt+5",
        f"{_HERE}.order", "OrderView",
    ),
)  # fmt: skip


def load(info: ViewInfo, inspection: Inspection) -> QtWidgets.QWidget:
    """The view itself; its module is imported now."""
    made = getattr(import_module(info.module), info.class_name)(inspection)
    assert isinstance(made, QtWidgets.QWidget)
    return made
