"""Rumor: the binary frames that OpenTok clients speak over a WebSocket. Big-endian::

0-3   u32: the length of what follows
4-5   0
6     type
7     number of addresses, each: u16 length, UTF-8
next  u8 number of headers, each: u16 length, UTF-8 name, u16 length, UTF-8 value
rest  body
"""

from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from struct import Struct as Layout
from struct import error as struct_error
from types import MappingProxyType
from typing import NamedTuple

from heliograph_relay.protocol.problems import InvalidSignal


class Kind(IntEnum):
    """What a frame is for. A client that is sent any other type throws."""

    SUBSCRIBE = 0
    UNSUBSCRIBE = 1
    MESSAGE = 2
    CONNECT = 3
    DISCONNECT = 4
    PING = 7
    PONG = 8
    STATUS = 9


class Frame(NamedTuple):
    """One Rumor frame."""

    kind: Kind
    addresses: tuple[str, ...] = ()
    headers: Mapping[str, str] = MappingProxyType({})
    body: bytes = b""


class BadFrame(InvalidSignal):
    """The bytes are no frame that could be answered."""


_KINDS = {kind.value: kind for kind in Kind}
_HEAD = Layout("!IHBB")
_START = _HEAD.size


def decode(data: bytes) -> Frame:
    """Read one frame.

    Raises:
        BadFrame: the lengths do not fit the bytes, the type is unknown, or a name is no UTF-8.
    """
    try:
        kind, count = _opening(data)
        addresses, position = _texts(data, _START, count)
        texts, position = _texts(data, position + 1, 2 * data[position])
    except (struct_error, IndexError):
        raise BadFrame("the frame ends too early") from None
    except UnicodeDecodeError:
        raise BadFrame("an address or header is no UTF-8") from None
    if kind not in _KINDS:
        raise BadFrame(f"there is no frame of type {kind}")
    headers = dict(zip(texts[::2], texts[1::2], strict=True))
    return Frame(_KINDS[kind], tuple(addresses), headers, data[position:])


def encode(
    kind: Kind, headers: Mapping[str, str] | None = None, body: bytes = b"", addresses: Sequence[str] = ()
) -> bytes:
    """Write one frame."""
    headers = headers or {}
    parts = [bytes((0, 0, kind, len(addresses))), *map(_text, addresses), bytes((len(headers),))]
    for name, value in headers.items():
        parts += (_name(name), _text(value))
    parts.append(body)
    rest = b"".join(parts)
    return len(rest).to_bytes(4) + rest


def places(data: bytes) -> list[tuple[bytes, int, int]]:
    """From where to where addresses, the values of headers and the body stand, each with its header's name or b"".

    Raises:
        BadFrame: the lengths do not fit the bytes.
    """
    try:
        _, count = _opening(data)
        addresses, position = _places(data, _START, count)
        texts, position = _places(data, position + 1, 2 * data[position])
    except (struct_error, IndexError):
        raise BadFrame("the frame ends too early") from None
    found = [(b"", begin, end) for begin, end in addresses]
    for (start, stop), (begin, end) in zip(texts[::2], texts[1::2], strict=True):
        found.append((data[start:stop], begin, end))
    return [*found, (b"", position, len(data))]


class Form:
    """Frames of one kind whose headers always have the same names, and that have no address.

    What all of them share is made once: nearly everything that a relay says to OpenTok clients is of two forms.
    """

    __slots__ = ("_head", "_names")

    def __init__(self, kind: Kind, *names: str) -> None:
        first, *others = map(_text, names)
        self._head = bytes((0, 0, kind, 0, len(names))) + first
        self._names = (*others, b"")

    def frame(self, body: bytes, *values: str) -> bytes:
        """Write one, with these values of the headers, in order."""
        parts = [self._head]
        for value, name in zip(values, self._names, strict=True):
            raw = value.encode()
            parts += (len(raw).to_bytes(2), raw, name)
        parts.append(body)
        rest = b"".join(parts)
        return len(rest).to_bytes(4) + rest


def kind_of(data: bytes) -> int | None:
    """The type byte of what may be a frame."""
    return data[6] if len(data) >= _START else None


def header_of(data: bytes, name: bytes) -> bytes:
    """The value after the first occurrence of a header's name, without reading the rest; b"" if there is none.

    For the acknowledgements of a full room, which are most of what a relay is sent, and where a frame that
    lies deceives nobody but its sender.
    """
    position = data.find(name, _START) + len(name)
    if position < len(name) or position + 2 > len(data):
        return b""
    size = data[position] << 8 | data[position + 1]
    value = data[position + 2 : position + 2 + size]
    return value if len(value) == size else b""


def _opening(data: bytes) -> tuple[int, int]:
    """The type, and how many addresses follow."""
    size, zero, kind, count = _HEAD.unpack_from(data)
    if size != len(data) - 4 or zero:
        raise BadFrame("the frame's own length is wrong")
    return kind, count


def _texts(data: bytes, position: int, count: int) -> tuple[list[str], int]:
    texts = []
    for _ in range(count):
        start = position + 2
        position = start + (data[position] << 8 | data[position + 1])
        texts.append(data[start:position].decode())
    if position > len(data):
        raise BadFrame("the frame ends too early")
    return texts, position


def _places(data: bytes, position: int, count: int) -> tuple[list[tuple[int, int]], int]:
    places = []
    for _ in range(count):
        start = position + 2
        position = start + (data[position] << 8 | data[position + 1])
        places.append((start, position))
    if position > len(data):
        raise BadFrame("the frame ends too early")
    return places, position


def _text(text: str) -> bytes:
    raw = text.encode()
    return len(raw).to_bytes(2) + raw


#: The few names that headers have.
_name = lru_cache(maxsize=64)(_text)
