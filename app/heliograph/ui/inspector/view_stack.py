"""The views of an inspection one upon the other, and the tabs with which one is chosen."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.ui.controls import Choice, Groove
from heliograph.ui.inspector.signals_view import SignalsView
from heliograph.ui.inspector.views import VIEWS, ViewInfo, load
from heliograph.ui.inspector.views.frame import ViewFrame
from heliograph.ui.theme import space


class ViewStack(QtWidgets.QStackedWidget):
    """The first view is there from the start; the others are made when they are first shown."""

    #: str: name of the view that is shown now.
    shown = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, signals: SignalsView) -> None:
        super().__init__()
        self._inspection, self._signals = inspection, signals
        self._views: dict[str, QtWidgets.QWidget] = {VIEWS[0].name: signals}
        self.addWidget(signals)
        self.name = VIEWS[0].name

    def show_view(self, name: str) -> None:
        """Show the view of that name; the first one where there is none such."""
        info = next((info for info in VIEWS if info.name == name), VIEWS[0])
        if info.name not in self._views:
            view = self._views[info.name] = load(info, self._inspection)
            self.addWidget(view)
            if isinstance(view, ViewFrame):
                view.menu_wanted.connect(self._signals.open_menu)
        before, focus = self.currentWidget(), QtWidgets.QApplication.focusWidget()
        had_focus = before is not None and focus is not None and before.isAncestorOf(focus)
        self.setCurrentWidget(self._views[info.name])
        if had_focus:  # else Qt gives it to the first tool that comes
            self._views[info.name].setFocus()
        self.name = info.name
        self.shown.emit(info.name)


class ViewTabs(QtWidgets.QWidget):
    """One choice a view; nothing while there is only one."""

    def __init__(self, stack: ViewStack) -> None:
        super().__init__()
        self._stack = stack
        self._choices = {info.name: self._choice(info) for info in VIEWS}
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Groove(list(self._choices.values())))
        if len(VIEWS) <= 1:  # shown without a parent it would be a window of its own for a moment
            self.hide()
        stack.shown.connect(self._show)
        self._show(stack.name)

    def show_words(self, shown: bool) -> None:
        """Words beside the icons, or icons alone."""
        for choice in self._choices.values():
            choice.show_words(shown)

    def needed(self) -> int:
        """How wide it is with words, in pixels."""
        metrics = QtGui.QFontMetrics(self.font())
        return sum(metrics.horizontalAdvance(info.words) + space(12) for info in VIEWS)

    def _choice(self, info: ViewInfo) -> Choice:
        choice = Choice(info.icon, info.words, info.words, f"{info.tip} ({info.keys})")
        choice.clicked.connect(lambda: self._stack.show_view(info.name))
        return choice

    def _show(self, name: str) -> None:
        for key, choice in self._choices.items():
            choice.setChecked(key == name)
