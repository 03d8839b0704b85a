"""OpenTok's REST API, as far as signalling goes, for the official server SDKs (docs/OPENTOK.md).

Described for machines in `openapi.py`; the two are held together by tests.
"""

import ipaddress
import secrets
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import msgspec
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from heliograph_relay.core.session import Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.protocol.problems import Full
from heliograph_relay.protocol.session_ids import make_session_id
from heliograph_relay.protocol.tokens import BadToken, Project, check_server_token
from heliograph_relay.settings import Bounds
from heliograph_relay.shell.errors import HANDLERS, ApiError
from heliograph_relay.shell.openapi import DESCRIPTION
from heliograph_relay.shell.switchboard import Switchboard

_PROJECT = "/v2/project/{key}/session/{session}"


class _SignalBody(Struct):
    type: str | UnsetType = UNSET
    data: str | UnsetType = UNSET


_signal_decoder = msgspec.json.Decoder(_SignalBody)


class RestApi:
    """The API over one switchboard. `template` is what sessions made here are like.

    `bounds` says how large a request's body may be, and how many sessions may be made.
    """

    def __init__(
        self,
        switchboard: Switchboard,
        project: Project,
        template: SessionConfig,
        bounds: Bounds,
    ) -> None:
        self._bounds = bounds
        self._switchboard = switchboard
        self._project = project
        self._template = template

    def app(self) -> Starlette:
        """The HTTP application."""
        return Starlette(
            routes=[
                Route("/openapi.json", self.describe, methods=["GET"]),
                Route("/session/create", self.create, methods=["POST"]),
                Route(_PROJECT + "/signal", self.signal, methods=["POST"]),
                Route(_PROJECT + "/connection", self.connections, methods=["GET"]),
                Route(_PROJECT + "/connection/{connection}", self.disconnect, methods=["DELETE"]),
                Route(_PROJECT + "/connection/{connection}/signal", self.signal, methods=["POST"]),
                Route(_PROJECT + "/stream", self.streams, methods=["GET"]),
                Route(_PROJECT + "/stream/{stream}", self.stream, methods=["GET"]),
            ],
            exception_handlers=HANDLERS,
        )

    async def describe(self, _request: Request) -> Response:
        """What this API is, as OpenAPI."""
        return JSONResponse(DESCRIPTION)

    async def create(self, request: Request) -> Response:
        """A new session."""
        self._authenticate(request)
        fields = _form(request, await _body(request, self._bounds.body_bytes))
        wall = _wall()
        id = make_session_id(
            self._project.key,
            created=wall,
            random=secrets.token_urlsafe(16),
            location=_location(fields),
        )
        config = replace(self._template, id=id, mode=_mode(fields))
        hub = self._switchboard.hub
        # All but the relay's own, which has two names.
        if 0 < self._bounds.sessions <= len(hub.sessions) - 2:
            raise Full("this relay has as many sessions as it may have")
        hub.create_session(config, epoch=secrets.token_urlsafe(8), now=self._switchboard.now(), wall=wall)
        # A session that nobody joins has to be ended in time.
        self._switchboard.carry_out([])
        return _created(request, id, self._project.key, wall)

    async def signal(self, request: Request) -> Response:
        """A signal from the server, to everybody or to one connection."""
        session = self._session(request)
        body = await _body(request, self._bounds.body_bytes)
        try:
            signal = _signal_decoder.decode(body.decode() if body.strip() else "{}")
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            raise ApiError(400, f"the body is no signal: {error}") from None
        effects = self._switchboard.hub.server_signal(
            session,
            to=request.path_params.get("connection"),
            # Native SDKs say "" for no type.
            type=None if signal.type is UNSET else signal.type or None,
            data=None if signal.data is UNSET else signal.data,
            wall=_wall(),
        )
        self._switchboard.carry_out(effects)
        return Response(status_code=204)

    async def disconnect(self, request: Request) -> Response:
        """Put a connection out."""
        session = self._session(request)
        effects = self._switchboard.hub.put_out(session, request.path_params["connection"], _wall())
        self._switchboard.carry_out(effects)
        return Response(status_code=204)

    async def connections(self, request: Request) -> Response:
        """Who is there."""
        session = self._session(request)
        items = [
            {"connectionId": c.id, "createdAt": c.created, "connectionState": "Connected"}
            for c in session.connections
        ]
        return JSONResponse(
            {
                "count": len(items),
                "projectId": self._project.key,
                "sessionId": session.config.id,
                "items": items,
            }
        )

    async def streams(self, request: Request) -> Response:
        """There is no media here."""
        self._session(request)
        return JSONResponse({"count": 0, "items": []})

    async def stream(self, request: Request) -> Response:
        """There is no media here."""
        self._session(request)
        raise ApiError(404, "there is no such stream; this relay carries signals only")

    def _authenticate(self, request: Request) -> None:
        token = request.headers.get("x-opentok-auth", "")
        if not token:
            raise ApiError(403, "the header X-OPENTOK-AUTH is missing; it carries a server's token")
        try:
            check_server_token(token, self._project, _wall() / 1_000)
        except BadToken as error:
            raise ApiError(403, f"the token in X-OPENTOK-AUTH opens nothing: {error}") from None

    def _session(self, request: Request) -> Session:
        self._authenticate(request)
        if request.path_params["key"] != self._project.key:
            raise ApiError(403, "the token in X-OPENTOK-AUTH is of another project than the URL")
        return self._switchboard.hub.session(request.path_params["session"])


