"""The first view: every signal as a row of a table, its menu, and what is copied of it."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Kind, Row
from heliograph.model.templates import Draft
from heliograph.ui import theme
from heliograph.ui.inspector.cells import BYTES, FROM, TO, TYPE
from heliograph.ui.inspector.compose_copy import add_mermaid, fill_copy_menu
from heliograph.ui.inspector.copying import MOST_COPIED, as_json, selected_rows
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.inspector.table import SignalTable


class SignalsView(QtWidgets.QWidget):
    """The table and the inspection tell each other which row is looked at."""

    #: int: seq of the chat line whose row the person chose.
    row_activated = QtCore.Signal(object)
    #: None: the row that is looked at is to be edited and sent again.
    resend_wanted = QtCore.Signal(object)
    #: str: what rows are to be filtered by as well.
    term_wanted = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._showing = False
        self._model = CaptureModel(inspection)
        self.table = SignalTable(self._model)
        self.setFocusProxy(self.table)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.table)
        inspection.offer_selected(self._selected)
        inspection.current_changed.connect(self._show_current)
        inspection.fates_changed.connect(self.table.refresh)
        self._model.modelReset.connect(self._restore)
        self.table.selectionModel().currentRowChanged.connect(self._tell_current)
        self.table.selectionModel().selectionChanged.connect(self._tell_current)
        self.table.menu_wanted.connect(lambda what: self._menu(what[0]).popup(what[1]))
        self.table.activated.connect(lambda index: self._activate(self._model.row(index.row())))
        theme.theme().changed.connect(self.table.viewport().update)
        copy = QtGui.QAction(self.table)
        copy.setShortcut(QtGui.QKeySequence(QtGui.QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(QtCore.Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self.table.addAction(copy)

    # ---- which row is looked at

    def _selected(self) -> Sequence[int]:
        numbers, ranges = self._model.numbers, self.table.selectionModel().selection().toList()
        if len(ranges) == 1:  # as after Select All: a million rows are cut out as they stand
            return numbers[ranges[0].top() : ranges[0].bottom() + 1]
        return [numbers[place] for place in selected_rows(self.table.selectionModel())]

    def _tell_current(self) -> None:
        """Selection and current row change one after the other; a row at which keys merely begin is not selected."""
        if self._showing:
            return
        selection, current = self.table.selectionModel(), self.table.currentIndex()
        if current.isValid() and selection.isRowSelected(current.row(), QtCore.QModelIndex()):
            row = self._model.row(current.row())
            if row.number != self._inspection.current:
                self._inspection.select(row.number, self)
                if self.table.hasFocus():
                    self._activate(row)
        elif not selection.hasSelection():
            self._inspection.select(None, self)
        self._inspection.selected_changed.emit(None)

    def _show_current(self, number: int | None) -> None:
        if self._inspection.origin is self:
            return
        place = self._model.place_of(number) if number is not None else None
        self._showing = True  # what the table tells meanwhile is half of what is so
        if place is None:
            self.table.clearSelection()
        else:
            self.table.selectRow(place)
            self.table.scrollTo(self._model.index(place, 0))
        self._showing = False
        self._inspection.selected_changed.emit(None)

    def _restore(self) -> None:
        """Another filter: the row that was looked at stays in sight where it passes, else a session's tail is followed."""
        current = self._inspection.current
        place = self._model.place_of(current) if current is not None else None
        if place is not None:
            self.table.selectRow(place)
            self.table.scrollTo(
                self._model.index(place, 0), QtWidgets.QAbstractItemView.ScrollHint.PositionAtCenter
            )
        else:
            self._inspection.select(None, self)
            if self._inspection.controller is not None:
                self.table.follow(True)
            else:  # nothing comes any more: one begins at the beginning
                self.table.scrollToTop()

    def _activate(self, row: Row) -> None:
        if row.seq is not None and row.kind is Kind.CHAT:
            self.row_activated.emit(row.seq)

    # ---- menu and clipboard

    def _copy(self) -> None:
        """The selected rows, one a line; what is too much for a clipboard is said, not cut off in silence."""
        rows = selected_rows(self.table.selectionModel())
        copied = [as_json(self._model.row(row)) for row in rows[:MOST_COPIED]]
        QtWidgets.QApplication.clipboard().setText("\n".join(copied))
        if len(rows) > MOST_COPIED:
            self._inspection.notice.emit(f"Copied the first {MOST_COPIED:,} of {len(rows):,} rows.")

    def _menu(self, index: QtCore.QModelIndex) -> QtWidgets.QMenu:
        row = self._model.row(index.row())
        value = self._model.cell(row, index.column())
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        clipboard = QtWidgets.QApplication.clipboard()
        menu.addAction(theme.icon("copy"), "Copy cell").triggered.connect(lambda: clipboard.setText(value))
        menu.addAction(theme.icon("file"), "Copy row as JSON").triggered.connect(
            lambda: clipboard.setText(as_json(row))
        )
        if row.may_be_sent_again:
            self._offer_sending(menu, row)
        term = self._term(row, index.column())
        if term:
            menu.addSeparator()
            menu.addAction(theme.icon("filter"), f"Filter by {term}").triggered.connect(
                lambda: self.term_wanted.emit(term)
            )
            menu.addAction("Exclude it").triggered.connect(lambda: self.term_wanted.emit(f"-{term}"))
        return menu

    def _offer_sending(self, menu: QtWidgets.QMenu, row: Row) -> None:
        session = self._inspection.session
        fill_copy_menu(menu, Draft(type=row.type, data=row.data, to=row.to), session)
        add_mermaid(menu, self._inspection.capture, row)
        menu.addSeparator()
        resend = menu.addAction(theme.icon("reply"), "Edit and resend…\tCtrl+E")
        resend.setEnabled(session is not None)
        resend.triggered.connect(lambda: self._resend(row))

    def _resend(self, row: Row) -> None:
        self._inspection.select(row.number)
        self.resend_wanted.emit(None)

    def _term(self, row: Row, column: int) -> str:
        if column == FROM and (row.sender is not None or row.is_server):
            return f"from:{row.sender or 'server'}"
        if column == TO and row.kind.is_signal:
            return f"to:{row.to or 'all'}"
        if column == TYPE and row.type is not None:
            return f"type:{row.type}"
        return f"kind:{row.kind.value}" if column != BYTES else ""
