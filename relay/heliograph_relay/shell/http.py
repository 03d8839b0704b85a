"""uvicorn's HTTP, with bounds on who is let in, how large a request's head may be, and how long a request may take."""

import asyncio
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from heliograph_relay.settings import Bounds
from heliograph_relay.shell.anteroom import Anteroom
from heliograph_relay.shell.door import Door, Place, TurnedAway
from heliograph_relay.shell.switchboard import Switchboard
from heliograph_relay.shell.websocket import WebSocketTransport

#: Seconds in which who was told no may read it.
_LINGER = 1.0

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """See the module. A request has `bounds.request_timeout` seconds: the first from the start, others from their
    first byte. Its head has `bounds.head_bytes` beyond the first that arrive of it.
    """

    def __init__(self, *args: Any, door: Door, anteroom: Anteroom, bounds: Bounds, **options: Any) -> None:
        super().__init__(*args, **options)
        self._door = door
        self._anteroom = anteroom
        self._bounds = bounds
        self._place: Place | None = None
        self._is_turned_away = False
        self._is_in_head = False
        self._head_size = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there: they may find no room, and may not wait for ever with what they want."""
        super().connection_made(transport)
        address = self.client[0] if self.client is not None else ""
        place = self._door.enter(address, self.loop.time())
        if isinstance(place, TurnedAway):
            self._turn_away(place)
            return
        self._place = place
        self._start_patience(self._bounds.request_timeout)

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._stop_patience()
        if self._place is not None:
            self._door.leave(self._place)
            self._place = None
        if self._is_turned_away:
            self._door.said_no()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Wait for a turn, and take in nothing else meanwhile."""
        if self._place is not None:
            self.transport.pause_reading()
            self._anteroom.wait(partial(self._take, data))

    def _take(self, data: bytes) -> None:
        """Give up on a request whose head does not end.

        What arrives together with the end of another request may be that one's, and is not counted.
        """
        if self._place is None or self.transport.is_closing():
            return
        if not self.flow.read_paused:  # uvicorn's own, while a body waits to be read
            self.transport.resume_reading()
        goes_on = self._is_in_head
        super().data_received(data)
        if not goes_on or not self._is_in_head:
            return
        self._head_size += len(data)
        if self._head_size > self._bounds.head_bytes:
            self._give_up(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request starts."""
        self._is_in_head = True
        self._head_size = 0
        if self._patience is None:
            self._start_patience(self._bounds.request_timeout)
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head has ended; bodies are bounded where they are read."""
        self._is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """It is all there; the answer takes no time that a peer could draw out."""
        self._stop_patience()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """The connection goes on as a WebSocket, and keeps its place."""
        self._stop_patience()
        super().handle_websocket_upgrade()
        socket = self.transport.get_protocol()
        if isinstance(socket, CountedWebSocket):
            socket.door, socket.place = self._door, self._place
            self._place = None

    def _turn_away(self, turned: TurnedAway) -> None:
        if not self._door.may_say_no():
            self.transport.abort()
            return
        self._is_turned_away = True
        self.transport.write(_answer(turned))
        self.transport.write_eof()
        # Not closed yet: the request that is under way would be answered by a reset, and nobody would read this.
        self._start_patience(_LINGER)

    def _start_patience(self, seconds: float) -> None:
        self._patience = self.loop.call_later(seconds, self._out_of_patience)

    def _stop_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _out_of_patience(self) -> None:
        self._patience = None
        # Who was refused without being read to the end has had an answer.
        cycle: RequestResponseCycle | None = self.cycle
        is_answered = not self._is_in_head and cycle is not None and cycle.response_started
        self._give_up(b"" if self._is_turned_away or is_answered else _TOO_SLOW)

    def _give_up(self, answer: bytes) -> None:
        if self.transport.is_closing():
            return
        if answer:
            self.transport.write(answer)
        self.transport.close()


class CountedWebSocket(WebSocketTransport):
    """A WebSocket that gives its place back when it ends."""

    __slots__ = ("door", "place")

    def __init__(self, switchboard: Switchboard) -> None:
        super().__init__(switchboard)
        self.door: Door | None = None
        self.place: Place | None = None

    def connection_lost(self, error: Exception | None) -> None:
        """The socket is gone."""
        if self.place is not None and self.door is not None:
            self.door.leave(self.place)
            self.place = None
        super().connection_lost(error)


def _answer(turned: TurnedAway) -> bytes:
    head = (
        f"HTTP/1.1 {turned.status}\r\ncontent-type: text/plain; charset=utf-8\r\nretry-after: 5\r\n"
        f"content-length: {len(turned.words)}\r\nconnection: close\r\n\r\n"
    )
    return (head + turned.words).encode()
