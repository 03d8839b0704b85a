"""A connection from its first moment until it is known what it wants: a WebSocket, or the HTTP server.

Nearly everybody sends a whole and ordinary upgrade request first and becomes a WebSocket at once
(`handshake.let_in`). Whatever else comes is the HTTP server's, the upgrades that it finds in it included.
"""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from msgspec import Struct

from heliograph_relay.settings import Bounds
from heliograph_relay.shell.anteroom import Anteroom
from heliograph_relay.shell.door import Door, Place, TurnedAway
from heliograph_relay.shell.handshake import let_in
from heliograph_relay.shell.http import TOO_SLOW, BoundedHttp
from heliograph_relay.shell.switchboard import Switchboard
from heliograph_relay.shell.websocket import WebSocketTransport

#: Seconds in which who was told no may read it.
_LINGER = 1.0


class Entrance(Struct, frozen=True):
    """What all newcomers share."""

    door: Door
    anteroom: Anteroom
    bounds: Bounds
    switchboard: Switchboard


class Newcomer(asyncio.Protocol):
    """See the module. `http` makes what serves HTTP; `connections` are those that end with the HTTP server.

    It has `bounds.request_timeout` seconds from its first moment to the end of its first request.
    """

    __slots__ = (
        "_connections", "_data", "_entrance", "_http", "_is_ended", "_is_turned_away", "_patience", "_place", "_transport",
        "_until",
    )  # fmt: skip

    def __init__(self, entrance: Entrance, http: Callable[..., BoundedHttp], connections: "set[Any]") -> None:
        self._entrance = entrance
        self._http = http
        self._connections = connections
        self._transport: asyncio.Transport
        self._place: Place | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._until = 0.0
        self._data = b""
        self._is_ended = self._is_turned_away = False

    # From the event loop

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there: they may find no room, and may not wait for ever with what they want."""
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)
        peer = transport.get_extra_info("peername")
        if peer is None:  # it has reset the connection meanwhile
            self._transport.abort()
            return
        now = self._entrance.switchboard.now()
        place = self._entrance.door.enter(str(peer[0]), now)
        if isinstance(place, TurnedAway):
            self._turn_away(place)
        else:
            self._place = place
            self._wait(self._entrance.bounds.request_timeout, now)

    def data_received(self, data: bytes) -> None:
        """Wait for a turn; what comes meanwhile belongs to the same request, and little of it is taken in."""
        if self._place is None:
            return
        if self._data:
            self._transport.pause_reading()
        else:
            self._entrance.anteroom.wait(self._look)
        self._data += data

    def eof_received(self) -> bool:
        """They ask no more; whoever waits for an answer gets it."""
        self._is_ended = True
        return bool(self._data)

    def connection_lost(self, error: Exception | None) -> None:
        """They are gone."""
        place = self._let_go()
        if place is not None:
            place.leave()
        if self._is_turned_away:
            self._entrance.door.said_no()

    # From the HTTP server

    def shutdown(self) -> None:
        """The relay ends."""
        self._transport.close()

    # What they want

    def _look(self) -> None:
        transport, switchboard, data = self._transport, self._entrance.switchboard, self._data
        if self._place is None or transport.is_closing():
            return
        transport.resume_reading()
        opentok = switchboard.opentok_for(self._place.address) is not None
        answer = let_in(data, is_draining=switchboard.is_draining, opentok=opentok)
        if answer is None or self._is_ended:
            self._serve(data)
            return
        response, opening = answer
        socket = WebSocketTransport(switchboard, transport, self._place, opening)
        self._let_go()
        socket.start(response, returning=opening.returning)

    def _serve(self, data: bytes) -> None:
        """The HTTP server takes over, in what is left of the time for the first request."""
        transport, left = self._transport, self._until - self._entrance.switchboard.now()
        http = self._http(place=self._let_go(), patience=left)
        transport.set_protocol(http)
        http.connection_made(transport)
        http.take(data)
        if self._is_ended and not http.eof_received():
            transport.close()

    def _let_go(self) -> Place | None:
        """Another protocol takes over, or none: what this one has of the connection ends."""
        self._connections.discard(self)
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        place, self._place = self._place, None
        return place

    # Whoever is not let in, or does not say what they want

    def _turn_away(self, turned: TurnedAway) -> None:
        door = self._entrance.door
        if not door.may_say_no():
            self._transport.abort()
            return
        self._is_turned_away = True
        self._transport.write(turned.answer)
        self._transport.write_eof()
        # Not closed yet: the request that is under way would be answered by a reset, and nobody would read this.
        self._wait(_LINGER, self._entrance.switchboard.now())

    def _wait(self, seconds: float, now: float) -> None:
        self._until = now + seconds
        self._patience = asyncio.get_running_loop().call_at(self._until, self._out_of_patience)

    def _out_of_patience(self) -> None:
        self._patience = None
        if not self._transport.is_closing():
            if not self._is_turned_away:
                self._transport.write(TOO_SLOW)
            self._transport.close()
