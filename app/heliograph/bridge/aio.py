"""One event loop for Qt and asyncio, from the first coroutine to the last. The only place that knows qasync."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

os.environ["QT_API"] = "pyside6"

from PySide6 import QtCore, QtWidgets  # qasync takes what it finds
from qasync import QEventLoop

from heliograph.bridge.garbage import Garbage

#: Seconds to wait for a first paint that may never come, as for a window that starts minimised.
PAINT_WITHIN = 2.0

_LEVELS = {
    QtCore.QtMsgType.QtDebugMsg: logging.DEBUG,
    QtCore.QtMsgType.QtInfoMsg: logging.INFO,
    QtCore.QtMsgType.QtWarningMsg: logging.WARNING,
    QtCore.QtMsgType.QtCriticalMsg: logging.ERROR,
    QtCore.QtMsgType.QtFatalMsg: logging.CRITICAL,
}

#: What Qt says on every screen without a window manager.
_NO_NEWS = "This plugin does not support "


class Application(QtWidgets.QApplication):
    """Ends when it is asked to: by its last window closing, the desktop, `request_quit`, SIGINT or SIGTERM."""

    def __init__(self, arguments: Sequence[str] = ("heliograph",)) -> None:
        super().__init__(list(arguments))
        self.setQuitOnLastWindowClosed(False)
        self._quitting = asyncio.Event()
        self.lastWindowClosed.connect(self.request_quit)

    def request_quit(self) -> None:
        """Let `until_quit` return."""
        self._quitting.set()

    async def until_quit(self) -> None:
        """Wait until the program is to end."""
        await self._quitting.wait()

    def event(self, event: QtCore.QEvent) -> bool:
        if event.type() == QtCore.QEvent.Type.Quit:
            self.request_quit()
            return True
        return super().event(event)


def run(
    main: Callable[[Application], Coroutine[Any, Any, int]], on_fatal: Callable[[str], None] | None = None
) -> int:
    """Run `main` on a loop of its own; returns its result when all that it started has ended.

    `main` awaits `application.until_quit()` and then whatever it has to put in order. Where Qt would end the
    process (there is no display, or a library is missing), `on_fatal` is given its words first.
    """
    listener = _Listener(on_fatal)
    QtCore.qInstallMessageHandler(listener)
    application = Application()
    listener.application_is_there = True
    loop = QEventLoop(application)
    garbage = Garbage()
    try:
        with _signals(loop, application.request_quit):
            return int(loop.run_until_complete(main(application)))
    finally:
        _end_rest(loop)
        garbage.restore()
        loop.close()
        QtCore.qInstallMessageHandler(None)


async def painted(widget: QtWidgets.QWidget) -> None:
    """Wait until `widget` has been on the screen."""
    eye = _Eye(widget)
    with suppress(TimeoutError):
        await asyncio.wait_for(eye.has_seen.wait(), PAINT_WITHIN)
    await asyncio.sleep(0)  # the paint event was about to be handled


class _Eye(QtCore.QObject):
    def __init__(self, widget: QtWidgets.QWidget) -> None:
        super().__init__(widget)
        self.has_seen = asyncio.Event()
        widget.installEventFilter(self)

    def eventFilter(self, watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        # A window that is covered by its children paints nothing itself, but brings them to the screen.
        if event.type() in (QtCore.QEvent.Type.Paint, QtCore.QEvent.Type.UpdateRequest):
            watched.removeEventFilter(self)
            self.has_seen.set()
        return False


@contextmanager
def _signals(loop: asyncio.AbstractEventLoop, ask: Callable[[], None]) -> Iterator[None]:
    """For the length of a block SIGINT and SIGTERM ask the program to end."""

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(ask)

    before = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, ask)
        except NotImplementedError:  # Windows
            before[number] = signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            if number in before:
                signal.signal(number, before[number])
            else:
                loop.remove_signal_handler(number)


def _end_rest(loop: QEventLoop) -> None:
    """What is still running when `main` is through is cancelled, and what it holds is let go."""
    rest = asyncio.all_tasks(loop)
    for task in rest:
        task.cancel()
    if rest:
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
    loop.run_until_complete(loop.shutdown_asyncgens())


class _Listener:
    """What Qt says goes to the log; what it says last goes to `on_fatal`."""

    def __init__(self, on_fatal: Callable[[str], None] | None) -> None:
        self._on_fatal = on_fatal
        #: Until it is there, Qt tries one screen after the other, and complains of each.
        self.application_is_there = False

    def __call__(self, kind: QtCore.QtMsgType, context: QtCore.QMessageLogContext, message: str) -> None:
        level = _LEVELS.get(kind, logging.WARNING)
        if message.startswith(_NO_NEWS):
            level = logging.DEBUG
        elif not self.application_is_there:
            level = logging.INFO
        category = getattr(context, "category", None) or "default"
        logging.getLogger(f"qt.{category.removeprefix('qt.')}").log(level, "%s", message)
        if kind == QtCore.QtMsgType.QtFatalMsg and self._on_fatal is not None:
            self._on_fatal(message)
            os._exit(1)  # Qt would abort: a message that misleads, and a crash report
