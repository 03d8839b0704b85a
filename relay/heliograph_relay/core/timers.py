"""What has to be looked at when time has passed: joins that never came, connections that stayed away, sessions that
nobody is in.
"""

from heapq import heappop, heappush
from itertools import count

from heliograph_relay.core.dialogue import Dialogue, State
from heliograph_relay.core.effects import Close, Effect
from heliograph_relay.core.membership import Membership
from heliograph_relay.core.session import Member, Session
from heliograph_relay.protocol.model import Reason
from heliograph_relay.protocol.problems import Unauthorized

Subject = Dialogue | Member | Session


class Timers:
    """One heap for all of a hub; `now` is monotonic and in seconds. Who needs no look any more is found out then."""

    def __init__(self, sessions: dict[str, Session], membership: Membership) -> None:
        self._sessions = sessions
        self._membership = membership
        self._heap: list[tuple[float, int, Subject]] = []
        self._order = count()

    def remind(self, when: float, subject: Subject) -> None:
        """Look at this one then."""
        heappush(self._heap, (when, next(self._order), subject))

    def remind_of_away(self, member: Member) -> None:
        """Look at a connection when it has been away for the whole recovery window."""
        assert member.away_since is not None
        self.remind(member.away_since + self._membership.limits.recovery_window, member)

    def deadline(self) -> float | None:
        """When there is something to look at next; None if never."""
        return self._heap[0][0] if self._heap else None

    def tick(self, now: float, wall: int) -> list[Effect]:
        """Look at what is due."""
        effects: list[Effect] = []
        while self._heap and self._heap[0][0] <= now:
            effects += self._due(self._heap[0][2], now, wall)
            heappop(self._heap)
        return effects

    def _due(self, subject: Subject, now: float, wall: int) -> list[Effect]:
        if isinstance(subject, Session):
            self._end_if_deserted(subject, now, wall)
        elif isinstance(subject, Member):
            if self._membership.expired(subject, now) and _is_in(subject):
                return list(self._membership.destroy(subject, Reason.NETWORK, wall))
        elif subject.state is State.AWAITING_JOIN:
            subject.state = State.CLOSED
            return [Close(subject, Unauthorized("nobody joined in time"))]
        return []

    def _end_if_deserted(self, session: Session, now: float, wall: int) -> None:
        """End a session that has outlived its members, or look again when it may have."""
        ttl = session.config.ttl
        assert ttl is not None
        left = ttl if session.members else ttl - (wall - session.empty_since) / 1_000
        if left > 0:
            self.remind(now + left, session)
        else:
            self._sessions.pop(session.config.id).end()


def _is_in(member: Member) -> bool:
    return member.session.members.get(member.connection.id) is member
