"""Who may join: what a join must look like, what a credential opens, and how often one may try."""

from hmac import compare_digest

from msgspec import UNSET

from heliograph_relay.core.session import SessionConfig
from heliograph_relay.core.throttle import Attempts
from heliograph_relay.protocol.model import (
    MAX_CLIENT_CHARACTERS,
    MAX_CONNECTION_DATA_BYTES,
    MAX_NAME_CHARACTERS,
    Role,
    utf8_length,
)
from heliograph_relay.protocol.native import Join
from heliograph_relay.protocol.problems import Full, InvalidSignal, Unauthorized


def check_join(request: Join) -> None:
    """Raise `InvalidSignal` where a join breaks docs/PROTOCOL.md; nothing is ever cut short."""
    given = [c for c in (request.secret, request.pin, request.token) if c is not UNSET]
    if len(given) != 1:
        raise InvalidSignal(f"join takes one of secret, pin and token, not {len(given)}")
    _check_length("name", len(request.name), MAX_NAME_CHARACTERS, "characters")
    _check_length("client", len(request.client), MAX_CLIENT_CHARACTERS, "characters")
    _check_length("data", utf8_length(request.data), MAX_CONNECTION_DATA_BYTES, "bytes")


class Admission:
    """Turns credentials into roles, and shuts out an address that guesses."""

    def __init__(self) -> None:
        self._attempts = Attempts()

    def role(self, config: SessionConfig | None, request: Join, address: str, now: float) -> Role:
        """The role that this join's credential gives in the session; None stands for no such session.

        Raises:
            Full: too many misses from this address, the right credential included.
            Unauthorized: it opens nothing. The same words and work whether or not the session exists.
        """
        wait = self._attempts.wait(address, now)
        if wait > 0:
            raise Full(f"too many attempts from your address; try again in {wait:.0f} s")
        role = _role(config or _NO_SESSION, request)
        if role is None:
            self._attempts.miss(address, now)
            raise Unauthorized
        return role


#: Opens to nothing: stands in for a session that does not exist.
_NO_SESSION = SessionConfig(id="")


def _role(config: SessionConfig, request: Join) -> Role | None:
    if request.secret is not UNSET:
        is_host = _opens(request.secret, config.host_secret)
        is_guest = _opens(request.secret, config.secret)
        return Role.MODERATOR if is_host else Role.PUBLISHER if is_guest else None
    if request.pin is not UNSET and _opens(request.pin, config.pin):
        return Role.PUBLISHER
    return None


def _opens(given: str, wanted: str) -> bool:
    """Compared in constant time; an empty secret is none and opens nothing."""
    return compare_digest(given.encode(), wanted.encode()) and wanted != ""


def _check_length(what: str, size: int, limit: int, unit: str) -> None:
    if size > limit:
        raise InvalidSignal(f"{what} is {size} {unit} long, {limit} are allowed")
