"""The inspector of a session: filter, table, detail."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.filter import OPERATORS, BadFilter, compile_filter
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.inspector.copying import MOST_COPIED, as_json, selected_rows
from heliograph.ui.inspector.detail import Detail
from heliograph.ui.inspector.model import BYTES, FROM, TO, TYPE, CaptureModel
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.theme import space

#: From this width in pixels on buttons say in words what they do; below it their tooltips do.
_WITH_WORDS = 460


class InspectorPane(QtWidgets.QWidget):
    """Capture goes on while this is hidden or its view is frozen."""

    #: int: seq of the row that the person chose.
    row_activated = QtCore.Signal(object)

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        capture = controller.capture
        assert isinstance(capture, Capture)
        self._capture = capture
        self._cleared: Capture | None = None
        self._model = CaptureModel(capture)
        self._table = SignalTable(self._model)
        self._detail = Detail(capture)
        self._filter = QtWidgets.QLineEdit()
        self._filter.setPlaceholderText("Filter: words, type: from: to: kind: data:")
        self._filter.setClearButtonEnabled(True)
        self._filter.setAccessibleName("Filter")
        self._filter.setToolTip(
            "\n".join(
                ["Words must all occur. -word excludes.", *(f"{op.word}:  {op.help}" for op in OPERATORS)]
            )
        )
        self._apply = QtCore.QTimer(self)
        self._apply.setSingleShot(True)
        self._apply.setInterval(120)
        self._apply.timeout.connect(self._apply_filter)
        self._filter.textChanged.connect(self._apply.start)
        escape = QtGui.QShortcut(QtGui.QKeySequence("Esc"), self._filter)
        escape.setContext(QtCore.Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._leave_filter)
        self._error = QtWidgets.QLabel()
        self._error.setProperty("danger", True)
        self._error.setContentsMargins(space(3), 0, space(3), space(1))
        self._error.hide()
        self._count = QtWidgets.QLabel()
        self._count.setProperty("muted", True)
        self._buttons = self._make_buttons()
        self._pill = QtWidgets.QPushButton(self._table)
        self._pill.setProperty("primary", True)
        self._pill.clicked.connect(lambda: self._table.follow(True))
        self._pill.hide()
        self._arrived = 0
        self._frames = QtCore.QTimer(self)
        self._frames.setSingleShot(True)
        self._frames.setInterval(16)
        self._frames.timeout.connect(self._model.take_new)
        self._lay_out()
        self._connect()
        self._tint()
        self._show_count()

    # ---- building

    def _make_buttons(self) -> dict[str, QtWidgets.QToolButton]:
        buttons = {}
        for name, words, tip, checkable in (
            ("freeze", "Freeze view", "Show nothing new for now; signals are still captured", True),
            ("trash", "Clear", "Empty the list; can be undone", False),
            ("undo", "Undo clear", "Bring back what was cleared", False),
            (
                "eye",
                "Inspect whole session",
                "See private signals of others too. Everybody is told while it is on.",
                True,
            ),
        ):
            button = QtWidgets.QToolButton()
            button.setText(words)
            button.setToolTip(tip)
            button.setAccessibleName(words)
            button.setCheckable(checkable)
            button.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
            button.setToolButtonStyle(QtCore.Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            buttons[name] = button
        buttons["undo"].hide()
        return buttons

    def _lay_out(self) -> None:
        top = QtWidgets.QHBoxLayout()
        top.setContentsMargins(space(2), space(2), space(2), space(1))
        top.setSpacing(space(1))
        top.addWidget(self._filter, 1)
        tools = QtWidgets.QHBoxLayout()
        tools.setContentsMargins(space(2), 0, space(3), space(1))
        tools.setSpacing(space(1))
        for button in self._buttons.values():
            tools.addWidget(button)
        tools.addStretch()
        tools.addWidget(self._count)
        split = QtWidgets.QSplitter(QtCore.Qt.Orientation.Vertical)
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self._table)
        split.addWidget(self._detail)
        split.setSizes([460, 190])
        self._detail.setMinimumHeight(90)
        split.setStretchFactor(0, 1)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self._error)
        column.addLayout(tools)
        column.addWidget(split, 1)

    def _connect(self) -> None:
        controller = self._controller
        controller.rows_added.connect(self._rows_added)
        controller.fates_changed.connect(self._fates_changed)
        controller.inspected_changed.connect(self._show_inspect)
        controller.status_changed.connect(self._show_inspect)
        self._model.counted.connect(self._show_count)
        self._table.following_changed.connect(self._following_changed)
        self._table.selectionModel().currentRowChanged.connect(self._show_selected)
        self._table.selectionModel().selectionChanged.connect(self._show_selected)
        self._table.menu_wanted.connect(lambda what: self._menu(what[0]).popup(what[1]))
        self._table.activated.connect(lambda index: self._activate(self._model.row(index.row())))
        self._buttons["freeze"].toggled.connect(self._freeze)
        self._buttons["trash"].clicked.connect(self._clear)
        self._buttons["undo"].clicked.connect(self._undo)
        self._buttons["eye"].clicked.connect(controller.set_inspect)
        theme.theme().changed.connect(self._tint)
        copy = QtGui.QAction(self._table)
        copy.setShortcut(QtGui.QKeySequence(QtGui.QKeySequence.StandardKey.Copy))
        copy.setShortcutContext(QtCore.Qt.ShortcutContext.WidgetShortcut)
        copy.triggered.connect(self._copy)
        self._table.addAction(copy)
        self._show_inspect()

    def _tint(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(theme.icon(name))
        self._table.viewport().update()

    # ---- what others ask for

    def focus_filter(self) -> None:
        """Give the filter the focus."""
        self._filter.setFocus()
        self._filter.selectAll()

    def _leave_filter(self) -> None:
        """Esc: first what is written goes, then the person, to the signals."""
        if self._filter.text():
            self._filter.clear()
        else:
            self._table.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def reveal(self, seq: int) -> None:
        """Select the row of that signal, where the filter shows it."""
        index = self._capture.index_of(seq)
        if index is None:
            return
        place = self._model.place_of(self._capture[index].number)
        if place is not None:
            blocked = self.blockSignals(True)
            self._table.selectRow(place)
            self._table.scrollTo(self._model.index(place, 0))
            self.blockSignals(blocked)

    # ---- showing

    def _rows_added(self, rows: tuple[int, int]) -> None:
        if not self._table.following or self._model.frozen:
            self._arrived += rows[1] - rows[0] + 1
            self._show_pill()
        if not self._frames.isActive():
            self._frames.start()

    def _fates_changed(self, seqs: set[int]) -> None:
        self._table.refresh(seqs)
        self._detail.refresh(seqs)

    def _following_changed(self, following: bool) -> None:
        if following:
            self._arrived = 0
        self._show_pill()

    def _show_pill(self) -> None:
        self._pill.setVisible(not self._table.following and not self._model.frozen)
        self._pill.setText(f"{self._arrived:,} new" if self._arrived else "Follow")
        self._pill.setIcon(theme.icon("arrow-down", theme.current().on_accent))
        self._pill.adjustSize()
        corner = self._table.rect().bottomRight() - self._pill.rect().bottomRight()
        self._pill.move(corner - QtCore.QPoint(space(5), space(3)))

    def _show_count(self) -> None:
        shown, total = self._model.rowCount(), self._model.total
        words = plural(total, "row") if shown == total else f"{shown:,} of {total:,} rows"
        if self._model.frozen and self._arrived:
            words += f", {self._arrived:,} not shown"
        if self._capture.dropped and self._cleared is None:
            words += f", {self._capture.dropped:,} oldest dropped"
        self._count.setText(words)

    def _show_selected(self) -> None:
        """Selection and current row change one after the other; a row at which keys merely begin is not selected."""
        selection, current = self._table.selectionModel(), self._table.currentIndex()
        if current.isValid() and selection.isRowSelected(current.row(), QtCore.QModelIndex()):
            row = self._model.row(current.row())
            if row is not self._detail.row:
                self._detail.show_row(row)
                if self._table.hasFocus():
                    self._activate(row)
        elif not selection.hasSelection():
            self._detail.show_row(None)

    def _activate(self, row: Row) -> None:
        if row.seq is not None and row.kind is Kind.CHAT:
            self.row_activated.emit(row.seq)

    def _show_inspect(self) -> None:
        button = self._buttons["eye"]
        button.setVisible(self._controller.may_moderate)
        button.setChecked(self._controller.inspected)

    # ---- doing

    def _apply_filter(self) -> None:
        text = self._filter.text()
        try:
            found = compile_filter(text, self._capture)
        except BadFilter as bad:
            self._error.setText(f"{bad}  (at character {bad.position + 1})")
            self._error.show()
            self._mark_bad(True)
            return
        self._error.hide()
        self._mark_bad(False)
        self._model.set_filter(found)
        self._table.follow(True)

    def _mark_bad(self, bad: bool) -> None:
        self._filter.setProperty("bad", bad)
        self._filter.style().unpolish(self._filter)
        self._filter.style().polish(self._filter)

    def _freeze(self, frozen: bool) -> None:
        self._model.frozen = frozen
        if not frozen:
            self._arrived = 0
            self._model.take_new()
        self._show_pill()
        self._show_count()

    def _clear(self) -> None:
        self._cleared = self._capture.clear()
        self._model.reload()
        self._detail.show_row(None)
        self._arrived = 0
        self._buttons["undo"].show()
        self._show_count()

    def _undo(self) -> None:
        if self._cleared is not None:
            self._capture.restore(self._cleared)
            self._cleared = None
            self._model.reload()
        self._buttons["undo"].hide()

    def _copy(self) -> None:
        """The selected rows, one a line; what is too much for a clipboard is said, not cut off in silence."""
        rows = selected_rows(self._table.selectionModel())
        copied = [as_json(self._model.row(row)) for row in rows[:MOST_COPIED]]
        QtWidgets.QApplication.clipboard().setText("\n".join(copied))
        if len(rows) > MOST_COPIED:
            self._controller.notice.emit(f"Copied the first {MOST_COPIED:,} of {len(rows):,} rows.")

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
        term = self._term(row, index.column())
        if term:
            menu.addSeparator()
            menu.addAction(theme.icon("filter"), f"Filter by {term}").triggered.connect(
                lambda: self._add_term(term)
            )
            menu.addAction("Exclude it").triggered.connect(lambda: self._add_term(f"-{term}"))
        return menu

    def _term(self, row: Row, column: int) -> str:
        if column == FROM and (row.sender is not None or row.is_server):
            return f"from:{row.sender or 'server'}"
        if column == TO and row.kind.is_signal:
            return f"to:{row.to or 'all'}"
        if column == TYPE and row.type is not None:
            return f"type:{row.type}"
        return f"kind:{row.kind.value}" if column != BYTES else ""

    def _add_term(self, term: str) -> None:
        self._filter.setText(f"{self._filter.text().strip()} {term}".strip())

    # ---- Qt

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.key() == QtCore.Qt.Key.Key_Slash:
            self.focus_filter()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        style = QtCore.Qt.ToolButtonStyle
        words = event.size().width() >= _WITH_WORDS
        for button in self._buttons.values():
            button.setToolButtonStyle(style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly)
        self._show_pill()
