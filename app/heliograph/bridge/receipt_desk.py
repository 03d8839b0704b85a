"""The receipts of a session, in both directions, and the round trips measured by them. No Qt, no I/O."""

from collections.abc import Iterable

from heliograph.bridge.changes import Outgoing
from heliograph.bridge.state import SessionState
from heliograph.model.conversation import Message
from heliograph.model.receipts import (
    RECEIPT,
    Owed,
    OwnSignals,
    ReceiptState,
    RoundTrips,
    is_acknowledged,
    is_ping,
    parse_receipt,
)
from heliograph_relay.protocol.model import SignalEntry

#: Pings answered at once at the same time; the rest is answered in batches, so that nobody can make us babble.
PINGS_AT_ONCE = 8


class ReceiptDesk:
    """Owes receipts for what is heard, and counts those for what was sent."""

    def __init__(self, state: SessionState) -> None:
        self._state = state
        self._owed = Owed()
        self._own = OwnSignals()
        self._trips = RoundTrips()
        self._messages: dict[int, Message] = {}
        self._on_way: dict[str, tuple[str, ReceiptState] | None] = {}

    def new_life(self) -> None:
        """A new connection: what was sent and heard before cannot be acknowledged any more."""
        self._owed.clear()
        self._own.clear()
        self._trips.clear()
        self._messages.clear()
        self._on_way.clear()

    # ---- what I owe

    def heard(self, entry: SignalEntry) -> None:
        """A signal for me has arrived."""
        sender, state = entry.sender, self._state
        if sender is None or not is_acknowledged(entry.type) or not self._may_tell(state.switches.delivered):
            return
        if state.people.pages((sender,)):
            return  # it would be one more signal of an unknown type for an application that cannot use it
        if (
            is_ping(entry.type, entry.data)
            and sum(key is None for key in self._on_way.values()) < PINGS_AT_ONCE
        ):
            at_once = Owed()
            at_once.delivered(sender, entry.seq)
            for to, _, data in at_once.take(state.epoch):
                self._on_way[state.send(RECEIPT, data, to)] = None
            return
        self._owed.delivered(sender, entry.seq)
        state.work.receipts_soon = True

    def read(self, messages: Iterable[Message]) -> None:
        """I have read these: their senders are told."""
        for message in messages:
            sender, seq = message.sender, message.seq
            if not message.may_send_receipt or sender is None or seq is None or not self._may_tell(True):
                continue
            if self._state.people.is_here(sender):
                self._owed.read(sender, seq)
                message.receipt_sent = True
                self._state.changed(message)
                self._state.work.receipts_soon = True

    def send_due(self) -> None:
        """Send what is owed and can go now."""
        if not self._state.connected:
            return
        for to, state, data in self._owed.take(self._state.epoch):
            self._on_way[self._state.send(RECEIPT, data, to)] = (to, state)

    def left(self, id: str) -> None:
        """Somebody has left."""
        self._owed.forget(id)

    def drop_delivered(self) -> None:
        """Receipts of delivery are not wanted any more, nor those that wait to be sent."""
        self._owed.drop_delivered()

    # ---- what I sent

    def prepared_ping(self, ref: str) -> None:
        """A ping of mine is about to be sent."""
        self._trips.prepared(ref)

    def written(self, ref: str) -> None:
        """A signal of mine went to the wire."""
        self._trips.written(ref, self._state.clock.now())

    def acknowledged(
        self, outgoing: Outgoing, seq: int, recipients: tuple[str, ...], message: Message | None
    ) -> None:
        """The relay took a signal of mine."""
        self._trips.taken(outgoing.ref, seq)
        if is_acknowledged(outgoing.type):
            self._own.sent(seq, recipients)
            if message is not None:
                self._messages[seq] = message
        self.over(outgoing.ref)

    def over(self, ref: str) -> None:
        """A signal of mine is through, or never will be: the next receipt of its kind may go."""
        self._trips.taken(ref, None)
        key = self._on_way.pop(ref, None)
        if key is not None and self._owed.done(*key):
            self._state.work.receipts_soon = True

    # ---- what others say

    def told(self, entry: SignalEntry) -> None:
        """A receipt has come. What it may not tell is ignored (docs/PROTOCOL.md, "Conventions")."""
        receipt = parse_receipt(entry.data)
        if receipt is None or entry.sender is None or receipt.epoch != self._state.epoch:
            return
        seqs = self._own.count(entry.sender, receipt)
        if not seqs:
            return
        self._state.capture.receipt(entry.sender, receipt.state, seqs, entry.at)
        self._state.changes.fates.update(seqs)
        for seq in seqs:
            self._measure(entry.sender, seq)
            if (message := self._messages.get(seq)) is not None:
                self._mark(message, entry.sender, receipt.state, entry.at)

    def _measure(self, sender: str, seq: int) -> None:
        ms = self._trips.answered(seq, self._state.clock.now())
        if ms is not None:
            self._state.people.measured(sender, ms)
            self._state.changes.people = True

    def _mark(self, message: Message, sender: str, state: ReceiptState, at: int) -> None:
        if sender in message.silent:  # a page that knows receipts after all
            message.silent = tuple(id for id in message.silent if id != sender)
            message.recipients = (*message.recipients, sender)
        message.delivered.setdefault(sender, at)
        if state == "read":
            message.read.setdefault(sender, at)
        self._state.changed(message)

    def _may_tell(self, wanted: bool) -> bool:
        return wanted and self._state.my_role.may_signal
