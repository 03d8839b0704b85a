"""What OpenTok.js asks over HTTP before it opens its WebSocket: configuration, session info, and its logging."""

import time
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from heliograph_relay.protocol.problems import Goodbye, NoSuchSession
from heliograph_relay.shell.errors import HANDLERS
from heliograph_relay.shell.handshake import opentok_path
from heliograph_relay.shell.switchboard import Switchboard

_SYMPHONY = "symphony.heliograph"


class SessionInfoApi:
    """See the module. `key` is the project's."""

    def __init__(self, switchboard: Switchboard, key: str) -> None:
        self._switchboard = switchboard
        self._key = key

    def app(self) -> Starlette:
        """The HTTP application. Pages from anywhere may ask; what opens a session is its token."""
        return Starlette(
            routes=[
                Route("/session/{session}", self.info, methods=["GET"]),
                Route("/project/{key}/config.json", self.configuration, methods=["GET"]),
                Route("/prod/logging/{kind}", self.logged, methods=["GET", "POST"]),
            ],
            middleware=[
                Middleware(
                    CORSMiddleware,
                    allow_origins=["*"],
                    allow_methods=["GET", "POST"],
                    allow_headers=["*"],
                    allow_private_network=True,
                )
            ],
            exception_handlers=HANDLERS,
        )

    async def info(self, request: Request) -> Response:
        """Where a token's session is to be found. Refusals are answers with status 200; OpenTok.js reads them so."""
        session_id = request.path_params["session"]
        token = request.headers.get("x-opentok-auth", "")
        wall = time.time_ns() // 1_000_000
        try:
            session = self._switchboard.hub.session_for(session_id, token, wall)
        except NoSuchSession as goodbye:
            return _refused("404", goodbye)
        except Goodbye as goodbye:
            return _refused("403", goodbye)
        id, url = session.config.id, _messaging_url(request, session.config.id)
        info = {
            "session_id": id,
            "partner_id": self._key,
            "messaging_url": url,
            "messaging_server_url": url,
            "symphony_address": _SYMPHONY,
            "session_status": "INTERACT",
            "ice_servers": [],
            "properties": {
                "reconnection": True,
                "p2p": {
                    "preference": {"value": "enabled" if session.config.mode == "relayed" else "disabled"}
                },
            },
        }
        return JSONResponse([info], headers=_FRESH)

    async def configuration(self, _request: Request) -> Response:
        """Nothing to configure."""
        return JSONResponse({}, headers=_FRESH)

    async def logged(self, _request: Request) -> Response:
        """Usage events of OpenTok.js, which are nobody's business and go nowhere."""
        return Response(status_code=200)


_FRESH = {"Cache-Control": "no-store"}


def _refused(code: str, goodbye: Goodbye) -> Response:
    error = {"code": code, "errorMessage": {"message": goodbye.message}}
    return JSONResponse([{"error": error}], headers=_FRESH)


def _messaging_url(request: Request, session_id: str) -> str:
    """At the address under which this relay was asked, behind whatever path stood before ours."""
    scheme = "wss" if request.url.scheme == "https" else "ws"
    prefix = quote(request.scope.get("opentok_prefix", ""), safe="/:")
    return f"{scheme}://{request.url.netloc}{prefix}{opentok_path(quote(session_id))}"
