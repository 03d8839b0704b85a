"""The table of signals: Qt's own for header, keys, selection and accessibility; one painter for the cells.

Qt asks a model some two thousand questions for one repaint of a screenful. Here the visible rows are
painted column by column from one pass over them.
"""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.capture import Kind, Row
from heliograph.ui import theme
from heliograph.ui.inspector.cells import (
    BYTES,
    DATA,
    DIRECTION,
    FARED,
    FROM,
    NUMBER,
    TIME,
    TO,
    TYPE,
)
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.theme import space

_WIDTHS = {
    NUMBER: 44, TIME: 94, DIRECTION: 22, FROM: 80, TO: 76, TYPE: 86, DATA: 200, BYTES: 50, FARED: 106,
}  # fmt: skip
#: What gives way first where there is no room, and below which width in pixels.
_NARROW = {BYTES: 700, NUMBER: 640, FARED: 560, TO: 440, TIME: 360}
_RIGHT = {NUMBER, BYTES}
#: Most texts kept that were cut to their column's width.
_FITTED = 4_000

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
    #: (QModelIndex, QPoint): the menu of a cell is wanted at that place on the screen.
    menu_wanted = QtCore.Signal(object)

    def __init__(self, model: CaptureModel) -> None:
        super().__init__()
        self._model = model
        self.setModel(model)
        self._following = True
        self._fitted: dict[tuple[str, int], str] = {}
        self.setAccessibleName("Signals")
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QtWidgets.QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setHorizontalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
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

    def selectionChanged(
        self, selected: QtCore.QItemSelection, deselected: QtCore.QItemSelection
    ) -> None:  # fmt: skip
        super().selectionChanged(selected, deselected)
        if not selected.isEmpty() and self._following:
            self._following = False
            self.following_changed.emit(False)

    def currentChanged(
        self, current: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
        previous: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
    ) -> None:  # fmt: skip
        if current.row() != previous.row():
            # Another row: all of it is read out. Along a row one hears single cells.
            self._model.spoken = current.column()
        super().currentChanged(current, previous)

    def moveCursor(
        self, action: QtWidgets.QAbstractItemView.CursorAction, modifiers: QtCore.Qt.KeyboardModifier
    ) -> QtCore.QModelIndex:
        """Keys begin where the eye is: at the tail while that is followed, else in what is in sight."""
        self._begin_in_sight()
        return super().moveCursor(action, modifiers)

    def focusInEvent(self, event: QtGui.QFocusEvent) -> None:
        self._begin_in_sight()
        super().focusInEvent(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.matches(QtGui.QKeySequence.StandardKey.MoveToEndOfLine):
            self.follow(True)
        elif event.key() == QtCore.Qt.Key.Key_Slash:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Rows are found by the filter; Qt would ask a million cells for one letter."""

    def contextMenuEvent(self, event: QtGui.QContextMenuEvent) -> None:
        by_key = event.reason() is QtGui.QContextMenuEvent.Reason.Keyboard
        index = self._current_cell() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).center() if by_key else event.pos()
            self.menu_wanted.emit((index, self.viewport().mapToGlobal(place)))

    def _begin_in_sight(self) -> None:
        row = self._marked_row()
        if row >= 0 and row != self.currentIndex().row():
            index, flag = (
                self._model.index(row, self._first_column()),
                QtCore.QItemSelectionModel.SelectionFlag,
            )
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate)

    def _first_column(self) -> int:
        return next((c for c in range(self._model.columnCount()) if not self.isColumnHidden(c)), 0)

    def _current_cell(self) -> QtCore.QModelIndex:
        """The current cell, or where a narrow table hides it the first one of its row."""
        current = self.currentIndex()
        hidden = current.isValid() and self.isColumnHidden(current.column())
        return current.siblingAtColumn(self._first_column()) if hidden else current

    def _marked_row(self) -> int:
        """The row that keys begin at."""
        if self._following:
            return self._model.rowCount() - 1
        current = self.currentIndex()
        return current.row() if current.isValid() else self.rowAt(0)

    # ---- painting

    def _measure(self) -> None:
        self._fitted.clear()
        metrics = QtGui.QFontMetrics(theme.font(0.95))
        self.verticalHeader().setDefaultSectionSize(metrics.height() + space(2))

    def changeEvent(self, event: QtCore.QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QtCore.QEvent.Type.FontChange, QtCore.QEvent.Type.ApplicationFontChange):
            self._measure()

    def refresh(self, seqs: set[int]) -> None:
        """What became of these signals has changed: paint those of them anew that are in sight."""
        width, step = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        for row, y in self._visible_rows(0, self.viewport().height()):
            if self._model.row(row).seq in seqs:
                self.viewport().update(0, y, width, step)

    def paintEvent(self, event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("surface"))
        rows = [
            (row, y, self._model.row(row))
            for row, y in self._visible_rows(event.rect().top(), event.rect().bottom())
        ]
        self._paint_grounds(painter, rows)
        painter.setFont(theme.font(0.95))
        for column in range(self._model.columnCount()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if width and left + width > 0 and left < self.viewport().width():
                self._paint_column(painter, column, left, width, rows)
        painter.end()

    def _visible_rows(self, top: int, bottom: int) -> list[tuple[int, int]]:
        """Rows between two heights of the viewport, and where they begin."""
        first, step = self.rowAt(max(0, top)), self.verticalHeader().defaultSectionSize()
        if first < 0:
            return []
        y = self.rowViewportPosition(first)
        last = min(self._model.rowCount(), first + (bottom - y) // step + 1)
        return [(row, y + (row - first) * step) for row in range(first, last)]

    def _paint_grounds(self, painter: QtGui.QPainter, rows: list[tuple[int, int, Row]]) -> None:
        width, step = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        selection, marked = self.selectionModel(), self._marked_row() if self.hasFocus() else -1
        nothing = QtCore.QModelIndex()
        selected, other = theme.color("selected"), theme.color("surface_alt")
        for row, y, _ in rows:
            if selection.isRowSelected(row, nothing):
                painter.fillRect(0, y, width, step, selected)
            elif row % 2:
                painter.fillRect(0, y, width, step, other)
            if row == marked:
                painter.setPen(theme.color("accent"))
                painter.drawRect(0, y, width - 1, step - 1)

    def _paint_column(
        self, painter: QtGui.QPainter, column: int, left: int, width: int, rows: list[tuple[int, int, Row]]
    ) -> None:
        metrics, step, pad = painter.fontMetrics(), self.verticalHeader().defaultSectionSize(), space(1.5)
        base = (step - metrics.height()) // 2 + metrics.ascent()
        colors = theme.current()
        for _, y, row in rows:
            tint = colors.kinds[row.kind.name]
            x = left + pad
            if column == TYPE:
                picture = theme.pixmap_of(PICTURES[row.kind], tint, 14, self.devicePixelRatioF())
                painter.drawPixmap(x, y + (step - 14) // 2, picture)
                x += 20
            text = self._fitting(metrics, self._model.cell(row, column), left + width - pad - x)
            if column in _RIGHT:
                x = left + width - pad - metrics.horizontalAdvance(text)
            plain = column in (DATA, FROM, TO) and row.kind.is_signal
            ink = colors.text if plain else tint if column in (TYPE, DATA) else colors.muted
            painter.setPen(QtGui.QColor(ink))
            painter.drawText(x, y + base, text)

    def _fitting(self, metrics: QtGui.QFontMetrics, text: str, room: int) -> str:
        """As much of a text as there is room for; kept, because most of what is in sight was so a frame ago."""
        key = (text, room)
        fitted = self._fitted.get(key)
        if fitted is None:
            if len(self._fitted) >= _FITTED:
                self._fitted.clear()
            letters = max(1, room // max(1, metrics.averageCharWidth()) * 2)
            fitted = metrics.elidedText(text[:letters], QtCore.Qt.TextElideMode.ElideRight, room)
            self._fitted[key] = fitted
        return fitted
