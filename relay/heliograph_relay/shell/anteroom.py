"""Newcomers take turns: however many come at once, only a few are dealt with before the members are heard again."""

import asyncio
from collections import deque
from collections.abc import Callable

#: Requests and handshakes that are dealt with in one turn of the loop. A request takes about 0.3 ms.
A_TURN = 2


class Anteroom:
    """Calls what waits, in order, `A_TURN` in each turn of the event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Callable[[], None]] = deque()
        self._is_due = False

    def wait(self, call: Callable[[], None]) -> None:
        """Have this called in its turn."""
        self._waiting.append(call)
        if not self._is_due:
            self._is_due = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._is_due = False
        try:
            for _ in range(min(A_TURN, len(self._waiting))):
                self._waiting.popleft()()
        finally:  # where one fails, the others still have their turns
            if self._waiting and not self._is_due:
                self._is_due = True
                self._loop.call_soon(self._turn)
