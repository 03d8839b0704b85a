"""Raptor: what the JSON messages inside OpenTok's Rumor frames mean.

`protocol/raptor_reader.py` reads what an OpenTok client says, `protocol/speaker.py` writes what they are
told, and `protocol/raptor_shapes.py` has the JSON of both. Requests carry their client's TRANSACTION-ID, under which they are answered and
remembered; what a relay says carries one too, made of the session's epoch and the entry's `seq`, so that
a client's acknowledgement names a place in the log.
"""

from msgspec import Struct

from heliograph_relay.protocol.model import Connection
from heliograph_relay.protocol.problems import Refusal

TRANSACTION = "TRANSACTION-ID"
FROM = "X-TB-FROM-ADDRESS"

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


# Naming what a relay sends


def seq_of(transaction: str, epoch: str) -> int:
    """The entry whose transaction a client has acknowledged; 0 where it is none of this life of the log."""
    of, _, seq = transaction.rpartition(".")
    return int(seq) if of == epoch and seq.isascii() and seq.isdigit() and len(seq) < 20 else 0


def transaction_of(seq: int, epoch: str) -> str:
    """The transaction under which the relay sends an entry."""
    return f"{epoch}.{seq}"
