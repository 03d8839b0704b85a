"""The row of tools above the views."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.ui.controls import Tool
from heliograph.ui.inspector.filter_bar import FilterBar
from heliograph.ui.theme import space

#: From this width in pixels on tools say in words what they do; below the other one only the most needed are there.
_WITH_WORDS, _WITH_ALL = 900, 460
FRAMES_TIP = "Show each frame between the relay and pages with OpenTok.js, as a row of its own"
_STOP = "Keep nothing of what happens from now on"


class Toggle(Tool):
    """A tool that stays pressed while what it is for goes on."""

    def __init__(self, picture: str, words: str, name: str, tip: str) -> None:
        super().__init__(picture, words, name, tip)
        self.setCheckable(True)

    def _ground(self) -> str:
        return "selected" if self.isChecked() else super()._ground()


class Tools(QtWidgets.QWidget):
    """Filter; compose, save; freeze, stop, clear; whole-session inspection for those who may."""

    #: None: a signal is to be written.
    compose_wanted = QtCore.Signal(object)
    #: None: rows are to be saved.
    save_wanted = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, filter_bar: FilterBar, view_menu: QtWidgets.QMenu) -> None:
        super().__init__()
        self._inspection = inspection
        self.filter_bar = filter_bar
        self._compose = Tool("edit", "", "Compose a signal", "Write any signal and send it (Ctrl+N)")
        self._save = Tool("save", "", "Save…", "Save rows to a file (Ctrl+S)")
        self._looks = Tool(
            "sliders", "", "Filters, columns and colours", "Kept filters, columns, colours of rows, marks"
        )
        self._looks.clicked.connect(
            lambda: view_menu.popup(self._looks.mapToGlobal(self._looks.rect().bottomLeft()))
        )
        self._freeze = Toggle(
            "freeze", "Freeze view", "Freeze view", "Show nothing new for now; signals are still captured"
        )
        self._stop = Toggle("stop", "Stop capture", "Stop capture", _STOP)
        self._clear = Tool("trash", "Clear", "Clear", "Empty the list; can be undone")
        self._undo = Tool("undo", "Undo", "Undo clear", "Bring back what was cleared")
        self._eye = Toggle(
            "eye", "", "Inspect whole session",
            "See private signals of others too. Everybody is told while it is on.",
        )  # fmt: skip
        self._frames = Toggle("frames", "", "Frames of OpenTok", FRAMES_TIP)
        #: What gives way where it is narrow: there are keys for it.
        self._extra = (self._compose, self._save)
        self._undo.hide()
        self._lay_out()
        self._freeze.clicked.connect(inspection.freeze)
        self._stop.clicked.connect(lambda stop: inspection.set_capturing(not stop))
        self._clear.clicked.connect(inspection.clear)
        self._undo.clicked.connect(inspection.undo_clear)
        self._connect()

    def _lay_out(self) -> None:
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(2), space(2), space(2), space(1))
        row.setSpacing(0)
        top = QtCore.Qt.AlignmentFlag.AlignTop
        row.addWidget(self.filter_bar, 1)
        row.addSpacing(space(1))
        # Undo comes and goes where only the filter has to give way: nothing else moves under the pointer.
        for part in (
            (self._looks,), (self._undo, self._freeze, self._stop, self._clear), (self._compose, self._save),
            (self._eye, self._frames),
        ):  # fmt: skip
            for tool in part:
                row.addWidget(tool, 0, top)
            row.addSpacing(space(1))
        self._show_words(0)

    def _connect(self) -> None:
        inspection, controller = self._inspection, self._inspection.controller
        inspection.frozen_changed.connect(self._freeze.setChecked)
        inspection.capturing_changed.connect(self._show_capturing)
        inspection.clearing_changed.connect(self._undo.setVisible)
        self._compose.clicked.connect(lambda: self.compose_wanted.emit(None))
        self._save.clicked.connect(lambda: self.save_wanted.emit(None))
        if controller is None:
            for tool in (*self._extra, self._freeze, self._stop, self._clear, self._eye, self._frames):
                tool.hide()
            return
        self._eye.clicked.connect(controller.set_inspect)
        controller.inspected_changed.connect(self._show_inspect)
        controller.status_changed.connect(self._show_inspect)
        self._frames.clicked.connect(controller.tapping.switch)
        controller.tapping.changed.connect(lambda _none: self._show_frames())
        self._show_inspect()
        self._show_frames()

    def _show_capturing(self, capturing: bool) -> None:
        self._stop.setChecked(not capturing)
        self._stop.wear("stop" if capturing else "play")
        self._stop.setText("Stop capture" if capturing else "Capture again")
        self._show_words(self.width())
        self._stop.setToolTip(_STOP if capturing else "Keep again what happens from now on")

    def _show_words(self, width: int) -> None:
        for tool in (self._freeze, self._stop, self._clear, self._undo):
            tool.show_words(width >= _WITH_WORDS)
        if self._inspection.controller is not None:
            for tool in self._extra:
                tool.setVisible(width >= _WITH_ALL)

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_words(event.size().width())

    def _show_inspect(self) -> None:
        controller = self._inspection.controller
        if controller is not None:
            self._eye.setVisible(controller.may_moderate)
            me = controller.people.me
            self._eye.setChecked(me is not None and me.id in controller.inspectors)

    def _show_frames(self) -> None:
        """Where it cannot be switched, it says why."""
        controller = self._inspection.controller
        if controller is not None:
            obstacle = controller.tapping.obstacle
            self._frames.setVisible(controller.may_moderate)
            self._frames.setEnabled(not obstacle)
            self._frames.setChecked(controller.tapping.on)
            self._frames.setToolTip(f"{FRAMES_TIP}\n{obstacle}" if obstacle else FRAMES_TIP)
            self._frames.setAccessibleDescription(obstacle)
