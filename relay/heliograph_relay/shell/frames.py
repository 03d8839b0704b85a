"""WebSocket framing (RFC 6455): bytes in, messages out.

Whole masked text frames, which is nearly everything a client sends, are cut out here; control frames,
fragments, oversized and broken frames go through the `websockets` library's Sans-I/O `Protocol`,
which also makes the answers (pong, close) that must be written back.
"""

from struct import pack, unpack_from

from websockets.frames import Frame, Opcode, apply_mask  # type: ignore[attr-defined] # has no stub of its own
from websockets.protocol import OPEN, SERVER, Protocol

_FIN_TEXT = 0x81
_FIN_BINARY = 0x82
_MASKED = 0x80


def text_frame(payload: bytes, head: int = _FIN_TEXT) -> bytes:
    """One unmasked text frame, as a server sends it."""
    size = len(payload)
    if size < 126:
        return bytes((head, size)) + payload
    if size < 65_536:
        return pack("!BBH", head, 126, size) + payload
    return pack("!BBQ", head, 127, size) + payload


def binary_frame(payload: bytes) -> bytes:
    """One unmasked binary frame."""
    return text_frame(payload, _FIN_BINARY)


class Binary(bytes):
    """A message that came in binary frames to a reader of text."""

    __slots__ = ()


class Text(bytes):
    """A message that came in text frames to a reader of binary ones."""

    __slots__ = ()


class FrameReader:
    """Cuts what a client sends into messages of at most `max_size` bytes.

    A message is `bytes` where it was of the kind that this reader is for (text that is not yet checked for
    UTF-8, or `binary`), and `Binary` or `Text` where it was of the other. After each `feed`, `answers()` is what must be written back; `is_over` says that nothing more will come.
    """

    __slots__ = ("_fragments", "_head", "_max_size", "_opcode", "_protocol", "_rest")

    def __init__(self, max_size: int, *, binary: bool = False) -> None:
        self._head = _FIN_BINARY if binary else _FIN_TEXT
        self._max_size = max_size
        self._protocol = Protocol(SERVER, state=OPEN, max_size=max_size)
        self._rest = b""
        self._opcode: int | None = None
        self._fragments = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        """Take bytes in, give whole messages out, in order."""
        if self._rest:
            data = self._rest + data
        messages: list[bytes] = []
        position, end = 0, len(data)
        while end - position >= 2 and not self.is_over:
            head, size_bits = data[position], data[position + 1]
            start, size = _measure(data, position, end, size_bits)
            if start < 0:
                break
            stop = start + size
            if size > self._max_size:
                # The library refuses it by its header alone; what follows is not kept.
                self._slowly(data[position:start], messages)
                position = end
            elif stop > end:
                break
            elif head == self._head and size_bits >= _MASKED and self._opcode is None:
                messages.append(apply_mask(data[start:stop], data[start - 4 : start]))
                position = stop
            else:
                self._slowly(data[position:stop], messages)
                position = stop
        self._rest = data[position:]
        return messages

    def answers(self) -> bytes:
        """What the protocol wants written back: pongs, the answer to a close, a failure."""
        return b"".join(self._protocol.data_to_send())

    def close(self, code: int, reason: str) -> bytes:
        """The bytes of a close frame; none where the close has begun already."""
        if self._protocol.state is not OPEN:
            return b""
        self._protocol.send_close(code, reason)
        return self.answers()

    def fail(self, code: int, reason: str) -> bytes:
        """The bytes of the close frame for a peer that broke the protocol."""
        self._protocol.fail(code, reason)
        return self.answers()

    def ping(self) -> bytes:
        """The bytes of a ping; none once the close has begun."""
        if self._protocol.state is not OPEN:
            return b""
        self._protocol.send_ping(b"")
        return self.answers()

    @property
    def is_over(self) -> bool:
        """Whether the peer has closed or broken the protocol: the transport should be closed."""
        return self._protocol.close_rcvd is not None or self._protocol.parser_exc is not None

    def _slowly(self, frame: bytes, messages: list[bytes]) -> None:
        self._protocol.receive_data(frame)
        for event in self._protocol.events_received():
            if isinstance(event, Frame):
                self._collect(event, messages)

    def _collect(self, frame: Frame, messages: list[bytes]) -> None:
        """Put fragments together; the library has checked their order and their size in all."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._opcode = frame.opcode
        elif frame.opcode != Opcode.CONT:
            return
        self._fragments += frame.data
        if not frame.fin:
            return
        message = bytes(self._fragments)
        if self._opcode != self._head & 0x0F:
            message = Binary(message) if self._opcode == Opcode.BINARY else Text(message)
        messages.append(message)
        self._fragments.clear()
        self._opcode = None


def _measure(data: bytes, position: int, end: int, size_bits: int) -> tuple[int, int]:
    """Where the payload of the frame at `position` starts, and its size; start is -1 if not all is there."""
    size = size_bits & 0x7F
    start = position + (6 if size_bits >= _MASKED else 2)
    if size == 126:
        if end < position + 4:
            return -1, 0
        size = data[position + 2] << 8 | data[position + 3]
        start += 2
    elif size == 127:
        if end < position + 10:
            return -1, 0
        (size,) = unpack_from("!Q", data, position + 2)
        start += 8
    return (start, size) if start <= end else (-1, 0)
