"""Acknowledgements of OpenTok clients in bulk.

A client acknowledges every message by a frame of its own, so in a full room they are fifty times what else the
relay is sent. Each one means "and all before it" (`core/opentok.py`), and while nothing else comes between they
are all of one size: of such a run only the last is looked at.
"""

from heliograph_relay.protocol.rumor import Kind

#: Where a Rumor frame has its type, and which byte of the WebSocket frame's mask lies on it.
_KIND_AT, _MASK_AT = 6, 2
_STATUS = bytes((Kind.STATUS,))
#: The second byte of a masked frame whose size stands in the next two.
_TWO_BYTES = 0x80 | 126


def last_acknowledgement(data: bytes, position: int, start: int, stop: int, end: int) -> int:
    """Where the last of a run of acknowledgements begins, if the masked frame at `position` is one, else `position`.

    Its payload lies from `start` to `stop`; `data` is valid up to `end`.
    """
    stride = stop - position
    count = (end - position) // stride
    if (
        count < 2
        or stop - start <= _KIND_AT
        or data[start + _KIND_AT] ^ data[start - 4 + _MASK_AT] != Kind.STATUS
    ):
        return position
    if data[position + 1] > _TWO_BYTES:
        return position
    frames = data[position : position + count * stride]
    kind = start - position + _KIND_AT
    masks = start - position - 4 + _MASK_AT
    for column in range(start - position - 4):
        count = min(count, _run(frames[column::stride], frames[column : column + 1]))
    count = min(count, _run(_xor(frames[kind::stride], frames[masks::stride]), _STATUS))
    return position + (count - 1) * stride


def _run(column: bytes, value: bytes) -> int:
    """How many bytes at the beginning have this value."""
    return len(column) - len(column.lstrip(value))


def _xor(a: bytes, b: bytes) -> bytes:
    return (int.from_bytes(a) ^ int.from_bytes(b)).to_bytes(len(a))
