"""One session, for its window: what is shown, what may be done, and a signal for every change."""

from typing import TYPE_CHECKING, Any

from PySide6 import QtCore

from heliograph.model.conversation import EVERYONE, Conversations
from heliograph.model.people import People, Person
from heliograph.model.settings import Switches

if TYPE_CHECKING:
    from heliograph.client.events import Status
    from heliograph_relay.protocol.invite import Invite
    from heliograph_relay.protocol.native import SessionInfo


class SessionController(QtCore.QObject):
    """What a session window and its inspector talk to.

    Reading is free of waiting: `people`, `chat` and `capture` are plain objects that change only between
    two turns of the loop. Every signal is emitted at most once in 16 ms, with all that changed since.
    """

    #: Status: connecting, joined, reconnecting (with `retry_at`), ended (with `message` for a person).
    status_changed = QtCore.Signal(object)
    #: None: somebody came, went, is away or back, or a round trip was measured.
    people_changed = QtCore.Signal(object)
    #: set of conversation keys in which messages came, moved, went or changed.
    messages_changed = QtCore.Signal(object)
    #: set of refs of messages whose state, counts or read mark changed (a subset of what the former covers).
    states_changed = QtCore.Signal(object)
    #: Message: a new one of somebody else, for notices and counters. One emission a message.
    message_added = QtCore.Signal(object)
    #: (first, last): rows of the capture that were added, as indices.
    rows_added = QtCore.Signal(object)
    #: set of seq: own signals whose receipts changed.
    fates_changed = QtCore.Signal(object)
    #: set of conversation keys in which who types has changed.
    typing_changed = QtCore.Signal(object)
    #: Switches, after a change.
    switches_changed = QtCore.Signal(object)
    #: str: a line for the status bar.
    notice = QtCore.Signal(object)
    #: Problem: something that needs the person's eye, such as a message that cannot be kept on disk.
    problem = QtCore.Signal(object)
    #: bool: whether somebody inspects the whole session.
    inspected_changed = QtCore.Signal(object)
    #: str, in a person's words: the relay that this app hosts has ended. `restart_relay()` starts it again.
    relay_died = QtCore.Signal(object)
    #: None: the session is left; the window may go.
    closed = QtCore.Signal(object)

    people: People
    chat: Conversations
    capture: Any
    invite: "Invite | None"
    hosting: bool
    session: "SessionInfo | None"
    status: "Status"
    switches: Switches

    # ---- chat

    def send_chat(self, text: str, conversation: str = EVERYONE) -> str:
        """Send a chat line; returns its ref. It is kept on disk before it goes to the wire.

        Raises (before anything is cleared or kept):
            TooLarge: over 8,192 bytes of UTF-8.
            InvalidSignal: there is nothing to send, or it is no text (a lone surrogate).
            NoSuchConnection: that person has left.
        """
        raise NotImplementedError

    def retry(self, ref: str) -> None:
        """Send a failed or unconfirmed message again, as the newest of its conversation."""
        raise NotImplementedError

    def discard(self, ref: str) -> None:
        """Let go of a message of mine that failed or still waits. One that is on its way stays."""
        raise NotImplementedError

    def draft(self, conversation: str = EVERYONE) -> str:
        """What was typed there and not sent; kept over restarts."""
        raise NotImplementedError

    def set_draft(self, text: str, conversation: str = EVERYONE) -> None:
        """Keep what is typed and not yet sent (on disk within a second)."""
        raise NotImplementedError

    def load_older(self, conversation: str = EVERYONE) -> None:
        """Fetch earlier messages from the store; ends in `messages_changed`. Ask `chat.has_older(key)` first."""
        raise NotImplementedError

    def waiting(self) -> int:
        """How many messages of mine wait for the relay."""
        raise NotImplementedError

    # ---- receipts, typing

    def send_read_receipt(self, ref: str) -> None:
        """Tell the sender of this message that it was read, whatever the switch says."""
        raise NotImplementedError

    def mark_read(self, conversation: str = EVERYONE) -> None:
        """Mark all of a conversation as read and tell the senders, whatever the switch says."""
        raise NotImplementedError

    def looking_at(self, conversation: str | None) -> None:
        """What is visible in the active window; None for nothing. What comes there is read at once, and its
        senders are told while the read switch is on.
        """
        raise NotImplementedError

    def set_typing(self, conversation: str, typing: bool) -> None:
        """Call it on every key press (True), and when the field is emptied or left (False). Throttled here."""
        raise NotImplementedError

    def typing(self, conversation: str = EVERYONE) -> list[Person]:
        """Who is typing there now."""
        raise NotImplementedError

    def set_switch(self, name: str, on: bool) -> None:
        """Turn "delivered", "read" or "typing" on or off; remembered in the settings."""
        raise NotImplementedError

    # ---- people

    def ping(self, to: str | None = None) -> None:
        """Ping one connection, or everybody; round trips appear in `people` (`Person.rtt_ms`)."""
        raise NotImplementedError

    def put_out(self, connection_id: str) -> None:
        """Put somebody out of the session. Only moderators: `may_moderate`."""
        raise NotImplementedError

    @property
    def may_moderate(self) -> bool:
        """Whether I may disconnect others and inspect the whole session."""
        raise NotImplementedError

    def people_cut_off(self) -> list[Person]:
        """Whom closing would cut off: everybody else who is here while this app hosts."""
        raise NotImplementedError

    # ---- signals, inspection

    def send_signal(self, type: str | None, data: str | None, to: str | None = None) -> str:
        """Send any signal; returns its ref. Raises what `send_chat` raises, and for a bad type."""
        raise NotImplementedError

    def set_inspect(self, on: bool) -> None:
        """See every signal of the session. Everybody is told while it is on."""
        raise NotImplementedError

    # ---- the session itself

    @property
    def title(self) -> str:
        """The session's name for the eye."""
        raise NotImplementedError

    def reconnect_now(self) -> None:
        """Try at once instead of waiting for the next attempt."""
        raise NotImplementedError

    def restart_relay(self) -> None:
        """Start the hosted relay again after `relay_died`: same session, same secrets, same port if free."""
        raise NotImplementedError

    def leave(self) -> None:
        """Leave, stop the relay if hosting, and end in `closed`. What waits stays kept for the next time."""
        raise NotImplementedError
