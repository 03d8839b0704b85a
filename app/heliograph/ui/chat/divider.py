"""The line above what is new in a conversation: where it stands, and when it goes."""

from collections.abc import Callable

from PySide6 import QtCore

#: It stays so long after all that is new was in sight of a person, in milliseconds.
READ_FOR = 30_000


class Divider(QtCore.QObject):
    """It comes with what is unread and stands while that is being read: not for ever, and not in the way.

    It goes when the person answers, opens another conversation, or has had the end before their eyes for half
    a minute. What comes while nobody looks brings it anew, above the first message of that.
    """

    def __init__(self, gone: Callable[[], None], parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._gone = gone
        self._timer = QtCore.QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(READ_FOR)
        self._timer.timeout.connect(self.remove)
        self.ref: str | None = None

    def stand(self, first_unread: str | None) -> None:
        """Another conversation is shown."""
        self._timer.stop()
        self.ref = first_unread

    def follow(self, first_unread: str | None) -> None:
        """Messages have changed."""
        if first_unread is not None and first_unread != self.ref:
            self.stand(first_unread)

    def seen(self, seen: bool) -> None:
        """Whether the end of the conversation is before somebody's eyes."""
        if not seen:
            self._timer.stop()
        elif self.ref is not None and not self._timer.isActive():
            self._timer.start()

    def remove(self) -> None:
        """It has served."""
        self._timer.stop()
        if self.ref is not None:
            self.ref = None
            self._gone()
