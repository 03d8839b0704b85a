"""Every refusal of the relay: its code, its name on the wire, and its words.

::

    Problem
    ├── Refusal                   answered; the transport stays
    │   ├── InvalidSignal   400   a frame or a signal breaks the rules
    │   ├── NotAllowed      403   the role may not do this
    │   ├── NoSuchConnection 404  the recipient is not in the session
    │   ├── TooLarge        413   type or data over its limit
    │   └── TooFast         429   over the rate limit
    └── Goodbye                   said in `bye`, then the transport is closed with the same code
        ├── BadProtocol    4400   ten bad frames in a row
        ├── Unauthorized   4401   no valid credential, or none in time
        ├── ForceDisconnected 4403  put out by a moderator
        ├── NoSuchSession  4404   said only to those whose token proves that they may know
        ├── SlowConsumer   4408   did not read what was sent
        ├── Replaced       4409   the connection was resumed by another transport
        ├── Full           4429   no seat left, or too many attempts
        ├── Internal       4500   a fault in the relay
        └── GoingAway      4503   the relay stops

The codes are those of docs/PROTOCOL.md, "Codes". A `Problem` is always the peer's doing (or the
relay's own end); a fault in this program is never raised as one.
"""

from typing import ClassVar


class Problem(Exception):
    """Something that is told to the peer in its own words."""

    code: ClassVar[int]
    error: ClassVar[str]

    @property
    def message(self) -> str:
        """The words for a person."""
        return str(self)


class Refusal(Problem):
    """An answer to one frame; nothing else changes."""


class InvalidSignal(Refusal):
    """A frame or a signal that breaks the rules of the protocol."""

    code, error = 400, "invalidSignal"


class NotAllowed(Refusal):
    """The role of this connection does not allow it."""

    code, error = 403, "notAllowed"


class NoSuchConnection(Refusal):
    """The connection meant is not in the session."""

    code, error = 404, "noSuchConnection"

    def __init__(self, connection: str) -> None:
        super().__init__(connection)
        self.connection = connection

    def __str__(self) -> str:
        return f"no connection {self.connection[:64]!r} in this session"


class TooLarge(Refusal):
    """A part of a signal is over its limit; sizes in `unit`, which is bytes of UTF-8 on heliograph.v1."""

    code, error = 413, "tooLarge"

    def __init__(self, what: str, *, limit: int, size: int, unit: str = "bytes") -> None:
        super().__init__(what, limit, size, unit)
        self.what, self.limit, self.size, self.unit = what, limit, size, unit

    def __str__(self) -> str:
        return f"{self.what} is {self.size} {self.unit} long, {self.limit} are allowed"


class TooFast(Refusal):
    """Over the rate limit; `retry_after` in seconds."""

    code, error = 429, "tooFast"

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"too many signals; go on in {self.retry_after:.3f} s"


class Goodbye(Problem):
    """The last word before a transport is closed."""

    words: ClassVar[str]

    def __str__(self) -> str:
        return self.args[0] if self.args else self.words


class BadProtocol(Goodbye):
    """Too many frames in a row that break the protocol."""

    code, error = 4400, "badProtocol"
    words = "ten frames in a row broke the protocol"


class Unauthorized(Goodbye):
    """No valid credential. It does not say whether the session exists."""

    code, error = 4401, "unauthorized"
    words = "this secret, PIN or token does not open this session"


class ForceDisconnected(Goodbye):
    """A moderator put the connection out."""

    code, error = 4403, "forceDisconnected"
    words = "a moderator disconnected you"


class NoSuchSession(Goodbye):
    """The session does not exist on this relay."""

    code, error = 4404, "noSuchSession"
    words = "there is no such session on this relay"


class SlowConsumer(Goodbye):
    """The peer reads more slowly than the session speaks."""

    code, error = 4408, "slowConsumer"
    words = "too much was waiting to be read by you; join again with resume"


class Replaced(Goodbye):
    """Another transport has resumed this connection."""

    code, error = 4409, "replaced"
    words = "this connection was resumed by another transport"


class Full(Goodbye):
    """No seat is free, or too many attempts were made from one address."""

    code, error = 4429, "full"
    words = "every seat of this session is taken"


class Internal(Goodbye):
    """A fault in the relay itself."""

    code, error = 4500, "internal"
    words = "the relay failed; this is its fault, not yours"


class GoingAway(Goodbye):
    """The relay is being stopped."""

    code, error = 4503, "goingAway"
    words = "the relay is stopping"
