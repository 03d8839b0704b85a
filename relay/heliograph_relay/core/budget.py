"""How much all the logs of a relay may hold together, and which of them gives way."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heliograph_relay.core.session import Session

#: Stands for no limit.
UNBOUNDED = 1 << 62


class LogBudget:
    """Counts what the logs of its sessions keep; over `most` bytes (0: no limit) the longest idle session forgets.

    Whoever was away from that one, and missed what is forgotten, is told so when coming back: `recovered: false`
    (docs/PROTOCOL.md, Rules: Recovery). The session that speaks is the last to forget.
    """

    __slots__ = ("_sessions", "most", "used")

    def __init__(self, most: int = 0) -> None:
        #: Looked at for every entry: over it, `make_room` has to be called.
        self.most = most or UNBOUNDED
        self._sessions: set[Session] = set()
        self.used = 0

    def add(self, session: "Session") -> None:
        """A session begins."""
        self._sessions.add(session)

    def remove(self, session: "Session") -> None:
        """A session has ended, and its log with it."""
        self._sessions.discard(session)
        self.used -= session.log.cost

    def recount(self) -> None:
        """Count anew: where memory has ended, some of what is forgotten may be counted still."""
        self.used = sum(session.log.cost for session in self._sessions)

    def make_room(self, speaker: "Session") -> None:
        """Have sessions forget until all fits with a tenth to spare."""
        self.recount()
        self.shrink(self.most - self.most // 10, speaker)

    def shrink(self, enough: int, speaker: "Session | None" = None) -> None:
        """Have sessions forget their oldest entries until all logs keep at most `enough` bytes."""
        for session in sorted(self._sessions, key=lambda s: (s is speaker, s.log.latest)):
            if self.used <= enough:
                return
            session.forget(max(0, session.log.cost - (self.used - enough)))
