"""uvicorn's HTTP, with a bound on how much a request's head may be."""

from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

#: Bytes of request line and headers beyond the first that arrive of it.
MAX_HEAD_BYTES = 65_536

_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\ncontent-type: text/plain\r\n"
    b"content-length: 0\r\nconnection: close\r\n\r\n"
)


class BoundedHttp(HttpToolsProtocol):
    """See the module."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._is_in_head = False
        self._head_size = 0

    def data_received(self, data: bytes) -> None:
        """Give up on a request whose head does not end.

        What arrives together with the end of another request may be that one's, and is not counted.
        """
        goes_on = self._is_in_head
        super().data_received(data)
        if not goes_on or not self._is_in_head:
            return
        self._head_size += len(data)
        if self._head_size > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request starts."""
        self._is_in_head = True
        self._head_size = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """Its head has ended; bodies are bounded where they are read."""
        self._is_in_head = False
        super().on_headers_complete()
