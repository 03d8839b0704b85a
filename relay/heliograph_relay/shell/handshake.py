"""Opening handshakes: which upgrade requests are let in, and to which session.

`answer` knows all that an upgrade request may be, by the `websockets` library. `let_in` knows the ordinary ones, in
a tenth of the time: it says yes where `answer` would say the same, and leaves everything else to it.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from msgspec import Struct
from websockets.exceptions import NegotiationError
from websockets.http11 import Request
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol
from websockets.utils import accept_key

from heliograph_relay.protocol.native import SUBPROTOCOL

_PREFIX = "/session/"
#: Whatever stands before it: a proxy's own path, and the host that OpenTok.js writes behind it.
_OPENTOK = re.compile(r"(?:/.*)?/opentok/([^/]+)")
_MAX_SOCKET_CHARACTERS = 128
#: For what the reader of requests does not even answer.
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

# What is ordinary: less than what the library takes.
_MOST_BYTES, _MOST_HEADERS = 8_192, 64
_OF_BODIES = frozenset((b"content-length", b"transfer-encoding"))
_CONNECTIONS = frozenset((b"upgrade", b"keep-alive, upgrade"))
_KEY = re.compile(rb"[0-9A-Za-z+/]{22}==")


class Opening(Struct, frozen=True, kw_only=True):
    """What an upgrade asks for: a session, by one of the two wires.

    `socket` is an OpenTok client's secret for coming back; `returning` says that it is back.
    """

    session_id: str
    is_opentok: bool = False
    socket: str = ""
    returning: bool = False


def opentok_path(session_id: str) -> str:
    """The path at which OpenTok clients find this session."""
    return f"/opentok/{session_id}"


def answer(data: bytes, *, is_draining: bool, opentok: bool) -> tuple[bytes, Opening | None]:
    """The HTTP response to an upgrade request, and what was asked for; None: not let in.

    `opentok`: whether this peer may use OpenTok's wire. A handshake says nothing about whether the session
    exists (docs/PROTOCOL.md, Rules: "Nothing before authentication").
    """
    target = _target(data)
    opening = opening_of(target)
    protocol = ServerProtocol() if opening is not None and opening.is_opentok else _native_protocol()
    # Whatever follows the head was sent too early; the library would trip over it.
    protocol.receive_data(b"".join(data.partition(b"\r\n\r\n")[:2]))
    requests = [event for event in protocol.events_received() if isinstance(event, Request)]
    if not requests:
        opening = None
    else:
        request = requests[0]
        origins, hosts = request.headers.get_all("Origin"), request.headers.get_all("Host")
        refusal = _refusal(opening, origins, hosts, is_draining=is_draining, opentok=opentok)
        response = protocol.reject(*refusal) if refusal else protocol.accept(request)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            opening = None
        protocol.send_response(response)
    return b"".join(protocol.data_to_send()) or _BAD_REQUEST, opening


def let_in(data: bytes, *, is_draining: bool, opentok: bool) -> tuple[bytes, Opening] | None:
    """What `answer` says to an ordinary request that is let in; None: ask `answer`.

    `data` is all that has come; what is not exactly the head of one request is not ordinary.
    """
    head = _ordinary(data)
    if head is None:
        return None
    opening = opening_of(head.url.decode())
    origins, hosts = head.all(b"origin"), head.all(b"host")
    if opening is None or _refusal(opening, origins, hosts, is_draining=is_draining, opentok=opentok):
        return None
    subprotocols = [] if opening.is_opentok else [SUBPROTOCOL]
    if head.all(b"sec-websocket-protocol") != subprotocols:
        return None
    chosen = "".join(f"Sec-WebSocket-Protocol: {name}\r\n" for name in subprotocols)
    return (
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Accept: {accept_key(head.all(b'sec-websocket-key')[0])}\r\n{chosen}\r\n"
    ).encode(), opening


class _Head:
    """What httptools finds in the head of a request."""

    __slots__ = ("headers", "is_ordinary", "url")

    def __init__(self) -> None:
        self.url = b""
        self.headers: dict[bytes, bytes] = {}
        self.is_ordinary = True

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name in self.headers or name in _OF_BODIES:
            self.is_ordinary = False
        self.headers[name] = value

    def all(self, name: bytes) -> list[str]:
        """The values of a header: one, or none."""
        value = self.headers.get(name)
        return [] if value is None else [value.decode("latin-1")]


def _ordinary(data: bytes) -> _Head | None:
    """The head of an upgrade request that nobody can take for anything else."""
    if len(data) > _MOST_BYTES:
        return None
    head = _Head()
    parser = HttpRequestParser(head)
    try:
        parser.feed_data(data)
    except HttpParserUpgrade as end:
        headers = head.headers
        is_ordinary = (
            head.is_ordinary
            and end.args[0] == len(data)
            and data.startswith(b"GET " + head.url + b" HTTP/1.1\r\n")
            and head.url.isascii()
            and len(headers) <= _MOST_HEADERS
            and headers.get(b"upgrade", b"").lower() == b"websocket"
            and headers.get(b"connection", b"").lower() in _CONNECTIONS
            and headers.get(b"sec-websocket-version") == b"13"
            and _KEY.fullmatch(headers.get(b"sec-websocket-key", b"")) is not None
        )
        return head if is_ordinary else None
    except HttpParserError:
        return None
    return None


def opening_of(target: str) -> Opening | None:
    """What a request target asks for; None where it is no session's."""
    path, _, query = target.partition("?")
    id = session_of(target)
    if id is not None:
        return Opening(session_id=id)
    match = _OPENTOK.fullmatch(path)
    if match is None:
        return None
    fields = parse_qs(query, max_num_fields=16) if query.count("&") < 16 else {}
    return Opening(
        session_id=unquote(match[1]),
        is_opentok=True,
        socket=fields.get("socketId", [""])[0][:_MAX_SOCKET_CHARACTERS],
        returning=fields.get("reconnect") == ["true"],
    )


