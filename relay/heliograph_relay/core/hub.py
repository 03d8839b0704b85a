"""The relay's mind: sessions and dialogues. The only class of the core that a shell talks to.

Every method takes what happened and the time, and returns the effects that the shell must carry out,
in order. `now` is monotonic and in seconds, `wall` is in milliseconds since the Unix epoch.
"""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET

from heliograph_relay.core.budget import LogBudget
from heliograph_relay.core.credentials import Admission, check_join
from heliograph_relay.core.dialogue import MAX_BAD_FRAMES, Dialogue, State
from heliograph_relay.core.effects import Close, Effect, ToAll, ToOne
from heliograph_relay.core.membership import MAX_HELD, Membership, tell_all
from heliograph_relay.core.mending import mend
from heliograph_relay.core.opentok import Visitors
from heliograph_relay.core.session import Member, Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.signals import checked_size, recipient_of, send
from heliograph_relay.core.timers import Timers
from heliograph_relay.protocol import raptor
from heliograph_relay.protocol.model import check_data, check_type, signal_size
from heliograph_relay.protocol.native import (
    Accepted,
    BadRequest,
    Disconnect,
    Inspect,
    Inspected,
    Join,
    Leave,
    Message,
    Request,
    Signal,
    refused,
)
from heliograph_relay.protocol.problems import (
    BadProtocol,
    Goodbye,
    InvalidSignal,
    NoSuchSession,
    NotAllowed,
    Refusal,
    SlowConsumer,
)
from heliograph_relay.protocol.rumor import BadFrame
from heliograph_relay.protocol.tokens import Project

#: The first session answers to this id too, so that an address and a PIN are enough to join.
ALIAS = "lan"
#: Steps that are all or nothing, wherever memory ends.
_WHOLE = (Signal, raptor.Signal)


