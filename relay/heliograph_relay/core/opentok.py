"""OpenTok clients in the same sessions: their joins, returns, transactions and acknowledgements.

docs/OPENTOK.md says what they are promised. Everything that is not special to their wire (who may join
and signal, rates, order, recovery) is decided where it is decided for heliograph.v1.
"""

import re
from collections.abc import Callable

from msgspec.structs import replace

from heliograph_relay.core.credentials import Admission
from heliograph_relay.core.dialogue import Dialogue, State
from heliograph_relay.core.effects import Close, Effect, ToOne
from heliograph_relay.core.membership import Membership
from heliograph_relay.core.session import Member, Session
from heliograph_relay.core.signals import check_may_signal, recipient_of, send
from heliograph_relay.core.visit import Visit
from heliograph_relay.protocol import raptor
from heliograph_relay.protocol.model import Connection, check_json_data, check_type, signal_size
from heliograph_relay.protocol.problems import (
    ForceDisconnected,
    Full,
    Goodbye,
    InvalidSignal,
    NotAllowed,
    Refusal,
    Unauthorized,
)
from heliograph_relay.protocol.raptor import (
    Acknowledge,
    Create,
    Delete,
    Malformed,
    Message,
    Noted,
    Ping,
    Pong,
    Quit,
    Read,
    Request,
    Signal,
    Snapshot,
    Status,
)

CLIENT = "opentok"
_ID = re.compile(r"[A-Za-z0-9_\-]{1,64}", re.ASCII)
_FORBIDDEN, _TAKEN = 403, 409
_PONG = Pong()

Answered = Delete | Malformed | Read | Signal


