"""WebSocket pings, and giving up on peers that answer nothing (docs/PROTOCOL.md, Rules: Keep-alive)."""

import asyncio
from collections.abc import Collection

from heliograph_relay.shell.progress import Progress
from heliograph_relay.shell.websocket import WebSocketTransport


class KeepAlive:
    """One sweep over all transports of a kind instead of a timer for each.

    Pings who was not asked for `interval` seconds, and cuts who has sent nothing at all for `timeout`
    seconds after a ping; where the ping is behind what the peer reads slowly, since it last got on with that.
    An interval of 0 switches it off. `binary`: the transports of OpenTok's wire are swept, else those of
    heliograph.v1.
    """

    def __init__(
        self,
        transports: Collection[WebSocketTransport],
        *,
        interval: float,
        timeout: float,
        binary: bool = False,
    ) -> None:
        self._transports = transports
        self._binary = binary
        self._interval = interval
        self._timeout = timeout
        self._step = min(interval, timeout) / 4
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._behind: dict[WebSocketTransport, _Way] = {}

    def start(self) -> None:
        """Begin to sweep."""
        if self._interval > 0:
            self._timer = self._loop.call_later(self._step, self._sweep)

    def stop(self) -> None:
        """Sweep no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _sweep(self) -> None:
        # Whatever fails in this sweep, there is another.
        self._timer = self._loop.call_later(self._step, self._sweep)
        now = self._loop.time()
        if self._behind:
            self._behind = {t: way for t, way in self._behind.items() if t in self._transports}
        for transport in list(self._transports):
            if transport.wire.binary is self._binary:
                self._look_at(transport, now)

    def _look_at(self, transport: WebSocketTransport, now: float) -> None:
        pinged = transport.pinged
        if pinged is None:
            if now - transport.opened >= self._interval:
                self._ping(transport, now)
        # Loop clocks may stand still for a millisecond: an answer within it is one.
        elif transport.heard >= pinged:
            if now - pinged >= self._interval:
                self._ping(transport, now)
        elif now - self._due_since(transport, pinged, now) >= self._timeout:
            transport.abort()

    def _ping(self, transport: WebSocketTransport, now: float) -> None:
        self._behind.pop(transport, None)
        if transport.outbox.is_paused and (progress := transport.progress()) is not None:
            self._behind[transport] = _Way(progress, now)
        transport.ping(now)

    def _due_since(self, transport: WebSocketTransport, pinged: float, now: float) -> float:
        """From when on an answer was to be expected: from the last progress of what the ping is behind."""
        way = self._behind.get(transport)
        if way is None:
            return pinged
        progress = transport.progress()
        if progress is not None and way.acknowledged < min(progress.acknowledged, way.arrives):
            way.acknowledged, way.since = progress.acknowledged, now
        return way.since


class _Way:
    """A ping on its way behind what a slow reader has yet to read: it arrives with so many acknowledged bytes."""

    __slots__ = ("acknowledged", "arrives", "since")

    def __init__(self, progress: Progress, now: float) -> None:
        self.acknowledged = progress.acknowledged
        self.arrives = progress.acknowledged + progress.waiting
        self.since = now
