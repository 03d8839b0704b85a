"""Coming, going, going away and coming back: the life of a connection in its session.

docs/PROTOCOL.md, "Recovery" and "Seats". Returns effects; the hub adds authentication before and
signals in between.
"""

from collections.abc import Callable, Iterator
from functools import partial
from hmac import compare_digest

from msgspec import UNSET, Struct

from heliograph_relay.core.credentials import Grant
from heliograph_relay.core.dialogue import Dialogue, State
from heliograph_relay.core.effects import Admit, Close, Effect, Replay, ToAll, ToOne
from heliograph_relay.core.session import Member, Session
from heliograph_relay.core.throttle import TokenBucket
from heliograph_relay.core.visit import Visit
from heliograph_relay.protocol import raptor
from heliograph_relay.protocol.model import MAX_DATA_BYTES, MAX_TYPE_BYTES, Connection, Reason
from heliograph_relay.protocol.native import (
    Away,
    Back,
    Inspected,
    Join,
    Joined,
    Limits,
    Message,
    Resume,
    Server,
)
from heliograph_relay.protocol.problems import ForceDisconnected, Full, Goodbye, Replaced, SlowConsumer

#: Makes the first message to a member whose dialogue is admitted.
Greeting = Callable[[Member], Message | raptor.Message]

#: Bytes of type and data that one step of a replay hands to a transport.
REPLAY_STEP = 65_536
#: Answers that may wait for a replay to end, before the reader counts as slow.
MAX_HELD = 10_000


class RelayLimits(Struct, frozen=True, kw_only=True):
    """Seconds a connection may be away, seconds a transport may take to join; the rate of signals."""

    recovery_window: float = 30.0
    join_timeout: float = 10.0
    rate: float = 50.0
    burst: int = 200


class Mint(Struct, frozen=True, kw_only=True):
    """Where ids and keys come from: unguessable, and never the same twice."""

    connection_id: Callable[[], str]
    key: Callable[[], str]


