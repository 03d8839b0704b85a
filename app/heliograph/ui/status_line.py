"""The status bar: where one is, how it stands with the relay, and what is going on."""

import time

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import State
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.theme import space


class StatusLine(QtWidgets.QStatusBar):
    """Ticks once a second only while there is a countdown or traffic to show."""

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        self.setSizeGripEnabled(False)
        self.setContentsMargins(space(2), 0, space(2), 0)
        self._dot = QtWidgets.QLabel()
        self._state = QtWidgets.QLabel()
        self._now = QtWidgets.QPushButton("Try now")
        self._now.setProperty("flat", True)
        self._now.clicked.connect(controller.reconnect_now)
        self._lock = QtWidgets.QLabel("not encrypted")
        self._lock.setToolTip(
            "Signals travel readable on this network. Use it only where you trust the network."
        )
        self._waiting, self._rate, self._people = QtWidgets.QLabel(), QtWidgets.QLabel(), QtWidgets.QLabel()
        for widget in (self._dot, self._state, self._now):
            self.addWidget(widget)
        for widget in (self._waiting, self._rate, self._people, self._lock):
            widget.setContentsMargins(space(2), 0, space(2), 0)
            self.addPermanentWidget(widget)
        self._rows, self._rows_at = 0, 0.0
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self._tick)
        controller.status_changed.connect(self._refresh)
        controller.people_changed.connect(self._refresh)
        controller.messages_changed.connect(self._refresh)
        controller.rows_added.connect(self._count)
        controller.notice.connect(lambda words: self.showMessage(words, 6_000))
        theme.theme().changed.connect(self._refresh)
        self._refresh()

    def _count(self, rows: tuple[int, int]) -> None:
        self._rows += rows[1] - rows[0] + 1
        if not self._timer.isActive():
            self._timer.start()

    def _tick(self) -> None:
        rows, self._rows = self._rows, 0
        self._rate.setText(f"{rows:,} signals/s" if rows else "")
        self._refresh()
        if not rows and self._controller.status.retry_at is None:
            self._timer.stop()

    def _refresh(self) -> None:
        controller, status = self._controller, self._controller.status
        words, tint = self._words(), "muted"
        if status.state is State.JOINED:
            tint = "success"
        elif status.state.is_final:
            tint = "danger"
        elif status.state is State.RECONNECTING:
            tint = "warning"
        self._dot.setPixmap(
            theme.pixmap("bolt" if tint == "success" else "wifi-off", theme.color(tint).name(), 16, 2.0)
        )
        self._state.setText(words)
        self._now.setVisible(status.state is State.RECONNECTING)
        waiting = controller.waiting()
        self._waiting.setText(f"{waiting} waiting" if waiting else "")
        self._people.setText(plural(len(controller.people.present()), "person", "people"))
        if status.retry_at is not None and not self._timer.isActive():
            self._timer.start()

    def _words(self) -> str:
        controller, status = self._controller, self._controller.status
        if status.state is State.JOINED:
            return f"Hosting {controller.title}" if controller.hosting else f"In {controller.title}"
        if status.state is State.RECONNECTING:
            why = status.message or "The connection was lost."
            if status.retry_at is None:
                return f"{why} Trying again…"
            return f"{why} Next try in {max(0, round(status.retry_at - time.monotonic()))} s."
        if status.state is State.CONNECTING:
            return "Connecting…"
        return status.message or "You have left the session."
