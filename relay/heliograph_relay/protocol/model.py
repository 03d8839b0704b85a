"""What travels through a session: connections, signals, and the entries of a session's log.

The rules of names and sizes stand here, once; every codec and every screen asks this module.
"""

import re
from enum import StrEnum
from json import JSONEncoder

from msgspec import Struct

from heliograph_relay.protocol.problems import InvalidSignal, TooLarge

MAX_TYPE_BYTES = 128
MAX_DATA_BYTES = 8_192
#: OpenTok's own limit, in UTF-16 code units of the data's JSON text.
MAX_JSON_DATA_UNITS = 8_192
MAX_NAME_CHARACTERS = 64
MAX_CLIENT_CHARACTERS = 32
MAX_CONNECTION_DATA_BYTES = 1_000

_JSON_TEXT = JSONEncoder(ensure_ascii=False)
_TYPE = re.compile(r"[A-Za-z0-9\-._~]+", re.ASCII)


class Role(StrEnum):
    """What a connection may do in its session."""

    SUBSCRIBER = "subscriber"
    PUBLISHER = "publisher"
    MODERATOR = "moderator"

    @property
    def may_signal(self) -> bool:
        """Subscribers only listen."""
        return self is not Role.SUBSCRIBER

    @property
    def may_moderate(self) -> bool:
        """Whether this role may disconnect others and inspect the whole session."""
        return self is Role.MODERATOR


class Reason(StrEnum):
    """Why a connection left its session."""

    CLIENT = "clientDisconnected"
    NETWORK = "networkDisconnected"
    FORCED = "forceDisconnected"


class Connection(Struct, frozen=True, kw_only=True):
    """One client in one session, as everybody in it sees it.

    `created` is in milliseconds since the Unix epoch; `name` is "" where none was given.
    """

    id: str
    name: str
    data: str
    role: Role
    created: int
    client: str
    away: bool = False


class SignalEntry(
    Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True,
    tag_field="op", tag="signal", rename={"sender": "from"},
):  # fmt: skip
    """A signal in a session's log.

    `seq` counts the entries of the session from 1; `at` is in milliseconds since the Unix epoch by the
    relay's clock; `sender` is a connection id, or None for a server signal; `n` is the sender's own number
    for it, None where the sender's wire has none; `to` is None for a signal to everybody; `json` is true
    where an OpenTok sender's data was no string and stands here as JSON text.
    """

    seq: int
    at: int
    sender: str | None
    n: int | None = None
    to: str | None = None
    type: str | None = None
    data: str | None = None
    json: bool = False


class CreatedEntry(Struct, frozen=True, kw_only=True, tag_field="op", tag="connectionCreated"):
    """Somebody joined."""

    seq: int
    at: int
    connection: Connection


class DestroyedEntry(Struct, frozen=True, kw_only=True, gc=False, tag_field="op", tag="connectionDestroyed"):
    """Somebody left, for good."""

    seq: int
    at: int
    connection: str
    reason: Reason


Entry = SignalEntry | CreatedEntry | DestroyedEntry


def utf8_length(text: str) -> int:
    """Length of `text` in bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def signal_size(type: str | None, data: str | None) -> int:
    """Bytes of type and data, as logs count them."""
    return (len(type) if type else 0) + (utf8_length(data) if data else 0)


def check_type(type: str) -> None:
    """Raise unless `type` is 1 to 128 of the allowed characters (docs/PROTOCOL.md, Rules: Validation)."""
    if _TYPE.fullmatch(type) is None:
        raise InvalidSignal(_what_is_wrong_with_type(type))
    if len(type) > MAX_TYPE_BYTES:
        raise TooLarge("type", limit=MAX_TYPE_BYTES, size=len(type))


def check_data(data: str) -> int:
    """The size of `data` in bytes; raises if it is over 8,192 of UTF-8 (docs/PROTOCOL.md, Rules: Validation)."""
    size = utf8_length(data)
    if size > MAX_DATA_BYTES:
        raise TooLarge("data", limit=MAX_DATA_BYTES, size=size)
    return size


def check_json_data(data: str, *, json: bool) -> None:
    """Raise if an OpenTok client's data is too large as that client counts it; `json`: it is JSON text already.

    docs/OPENTOK.md, "Limits": 8,192 UTF-16 code units of the JSON text, quotes and escapes included.
    """
    if not json and len(data) * 6 + 2 <= MAX_JSON_DATA_UNITS:
        return  # not even escapes alone could reach it
    text = data if json else _JSON_TEXT.encode(data)
    size = len(text) + sum(character > "\uffff" for character in text)
    if size > MAX_JSON_DATA_UNITS:
        raise TooLarge("data", limit=MAX_JSON_DATA_UNITS, size=size, unit="UTF-16 units of JSON")


def _what_is_wrong_with_type(type: str) -> str:
    if not type:
        return "type is empty; leave it out instead"
    bad = next(c for c in type if _TYPE.fullmatch(c) is None)
    return f"type may hold A-Z a-z 0-9 - . _ ~ only, not {bad!a}"
