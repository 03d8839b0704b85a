"""WebSocket pings, and giving up on peers that answer nothing (docs/PROTOCOL.md, Rules: Keep-alive)."""

import asyncio
from collections.abc import Collection

from heliograph_relay.shell.websocket import WebSocketTransport


class KeepAlive:
    """One sweep over all transports of a kind instead of a timer for each.

    Pings who was not asked for `interval` seconds, and cuts who has sent nothing at all for `timeout`
    seconds after a ping. An interval of 0 switches it off. `binary`: the transports of OpenTok's wire are
    swept, else those of heliograph.v1.
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

    def start(self) -> None:
        """Begin to sweep."""
        if self._interval > 0:
            self._timer = self._loop.call_later(self._step, self._sweep)

    def stop(self) -> None:
        """Sweep no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _sweep(self) -> None:
        now = self._loop.time()
        for transport in list(self._transports):
            if transport.wire.binary is self._binary:
                self._look_at(transport, now)
        self._timer = self._loop.call_later(self._step, self._sweep)

    def _look_at(self, transport: WebSocketTransport, now: float) -> None:
        pinged = transport.pinged
        if pinged is None:
            if now - transport.opened >= self._interval:
                transport.ping(now)
        # Loop clocks may stand still for a millisecond: an answer within it is one.
        elif transport.heard >= pinged:
            if now - pinged >= self._interval:
                transport.ping(now)
        elif now - pinged >= self._timeout:
            transport.abort()
