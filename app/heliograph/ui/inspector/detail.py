"""Everything about one row: its data in the ways that fit, its envelope, who got it."""

import datetime

from PySide6 import QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Fate, Row
from heliograph.model.text import duration_words
from heliograph.model.viewers import fitting
from heliograph.ui import theme
from heliograph.ui.theme import space


class Detail(QtWidgets.QWidget):
    """Shows the row that is looked at."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection, self._capture = inspection, inspection.capture
        self._row: Row | None = None
        self._tabs = QtWidgets.QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.currentChanged.connect(self._show_data)
        self._text = QtWidgets.QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setAccessibleName("Data of the selected signal")
        self._text.setLineWrapMode(QtWidgets.QPlainTextEdit.LineWrapMode.WidgetWidth)
        self._text.setTabChangesFocus(True)
        self._facts = QtWidgets.QPlainTextEdit()
        self._facts.setReadOnly(True)
        self._facts.setAccessibleName("Envelope and receipts of the selected signal")
        self._facts.setTabChangesFocus(True)
        left = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(left)
        column.setContentsMargins(space(2), space(1), space(1), space(2))
        column.setSpacing(space(1))
        column.addWidget(self._tabs)
        column.addWidget(self._text, 1)
        right = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(right)
        column.setContentsMargins(space(1), space(1), space(2), space(2))
        column.addWidget(self._facts)
        split = QtWidgets.QSplitter()
        split.addWidget(left)
        split.addWidget(right)
        split.setSizes([320, 260])
        split.setChildrenCollapsible(False)
        outer = QtWidgets.QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)
        theme.theme().changed.connect(self._fonts)
        self._fonts()
        inspection.current_changed.connect(lambda _number: self.show_row(inspection.current_row))
        inspection.fates_changed.connect(self.refresh)
        self.show_row(inspection.current_row)

    def _fonts(self) -> None:
        self._text.setFont(theme.font(0.95, mono=True))
        self._facts.setFont(theme.font(0.95, mono=True))

    @property
    def row(self) -> Row | None:
        """The row that is shown."""
        return self._row

    def show_row(self, row: Row | None) -> None:
        """This row, or nothing."""
        self._row = row
        self._viewers = fitting(row.data) if row is not None and row.data is not None else []
        blocked = self._tabs.blockSignals(True)
        while self._tabs.count():
            self._tabs.removeTab(0)
        for viewer in self._viewers:
            self._tabs.addTab(viewer.name)
        self._tabs.blockSignals(blocked)
        self._tabs.setVisible(bool(self._viewers))
        self._show_data()
        self._facts.setPlainText(self._envelope(row) if row else "")

    def refresh(self, seqs: set[int]) -> None:
        """What became of these signals has changed."""
        if self._row is not None and self._row.seq in seqs:
            bar = self._facts.verticalScrollBar()
            place = bar.value()
            self._facts.setPlainText(self._envelope(self._row))
            bar.setValue(place)

    def _show_data(self) -> None:
        row = self._row
        if row is None:
            self._text.setPlainText("")
            self._text.setPlaceholderText("Select a row to see all of it.")
        elif not self._viewers:
            self._text.setPlainText(row.note or ("" if row.kind.is_signal else row.kind.value))
            self._text.setPlaceholderText("This signal has no data.")
        else:
            viewer = self._viewers[max(0, self._tabs.currentIndex())]
            assert row.data is not None
            self._text.setPlainText(viewer.show(row.data) or "")
            self._text.setPlaceholderText("data is present and empty")
        self._text.moveCursor(QtGui.QTextCursor.MoveOperation.Start)

    def _envelope(self, row: Row) -> str:
        name = self._capture.name
        at = datetime.datetime.fromtimestamp(row.at / 1000).isoformat(sep=" ", timespec="milliseconds")  # noqa: DTZ006
        facts = [("kind", row.kind.value), ("at", at)]
        if row.seq is not None:
            facts.append(("seq", str(row.seq)))
        fate = self._capture.fate(row) if row.direction == "out" else None
        if fate is not None and fate.n is not None:
            facts.append(("n", str(fate.n)))
        if row.sender is not None or row.is_server:
            facts.append(("from", f"{name(row.sender)}  {row.sender or ''}".rstrip()))
        if row.kind.is_signal:
            facts.append(("to", f"{name(row.to)}  {row.to}" if row.to else "everyone"))
            facts.append(("type", row.type if row.type is not None else "none"))
            facts.append(("bytes", f"{row.size:,}"))
        if row.json:
            facts.append(("json", "true: the sender's data was no string"))
        if row.note:
            facts.append(("note", row.note))
        return "\n".join([*(f"{key:<6} {value}" for key, value in facts), *self._receipts(fate)])

    def _receipts(self, fate: Fate | None) -> list[str]:
        if fate is None:
            return []
        lines = ["", f"delivered to {len(fate.delivered)} of {fate.of}, read by {len(fate.read)}"]
        for id, at in fate.delivered.items():
            words = f"  {self._capture.name(id)}: got it after {duration_words(max(0, at - fate.at))}"
            if id in fate.read:
                words += f", read after {duration_words(max(0, fate.read[id] - fate.at))}"
            lines.append(words)
        return lines
