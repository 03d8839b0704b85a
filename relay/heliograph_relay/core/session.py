"""One session: its members, its ordered log, once-only, visibility and inspection.

Pure: times, ids and keys come in as arguments. A session never speaks to a transport; it changes
itself and returns entries, and the hub says who is told.
"""

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from heliograph_relay.core.budget import LogBudget
from heliograph_relay.core.dialogue import Dialogue
from heliograph_relay.core.kept import Kept
from heliograph_relay.core.log import ENTRY_BYTES, NOBODY, Log, Repeats
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.throttle import TokenBucket
from heliograph_relay.core.visit import Visit
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Entry,
    Reason,
    Role,
    SignalEntry,
    utf8_length,
)
from heliograph_relay.protocol.native import SessionInfo
from heliograph_relay.protocol.problems import NoSuchConnection

#: Connections put out of one session whose clients are still told so when they come back.
MAX_PUT_OUT = 100


class Member:
    """A connection as its session remembers it, whether or not a transport is there."""

    __slots__ = (
        "away_since", "bucket", "connection", "dialogue", "forgotten", "highest_n", "joined_seq", "key", "may_signal",
        "repeats", "session", "visit",
    )  # fmt: skip

    def __init__(self, session: "Session", connection: Connection, key: str, bucket: TokenBucket) -> None:
        #: What is remembered of an OpenTok client; None for a client of heliograph.v1.
        self.visit: Visit | None = None
        self.session = session
        self.connection = connection
        #: Whether its role may; looked at for every signal.
        self.may_signal = connection.role.may_signal
        self.key = key
        self.bucket = bucket
        self.dialogue: Dialogue | None = None
        #: Monotonic time of the loss of the transport; None while there is one.
        self.away_since: float | None = None
        #: Highest accepted signal number: the whole memory of once-only.
        self.highest_n = 0
        self.repeats: Repeats | None = None
        #: The log's end when this member joined; nothing before it is theirs to see.
        self.joined_seq = 0
        #: Highest entry that only this member could see and the log no longer holds.
        self.forgotten = 0

    @property
    def may_return(self) -> bool:
        """Whether the client has what it takes to come back after a loss."""
        return self.visit is None or self.visit.socket != ""


