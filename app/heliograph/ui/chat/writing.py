"""What is written in a conversation: its field, its draft, and in which format it goes."""

from collections.abc import Callable

from PySide6 import QtCore

from heliograph.bridge.session_controller import SessionController
from heliograph.model.conversation import EVERYONE
from heliograph.model.rules import Refusal
from heliograph.model.text import typing_words
from heliograph.ui.chat.composer import Composer


class Writing(QtCore.QObject):
    """The composer, and what becomes of what is written in it; `shown` tells which conversation that is for."""

    #: None: a message was taken.
    sent = QtCore.Signal(object)

    def __init__(
        self, controller: SessionController, shown: Callable[[], str], parent: QtCore.QObject
    ) -> None:
        super().__init__(parent)
        self._controller = controller
        self._shown = shown
        self.composer = Composer(lambda text: controller.chat_size(text, shown()))
        self.composer.send.connect(self._send)
        self.composer.edited.connect(self._edited)
        self.composer.format.chosen.connect(controller.choose_dialect)
        controller.status_changed.connect(self.load)
        controller.people_changed.connect(self.load)
        controller.dialect_changed.connect(self.load)
        controller.typing_changed.connect(self.show_typing)

    def load(self) -> None:
        """Another conversation is shown, or something has changed that decides what may be written."""
        controller, key = self._controller, self._shown()
        person = controller.people.get(key) if key else None
        placeholder = (
            "Message everyone" if not key else f"Private message to {person.name if person else 'somebody'}"
        )
        blocked = ""
        if controller.status.state.is_final:
            blocked = "You are no longer in this session."
        elif controller.people.me is not None and not controller.may_signal:
            blocked = "You may only listen in this session."
        elif key and (person is None or person.gone):
            blocked = f"{person.name if person else 'This person'} has left the session."
        self.composer.load(controller.draft(key), placeholder, blocked)
        self.show_format()

    def show_format(self) -> None:
        """What was said tells how those who are here speak, and so how they are answered."""
        controller, key = self._controller, self._shown()
        there = controller.people.others() if key == EVERYONE else (key,)
        matters = bool(controller.people.pages(there))
        deaf = [person.name for person in controller.deaf(key)]
        self.composer.format.show_format(controller.dialect, controller.way(key), deaf, matters=matters)

    def show_typing(self) -> None:
        """Who types there."""
        names = [person.name for person in self._controller.typing(self._shown())]
        self.composer.show_typing(typing_words(names))

    def _send(self, text: str) -> None:
        try:
            self._controller.send_chat(text, self._shown())
        except Refusal as refusal:
            self.composer.complain(str(refusal))
            return
        self.composer.clear()
        self.sent.emit(None)

    def _edited(self, text: str) -> None:
        self._controller.set_draft(text, self._shown())
        self._controller.set_typing(self._shown(), bool(text.strip()))
