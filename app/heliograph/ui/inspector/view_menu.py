"""The menu of an inspector's looks: kept filters, colours, columns, marks, and what a filter can say."""

from collections.abc import Callable

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.text import one_line
from heliograph.ui import dialogs, theme
from heliograph.ui.inspector.color_dialog import ColorDialog
from heliograph.ui.inspector.columns import Columns
from heliograph.ui.inspector.filter_bar import FilterBar
from heliograph.ui.inspector.filter_help import FilterHelp

#: Most filters that are kept, and letters of one that a menu shows.
_MOST, _LETTERS = 30, 60


class ViewMenu(QtWidgets.QMenu):
    """Made anew each time that it opens."""

    def __init__(self, inspection: Inspection, bar: FilterBar, columns: Columns) -> None:
        super().__init__(bar)
        self._inspection, self._bar, self._columns = inspection, bar, columns
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        for old in self.findChildren(QtWidgets.QMenu):
            old.deleteLater()
        self.clear()
        kept = self._inspection.shelf.settings.filters
        for name, text in kept.items():
            words = one_line(name if name == text else f"{name}:  {text}", _LETTERS).replace("&", "&&")
            self.addAction(theme.icon("star"), words).triggered.connect(
                lambda _on=False, t=text: self._bar.write(t)
            )
        save = self.addAction(theme.icon("save"), "Keep this filter…")
        save.setEnabled(bool(self._inspection.filter_text) and len(kept) < _MOST)
        save.triggered.connect(self._ask_name)
        if kept:
            forget = self.addMenu("Forget a filter")
            for name in kept:
                words = one_line(name, _LETTERS).replace("&", "&&")
                forget.addAction(words).triggered.connect(lambda _on=False, n=name: self._forget(n))
        self.addAction(theme.icon("help"), "What a filter can say…").triggered.connect(
            lambda: FilterHelp(self._bar.window(), self._bar.write).open()
        )
        self.addSeparator()
        self._columns.fill(self.addMenu(theme.icon("table"), "Columns"))
        self.addAction(theme.icon("contrast"), "Colours of rows…").triggered.connect(
            lambda: ColorDialog(self._bar.window(), self._inspection).open()
        )
        if self._inspection.controller is not None:
            self.addAction(theme.icon("save"), "Keep long captures on disk…").triggered.connect(
                lambda: self._inspection.long_wanted.emit(None)
            )
        self.addSeparator()
        self._add("Find a row", "Ctrl+Shift+F", self._bar.look_for)
        self._add("Next that was found", "F3", lambda: self._bar.go(1))
        self._add("Next marked row", "Alt+Down", lambda: self._inspection.next_mark(1))
        self._add("Marked row before", "Alt+Up", lambda: self._inspection.next_mark(-1))

    def _add(self, words: str, keys: str, act: Callable[[], object]) -> None:
        action = self.addAction(f"{words}\t{keys}")
        action.triggered.connect(lambda _on=False: act())

    def _ask_name(self) -> None:
        text = self._inspection.filter_text
        shown = one_line(text, _LETTERS)
        dialogs.ask_text(
            self._bar.window(), "Keep this filter", f"{shown}\n\nCall it:", shown,
            lambda name: self._save({name.strip() or text: text}),
        )  # fmt: skip

    def _save(self, more: dict[str, str]) -> None:
        self._inspection.shelf.save_settings(filters={**self._inspection.shelf.settings.filters, **more})

    def _forget(self, name: str) -> None:
        kept = {key: text for key, text in self._inspection.shelf.settings.filters.items() if key != name}
        self._inspection.shelf.save_settings(filters=kept)


def shortcut(keys: str, parent: QtWidgets.QWidget, act: Callable[[], object]) -> QtGui.QShortcut:
    """Keys that work anywhere in a widget."""
    made = QtGui.QShortcut(QtGui.QKeySequence(keys), parent)
    made.setContext(QtCore.Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.activated.connect(act)
    return made
