"""Messages and the conversations they stand in: Everyone, and one private conversation a person. Pure.

The order of a conversation: first what is settled, in the order in which it settled (for others'
messages that is the order of the session's log, the same for everybody), then what I typed that still
waits. A message that settles therefore takes the place that it has on every other screen. Only
`Conversations` changes a message; everybody else reads.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from heliograph.model.dialects import CHAT, Dialect
from heliograph.model.typists import Typists

#: Key of the conversation with everybody. A private conversation's key is the other's connection id.
EVERYONE = ""


class State(Enum):
    """How far a message has come."""

    WAITING = "waiting"
    ON_RELAY = "on_relay"
    FAILED = "failed"
    NOT_CONFIRMED = "not_confirmed"
    RECEIVED = "received"

    @property
    def may_retry(self) -> bool:
        """Whether a person may send it again, or let go of it."""
        return self in (State.FAILED, State.NOT_CONFIRMED)


@dataclass(slots=True, kw_only=True, eq=False)
class Message:
    """One chat line.

    `sender` is a connection id, None for the server. `at` is in milliseconds since the epoch: the relay's
    time, or until then the local one. `recipients` are the connections that got it: whoever was here when
    the relay took it, so people who come later do not count, and people who leave still do; `silent` those
    among them whose applications tell nothing of what they got. `delivered` and `read` hold when each of the
    others said so. `dialect` is the one in which it was said. `place` orders the conversation
    (services/store.py pages by it). `fresh` is true for a message of this connection's own life whose sender
    understands receipts: only those can be acknowledged.
    """

    ref: str
    conversation: str
    text: str
    at: int
    sender: str | None = None
    sender_name: str = ""
    sender_hue: int = 0
    sender_short_id: str = ""
    sender_client: str = ""
    dialect: Dialect = CHAT
    mine: bool = False
    state: State = State.RECEIVED
    problem: str = ""
    seq: int | None = None
    epoch: str | None = None
    recipients: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    delivered: dict[str, int] = field(default_factory=dict)
    read: dict[str, int] = field(default_factory=dict)
    read_by_me: bool = False
    receipt_sent: bool = False
    place: int = 0
    handed: bool = False
    fresh: bool = False

    @property
    def counts(self) -> tuple[int, int, int]:
        """(delivered to, read by, of how many that can tell)."""
        return len(self.delivered), len(self.read), len(self.recipients)

    @property
    def reached_nobody(self) -> bool:
        """Whether it is mine, and nobody was here when the relay took it."""
        return self.mine and self.state is State.ON_RELAY and not self.recipients and not self.silent

    @property
    def may_go_again(self) -> bool:
        """Whether a person may send it again."""
        return self.state.may_retry or self.reached_nobody

    @property
    def is_unread(self) -> bool:
        """Whether it is somebody else's and not yet seen here."""
        return not self.mine and not self.read_by_me

    @property
    def may_send_receipt(self) -> bool:
        """Whether its sender can still be told that it was read here."""
        return self.fresh and not self.mine and self.sender is not None and not self.receipt_sent


