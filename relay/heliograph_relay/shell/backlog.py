"""A bound on what waits for all slow readers together; the longest queues give way first.

One reader's queue has its own bound (`Outbox`); a thousand of them would still be a thousand times as much. The sum is
looked at four times a second while somebody is slow, so that a write costs nothing more.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from heliograph_relay.shell.switchboard import Switchboard
    from heliograph_relay.shell.websocket import WebSocketTransport

log = logging.getLogger(__name__)

#: Seconds between two looks.
STEP = 0.25


class Backlog:
    """See the module. `most`: bytes in all queues; what several wait for counts for each of them."""

    def __init__(self, switchboard: "Switchboard", most: int) -> None:
        self._switchboard = switchboard
        self._most = most
        self._slow: set[WebSocketTransport] = set()
        self._is_due = False

    @property
    def size(self) -> int:
        """Bytes that wait in all."""
        return sum(transport.outbox.size for transport in self._slow)

    def note(self, transport: "WebSocketTransport") -> None:
        """This one has stopped reading."""
        self._slow.add(transport)
        if not self._is_due:
            self._is_due = True
            asyncio.get_running_loop().call_later(STEP, self._look)

    def _look(self) -> None:
        self._is_due = False
        here = self._switchboard.transports
        self._slow = {t for t in self._slow if t.outbox.is_paused and t in here}
        excess = self.size - self._most
        if excess > 0:
            self.let_go(excess + self._most // 10)
        if self._slow:
            self._is_due = True
            asyncio.get_running_loop().call_later(STEP, self._look)

    def let_go(self, enough: int) -> None:
        """Let go of the slowest readers until so many bytes less wait; they may resume."""
        count = 0
        for transport in sorted(self._slow, key=lambda t: t.outbox.size, reverse=True):
            if enough <= 0 or not transport.outbox.size:
                break
            if not transport.is_closing:
                enough -= transport.outbox.size
                count += 1
                self._switchboard.overrun(transport)
        log.info("the queues of all readers are full: %d of the slowest are let go", count)
