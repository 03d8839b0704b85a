"""Relays that break one guarantee of docs/PROTOCOL.md each, to prove that the soak notices.

Each is a change to the running process, made before it listens.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from heliograph_relay.core import membership
from heliograph_relay.core.effects import Effect, ToAll, ToOne
from heliograph_relay.core.hub import Hub
from heliograph_relay.core.kept import Kept
from heliograph_relay.core.session import Member, Session
from heliograph_relay.protocol.model import SignalEntry
from heliograph_relay.protocol.native import Signal

#: Every so many times something goes wrong.
_EVERY = 40

Change = Callable[[list[Effect], int], list[Effect]]


def put(owner: Any, name: str, value: object) -> None:
    """Change a class or module of this process."""
    setattr(owner, name, value)


def _is_signal(effect: Effect) -> bool:
    return isinstance(effect, ToAll) and isinstance(effect.message, SignalEntry)


def _change_effects(change: Change, wanted: Callable[[Effect], bool] = _is_signal) -> None:
    """Have the hub's answers to every so many of those frames changed that have an effect which is wanted."""
    received, numbers = Hub.received, count(1)

    def changed(self: Hub, *arguments: Any) -> list[Effect]:
        effects = received(self, *arguments)
        return change(effects, next(numbers)) if any(map(wanted, effects)) else effects

    put(Hub, "received", changed)


def _lost() -> None:
    _change_effects(lambda effects, number: effects if number % _EVERY else [])


def _doubled() -> None:
    _change_effects(lambda effects, number: effects if number % _EVERY else effects * 2)


def _swapped() -> None:
    held: list[Effect] = []

    def swap(effects: list[Effect], number: int) -> list[Effect]:
        if number % _EVERY == 0:
            held.extend(effects)
            return []
        late = held.copy()
        held.clear()
        return effects + late

    _change_effects(swap)


def _leaked() -> None:
    def is_private(effect: Effect) -> bool:
        return isinstance(effect, ToOne) and isinstance(effect.message, SignalEntry)

    def leak(effects: list[Effect], number: int) -> list[Effect]:
        private = next(filter(is_private, effects))
        assert isinstance(private, ToOne)
        member = private.dialogue.member
        others = () if member is None else member.session.members.values()
        dialogues = [other.dialogue for other in others if other.dialogue is not None]
        strangers = [dialogue for dialogue in dialogues if dialogue is not private.dialogue]
        return [*effects, *(ToOne(d, private.message) for d in strangers[:1])]

    _change_effects(leak, is_private)


def _twice() -> None:
    signal = Hub._signal  # noqa: SLF001 (broken on purpose)

    def again(self: Hub, dialogue: Any, request: Any, now: float, wall: int) -> list[Effect]:
        member = dialogue.member
        if isinstance(request, Signal) and member is not None and 0 < request.n <= member.highest_n:
            member.highest_n = request.n - 1
        return signal(self, dialogue, request, now, wall)

    put(Hub, "_signal", again)


def _changed_text() -> None:
    signal, numbers = Session.signal, count(1)

    def altered(self: Session, *, data: str | None, **more: Any) -> SignalEntry:
        if data and next(numbers) % _EVERY == 0:
            data = data[:-1]
        return signal(self, data=data, **more)

    put(Session, "signal", altered)


def _gap_in_replay() -> None:
    visible_after = Session.visible_after

    def but_the_first(self: Session, member: Member, seq: int) -> Iterator[Kept]:
        entries = visible_after(self, member, seq)
        next(entries, None)
        return entries

    put(Session, "visible_after", but_the_first)


def _leaked_in_replay() -> None:
    put(Session, "visible_after", lambda self, _member, seq: self.log.after(seq))


def _dishonest() -> None:
    put(Session, "reaches_back", lambda self, _member, seq: seq <= self.log.seq)


def _too_honest() -> None:
    put(Session, "reaches_back", lambda self, _member, seq: seq == self.log.seq)


def _any_key() -> None:
    put(membership, "compare_digest", lambda _a, _b: True)


BROKEN: dict[str, Callable[[], None]] = {
    "lost": _lost,
    "doubled": _doubled,
    "swapped": _swapped,
    "leaked": _leaked,
    "repeated-twice": _twice,
    "changed-text": _changed_text,
    "gap-in-replay": _gap_in_replay,
    "leaked-in-replay": _leaked_in_replay,
    "calls-a-loss-recovered": _dishonest,
    "calls-a-recovery-lost": _too_honest,
    "takes-any-key": _any_key,
}