def session_of(target: str) -> str | None:
    """The session id in a request target `/session/{id}`; None where it is another path."""
    path = target.partition("?")[0]
    id = unquote(path.removeprefix(_PREFIX))
    return id if path.startswith(_PREFIX) and id and "/" not in id else None


def _native_protocol() -> ServerProtocol:
    return ServerProtocol(subprotocols=[Subprotocol(SUBPROTOCOL)], select_subprotocol=_select)


def _target(data: bytes) -> str:
    """The request target, before the request is read as a whole; the reader judges it."""
    return data.partition(b"\r\n")[0].decode("latin-1").partition(" ")[2].partition(" ")[0]


def _select(_protocol: ServerProtocol, offered: "list[Subprotocol] | object") -> Subprotocol:
    subprotocol = Subprotocol(SUBPROTOCOL)
    if not isinstance(offered, list | tuple) or subprotocol not in offered:
        raise NegotiationError(f"this endpoint speaks the subprotocol {SUBPROTOCOL} only")
    return subprotocol


def _refusal(
    opening: Opening | None, origins: Sequence[str], hosts: Sequence[str], *, is_draining: bool, opentok: bool
) -> tuple[HTTPStatus, str] | None:
    """Why a request is not let in, whatever it is like otherwise."""
    if is_draining:
        return HTTPStatus.SERVICE_UNAVAILABLE, "The relay is stopping.\n"
    if opening is None:
        return HTTPStatus.NOT_FOUND, "Sessions are at /session/{id}.\n"
    if opening.is_opentok:
        # A page from anywhere may ask: what opens the session is its token.
        return None if opentok else (HTTPStatus.FORBIDDEN, "OpenTok is not open to you.\n")
    if not _is_own_page(origins, hosts):
        return HTTPStatus.FORBIDDEN, "A page from elsewhere may not join from a browser.\n"
    return None


def _is_own_page(origins: Sequence[str], hosts: Sequence[str]) -> bool:
    """Whether a browser page that this relay itself served, or no browser at all, is asking."""
    try:
        return not origins or [urlsplit(origin).netloc for origin in origins] == hosts
    except ValueError:  # no URL at all
        return False
