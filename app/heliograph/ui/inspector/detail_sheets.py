"""Sheets of paper behind tabs, of which the one that was chosen last comes up again wherever there is one of its name."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui.theme import space


@dataclass(frozen=True)
class Sheet:
    """One without a name has no tab. `fill` puts onto the page what it is to show, when it comes up; sheets may share a page."""

    name: str
    page: QtWidgets.QWidget
    fill: Callable[[], None]


class Sheets(QtWidgets.QWidget):
    """Tabs, and the sheet that is up. What stands beside the tabs is for `corner`."""

    #: Sheet: it came up.
    shown = QtCore.Signal(object)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._sheets: list[Sheet] = []
        self._chosen: str | None = None
        self._tabs = QtWidgets.QTabBar()
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setUsesScrollButtons(True)
        self._tabs.setAccessibleName(name)
        self._tabs.currentChanged.connect(self._show)
        # Only what a person does is their choice; tabs that come and go are none.
        self._tabs.tabBarClicked.connect(self._choose)
        self._stack = QtWidgets.QStackedWidget()
        self.corner = QtWidgets.QHBoxLayout()
        self.corner.setSpacing(space(1))
        top = QtWidgets.QHBoxLayout()
        top.setSpacing(space(1))
        top.addWidget(self._tabs, 0, QtCore.Qt.AlignmentFlag.AlignBottom)
        top.addStretch(1)
        top.addSpacerItem(QtWidgets.QSpacerItem(0, space(8)))
        top.addLayout(self.corner)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addLayout(top)
        column.addWidget(self._stack, 1)

    def keep(self, *pages: QtWidgets.QWidget) -> None:
        """Pages that end with these sheets, even if nobody ever looks at them."""
        for page in pages:
            self._stack.addWidget(page)

    @property
    def tabs(self) -> QtWidgets.QWidget:
        """Where sheets are chosen, for the order of keys."""
        return self._tabs

    @property
    def current(self) -> Sheet | None:
        """The sheet that is up."""
        place = self._tabs.currentIndex()
        return self._sheets[place] if 0 <= place < len(self._sheets) else None

    def offer(self, sheets: list[Sheet], first: str = "", otherwise: str = "") -> None:
        """Other sheets: the one called `first` comes up, or the one chosen last, or that called `otherwise`, or the first."""
        self._sheets = sheets
        blocked = self._tabs.blockSignals(True)
        while self._tabs.count() > len(sheets):
            self._tabs.removeTab(self._tabs.count() - 1)
        for place, sheet in enumerate(sheets):
            if place < self._tabs.count():
                self._tabs.setTabText(place, sheet.name)
            else:
                self._tabs.addTab(sheet.name)
        names = [sheet.name for sheet in sheets]
        wanted = next((name for name in (first, self._chosen, otherwise) if name in names), None)
        if sheets:
            self._tabs.setCurrentIndex(names.index(wanted) if wanted is not None else 0)
        self._tabs.blockSignals(blocked)
        self._tabs.setVisible(bool(sheets) and bool(sheets[0].name))
        self.setVisible(bool(sheets))
        self._show()

    def bring(self, name: str) -> None:
        """Choose the sheet of that name, if it is there."""
        for place, sheet in enumerate(self._sheets):
            if sheet.name == name:
                self._chosen = name
                self._tabs.setCurrentIndex(place)

    def keyReleaseEvent(self, _event: QtGui.QKeyEvent) -> None:
        """Arrows have moved along the tabs: that is a choice too. (It comes here from the tabs.)"""
        if self._tabs.hasFocus() and (sheet := self.current) is not None:
            self._chosen = sheet.name

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._sheets):
            self._chosen = self._sheets[place].name

    def _show(self) -> None:
        sheet = self.current
        if sheet is None:
            return
        if self._stack.indexOf(sheet.page) < 0:
            self._stack.addWidget(sheet.page)
        self._stack.setCurrentWidget(sheet.page)
        sheet.fill()
        self.shown.emit(sheet)
