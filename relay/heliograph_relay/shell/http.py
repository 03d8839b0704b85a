"""uvicorn's HTTP, with bounds on how large a request's head may be, and how long a request may take."""

import asyncio
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from heliograph_relay.settings import Bounds
from heliograph_relay.shell.anteroom import Anteroom
from heliograph_relay.shell.door import Place
from heliograph_relay.shell.handshake import answer
from heliograph_relay.shell.switchboard import Switchboard
from heliograph_relay.shell.websocket import WebSocketTransport

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
#: The answer to a request that does not come.
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """See the module. A request has `bounds.request_timeout` seconds from its first byte; the first of a connection,
    which `shell/newcomer.py` has waited for already, the `patience` that is left. Its head has `bounds.head_bytes`
    beyond the first that arrive of it.
    """

    def __init__(
        self,
        *args: Any,
        switchboard: Switchboard,
        anteroom: Anteroom,
        bounds: Bounds,
        place: Place | None,
        patience: float,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._switchboard = switchboard
        self._anteroom = anteroom
        self._bounds = bounds
        self._place = place
        self._is_in_head = False
        self._head_size = 0
        self._patience: asyncio.TimerHandle | None = None
        self._start_patience(patience)

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._stop_patience()
        if self._place is not None:
            self._place.leave()
            self._place = None
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override] # uvicorn always closes
        """They ask no more: the last answer is theirs, if all of its request is there."""
        cycle: RequestResponseCycle | None = self.cycle
        if cycle is None or cycle.more_body or cycle.response_complete:
            return False
        cycle.keep_alive = False
        return True

    def data_received(self, data: bytes) -> None:
        """Wait for a turn, and take in nothing else meanwhile."""
        self.transport.pause_reading()
        self._anteroom.wait(partial(self.take, data))

    def take(self, data: bytes) -> None:
        """Read what has come, in its turn. Give up on a request whose head does not end.

        What arrives together with the end of another request may be that one's, and is not counted.
        """
        if self.transport.is_closing():
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
        """The connection goes on as a WebSocket if it may, and keeps its place."""
        self._stop_patience()
        switchboard, place = self._switchboard, self._place
        if place is None or self.transport.is_closing():
            return
        opentok = switchboard.opentok_for(place.address) is not None
        response, opening = answer(self._head(), is_draining=switchboard.is_draining, opentok=opentok)
        if opening is None:
            self.transport.write(response)
            self.transport.close()
            return
        socket = WebSocketTransport(switchboard, self.transport, place, opening)
        self._place = None
        self.connections.discard(self)
        socket.start(response, returning=opening.returning)

    def _head(self) -> bytes:
        """The head of the request, of which only its parts are left."""
        lines = [self.scope["method"].encode() + b" " + self.url + b" HTTP/1.1"]
        lines += [name + b": " + value for name, value in self.headers]
        return b"\r\n".join(lines) + b"\r\n\r\n"

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
        self._give_up(b"" if is_answered else TOO_SLOW)

    def _give_up(self, answer: bytes) -> None:
        if self.transport.is_closing():
            return
        if answer:
            self.transport.write(answer)
        self.transport.close()
