"""WebSocket framing (RFC 6455): bytes in, messages out.

Whole masked frames with messages, which is nearly everything a client sends, pings, pongs and the answer to our
close are cut out here; fragments, other closes, oversized and broken frames go through the `websockets` library's Sans-I/O `Protocol`,
which also makes the answers to them that must be written back.
"""

import typing
from collections.abc import Callable
from struct import pack, unpack_from

from websockets.frames import Close, Frame, Opcode, apply_mask  # type: ignore[attr-defined] # has no stub of its own
from websockets.protocol import OPEN, SERVER, Protocol

from heliograph_relay.shell.payloads import Binary, Text

_FIN_TEXT = 0x81
_FIN_BINARY = 0x82
_FIN_CLOSE, _FIN_PING, _FIN_PONG = 0x88, 0x89, 0x8A
_MASKED = 0x80
#: Whether an opcode is a ping's, a pong's or a close's.
_CONTROL = 0x08
_PING = bytes((_FIN_PING, 0))

#: So many frames of one client are taken before the others have their turn: what one sends in a flood would
#: hold up everybody for as long as it takes to answer it.
MOST_FRAMES = 128
#: The same for bytes: large frames cost by their size.
MOST_BYTES = 65_536
_LONGEST_HEAD = 14

LastAlike = Callable[[bytes, int, int, int, int], int]


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


class Reader(typing.Protocol):
    """What a transport needs of a `FrameReader`; something else may stand in its place (`shell/tap.py`)."""

    has_more: bool
    is_over: bool
    last_alike: LastAlike | None

    def feed(self, data: bytes, /) -> list[bytes]:
        """Bytes in, messages out."""

    def answers(self) -> bytes:
        """What must be written back."""

    def close(self, code: int, reason: str) -> bytes:
        """The bytes of a close."""

    def fail(self, code: int, reason: str) -> bytes:
        """The bytes of a close because of a fault."""

    def ping(self) -> bytes:
        """The bytes of a ping."""


