"""Raptor: the JSON messages inside OpenTok's Rumor frames, and what they mean.

`decode_request` reads what an OpenTok client says; `protocol/speaker.py` writes what they are
told. Requests carry their client's TRANSACTION-ID, under which they are answered and
remembered; what a relay says carries one too, made of the session's epoch and the entry's `seq`, so that
a client's acknowledgement names a place in the log.
"""

import re
from urllib.parse import unquote

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.model import (
    Connection,
)
from heliograph_relay.protocol.problems import Refusal
from heliograph_relay.protocol.rumor import BadFrame, Frame, Kind

MAX_TRANSACTION_CHARACTERS = 128

TRANSACTION = "TRANSACTION-ID"
FROM = "X-TB-FROM-ADDRESS"
_TOKEN = "X-TB-TOKEN-AUTH"  # noqa: S105 - a header's name

# What clients say


class Create(Struct, frozen=True, kw_only=True):
    """Join as this connection, whose id the client has chosen. `quiet`: tell it of nobody's coming and going."""

    transaction: str
    connection: str
    token: str
    quiet: bool


class Signal(Struct, frozen=True, kw_only=True, gc=False):
    """Send to one connection, or to all. `json`: `data` was no string and is its JSON text here."""

    transaction: str
    to: str | None
    type: str | None
    data: str | None
    json: bool


class Delete(Struct, frozen=True, kw_only=True):
    """A moderator puts a connection out."""

    transaction: str
    connection: str


class Read(Struct, frozen=True, kw_only=True):
    """Ask who is there."""

    transaction: str


class Malformed(Struct, frozen=True, kw_only=True):
    """A message that can be answered, and nothing more."""

    transaction: str
    words: str


class Acknowledge(Struct, frozen=True, gc=False):
    """The client has what the relay sent under this transaction."""

    transaction: str


class Ping(Struct, frozen=True):
    """Is somebody there?"""


class Quit(Struct, frozen=True):
    """Leave for good; or, if `returning`, only this socket is being replaced."""

    returning: bool


class Noted(Struct, frozen=True):
    """A frame that needs no answer."""


Request = Create | Signal | Delete | Read | Malformed | Acknowledge | Ping | Quit | Noted

# What a relay says, besides the entries of the log


class Status(Struct, frozen=True, kw_only=True):
    """The answer to a transaction; `code` is 200 or an error's, `reason` its words."""

    transaction: str
    code: int = 200
    reason: str = ""


class Snapshot(Struct, frozen=True, kw_only=True):
    """The answer that names everybody. To a `Create` it follows the client's own creation, entry `own_seq`.

    The client's own connection is in it even if it is alone in being told of nobody.
    """

    transaction: str
    connections: tuple[Connection, ...]
    own: Connection | None = None
    own_seq: int = 0


class Pong(Struct, frozen=True):
    """Somebody is there."""


Message = Status | Snapshot | Pong


def refused(transaction: str, refusal: Refusal) -> Status:
    """The answer that tells a refusal."""
    return Status(transaction=transaction, code=refusal.code, reason=refusal.message)


# Reading


class _Body(Struct):
    method: str
    uri: str
    content: Raw = Raw(b"{}")


class _CreateContent(Struct):
    quiet: bool | None = msgspec.field(default=None, name="connectionEventsSuppressed")


class _SignalContent(Struct):
    type: str | UnsetType = UNSET
    data: Raw | UnsetType = UNSET


_body_decoder = msgspec.json.Decoder(_Body)
_create_decoder = msgspec.json.Decoder(_CreateContent)
_signal_decoder = msgspec.json.Decoder(_SignalContent)
_text_decoder = msgspec.json.Decoder(str)
_any_decoder = msgspec.json.Decoder()
#: How deeply data that is no string may be nested.
MAX_DEPTH = 500

_URI = re.compile(
    r".*/session/(?P<session>[^/]+)(?:/connection/(?P<connection>[^/]+))?(?P<signal>/signal/[^/]+)?"
)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
#: Strings, in which brackets mean nothing, and brackets.
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_PING, _NOTED = Ping(), Noted()