class Hub:
    """See the module."""

    def __init__(self, membership: Membership, project: Project | None, budget: LogBudget) -> None:
        self.budget = budget
        self.sessions: dict[str, Session] = {}
        self._membership = membership
        self._admission = Admission(project)
        self._timers = Timers(self.sessions, membership)
        self._visitors = Visitors(membership, self._admission, self.sessions.get)
        self._handlers: dict[type, Callable[[Dialogue, Any, float, int], list[Effect]]] = {
            Join: self._join,
            Signal: self._signal,
            Disconnect: self._disconnect,
            Inspect: self._inspect,
            Leave: self._leave,
            **self._visitors.handlers,
        }

    def add_session(self, config: SessionConfig, *, epoch: str) -> Session:
        """Open a session. `epoch` names this life of its log and is never used again."""
        session = self.sessions[config.id] = Session(config, epoch=epoch, budget=self.budget)
        self.sessions.setdefault(ALIAS, session)
        return session

    # The server (REST)

    def create_session(self, config: SessionConfig, *, epoch: str, now: float, wall: int) -> Session:
        """Open a session that ends by itself when nobody has been in it for its `ttl`."""
        session = Session(config, epoch=epoch, created=wall, budget=self.budget)
        self.sessions[config.id] = session
        if config.ttl is not None:
            self._timers.remind(now + config.ttl, session)
        return session

    def session(self, session_id: str) -> Session:
        """The session of this id.

        Raises:
            NoSuchSession: there is none.
        """
        try:
            return self.sessions[session_id]
        except KeyError:
            raise NoSuchSession from None

    def session_for(self, session_id: str, token: str, wall: int) -> Session:
        """The session that an OpenTok client's token opens; raises as `Admission.by_token` does."""
        return self._admission.by_token(self.sessions.get, session_id, token, wall)[0]

    def server_signal(
        self, session: Session, *, to: str | None, type: str | None, data: str | None, wall: int
    ) -> list[Effect]:
        """A signal from nobody in the session: its sender is None on every wire.

        Raises:
            Refusal: type or data break the rules, or `to` is not there.
        """
        if type is not None:
            check_type(type)
        if data is not None:
            check_data(data)
        recipient = recipient_of(session, to)
        size = signal_size(type, data)
        entry = session.signal(sender=None, n=None, to=to, type=type, data=data, size=size, wall=wall)
        try:
            return send(session, entry, recipient)
        except MemoryError:
            session.take_back(entry.seq - 1)
            raise

    def put_out(self, session: Session, connection_id: str, wall: int) -> list[Effect]:
        """The server ends a connection; raises `NoSuchConnection` if it is not there."""
        return list(self._membership.put_out(session.member(connection_id), wall))

    # Dialogues

    def open(
        self, handle: object, *, session_id: str, address: str, now: float, socket: str = ""
    ) -> Dialogue:
        """A transport for this session is there, from this address; nothing is known of it yet.

        `socket` is an OpenTok client's secret for coming back.
        """
        dialogue = Dialogue(handle, session_id=session_id, address=address, socket=socket)
        self._timers.remind(now + self._membership.limits.join_timeout, dialogue)
        return dialogue

    def returned(self, dialogue: Dialogue, now: float, wall: int) -> list[Effect]:
        """An OpenTok client has opened this transport to go on with the connection of its `socket`."""
        return self._visitors.returned(dialogue, now, wall)

    def received(
        self, dialogue: Dialogue, request: Request | raptor.Request, now: float, wall: int
    ) -> list[Effect]:
        """The peer sent a frame that could be read."""
        try:
            effects = self._handlers[type(request)](dialogue, request, now, wall)
        except Refusal as refusal:
            n = request.n if type(request) is Signal and dialogue.state is State.LIVE else None
            effects = self._refuse(dialogue, refusal, n, now, wall)
        except MemoryError:
            if type(request) not in _WHOLE:
                self._doubt(self.sessions.get(dialogue.session_id))
            raise
        else:
            dialogue.bad = 0
        if dialogue.held and len(dialogue.held) > MAX_HELD:
            return effects + self.give_up(dialogue, SlowConsumer(), now, wall)
        return effects

    def unreadable(
        self, dialogue: Dialogue, bad: BadRequest | BadFrame, now: float, wall: int
    ) -> list[Effect]:
        """The peer sent something that is no frame; `bad` says what, and which signal it was."""
        if dialogue.state is State.CLOSED:
            return []
        if isinstance(bad, BadFrame):
            return self.give_up(dialogue, BadProtocol(bad.message), now, wall)
        member = dialogue.member
        if bad.n is None or member is None:
            return self._refuse(dialogue, bad, None, now, wall)
        try:
            member.bucket.take(now)
        except Refusal as refusal:
            return self._refuse(dialogue, refusal, bad.n, now, wall)
        return self._refuse(dialogue, bad, bad.n, now, wall)

    def lost(self, dialogue: Dialogue, now: float, wall: int) -> list[Effect]:
        """The transport is gone, however it went."""
        effects = list(self._membership.lost(dialogue, now, wall))
        member = dialogue.member
        if member is not None and member.away_since is not None and member.dialogue is None:
            self._timers.remind_of_away(member)
        return effects

    def close(self, dialogue: Dialogue, goodbye: Goodbye) -> list[Effect]:
        """End a transport because the relay itself ends: nobody is told of anybody's loss."""
        return self._part(dialogue, goodbye)

    def give_up(self, dialogue: Dialogue, goodbye: Goodbye, now: float, wall: int) -> list[Effect]:
        """End a transport that did not keep to the rules; its connection may resume."""
        return self._part(dialogue, goodbye) + self.lost(dialogue, now, wall)

    def replay(self, dialogue: Dialogue, now: float, wall: int) -> list[Effect]:
        """The transport can take the next step of its replay."""
        try:
            return list(self._membership.replay(dialogue))
        except SlowConsumer as goodbye:
            return self.give_up(dialogue, goodbye, now, wall)

    # Time

    def deadline(self) -> float | None:
        """When `tick` has something to do next; None if never."""
        return self._timers.deadline()

    def tick(self, now: float, wall: int) -> list[Effect]:
        """Time has passed: end joins that never came and connections that stayed away."""
        try:
            return self._timers.tick(now, wall)
        except MemoryError:
            self._doubt(*self.sessions.values())
            raise

    def mend(self, now: float, wall: int) -> list[Effect]:
        """Memory has ended in the middle of something, and there is some again (`core/mending.py`)."""
        self.budget.recount()
        sessions = set(self.sessions.values())
        effects = list(mend(sessions, self._membership, now, wall))
        for session in sessions:
            for member in session.members.values():
                if member.away_since is not None:
                    self._timers.remind_of_away(member)
        return effects

    @staticmethod
    def _doubt(*sessions: Session | None) -> None:
        """Not all that is written down may have been told."""
        for session in sessions:
            if session is not None:
                session.is_doubtful = True

    # Frames

    def _join(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        assert isinstance(request, Join)
        dialogue.check(request)
        check_join(request)
        session = self.sessions.get(dialogue.session_id)
        try:
            config = None if session is None else session.config
            id = dialogue.session_id if session is None else session.config.id
            grant = self._admission.grant(id, config, request, address=dialogue.address, now=now, wall=wall)
        except Goodbye as goodbye:
            return self._part(dialogue, goodbye.with_traceback(None))
        assert session is not None
        return list(self._membership.join(dialogue, session, grant, request, wall))

    def _signal(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        """The relay's fast path: one effect for a signal to all, whoever is there."""
        assert type(request) is Signal
        member = dialogue.member
        if dialogue.state is not State.LIVE or member is None:
            dialogue.check(request)
            return []
        session = member.session
        n, to = request.n, request.to
        if 0 < n <= member.highest_n:
            again = Accepted(n=n, seq=session.seq_of(member, n))
            return self._answer(dialogue, again)
        member.bucket.take(now)
        size = checked_size(member, request)
        recipient = None if to is UNSET else session.member(to)
        entry = session.signal(
            sender=member.connection.id,
            n=n,
            to=None if to is UNSET else to,
            type=None if request.type is UNSET else request.type,
            data=None if request.data is UNSET else request.data,
            size=size,
            wall=wall,
        )
        try:
            if recipient is None:
                effects: list[Effect] = [ToAll(session, entry)]
            else:
                answer = self._answer(dialogue, Accepted(n=n, seq=entry.seq))
                effects = send(session, entry, recipient) + answer
        except MemoryError:
            session.take_back(entry.seq - 1)
            raise
        member.highest_n = n
        return effects

    def _disconnect(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        assert isinstance(request, Disconnect)
        member = _moderator(dialogue, request, "only a moderator may disconnect others")
        return self.put_out(member.session, request.connection, wall)

    def _inspect(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        assert isinstance(request, Inspect)
        member = _moderator(dialogue, request, "only a moderator may inspect the session")
        session = member.session
        if not session.config.allow_inspect:
            raise NotAllowed("this relay does not allow a session to be inspected")
        if not session.set_inspecting(member, request.on):
            return []
        notice = Inspected(on=request.on, by=member.connection.id)
        return list(tell_all(session, notice))

    def _leave(self, dialogue: Dialogue, request: Request, now: float, wall: int) -> list[Effect]:
        dialogue.check(request)
        return list(self._membership.leave(dialogue, wall))

    # Answers

    def _refuse(
        self, dialogue: Dialogue, refusal: Refusal, n: int | None, now: float, wall: int
    ) -> list[Effect]:
        if dialogue.state is State.CLOSED:
            return []
        answer = self._answer(dialogue, refused(refusal, n))
        if n is not None or not isinstance(refusal, InvalidSignal):
            return answer
        dialogue.bad += 1
        if dialogue.bad < MAX_BAD_FRAMES:
            return answer
        return answer + self.give_up(dialogue, BadProtocol(), now, wall)

    def _answer(self, dialogue: Dialogue, message: Message) -> list[Effect]:
        """An answer to one dialogue; it waits while that dialogue still catches up with the log."""
        if dialogue.cursor is None:
            return [ToOne(dialogue, message)]
        dialogue.held.append(message)
        return []

    def _part(self, dialogue: Dialogue, goodbye: Goodbye | None) -> list[Effect]:
        """Close a transport; its connection, if it has one, is somebody else's business."""
        dialogue.state = State.CLOSED
        return [Close(dialogue, goodbye)]


def _moderator(dialogue: Dialogue, request: Request, words: str) -> Member:
    dialogue.check(request)
    member = dialogue.member
    assert member is not None
    if not member.connection.role.may_moderate:
        raise NotAllowed(words)
    return member
