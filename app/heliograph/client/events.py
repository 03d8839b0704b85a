"""What a client session tells: its own state, the fate of what was sent, and the log's entries. Pure.

Entries of the log and notices of the relay pass as they stand on the wire: `SignalEntry`, `CreatedEntry`,
`DestroyedEntry` (protocol.model), `Away`, `Back`, `Inspected` (protocol.native).

After a resume (`Joined.recovered` true) the entries that were missed follow as ordinary ones; `connections`
is the list of now, so it already holds who comes and lacks who goes in them: keep the old list and take
only who is `away` from it. After a rejoin (`recovered` false) the list replaces the old one.
"""

from enum import Enum

from msgspec import Struct

from heliograph_relay.protocol.model import Connection, CreatedEntry, DestroyedEntry, SignalEntry
from heliograph_relay.protocol.native import Away, Back, Inspected, Limits, Server, SessionInfo


class State(Enum):
    """Where a client session is."""

    CONNECTING = "connecting"
    JOINED = "joined"
    RECONNECTING = "reconnecting"
    LEFT = "left"
    ENDED = "ended"

    @property
    def is_final(self) -> bool:
        """Nothing comes after it."""
        return self in (State.LEFT, State.ENDED)


class Joined(Struct, frozen=True, kw_only=True):
    """The relay has taken us in: for the first time (`recovered` None), again with everything that was
    missed (True), or anew, with a new id and entries missed (False). `seq` is the log's last entry.
    """

    session: SessionInfo
    me: Connection
    connections: tuple[Connection, ...]
    epoch: str
    seq: int
    recovered: bool | None
    limits: Limits
    server: Server


class Missed(Struct, frozen=True):
    """Entries after `last_seq` of the log's former life were missed, and will never come."""

    last_seq: int


class Sent(Struct, frozen=True):
    """A signal was written to a transport under number `n`; once more after a resume."""

    ref: str
    n: int


class Acknowledged(Struct, frozen=True):
    """The relay has taken a signal, as entry `seq`.

    For a signal to all the own copy says so, and its `SignalEntry` follows at once. For a signal to one
    connection there is no copy, and no relay time: `at` is None.
    """

    ref: str
    n: int
    seq: int
    at: int | None


class Rejected(Struct, frozen=True):
    """The relay refused a signal; the words are the relay's."""

    ref: str
    code: int
    error: str
    message: str


class NotConfirmed(Struct, frozen=True):
    """A signal was on the wire when the connection's life ended: nobody knows whether it arrived."""

    ref: str


class Failed(Struct, frozen=True):
    """A signal that was never written and never can be, such as one to somebody who is gone."""

    ref: str
    message: str


class Trouble(Struct, frozen=True):
    """The relay complains of a frame that was no signal, or said something that this program cannot read."""

    code: int
    error: str
    message: str


class Status(Struct, frozen=True):
    """Where the session is now.

    `message` is for a person: why it ended, or what keeps it from coming back. `problem` is the relay's
    `error` name, or `unreachable`, `notARelay`, `nonsense`, `notAnswering`, `closed`. `retry_at` is the
    monotonic time in seconds of the next attempt; None while one is under way.
    """

    state: State
    message: str = ""
    retry_at: float | None = None
    problem: str = ""


Event = (
    Joined | Missed | Sent | Acknowledged | Rejected | NotConfirmed | Failed | Trouble | Status
    | SignalEntry | CreatedEntry | DestroyedEntry | Away | Back | Inspected
)  # fmt: skip