def decode_request(data: bytes) -> Request:
    """Read a client's frame.

    Raises:
        BadFrame: it cannot be read, or could not be answered.
    """
    if rumor.kind_of(data) == Kind.STATUS:
        return Acknowledge(rumor.header_of(data, TRANSACTION.encode()).decode(errors="replace"))
    frame = rumor.decode(data)
    if frame.kind is Kind.MESSAGE:
        return _message(frame)
    if frame.kind is Kind.PING:
        return _PING
    if frame.kind is Kind.DISCONNECT:
        return Quit(returning=frame.headers.get("reconnect") == "1")
    return _NOTED


def _message(frame: Frame) -> Request:
    transaction = frame.headers.get(TRANSACTION, "")
    if not 0 < len(transaction) <= MAX_TRANSACTION_CHARACTERS:
        raise BadFrame(f"a message needs a {TRANSACTION} of 1 to {MAX_TRANSACTION_CHARACTERS} characters")
    try:
        return _meaning(frame, transaction)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        surrogate = _SURROGATE.search(frame.body) is not None
        words = "a lone surrogate is no text" if surrogate else f"this is no message of a client: {error}"
        return Malformed(transaction=transaction, words=words)


def _meaning(frame: Frame, transaction: str) -> Request:
    body = _body_decoder.decode(frame.body.decode())
    uri = _URI.fullmatch(body.uri)
    if uri is None:
        return Malformed(transaction=transaction, words="the URI names no session")
    target = uri["connection"] and unquote(uri["connection"])
    match (body.method, uri["signal"] is not None, target):
        case ("signal", True, _):
            # `to: session` names the session where a connection would stand.
            return _signal(body.content, transaction, None if target == unquote(uri["session"]) else target)
        case ("create", False, str(own)):
            quiet = _create_decoder.decode(body.content).quiet
            token = frame.headers.get(_TOKEN, "")
            return Create(transaction=transaction, connection=own, token=token, quiet=bool(quiet))
        case ("delete", False, str(other)):
            return Delete(transaction=transaction, connection=other)
        case ("read", False, None):
            return Read(transaction=transaction)
    return Malformed(
        transaction=transaction, words="there is no such method here; this relay carries signals only"
    )


def _signal(raw: Raw, transaction: str, to: str | None) -> Signal:
    content = _signal_decoder.decode(raw)
    data, is_json = None, False
    if content.data is not UNSET:
        text = bytes(content.data)
        is_json = not text.startswith(b'"')
        data = text.decode() if is_json else _text_decoder.decode(text)
        if is_json and _depth(text) > MAX_DEPTH:
            raise msgspec.ValidationError(f"data is nested more than {MAX_DEPTH} deep")
        if is_json and _any_decoder.decode(text) is None:
            raise msgspec.ValidationError("data is null; leave it out instead")
    # Native SDKs say "" for no type.
    type = content.type or None if content.type is not UNSET else None
    return Signal(transaction=transaction, to=to, type=type, data=data, json=is_json)


def _depth(text: bytes) -> int:
    """How deeply arrays and objects are nested; how deep a decoder can go differs between Pythons."""
    if text.count(b"[") + text.count(b"{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for token in _BRACKETS.finditer(text):
        first = token[0][:1]
        depth += 1 if first in b"[{" else -1 if first in b"]}" else 0
        deepest = max(deepest, depth)
    return deepest


# Naming what a relay sends


def seq_of(transaction: str, epoch: str) -> int:
    """The entry whose transaction a client has acknowledged; 0 where it is none of this life of the log."""
    of, _, seq = transaction.rpartition(".")
    return int(seq) if of == epoch and seq.isascii() and seq.isdigit() and len(seq) < 20 else 0


def transaction_of(seq: int, epoch: str) -> str:
    """The transaction under which the relay sends an entry."""
    return f"{epoch}.{seq}"
