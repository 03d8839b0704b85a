"""A window of its own for a capture that is opened while a session, or another capture, is on screen."""

from PySide6 import QtCore, QtGui

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.opened_capture import OpenedCapture
from heliograph.resources import resource
from heliograph.ui.captures.dropping import Dropping
from heliograph.ui.captures.page import CapturePage
from heliograph.ui.placing import fit
from heliograph.ui.pressing import PressingWindow


class CaptureWindow(PressingWindow):
    """Closes with what it shows."""

    #: CaptureWindow: it is closed.
    gone = QtCore.Signal(object)

    def __init__(self, app: AppController, opened: OpenedCapture) -> None:
        # First: a window that fails half-way could still be closed.
        page = CapturePage(app, opened, alone=True)
        super().__init__()
        self.page = page
        self.page.done.connect(lambda _none: self.close())
        self.setCentralWidget(self.page)
        self.setWindowTitle(f"{opened.name} – Heliograph")
        self.setWindowIcon(QtGui.QIcon(str(resource("icons", "heliograph.svg"))))
        fit(self, QtCore.QSize(1_100, 720))
        Dropping(self, app.captures)

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self.page.begin()

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        super().closeEvent(event)
        self.page.let_go()
        self.gone.emit(self)
        self.deleteLater()
