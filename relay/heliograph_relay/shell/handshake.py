"""Opening handshakes: which upgrade requests are let in, and to which session."""

from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from websockets.exceptions import NegotiationError
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from heliograph_relay.protocol.native import SUBPROTOCOL

_PREFIX = "/session/"


def answer(data: bytes, *, is_draining: bool) -> tuple[bytes, str | None]:
    """The HTTP response to an upgrade request, and the id of the session asked for; None: not let in.

    A handshake says nothing about whether the session exists (docs/PROTOCOL.md, Rules: "Nothing before
    authentication").
    """
    protocol = ServerProtocol(subprotocols=[Subprotocol(SUBPROTOCOL)], select_subprotocol=_select)
    protocol.receive_data(data)
    requests = [event for event in protocol.events_received() if isinstance(event, Request)]
    session_id = None
    if requests:
        request = requests[0]
        session_id = session_of(request.path)
        response = _refusal(protocol, request, session_id, is_draining) or protocol.accept(request)
        if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS:
            session_id = None
        protocol.send_response(response)
    return b"".join(protocol.data_to_send()), session_id


def session_of(target: str) -> str | None:
    """The session id in a request target `/session/{id}`; None where it is another path."""
    path = target.partition("?")[0]
    id = unquote(path.removeprefix(_PREFIX))
    return id if path.startswith(_PREFIX) and id and "/" not in id else None


def _select(_protocol: ServerProtocol, offered: "list[Subprotocol] | object") -> Subprotocol:
    subprotocol = Subprotocol(SUBPROTOCOL)
    if not isinstance(offered, list | tuple) or subprotocol not in offered:
        raise NegotiationError(f"this endpoint speaks the subprotocol {SUBPROTOCOL} only")
    return subprotocol


def _refusal(
    protocol: ServerProtocol, request: Request, session_id: str | None, is_draining: bool
) -> Response | None:
    if is_draining:
        return protocol.reject(HTTPStatus.SERVICE_UNAVAILABLE, "The relay is stopping.\n")
    if session_id is None:
        return protocol.reject(HTTPStatus.NOT_FOUND, "Sessions are at /session/{id}.\n")
    if not _is_own_page(request):
        return protocol.reject(HTTPStatus.FORBIDDEN, "A page from elsewhere may not join from a browser.\n")
    return None


def _is_own_page(request: Request) -> bool:
    """Whether a browser page that this relay itself served, or no browser at all, is asking."""
    origins = request.headers.get_all("Origin")
    hosts = request.headers.get_all("Host")
    return not origins or [urlsplit(origin).netloc for origin in origins] == hosts
