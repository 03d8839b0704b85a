"""What a relay tells the program that runs it of the frames on OpenTok's wire (docs/PROTOCOL.md, "Starting a relay"). Pure.

Nothing that lets anybody in leaves the relay this way: `discreet` puts `*` in the place of every byte of it, so that
a frame keeps its length and can be read as before.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec
from msgspec import Struct

from heliograph_relay.protocol.rumor import BadFrame, places


class TappedFrame(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A frame that came from a client or, if `out`, went to one.

    `at` is in milliseconds since the epoch by the relay's clock, `seq` the session's last entry at that moment. `socket`
    numbers the transports of a tap; `connection` is what the client is called, None until it has said so. With `close` it is
    the end of the transport: a WebSocket's code in two bytes, and words.
    """

    at: int
    seq: int
    socket: int
    frame: bytes
    out: bool = False
    connection: str | None = None
    close: bool = False


class Tapped(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="event", tag="frames"):
    """Frames in their order, and how many before them were not told, because nobody took them in time."""

    session: str
    frames: list[TappedFrame] = []
    lost: int = 0


class Untapped(Struct, frozen=True, tag_field="event", tag="untapped"):
    """The tap has ended by itself: nobody inspects the session any more."""

    session: str


encode = msgspec.json.Encoder().encode
decode = msgspec.json.Decoder(Tapped | Untapped).decode

# ---- discretion

_MASK = b"*"
_NAMES = rb"(?:token|auth|secret|passw(?:or)?d|credential|jwt)"
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
#: A member of JSON, perhaps of JSON in a string of JSON. Everything is bounded: whoever sends a frame chooses its bytes.
_MEMBER = re.compile(
    _NAMES + rb'[\w-]{0,32}\\{0,8}"[ \t\r\n]{0,8}:[ \t\r\n]{0,8}\\{0,8}"([^"\\]+)', re.IGNORECASE
)
#: A parameter of a URL.
_PARAMETER = re.compile(
    rb"(?:token|auth|secret|pin|passw(?:or)?d|jwt|sig|socketid)(?:=|%3d)([^&\s\"'<>\\#]+)", re.IGNORECASE
)
_BEARER = re.compile(rb"bearer[ \t]{1,4}([\w.~+/=-]+)", re.IGNORECASE)
#: OpenTok's older tokens: T1==, then base64.
_T1 = re.compile(rb"T1(?:==|%3[dD]%3[dD])([A-Za-z0-9+/=_%\\-]+)")
#: What may hold a JSON Web Token: three parts of base64 with dots, of which the first two are JSON.
_RUN = re.compile(rb"[A-Za-z0-9_.-]{24,}")
_JSON = b"eyJ"


#: Without one of these, in small letters, none of the above is in a frame: most have none, and are many.
_HINTS = (
    b"token", b"auth", b"secret", b"passw", b"credential", b"jwt", b"pin=", b"pin%3d", b"sig=", b"sig%3d", b"socketid", b"bearer",
    b"t1=", b"t1%3d", b"eyj",
)  # fmt: skip


def discreet(frame: bytes, known: Iterable[bytes] = ()) -> bytes:
    """A frame without tokens and secrets, of the same length. `known` are secrets of which the relay knows."""
    found, small = frame, frame.lower()
    if any(hint in small for hint in _HINTS):
        masked = bytearray(frame)
        for start, stop in _secrets(frame):
            masked[start:stop] = _MASK * (stop - start)
        found = bytes(masked)
    for secret in known:
        if secret in found:
            found = found.replace(secret, _MASK * len(secret))
    return found


def _secrets(frame: bytes) -> Iterator[tuple[int, int]]:
    for start, stop, is_secret in _parts(frame):
        if is_secret:
            yield start, stop
            continue
        for pattern in (_MEMBER, _PARAMETER, _BEARER, _T1):
            for match in pattern.finditer(frame, start, stop):
                yield match.span(1)
        for run in _RUN.finditer(frame, start, stop):
            if (begin := _web_token(run[0])) >= 0:
                yield run.start() + begin, run.end()


def _parts(frame: bytes) -> Iterator[tuple[int, int, bool]]:
    """Each part of a frame from where to where, and whether all of it is secret."""
    try:
        for name, start, stop in places(frame):
            yield start, stop, _SECRET_NAME.search(name) is not None
    except BadFrame:
        # Where nobody knows what is what, what follows such a name goes as a whole.
        name_there = _SECRET_NAME.search(frame)
        end = len(frame) if name_there is None else name_there.end()
        yield 0, end, False
        yield end, len(frame), True


def _web_token(run: bytes) -> int:
    """Where in a run of its letters a JSON Web Token begins; -1 where there is none."""
    parts, place = run.split(b"."), 0
    for part, following in pairwise(parts):
        begin = part.find(_JSON)
        if begin >= 0 and following.startswith(_JSON):
            return place + begin
        place += len(part) + 1
    return -1
