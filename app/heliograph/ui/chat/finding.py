"""Looking for words in the conversation on screen: between the find bar, the messages, and the store behind them."""

from collections.abc import Callable

from PySide6 import QtCore

from heliograph.bridge.session_controller import SessionController
from heliograph.ui.chat.find import Finder
from heliograph.ui.chat.find_bar import FindBar
from heliograph.ui.chat.view import ChatView

#: How long after the last change the messages are looked through again, in milliseconds.
_AGAIN = 200


class Finding(QtCore.QObject):
    """Owns the bar; `shown` tells the key of the conversation on screen."""

    #: None: the person has found enough.
    left = QtCore.Signal(object)

    def __init__(self, controller: SessionController, view: ChatView, shown: Callable[[], str]) -> None:
        super().__init__(view)
        self._controller, self._view, self._shown = controller, view, shown
        self._finder, self._looking_back = Finder(), False
        self.bar = FindBar()
        self.bar.changed.connect(self._look_for)
        self.bar.stepped.connect(self._step)
        self.bar.left.connect(self._leave)
        self._again = QtCore.QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN)
        self._again.timeout.connect(self._look_again)

    def changed(self) -> None:
        """The messages on screen are others now, or more."""
        if not self.bar.isHidden():
            self._again.start()

    def stop(self) -> None:
        """Another conversation is shown."""
        self._looking_back = False
        if not self.bar.isHidden():
            self.bar.hide()
            self._view.mark(None)

    def _look_for(self, words: str) -> None:
        ref = self._finder.look_for(words, self._controller.chat.messages(self._shown()))
        self._view.mark(self._finder.pattern)
        self._show(ref)

    def _step(self, by: int) -> None:
        key = self._shown()
        if by < 0 and self._finder.is_at_oldest and self._controller.chat.has_older(key):
            self.bar.say("looking further back…")
            self._looking_back = True
            self._controller.load_older(key)
        else:
            self._show(self._finder.step(by))

    def _show(self, ref: str | None) -> None:
        if ref is not None:
            self._view.reveal(ref)
        self.bar.say(self._finder.words())

    def _look_again(self) -> None:
        self._finder.look_again(self._controller.chat.messages(self._shown()))
        looking_back, self._looking_back = self._looking_back, False
        if looking_back:
            self._step(-1)
        else:
            self.bar.say(self._finder.words())

    def _leave(self) -> None:
        self._view.mark(None)
        self.left.emit(None)