class Membership:
    """Rules of joining, resuming, losing a transport and leaving."""

    def __init__(self, limits: RelayLimits, mint: Mint, server: Server) -> None:
        self.limits = limits
        self._mint = mint
        self._server = server

    def join(
        self, dialogue: Dialogue, session: Session, grant: Grant, request: Join, wall: int
    ) -> Iterator[Effect]:
        """Resume a connection where the request asks for it and that is possible; else make a new one."""
        if request.resume is not UNSET:
            member = _claimed(session, request.resume)
            if member is not None:
                seq = max(request.resume.seq, member.joined_seq)
                if request.resume.epoch == session.epoch and session.reaches_back(member, seq):
                    yield from self.resume(dialogue, member, seq, partial(self._joined, recovered=True))
                    return
                yield from self.give_up(member, wall)
        if not session.has_seat_for(grant.role):
            yield from _part(dialogue, Full())
            return
        connection = Connection(
            id=self._mint.connection_id(),
            name=request.name,
            data=grant.data,
            role=grant.role,
            created=wall,
            client=request.client,
        )
        greet = partial(self._joined, recovered=False)
        yield from self.create(dialogue, session, connection, wall, greet)

    def lost(self, dialogue: Dialogue, now: float, wall: int) -> Iterator[Effect]:
        """The transport has gone. Its connection stays for the recovery window."""
        dialogue.state = State.CLOSED
        member = dialogue.member
        if member is None or member.dialogue is not dialogue:
            return
        member.dialogue = None
        member.session.behind.discard(member)
        yield from self.away(member, now, wall)

    def away(self, member: Member, now: float, wall: int) -> Iterator[Effect]:
        """No transport is there; the others are told."""
        if self.limits.recovery_window <= 0 or not member.may_return:
            yield from self.destroy(member, Reason.NETWORK, wall)
            return
        member.session.set_away(member, now)
        yield from tell_all(member.session, Away(connection=member.connection.id))

    def destroy(self, member: Member, reason: Reason, wall: int) -> Iterator[Effect]:
        """The connection ends; everybody who is left is told."""
        session = member.session
        id = member.connection.id
        inspected = id in session.inspectors
        member.dialogue = None
        yield ToAll(session, session.destroy(member, reason, wall))
        if inspected:
            yield from tell_all(session, Inspected(on=False, by=id))

    def expired(self, member: Member, now: float) -> bool:
        """Whether this connection has been away for the whole recovery window."""
        since = member.away_since
        return since is not None and now >= since + self.limits.recovery_window

    def replay(self, dialogue: Dialogue) -> Iterator[Effect]:
        """Hand over the next step of what a resumed dialogue has missed, or let it go live.

        Raises:
            SlowConsumer: the log has moved on past what was still to be replayed.
        """
        member, cursor = dialogue.member, dialogue.cursor
        if member is None or cursor is None or dialogue.state is not State.LIVE:
            return
        session = member.session
        if not session.reaches_back(member, cursor) or len(dialogue.held) > MAX_HELD:
            raise SlowConsumer
        given = 0
        for kept in session.visible_after(member, cursor):
            if given >= REPLAY_STEP:
                yield Replay(dialogue)
                return
            yield ToOne(dialogue, kept.entry)
            dialogue.cursor = kept.entry.seq
            given += kept.size + 100
        yield Admit(dialogue, session)
        dialogue.cursor = None
        session.behind.discard(member)
        held, dialogue.held = dialogue.held, []
        for message in held:
            yield ToOne(dialogue, message)

    def create(
        self,
        dialogue: Dialogue,
        session: Session,
        connection: Connection,
        wall: int,
        greet: Greeting,
        visit: Visit | None = None,
    ) -> Iterator[Effect]:
        """A new connection: the others are told, and it is greeted."""
        bucket = TokenBucket(self.limits.rate, self.limits.burst)
        member = Member(session, connection, self._mint.key(), bucket)
        member.visit = visit
        yield ToAll(session, session.create(member, wall))
        _attach(dialogue, member)
        yield Admit(dialogue, session)
        yield ToOne(dialogue, greet(member))

    def resume(self, dialogue: Dialogue, member: Member, seq: int, greet: Greeting) -> Iterator[Effect]:
        """A connection goes on by another transport, after entry `seq`, to which the log must reach back."""
        session = member.session
        if member.dialogue is not None:
            yield from _part(member.dialogue, Replaced())
        if member.away_since is not None:
            session.set_away(member, None)
            yield from tell_all(session, Back(connection=member.connection.id))
        _attach(dialogue, member)
        dialogue.cursor = seq
        session.behind.add(member)
        # Their creation is yet to be replayed, and tells of them as they were then.
        dialogue.held += [
            Away(connection=other.connection.id)
            for other in session.members.values()
            if other.away_since is not None and other.joined_seq > seq
        ]
        yield ToOne(dialogue, greet(member))
        yield Replay(dialogue)

    def leave(self, dialogue: Dialogue, wall: int) -> Iterator[Effect]:
        """The peer leaves for good."""
        member = dialogue.member
        assert member is not None
        yield from _part(dialogue, None)
        yield from self.destroy(member, Reason.CLIENT, wall)

    def put_out(self, member: Member, wall: int) -> Iterator[Effect]:
        """A moderator, or the server, ends a connection."""
        if member.dialogue is not None:
            yield from _part(member.dialogue, ForceDisconnected())
        yield from self.destroy(member, Reason.FORCED, wall)

    def give_up(self, member: Member, wall: int) -> Iterator[Effect]:
        """The peer is back and cannot be given all it has missed: its connection ends."""
        if member.dialogue is not None:
            yield from _part(member.dialogue, Replaced())
        yield from self.destroy(member, Reason.NETWORK, wall)

    def _joined(self, member: Member, *, recovered: bool) -> Joined:
        session = member.session
        return Joined(
            session=session.info,
            connection=member.connection,
            connections=session.connections,
            key=member.key,
            epoch=session.epoch,
            seq=session.log.seq,
            recovered=recovered,
            limits=Limits(
                type=MAX_TYPE_BYTES, data=MAX_DATA_BYTES, rate=self.limits.rate, burst=self.limits.burst
            ),
            server=self._server,
        )


def tell_all(session: Session, notice: Message) -> Iterator[Effect]:
    """Tell everybody something that is no entry of the log.

    Who still catches up with the log is not in the room; the notice waits for them.
    """
    yield ToAll(session, notice)
    for member in session.behind:
        if member.dialogue is not None:
            member.dialogue.held.append(notice)


def _claimed(session: Session, resume: Resume) -> Member | None:
    """The connection that the key proves to be the caller's; None with a wrong key or none such."""
    member = session.members.get(resume.connection)
    if member is None or not compare_digest(resume.key.encode(), member.key.encode()):
        return None
    return member


def _attach(dialogue: Dialogue, member: Member) -> None:
    dialogue.member = member
    dialogue.state = State.LIVE
    member.dialogue = dialogue


def _part(dialogue: Dialogue, goodbye: Goodbye | None) -> Iterator[Effect]:
    """End a dialogue without touching its connection."""
    dialogue.state = State.CLOSED
    yield Close(dialogue, goodbye)
