"""How much all the logs of a relay may hold together, and which of them gives way."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heliograph_relay.core.session import Session

#: Stands for no limit.
UNBOUNDED = 1 << 62


class LogBudget:
    """Counts what the logs of its sessions keep; over `most` bytes (0: no limit) the longest idle session forgets.

    Whoever was away from that one is told so when coming back: `recovered: false` (docs/PROTOCOL.md, Rules:
    Recovery). Only where nobody else has anything left does a session forget its own oldest entries before its own
    bounds say so.
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

    def make_room(self, speaker: "Session") -> None:
        """Have sessions forget, the longest idle one first, `speaker` last, until all fits with a tenth to spare."""
        enough = self.most - self.most // 10
        others = [session for session in self._sessions if session is not speaker and len(session.log)]
        others.sort(key=lambda session: session.log.latest)
        for session in others:
            if self.used <= enough:
                return
            session.forget(0)
        if self.used > self.most:
            speaker.forget(enough - (self.used - speaker.log.cost))
