"""The mind of a session without a window, a loop or a clock: events in, and what it asks for."""

import json
from typing import Any

from heliograph.bridge.session_core import SessionCore
from heliograph.bridge.state import SessionState
from heliograph.client.events import Acknowledged, Sent, State, Status
from heliograph.model.conversation import EVERYONE, Message
from heliograph.model.settings import Switches
from tests.qt.bridge.fakes import EPOCH, RELAY_TIME, FakeCapture, FakeTime, joined, refs, signal


class Session:
    """A core, and what it asked for."""

    def __init__(
        self, *others: Any, join: bool = True, switches: Switches | None = None, **members: Any
    ) -> None:
        self.time = FakeTime()
        self.capture = FakeCapture()
        self.state = SessionState(self.capture, switches or Switches(), self.time.clock, refs())
        self.core = SessionCore(self.state)
        if join:
            self.hear(joined(*others, **members), Status(State.JOINED))
            self.forget()

    def hear(self, *events: Any) -> None:
        for event in events:
            self.core.handle(event)

    def forget(self) -> None:
        """What was asked for so far is done."""
        self.state.work = type(self.state.work)()
        self.state.changes = type(self.state.changes)()

    def out(self) -> list[tuple[str | None, str | None, str | None]]:
        """(type, data, to) of what is to be sent; from now on it is on its way."""
        outgoing, self.state.work.outgoing = self.state.work.outgoing, []
        for one in outgoing:
            self.state.on_way(one)
        return [(one.type, one.data, one.to) for one in outgoing]

    def receipts(self) -> list[tuple[str, str | None, Any]]:
        """(state, to, ranges) of the receipts that are to be sent."""
        self.core.receipts.send_due()
        found = [(json.loads(data or ""), to) for type, data, to in self.out() if type == "receipt"]
        assert all(receipt["epoch"] == self.state.epoch for receipt, _ in found)
        return [(receipt["state"], to, receipt["ranges"]) for receipt, to in found]

    def chat(self, key: str = EVERYONE) -> list[Message]:
        return list(self.state.chat.messages(key))

    def type(self, text: str, key: str = EVERYONE) -> Message:
        """Type a message that goes to the wire."""
        message = self.core.chat.typed(text, key)
        self.hand_over()
        return message

    def hand_over(self) -> list[tuple[str | None, str | None, str | None]]:
        """What was typed is on disk and goes to the wire: (type, data, to) of its signals."""
        handed, self.state.work.handover = self.state.work.handover, []
        signals = [signal for message in handed for signal in self.core.chat.voice.signals(message)]
        for one in signals:
            self.state.on_way(one)
        return [(one.type, one.data, one.to) for one in signals]

    def sent(self, message: Message, seq: int) -> None:
        """The relay takes a message."""
        private = message.conversation != EVERYONE
        self.hear(
            Sent(message.ref, 1), Acknowledged(message.ref, 1, seq, None if private else RELAY_TIME + seq)
        )
        if not private:
            self.hear(signal(seq, self.state.my_id, "chat", message.text, n=1))


def receipt(state: str, *ranges: tuple[int, int], epoch: str = EPOCH) -> str:
    return json.dumps({"state": state, "epoch": epoch, "ranges": ranges})
