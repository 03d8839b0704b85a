"""What a client has to send: order, numbers, pace, and what is still unacknowledged. Pure.

A signal waits until it is written; then it is kept until the relay answers, for it may have to be written
again. Only some are written and unanswered at a time, so that little is uncertain when a relay is lost, and
what waits can still be taken back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import count

#: Most signals that are written and unanswered.
WINDOW = 64
_SHARE_OF_RATE = 0.95
_LONGEST_HOLD = 5.0
_ROUNDING = 1e-6


@dataclass(slots=True, kw_only=True, eq=False)
class Pending:
    """A signal on its way. `n` is its number on this connection, None until it is first written.

    They sort as they have to be written: what was written before, by number; then the rest, by age.
    """

    order: int
    ref: str
    to: str | None
    type: str | None
    data: str | None
    n: int | None = None
    waits: bool = True

    def __lt__(self, other: "Pending") -> bool:
        return self._place() < other._place()

    def _place(self) -> tuple[bool, int]:
        return (True, self.order) if self.n is None else (False, self.n)


class Pace:
    """Keeps below a relay's token bucket, so that it never has to refuse. A `rate` of 0 limits nothing.

    The relay may see all that is in flight at once, however evenly it was written. So what may be in flight
    (`window`) and what may be written at once together stay within the relay's burst.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self.window = max(1, min(WINDOW, burst // 4)) if rate else WINDOW
        self._rate = rate * _SHARE_OF_RATE
        self._burst = max(1.0, float(burst - self.window))
        self._tokens = self._burst
        self._stamp = 0.0
        self._held_until = 0.0
        self._hold = 0.0

    def next(self, now: float) -> float:
        """When the next signal may go: `now`, or later."""
        if not self._rate:
            return max(now, self._held_until)
        missing = 1.0 - self._tokens - (now - self._stamp) * self._rate
        ready = now + missing / self._rate if missing > _ROUNDING else now
        return max(ready, self._held_until)

    def spend(self, now: float) -> None:
        """One signal goes."""
        self._tokens = min(self._burst, self._tokens + (now - self._stamp) * self._rate) - 1.0
        self._stamp = now

    def refused(self, now: float) -> None:
        """The relay was quicker to run out: wait, twice as long each time, up to some seconds."""
        self._hold = min(_LONGEST_HOLD, self._hold * 2 or 1.0 / (self._rate or 1.0))
        self._held_until = now + self._hold
        self._tokens, self._stamp = 0.0, now

    def went_well(self) -> None:
        """The relay took one."""
        self._hold = 0.0


class Outbox:
    """See the module. `n` counts from 1 on each connection, anew after a rejoin."""

    def __init__(self) -> None:
        self._waiting: list[Pending] = []
        self._written: dict[int, Pending] = {}
        self._by_ref: dict[str, Pending] = {}
        self._orders = count()
        self._numbers = count(1)
        self._pace = Pace(0.0, 1)

    def __len__(self) -> int:
        return len(self._by_ref)

    def put(self, ref: str, *, to: str | None, type: str | None, data: str | None) -> None:
        """Append a signal. `ref` names it to the caller and is in use once only."""
        if ref in self._by_ref:
            raise ValueError(f"a signal of ref {ref!r} is on its way already")
        pending = Pending(order=next(self._orders), ref=ref, to=to, type=type, data=data)
        self._by_ref[ref] = pending
        heappush(self._waiting, pending)

    def withdraw(self, ref: str) -> bool:
        """Take back what was never written; False for what was, or is not here."""
        pending = self._by_ref.get(ref)
        if pending is None or pending.n is not None:
            return False
        self._forget(pending)
        return True

    def take(self, now: float) -> Iterator[Pending]:
        """What may be written now, numbered and in order; it counts as written."""
        while (when := self.wakeup(now)) is not None and when <= now:
            pending = heappop(self._waiting)
            self._pace.spend(now)
            pending.waits = False
            n = pending.n = pending.n or next(self._numbers)
            self._written[n] = pending
            yield pending

    def wakeup(self, now: float) -> float | None:
        """When `take` has something to give by time alone; None if only an answer can change that."""
        if not self._waiting or (self._waiting[0].n is None and len(self._written) >= self._pace.window):
            return None
        return self._pace.next(now)

    def answered(self, n: int) -> Pending | None:
        """The relay took or refused signal `n`; None if nobody waits for that any more."""
        pending = self._written.pop(n, None)
        if pending is not None:
            self._pace.went_well()
            self._forget(pending)
        return pending

    def too_fast(self, n: int, now: float) -> None:
        """The relay refused signal `n` for its rate: it waits again, first among those not written.

        Its number is given up, for a higher one may have been accepted (docs/PROTOCOL.md, Rules: Once);
        so it may come behind those that were in flight with it. Keeping below the limits avoids that.
        """
        pending = self._written.pop(n, None)
        if pending is not None:
            self._pace.refused(now)
            pending.n = None
            self._waiting += [] if pending.waits else [pending]
            pending.waits = True
            heapify(self._waiting)

    def resumed(self) -> None:
        """A new transport continues the connection: what is unanswered is written again, numbers kept."""
        for pending in self._written.values():
            if not pending.waits:
                pending.waits = True
                heappush(self._waiting, pending)

    def give_up_written(self) -> list[str]:
        """The connection's life has ended: forgets what was written and tells the refs, in order."""
        written = sorted(self._written.values(), key=lambda pending: pending.order)
        self._written.clear()
        self._numbers = count(1)
        for pending in written:
            self._forget(pending)
        return [pending.ref for pending in written]

    def drop_for_others(self, present: set[str]) -> list[str]:
        """Forgets what waits for somebody who is not present and tells the refs, in order."""
        lost = [p.ref for p in sorted(self._waiting) if p.to is not None and p.to not in present]
        for ref in lost:
            self.withdraw(ref)
        return lost

    def limited(self, rate: float, burst: int) -> None:
        """A new connection has a new allowance."""
        self._pace = Pace(rate, burst)

    def _forget(self, pending: Pending) -> None:
        del self._by_ref[pending.ref]
        if pending.waits:
            self._waiting.remove(pending)
            heapify(self._waiting)
