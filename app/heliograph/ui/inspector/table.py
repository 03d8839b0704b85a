"""The table of signals: Qt's own for header, keys, selection and accessibility; one painter for the cells.

Qt asks a model some two thousand questions for one repaint of a screenful. Here the visible rows are
painted column by column from one pass over them.
"""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.capture import Kind
from heliograph.ui import theme
from heliograph.ui.inspector.model import (
    BYTES,
    DATA,
    DIRECTION,
    FARED,
    FROM,
    NUMBER,
    TIME,
    TO,
    TYPE,
    CaptureModel,
)
from heliograph.ui.theme import space

_WIDTHS = {
    NUMBER: 44, TIME: 94, DIRECTION: 22, FROM: 80, TO: 76, TYPE: 86, DATA: 200, BYTES: 50, FARED: 106,
}  # fmt: skip
#: What gives way first where there is no room, and below which width in pixels.
_NARROW = {BYTES: 700, NUMBER: 640, FARED: 560, TO: 440, TIME: 360}
_RIGHT = {NUMBER, BYTES}

#: The icon of each kind of row.
PICTURES = {
    Kind.CHAT: "chat", Kind.SIGNAL: "bolt", Kind.PING: "ping", Kind.RECEIPT: "read", Kind.TYPING: "typing",
    Kind.JOIN: "enter", Kind.LEAVE: "leave", Kind.AWAY: "away", Kind.BACK: "wifi", Kind.RECOVERY: "retry",
    Kind.GAP: "alert", Kind.REJECTED: "close", Kind.ERROR: "alert", Kind.INSPECT: "eye", Kind.STATUS: "info",
}  # fmt: skip


class SignalTable(QtWidgets.QTableView):
    """Follows its tail until the person scrolls up or selects."""

    #: bool: whether new rows keep the end in sight.
    following_changed = QtCore.Signal(object)

    def __init__(self, model: CaptureModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self._following = True
        self.setAccessibleName("Signals")
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QtWidgets.QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.CustomContextMenu)
        vertical, horizontal = self.verticalHeader(), self.horizontalHeader()
        # Headers that share the table's selection model look at every selected cell: Select All would take seconds.
        for header in (vertical, horizontal):
            header.setSelectionModel(QtCore.QItemSelectionModel(model, header))
        vertical.hide()
        vertical.setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.Fixed)
        horizontal.setHighlightSections(False)
        horizontal.setDefaultAlignment(
            QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter
        )
        horizontal.setMinimumSectionSize(24)
        for column, width in _WIDTHS.items():
            self.setColumnWidth(column, width)
        horizontal.setSectionResizeMode(DATA, QtWidgets.QHeaderView.ResizeMode.Stretch)
        self.verticalScrollBar().actionTriggered.connect(self._look_at_position)
        model.rowsInserted.connect(self._inserted)
        model.modelReset.connect(self._inserted)
        self._measure()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        for column, width in _NARROW.items():
            hide = event.size().width() < width
            if self.isColumnHidden(column) != hide:
                self.setColumnHidden(column, hide)
        super().resizeEvent(event)

    # ---- following

    @property
    def following(self) -> bool:
        """Whether new rows keep the end in sight."""
        return self._following

    def follow(self, follow: bool) -> None:
        """Keep the end in sight from now on, or stay where one is."""
        if follow:
            self.clearSelection()
            self.scrollToBottom()
        if follow != self._following:
            self._following = follow
            self.following_changed.emit(follow)

    def _inserted(self) -> None:
        if self._following:
            self.scrollToBottom()

    def _look_at_position(self) -> None:
        bar = self.verticalScrollBar()
        self.follow(bar.sliderPosition() >= bar.maximum())

    def wheelEvent(self, event: QtGui.QWheelEvent) -> None:
        super().wheelEvent(event)
        bar = self.verticalScrollBar()
        at_end = bar.value() >= bar.maximum()
        if at_end != self._following:
            self._following = at_end
            self.following_changed.emit(at_end)

    def currentChanged(
        self, current: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
        previous: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
    ) -> None:  # fmt: skip
        if current.row() != previous.row():
            # Another row: all of it is read out. Along a row one hears single cells.
            self._model.spoken = current.column()
        super().currentChanged(current, previous)
        if current.isValid() and self._following:
            self._following = False
            self.following_changed.emit(False)

    # ---- painting

    def _measure(self) -> None:
        metrics = QtGui.QFontMetrics(theme.font(0.95))
        self.verticalHeader().setDefaultSectionSize(metrics.height() + space(2))

    def changeEvent(self, event: QtCore.QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QtCore.QEvent.Type.FontChange, QtCore.QEvent.Type.ApplicationFontChange):
            self._measure()

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("surface"))
        rows = self._visible_rows()
        self._paint_grounds(painter, rows)
        font = theme.font(0.95)
        painter.setFont(font)
        for column in range(self._model.columnCount()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if width and left + width > 0 and left < self.viewport().width():
                self._paint_column(painter, column, left, width, rows)
        painter.end()

    def _visible_rows(self) -> list[tuple[int, int]]:
        first = self.rowAt(0)
        if first < 0:
            return []
        height, step = self.viewport().height(), self.verticalHeader().defaultSectionSize()
        top = self.rowViewportPosition(first)
        last = min(self._model.rowCount(), first + (height - top) // step + 2)
        return [(row, top + (row - first) * step) for row in range(first, last)]

    def _paint_grounds(self, painter: QtGui.QPainter, rows: list[tuple[int, int]]) -> None:
        width, step = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        selection, current = self.selectionModel(), self.currentIndex().row()
        nothing = QtCore.QModelIndex()
        for row, y in rows:
            if selection.isRowSelected(row, nothing):
                painter.fillRect(0, y, width, step, theme.color("selected"))
            elif row % 2:
                painter.fillRect(0, y, width, step, theme.color("surface_alt"))
            if row == current and self.hasFocus():
                painter.setPen(theme.color("accent"))
                painter.drawRect(0, y, width - 1, step - 1)

    def _paint_column(
        self, painter: QtGui.QPainter, column: int, left: int, width: int, rows: list[tuple[int, int]]
    ) -> None:
        metrics = painter.fontMetrics()
        step = self.verticalHeader().defaultSectionSize()
        base = (step - metrics.height()) // 2 + metrics.ascent()
        pad = space(1.5)
        elide = QtCore.Qt.TextElideMode.ElideRight
        letters = max(1, (width // max(1, metrics.averageCharWidth())) * 2)
        ratio = self.devicePixelRatioF()
        for row, y in rows:
            found = self._model.row(row)
            tint = theme.current().kinds[found.kind.name]
            x = left + pad
            if column == TYPE:
                painter.drawPixmap(
                    x, y + (step - 14) // 2, theme.pixmap_of(PICTURES[found.kind], tint, 14, ratio)
                )
                x += 20
            room = left + width - pad - x
            text = metrics.elidedText(self._model.cell(found, column)[:letters], elide, room)
            if column in _RIGHT:
                x = left + width - pad - metrics.horizontalAdvance(text)
            plain = column in (DATA, FROM, TO) and found.kind.is_signal
            painter.setPen(
                QtGui.QColor(
                    theme.current().text
                    if plain
                    else tint
                    if column in (TYPE, DATA)
                    else theme.current().muted
                )
            )
            painter.drawText(x, y + base, text)