def _wall() -> int:
    return time.time_ns() // 1_000_000


async def _body(request: Request, most: int) -> bytes:
    """The request's body, which is not read on once it is too large."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise ApiError(413, f"the body is over {most} bytes")
    return bytes(body)


def _form(request: Request, body: bytes) -> dict[str, str]:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not body:
        return {}
    if kind not in ("", "application/x-www-form-urlencoded"):
        raise ApiError(415, "the body must be application/x-www-form-urlencoded")
    try:
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=64, errors="strict")
    except ValueError as error:
        raise ApiError(400, f"the body is no form: {error}") from None
    return dict(fields)


def _mode(fields: dict[str, str]) -> str:
    """Check the options that OpenTok knows; those about media are kept to the word and change nothing."""
    preference = _choice(fields, "p2p.preference", "disabled", ("enabled", "disabled"))
    _choice(fields, "archiveMode", "manual", ("manual", "always"))
    _choice(fields, "e2ee", "false", ("true", "false"))
    return "relayed" if preference == "enabled" else "routed"


def _choice(fields: dict[str, str], name: str, default: str, known: tuple[str, ...]) -> str:
    value = fields.get(name) or default
    if value not in known:
        raise ApiError(400, f"{name} must be one of {', '.join(known)}")
    return value


def _location(fields: dict[str, str]) -> str:
    location = fields.get("location", "")
    try:
        return str(ipaddress.IPv4Address(location)) if location else ""
    except ValueError:
        raise ApiError(400, "location must be an IPv4 address") from None


def _created(request: Request, id: str, key: str, wall: int) -> Response:
    made = {
        "session_id": id,
        "project_id": key,
        "partner_id": key,
        "create_dt": datetime.fromtimestamp(wall // 1_000, UTC).strftime("%a %b %d %H:%M:%S UTC %Y"),
    }
    if _wants_xml(request):
        return _created_xml(made)
    # OpenTok's own answers have these members too; all but two are null there as well.
    rest: dict[str, Any] = dict.fromkeys(_UNUSED)
    rest |= {"session_segment_id": secrets.token_hex(16), "ice_credential_expiration": 86_100}
    return JSONResponse([made | rest])


_UNUSED = (
    "session_status", "status_invalid", "media_server_hostname", "messaging_server_url", "messaging_url",
    "symphony_address", "properties", "ice_server", "ice_servers",
)  # fmt: skip


def _created_xml(made: dict[str, str]) -> Response:
    sessions = ET.Element("sessions")
    session = ET.SubElement(sessions, "Session")
    for name in ("session_id", "partner_id", "create_dt"):
        ET.SubElement(session, name).text = made[name]
    text = ET.tostring(sessions, encoding="utf-8", xml_declaration=True)
    return Response(text, media_type="application/xml")


def _wants_xml(request: Request) -> bool:
    kinds = [item.partition(";")[0].strip() for item in request.headers.get("accept", "").split(",")]
    return "application/json" not in kinds and bool({"application/xml", "text/xml"} & set(kinds))
