"""The frames of heliograph.v1 and their codec (docs/PROTOCOL.md).

`decode_request` reads what a client says to a relay, `decode_message` what a relay says to a client;
`encode` writes either. Entries of the log (`protocol.model`) are frames as they stand.
"""

import json
from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    SignalEntry,
)
from heliograph_relay.protocol.problems import Goodbye, InvalidSignal, Refusal

SUBPROTOCOL = "heliograph.v1"

#: Largest frame that a relay reads, in bytes. 8,192 escaped NULs are 49 KB.
MAX_FRAME_BYTES = 65_536 + 1_024


class Resume(Struct, frozen=True, kw_only=True):
    """Which connection to continue: its id and key, the log it was in, and the last entry it saw."""

    connection: str
    key: str
    epoch: str
    seq: int


class Join(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="op", tag="join"):
    """First frame of a client: exactly one of `secret`, `pin` and `token`."""

    secret: str | UnsetType = UNSET
    pin: str | UnsetType = UNSET
    token: str | UnsetType = UNSET
    name: str = ""
    data: str = ""
    client: str = "heliograph"
    resume: Resume | UnsetType = UNSET


class Signal(Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True, tag_field="op", tag="signal"):
    """Send to one connection, or to everybody. Neither type nor data: a ping."""

    n: int
    to: str | UnsetType = UNSET
    type: str | UnsetType = UNSET
    data: str | UnsetType = UNSET


class Disconnect(Struct, frozen=True, kw_only=True, tag_field="op", tag="disconnect"):
    """A moderator puts a connection out of the session."""

    connection: str


class Inspect(Struct, frozen=True, kw_only=True, tag_field="op", tag="inspect"):
    """A moderator turns whole-session inspection on or off for themselves."""

    on: bool


class Leave(Struct, frozen=True, kw_only=True, tag_field="op", tag="leave"):
    """Leave now, without a recovery window."""


Request = Join | Signal | Disconnect | Inspect | Leave


class SessionInfo(Struct, frozen=True, kw_only=True):
    """What a member may know of the session. `inspected`: a moderator sees every signal."""

    id: str
    name: str
    mode: str
    inspected: bool


class Limits(Struct, frozen=True, kw_only=True):
    """Bytes of type and data; signals a second and burst (rate 0: no limit)."""

    type: int
    data: int
    rate: float
    burst: int


class Server(Struct, frozen=True, kw_only=True):
    """Which program the relay is."""

    name: str
    version: str


class Joined(Struct, frozen=True, kw_only=True, tag_field="op", tag="joined"):
    """Answer to `join`."""

    session: SessionInfo
    connection: Connection
    connections: list[Connection]
    key: str
    epoch: str
    seq: int
    recovered: bool
    limits: Limits
    server: Server


class Away(Struct, frozen=True, kw_only=True, tag_field="op", tag="away"):
    """A connection lost its transport and may yet resume."""

    connection: str


class Back(Struct, frozen=True, kw_only=True, tag_field="op", tag="back"):
    """A connection has resumed."""

    connection: str


class Accepted(Struct, frozen=True, kw_only=True, gc=False, tag_field="op", tag="accepted"):
    """Signal `n` was relayed as entry `seq` (null where the relay no longer knows)."""

    n: int
    seq: int | None


class Rejected(Struct, frozen=True, kw_only=True, gc=False, tag_field="op", tag="rejected"):
    """Signal `n` was not relayed; nothing else changes."""

    n: int
    code: int
    error: str
    message: str


class Inspected(Struct, frozen=True, kw_only=True, tag_field="op", tag="inspected"):
    """Whole-session inspection was switched."""

    on: bool
    by: str


class Error(Struct, frozen=True, kw_only=True, tag_field="op", tag="error"):
    """About a frame that is no signal."""

    code: int
    error: str
    message: str


class Bye(Struct, frozen=True, kw_only=True, tag_field="op", tag="bye"):
    """Last frame before the relay closes."""

    code: int
    error: str
    message: str


Message = (
    Joined | CreatedEntry | DestroyedEntry | Away | Back | SignalEntry | Accepted | Rejected | Inspected
    | Error | Bye
)  # fmt: skip

_request_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_message_decoder: msgspec.json.Decoder[Message] = msgspec.json.Decoder(Message)
_encoder = msgspec.json.Encoder()

#: Writes a frame's JSON as bytes of UTF-8.
encode = _encoder.encode


class BadRequest(InvalidSignal):
    """A frame that could not be read. `n` is the signal's own number where that much could be read."""

    def __init__(self, words: str, n: int | None = None) -> None:
        super().__init__(words)
        self.n = n


class BadMessage(ValueError):
    """A relay said something that is no frame of heliograph.v1."""


def decode_request(text: str) -> Request:
    """Read a client's frame.

    Raises:
        BadRequest: it is no JSON object with a known `op`, or a member has the wrong type.
    """
    try:
        return _request_decoder.decode(text)
    except RecursionError:
        raise BadRequest("the frame is nested too deeply", _number_of(text)) from None
    except msgspec.ValidationError as error:
        raise BadRequest(f"this is no frame of {SUBPROTOCOL}: {_brief(error)}", _number_of(text)) from None
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        words = (
            "a lone surrogate is no text"
            if _has_lone_surrogate(text)
            else f"this is no JSON: {_brief(error)}"
        )
        raise BadRequest(words, _number_of(text)) from None


def decode_message(text: str | bytes) -> Message:
    """Read a relay's frame.

    Raises:
        BadMessage: it is none.
    """
    try:
        return _message_decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise BadMessage(str(error)) from None


def refused(refusal: Refusal, n: int | None) -> Rejected | Error:
    """The frame that tells a refusal: about signal `n`, or about a frame that is no signal."""
    if n is None:
        return Error(code=refusal.code, error=refusal.error, message=refusal.message)
    return Rejected(n=n, code=refusal.code, error=refusal.error, message=refusal.message)


def bye(goodbye: Goodbye) -> Bye:
    """The last frame before the close."""
    return Bye(code=goodbye.code, error=goodbye.error, message=goodbye.message)


def _brief(error: Exception) -> str:
    """The decoder's words, which may quote whatever it was given."""
    words = str(error)
    return words if len(words) <= 200 else f"{words[:200]}…"


def _number_of(text: str) -> int | None:
    """`n` of a signal that is otherwise broken, so that its sender learns which one it was."""
    frame = _loosely(text)
    if not isinstance(frame, dict) or frame.get("op") != "signal":
        return None
    n = frame.get("n")
    return n if isinstance(n, int) and not isinstance(n, bool) else None


def _loosely(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _has_lone_surrogate(text: str) -> bool:
    frame = _loosely(text)
    if frame is None:
        return False
    try:
        json.dumps(frame, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
