"""Everything about the row that is looked at: its data in the ways that fit, its envelope, its frame, who got it."""

from itertools import pairwise

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model import json_tree
from heliograph.model.answers import answers_to
from heliograph.model.capture import Kind, Row
from heliograph.model.envelope import called, envelope, frame
from heliograph.model.filter_states import lacks_read
from heliograph.model.frames import tree_of
from heliograph.model.json_tree import Node
from heliograph.model.rows import FrameRow
from heliograph.model.text import stamps_words
from heliograph.model.unread import why_not_read
from heliograph.model.viewers import HEX, fitting, hex_words
from heliograph.ui import theme
from heliograph.ui.controls import Tool
from heliograph.ui.inspector.cells import fared_tip
from heliograph.ui.inspector.detail_find import FindLine
from heliograph.ui.inspector.detail_pages import FactsPage, TextPage
from heliograph.ui.inspector.detail_sheets import Sheet, Sheets
from heliograph.ui.inspector.diff import ComparePage
from heliograph.ui.inspector.json_tree import JsonTree
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip

#: From this width in pixels on, data and envelope lie side by side; below it all sheets lie on one pile.
_SIDE_BY_SIDE = 540
COMPARE = "Compare"


class Detail(QtWidgets.QWidget):
    """Shows the row that is looked at, and compares two where two are selected."""

    #: Row: it is to be edited and sent again.
    resend_wanted = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection, self._capture = inspection, inspection.capture
        self._row: Row | None = None
        self._pair: tuple[Row, Row] | None = None
        self._text = TextPage("Data of the selected signal")
        self._tree = JsonTree()
        self._facts = FactsPage("Envelope of the selected signal")
        self._frame = TextPage("Frame of the selected signal")
        self._receipts = FactsPage("Receipts of the selected signal", ("Person", "Delivered", "Read"))
        self._answers = FactsPage(
            "Receipts that the sender of the selected signal got", ("Person", "Receipt", "When")
        )
        self._compare = ComparePage()
        self._data, self._about = Sheets("Data"), Sheets("About the signal")
        self._data.keep(self._text, self._tree, self._compare)
        self._about.keep(self._facts, self._frame, self._receipts, self._answers)
        self._find = FindLine(self._look_for)
        self._resend = Tool("reply", "", "Edit and resend", "Edit this signal and send it again (Ctrl+E)")
        self._search = Tool("search", "", "Find in the data", "Find in the data (Ctrl+F)")
        self._lay_out()
        self._order_stops()
        self._connect()
        self._fonts()
        self._show_row()

    def _lay_out(self) -> None:
        self._data.corner.addWidget(self._search)
        self._data.corner.addWidget(self._resend)
        self._split = QtWidgets.QSplitter()
        self._split.setHandleWidth(space(2))
        self._split.setProperty("quiet", True)
        self._split.setChildrenCollapsible(False)
        self._split.addWidget(self._data)
        self._split.addWidget(self._about)
        self._split.setSizes([320, 280])
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(2), space(1), space(2), space(2))
        column.setSpacing(space(1))
        column.addWidget(self._split, 1)
        column.addWidget(self._find)

    def _order_stops(self) -> None:
        """Tab goes as one reads: the data with its tabs, then what is about the signal with its own."""
        stops = (
            self._data.tabs, self._search, self._resend, self._tree, self._text, self._compare,
            self._about.tabs, self._facts, self._frame, self._receipts, self._answers,
        )  # fmt: skip
        for before, after in pairwise(stops):
            QtWidgets.QWidget.setTabOrder(before, after)

    def _connect(self) -> None:
        inspection = self._inspection
        inspection.current_changed.connect(self._show_row)
        inspection.selected_changed.connect(self._show_pair)
        inspection.fates_changed.connect(self._fates_changed)
        inspection.rows_added.connect(self._rows_added)
        inspection.reset.connect(self._show_row)
        self._search.clicked.connect(self._find.begin)
        self._resend.clicked.connect(lambda: self.resend_wanted.emit(self._row))
        self._find.left.connect(lambda _none: self._page().setFocus())
        self._data.shown.connect(self._sheet_shown)
        theme.theme().changed.connect(self._fonts)

    def _fonts(self) -> None:
        self._tree.setFont(theme.font(0.95, mono=True))
        self._tree.viewport().update()

    @property
    def row(self) -> Row | None:
        """The row that is shown."""
        return self._row

    # ---- which sheets there are

    def _show_row(self) -> None:
        self._row = self._inspection.current_row
        can = self._row is not None and self._row.may_be_sent_again and self._inspection.session is not None
        self._resend.setVisible(can)
        self._pair = self._two_selected()
        self._offer()

    def _show_pair(self) -> None:
        pair = self._two_selected()
        if pair != self._pair:
            self._pair = pair
            self._offer()

    def _two_selected(self) -> tuple[Row, Row] | None:
        selected = self._inspection.selected
        if len(selected) != 2:
            return None
        first, second = self._inspection.row(selected[0]), self._inspection.row(selected[1])
        return (first, second) if first is not None and second is not None else None

    def _offer(self) -> None:
        about = self._about_sheets()
        if self.width() < _SIDE_BY_SIDE:
            self._about.offer([])
            self._data.offer([*self._data_sheets(), *about], COMPARE, self._most_wanted())
        else:
            self._about.offer(about, otherwise=self._most_wanted())
            self._data.offer(self._data_sheets(), COMPARE)

    def _most_wanted(self) -> str:
        """Of a chat line that not all have read one wants to know who, and why."""
        return "Receipts" if self._row is not None and lacks_read(self._capture, self._row) else ""

    def _data_sheets(self) -> list[Sheet]:
        row = self._row
        if row is None:
            nothing = "Select a row to see all of it.\nSelect two to compare them."
            return [Sheet("", self._text, lambda: self._text.show_text("", nothing))]
        sheets = []
        if self._pair is not None:
            sheets.append(Sheet(COMPARE, self._compare, self._fill_comparison))
        if isinstance(row, FrameRow):
            return [*sheets, *self._frame_sheets(row)]
        if row.note:
            sheets.append(Sheet("Note", self._text, lambda: self._text.show_text(row.note)))
        if row.data is not None:
            sheets += [self._viewed(viewer.name, shown) for viewer, shown in fitting(row.type, row.data)]
        elif not row.note:
            words = "This signal has no data." if row.kind.is_signal else row.kind.value
            sheets.append(Sheet("Data", self._text, lambda: self._text.show_text("", words)))
        return sheets

    def _frame_sheets(self, row: FrameRow) -> list[Sheet]:
        """All of a frame of OpenTok's wire, its payload as data are shown, and its bytes."""
        tree = tree_of(row)
        sheets = [self._viewed("Frame", tree)] if tree is not None else []
        if row.data is not None:
            shown = [pair for pair in fitting(None, row.data) if pair[0].name != HEX]
            sheets += [self._viewed(viewer.name, what) for viewer, what in shown]
        return [*sheets, self._viewed(HEX, hex_words(row.frame))]

    def _viewed(self, name: str, shown: str | Node) -> Sheet:
        if isinstance(shown, Node):
            return Sheet(name, self._tree, lambda: self._tree.show_document(shown))
        empty, wrap = "The data is there, and empty.", name != HEX
        return Sheet(name, self._text, lambda: self._text.show_text(shown, empty, wrap=wrap))

    def _about_sheets(self) -> list[Sheet]:
        row = self._row
        if row is None:
            return []
        sheets = [Sheet("Envelope", self._facts, self._fill_envelope)]
        if (text := frame(self._capture, row)) is not None:
            pretty = json_tree.write(json_tree.read(text))
            sheets.append(Sheet("Frame", self._frame, lambda: self._frame.show_text(pretty)))
        if row.kind in {Kind.CHAT, Kind.SIGNAL, Kind.PING}:
            if self._capture.fate(row) is not None:
                sheets.append(Sheet("Receipts", self._receipts, self._fill_receipts))
            elif row.direction == "in" and row.sender is not None:
                sheets.append(Sheet("Receipts", self._answers, self._fill_answers))
        return sheets

    # ---- what is on them

    def _fill_comparison(self) -> None:
        if self._pair is not None:
            self._compare.compare(self._capture, *self._pair)

    def _fill_envelope(self) -> None:
        if self._row is not None:
            self._facts.show_facts(list(envelope(self._capture, self._row).items()))

    def _fill_receipts(self) -> None:
        row, capture = self._row, self._capture
        fate = capture.fate(row) if row is not None else None
        if fate is None:
            return
        people = dict.fromkeys((*fate.to, *fate.delivered))
        rows: list[tuple[str, ...]] = []
        inks: list[tuple[str, ...]] = []
        for id in sorted(people, key=fate.read.__contains__):
            told = [at.get(id) for at in (fate.delivered, fate.read)]
            words = ["not yet" if at is None else stamps_words(at - fate.at) for at in told]
            rows.append((called(capture, id), *words))
            inks.append((f"hue {capture.hue(id)}", *("muted" if at is None else "" for at in told)))
            if row is not None and row.kind is Kind.CHAT and (why := why_not_read(capture, row, id)):
                rows.append((f"  {why}",))
                inks.append(("warning",))
        left = fate.of - len(people)
        if left > 0:
            rows.append((f"{left:,} more", "not yet", "not yet"))
            inks.append(("muted", "muted", "muted"))
        if not rows:
            rows.append(("Nobody else was here.",))
        self._receipts.header().setToolTip(plain_tip(fared_tip(fate)))
        self._receipts.show_facts(rows, inks)

    def _fill_answers(self) -> None:
        if self._row is None:
            return
        sent = answers_to(self._capture, self._row)
        began, capture = self._row.at, self._capture
        rows = [(called(capture, a.sender), a.state, f"after {stamps_words(a.at - began)}") for a in sent]
        inks = [(f"hue {capture.hue(answer.sender)}", "", "") for answer in sent]
        self._answers.show_facts(rows or [("No receipt of it is seen here.",)], inks)

    # ---- what changes while it is shown

    def _fates_changed(self, seqs: set[int]) -> None:
        if self._row is not None and self._row.seq in seqs:
            self._fill_if_up(self._receipts)

    def _rows_added(self, rows: tuple[int, int]) -> None:
        fresh = self._capture.rows[rows[0] : rows[1] + 1]
        if any(row.kind is Kind.RECEIPT for row in fresh):
            self._fill_if_up(self._answers)

    def _fill_if_up(self, page: QtWidgets.QWidget) -> None:
        for sheets in (self._data, self._about):
            sheet = sheets.current
            if sheet is not None and sheet.page is page:
                sheet.fill()

    # ---- finding

    def _page(self) -> QtWidgets.QWidget:
        sheet = self._data.current
        return sheet.page if sheet is not None else self._text

    def _look_for(self, words: str, step: int) -> str:
        page = self._page()
        return page.look_for(words, step) if isinstance(page, (JsonTree, TextPage)) else ""

    def _sheet_shown(self, sheet: Sheet) -> None:
        self._about.setVisible(sheet.name != COMPARE and self._about.current is not None)
        can = isinstance(sheet.page, (JsonTree, TextPage)) and self._row is not None
        self._search.setVisible(can)
        if can:
            self._find.look_again()

    # ---- Qt

    def event(self, event: QtCore.QEvent) -> bool:
        """Ctrl+F here is for what is here, not for the window."""
        if isinstance(event, QtGui.QKeyEvent) and event.matches(QtGui.QKeySequence.StandardKey.Find):
            if event.type() == QtCore.QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QtCore.QEvent.Type.KeyPress:
                self._find.begin()
                return True
        return super().event(event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() < _SIDE_BY_SIDE) != (event.size().width() < _SIDE_BY_SIDE):
            self._offer()
