"""What developers of OpenTok applications need of a relay: addresses, credentials, tokens, and honest words. Pure.

docs/OPENTOK.md says what the relay does for them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from heliograph.model.problem import Problem
from heliograph.model.session_ids import key_in
from heliograph.model.settings import OpenTokReach
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import (
    MAX_TOKEN_DATA_CHARACTERS,
    Claims,
    Project,
    mint_jwt,
    mint_server_token,
)

__all__ = ["MAX_TOKEN_DATA_CHARACTERS", "Project"]

_HOUR, _DAY = 3_600, 86_400
#: How long a token for a guest may hold: words and seconds. 30 days are the most that OpenTok allows.
LIFETIMES = (("1 hour", _HOUR), ("1 day", _DAY), ("7 days", 7 * _DAY), ("30 days", 30 * _DAY))
#: Roles of a guest, and what they may do here.
ROLES = (
    ("publisher", "Publisher", "may signal"),
    ("subscriber", "Subscriber", "may only listen"),
    ("moderator", "Moderator", "may signal and disconnect others"),
)
#: How long a session made over REST lives with nobody in it: words and seconds; 0 is as long as the relay.
KEPT_FOR = (("1 minute", 60), ("1 hour", _HOUR), ("1 day", _DAY), ("While this relay runs", 0))
#: Seconds that a server's token holds; OpenTok allows no more.
SERVER_SECONDS = 300

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Access:
    """A relay that this app runs, for developers. `addresses` are those by which others reach it."""

    key: str
    secret: str = field(repr=False)
    session: str
    port: int
    addresses: tuple[str, ...] = ()
    reach: OpenTokReach = "loopback"

    @property
    def local_url(self) -> str:
        """The API URL on this computer; without a slash at its end, which the Python SDK wants."""
        return _url(LOOPBACK, self.port)

    @property
    def network_urls(self) -> tuple[str, ...]:
        """The API URLs for other computers; none where they may not use it."""
        if self.reach != "all":
            return ()
        return tuple(_url(address, self.port) for address in self.addresses if not _is_local(address))

    @property
    def url(self) -> str:
        """The API URL that works wherever it may be used."""
        return next(iter(self.network_urls), self.local_url)

    @property
    def project(self) -> Project:
        """What signs tokens."""
        return Project(self.key, self.secret)


@dataclass(frozen=True, kw_only=True)
class Made:
    """A session that was made over REST, and how many are connected to it."""

    session: str
    connections: int


@dataclass(frozen=True, kw_only=True)
class MadeSessions:
    """The latest sessions made over REST; `count` and `connections` are those of all of them."""

    count: int = 0
    connections: int = 0
    latest: tuple[Made, ...] = ()


@dataclass(frozen=True)
class Fact:
    """Something to copy: what it is called, its value, and whether it is hidden until somebody wants to see it."""

    name: str
    value: str = field(repr=False)
    hidden: bool = False


def host_facts(access: Access) -> list[Fact]:
    """What an application is given to use this relay."""
    addresses = [Fact("API URL on this computer", access.local_url)] if access.reach != "off" else []
    addresses += [Fact("API URL on the network", url) for url in access.network_urls]
    return [
        Fact("API key", access.key),
        Fact("API secret", access.secret, hidden=True),
        *addresses,
        Fact("Session id", access.session),
    ]


def guest_facts(session: str, address: str, port: int) -> list[Fact]:
    """What is known of the relay of somebody else."""
    key = key_in(session)
    return [
        Fact("Session id", session),
        *([Fact("API key", key)] if key else []),
        Fact("API URL", _url(address, port)),
    ]


#: What somebody who has joined knows, and what not.
GUEST_WORDS = (
    (
        "You have joined a relay that somebody else runs. The API secret, which signs tokens and opens the REST API, is"
        " known on their computer only: ask them for a token, or host a session yourself to have all of it here."
    ),
    (
        "Whether OpenTok.js and REST calls are answered at this address is theirs to say: at first they are for the host's"
        " own computer only."
    ),
)

#: Who may reach OpenTok's surfaces: what a choice is called, and what it means.
REACHES: dict[OpenTokReach, tuple[str, str]] = {
    "off": ("Nobody", "OpenTok.js, server SDKs and REST get no answer here."),
    "loopback": (
        "This computer",
        "Pages and programs on this computer reach it; other computers are refused.",
    ),
    "all": (
        "The network",
        "Every computer that reaches port {port} here may use it, with a token or the secret.",
    ),
}
_ALWAYS = "Heliograph itself joins as ever, from everywhere: with the invite, the PIN or a token."
_IN_CLEAR = (
    "Nothing is encrypted on the way, so use it on networks that you trust. A page that was served over https may"
    " reach http://127.0.0.1 only: browsers refuse it other plain addresses."
)
_BEHIND = "If other computers get no answer, the firewall of this one may block port {port}."


def reach_words(access: Access) -> list[str]:
    """What is reachable from where, one sentence or two a line."""
    lines = [REACHES[access.reach][1].format(port=access.port), _ALWAYS]
    if access.reach == "all":
        lines += [_IN_CLEAR, _BEHIND.format(port=access.port)]
        if not access.network_urls:
            lines.append("No network was found: for now only this computer can reach it.")
    return lines


def guest_token(
    access: Access, session: str, *, role: str, data: str, seconds: int, now: float, nonce: str
) -> str:
    """A token that lets somebody into a session, in the form that the server SDKs make today."""
    claims = Claims(session_id=session, role=Role(role), data=data, expires=now + seconds)
    return mint_jwt(access.project, claims, now=now, nonce=nonce)


def server_token(access: Access, *, now: float) -> str:
    """A token by which a server calls the REST API for the next five minutes."""
    return mint_server_token(access.project, now=now, seconds=SERVER_SECONDS)


def foreign_words(access: Access) -> str:
    """What to know where the session's id was made for another API key; "" where it was not."""
    if key_in(access.session) == access.key:
        return ""
    return (
        "This session's id was not made for this API key, so the server SDKs make no tokens for it."
        " Tokens that are made here open it all the same; a session with another name gets a new id."
    )


def refused_session(text: str) -> Problem:
    """What was typed is no session's id."""
    if not text:
        return Problem("Which session?", "Paste the id that your server got when it made the session.")
    words = "A session's id has letters, digits and - _ . ~ = only, at most 255 of them."
    return Problem("This is no session's id", words)


def masked(text: str, secrets: Iterable[str]) -> str:
    """A text in which secrets are dots, as many for each."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "•" * 12)
    return text


def _url(host: str, port: int) -> str:
    return f"http://[{host.partition('%')[0]}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_local(address: str) -> bool:
    """Loopback, or an address that means something on one link only and stands in no URL."""
    return address.startswith("127.") or address == "::1" or address.lower().startswith("fe80:")
