"""uvicorn's HTTP, with bounds on how much a request's head may be, and on how long it may take."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes of request line and headers beyond the first that arrive of it.
MAX_HEAD_BYTES = 65_536
#: Seconds for a head: of the first request from the start, of others from their first byte.
HEAD_SECONDS = 10.0

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)
_TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """See the module."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_in_head = False
        self._head_size = 0
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is there, and may not wait for ever with what they want."""
        super().connection_made(transport)
        self._start_patience()

    def connection_lost(self, exc: Exception | None) -> None:
        """They are gone."""
        self._stop_patience()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Give up on a request whose head does not end.

        What arrives together with the end of another request may be that one's, and is not counted.
        """
        goes_on = self._is_in_head
        super().data_received(data)
        if not goes_on or not self._is_in_head:
            return
        self._head_size += len(data)
        if self._head_size > MAX_HEAD_BYTES:
            self._give_up(_TOO_LARGE)

    def on_message_begin(self) -> None:
        """A request starts."""
        self._is_in_head = True
        self._head_size = 0
        if self._patience is None:
            self._start_patience()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head has ended; bodies are bounded where they are read."""
        self._is_in_head = False
        self._stop_patience()
        super().on_headers_complete()

    def _start_patience(self) -> None:
        self._patience = self.loop.call_later(HEAD_SECONDS, self._give_up, _TOO_SLOW)

    def _stop_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _give_up(self, answer: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(answer)
            self.transport.close()
