"""The inspector: a row of tools, the views of one inspection, and everything about the row that is looked at."""

import weakref
from collections.abc import Callable
from functools import partial

import shiboken6
from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture, Kind
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.inspector.detail import Detail
from heliograph.ui.inspector.filter_bar import FilterBar
from heliograph.ui.inspector.say_line import SayLine
from heliograph.ui.inspector.shares import Shares
from heliograph.ui.inspector.signals_view import SignalsView
from heliograph.ui.inspector.tools import Tools
from heliograph.ui.inspector.view_menu import ViewMenu, shortcut
from heliograph.ui.inspector.view_stack import ViewStack, ViewTabs
from heliograph.ui.inspector.views import VIEWS
from heliograph.ui.spoken_list import announce
from heliograph.ui.theme import space

#: What the count and the pill need beside the tabs' words, in pixels.
_BESIDE_TABS = 240

#: What is remembered under which name, and how long after the last change, in milliseconds.
_SPLIT, _VIEW, _PAUSE = "inspector_split", "inspector_view", 500


class InspectorPane(QtWidgets.QWidget):
    """Capture goes on while this is hidden or its view is frozen."""

    #: int: seq of the chat line whose row the person chose.
    row_activated = QtCore.Signal(object)
    #: None: rows are to be saved.
    save_wanted = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, *, beside: bool = False) -> None:
        """`beside` another one in the same window: keys of views are for the one that has the focus."""
        super().__init__()
        self._inspection = inspection
        self._filter_bar = FilterBar(inspection)
        self._signals = SignalsView(inspection)
        self._tools = Tools(
            inspection, self._filter_bar, ViewMenu(inspection, self._filter_bar, self._signals.columns)
        )
        self._table = self._signals.table
        if beside:
            self._table.keep_times()
        self._stack = ViewStack(inspection, self._signals)
        self._tabs = ViewTabs(self._stack)
        self._detail = Detail(inspection)
        self._count = ElidedLabel("")
        self._count.setProperty("muted", True)
        self._pill = QtWidgets.QPushButton()
        self._pill.setProperty("primary", True)
        self._pill.clicked.connect(lambda: self._table.follow(True))
        self._line = SayLine()
        self._split = Shares(self._stack, self._detail)
        self._arrived, self._gave_way = 0, False
        self._lay_out()
        inspection.is_seen = _sight_of(self)
        self._connect()
        for info in VIEWS:
            made = shortcut(info.keys, self, partial(self._stack.show_view, info.name))
            if not beside:
                made.setContext(QtCore.Qt.ShortcutContext.WindowShortcut)
        self._show_pill()
        self._show_count()
        self._remember()

    def _remember(self) -> None:
        """The view that was shown last, and how much of the height is the detail's."""
        shelf = self._inspection.shelf
        keep = QtCore.QTimer(self)
        keep.setSingleShot(True)
        keep.setInterval(_PAUSE)

        def save() -> None:
            layout = shelf.settings.layout
            split = self._split.kept() or layout.get(_SPLIT, "")
            shelf.save_settings(layout={**layout, _SPLIT: split, _VIEW: self._stack.name})

        self._split.restore(shelf.settings.layout.get(_SPLIT, ""))
        self._stack.show_view(shelf.settings.layout.get(_VIEW, ""))
        keep.timeout.connect(save)
        self._split.drawn.connect(lambda _none: keep.start())
        self._stack.shown.connect(lambda _name: keep.start())

    def _lay_out(self) -> None:
        line = QtWidgets.QHBoxLayout()
        line.setContentsMargins(space(2), 0, space(3), space(1))
        line.setSpacing(space(2))
        line.addWidget(self._tabs)
        line.addStretch(1)
        line.addWidget(self._count)
        line.addWidget(self._pill)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._tools)
        column.addLayout(line)
        column.addWidget(self._split, 1)
        self._line.stand_over(self._stack)

    def _connect(self) -> None:
        inspection = self._inspection
        inspection.rows_added.connect(self._rows_added)
        inspection.sieve.inserting.connect(self._inserting)
        inspection.sieve.was_reset.connect(self._filtered)
        inspection.numbers_changed.connect(self._show_count)
        inspection.frozen_changed.connect(self._frozen_changed)
        inspection.capturing_changed.connect(self._show_count)
        inspection.reset.connect(self._begin_anew)
        inspection.notice.connect(self._line.say)
        inspection.filter_changed.connect(lambda _filter: self._line.hide())
        bar = self._filter_bar
        for keys, act in (
            ("Ctrl+Shift+F", bar.look_for), ("F3", lambda: bar.go(1)), ("Shift+F3", lambda: bar.go(-1)),
            ("Alt+Down", lambda: inspection.next_mark(1)), ("Alt+Up", lambda: inspection.next_mark(-1)),
        ):  # fmt: skip
            shortcut(keys, self, act)
        self._table.following_changed.connect(self._following_changed)
        self._signals.row_activated.connect(self.row_activated)
        self._signals.term_wanted.connect(self._filter_bar.add)
        self._tools.compose_wanted.connect(lambda _none: self.compose())
        self._tools.save_wanted.connect(self.save_wanted)
        self._signals.resend_wanted.connect(lambda _none: self.compose(like_current=True))
        self._detail.resend_wanted.connect(lambda _none: self.compose(like_current=True))
        self._filter_bar.left.connect(lambda _none: self.focus_rows())
        self._stack.shown.connect(self._show_pill)
        inspection.current_changed.connect(self._tell_chat)

    # ---- what others ask for

    def focus_filter(self) -> None:
        """Give the filter the focus."""
        self._filter_bar.edit()

    def focus_rows(self) -> None:
        """Give the view that is shown the focus."""
        if (view := self._stack.currentWidget()) is not None:
            view.setFocus()

    def compose(self, *, like_current: bool = False) -> None:
        """Write a signal: a new one, or one like the row that is looked at."""
        from heliograph.ui.inspector.compose import open_compose  # noqa: PLC0415 - not before it is wanted

        row = self._inspection.current_row if like_current else None
        if like_current and (row is None or not row.may_be_sent_again):
            self._inspection.notice.emit("Select a signal first.")
        else:
            open_compose(self, self._inspection, row)

    def reveal(self, seq: int) -> None:
        """Look at the row of that signal; where the filter hides it, say so and offer to show it."""
        number = self._inspection.capture.number_of(seq)
        if number is None:
            return
        if self._inspection.sieve.place_of(number) is not None:
            self._line.hide()
            self._inspection.select(number, None)
        elif self._inspection.filter is not None:
            self._line.say(
                "The filter hides the signal of this message.", "Show it", lambda: self._show_hidden(number)
            )

    def _show_hidden(self, number: int) -> None:
        """Take the filter away, and look at a row that it hid as soon as it is shown."""
        self._inspection.select(number, None)
        self._filter_bar.write("")

    # ---- showing

    def _tell_chat(self, number: int | None) -> None:
        """A chat line that was chosen in another view than the table, which tells of it itself."""
        origin, row = self._inspection.origin, self._inspection.current_row
        chosen = origin is not None and origin is not self._signals and origin is self._stack.currentWidget()
        if chosen and row is not None and row.seq is not None and row.kind is Kind.CHAT:
            self.row_activated.emit(row.seq)

    def _rows_added(self, rows: tuple[int, int]) -> None:
        if self._inspection.frozen:
            self._arrived += rows[1] - rows[0] + 1
            self._show_count()

    def _inserting(self, places: tuple[int, int]) -> None:
        """Rows that pass the filter are about to come at the end."""
        if not self._table.following and places[0] == len(self._inspection.numbers()):
            self._arrived += places[1] - places[0] + 1
            self._show_pill()

    def _following_changed(self, following: bool) -> None:
        if following:
            self._arrived = 0
        self._show_pill()

    def _frozen_changed(self, _frozen: bool) -> None:
        self._arrived = 0
        self._show_pill()
        self._show_count()

    def _filtered(self) -> None:
        self._begin_anew()
        if self._filter_bar.field.hasFocus():
            announce(self, self._count_words())

    def _begin_anew(self) -> None:
        self._arrived = 0
        self._show_pill()

    def _show_pill(self) -> None:
        here = self._stack.currentWidget() is self._signals and self._inspection.controller is not None
        self._pill.setVisible(here and not self._table.following and not self._inspection.frozen)
        self._pill.setText(f"{self._arrived:,} new" if self._arrived else "Follow")
        self._pill.setIcon(theme.icon("arrow-down", theme.current().on_accent))

    def _show_count(self) -> None:
        words, capture = self._count_words(), self._inspection.capture
        if self._inspection.frozen:
            words += f", frozen, {self._arrived:,} not shown" if self._arrived else ", frozen"
        if self._inspection.controller is not None and not self._inspection.capturing:
            words += ", capture stopped"
        elif capture.lost:
            words += f", {_gone_words(capture)}"
            self._say_what_gives_way()
        self._count.setText(words)

    def _say_what_gives_way(self) -> None:
        """Once, when the first rows leave memory."""
        if not self._gave_way and self._inspection.controller is not None:
            self._gave_way = True
            if self._inspection.capture.on_disk:
                self._line.say(
                    "Memory is full: the oldest rows go to disk from now on, until you leave the session."
                )
            else:
                self._line.say(
                    "Memory is full: the oldest rows are dropped from now on.",
                    "Keep them on disk…",
                    lambda: self._inspection.long_wanted.emit(None),
                )

    def _count_words(self) -> str:
        shown, total = len(self._inspection.numbers()), len(self._inspection.capture)
        return plural(total, "row") if shown == total else f"{shown:,} of {total:,} rows"

    # ---- Qt

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.key() == QtCore.Qt.Key.Key_Slash:
            self.focus_filter()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tabs.show_words(event.size().width() >= self._tabs.needed() + _BESIDE_TABS)


def _gone_words(capture: Capture) -> str:
    """How many rows are not in memory any more."""
    kept = capture.on_disk
    parts = (
        f"{kept:,} older on disk" if kept else "",
        f"{capture.lost - kept:,} oldest dropped" if capture.lost > kept else "",
    )
    return ", ".join(part for part in parts if part)


def _sight_of(widget: QtWidgets.QWidget) -> Callable[[], bool]:
    """Whether a widget is seen, asked by somebody who may outlive it."""
    known = weakref.ref(widget)

    def is_seen() -> bool:
        there = known()
        return there is not None and shiboken6.isValid(there) and there.isVisible()

    return is_seen
