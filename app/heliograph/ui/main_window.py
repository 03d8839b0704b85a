"""The window: the start screen, a session, or a capture."""

from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.session_controller import SessionController
from heliograph.model.settings import Settings
from heliograph.resources import resource
from heliograph.ui import dialogs, theme
from heliograph.ui.captures.dropping import Dropping
from heliograph.ui.placing import bring_back, fit
from heliograph.ui.pressing import PressingWindow
from heliograph.ui.start import StartScreen

if TYPE_CHECKING:
    from heliograph.bridge.opened_capture import OpenedCapture
    from heliograph.model.problem import Problem
    from heliograph.ui.captures.page import CapturePage
    from heliograph.ui.captures.window import CaptureWindow
    from heliograph.ui.session_window import SessionWindow


class MainWindow(PressingWindow):
    """One window, one session at a time. A capture that is opened meanwhile gets a window of its own."""

    def __init__(self, app: AppController) -> None:
        super().__init__()
        self._app = app
        application = QtWidgets.QApplication.instance()
        assert isinstance(application, QtWidgets.QApplication)
        theme.apply(application, app.settings.theme)
        self._theme = app.settings.theme
        self._session: SessionWindow | None = None
        #: The session on screen, for whoever wants to send something of a capture again.
        self._live: SessionController | None = None
        self._capture: CapturePage | None = None
        #: Captures in windows of their own: somebody must keep them.
        self._aside: set[CaptureWindow] = set()
        #: What was said before there was a window to say it in, such as a port that was taken.
        self._notices: list[str] = []
        self.setWindowIcon(QtGui.QIcon(str(resource("icons", "heliograph.svg"))))
        self._stack = QtWidgets.QStackedWidget()
        self._start = StartScreen(app)
        self._stack.addWidget(self._start)
        self.setCentralWidget(self._stack)
        app.session_opened.connect(self._show_session)
        app.aside_opened.connect(self._show_aside)
        app.captures.opened.connect(self._show_capture)
        app.captures.problem.connect(self._show_capture_problem)
        Dropping(self, app.captures)
        app.settings_changed.connect(self._settings_changed)
        app.notice.connect(self._notices.append)
        self._restore()
        self._title("")

    def _title(self, session: str) -> None:
        self.setWindowTitle(f"{session} – Heliograph" if session else "Heliograph")

    def offer(self, invite: str, pin: str) -> None:
        """Show on the start screen where somebody wants to go."""
        self._start.offer(invite, pin)

    # ---- sessions

    def _show_session(self, controller: SessionController) -> None:
        from heliograph.ui.session_window import SessionWindow  # noqa: PLC0415 - not needed for the first paint

        self._capture_done()
        window = SessionWindow(self._app, controller)
        window.done.connect(self._session_done)
        self._session, self._live = window, controller
        self._stack.addWidget(window)
        self._stack.setCurrentWidget(window)
        self._title(controller.title)
        window.begin()
        while self._notices:
            window.say(self._notices.pop(0))

    def _show_aside(self, controller: SessionController) -> None:
        """A session of the relay that is hosted here, in a window of its own."""
        from heliograph.ui.aside import show_aside  # noqa: PLC0415 - few people need it

        show_aside(self._app, controller, self)

    def _session_done(self) -> None:
        session, self._session, self._live = self._session, None, None
        if session is not None:
            self._stack.setCurrentWidget(self._start)
            self._stack.removeWidget(session)
            session.deleteLater()
        self._title("")

    # ---- captures

    def _show_capture(self, opened: "OpenedCapture") -> None:
        from heliograph.ui.captures.page import CapturePage  # noqa: PLC0415 - not needed for the first paint
        from heliograph.ui.captures.window import CaptureWindow  # noqa: PLC0415 - see above

        opened.inspection.live = lambda: self._live
        if self._session is not None or not self.isVisible():
            window = CaptureWindow(self._app, opened)
            self._aside.add(window)
            window.gone.connect(self._aside.discard)
            window.show()
            return
        self._capture_done()
        page = self._capture = CapturePage(self._app, opened, alone=False)
        page.done.connect(lambda _none: self._capture_done())
        self._stack.addWidget(page)
        self._stack.setCurrentWidget(page)
        page.begin()
        self._title(opened.name)

    def _capture_done(self) -> None:
        page, self._capture = self._capture, None
        if page is not None:
            self._stack.setCurrentWidget(self._start)
            self._stack.removeWidget(page)
            page.let_go()
            self._title("")

    def _show_capture_problem(self, problem: "Problem") -> None:
        """The start screen says it on its own card."""
        if self._session is not None or self._capture is not None:
            dialogs.tell(self, problem)

    # ---- looks

    def _settings_changed(self, settings: Settings) -> None:
        if settings.theme != self._theme:
            self._theme = settings.theme
            theme.theme().choose(settings.theme)

    def _restore(self) -> None:
        kept = self._app.settings.layout.get("window")
        if kept and self.restoreGeometry(QtCore.QByteArray.fromBase64(kept.encode())):
            bring_back(self)
        else:
            fit(self, QtCore.QSize(1_240, 780))

    # ---- Qt

    def closeEvent(self, event: QtGui.QCloseEvent) -> None:
        """Leave first; a hosted session with others in it is asked about."""
        if self._session is None:
            geometry = bytes(self.saveGeometry().toBase64().data()).decode()
            self._app.save_settings(layout={**self._app.settings.layout, "window": geometry})
            self._app.cancel()
            event.accept()
            return
        event.ignore()
        self._session.ask_to_leave(self._close_soon)

    def _close_soon(self) -> None:
        """Once what ends the session has been told to everybody."""
        QtCore.QTimer.singleShot(0, self, self.close)
