"""Limits in time. Nothing here reads a clock: `now` is monotonic and in seconds."""

from collections import OrderedDict, deque

from heliograph_relay.protocol.problems import TooFast


class TokenBucket:
    """`rate` signals a second on average, `burst` at once; a rate of 0 limits nothing."""

    __slots__ = ("_burst", "_rate", "_stamp", "_tokens")

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._tokens = float(burst)
        self._stamp = 0.0

    def take(self, now: float) -> None:
        """Spend one token.

        Raises:
            TooFast: there is none; it says when to go on.
        """
        rate = self._rate
        if not rate:
            return
        tokens = min(self._burst, self._tokens + (now - self._stamp) * rate)
        self._stamp = now
        if tokens < 1.0:
            self._tokens = tokens
            raise TooFast((1.0 - tokens) / rate)
        self._tokens = tokens - 1.0


class Attempts:
    """Counts misses of a credential by address (docs/PROTOCOL.md, Rules: Attempts).

    After `allowed` misses within `period` seconds an address is shut out for as long, with the right
    credential too, so that a PIN cannot be guessed. Remembers at most `addresses` of them.
    """

    def __init__(self, *, allowed: int = 10, period: float = 60.0, addresses: int = 10_000) -> None:
        self._allowed = allowed
        self._period = period
        self._addresses = addresses
        self._misses: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, address: str, now: float) -> float:
        """Seconds until this address may try again; 0 if it may now."""
        misses = self._recent(address, now)
        if misses is None or len(misses) < self._allowed:
            return 0.0
        return misses[-1] + self._period - now

    def miss(self, address: str, now: float) -> None:
        """Remember a wrong credential."""
        misses = self._recent(address, now)
        if misses is None:
            misses = self._misses[address] = deque(maxlen=self._allowed)
        misses.append(now)
        self._misses.move_to_end(address)
        while len(self._misses) > self._addresses:
            self._misses.popitem(last=False)

    def _recent(self, address: str, now: float) -> "deque[float] | None":
        misses = self._misses.get(address)
        if misses is None:
            return None
        # A full deque shuts out for a period from its last miss; until then none of it is forgotten.
        shut = len(misses) == self._allowed and now < misses[-1] + self._period
        while misses and not shut and misses[0] <= now - self._period:
            misses.popleft()
        if not misses:
            del self._misses[address]
            return None
        return misses
