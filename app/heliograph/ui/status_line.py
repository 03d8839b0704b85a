"""The status bar: where one is, how it stands with the relay, and what is going on."""

import time

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import State
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.elided import ElidedLabel
from heliograph.ui.form import Picture, muted
from heliograph.ui.theme import space

#: How long a notice is shown, in milliseconds.
_NOTICE = 6_000


class StatusLine(QtWidgets.QWidget):
    """Ticks once a second only while there is a countdown or traffic to show."""

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        self._sign = Picture("bolt", "success", 16)
        self._state, self._notice = ElidedLabel(), ElidedLabel()
        self._notice.setProperty("muted", True)
        self._now = QtWidgets.QPushButton("Try now")
        self._now.setProperty("flat", True)
        self._now.clicked.connect(controller.reconnect_now)
        self._repeating = QtWidgets.QPushButton()
        self._repeating.setProperty("flat", True)
        self._repeating.setToolTip("A signal that you composed is sent again and again. Click to stop that.")
        self._repeating.clicked.connect(controller.composing.stop)
        self._waiting, self._rate, self._people = muted(""), muted(""), muted("")
        self._lay_out()
        self._rows, self._said = 0, ""
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(1_000)
        self._timer.timeout.connect(self._tick)
        self._fade = QtCore.QTimer(self)
        self._fade.setSingleShot(True)
        self._fade.timeout.connect(self._show_notice)
        controller.status_changed.connect(self._refresh)
        controller.people_changed.connect(self._refresh)
        controller.messages_changed.connect(self._refresh)
        controller.rows_added.connect(self._count)
        controller.notice.connect(self._say)
        controller.composing.sendings_changed.connect(self._show_repeating)
        self._show_repeating()
        self._refresh()

    def _lay_out(self) -> None:
        lock, words = Picture("unlock", "muted", 16), muted("not encrypted")
        for widget in (lock, words):
            widget.setToolTip(
                "Signals travel readable on this network. Use it only where you trust the network."
            )
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(4), 0, space(4), 0)
        row.setSpacing(space(2))
        row.addWidget(self._sign)
        row.addWidget(self._state)
        row.addWidget(self._now)
        row.addSpacing(space(2))
        row.addWidget(self._notice, 1)
        row.addWidget(self._repeating)
        for widget in (self._waiting, self._rate, self._people):
            row.addWidget(widget)
            row.addSpacing(space(2))
        row.addWidget(lock)
        row.addWidget(words)
        self.setFixedHeight(max(space(8), self._now.sizeHint().height() + 2))

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, theme.color("border"))
        painter.end()

    def _say(self, words: str) -> None:
        self._said = words
        self._fade.start(_NOTICE)
        self._show_notice()

    def _show_notice(self) -> None:
        """What was said last, for a while; else why there is no connection."""
        status = self._controller.status
        why = status.message if status.state is State.RECONNECTING else ""
        self._notice.setText(self._said if self._fade.isActive() else why)

    def _show_repeating(self) -> None:
        """What goes on while its window is closed is seen here, and can be stopped."""
        running = [
            s for s in self._controller.composing.sendings if s.times > 1 and not (s.stopped or s.over)
        ]
        self._repeating.setVisible(bool(running))
        if running:
            sent, times = sum(s.sent for s in running), sum(s.times for s in running)
            self._repeating.setText(f"Stop sending ({sent:,} of {times:,})")

    def _count(self, rows: tuple[int, int]) -> None:
        self._rows += rows[1] - rows[0] + 1
        if not self._timer.isActive():
            self._timer.start()

    def _tick(self) -> None:
        rows, self._rows = self._rows, 0
        self._rate.setText(f"{plural(rows, 'signal')}/s" if rows else "")
        self._refresh()
        if not rows and self._controller.status.retry_at is None:
            self._timer.stop()

    def _refresh(self) -> None:
        controller, status = self._controller, self._controller.status
        if status.state is State.JOINED:
            sign, tint = "bolt", "success"
        elif status.state.is_final:
            sign, tint = "wifi-off", "danger"
        else:
            sign, tint = "wifi-off", "warning"
        self._sign.wear(sign, tint)
        self._state.setText(self._words())
        self._show_notice()
        self._now.setVisible(status.state is State.RECONNECTING)
        waiting = controller.waiting()
        self._waiting.setText(f"{waiting} waiting" if waiting else "")
        here = plural(len(controller.people.present()), "person", "people")
        self._people.setText(here if controller.is_connected else "")  # nobody knows
        if status.retry_at is not None and not self._timer.isActive():
            self._timer.start()

    def _words(self) -> str:
        controller, status = self._controller, self._controller.status
        if status.state is State.JOINED:
            return f"{'Hosting' if controller.hosting else 'In'} {controller.title}{self._where()}"
        if status.state is State.RECONNECTING:
            if status.retry_at is None:
                return "Reconnecting…"
            return f"Reconnecting, next try in {max(0, round(status.retry_at - time.monotonic()))} s"
        if status.state is State.CONNECTING:
            return "Connecting…"
        return status.message or "You have left the session."

    def _where(self) -> str:
        """The address, where there is no doubt which one."""
        invite = self._controller.invite
        if invite is None or not (self._controller.hosting or len(invite.addresses) == 1):
            return ""
        return f" at {bracketed(invite.addresses[0])}:{invite.port}"


def bracketed(address: str) -> str:
    """An address as it is written before a port."""
    return f"[{address}]" if ":" in address else address
