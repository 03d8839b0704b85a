"""How long to wait before the next attempt. Pure: chance comes in as a function."""

from collections.abc import Callable

FIRST = 0.25
LONGEST = 8.0


class Backoff:
    """Doubles from a quarter of a second to eight seconds, less up to half of it by chance.

    Chance keeps everybody from coming back at the same moment when a relay returns. The longest wait leaves
    several attempts within a recovery window of 30 s.
    """

    def __init__(self, chance: Callable[[], float]) -> None:
        """`chance` gives numbers from 0 up to 1."""
        self._chance = chance
        self._longest_now = FIRST

    def next(self) -> float:
        """Seconds to wait, longer from call to call."""
        longest, self._longest_now = self._longest_now, min(LONGEST, self._longest_now * 2)
        return longest * (1.0 - self._chance() / 2)

    def reset(self) -> None:
        """It went well: begin with short waits again."""
        self._longest_now = FIRST