class Visitors:
    """Handlers for what OpenTok clients send. One for each hub."""

    def __init__(
        self, membership: Membership, admission: Admission, find: Callable[[str], Session | None]
    ) -> None:
        self._membership = membership
        self._admission = admission
        self._find = find
        self.handlers: dict[type, Callable[[Dialogue, Request, float, int], list[Effect]]] = {
            Acknowledge: self._acknowledge,
            Create: self._create,
            Delete: self._transact,
            Malformed: self._transact,
            Noted: self._note,
            Ping: self._ping,
            Quit: self._quit,
            Read: self._transact,
            Signal: self._transact,
        }

    def returned(self, dialogue: Dialogue, now: float, wall: int) -> list[Effect]:
        """A client has opened another socket for a connection it had: it goes on where its acknowledgements end."""
        session = self._find(dialogue.session_id)
        if session is not None and (gone := session.put_out.get(dialogue.socket)) is not None:
            dialogue.member = gone
            return _part(dialogue, ForceDisconnected())
        member = session and session.sockets.get(dialogue.socket)
        if not session or not member or not member.visit:
            return _part(dialogue, Unauthorized("there is no such connection, or no longer"))
        seq = max(member.visit.acknowledged, member.joined_seq)
        if not session.reaches_back(member, seq):
            return _part(dialogue, Unauthorized("too much was missed")) + list(
                self._membership.give_up(member, wall)
            )
        return list(self._membership.resume(dialogue, member, seq, _greet_again))

    # Joining

    def _create(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        assert isinstance(request, Create)
        if dialogue.state is State.CLOSED:
            return []
        member = dialogue.member
        if member is not None:
            if member.connection.id != request.connection:
                return _tell(
                    dialogue, _status(request, _TAKEN, "this socket has created a connection already")
                )
            return _tell(dialogue, _welcome(member, request.transaction))
        try:
            return self._admit(dialogue, request, wall)
        except Full as goodbye:
            return _refuse(dialogue, request, "connectionLimitExceeded", goodbye.with_traceback(None))
        except Goodbye as goodbye:
            return _refuse(dialogue, request, goodbye.message, goodbye.with_traceback(None))

    def _admit(self, dialogue: Dialogue, request: Create, wall: int) -> list[Effect]:
        session, grant = self._admission.by_token(self._find, dialogue.session_id, request.token, wall)
        if not _ID.fullmatch(request.connection):
            return _tell(dialogue, _status(request, 400, "a connection's id is 1 to 64 of A-Z a-z 0-9 - _"))
        if session.knows(request.connection) or dialogue.socket in session.sockets:
            return _tell(dialogue, _status(request, _TAKEN, "there is such a connection already"))
        if not session.has_seat_for(grant.role):
            raise Full
        connection = Connection(
            id=request.connection, name="", data=grant.data, role=grant.role, created=wall, client=CLIENT
        )
        visit = Visit(socket=dialogue.socket, quiet=request.quiet)
        return list(
            self._membership.create(
                dialogue, session, connection, wall, lambda m: _greet(m, request.transaction), visit
            )
        )

    # Transactions

    def _transact(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        """Do what is asked, once, and answer; whoever asks again under the same transaction is answered again."""
        assert type(request) is Signal or isinstance(request, Answered)
        if dialogue.state is State.CLOSED:
            return []
        member = dialogue.member
        if member is None or member.visit is None:
            return _tell(dialogue, _status(request, 400, "create a connection first"))
        member.visit.welcome = None  # a client asks for more only when it is connected
        known = member.visit.answered(request.transaction)
        if known is not None:
            return _tell(dialogue, known)
        if isinstance(request, Read):
            connections = tuple(member.session.connections)
            return _tell(dialogue, Snapshot(transaction=request.transaction, connections=connections))
        before = member.session.log.seq
        try:
            try:
                effects = self._act(member, request, now, wall)
                status = Status(transaction=request.transaction)
            except Refusal as refusal:
                effects = []
                status = raptor.refused(request.transaction, refusal)
            effects += _tell(dialogue, status)
            member.visit.answer(status)
        except MemoryError:  # the client asks again, and has not been answered
            member.session.take_back(before)
            raise
        return effects

    def _act(
        self, member: Member, request: Delete | Malformed | Signal, now: float, wall: int
    ) -> list[Effect]:
        if isinstance(request, Delete):
            if not member.connection.role.may_moderate:
                raise NotAllowed("only a moderator may disconnect others")
            target = member.session.member(request.connection)
            return list(self._membership.put_out(target, wall))
        member.bucket.take(now)
        if isinstance(request, Malformed):
            raise InvalidSignal(request.words)
        check_may_signal(member)
        if request.type is not None:
            check_type(request.type)
        if request.data is not None:
            check_json_data(request.data, json=request.json)
        session = member.session
        to = None if request.to == session.config.id else request.to
        recipient = recipient_of(session, to)
        entry = session.signal(
            sender=member.connection.id,
            n=None,
            to=to,
            type=request.type,
            data=request.data,
            size=signal_size(request.type, request.data),
            wall=wall,
            json=request.json,
        )
        return send(session, entry, recipient)

    # What needs no answer, or always the same

    def _acknowledge(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        assert isinstance(request, Acknowledge)
        member = dialogue.member
        if member is not None and member.visit is not None:
            session, visit = member.session, member.visit
            seq = min(raptor.seq_of(request.transaction, session.epoch), session.log.seq)
            visit.acknowledged = max(visit.acknowledged, seq)
            if visit.acknowledged > member.joined_seq:
                visit.welcome = None  # it came before that entry
        return []

    def _ping(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        return [] if dialogue.state is State.CLOSED else [ToOne(dialogue, _PONG)]

    def _note(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        return []

    def _quit(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        assert isinstance(request, Quit)
        member = dialogue.member
        if dialogue.state is not State.LIVE or member is None or request.returning:
            return []
        return list(self._membership.leave(dialogue, wall))


def _greet(member: Member, transaction: str) -> Snapshot:
    """The first answer to `create`; it is kept until the client is known to have it."""
    assert member.visit is not None
    member.visit.welcome = _welcome(member, transaction)
    return member.visit.welcome


def _greet_again(member: Member) -> Message:
    """To who is back. Where the answer to `create` may be lost it comes again, with who was there then: the
    entries that follow tell of everybody since. A client that had it drops both as repeats.
    """
    assert member.visit is not None
    welcome = member.visit.welcome
    if welcome is None:
        return _PONG
    return replace(welcome, own=None) if member.visit.acknowledged >= member.joined_seq else welcome


def _welcome(member: Member, transaction: str) -> Snapshot:
    """The answer to `create`; who wants to be told of nobody is told of itself only."""
    assert member.visit is not None
    everybody = tuple(member.session.connections)
    return Snapshot(
        transaction=transaction,
        connections=(member.connection,) if member.visit.quiet else everybody,
        own=member.connection,
        own_seq=member.joined_seq,
    )


def _refuse(dialogue: Dialogue, request: Create, words: str, goodbye: Goodbye) -> list[Effect]:
    """Clients leave a socket open after a failed create, so it is closed for them."""
    return [*_tell(dialogue, _status(request, _FORBIDDEN, words)), *_part(dialogue, goodbye)]


def _status(request: Create | Answered, code: int, reason: str) -> Status:
    return Status(transaction=request.transaction, code=code, reason=reason)


def _tell(dialogue: Dialogue, message: Message) -> list[Effect]:
    """An answer to one dialogue; it waits while that dialogue still catches up with the log."""
    if dialogue.cursor is None:
        return [ToOne(dialogue, message)]
    dialogue.held.append(message)
    return []


def _part(dialogue: Dialogue, goodbye: Goodbye) -> list[Effect]:
    dialogue.state = State.CLOSED
    return [Close(dialogue, goodbye)]
