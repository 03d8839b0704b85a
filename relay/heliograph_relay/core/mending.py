"""What is left half done when memory ends in the middle of a step, and how it is brought to an end.

A signal is all or nothing (`Session.take_back`). Whatever else happens in a session may stop half-way: then those who
are there are sent away, and come back by what is written in the log, which is always true.
"""

from collections.abc import Iterable, Iterator

from heliograph_relay.core.dialogue import State
from heliograph_relay.core.effects import Close, Effect
from heliograph_relay.core.membership import Membership
from heliograph_relay.core.session import Member, Session
from heliograph_relay.protocol.problems import Internal

NO_MEMORY = "the relay had no memory left for you; join again with resume"


def mend(sessions: Iterable[Session], membership: Membership, now: float, wall: int) -> Iterator[Effect]:
    """Bring to an end what is half done in these sessions."""
    for session in sessions:
        for member in list(session.members.values()):
            yield from _mend(member, membership, now, wall)
        session.is_doubtful = False


def _mend(member: Member, membership: Membership, now: float, wall: int) -> Iterator[Effect]:
    dialogue = member.dialogue
    if dialogue is None:
        if member.away_since is None:  # it came or went, and that was not finished
            yield from membership.away(member, now, wall)
    elif dialogue.handle is None or dialogue.state is State.CLOSED:
        yield from membership.lost(dialogue, now, wall)
    elif member.session.is_doubtful:
        dialogue.state = State.CLOSED
        yield Close(dialogue, Internal(NO_MEMORY))
        yield from membership.lost(dialogue, now, wall)
