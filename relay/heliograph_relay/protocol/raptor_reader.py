"""Reads what an OpenTok client says: a Rumor frame becomes a request of `protocol/raptor.py`."""

import re
from functools import lru_cache
from urllib.parse import unquote

import msgspec
from msgspec import UNSET

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.raptor import (
    TRANSACTION,
    Acknowledge,
    Create,
    Delete,
    Malformed,
    Noted,
    Ping,
    Quit,
    Read,
    Request,
    Signal,
)
from heliograph_relay.protocol.raptor_shapes import Asked, AskedSignal, CreateContent, SignalContent
from heliograph_relay.protocol.rumor import BadFrame, Frame, Kind

MAX_TRANSACTION_CHARACTERS = 128
#: How deeply data that is no string may be nested.
MAX_DEPTH = 500

_TOKEN = "X-TB-TOKEN-AUTH"  # noqa: S105 - a header's name
_TRANSACTION = TRANSACTION.encode()

_asked_decoder = msgspec.json.Decoder(Asked)
_asked_signal_decoder = msgspec.json.Decoder(AskedSignal)
_create_decoder = msgspec.json.Decoder(CreateContent)
_signal_decoder = msgspec.json.Decoder(SignalContent)
_text_decoder = msgspec.json.Decoder(str)
_any_decoder = msgspec.json.Decoder()

_PLACE = re.compile(r".*/session/(?P<session>[^/]+)(?:/connection/(?P<connection>[^/]+))?")
#: Longer places than a client of this relay can name are not remembered.
_MAX_PLACE_CHARACTERS = 512
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
#: Strings, in which brackets mean nothing, and brackets.
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_PING, _NOTED = Ping(), Noted()
_NO_SESSION = "the URI names no session"
_NO_METHOD = "there is no such method here; this relay carries signals only"


def decode_request(data: bytes) -> Request:
    """Read a client's frame.

    Raises:
        BadFrame: it cannot be read, or could not be answered.
    """
    if rumor.kind_of(data) == Kind.STATUS:
        return Acknowledge(rumor.header_of(data, _TRANSACTION).decode(errors="replace"))
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
        text = frame.body.decode()
        try:
            asked = _asked_signal_decoder.decode(text)
        except msgspec.ValidationError:
            return _slowly(frame, text, transaction)
        if asked.method != "signal":
            return _slowly(frame, text, transaction)
        return _signal(asked.uri, asked.content, transaction)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        surrogate = _SURROGATE.search(frame.body) is not None
        words = "a lone surrogate is no text" if surrogate else f"this is no message of a client: {error}"
        return Malformed(transaction=transaction, words=words)


def _slowly(frame: Frame, text: str, transaction: str) -> Request:
    """Whatever is no signal that could be read in one go."""
    asked = _asked_decoder.decode(text)
    if asked.method == "signal":
        return _signal(asked.uri, _signal_decoder.decode(asked.content), transaction)
    place = _place(asked.uri)
    if place is None:
        return Malformed(transaction=transaction, words=_NO_SESSION)
    match (asked.method, place):
        case ("create", (_, str(own), False)):
            quiet = _create_decoder.decode(asked.content).quiet
            token = frame.headers.get(_TOKEN, "")
            return Create(transaction=transaction, connection=own, token=token, quiet=bool(quiet))
        case ("delete", (_, str(other), False)):
            return Delete(transaction=transaction, connection=other)
        case ("read", (_, None, False)):
            return Read(transaction=transaction)
    return Malformed(transaction=transaction, words=_NO_METHOD)


def _signal(uri: str, content: SignalContent, transaction: str) -> Request:
    place = _place(uri)
    if place is None:
        return Malformed(transaction=transaction, words=_NO_SESSION)
    session, target, is_signal = place
    if not is_signal:
        return Malformed(transaction=transaction, words=_NO_METHOD)
    # `to: session` names the session where a connection would stand.
    to = None if target == session else target
    # Native SDKs say "" for no type.
    type = None if content.type is UNSET else content.type or None
    if content.data is UNSET:
        return Signal(transaction=transaction, to=to, type=type, data=None, json=False)
    text = bytes(content.data)
    if text.startswith(b'"'):
        return Signal(transaction=transaction, to=to, type=type, data=_text_decoder.decode(text), json=False)
    if _depth(text) > MAX_DEPTH:
        raise msgspec.ValidationError(f"data is nested more than {MAX_DEPTH} deep")
    if _any_decoder.decode(text) is None:
        raise msgspec.ValidationError("data is null; leave it out instead")
    return Signal(transaction=transaction, to=to, type=type, data=text.decode(), json=True)


def _place(uri: str) -> tuple[str, str | None, bool] | None:
    """Which session a URI names, which connection there, and whether a signal; None where it names no session."""
    where, _, own = uri.rpartition("/signal/")
    is_signal = own != "" and "/" not in own
    if not is_signal:
        where = uri
    named = _named(where) if len(where) <= _MAX_PLACE_CHARACTERS else _named.__wrapped__(where)
    return None if named is None else (*named, is_signal)


@lru_cache(maxsize=4_096)
def _named(where: str) -> tuple[str, str | None] | None:
    """Clients name the same few places again and again."""
    place = _PLACE.fullmatch(where)
    if place is None:
        return None
    connection = place["connection"]
    return unquote(place["session"]), None if connection is None else unquote(connection)


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
