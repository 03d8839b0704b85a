"""What has changed since the screens were last told, and what has to be done about it."""

from dataclasses import dataclass, field
from typing import NamedTuple

from heliograph.client.events import Acknowledged, Failed, NotConfirmed, Rejected
from heliograph.model.conversation import Message

#: What becomes of a signal of mine in the end.
Settled = Acknowledged | Rejected | Failed | NotConfirmed


class Outgoing(NamedTuple):
    """A signal to be sent; `to` None for everybody, neither type nor data for a ping."""

    ref: str
    type: str | None
    data: str | None
    to: str | None


@dataclass(slots=True)
class Changes:
    """For the eye: told once a frame, however often a thing changed meanwhile."""

    status: bool = False
    people: bool = False
    inspected: bool = False
    rows: int = 0
    conversations: set[str] = field(default_factory=set)
    states: set[str] = field(default_factory=set)
    fates: set[int] = field(default_factory=set)
    settled: list[Settled] = field(default_factory=list)
    typing: set[str] = field(default_factory=set)
    added: list[Message] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)


@dataclass(slots=True)
class Work:
    """For the hands: signals for the wire, messages for the wire once they are on disk, and what is to be kept."""

    outgoing: list[Outgoing] = field(default_factory=list)
    handover: list[Message] = field(default_factory=list)
    unsaved: dict[str, Message] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    receipts_soon: bool = False
