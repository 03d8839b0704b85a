"""What is the same for every signal, whichever wire it came by: who may send it, and whom it reaches."""

from msgspec import UNSET

from heliograph_relay.core.effects import Effect, ToAll, ToOne
from heliograph_relay.core.session import Member, Session
from heliograph_relay.protocol.model import SignalEntry, check_data, check_type
from heliograph_relay.protocol.native import Signal
from heliograph_relay.protocol.problems import InvalidSignal, NotAllowed

#: Largest signal number: what JSON numbers carry exactly everywhere.
MAX_N = 2**53 - 1


def checked_size(member: Member, request: Signal) -> int:
    """The size of what this member of heliograph.v1 may have relayed; raises the refusal of what may not."""
    check_may_signal(member)
    if not 0 < request.n <= MAX_N:
        raise InvalidSignal(f"n counts from 1 to {MAX_N}")
    size = 0
    if request.type is not UNSET:
        check_type(request.type)
        size = len(request.type)
    if request.data is not UNSET:
        size += check_data(request.data)
    return size


def check_may_signal(member: Member) -> None:
    """Raise `NotAllowed` for who only listens."""
    if not member.may_signal:
        raise NotAllowed("a subscriber may not send signals")


def recipient_of(session: Session, to: str | None) -> Member | None:
    """The member that a signal is for; None where it is for everybody.

    Raises:
        NoSuchConnection: there is none of this id.
    """
    return None if to is None else session.member(to)


def send(session: Session, entry: SignalEntry, recipient: Member | None) -> list[Effect]:
    """A signal to everybody, or to one connection.

    The latter is seen by that connection and by inspectors, unless they read it from the log later.
    """
    if recipient is None:
        return [ToAll(session, entry)]
    if not session.inspectors:
        dialogue = recipient.dialogue
        return [ToOne(dialogue, entry)] if dialogue is not None and dialogue.cursor is None else []
    seen_by = {recipient.connection.id, *session.inspectors}
    dialogues = (session.members[id].dialogue for id in seen_by)
    return [ToOne(d, entry) for d in dialogues if d is not None and d.cursor is None]
