"""A row of a capture, and what becomes of the signal that it shows. Pure."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct

from heliograph.model.dialects import is_chat_type


class Kind(Enum):
    """What a row tells of; the value is the word that filters know it by."""

    CHAT = "chat"
    SIGNAL = "signal"
    PING = "ping"
    RECEIPT = "receipt"
    TYPING = "typing"
    JOIN = "join"
    LEAVE = "leave"
    AWAY = "away"
    BACK = "back"
    RECOVERY = "recovery"
    GAP = "gap"
    REJECTED = "rejected"
    ERROR = "error"
    INSPECT = "inspect"
    STATUS = "status"
    #: A frame of OpenTok's wire between the relay and a page: no event of the session.
    FRAME = "frame"

    #: Whether such a row is a signal that was relayed; whether it has a size.
    is_signal: bool
    has_bytes: bool

    def __init__(self, word: str) -> None:
        self.is_signal = word in ("chat", "signal", "ping", "receipt", "typing")
        self.has_bytes = self.is_signal or word == "frame"


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """One row. `at` is in milliseconds since the epoch; `size` in bytes of type and data.

    `direction` is "out" for mine, "in" for others', "local" for what only this app knows. `sender` is a
    connection id, None for the server or where there is none. `note` says in words what no field does.
    `ahead` is by how much `seq` is ahead of `number`: the same for long runs of rows, where `seq` differs.
    """

    number: int
    at: int
    kind: Kind
    direction: str = "local"
    sender: str | None = None
    to: str | None = None
    type: str | None = None
    data: str | None = None
    ahead: int | None = None
    json: bool = False
    size: int = 0
    note: str = ""

    @property
    def seq(self) -> int | None:
        """Its entry's place in the session's log; None for what has none."""
        return None if self.ahead is None else self.number + self.ahead

    @property
    def may_be_sent_again(self) -> bool:
        """A signal, relayed or refused: it can be edited and sent."""
        return self.kind.is_signal or self.kind is Kind.REJECTED

    @property
    def is_from_relay(self) -> bool:
        """A frame that went from the relay to a connection."""
        return self.kind is Kind.FRAME and self.direction == "out"

    @property
    def is_to_relay(self) -> bool:
        """A frame that came from a connection to the relay."""
        return self.kind is Kind.FRAME and self.direction == "in"

    @property
    def is_server(self) -> bool:
        """A signal that a server sent over REST: it has no sender."""
        return self.kind.is_signal and self.sender is None


class FrameRow(Row, frozen=True, kw_only=True, gc=False):
    """A frame of OpenTok's wire (model/frames.py): `data` is its payload as text, `head` the bytes before that.

    `type` is the frame's kind, `size` its bytes in all. `direction` is as the relay has it: "in" came from the
    connection `sender`, "out" went to the connection `to`; None where nobody knows it yet.
    """

    head: bytes

    @property
    def frame(self) -> bytes:
        """All of its bytes."""
        return self.head + (self.data or "").encode("utf-8", "replace")


#: Nobody has told: the same for all signals, most of which are never told of.
NOBODY: Mapping[str, int] = MappingProxyType({})


class Fate(Struct):
    """What became of a signal of mine, the `n`th: how many got it, and who told of it when.

    All times are of the relay's clock, in milliseconds since the epoch, so their differences are durations
    however wrong the clocks of the people are. `of` is how many others it was for; `to` who those are, where known.
    `guessed` says that `at` is no stamp of the relay's but a guess: when its acknowledgement came here.
    """

    at: int
    of: int
    n: int | None = None
    delivered: Mapping[str, int] = NOBODY
    read: Mapping[str, int] = NOBODY
    to: tuple[str, ...] = ()
    guessed: bool = False

    def tell(self, sender: str, state: str, at: int) -> None:
        """`sender` has told that it was "delivered" or "read", which implies the other. What is told first counts."""
        self.delivered = _told(self.delivered, sender, at)
        if state == "read":
            self.read = _told(self.read, sender, at)


def _told(before: Mapping[str, int], sender: str, at: int) -> Mapping[str, int]:
    told = before if isinstance(before, dict) else dict(before)
    told.setdefault(sender, at)
    return told


def kind_of(type: str | None, data: str | None) -> Kind:
    """What kind of signal that is."""
    if type is None:
        return Kind.PING if data is None else Kind.SIGNAL
    if type == "receipt":
        return Kind.RECEIPT
    if type == "typing":
        return Kind.TYPING
    return Kind.CHAT if is_chat_type(type) else Kind.SIGNAL
