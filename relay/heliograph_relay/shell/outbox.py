"""What waits to be written to one peer, and the rule for a peer that does not read."""

from collections import deque
from typing import Protocol

#: The transport says stop at so many bytes of its own buffer; from there on an outbox queues.
HIGH_WATER = 65_536


class Pipe(Protocol):
    """What an outbox writes to: the part of asyncio's transports that it needs."""

    def write(self, data: bytes, /) -> None:
        """Write, or buffer."""


class Outbox:
    """Whole frames on their way to one peer; at most `bound` bytes wait while the peer does not read.

    docs/PROTOCOL.md, Rules: "A slow reader never slows others". What the transport itself buffers
    (`HIGH_WATER`) does not count, and neither do the steps of a replay, which wait for the peer.
    """

    __slots__ = ("_bound", "_pipe", "_queue", "_size", "is_paused")

    def __init__(self, pipe: Pipe, bound: int) -> None:
        self._pipe = pipe
        self._bound = bound
        self._queue: deque[bytes] = deque()
        self._size = 0
        self.is_paused = False

    def turn_to(self, pipe: Pipe) -> None:
        """Write to this pipe from now on (`shell/tap.py`)."""
        self._pipe = pipe

    def write(self, frames: bytes) -> bool:
        """Take whole frames; False when the queue is over its bound and somebody has to act."""
        if not self.is_paused:
            self._pipe.write(frames)
            return True
        self._queue.append(frames)
        self._size += len(frames)
        return self._size <= self._bound

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return self._size

    def drop(self) -> None:
        """Forget what waits. What the transport has taken is whole frames, and will be written."""
        self._queue.clear()
        self._size = 0

    def pause(self) -> None:
        """The transport's own buffer is full."""
        self.is_paused = True

    def resume(self) -> None:
        """The peer reads again: hand over what waits, until the transport says stop."""
        self.is_paused = False
        while self._queue and not self.is_paused:
            frames = self._queue.popleft()
            self._size -= len(frames)
            self._pipe.write(frames)
