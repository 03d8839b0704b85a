"""The first view: every signal as a row of a table, its menu, and what is copied of it."""

from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Kind, Row
from heliograph.model.capture_rows import says_what_is_lost
from heliograph.model.templates import Draft
from heliograph.model.text import one_line
from heliograph.ui import theme
from heliograph.ui.inspector.cells import NAMES
from heliograph.ui.inspector.columns import Columns
from heliograph.ui.inspector.compose_copy import add_mermaid, fill_copy_menu
from heliograph.ui.inspector.copying import MOST_COPIED, as_json, as_table, selected_rows
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.inspector.terms import term_of


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
        self.table.activated.connect(lambda index: self._enter(self._model.row(index.row())))
        self.columns = Columns(self.table, inspection)
        ended = inspection.controller is None  # nothing comes any more that could be followed
        for keys, act in (
            ("Ctrl+C", self._copy), ("Ctrl+Shift+C", self._copy_table), ("M", self.mark),
            ("T", self.columns.next_time_mode), *([("End", self._choose_last)] if ended else []),
        ):  # fmt: skip
            action = QtGui.QAction(self.table)
            action.setShortcut(QtGui.QKeySequence(keys))
            action.setShortcutContext(QtCore.Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _on=False, act=act: act())
            self.table.addAction(action)
        inspection.filter_changed.connect(self._say_why_empty)
        inspection.capturing_changed.connect(self._say_why_empty)
        self._say_why_empty()

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
            self.table.choose_row(place)
            self.table.show_row(place)
        self._showing = False
        self._inspection.selected_changed.emit(None)

    def _choose_last(self) -> None:
        last = self._model.rowCount() - 1
        if last >= 0:
            self.table.choose_row(last)
            self.table.show_row(last)

    def _restore(self) -> None:
        """Another filter: the row that was looked at stays in sight where it passes, else a session's tail is followed."""
        current = self._inspection.current
        place = self._model.place_of(current) if current is not None else None
        if place is not None:
            self.table.choose_row(place)
            self.table.show_row(place, QtWidgets.QAbstractItemView.ScrollHint.PositionAtCenter)
        else:
            self._inspection.select(None, self)
            if self._inspection.controller is not None:
                self.table.follow(True)
            else:  # nothing comes any more: one begins at the beginning
                self.table.scrollToTop()

    def _enter(self, row: Row) -> None:
        """A row was chosen again: the first one leads to the rows that gave way."""
        inspection = self._inspection
        if inspection.controller is None or not says_what_is_lost(row):
            self._activate(row)
        elif inspection.capture.on_disk:
            inspection.older_wanted.emit(None)
        else:
            inspection.long_wanted.emit(None)

    def _activate(self, row: Row) -> None:
        if row.seq is not None and row.kind is Kind.CHAT:
            self.row_activated.emit(row.seq)

    # ---- menu and clipboard

    def mark(self) -> None:
        """Mark the row that is looked at, or take its mark away."""
        number = self._inspection.current
        if number is None and self.table.currentIndex().isValid():
            number = self._model.row(self.table.currentIndex().row()).number
        if number is not None:
            self._inspection.toggle_mark(number)

    def _chosen(self) -> list[Row]:
        """The selected rows; what is too much for a clipboard is said, not cut off in silence."""
        places = selected_rows(self.table.selectionModel())
        if len(places) > MOST_COPIED:
            self._inspection.notice.emit(f"Copied the first {MOST_COPIED:,} of {len(places):,} rows.")
        return [self._model.row(place) for place in places[:MOST_COPIED]]

    def _copy(self) -> None:
        """The selected rows, one a line."""
        QtWidgets.QApplication.clipboard().setText("\n".join(as_json(row) for row in self._chosen()))

    def _copy_table(self) -> None:
        """The selected rows, for a spreadsheet."""
        QtWidgets.QApplication.clipboard().setText(as_table(self._inspection.capture, self._chosen()))

    def open_menu(self, what: tuple[int, QtCore.QPoint]) -> None:
        """The menu of the row of that number, at that place on the screen: other views open the same one."""
        place = self._model.place_of(what[0])
        if place is not None:
            self._menu(self._model.index(place, 0)).popup(what[1])

    def _menu(self, index: QtCore.QModelIndex) -> QtWidgets.QMenu:
        row = self._model.row(index.row())
        if not self.table.selectionModel().isRowSelected(index.row(), QtCore.QModelIndex()):
            self.table.choose_row(index.row())
        value = self._model.words(index.row(), index.column())
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._inspection.controller is not None and says_what_is_lost(row):
            self._offer_older(menu)
        self._offer_filters(menu, row, index.column())
        clipboard = QtWidgets.QApplication.clipboard()
        menu.addAction(theme.icon("copy"), "Copy cell").triggered.connect(lambda: clipboard.setText(value))
        menu.addAction("Copy rows as JSON\tCtrl+C").triggered.connect(self._copy)
        menu.addAction("Copy rows for a spreadsheet\tCtrl+Shift+C").triggered.connect(self._copy_table)
        marked = row.number in self._inspection.capture.marks
        menu.addAction(
            theme.icon("pin"), "Take the mark away\tM" if marked else "Mark this row\tM"
        ).triggered.connect(lambda: self._inspection.toggle_mark(row.number))
        if row.may_be_sent_again:
            self._offer_sending(menu, row)
        return menu

    def _offer_older(self, menu: QtWidgets.QMenu) -> None:
        """What can be done about rows that gave way."""
        inspection = self._inspection
        if inspection.capture.on_disk:
            menu.addAction(theme.icon("folder"), "Open older rows…").triggered.connect(
                lambda: inspection.older_wanted.emit(None)
            )
        menu.addAction(theme.icon("save"), "Keep long captures on disk…").triggered.connect(
            lambda: inspection.long_wanted.emit(None)
        )
        menu.addSeparator()

    def _offer_filters(self, menu: QtWidgets.QMenu, row: Row, column: int) -> None:
        """By the cell at which the menu opens, and by every other one: who comes by key is at a row."""
        capture = self._inspection.capture
        terms = dict.fromkeys(term_of(capture, row, other) for other in (column, *range(len(NAMES))))
        terms.pop("", None)
        first, *others = terms
        menu.addAction(theme.icon("filter"), f"Filter by {_words(first)}").triggered.connect(
            lambda: self.term_wanted.emit(first)
        )
        menu.addAction("Exclude it").triggered.connect(lambda: self.term_wanted.emit(f"-{first}"))
        more = menu.addMenu("Filter by another cell")
        for term in others:
            more.addAction(_words(term)).triggered.connect(lambda _on=False, t=term: self.term_wanted.emit(t))
        menu.addSeparator()

    def _offer_sending(self, menu: QtWidgets.QMenu, row: Row) -> None:
        session = self._inspection.session
        copies = menu.addMenu(theme.icon("copy"), "Copy signal as")
        fill_copy_menu(copies, Draft(type=row.type, data=row.data, to=row.to), session)
        add_mermaid(copies, self._inspection.capture, row)
        menu.addSeparator()
        resend = menu.addAction(theme.icon("reply"), "Edit and resend…\tCtrl+E")
        resend.setEnabled(session is not None)
        resend.triggered.connect(lambda: self._resend(row))

    def _resend(self, row: Row) -> None:
        self._inspection.select(row.number)
        self.resend_wanted.emit(None)

    # ---- nothing to show

    def _say_why_empty(self) -> None:
        """What to do where there are no rows."""
        inspection = self._inspection
        if inspection.filter is not None:
            words = (
                "No row passes the filter",
                f"{one_line(inspection.filter_text, 80)}\nEsc in the filter takes it away.",
            )
        elif inspection.controller is None:
            words = ("This capture has no rows", "Nothing was kept in it.")
        elif not inspection.capturing:
            words = ("The capture is stopped", "Go on with it to see what happens.")
        else:
            words = ("Nothing yet", "Every signal, ping, receipt, join and leave appears here as it happens.")
        self.table.empty_words = words
        self.table.viewport().update()


def _words(term: str) -> str:
    """A term for a menu."""
    return one_line(term, 50).replace("&", "&&")
