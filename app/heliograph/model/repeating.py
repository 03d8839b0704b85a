"""When the signals of a repetition are due. Pure: the time is told, in monotonic seconds."""

#: Most signals of a repetition that wait for the relay's answer: what a person types meanwhile waits behind so few.
WINDOW = 16
#: Most repetitions of one signal, and most a second.
MOST_TIMES, MOST_A_SECOND = 100_000, 1_000


def fitting_rate(wanted: float, limit: float) -> float:
    """How many a second may go where the session takes `limit` (0: any number) and a person wants so many.

    A tenth of what the session takes is left for chat, receipts and typing.
    """
    return min(wanted, limit * 0.9) if limit else wanted


class Repeating:
    """`times` signals, `rate` a second, the first at once.

    What could not go in time because too many were unanswered is not made up for in a burst: the rest moves on.
    """

    def __init__(self, times: int, rate: float, now: float) -> None:
        self.times, self.rate = times, rate
        self.sent = 0
        self._next = now

    @property
    def over(self) -> bool:
        """All have been sent."""
        return self.sent >= self.times

    def due(self, now: float, unanswered: int) -> int:
        """How many are to be sent now; they count as sent."""
        waiting = int((now - self._next) * self.rate + 1e-6) + 1 if now >= self._next else 0
        count = max(0, min(waiting, WINDOW - unanswered, self.times - self.sent))
        self.sent += count
        self._next = max(self._next + count / self.rate, now if count < waiting else 0.0)
        return count

    def wait(self, now: float) -> float:
        """Seconds until the next is due by time alone."""
        return max(0.0, self._next - now)
