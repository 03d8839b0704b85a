"""Invites, and the addresses that people type: the one place that reads and writes them.

An invite is one line that carries everything a guest needs::

    heliograph://192.168.1.5:8765/Xq3f?also=10.0.0.3&name=Choir&secret=mJ2k…&sum=1f0c

`also` names further addresses of the same relay, `name` is the session's name for the eye. `sum` closes the
line: it tells an invite that was cut off, broken over two lines or mistyped from one that is whole. Keys that
are not known are kept in the sum and ignored otherwise, so that later versions can add some.
"""

import ipaddress
import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

SCHEME = "heliograph"
DEFAULT_PORT = 8765

#: What to call the session of a relay where only its address is known.
DEFAULT_SESSION = "lan"

MAX_TEXT = 100_000
MAX_ADDRESSES = 64

_START = re.compile(rf"{SCHEME}:\s*/\s*/", re.IGNORECASE)
_END = re.compile(r"[?&]sum=([0-9a-f]{4})", re.IGNORECASE)
#: What mail and chat programs put between the characters of a long line, or hide in it.
_HIDDEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
_PADDING = re.compile(rf"[\s<>\"'`*{_HIDDEN}]+")
_AROUND = re.compile(rf"^[\s<>\"'`*]+|[\s<>\"'`*]+$|[{_HIDDEN}]+")
_LABEL = re.compile(r"\w(?:[\w-]{0,61}\w)?")
_ZONE = re.compile(r"[\w.-]{1,32}", re.ASCII)
_AGAIN = "Copy the whole line again, from heliograph:// to its last character."


class BadInvite(ValueError):
    """This is no invite, or no address; the words say what is missing or wrong."""


@dataclass(frozen=True, kw_only=True)
class Invite:
    """Where a session is and what opens it. An empty `secret` means that a PIN is asked for.

    Raises:
        BadInvite: a part could not be written into a line, or leads nowhere.
    """

    addresses: tuple[str, ...]
    port: int
    session: str
    secret: str = field(default="", repr=False)
    name: str = ""

    def __post_init__(self) -> None:
        if not self.addresses:
            raise BadInvite("This invite names no address.")
        if len(self.addresses) > MAX_ADDRESSES:
            raise BadInvite(f"This invite names more than {MAX_ADDRESSES} addresses.")
        for host in self.addresses:
            _check_host(host)
        _check_port(self.port)
        if not self.session:
            raise BadInvite("This invite names no session.")
        for text in (self.session, self.secret, self.name):
            _check_text(text)

    def line(self) -> str:
        """The invite as one line without spaces: link, QR code and text to paste."""
        pairs = [("also", host) for host in self.addresses[1:]]
        pairs += [(key, text) for key in ("name", "secret") if (text := getattr(self, key))]
        where = f"{_in_url(self.addresses[0])}:{self.port}/{quote(self.session, safe='')}"
        checksum = _checksum(self.addresses[0], self.port, self.session, pairs)
        query = "&".join(f"{key}={quote(value, safe='')}" for key, value in [*pairs, ("sum", checksum)])
        return f"{SCHEME}://{where}?{query}"


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a relay listens, and which of its sessions is meant."""

    host: str
    port: int = DEFAULT_PORT
    session: str = DEFAULT_SESSION

    def __str__(self) -> str:
        return f"{_in_url(self.host)}:{self.port}"


def parse_invite(text: str) -> Invite:
    """Find an invite in pasted text; whatever stands around it, or broke its line, does not matter.

    Raises:
        BadInvite: there is none, or the one that is there is not whole.
    """
    if len(text) > MAX_TEXT:
        raise BadInvite("This text is too long to be an invite.")
    candidates = _START.split(text)[1:]
    if not candidates:
        raise BadInvite("There is no invite in this text: an invite begins with heliograph://")
    first_problem: BadInvite | None = None
    for candidate in candidates:
        try:
            return _read(_PADDING.sub("", candidate).replace("&amp;", "&"))
        except BadInvite as problem:
            first_problem = first_problem or problem
    assert first_problem is not None
    raise first_problem


def parse_address(text: str) -> Address:
    """Read what a person types to reach a relay: `host`, `host:port`, `host:port/session`, or a ws:// URL.

    Raises:
        BadInvite: it is none of these.
    """
    text = _AROUND.sub("", text[:MAX_TEXT])
    scheme, separator, rest = text.rpartition("://")
    if separator and scheme.lower() not in ("ws", "http", SCHEME):
        raise BadInvite(f"An address begins with ws:// or with nothing, not with {scheme[:20]}://")
    where, _, path = re.split(r"[?#]", rest, maxsplit=1)[0].partition("/")
    if not where:
        raise BadInvite("This names no host. An address looks like 192.168.1.5:8765")
    host, port = _split_port(where)
    session = _decoded(path.removeprefix("session/") if separator else path).strip("/")
    _check_host(host)
    _check_text(session)
    return Address(host=host, port=_port(port), session=session or DEFAULT_SESSION)


def _read(line: str) -> Invite:
    """Read what follows `heliograph://`, up to the sum; anything may stand behind that."""
    end = _END.search(line)
    body = line[: end.start()] if end else line
    where, _, query = body.partition("?")
    authority, _, path = where.partition("/")
    host, port = _split_port(authority)
    if not host:
        raise BadInvite(f"The address is missing in this invite. {_AGAIN}")
    if port is None:
        raise BadInvite(f"The port is missing in this invite. {_AGAIN}")
    if not path:
        raise BadInvite(f"The session is missing in this invite. {_AGAIN}")
    if end is None:
        raise BadInvite(f"The end of this invite is missing. {_AGAIN}")
    pairs = [_pair(part) for part in query.split("&") if part]
    session = _decoded(path)
    if _checksum(host, _port(port), session, pairs) != end[1].lower():
        raise BadInvite(f"A character is missing or wrong in this invite. {_AGAIN}")
    known = dict(pairs)
    return Invite(
        addresses=(host, *(value for key, value in pairs if key == "also")),
        port=_port(port),
        session=session,
        secret=known.get("secret", ""),
        name=known.get("name", ""),
    )


def _pair(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    return key, _decoded(value)


def _checksum(host: str, port: int, session: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Over what the parts mean and not how they are escaped; the name is only for the eye."""
    parts = [host.lower(), str(port), session]
    parts += [f"{key}={value}" for key, value in sorted(pairs) if key != "name"]
    return f"{zlib.crc32(chr(0).join(parts).encode()) & 0xFFFF:04x}"


