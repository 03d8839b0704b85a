"""One telling a display frame, however much changes in it; nothing wakes while nothing changes."""

from collections.abc import Callable

from PySide6 import QtCore

FRAME_MS = 16


class Frames(QtCore.QObject):
    """Calls `flush` once, a frame after the first of any number of `wanted`."""

    def __init__(self, flush: Callable[[], None], parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._flush = flush
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(QtCore.Qt.TimerType.PreciseTimer)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._on_timeout)

    def wanted(self) -> None:
        """There is something to tell."""
        if not self._timer.isActive():
            self._timer.start()

    @property
    def waiting(self) -> bool:
        """Whether there is something that has not been told yet."""
        return self._timer.isActive()

    def now(self) -> None:
        """Tell at once what is waiting to be told."""
        if self._timer.isActive():
            self._timer.stop()
            self._flush()

    def stop(self) -> None:
        """Tell no more."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        self._flush()


class Alarm(QtCore.QObject):
    """Calls `ring` once at a time; setting it again while it runs keeps the earlier time."""

    def __init__(self, ring: Callable[[], None], parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._ring = ring
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._on_timeout)

    def within(self, seconds: float) -> None:
        """Ring in `seconds` at the latest."""
        ms = max(0, round(seconds * 1000))
        if not self._timer.isActive() or self._timer.remainingTime() > ms:
            self._timer.start(ms)

    def stop(self) -> None:
        """Do not ring."""
        self._timer.stop()

    def _on_timeout(self) -> None:
        self._ring()
