"""After a relay has begun anew: who was in the session and is not back yet. No Qt, no I/O.

Everybody comes back by themselves, but one after the other, and the new relay knows nothing of what was said before
somebody came. What is said to everybody therefore waits for the others for a while, or nobody would get it.
"""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from heliograph.client.backoff import LONGEST

#: How long those who are missing are waited for, in seconds: their longest pause between two attempts, and the join.
WAIT = LONGEST + 4.0


class Held(Struct, frozen=True):
    """Messages to everybody that wait: how many, for whom; `no_longer_than` in seconds, None for until anybody comes."""

    count: int
    names: tuple[str, ...]
    no_longer_than: float | None


class Homecoming:
    """People are known by their names only, for each of them is a new connection now. `now` is in monotonic seconds."""

    def __init__(self) -> None:
        self._missing: Counter[str] = Counter()
        self._until = 0.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Who is waited for."""
        return tuple(self._missing.elements())

    @property
    def until(self) -> float | None:
        """When they are waited for no longer; None where nobody is."""
        return self._until if self._missing else None

    def begin(self, before: Iterable[str], here: Iterable[str], now: float) -> None:
        """The relay has begun anew: these were here `before`, and those are `here` already."""
        self._missing.update(before)
        self._missing.subtract(Counter(here))
        self._missing = +self._missing
        self._until = now + WAIT

    def came(self, name: str) -> None:
        """Somebody has joined."""
        self._missing.subtract((name,))
        self._missing = +self._missing

    def end(self) -> None:
        """They are waited for no longer."""
        self._missing.clear()

    def holds(self, now: float, anybody: bool) -> bool:
        """Whether what is said to everybody has to wait: in an empty session, for as long as nobody is back."""
        return bool(self._missing) and (now < self._until or not anybody)
