"""Two streams that come on different ways, brought into the order in which the relay knew of them. Pure.

What happens in a session comes over the WebSocket, frames of its wire over the relay's standard output. Each is in
order, and a frame says which entry of the log was the last one at its moment; but which stream is faster, nobody
knows. So each waits a little for the other.
"""

from collections import deque
from collections.abc import Callable

from msgspec import Struct

#: How long either waits for the other, and how long one step may take, in seconds; how many frames may wait.
WAITING, STEP = 0.06, 0.006
MOST_FRAMES = 50_000


class _Item(Struct, gc=False):
    """`seq`: of an event its entry in the log, None where it has none; of a frame the last entry before it."""

    seq: int | None
    due: float
    act: Callable[[], object]


class Confluence:
    """Events and frames go in with what is to be done; `flow` does it, in order.

    `clock` gives monotonic seconds; `wanted` is called whenever something goes in: `flow` is to be called until
    nothing waits.
    """

    def __init__(self, clock: Callable[[], float], wanted: Callable[[], None]) -> None:
        self._clock, self._wanted = clock, wanted
        self._events: deque[_Item] = deque()
        self._frames: deque[_Item] = deque()

    def __bool__(self) -> bool:
        """Whether anything waits."""
        return bool(self._events or self._frames)

    def event(self, seq: int | None, act: Callable[[], object]) -> None:
        """Something has happened in the session; `seq` is its entry in the log, None where it has none."""
        self._events.append(_Item(seq, self._clock() + WAITING, act))
        self._wanted()

    def frame(self, seq: int, act: Callable[[], object]) -> None:
        """A frame has passed when `seq` was the last entry of the log."""
        self._frames.append(_Item(seq, self._clock() + WAITING, act))
        self._wanted()

    @property
    def room(self) -> int:
        """How many more frames may wait."""
        return MOST_FRAMES - len(self._frames)

    def flow(self) -> None:
        """Do what has waited long enough, and what must come before that; no more of it than is a short step."""
        now = self._clock()
        while (stream := self._next(now)) is not None:
            stream.popleft().act()
            if self._clock() - now > STEP:
                return

    def flow_all(self) -> None:
        """Nothing waits any more."""
        while (stream := self._next(float("inf"))) is not None:
            stream.popleft().act()

    def _next(self, now: float) -> deque[_Item] | None:
        """Where what comes next stands; None while that has to wait."""
        event, frame = (stream[0] if stream else None for stream in (self._events, self._frames))
        if event is None or frame is None:
            item = event or frame
            return None if item is None or item.due > now else self._events if item is event else self._frames
        entry = next((item.seq for item in self._events if item.seq is not None), None)
        assert frame.seq is not None
        if entry is not None and frame.seq >= entry:
            first = self._events
        elif event.seq is not None or frame.due <= event.due:
            first = self._frames
        else:
            first = self._events
        return first if min(event.due, frame.due) <= now else None
