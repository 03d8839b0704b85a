"""An opened capture: an inspector without a session; beside it, for comparison, perhaps a second one."""

from collections.abc import Callable
from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.opened_capture import OpenedCapture
from heliograph.model.captures.about import about_words
from heliograph.model.text import one_line, plural
from heliograph.resources import resource
from heliograph.ui import theme
from heliograph.ui.captures.choosing import choose_capture
from heliograph.ui.captures.comparison import Comparison
from heliograph.ui.captures.progress import Act, ProgressLine
from heliograph.ui.captures.saving import save_capture
from heliograph.ui.captures.side import Side
from heliograph.ui.controls import Tool
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.shortcuts import MenuKey, Shortcut, ShortcutSheet
from heliograph.ui.theme import space

#: From this width in pixels on tools say in words what they do.
_WITH_WORDS = 760

KEYS = (
    Shortcut("open", "Ctrl+O", "Open another capture"),
    Shortcut("compare", "Ctrl+B", "Compare with another capture"),
    Shortcut("save", "Ctrl+S", "Save rows"),
    Shortcut("filter", "Ctrl+L", "Filter"),
    Shortcut("theme", "Ctrl+Shift+T", "Light or dark"),
    Shortcut("back", "Ctrl+W", "Back, or close"),
    Shortcut("help", "F1", "This sheet"),
)
MORE = (
    ("Up, Down, Home, End", "Move among signals"),
    ("Menu / Shift+F10", "What can be done with a signal"),
)