class Session:
    """See the module."""

    def __init__(
        self, config: SessionConfig, *, epoch: str, created: int = 0, budget: LogBudget | None = None
    ) -> None:
        self.config = config
        self._budget = LogBudget() if budget is None else budget
        self._budget.add(self)
        self.epoch = epoch
        self.members: dict[str, Member] = {}
        self.log = Log(entries=config.log_entries, size=config.log_bytes)
        self.inspectors: frozenset[str] = NOBODY
        #: Who is back and still catches up with the log.
        self.behind: set[Member] = set()
        #: Who comes back with which secret (OpenTok clients), and who was put out with it.
        self.sockets: dict[str, Member] = {}
        self.put_out: OrderedDict[str, Member] = OrderedDict()
        #: Who has gone, and the entry that says so, for as long as the log holds it.
        self._gone: OrderedDict[str, int] = OrderedDict()
        #: How many members need a seat.
        self._seated = 0
        #: Since when nobody is in, in ms since the Unix epoch.
        self.empty_since = created
        #: Whether something is written down that not everybody may have been told of (`core/mending.py`).
        self.is_doubtful = False
        #: The shell's own, never looked at.
        self.handle: Any = None
        self._forgotten = 0

    # What can be asked

    @property
    def info(self) -> SessionInfo:
        """What members are told of the session."""
        config = self.config
        return SessionInfo(id=config.id, name=config.name, mode=config.mode, inspected=bool(self.inspectors))

    @property
    def connections(self) -> list[Connection]:
        """Everybody, by order of joining."""
        return [member.connection for member in self.members.values()]

    def has_seat_for(self, role: Role) -> bool:
        """Whether somebody of this role may join. Who is away keeps the seat; moderators need none."""
        seats = self.config.seats
        if not seats or role.may_moderate:
            return True
        return seats > self._seated

    def knows(self, connection_id: str) -> bool:
        """Whether somebody has, or has had as far back as the log goes, this id."""
        return connection_id in self.members or self._gone.get(connection_id, 0) > self._log_start

    def member(self, connection_id: str) -> Member:
        """The member of this id.

        Raises:
            NoSuchConnection: there is none.
        """
        try:
            return self.members[connection_id]
        except KeyError:
            raise NoSuchConnection(connection_id) from None

    def reaches_back(self, member: Member, seq: int) -> bool:
        """Whether the log holds every entry after `seq` that this member may see."""
        return max(self._forgotten, member.forgotten) <= seq <= self.log.seq

    def seq_of(self, member: Member, n: int) -> int | None:
        """Where a member's accepted signal `n` stands, if the log still holds it."""
        if member.repeats is None:
            member.repeats = Repeats()
        return member.repeats.seq_of(self.log, member.connection.id, n)

    def visible_after(self, member: Member, seq: int) -> Iterator[Kept]:
        """The entries after `seq` that this member may see; its own creation is not sent to itself."""
        own = member.connection.id
        for kept in self.log.after(seq):
            private_to = kept.private_to
            if private_to is not None:
                if own in private_to:
                    yield kept
            elif not (isinstance(kept.entry, CreatedEntry) and kept.entry.connection.id == own):
                yield kept

    # What can happen

    def create(self, member: Member, wall: int) -> CreatedEntry:
        """Take a member in. Where memory ends, nobody is taken in."""
        connection = member.connection
        entry = CreatedEntry(seq=self.log.seq + 1, at=wall, connection=connection)
        size = utf8_length(connection.name) + utf8_length(connection.data)
        seated = self._seated + (not connection.role.may_moderate)
        self.members[connection.id] = member
        try:
            self._append(entry, size)
        except MemoryError:
            del self.members[connection.id]
            raise
        self._seated = seated
        member.joined_seq = entry.seq
        if member.visit is not None and member.visit.socket:
            self.sockets[member.visit.socket] = member
        return entry

    def destroy(self, member: Member, reason: Reason, wall: int) -> DestroyedEntry:
        """Put a member out, for good. Where memory ends, the member stays."""
        id = member.connection.id
        inspectors = self.inspectors - {id}
        entry = DestroyedEntry(seq=self.log.seq + 1, at=wall, connection=id, reason=reason)
        seated = self._seated - (not member.connection.role.may_moderate)
        self._note_gone(id, entry.seq)
        self._append(entry, 0)
        self._seated = seated
        del self.members[id]
        self.behind.discard(member)
        self.inspectors = inspectors
        self.empty_since = wall
        if member.visit is not None:
            self._end_visit(member, member.visit, reason)
        return entry

    def signal(
        self,
        *,
        sender: str | None,
        n: int | None,
        to: str | None,
        type: str | None,
        data: str | None,
        size: int,
        wall: int,
        json: bool = False,
    ) -> SignalEntry:
        """Number a validated signal of `signal_size` and write it down. None stands for what was left out; "" is present."""
        entry = SignalEntry(
            seq=self.log.seq + 1, at=wall, sender=sender, n=n, to=to, type=type, data=data, json=json
        )
        self._append(entry, size)
        return entry

    def set_away(self, member: Member, since: float | None) -> None:
        """Note that a member's transport was lost (at monotonic `since`) or is there again (None)."""
        member.away_since = since
        member.connection = replace(member.connection, away=since is not None)

    def set_inspecting(self, member: Member, on: bool) -> bool:
        """Switch whole-session inspection for one moderator; says whether that changed anything."""
        before = self.inspectors
        self.inspectors = before | {member.connection.id} if on else before - {member.connection.id}
        return self.inspectors != before

    @property
    def _log_start(self) -> int:
        """The last entry that the log no longer holds."""
        return self.log.seq - len(self.log)

    def _note_gone(self, id: str, seq: int) -> None:
        gone, start = self._gone, self._log_start
        while gone and next(iter(gone.values())) <= start:
            gone.popitem(last=False)
        gone[id] = seq
        gone.move_to_end(id)

    def _end_visit(self, member: Member, visit: Visit, reason: Reason) -> None:
        visit.forget()
        if not visit.socket:
            return
        del self.sockets[visit.socket]
        if reason is Reason.FORCED:
            self.put_out[visit.socket] = member
            if len(self.put_out) > MAX_PUT_OUT:
                self.put_out.popitem(last=False)

    def take_back(self, seq: int) -> None:
        """Unwrite the signals after `seq`: the step that wrote them came to no end, and nobody was told of them."""
        self._budget.used -= self.log.take_back(seq)

    def forget(self, most: int) -> None:
        """Forget the oldest entries until what is kept costs at most so many bytes."""
        while len(self.log) and self.log.cost > most:
            self._forgot(self.log.pop())

    def end(self) -> None:
        """The session is over."""
        self._budget.remove(self)

    def _append(self, entry: Entry, size: int) -> None:
        log, budget = self.log, self._budget
        used = budget.used + size + ENTRY_BYTES
        log.append(entry, size, self.inspectors)
        budget.used = used
        kept = None
        try:
            while (kept := log.forget()) is not None:
                self._forgot(kept)
            if budget.used > budget.most:
                budget.make_room(self)
        except MemoryError:
            # What is written is written; what is over a bound goes with the next entry. Whether who could see what is
            # forgotten was told of that is not known: so nobody is taken to have it.
            if kept is not None:
                self._forgotten = kept.entry.seq

    def _forgot(self, kept: Kept) -> None:
        self._budget.used -= kept.size + ENTRY_BYTES
        private_to = kept.private_to
        if private_to is None:
            self._forgotten = kept.entry.seq
            return
        for id in private_to:
            member = self.members.get(id)
            if member is not None:
                member.forgotten = kept.entry.seq
