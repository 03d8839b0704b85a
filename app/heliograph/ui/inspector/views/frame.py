"""What all views of the inspector share: a row of tools, an area below it, and the ties to the inspection."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.ui import theme
from heliograph.ui.controls import Switch, Tool
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.inspector.copying import as_json
from heliograph.ui.inspector.views.area import RowArea
from heliograph.ui.theme import space


class _Bar(QtWidgets.QWidget):
    """A row of tools that may be narrower than its words: they give way when it is."""

    def minimumSizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(0, super().minimumSizeHint().height())


class ViewFrame(QtWidgets.QWidget):
    """Works while it is visible. Those who derive from it give `start`, `stop`, and words for the count."""

    #: (number, QPoint): the menu of a row is wanted at that place on the screen.
    menu_wanted = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, area: RowArea, empty: str) -> None:
        super().__init__()
        self.inspection = inspection
        self.area = area
        self._empty_words = empty
        bar = _Bar()
        self._tools = QtWidgets.QHBoxLayout(bar)
        self._tools.setContentsMargins(space(2), 0, space(3), space(1))
        self._tools.setSpacing(space(1))
        self._count = ElidedLabel()
        self._count.setProperty("muted", True)
        self._tools.addStretch()
        self._tools.addWidget(self._count)
        self._empty = QtWidgets.QLabel(area)
        self._empty.setProperty("muted", True)
        self._empty.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setAttribute(QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._pill = QtWidgets.QPushButton(area)
        self._pill.setProperty("primary", True)
        self._pill.clicked.connect(self._follow)
        self._pill.hide()
        self._last_seen = 0
        self._is_seen = False
        self._buttons: list[Tool] = []
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(area, 1)
        self._column = column
        self.setFocusProxy(area)
        area.chosen.connect(self.row_chosen)
        area.menu_wanted.connect(self._open_menu)
        area.following_changed.connect(self._following_changed)
        area.refilled.connect(self._refilled)
        inspection.current_changed.connect(self._current_changed)

    def add_tools(self, *tools: Tool) -> None:
        """Tools from the left."""
        for tool in tools:
            self._tools.insertWidget(len(self._buttons), tool)
            self._buttons.append(tool)

    def add_below(self, widget: QtWidgets.QWidget) -> None:
        """Something under the area."""
        self._column.addWidget(widget)

    # ---- what the views give

    def start(self) -> None:
        """Somebody looks: show what there is, and what comes."""
        raise NotImplementedError

    def stop(self) -> None:
        """Nobody looks."""
        raise NotImplementedError

    def count_words(self) -> str:
        """What stands at the right end of the tools."""
        raise NotImplementedError

    def empty_words(self) -> str:
        """What to say, and what to do, where there is nothing to show."""
        if self.inspection.filter is not None and len(self.inspection.capture):
            return "Nothing that passes the filter belongs here. Clear or change the filter."
        return self._empty_words

    def row_chosen(self, key: int) -> None:
        """The person chose a row of the area."""
        self.inspection.select(key, self)

    def show_current(self, number: int | None) -> None:
        """Somebody else chose a row."""
        self.area.show_current(number)

    def _open_menu(self, place: QtCore.QPoint) -> None:
        """Of the current row, which is that under the pointer by now."""
        if self.inspection.current is not None:
            self.menu_wanted.emit((self.inspection.current, place))

    # ---- words

    def say(self, words: str) -> None:
        """A line for the person."""
        self.inspection.notice.emit(words.strip())

    def _refilled(self) -> None:
        count = len(self.area.keys())
        self._empty.setText(self.empty_words())
        self._empty.setVisible(not count)
        self._empty.setGeometry(self.area.rect().adjusted(space(6), 0, -space(6), 0))
        self._count.setText(self.count_words())
        if self.area.following:
            self._last_seen = self._newest()
        self._place_pill()

    def _newest(self) -> int:
        keys = self.area.keys()
        return keys[-1] if keys else 0

    def _following_changed(self, following: bool) -> None:
        self._last_seen = self._newest()
        self._place_pill()

    def _place_pill(self) -> None:
        area = self.area
        shown = area.grows and not area.following and bool(area.keys())
        self._pill.setVisible(shown)
        if not shown:
            return
        place = area.place_of(self._last_seen)
        new = len(area.keys()) - place - 1 if place is not None else 0
        self._pill.setText(f"{new:,} new" if new else "Follow")
        self._pill.setIcon(theme.icon("arrow-down", theme.current().on_accent))
        self._pill.adjustSize()
        corner = area.viewport().geometry().bottomRight() - self._pill.rect().bottomRight()
        self._pill.move(corner - QtCore.QPoint(space(3), space(3)))

    def _follow(self) -> None:
        self.area.follow()
        self.area.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        row = self.inspection.current_row
        if event.matches(QtGui.QKeySequence.StandardKey.Copy) and row is not None:
            QtWidgets.QApplication.clipboard().setText(as_json(row))
        else:
            super().keyPressEvent(event)

    # ---- being looked at

    def _current_changed(self, number: int | None) -> None:
        if self.isVisible() and self.inspection.origin is not self:
            self.show_current(number)

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        if not self._is_seen:  # a window that is brought back from the taskbar is shown a second time
            self._is_seen = True
            self.start()
        if self.inspection.current is not None:
            self.show_current(self.inspection.current)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        super().hideEvent(event)
        if self._is_seen:  # as one that is closed there is hidden a second time
            self._is_seen = False
            self.stop()

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_words(event.size().width())
        self._place_pill()

    def _fit_words(self, width: int) -> None:
        """Words beside the icons where there is room for them and the count."""
        for button in self._buttons:
            button.show_words(True)
        needed = sum(b.sizeHint().width() + space(1) for b in self._buttons) + self._count.sizeHint().width()
        for button in self._buttons:
            button.show_words(needed + space(6) <= width or (isinstance(button, Switch) and width > 420))