class FrameReader:
    """Cuts what a client sends into messages of at most `max_size` bytes.

    A message is `bytes` where it was of the kind that this reader is for (text that is not yet checked for
    UTF-8, or `binary`), and `Binary` or `Text` where it was of the other. After each `feed`, `answers()` is what
    must be written back; `has_more` says that `feed(b"")` would give more, `is_over` that nothing more will come.

    `last_alike(data, position, start, stop, end)` says where a later frame begins that makes this one at `position`
    needless, or `position` (`shell/acknowledgements.py`).
    """

    __slots__ = (
        "_answers", "_closing", "_fragments", "_head", "_max_size", "_opcode", "_protocol", "_rest", "has_more", "is_over", "last_alike",
    )  # fmt: skip

    def __init__(self, max_size: int, *, binary: bool = False, last_alike: LastAlike | None = None) -> None:
        self._head = _FIN_BINARY if binary else _FIN_TEXT
        self._max_size = max_size
        self.last_alike = last_alike
        #: Made when it is needed: most connections never are in need of it, and it is a third of their memory.
        self._protocol: Protocol | None = None
        #: Our close.
        self._closing: Close | None = None
        self._answers: list[bytes] = []
        self._rest = b""
        self._opcode: int | None = None
        self._fragments: bytearray | None = None
        self.has_more = False
        self.is_over = False

    def feed(self, data: bytes, most: int = MOST_FRAMES) -> list[bytes]:
        """Take bytes in, give whole messages out, in order: those of at most so many frames and `MOST_BYTES`, about."""
        if self._rest:
            data = self._rest + data
        if self._closing is not None:
            self._skim(data, most)
            return []
        messages: list[bytes] = []
        position, end = 0, len(data)
        ours, is_masked, max_size = self._head, _MASKED, self._max_size
        if end > MOST_BYTES:  # one whole frame at least is in it
            end = min(end, max(MOST_BYTES, max_size + _LONGEST_HEAD))
        is_all = end == len(data)
        while end - position >= 2 and most and not self.is_over:
            head, size_bits = data[position], data[position + 1]
            start, size = _measure(data, position, end, size_bits)
            if start < 0:
                break
            stop = start + size
            if size > max_size:
                # The library refuses it by its header alone; what follows is not kept.
                self._slowly(data[position:start], messages)
                position = end
            elif stop > end:
                break
            elif head == ours and size_bits >= is_masked and self._opcode is None:
                if self.last_alike is not None:
                    skipped = self.last_alike(data, position, start, stop, end) - position
                    start, stop = start + skipped, stop + skipped
                messages.append(apply_mask(data[start:stop], data[start - 4 : start]))
                position = stop
            else:
                if not (
                    size_bits >= is_masked and size < 126 and self._control(head, data[start - 4 : stop])
                ):
                    self._slowly(data[position:stop], messages)
                position = stop
            most -= 1
        self._rest = b"" if self.is_over else data[position:]
        self.has_more = (not most or not is_all) and len(self._rest) >= 2
        return messages

    def _skim(self, data: bytes, most: int) -> None:
        """After our close only pings and the peer's own matter; whoever talks on is not unmasked."""
        position, end = 0, len(data)
        while end - position >= 2 and most and not self.is_over:
            start, size = _measure(data, position, end, data[position + 1])
            stop = start + size
            if size > self._max_size:
                self._slowly(data[position:start], [])
            elif start < 0 or stop > end:
                break
            elif data[position] & _CONTROL and not (
                data[position + 1] >= _MASKED and self._control(data[position], data[start - 4 : stop])
            ):
                self._slowly(data[position:stop], [])
            position = stop
            most -= 1
        self._rest = b"" if self.is_over else data[position:]
        self.has_more = not most and len(self._rest) >= 2

    def answers(self) -> bytes:
        """What the protocol wants written back: pongs, the answer to a close, a failure."""
        if self._protocol is not None:
            self._answers += self._protocol.data_to_send()
        if not self._answers:
            return b""
        answers = b"".join(self._answers)
        self._answers.clear()
        return answers

    def close(self, code: int, reason: str) -> bytes:
        """The bytes of a close frame; none where the close has begun already."""
        if self._has_closed:
            return b""
        self._closing = Close(code, reason)
        if self._protocol is None:
            return text_frame(self._closing.serialize(), _FIN_CLOSE)
        self._protocol.send_close(code, reason)
        return self.answers()

    def fail(self, code: int, reason: str) -> bytes:
        """The bytes of the close frame for a peer that broke the protocol."""
        self._slow_path().fail(code, reason)
        return self.answers()

    def ping(self) -> bytes:
        """The bytes of a ping; none once the close has begun."""
        return b"" if self._has_closed else _PING

    @property
    def _has_closed(self) -> bool:
        """Whether a close has begun, by either side."""
        return self._closing is not None or (self._protocol is not None and self._protocol.state is not OPEN)

    def _control(self, head: int, masked: bytes) -> bool:
        """Deal with a ping, a pong or the answer to our close, given its mask and payload; False for anything else."""
        if head == _FIN_CLOSE and self._closing is not None:
            self.is_over = True
            return True
        if head == _FIN_PING:
            payload = apply_mask(masked[4:], masked[:4])
            self._answers.append(bytes((_FIN_PONG, len(payload))) + payload)
        return head in (_FIN_PING, _FIN_PONG)

    def _slow_path(self) -> Protocol:
        if self._protocol is None:
            self._protocol = Protocol(SERVER, state=OPEN, max_size=self._max_size)
            if self._closing is not None:
                self._protocol.send_close(self._closing.code, self._closing.reason)
                self._protocol.data_to_send()  # it has been written
        return self._protocol

    def _slowly(self, frame: bytes, messages: list[bytes]) -> None:
        protocol = self._slow_path()
        protocol.receive_data(frame)
        for event in protocol.events_received():
            if isinstance(event, Frame):
                self._collect(event, messages)
        self.is_over = protocol.close_rcvd is not None or protocol.parser_exc is not None

    def _collect(self, frame: Frame, messages: list[bytes]) -> None:
        """Put fragments together; the library has checked their order and their size in all."""
        if frame.opcode in (Opcode.TEXT, Opcode.BINARY):
            self._opcode, self._fragments = frame.opcode, bytearray()
        elif frame.opcode != Opcode.CONT:
            return
        assert self._fragments is not None
        self._fragments += frame.data
        if not frame.fin:
            return
        message = bytes(self._fragments)
        if self._opcode != self._head & 0x0F:
            message = Binary(message) if self._opcode == Opcode.BINARY else Text(message)
        messages.append(message)
        self._opcode = self._fragments = None


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
