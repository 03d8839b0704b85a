"""One transport's conversation with the relay: which frames are legal when.

The table is the whole truth about legality (docs/PROTOCOL.md, "Client to relay"); the hub looks a
frame up here before it acts on it.
"""

from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from heliograph_relay.protocol import raptor
from heliograph_relay.protocol.native import Disconnect, Inspect, Join, Leave, Message, Request, Signal
from heliograph_relay.protocol.problems import InvalidSignal

if TYPE_CHECKING:
    from heliograph_relay.core.session import Member


class State(Enum):
    """Where a transport stands."""

    AWAITING_JOIN = auto()
    LIVE = auto()
    CLOSED = auto()


_LEGAL: dict[State, frozenset[type]] = {
    State.AWAITING_JOIN: frozenset({Join}),
    State.LIVE: frozenset({Signal, Disconnect, Inspect, Leave}),
    State.CLOSED: frozenset(),
}
_WORDS = {
    State.AWAITING_JOIN: "join first",
    State.LIVE: "this connection has joined already",
    State.CLOSED: "this transport is closed",
}

#: So many frames in a row that break the protocol end the dialogue.
MAX_BAD_FRAMES = 10


class Dialogue:
    """What the core remembers of one transport. `handle` is the shell's own and never looked at."""

    __slots__ = (
        "address",
        "bad",
        "cursor",
        "handle",
        "held",
        "member",
        "session_id",
        "socket",
        "state",
    )

    def __init__(self, handle: Any, *, session_id: str, address: str, socket: str = "") -> None:
        self.handle = handle
        self.session_id = session_id
        self.address = address
        #: An OpenTok client's own secret for this connection, to come back with; "" on heliograph.v1.
        self.socket = socket
        self.state = State.AWAITING_JOIN
        self.member: Member | None = None
        self.bad = 0
        #: Last entry replayed while this dialogue catches up with the log; None once it is live.
        self.cursor: int | None = None
        #: Answers that wait until it has caught up.
        self.held: list[Message | raptor.Message] = []

    def check(self, request: Request) -> None:
        """Raise `InvalidSignal` where the table does not allow this frame now."""
        if type(request) not in _LEGAL[self.state]:
            raise InvalidSignal(_WORDS[self.state])
