"""The pages of the detail: a text, and a list of facts that can be copied one by one."""

import re
from collections.abc import Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme
from heliograph.ui.actions import offer
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip


class TextPage(QtWidgets.QPlainTextEdit):
    """A text to read, select and copy; nothing in it means anything to Qt."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QtGui.QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        theme.theme().changed.connect(self._fonts)
        self._fonts()

    def _fonts(self) -> None:
        self.setFont(theme.font(0.95, mono=True))

    def show_text(self, text: str, nothing: str = "", *, wrap: bool = True) -> None:
        """Another text; `nothing` stands in its place where it is empty."""
        mode = QtWidgets.QPlainTextEdit.LineWrapMode
        self.setLineWrapMode(mode.WidgetWidth if wrap else mode.NoWrap)
        self.setPlaceholderText(nothing)
        if text != self.toPlainText():
            self.setPlainText(text)
            self.moveCursor(QtGui.QTextCursor.MoveOperation.Start)

    def look_for(self, words: str, step: int) -> str:
        """Select the next (1) or previous (-1) place of these words, 0 the first; says where that is."""
        places = _places(self.toPlainText(), words)
        cursor = self.textCursor()
        if not places:
            cursor.clearSelection()
            self.setTextCursor(cursor)
            return "not found" if words else ""
        start = cursor.selectionStart()
        if step < 0:
            at = next((n for n in reversed(range(len(places))) if places[n][0] < start), len(places) - 1)
        else:
            at = next((n for n, place in enumerate(places) if place[0] >= start + step), 0)
        cursor.setPosition(places[at][0])
        cursor.setPosition(places[at][1], QtGui.QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        return f"{at + 1:,} of {len(places):,}"


def _places(text: str, words: str) -> list[tuple[int, int]]:
    """From where to where the words stand, whatever their case, in UTF-16 units as Qt counts."""
    found = re.finditer(re.escape(words), text, re.IGNORECASE) if words else iter(())
    return [(_units(text[: match.start()]), _units(text[: match.end()])) for match in found]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class FactsPage(QtWidgets.QTreeWidget):
    """Rows of a few columns; Ctrl+C copies the value of a row, and the menu also all of them."""

    def __init__(self, name: str, headings: Sequence[str] = (), narrow: Sequence[int] = ()) -> None:
        """`narrow` are columns besides the first one that get no more room than they need."""
        super().__init__()
        self.setAccessibleName(name)
        self.setColumnCount(max(2, len(headings)))
        self.setHeaderLabels(list(headings))
        self.setHeaderHidden(not headings)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setTabKeyNavigation(False)
        self.setAllColumnsShowFocus(True)
        self.setTextElideMode(QtCore.Qt.TextElideMode.ElideRight)
        header = self.header()
        header.setSectionsMovable(False)
        header.setStretchLastSection(False)
        mode = QtWidgets.QHeaderView.ResizeMode
        for column in range(1, self.columnCount()):
            header.setSectionResizeMode(column, mode.ResizeToContents if column in narrow else mode.Stretch)
        self.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        offer(self, (
            ("Copy value", "Ctrl+C", "copy", self._copy_value),
            ("Copy all", "", "file", self._copy_all),
        ))  # fmt: skip
        theme.theme().changed.connect(self._restyle)
        self._inks: list[Sequence[str]] = []
        self._restyle()

    def show_facts(self, rows: Sequence[Sequence[str]], inks: Sequence[Sequence[str]] = ()) -> None:
        """Other facts, at the same place where there are as many; `inks` names a colour for each cell, or "".

        A colour is a name in the palette, or "hue 7" for that of a person. A row of one cell takes the whole line.
        """
        current = self.currentIndex().row()
        bar = self.verticalScrollBar().value()
        while self.topLevelItemCount() > len(rows):
            self.takeTopLevelItem(self.topLevelItemCount() - 1)
        while self.topLevelItemCount() < len(rows):
            self.addTopLevelItem(QtWidgets.QTreeWidgetItem())
        for place, texts in enumerate(rows):
            item = self.topLevelItem(place)
            assert item is not None
            item.setFirstColumnSpanned(len(texts) == 1 < self.columnCount())
            for column, text in enumerate((*texts, *[""] * (self.columnCount() - len(texts)))):
                item.setText(column, text)
                item.setToolTip(column, plain_tip(text))
        self._inks = list(inks)
        self._restyle()
        self._fit()
        if (item := self.topLevelItem(current)) is not None:
            self.setCurrentItem(item)
        self.verticalScrollBar().setValue(bar)

    def texts(self) -> list[list[str]]:
        """What is shown."""
        items = [self.topLevelItem(place) for place in range(self.topLevelItemCount())]
        return [[item.text(c) for c in range(self.columnCount())] for item in items if item is not None]

    def _fit(self) -> None:
        """The first column gets what it needs, up to a share of the width."""
        words = 0 if self.isHeaderHidden() else self.header().sectionSizeHint(0)
        needed = max(self.sizeHintForColumn(0), words) + space(3)
        self.setColumnWidth(0, min(needed, self.viewport().width() * 2 // 5))

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _restyle(self) -> None:
        self.setFont(theme.font(0.95, mono=True))
        self.setIndentation(space(0))
        for place in range(self.topLevelItemCount()):
            item = self.topLevelItem(place)
            assert item is not None
            inks = self._inks[place] if place < len(self._inks) else ()
            for column in range(self.columnCount()):
                ink = inks[column] if column < len(inks) else ""
                if not ink:
                    ink = "muted" if column == 0 and self.isHeaderHidden() else "text"
                name, _, number = ink.partition(" ")
                item.setForeground(column, theme.person_color(int(number)) if number else theme.color(name))

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.matches(QtGui.QKeySequence.StandardKey.Copy):
            self._copy_value()
        else:
            super().keyPressEvent(event)

    def _copy_value(self) -> None:
        item = self.currentItem()
        if item is not None:
            texts = [item.text(column) for column in range(self.columnCount())]
            words = texts[1] if self.isHeaderHidden() else "\t".join(texts)
            QtWidgets.QApplication.clipboard().setText(words)

    def _copy_all(self) -> None:
        lines = ["\t".join(texts) for texts in self.texts()]
        QtWidgets.QApplication.clipboard().setText("\n".join(lines))
