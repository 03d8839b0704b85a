"""Who may join: what a join must look like, what a credential opens, and how often one may try."""

from collections.abc import Callable
from hmac import compare_digest

from msgspec import UNSET, Struct

from heliograph_relay.core.session import Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.throttle import Attempts
from heliograph_relay.protocol.model import (
    MAX_CLIENT_CHARACTERS,
    MAX_CONNECTION_DATA_BYTES,
    MAX_NAME_CHARACTERS,
    Role,
    utf8_length,
)
from heliograph_relay.protocol.native import Join
from heliograph_relay.protocol.problems import Full, InvalidSignal, NoSuchSession, Unauthorized
from heliograph_relay.protocol.tokens import BadToken, Project, check_token


def check_join(request: Join) -> None:
    """Raise `InvalidSignal` where a join breaks docs/PROTOCOL.md; nothing is ever cut short."""
    given = [c for c in (request.secret, request.pin, request.token) if c is not UNSET]
    if len(given) != 1:
        raise InvalidSignal(f"join takes one of secret, pin and token, not {len(given)}")
    _check_length("name", len(request.name), MAX_NAME_CHARACTERS, "characters")
    _check_length("client", len(request.client), MAX_CLIENT_CHARACTERS, "characters")
    _check_length("data", utf8_length(request.data), MAX_CONNECTION_DATA_BYTES, "bytes")


class Grant(Struct, frozen=True, kw_only=True):
    """What a credential gives: a role, and the connection data (a token brings its own)."""

    role: Role
    data: str


class Admission:
    """Turns credentials into roles, and shuts out an address that guesses."""

    def __init__(self, project: Project | None) -> None:
        self._project = project
        self._attempts = Attempts()

    def grant(
        self,
        session_id: str,
        config: SessionConfig | None,
        request: Join,
        *,
        address: str,
        now: float,
        wall: int,
    ) -> Grant:
        """What this join's credential gives in the session; `config` is None if there is no such session.

        Raises:
            Full: too many misses from this address, the right credential included.
            Unauthorized: it opens nothing. The same words and work whether or not the session exists.
            NoSuchSession: there is none, and a valid token for it proves that its bearer may know.
        """
        wait = self._attempts.wait(address, now)
        if wait > 0:
            raise Full(f"too many attempts from your address; try again in {wait:.0f} s")
        grant = self._grant(session_id, config or _NO_SESSION, request, wall)
        if grant is None:
            self._attempts.miss(address, now)
            raise Unauthorized
        if config is None:
            raise NoSuchSession
        return grant

    def by_token(
        self, find: Callable[[str], Session | None], session_id: str, token: str, wall: int
    ) -> tuple[Session, Grant]:
        """The session that a token opens, for an OpenTok client.

        Misses are not counted: signatures cannot be guessed, and one page with an old token must not shut
        out everybody else on its machine.

        Raises:
            Unauthorized: it opens nothing. The same words and work whether or not the session exists.
            NoSuchSession: there is none, and the token proves that its bearer may know.
        """
        session = find(session_id)
        grant = self._by_token(session_id if session is None else session.config.id, token, wall)
        if grant is None:
            raise Unauthorized("this token does not open this session")
        if session is None:
            raise NoSuchSession
        return session, grant

    def _grant(self, session_id: str, config: SessionConfig, request: Join, wall: int) -> Grant | None:
        if request.token is not UNSET:
            return self._by_token(session_id, request.token, wall)
        role = _role(config, request)
        return None if role is None else Grant(role=role, data=request.data)

    def _by_token(self, session_id: str, token: str, wall: int) -> Grant | None:
        if self._project is None:
            return None
        try:
            grant = check_token(token, self._project, wall / 1_000)
        except BadToken:
            return None
        if grant.session_id != session_id:
            return None
        return Grant(role=grant.role, data=grant.data)


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
