"""The live sequence diagram: one row for each signal, one column for each person."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui

from heliograph.bridge.batching import Frames
from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Kind, Row
from heliograph.model.views.lifelines import SERVER
from heliograph.ui import theme
from heliograph.ui.inspector.cells import sentence
from heliograph.ui.inspector.views.area import RowArea
from heliograph.ui.inspector.views.columns import Geometry
from heliograph.ui.inspector.views.diagram import Diagram
from heliograph.ui.inspector.views.picked import Picked
from heliograph.ui.inspector.views.presence import Presence
from heliograph.ui.theme import space

#: Heights of a row that one can choose from, in pixels at the usual size of text; the first has no words.
ZOOMS = (8, 18, 25, 34, 46)
_USUAL = 2
#: The narrowest and the widest column, in widths of a letter.
_NARROW, _WIDE = 15, 36


class SequenceArea(RowArea):
    """Works between `start` and `stop`; what is shown then is what passes the filter."""

    #: None: zoomed.
    zoomed = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__("Sequence diagram", grows=inspection.controller is not None)
        self._inspection = inspection
        self._presence = Presence(inspection, self)
        self._involved: dict[str, None] = {}
        self._people: list[str] = []
        self._zoom = _USUAL
        self.receipts, self.typing = True, False
        self._diagram = Diagram(inspection.capture, self._presence.lifelines)
        self._shown = Picked(inspection, self._pick, self)
        self._frame = Frames(self.show_new, self)
        self._shown.began.connect(self._involved.clear)
        self._shown.changed.connect(self._frame.wanted)
        self._presence.advanced.connect(self._frame.wanted)
        self.measure()

    # ---- content

    def start(self) -> None:
        """Show what there is, and what comes."""
        self._presence.start()
        self._shown.start()
        self.show_new()

    def stop(self) -> None:
        """Nobody looks."""
        self._presence.stop()
        self._shown.stop()
        self._frame.stop()

    @property
    def diagram(self) -> Diagram:
        """What paints it."""
        return self._diagram

    @property
    def caught_up(self) -> bool:
        """Whether all there is, is shown."""
        return self._presence.caught_up and self._shown.caught_up and not self._frame.waiting

    def show_kinds(self, *, receipts: bool | None = None, typing: bool | None = None) -> None:
        """Show receipts, and who is typing, or leave them out."""
        self.receipts = self.receipts if receipts is None else receipts
        self.typing = self.typing if typing is None else typing
        self._shown.again()

    def _pick(self, rows: Sequence[Row]) -> list[int]:
        hidden = (
            Kind.FRAME,
            *(() if self.receipts else (Kind.RECEIPT,)),
            *(() if self.typing else (Kind.TYPING,)),
        )
        rows = [row for row in rows if row.kind not in hidden]
        for id in {*[row.sender for row in rows], *[row.to for row in rows]} - self._involved.keys():
            if id is not None:
                self._involved[id] = None
        if SERVER not in self._involved and any(row.sender is None and row.is_server for row in rows):
            self._involved[SERVER] = None
        return [row.number for row in rows]

    def show_new(self) -> None:
        """Show what has come, now rather than with the next frame."""
        self._frame.stop()
        filtered = self._inspection.filter is not None
        people = [id for id in self._presence.people() if not filtered or id in self._involved]
        if SERVER in self._involved:
            people.append(SERVER)
        if people != self._people:
            self._people = people
            self._diagram.show(people)
        self._place_columns()
        self.refill()

    # ---- looks

    @property
    def zoom(self) -> int:
        """Place in `ZOOMS`."""
        return self._zoom

    def zoom_to(self, zoom: int) -> None:
        """Higher rows, or more of them; the same ones stay in sight."""
        zoom = max(0, min(len(ZOOMS) - 1, zoom))
        if zoom != self._zoom:
            self._zoom = zoom
            self.measure()
            self.refill()
            self.zoomed.emit(None)

    def measure(self) -> None:
        self._diagram.restyle()
        metrics = QtGui.QFontMetrics(theme.font(0.9))
        scale = metrics.height() / 15
        self._letter = metrics.averageCharWidth()
        self._gutter = metrics.horizontalAdvance("00:00:00.000") + space(5)
        self._head = QtGui.QFontMetrics(theme.font(0.95)).height() * 2 + space(3)
        self._place_columns()
        height = max(ZOOMS[0], round(ZOOMS[self._zoom] * scale))
        if height != self.row_height:
            self.row_height = height
            self._place_columns()

    def _place_columns(self) -> None:
        width = self.viewport().width()
        room, count = width - self._gutter, max(1, len(self._people))
        column = max(_NARROW * self._letter, min(_WIDE * self._letter, room // count))
        self._diagram.geometry = Geometry(width, self.row_height, column, self._gutter)

    def content_width(self) -> int:
        geometry = self._diagram.geometry
        return geometry.gutter + len(self._people) * geometry.column_width

    def head_height(self) -> int:
        return self._head

    def keys(self) -> Sequence[int]:
        return self._shown.numbers

    def row_at(self, place: int) -> Row | None:
        """The row shown there."""
        return self._inspection.row(self._shown.numbers[place])

    def sentence(self, place: int) -> str:
        row = self.row_at(place)
        return sentence(self._inspection.capture, row) if row is not None else ""

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        self._place_columns()
        super().resizeEvent(event)

    # ---- painting

    def paint_behind(self, painter: QtGui.QPainter, first: int, last: int) -> None:
        diagram = self._diagram
        diagram.geometry.left = self.horizontalScrollBar().value()
        rows = [
            (row, self.top_of(place), self.ground_of(place))
            for place in range(first, last)
            if (row := self.row_at(place)) is not None
        ]
        diagram.frame(painter, [row[:2] for row in rows], self._head, self.viewport().height())
        diagram.rows(painter, rows)

    def paint_head(self, painter: QtGui.QPainter) -> None:
        _, last = self.in_sight()
        number = self._shown.numbers[last - 1] if last else 0
        if self.following:
            number = self._inspection.capture.dropped + len(self._inspection.capture)
        self._diagram.geometry.left = self.horizontalScrollBar().value()
        self._diagram.head(painter, self._head, number)

    # ---- keys and wheel

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.text() in ("+", "="):
            self.zoom_to(self._zoom + 1)
        elif event.text() == "-":
            self.zoom_to(self._zoom - 1)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        if event.modifiers() & QtCore.Qt.KeyboardModifier.ControlModifier:
            self.zoom_to(self._zoom + (1 if event.angleDelta().y() > 0 else -1))
            event.accept()
        else:
            super().wheelEvent(event)
