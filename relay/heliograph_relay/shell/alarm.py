"""One call at the time that is nearest."""

import asyncio
from collections.abc import Callable


class Alarm:
    """Calls `ring` when the time that it was last set to has come; times are the loop's own, in seconds.

    It keeps the time itself: for one that has come already uvloop's `call_at` gives a handle that does not know it.
    """

    __slots__ = ("_at", "_handle", "_loop", "_ring")

    def __init__(self, ring: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._ring = ring
        self._handle: asyncio.Handle | None = None
        self._at = 0.0

    def set(self, at: float | None) -> None:
        """Ring at this time, or (None) never. An earlier time that was set stands, and may find nothing to do."""
        if self._handle is not None:
            if at is not None and self._at <= at:
                return
            self._handle.cancel()
            self._handle = None
        if at is not None:
            self._at = at
            self._handle = self._loop.call_at(at, self._due)

    def _due(self) -> None:
        self._handle = None
        self._ring()
