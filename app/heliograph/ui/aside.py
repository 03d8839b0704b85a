"""A second session of the relay that is hosted here, in a window of its own; the hosted one stays where it is."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.session_controller import SessionController
from heliograph.resources import resource
from heliograph.ui.placing import open_beside
from heliograph.ui.pressing import PressingWindow
from heliograph.ui.session_window import SessionWindow


class AsideWindow(PressingWindow):
    """Closing it leaves its session; the relay and its other sessions go on."""

    def __init__(self, app: AppController, controller: SessionController) -> None:
        super().__init__()
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowIcon(QtGui.QIcon(str(resource("icons", "heliograph.svg"))))
        self.setWindowTitle(f"{controller.title} – Heliograph")
        self.controller = controller
        self._is_left = False
        self._session = SessionWindow(app, controller)
        self._session.done.connect(self._done)
        self.setCentralWidget(self._session)

    def begin(self) -> None:
        """It is on screen now."""
        self._session.begin()

    def _done(self) -> None:
        self._is_left = True
        QtCore.QTimer.singleShot(0, self, self.close)

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        """Leave first."""
        if self._is_left:
            _windows.remove(self)
            event.accept()
            return
        event.ignore()
        self._session.ask_to_leave()


#: Those that are open: a window without a parent lives only as long as somebody holds it.
_windows: list[AsideWindow] = []


def show_aside(app: AppController, controller: SessionController, beside: QtWidgets.QWidget) -> None:
    """Show a session in a window of its own, or bring that to the front."""
    there = next((window for window in _windows if window.controller is controller), None)
    if there is not None:
        there.setWindowState(there.windowState() & ~QtCore.Qt.WindowState.WindowMinimized)
        there.raise_()
        there.activateWindow()
        return
    window = AsideWindow(app, controller)
    _windows.append(window)
    open_beside(window, beside)
    window.show()
    window.begin()