def _decoded(text: str) -> str:
    try:
        return unquote(text, errors="strict")
    except UnicodeError:
        raise BadInvite("This holds escapes (%…) that are no text.") from None


def _split_port(authority: str) -> tuple[str, str | None]:
    """Host and port of `host`, `host:port`, `[v6]:port`, or a bare IPv6 address."""
    bracketed = re.fullmatch(r"\[([^\]]*)\](?::(.*))?", authority)
    if bracketed:
        return bracketed[1].replace("%25", "%"), bracketed[2]
    if authority.count(":") > 1:
        return authority, None
    host, colon, port = authority.partition(":")
    return _decoded(host), port if colon else None


def _port(text: str | None) -> int:
    if text is None:
        return DEFAULT_PORT
    if not re.fullmatch(r"\d{1,5}", text, re.ASCII):
        raise BadInvite(f"{text[:20]!r} is no port: a port is a number from 1 to 65535.")
    _check_port(int(text))
    return int(text)


def _check_port(port: int) -> None:
    if not 1 <= port <= 65_535:
        raise BadInvite(f"{port} is no port: a port is a number from 1 to 65535.")


def _check_host(host: str) -> None:
    """Raise unless `host` is an IP address or could be the name of a machine."""
    if not host:
        raise BadInvite(
            "The address is missing: before the port stands an IP address or the name of a machine."
        )
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if not _is_name(host):
            raise BadInvite(f"{host[:60]!r} is neither an IP address nor the name of a machine.") from None
    else:
        zone = getattr(address, "scope_id", None)
        if zone is not None and not _ZONE.fullmatch(zone):
            raise BadInvite(f"{host[:60]!r} names no network interface after the %.")


def _is_name(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    named = all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()
    return named and len(host) <= 253


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInvite("This holds a lone surrogate, which is no text.") from None


def _in_url(host: str) -> str:
    """A host as it stands before a port."""
    return f"[{host.replace('%', '%25')}]" if ":" in host else quote(host, safe="")