class Conversation:
    """The messages of one key, oldest first: settled ones, then waiting ones."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.settled: list[Message] = []
        self.waiting: list[Message] = []
        self.unread = 0
        self.has_older = False
        self.draft = ""

    def messages(self) -> Sequence[Message]:
        """All of them. Without waiting ones this is the list itself: read it, never change it."""
        return [*self.settled, *self.waiting] if self.waiting else self.settled

    @property
    def last_place(self) -> int:
        """Place of the newest message; 0 for none."""
        newest = self.waiting or self.settled
        return newest[-1].place if newest else 0


class Conversations:
    """All conversations of a session, and every message in them by its ref."""

    def __init__(self) -> None:
        self._all: dict[str, Conversation] = {EVERYONE: Conversation(EVERYONE)}
        self._by_ref: dict[str, Message] = {}
        self._places = 0
        self.typists = Typists()

    # ---- reading

    def keys(self) -> list[str]:
        """EVERYONE, then the private conversations, the one of the latest message first."""
        private = [c for c in self._all.values() if c.key != EVERYONE]
        return [EVERYONE, *(c.key for c in sorted(private, key=lambda c: -c.last_place))]

    def messages(self, key: str) -> Sequence[Message]:
        """The messages of a conversation, oldest first."""
        found = self._all.get(key)
        return found.messages() if found else ()

    def get(self, ref: str) -> Message | None:
        """The message of that ref."""
        return self._by_ref.get(ref)

    def unread(self, key: str) -> int:
        """How many messages of others have not been seen."""
        found = self._all.get(key)
        return found.unread if found else 0

    def first_unread(self, key: str) -> str | None:
        """Ref of the oldest message not seen."""
        return next((m.ref for m in self.unread_messages(key)), None)

    def unread_messages(self, key: str) -> list[Message]:
        """The messages of others not seen, oldest first."""
        found = self._all.get(key)
        if not found or not found.unread:
            return []
        unread: list[Message] = []
        for message in reversed(found.settled):
            if message.is_unread:
                unread.append(message)
                if len(unread) == found.unread:
                    break
        return unread[::-1]

    def waiting(self) -> list[Message]:
        """What I typed that waits, in the order in which it will be sent."""
        return sorted((m for c in self._all.values() for m in c.waiting), key=lambda m: m.place)

    def has_older(self, key: str) -> bool:
        """Whether the store holds messages before the first one here."""
        found = self._all.get(key)
        return found is not None and found.has_older

    def typing(self, key: str, now: float) -> list[str]:
        """Connection ids of who types there; `now` in monotonic seconds."""
        return self.typists.typing(key, now)

    def draft(self, key: str) -> str:
        """What was typed and not yet sent."""
        found = self._all.get(key)
        return found.draft if found else ""

    # ---- changing

    def open(self, key: str) -> Conversation:
        """That conversation, begun if there is none."""
        if key not in self._all:
            self._all[key] = Conversation(key)
        return self._all[key]

    def set_draft(self, key: str, text: str) -> None:
        """Keep what was typed and not yet sent."""
        self.open(key).draft = text

    def add(self, message: Message) -> bool:
        """Append a message, waiting or settled; False where that ref is here already."""
        if message.ref in self._by_ref:
            return False
        self._by_ref[message.ref] = message
        self._append(message)
        return True

    def restore(self, key: str, messages: Iterable[Message], *, has_older: bool) -> None:
        """Put what the store remembers, oldest first, before everything that is here."""
        conversation = self.open(key)
        fresh = [m for m in messages if m.ref not in self._by_ref]
        self._by_ref.update((m.ref, m) for m in fresh)
        conversation.settled[:0] = [m for m in fresh if m.state is not State.WAITING]
        conversation.waiting[:0] = [m for m in fresh if m.state is State.WAITING]
        conversation.unread += sum(m.is_unread for m in fresh)
        conversation.has_older = has_older
        self._places = max(self._places, *(m.place for m in fresh), 0)

    def settle(self, message: Message, state: State, problem: str = "") -> None:
        """A waiting message is waiting no more: it takes its place behind all that is settled."""
        conversation = self._all[message.conversation]
        message.state, message.problem = state, problem
        if message in conversation.waiting:
            conversation.waiting.remove(message)
            self._append(message)

    def again(self, message: Message, at: int) -> None:
        """A failed message waits again, as the newest: where it stood, it would tell a false order."""
        self._all[message.conversation].settled.remove(message)
        message.state, message.problem, message.at = State.WAITING, "", at
        message.seq = message.epoch = None
        message.handed = False
        message.delivered.clear()
        message.read.clear()
        self._append(message)

    def discard(self, message: Message) -> None:
        """Let go of a message of mine."""
        conversation = self._all[message.conversation]
        (conversation.waiting if message.state is State.WAITING else conversation.settled).remove(message)
        del self._by_ref[message.ref]

    def seen(self, message: Message) -> None:
        """I have read it."""
        if message.is_unread:
            message.read_by_me = True
            self._all[message.conversation].unread -= 1

    def _append(self, message: Message) -> None:
        conversation = self.open(message.conversation)
        self._places += 1
        message.place = self._places
        if message.state is State.WAITING:
            conversation.waiting.append(message)
        else:
            conversation.settled.append(message)
            conversation.unread += message.is_unread
