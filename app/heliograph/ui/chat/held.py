"""A line above the field while messages wait until others are back, with a way not to wait."""

from PySide6 import QtCore

from heliograph.bridge.homecoming import Held
from heliograph.bridge.session_controller import SessionController
from heliograph.model.text import names_words, plural
from heliograph.ui.banners import Banner


class HeldLine(Banner):
    """Hidden while nothing waits for anybody."""

    def __init__(self, controller: SessionController) -> None:
        super().__init__("clock", "warning")
        self._controller = controller
        self._tick = QtCore.QTimer(self)
        self._tick.setInterval(1_000)
        self._tick.timeout.connect(self._refresh)
        for signal in (controller.messages_changed, controller.people_changed, controller.status_changed):
            signal.connect(self._refresh)
        self._refresh()

    def _refresh(self, _told: object = None) -> None:
        held = self._controller.held
        if held is None:
            self._tick.stop()
            self.hide()
        else:
            self._tick.start()
            self.say(held_words(held), "Send now", self._controller.send_held)


def held_words(held: Held) -> str:
    """How many messages wait, for whom, and how long."""
    what = f"{plural(held.count, 'message')} to everyone {'waits' if held.count == 1 else 'wait'}"
    if held.no_longer_than is None:
        return f"{what} until somebody is back: nobody is here to get it."
    return f"{what} for {names_words(held.names)} to come back, {round(held.no_longer_than)} s at most."
