"""The table of signals: Qt's own for header, keys, selection and accessibility; one painter for the cells.

Qt asks a model some two thousand questions for one repaint of a screenful. Here the visible rows are
painted column by column from one pass over them.
"""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.inspector.cells import DATA
from heliograph.ui.inspector.fitting import Fitting
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.inspector.painting import PICTURES, Placed, RowPainter
from heliograph.ui.inspector.times import day_form
from heliograph.ui.theme import space

__all__ = ["PICTURES", "SignalTable"]


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
        self._painter = RowPainter(model)
        self._keeps_times = False
        #: Columns that the person does not want, however much room there is.
        self.unwanted: frozenset[int] = frozenset()
        #: What is said where there are no rows.
        self.empty_words = ("", "")
        #: Whether columns are made to fit just now: what the person chose is not touched.
        self.is_fitting = False
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
        horizontal.setMinimumSectionSize(24)
        horizontal.setSectionsMovable(True)
        self.set_widths({})
        horizontal.setSectionResizeMode(DATA, QtWidgets.QHeaderView.ResizeMode.Stretch)
        self.verticalScrollBar().actionTriggered.connect(self._look_at_position)
        model.rowsInserted.connect(lambda _parent, first, last: self._inserted(first, last - first + 1))
        model.rowsRemoved.connect(lambda _parent, first, last: self._inserted(first, first - last - 1))
        model.modelReset.connect(lambda: self._inserted(0, 0))
        inspection = model.inspection
        inspection.marks_changed.connect(self._repaint)
        inspection.colors.changed.connect(self._repaint)
        inspection.finder.changed.connect(self._repaint)
        theme.theme().changed.connect(self._repaint)
        self._measure()

    @property
    def signals(self) -> CaptureModel:
        """The model, as what it is."""
        return self._model

    def set_widths(self, chosen: dict[int, int]) -> None:
        """These widths in pixels, and for other columns what usually stands in them needs."""
        self._fitting = Fitting(day_form(self._model.inspection.capture), keeps_times=self._keeps_times)
        self._chosen = chosen
        for column, width in {**self._fitting.usual, **chosen}.items():
            if column != DATA:
                self.setColumnWidth(column, width)

    def keep_width(self, column: int, width: int) -> None:
        """The person made a column so wide."""
        self._chosen = {**self._chosen, column: width}

    def keep_times(self) -> None:
        """Times are what one looks at: other columns give way before them."""
        self._keeps_times = True
        self._fit_anew()

    def show_columns(self) -> None:
        """Those that are wanted and have room."""
        room = self.width()
        for column in range(self._model.columnCount()):
            hide = column in self.unwanted or not self._fitting.has_room(column, room)
            if self.isColumnHidden(column) != hide:
                self.setColumnHidden(column, hide)
        self.is_fitting = True
        for column, width in self._fitting.fitted(room).items():
            if column not in self._chosen:
                self.setColumnWidth(column, width)
        self.is_fitting = False

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        self.show_columns()
        super().resizeEvent(event)

    def _repaint(self) -> None:
        self.viewport().update()

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

    def _inserted(self, first: int, count: int) -> None:
        """Rows came (or went, with a negative count): what is in sight stays where it is, or the end in sight."""
        if day_form(self._model.inspection.capture) != self._fitting.days:
            self._fit_anew()
        bar = self.verticalScrollBar()
        if self._following:
            self.scrollToBottom()
        elif count and first <= bar.value():
            self.executeDelayedItemsLayout()
            bar.setValue(max(0, bar.value() + (count if count > 0 else max(count, first - bar.value()))))

    def _fit_anew(self) -> None:
        """Something else needs room now, such as the days of rows where these are of several."""
        self.is_fitting = True
        self.set_widths(self._chosen)
        self.is_fitting = False
        self.show_columns()

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
        self.viewport().update()  # Qt paints cells anew, and the ring goes around rows

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
        elif event.matches(QtGui.QKeySequence.StandardKey.MoveToStartOfLine) and self._model.rowCount():
            self.choose_row(0)  # Qt would go to the first cell of the row
            self.show_row(0)
        elif event.key() == QtCore.Qt.Key.Key_Slash:
            event.ignore()
        elif self._begins(event):
            self.choose_row(self._marked_row())
            self.show_row(self._marked_row())
        else:
            super().keyPressEvent(event)
            self._select_where_keys_ended(event.key())

    def _begins(self, event: QtGui.QKeyEvent) -> bool:
        """Up or Down while nothing is selected: the first that is selected is the row with the ring around it."""
        steps = event.key() in (QtCore.Qt.Key.Key_Up, QtCore.Qt.Key.Key_Down)
        plain = not event.modifiers() & ~QtCore.Qt.KeyboardModifier.KeypadModifier
        return steps and plain and self._marked_row() >= 0 and not self.selectionModel().hasSelection()

    def choose_row(self, place: int) -> None:
        """This row and no other one. `selectRow` looks at the keyboard: with Shift held it would take a whole range."""
        flags = QtCore.QItemSelectionModel.SelectionFlag
        index = self.model().index(place, self._seen_column())
        self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def show_row(
        self, place: int,
        hint: QtWidgets.QAbstractItemView.ScrollHint = QtWidgets.QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:  # fmt: skip
        """Scroll to a row. Qt goes to no cell that is hidden, as the first columns are where it is narrow."""
        self.scrollTo(self._model.index(place, self._first_column()), hint)

    def _select_where_keys_ended(self, key: int) -> None:
        """In a table of one row, or at its end, a key moves nowhere: the row that it began at is selected then."""
        keys, current = QtCore.Qt.Key, self.currentIndex()
        moves = key in (keys.Key_Up, keys.Key_Down, keys.Key_PageUp, keys.Key_PageDown)
        if moves and current.isValid() and not self.selectionModel().hasSelection():
            self.choose_row(current.row())

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
        index = self._model.index(row, self._seen_column())
        if row >= 0 and index != self.currentIndex():
            flag = QtCore.QItemSelectionModel.SelectionFlag
            self.selectionModel().setCurrentIndex(index, flag.NoUpdate)

    def _seen_column(self) -> int:
        """The current column; from one that is hidden, as some are where it is narrow, Qt would go nowhere."""
        column = self.currentIndex().column()
        return self._first_column() if column < 0 or self.isColumnHidden(column) else column

    def _first_column(self) -> int:
        return next((c for c in range(self._model.columnCount()) if not self.isColumnHidden(c)), 0)

    def _current_cell(self) -> QtCore.QModelIndex:
        """The current cell, or one that is seen of its row."""
        return self.currentIndex().siblingAtColumn(self._seen_column())

    def _marked_row(self) -> int:
        """The row that keys begin at."""
        if self._following:
            return self._model.rowCount() - 1
        current = self.currentIndex()
        return current.row() if current.isValid() else self.rowAt(0)

    # ---- painting

    def _measure(self) -> None:
        self._painter.forget()
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
        if not self._model.rowCount():
            self._paint_empty(painter)
            painter.end()
            return
        rows = [
            (row, y, self._model.row(row))
            for row, y in self._visible_rows(event.rect().top(), event.rect().bottom())
        ]
        step = self.verticalHeader().defaultSectionSize()
        self._paint_stripes(painter, rows)
        self._painter.paint_colors(painter, rows, self.viewport().width(), step)
        self._paint_selection(painter, rows)
        self._painter.paint_bars(painter, rows, step)
        painter.setFont(theme.font(0.95))
        for column in range(self._model.columnCount()):
            left, width = self.columnViewportPosition(column), self.columnWidth(column)
            if width and left + width > 0 and left < self.viewport().width():
                self._painter.paint_column(painter, column, left, width, step, rows)
        self._paint_focus(painter, rows)
        painter.end()

    def _paint_empty(self, painter: QtGui.QPainter) -> None:
        title, words = self.empty_words
        align = QtCore.Qt.AlignmentFlag.AlignHCenter | QtCore.Qt.TextFlag.TextWordWrap
        room = self.viewport().rect().adjusted(space(6), 0, -space(6), 0)
        room.setTop(max(space(4), room.height() // 2 - space(10)))
        painter.setFont(theme.font(1.1, bold=True))
        painter.setPen(theme.color("text"))
        painter.drawText(room, align, title)
        room.setTop(room.top() + painter.fontMetrics().height() + space(2))
        painter.setFont(theme.font())
        painter.setPen(theme.color("muted"))
        painter.drawText(room, align, words)

    def _visible_rows(self, top: int, bottom: int) -> list[tuple[int, int]]:
        """Rows between two heights of the viewport, and where they begin."""
        first, step = self.rowAt(max(0, top)), self.verticalHeader().defaultSectionSize()
        if first < 0:
            return []
        y = self.rowViewportPosition(first)
        last = min(self._model.rowCount(), first + (bottom - y) // step + 1)
        return [(row, y + (row - first) * step) for row in range(first, last)]

    def _paint_stripes(self, painter: QtGui.QPainter, rows: list[Placed]) -> None:
        width, step = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        other = theme.color("surface_alt")
        for row, y, _ in rows:
            if row % 2:
                painter.fillRect(0, y, width, step, other)

    def _paint_selection(self, painter: QtGui.QPainter, rows: list[Placed]) -> None:
        width, step = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        selection, nothing, selected = self.selectionModel(), QtCore.QModelIndex(), theme.color("selected")
        for row, y, _ in rows:
            if selection.isRowSelected(row, nothing):
                painter.fillRect(0, y, width, step, selected)

    def _paint_focus(self, painter: QtGui.QPainter, rows: list[Placed]) -> None:
        marked = self._marked_row() if self.hasFocus() else -1
        width, step = self.viewport().width(), self.verticalHeader().defaultSectionSize()
        for row, y, _ in rows:
            if row == marked:
                painter.setPen(theme.color("accent"))
                painter.drawRect(0, y, width - 1, step - 1)
