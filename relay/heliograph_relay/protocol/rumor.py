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
from struct import error as struct_error
from struct import pack, pack_into, unpack_from

from msgspec import Struct

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


class Frame(Struct, frozen=True, kw_only=True):
    """One Rumor frame."""

    kind: Kind
    addresses: tuple[str, ...] = ()
    headers: Mapping[str, str] = {}
    body: bytes = b""


class BadFrame(InvalidSignal):
    """The bytes are no frame that could be answered."""


_KINDS = {kind.value: kind for kind in Kind}
_START = 8


def decode(data: bytes) -> Frame:
    """Read one frame.

    Raises:
        BadFrame: the lengths do not fit the bytes, the type is unknown, or a name is no UTF-8.
    """
    try:
        size, zero, kind, count = unpack_from("!IHBB", data)
        if size != len(data) - 4 or zero:
            raise BadFrame("the frame's own length is wrong")
        addresses, position = _texts(data, _START, count)
        texts, position = _texts(data, position + 1, 2 * data[position])
        text = [item.decode() for item in addresses]
        headers = dict(zip(*[iter([item.decode() for item in texts])] * 2, strict=True))
    except (struct_error, IndexError):
        raise BadFrame("the frame ends too early") from None
    except UnicodeDecodeError:
        raise BadFrame("an address or header is no UTF-8") from None
    if kind not in _KINDS:
        raise BadFrame(f"there is no frame of type {kind}")
    return Frame(kind=_KINDS[kind], addresses=tuple(text), headers=headers, body=data[position:])


def encode(
    kind: Kind, headers: Mapping[str, str] | None = None, body: bytes = b"", addresses: Sequence[str] = ()
) -> bytes:
    """Write one frame."""
    headers = headers or {}
    frame = bytearray(pack("!IHBB", 0, 0, kind, len(addresses)))
    for address in addresses:
        _append(frame, address)
    frame.append(len(headers))
    for name, value in headers.items():
        _append(frame, name)
        _append(frame, value)
    frame += body
    pack_into("!I", frame, 0, len(frame) - 4)
    return bytes(frame)


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


def _texts(data: bytes, position: int, count: int) -> tuple[list[bytes], int]:
    texts = []
    for _ in range(count):
        (size,) = unpack_from("!H", data, position)
        position += 2 + size
        if position > len(data):
            raise BadFrame("the frame ends too early")
        texts.append(data[position - size : position])
    return texts, position


def _append(frame: bytearray, text: str) -> None:
    raw = text.encode()
    frame += pack("!H", len(raw))
    frame += raw
