"""A session as its window sees it, without a window: events in, changes and work out. No Qt, no I/O.

`SessionController` feeds it and does the work; everything that decides stands here and in the two desks.
"""

from collections.abc import Callable
from typing import Any

from heliograph.bridge.changes import Settled
from heliograph.bridge.chat_desk import ChatDesk
from heliograph.bridge.receipt_desk import ReceiptDesk
from heliograph.bridge.state import SessionState
from heliograph.client.events import (
    Acknowledged,
    Event,
    Failed,
    Joined,
    NotConfirmed,
    Rejected,
    Sent,
    State,
    Status,
)
from heliograph.model.calling import called
from heliograph.model.conversation import EVERYONE
from heliograph.model.dialects import chat_line
from heliograph.model.receipts import RECEIPT, TYPING, is_ping
from heliograph.model.settings import Switches
from heliograph.model.typists import TypingNotices
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Reason, SignalEntry
from heliograph_relay.protocol.native import Away, Back, Inspected

#: Stands for an inspector who was there before me: the relay says that there is one, not who.
_SOMEBODY = ""


class SessionCore:
    """What happens in a session, and what the person does in it."""

    def __init__(self, state: SessionState) -> None:
        self.state = state
        self.chat = ChatDesk(state)
        self.receipts = ReceiptDesk(state)
        self.looking: str | None = None
        self._notices = TypingNotices()
        self._inspectors: set[str] = set()
        self._handlers: dict[type, Callable[[Any], None]] = {
            Joined: self._on_joined,
            Sent: self._on_sent,
            Acknowledged: self._on_acknowledged,
            Rejected: self._on_rejected,
            Failed: self._on_failed,
            NotConfirmed: self._on_not_confirmed,
            Status: self._on_status,
            SignalEntry: self._on_signal,
            CreatedEntry: self._on_created,
            DestroyedEntry: self._on_destroyed,
            Away: self._on_away,
            Back: self._on_back,
            Inspected: self._on_inspected,
        }

    @property
    def inspected(self) -> bool:
        """Whether anybody sees every signal of the session."""
        return bool(self._inspectors)

    @property
    def inspectors(self) -> frozenset[str]:
        """Ids of those who see every signal of the session; "" stands for one who did before I came."""
        return frozenset(self._inspectors)

    def handle(self, event: Event) -> None:
        """Something happened. Events without a handler are rows of the capture and nothing else."""
        if isinstance(event, Joined):
            self.state.joined(event)
        self._capture(event)
        if isinstance(event, Settled):
            self.state.changes.settled.append(event)
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _capture(self, event: Event) -> None:
        state = self.state
        if state.capture.append_event(event, me=state.my_id, wall=state.clock.wall()) is not None:
            state.changes.rows += 1

    # ---- my own state

    def _on_joined(self, event: Joined) -> None:
        if event.recovered is not True:
            self._new_life()
            self._inspectors = {_SOMEBODY} if event.session.inspected else set()
            self.state.changes.inspected = True
        self.state.work.names.update({c.id: called(c) for c in event.connections})
        self.chat.hand_over()
        self.receipts.send_due()

    def _new_life(self) -> None:
        self.chat.new_life()
        self.receipts.new_life()
        self._notices.stop_all()
        self.state.changes.typing |= self.state.chat.typists.clear()

    def _on_status(self, event: Status) -> None:
        self.state.status = event
        self.state.connected = event.state is State.JOINED
        self.state.changes.status = True
        self.state.changes.people = True  # who is here is known only while there is a connection
        if event.state.is_final:
            self.chat.ended()

    # ---- what becomes of what I sent

    def _on_sent(self, event: Sent) -> None:
        self.state.written(event.ref)
        self.receipts.written(event.ref)

    def _on_acknowledged(self, event: Acknowledged) -> None:
        outgoing = self.state.arrived(event.ref)
        if outgoing is None or self.chat.voice.is_copy(event.ref):
            return
        recipients = self.state.people.others() if outgoing.to is None else (outgoing.to,)
        message = self.chat.acknowledged(outgoing, event.seq, event.at, recipients)
        self.receipts.acknowledged(outgoing, event.seq, recipients, message)

    def _on_rejected(self, event: Rejected) -> None:
        self.chat.voice.refused(event)
        self._lost(event.ref)
        self.chat.failed(event.ref, event.message)

    def _on_failed(self, event: Failed) -> None:
        self._lost(event.ref)
        self.chat.failed(event.ref, event.message)

    def _on_not_confirmed(self, event: NotConfirmed) -> None:
        self._lost(event.ref)
        self.chat.not_confirmed(event.ref)

    def _lost(self, ref: str) -> None:
        self.state.arrived(ref)
        self.receipts.over(ref)
        self.chat.voice.is_copy(ref)

    # ---- what others do

    def _on_signal(self, entry: SignalEntry) -> None:
        me = self.state.my_id
        if entry.sender == me or entry.to not in (None, me):
            return  # my own copy, or something between others that is only inspected
        if entry.type == RECEIPT:
            self.receipts.told(entry)
        elif entry.type == TYPING:
            self._on_typing(entry)
        else:
            self.receipts.heard(entry)
            self._on_chat(entry)

    def _on_chat(self, entry: SignalEntry) -> None:
        line = chat_line(entry)
        message = self.chat.heard(entry, line) if line is not None else None
        if message is None:
            return
        key = message.conversation
        if entry.sender is not None and self.state.chat.typists.told(key, entry.sender, False, 0.0):
            self.state.changes.typing.add(key)
        if key == self.looking:
            self._look()

    def _on_typing(self, entry: SignalEntry) -> None:
        if entry.sender is None or not self.state.people.is_here(entry.sender):
            return
        key = EVERYONE if entry.to is None else entry.sender
        if self.state.chat.typists.told(key, entry.sender, entry.data == "1", self.state.clock.now()):
            self.state.changes.typing.add(key)

    def _on_created(self, entry: CreatedEntry) -> None:
        self.state.people.created(entry.connection)
        self.state.changes.people = True
        self.state.work.names[entry.connection.id] = called(entry.connection)
        self._tell(entry.connection.id, "joined")
        self.chat.somebody_came(entry.connection.id)

    def _on_destroyed(self, entry: DestroyedEntry) -> None:
        words = "was put out of the session" if entry.reason is Reason.FORCED else "left"
        self._tell(entry.connection, words)
        self.state.people.destroyed(entry.connection)
        self.state.changes.people = True
        self.state.changes.typing |= self.state.chat.typists.left(entry.connection)
        self.receipts.left(entry.connection)

    def _on_away(self, event: Away) -> None:
        self.state.people.away(event.connection)
        self.state.changes.people = True

    def _on_back(self, event: Back) -> None:
        self.state.people.back(event.connection)
        self.state.changes.people = True

    def _on_inspected(self, event: Inspected) -> None:
        if event.on:
            self._inspectors.add(event.by)
        else:
            self._inspectors.discard(event.by if event.by in self._inspectors else _SOMEBODY)
        self.state.changes.inspected = True

    def _tell(self, id: str, what: str) -> None:
        person = self.state.people.get(id)
        if person is not None:
            self.state.notice(f"{person.name} {what}")

    # ---- what I do

    def look_at(self, key: str | None) -> None:
        """What is before my eyes; what is unread there is read now."""
        self.looking = key
        self._look()

    def _look(self) -> None:
        if self.looking is not None:
            seen = self.chat.see(self.looking)
            if self.state.switches.read:
                self.receipts.read(seen)

    def mark_read(self, key: str) -> None:
        """All of a conversation is read, and its senders are told, whatever the switch says."""
        self.chat.see(key)
        self.receipts.read(self.chat.unacknowledged(key))

    def send_read_receipt(self, ref: str) -> None:
        """Tell one sender."""
        message = self.state.chat.get(ref)
        if message is not None and not message.mine:
            self.state.chat.seen(message)
            self.state.changed(message)
            self.receipts.read([message])

    def type_in(self, key: str, typing: bool) -> None:
        """A key was pressed, or the field emptied, sent or left."""
        state = self.state
        if not typing:
            if self._notices.stopped(key):
                self._say_typing(key, "0")
        elif (
            state.switches.typing and self._knows_typing(key) and self._notices.typed(key, state.clock.now())
        ):
            self._say_typing(key, "1")

    def _say_typing(self, key: str, data: str) -> None:
        if self._knows_typing(key):
            self.state.send(TYPING, data, key or None)

    def _knows_typing(self, key: str) -> bool:
        """Whether anybody there can be reached who makes something of it; pages of OpenTok do not."""
        people = self.state.people
        there = people.others() if key == EVERYONE else (key,)
        return self._can_reach(key) and len(people.pages(there)) < len(there)

    def _can_reach(self, key: str) -> bool:
        state = self.state
        if not state.connected or not state.my_role.may_signal:
            return False
        return bool(state.people.others()) if key == EVERYONE else state.people.is_here(key)

    def switch(self, switches: Switches) -> None:
        """What I tell others by myself has changed; what was promised before and is unwanted now is not told."""
        self.state.switches = switches
        if not switches.delivered:
            self.receipts.drop_delivered()
        if not switches.typing:
            for key in self._notices.stop_all():
                self._say_typing(key, "0")

    def ping(self, to: str | None) -> str | None:
        """Ping one connection or everybody; in words, what keeps it from going or from being answered."""
        if not self.state.connected:
            return "There is no connection to the relay now."
        if not self.state.my_role.may_signal:
            return "You may only listen in this session."
        if not self._can_reach(to or EVERYONE):
            return "This person has left." if to else "Nobody else is here."
        self.signal(None, None, to)
        pinged = (to,) if to else self.state.people.others()
        if len(self.state.people.pages(pinged)) == len(pinged):
            return "Sent; but applications of OpenTok do not answer pings."
        return None

    def signal(self, type: str | None, data: str | None, to: str | None) -> str:
        """Send any signal; returns its ref."""
        ref = self.state.send(type, data, to)
        if is_ping(type, data):
            self.receipts.prepared_ping(ref)
        return ref
