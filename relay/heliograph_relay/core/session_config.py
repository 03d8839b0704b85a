"""What a session is made of."""

from msgspec import Struct


class SessionConfig(Struct, frozen=True, kw_only=True):
    """What a session is made of. Empty secrets and PINs open nothing; 0 seats means no limit.

    A session with a `ttl`, in seconds, ends when nobody has been in it for so long.
    """

    id: str
    name: str = ""
    secret: str = ""
    host_secret: str = ""
    pin: str = ""
    mode: str = "routed"
    seats: int = 0
    allow_inspect: bool = True
    log_entries: int = 1_000
    log_bytes: int = 1 << 20
    ttl: float | None = None
