"""One session, for its window: what may be done in it, beside what is shown of it (`SessionReading`)."""

from msgspec.structs import replace
from PySide6 import QtCore

from heliograph.bridge.changes import Changes
from heliograph.bridge.composing import Composing
from heliograph.bridge.hosting import HostingFailed
from heliograph.bridge.parts import Parts
from heliograph.bridge.session_engine import SessionEngine
from heliograph.bridge.session_reading import SessionReading
from heliograph.bridge.tapping import Tapping
from heliograph.model.conversation import EVERYONE
from heliograph.model.dialects import Dialect
from heliograph.model.rules import check_signal
from heliograph_relay.protocol.problems import NotAllowed


class SessionController(SessionReading):
    """What a session window and its inspector talk to.

    Reading is free of waiting: `people`, `chat` and `capture` are plain objects that change only between
    two turns of the loop.
    """

    def __init__(self, parts: Parts, parent: QtCore.QObject | None = None) -> None:
        super().__init__(parent)
        self._parts = parts
        self._engine = SessionEngine(parts, self._tell, self.problem.emit, self)
        self._state, self._core = self._engine.state, self._engine.core
        self.composing = Composing(self, parts.shelf, parts.clock, parts.hosting, self)
        self.tapping = Tapping(self, parts)
        self._invite = parts.invite
        self._closing = False
        self._relay_is_dead = False

    # ---- chat

    def send_chat(self, text: str, conversation: str = EVERYONE) -> str:
        """Send a chat line; returns its ref. It is kept on disk before it goes to the wire.

        Raises (before anything is cleared or kept):
            TooLarge: over 8,192 bytes of UTF-8 in the dialect in which it would go.
            InvalidSignal: there is nothing to send, or it is no text (a lone surrogate).
            NoSuchConnection: that person has left.
            NotAllowed: I may only listen, or am no longer in the session.
        """
        message = self._core.chat.typed(text, conversation)
        self._core.type_in(conversation, False)
        self.chat.set_draft(conversation, "")
        self._engine.keeper.draft(conversation, "")
        self._engine.settle()
        self._engine.keeper.save_drafts()
        return message.ref

    def retry(self, ref: str) -> None:
        """Send a message again, as the newest, that failed, is unconfirmed or reached nobody. Raises what `send_chat` raises."""
        self._core.chat.retry(ref)
        self._engine.settle()

    def send_held(self) -> None:
        """What waits until others are back goes now, to whoever is here."""
        self._core.chat.release(at_once=True)
        self._engine.settle()

    def redirect(self, ref: str, to: str) -> None:
        """Send a failed or unconfirmed message to somebody else, of `namesakes`. Raises what `send_chat` raises."""
        if self._core.chat.redirect(ref, to) is not None:
            self._engine.settle()  # kept in its new place before it is let go of in the old one
            self._engine.keeper.discard(ref)

    def discard(self, ref: str) -> None:
        """Let go of a message of mine that failed or still waits. One that is on its way stays."""
        message = self.chat.get(ref)
        if message is not None and message.handed and not message.state.may_retry:
            self._engine.link.withdraw(ref)
            if self._state.is_written(ref):
                self._state.notice("It is on its way already.")
                self._engine.settle()
                return
        if self._core.chat.discard(ref):
            self._engine.keeper.discard(ref)
        self._engine.settle()

    def set_draft(self, text: str, conversation: str = EVERYONE) -> None:
        """Keep what is typed and not yet sent (on disk within half a second)."""
        if text != self.chat.draft(conversation):
            self.chat.set_draft(conversation, text)
            self._engine.keeper.draft(conversation, text)

    def load_older(self, conversation: str = EVERYONE) -> None:
        """Fetch earlier messages from the store; ends in `messages_changed`. Ask `chat.has_older(key)` first."""
        self._engine.load_older(conversation)

    def choose_dialect(self, dialect: Dialect | None) -> None:
        """The person chooses; remembered for this session. Ends in `dialect_changed`."""
        self._core.chat.voice.chosen = dialect
        self._engine.keeper.save_dialect(dialect)
        self.dialect_changed.emit(dialect)

    # ---- receipts, typing

    def send_read_receipt(self, ref: str) -> None:
        """Tell the sender of this message that it was read, whatever the switch says."""
        self._core.send_read_receipt(ref)
        self._engine.settle()

    def mark_read(self, conversation: str = EVERYONE) -> None:
        """Mark all of a conversation as read and tell the senders, whatever the switch says."""
        self._core.mark_read(conversation)
        self._engine.settle()

    def looking_at(self, conversation: str | None) -> None:
        """What is visible in the active window; None for nothing.

        What comes there is read at once, and its senders are told while the read switch is on.
        """
        self._core.look_at(conversation)
        self._engine.settle()

    def set_typing(self, conversation: str, typing: bool) -> None:
        """Call it on every key press (True), and when the field is emptied or left (False). Throttled here."""
        self._core.type_in(conversation, typing)
        self._engine.settle()

    def set_switch(self, name: str, on: bool) -> None:
        """Turn "delivered", "read" or "typing" on or off; remembered in the settings."""
        self._core.switch(replace(self._state.switches, **{name: on}))
        self._parts.on_switches(self._state.switches)
        self.switches_changed.emit(self._state.switches)
        self._engine.settle()

    # ---- people

    def ping(self, to: str | None = None) -> None:
        """Ping one connection, or everybody; round trips appear in `people` (`Person.rtt_ms`)."""
        if (words := self._core.ping(to)) is not None:
            self._state.notice(words)
        self._engine.settle()

    def put_out(self, connection_id: str) -> None:
        """Put somebody out of the session. Only moderators: `may_moderate`."""
        if self._may_moderate_now():
            self._engine.link.disconnect(connection_id)

    # ---- signals, inspection

    def send_signal(self, type: str | None, data: str | None, to: str | None = None) -> str:
        """Send any signal; returns its ref.

        Raises:
            Refusal: type or data break the rules, or I may not send.
        """
        if self._state.is_over:
            raise NotAllowed("You are no longer in this session.")
        if not self.may_signal:
            raise NotAllowed("You may only listen in this session.")
        check_signal(type, data)
        ref = self._core.signal(type, data, to)
        self._engine.settle()
        return ref

    def set_inspect(self, on: bool) -> None:
        """See every signal of the session. Everybody is told while it is on."""
        if self._may_moderate_now():
            self._engine.link.inspect(on)

    def _may_moderate_now(self) -> bool:
        if not self.may_moderate:
            self._state.notice("Only the host and moderators may do this.")
        elif not self._state.connected:
            self._state.notice("There is no connection to the relay now.")
        else:
            return True
        self._engine.settle()
        return False

    # ---- the session itself

    def start(self) -> None:
        """Begin to join; `await joined()` tells how it went."""
        if self._parts.hosting is not None:
            self._parts.hosting.on_death = self._on_relay_death
        self._engine.link.start()

    async def joined(self) -> None:
        """Wait until the session is joined and its past is here; raises `NeverJoined`."""
        await self._engine.joined()

    def reconnect_now(self) -> None:
        """Try at once instead of waiting for the next attempt."""
        self._engine.link.reconnect()

    def restart_relay(self) -> None:
        """Start the hosted relay again after `relay_died`: same session, same secrets, same port if free."""
        if self.hosting and self._relay_is_dead and not self._closing:
            self._relay_is_dead = False
            self._parts.tasks.spawn(self._restart_relay(), name="restart of the relay")

    def leave(self) -> None:
        """Leave, stop the relay if hosting, and end in `closed`. What waits stays kept for the next time."""
        self._parts.tasks.spawn(self.close(), name="leaving the session")

    async def close(self) -> None:
        """The same, awaited."""
        if self._closing:
            return
        self._closing = True
        self.composing.stop()
        self.composing.keep_now()
        self.tapping.close()
        await self._engine.close()
        if self._parts.hosting is not None:
            await self._parts.hosting.stop()
        self.closed.emit(None)

    def _on_relay_death(self, words: str) -> None:
        self._relay_is_dead = True
        if not self._closing:
            self.relay_died.emit(words)

    async def _restart_relay(self) -> None:
        assert self._parts.hosting is not None
        try:
            self._invite = await self._parts.hosting.restart()
        except HostingFailed as failure:
            self._relay_is_dead = True
            self.problem.emit(failure.problem)
            return
        self.invite_changed.emit(self._invite)
        self._engine.link.reconnect()

    def _tell(self, changes: Changes) -> None:
        self.tell(changes, status=self.status, inspected=self.inspected, rows=len(self.capture))
