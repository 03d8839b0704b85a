"""Opening handshakes: which upgrade requests are let in, and to which session."""

import re
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct
from websockets.exceptions import NegotiationError
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from heliograph_relay.protocol.native import SUBPROTOCOL

_PREFIX = "/session/"
#: Whatever stands before it: a proxy's own path, and the host that OpenTok.js writes behind it.
_OPENTOK = re.compile(r"(?:/.*)?/opentok/([^/]+)")
_MAX_SOCKET_CHARACTERS = 128
#: For what the reader of requests does not even answer.
_BAD_REQUEST = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


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
        response = _refusal(protocol, request, opening, is_draining, opentok) or protocol.accept(request)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            opening = None
        protocol.send_response(response)
    return b"".join(protocol.data_to_send()) or _BAD_REQUEST, opening


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
    protocol: ServerProtocol, request: Request, opening: Opening | None, is_draining: bool, opentok: bool
) -> Response | None:
    if is_draining:
        return protocol.reject(HTTPStatus.SERVICE_UNAVAILABLE, "The relay is stopping.\n")
    if opening is None:
        return protocol.reject(HTTPStatus.NOT_FOUND, "Sessions are at /session/{id}.\n")
    if opening.is_opentok:
        # A page from anywhere may ask: what opens the session is its token.
        return None if opentok else protocol.reject(HTTPStatus.FORBIDDEN, "OpenTok is not open to you.\n")
    if not _is_own_page(request):
        return protocol.reject(HTTPStatus.FORBIDDEN, "A page from elsewhere may not join from a browser.\n")
    return None


def _is_own_page(request: Request) -> bool:
    """Whether a browser page that this relay itself served, or no browser at all, is asking."""
    origins = request.headers.get_all("Origin")
    hosts = request.headers.get_all("Host")
    try:
        return not origins or [urlsplit(origin).netloc for origin in origins] == hosts
    except ValueError:  # no URL at all
        return False