class CapturePage(QtWidgets.QWidget):
    """See the module. `alone` is whether it has a window of its own, which then closes instead of going back."""

    #: None: the person is done with it.
    done = QtCore.Signal(object)

    def __init__(self, app: AppController, opened: OpenedCapture, *, alone: bool) -> None:
        super().__init__()
        self._app, self.opened = app, opened
        self._second: OpenedCapture | None = None
        self._side = Side(opened)
        self._comparison: Comparison | None = None
        self._actions = self._make_actions()
        self._tools: list[Tool] = []
        self._facts = ElidedLabel()
        self._facts.setProperty("muted", True)
        self._reading, self._second_reading = ProgressLine(), ProgressLine()
        self._place = QtWidgets.QVBoxLayout()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._bar(alone))
        column.addWidget(self._reading)
        column.addWidget(self._second_reading)
        column.addLayout(self._place, 1)
        theme.theme().changed.connect(self._show_theme)
        self._show_theme()
        opened.progressed.connect(self._show_reading)
        self._show_one()
        self._show_reading()

    # ---- building

    def _make_actions(self) -> dict[str, QtGui.QAction]:
        acts = {
            "open": self.choose_another, "compare": self.choose_second, "save": self.save,
            "filter": self._filter, "theme": self._other_theme, "back": self.leave,
            "help": lambda: ShortcutSheet(self, "The capture", KEYS, MORE).open(),
        }  # fmt: skip
        actions = {}
        for key in KEYS:
            action = QtGui.QAction(key.words, self)
            action.setShortcut(QtGui.QKeySequence(key.keys))
            action.setToolTip(f"{key.words} ({key.keys})")
            action.triggered.connect(lambda _checked=False, act=acts[key.name]: act())
            self.addAction(action)
            actions[key.name] = action
        MenuKey(self)
        return actions

    def _bar(self, alone: bool) -> QtWidgets.QLayout:
        mark = QtWidgets.QLabel()
        mark.setPixmap(QtGui.QIcon(str(resource("icons", "heliograph.svg"))).pixmap(24, 24))
        self._title = ElidedLabel()
        self._title.setFont(theme.font(1.15, bold=True))
        names = QtWidgets.QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._facts)
        self._theme = self._tool("theme", "moon", "")
        row = QtWidgets.QHBoxLayout()
        row.setContentsMargins(space(4), space(2), space(2), space(1))
        row.setSpacing(space(1))
        row.addWidget(mark)
        row.addSpacing(space(2))
        row.addLayout(names, 1)
        row.addWidget(self._tool("open", "folder", "Open…"))
        row.addWidget(self._tool("compare", "split", "Compare…"))
        row.addWidget(self._tool("save", "save", "Save…"))
        row.addSpacing(space(2))
        row.addWidget(self._theme)
        row.addWidget(self._tool("help", "keyboard", ""))
        row.addWidget(self._tool("back", "close" if alone else "arrow-left", "Close" if alone else "Start"))
        return row

    def _tool(self, name: str, picture: str, words: str) -> Tool:
        action = self._actions[name]
        tool = Tool(picture, words, action.text(), action.toolTip())
        tool.clicked.connect(action.trigger)
        self._tools.append(tool)
        return tool

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Where it is narrow, tools show their icons alone."""
        super().resizeEvent(event)
        for tool in self._tools:
            tool.show_words(event.size().width() >= _WITH_WORDS)

    # ---- what is shown

    def _show_one(self) -> None:
        self._place.addWidget(self._side.pane)
        self._side.pane.show()
        self._when_laid_out(self._side.pane, lambda: self._side.begin(self))

    @staticmethod
    def _when_laid_out(shown: QtWidgets.QWidget, act: Callable[[], None]) -> None:
        """Once it has its size: before that nothing can be scrolled into sight."""
        QtCore.QTimer.singleShot(0, shown, act)

    def _show_reading(self) -> None:
        _tell_reading(self._reading, self.opened)
        self._title.setText(self.opened.name)
        words = about_words(self.opened.inspection.capture, self.opened.part, self.opened.program)
        self._facts.setText(f"{self.opened.where}  ·  {words}")

    def _show_theme(self) -> None:
        self._theme.wear("sun" if theme.current().is_dark else "moon")

    # ---- what the person does

    def choose_another(self) -> None:
        """Ask for another file, and open it."""
        choose_capture(self, self._app.captures, self._app.captures.open)

    def choose_second(self) -> None:
        """Ask for a file to be shown beside this one."""
        choose_capture(self, self._app.captures, self.compare_with, "Compare with a capture")

    def compare_with(self, path: Path) -> None:
        """Open a file beside this one."""
        self._app.captures.open(path, self._show_beside)

    def _show_beside(self, second: OpenedCapture) -> None:
        self._end_comparison()
        self._place.removeWidget(self._side.pane)
        self._second = second
        second.progressed.connect(lambda _none: _tell_reading(self._second_reading, second))
        _tell_reading(self._second_reading, second)
        comparison = self._comparison = Comparison(self._side, Side(second))
        comparison.done.connect(lambda _none: self._show_alone())
        self._place.addWidget(comparison)
        self._when_laid_out(comparison, comparison.begin)

    def _show_alone(self) -> None:
        self._end_comparison()
        self._show_one()

    def _end_comparison(self) -> None:
        """The first pane is free; the second goes with its capture."""
        comparison, self._comparison = self._comparison, None
        if comparison is not None:
            comparison.let_go()
            self._place.removeWidget(comparison)
            comparison.hide()
            comparison.deleteLater()
        if self._second is not None:
            self._second.close()
            self._second = None
        self._second_reading.hide()

    def save(self) -> None:
        """Save rows of the first capture."""
        save_capture(self, self.opened.inspection, self._app.captures, self.opened.name)

    def begin(self) -> None:
        """It is on screen now."""
        if self.opened.beside is not None:
            self.compare_with(self.opened.beside)

    def leave(self) -> None:
        """The person has seen enough."""
        self.done.emit(None)

    def let_go(self) -> None:
        """Close what is open, and go."""
        self.hide()
        self._end_comparison()
        self.opened.close()
        self.deleteLater()

    def _filter(self) -> None:
        (self._comparison or self._side.pane).focus_filter()

    def _other_theme(self) -> None:
        self._app.save_settings(theme="light" if theme.current().is_dark else "dark")


def _tell_reading(line: ProgressLine, opened: OpenedCapture) -> None:
    """How far a file is read; then what of it could not be."""
    name = one_line(opened.where, 40)
    if not opened.is_read and opened.fraction < 1:
        rows = plural(len(opened.inspection.capture), "row")
        line.show_progress(f"Reading {name}: {rows}…", opened.fraction, Act("Stop", opened.stop))
    elif opened.damage:
        line.show_outcome(f"{name}: {opened.damage}", "alert", "warning")
    else:
        line.hide()
