"""What time it is on the relay, from what its stamps say when they come. Pure.

The clocks of two machines differ, by hours where one is set wrong. Rows and receipts bear the relay's time; what
only this app knows of happened by its own clock. One clock for both: else latencies would be nonsense and rows
would jump in time.
"""

#: How long a sample counts, in milliseconds: clocks drift, and are set.
_LASTING_MS = 30_000


class RelayClock:
    """The difference of the clocks is taken from the entry that came fastest: the others were on their way longer.

    What a resume brings is old when it comes, and does not mislead: a faster one counts on from before it.
    """

    def __init__(self) -> None:
        self._before: int | None = None
        self._now: int | None = None
        self._until = 0

    def sample(self, at: int, wall: int) -> None:
        """Something that the relay stamped with `at` came at `wall` of our own clock (ms since the epoch)."""
        ahead = wall - at
        if self._now is None or wall >= self._until or wall < self._until - 2 * _LASTING_MS:
            self._before, self._now, self._until = self._now, ahead, wall + _LASTING_MS
        else:
            self._now = min(self._now, ahead)

    def relay_time(self, wall: int) -> int:
        """What the relay's clock showed at `wall` of ours; the same as long as nothing is known."""
        if self._now is None:
            return wall
        return wall - (self._now if self._before is None else min(self._before, self._now))
