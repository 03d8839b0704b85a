"""Which columns the table shows, in which order, how wide, and how its times count; remembered."""

from typing import Annotated

import msgspec
from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.ui.inspector.cells import DATA, NAMES
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.inspector.times import MODES

_KEPT_AS = "inspector_columns"
#: How long after the last change it is kept, in milliseconds.
_PAUSE = 500


class Columns(QtCore.QObject):
    """The head of a table: its menu, and its memory."""

    def __init__(self, table: SignalTable, inspection: Inspection) -> None:
        super().__init__(table)
        self._table, self._model, self._shelf = table, table.signals, inspection.shelf
        self._header = table.horizontalHeader()
        self._widths: dict[int, int] = {}
        self._keep_soon = QtCore.QTimer(self)
        self._keep_soon.setSingleShot(True)
        self._keep_soon.setInterval(_PAUSE)
        self._keep_soon.timeout.connect(self._keep)
        self._restore(_read(self._shelf.settings.layout.get(_KEPT_AS, "")))
        inspection.marks_changed.connect(lambda _number: self._repaint_times())
        self._header.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.CustomContextMenu)
        self._header.customContextMenuRequested.connect(self._open_menu)
        self._header.sectionMoved.connect(lambda *_: self._keep_soon.start())
        self._header.sectionResized.connect(self._resized)

    # ---- menus

    def fill(self, menu: QtWidgets.QMenu) -> None:
        """Columns to choose, ways to count time, and the way back."""
        for column, name in enumerate(NAMES):
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(column not in self._table.unwanted)
            action.setEnabled(column != DATA)
            action.toggled.connect(lambda on, column=column: self.want(column, on))
        menu.addSeparator()
        self.fill_times(menu.addMenu("Time column"))
        menu.addAction("Columns as at first").triggered.connect(self.reset)

    def fill_times(self, menu: QtWidgets.QMenu) -> None:
        """Ways to count time."""
        group = QtGui.QActionGroup(menu)
        for mode in MODES:
            action = menu.addAction(mode.words)
            action.setCheckable(True)
            action.setChecked(mode.name == self._model.time_mode)
            action.triggered.connect(lambda _on=False, name=mode.name: self.count_time(name))
            group.addAction(action)

    def _open_menu(self, place: QtCore.QPoint) -> None:
        menu = QtWidgets.QMenu(self._table)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.fill(menu)
        menu.popup(self._header.mapToGlobal(place))

    # ---- choosing

    def want(self, column: int, on: bool) -> None:
        """Show a column where there is room, or never."""
        self._table.unwanted = self._table.unwanted - {column} if on else self._table.unwanted | {column}
        self._table.show_columns()
        self._keep_soon.start()

    def count_time(self, mode: str) -> None:
        """Count time this way from now on."""
        self._model.count_time(mode)
        self._table.viewport().update()
        self._keep_soon.start()

    def next_time_mode(self) -> None:
        """The next way of counting time."""
        names = [mode.name for mode in MODES]
        self.count_time(names[(names.index(self._model.time_mode) + 1) % len(names)])

    def reset(self) -> None:
        """As it was at first."""
        self._widths = {}
        self._restore(_Kept())
        self._keep_soon.start()

    def _repaint_times(self) -> None:
        if self._model.time_mode == "marked":
            self._table.viewport().update()

    # ---- memory

    def _resized(self, column: int, before: int, now: int) -> None:
        """By the person: a column that stretches, or appears and goes for want of room, is not."""
        fitted = self._table.is_fitting or column == DATA
        if not fitted and before and now and self._header.isVisible():
            self._widths[column] = now
            self._table.keep_width(column, now)
            self._keep_soon.start()

    def _restore(self, kept: "_Kept") -> None:
        for place, name in enumerate(kept.order):
            self._header.moveSection(self._header.visualIndex(NAMES.index(name)), place)
        self._table.unwanted = frozenset(NAMES.index(name) for name in kept.hidden)
        self._widths = {NAMES.index(name): width for name, width in kept.widths.items()}
        blocked = self._header.blockSignals(True)
        self._table.set_widths(self._widths)
        self._header.blockSignals(blocked)
        self._model.count_time(kept.time)
        self._table.show_columns()

    def _keep(self) -> None:
        kept = _Kept(
            order=tuple(NAMES[self._header.logicalIndex(place)] for place in range(len(NAMES))),
            hidden=tuple(NAMES[column] for column in sorted(self._table.unwanted)),
            widths={NAMES[column]: width for column, width in sorted(self._widths.items())},
            time=self._model.time_mode,
        )
        text = msgspec.json.encode(kept).decode()
        self._shelf.save_settings(layout={**self._shelf.settings.layout, _KEPT_AS: text})


class _Kept(msgspec.Struct, frozen=True):
    """What is remembered; columns by their names."""

    order: tuple[str, ...] = NAMES
    hidden: tuple[str, ...] = ()
    widths: dict[str, Annotated[int, msgspec.Meta(ge=24, le=2_000)]] = {}
    time: str = MODES[0].name

    @property
    def makes_sense(self) -> bool:
        """Whether this program can do so: another version may have had other columns."""
        known = sorted(self.order) == sorted(NAMES) and set(self.hidden) | set(self.widths) <= set(NAMES)
        return known and NAMES[DATA] not in self.hidden and self.time in [mode.name for mode in MODES]


def _read(text: str) -> _Kept:
    """What was kept, or what one begins with where that makes no sense."""
    try:
        found = msgspec.json.decode(text or "{}", type=_Kept)
    except msgspec.MsgspecError:
        return _Kept()
    return found if found.makes_sense else _Kept()
