"""What the relay answers over plain HTTP."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from heliograph_relay import __version__
from heliograph_relay.protocol.native import SUBPROTOCOL


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok", "version": __version__}, headers={"Cache-Control": "no-store"})


async def _upgrade(_request: Request) -> Response:
    words = f"Sessions are joined over a WebSocket with the subprotocol {SUBPROTOCOL}.\n"
    return PlainTextResponse(
        words, status_code=426, headers={"Upgrade": "websocket", "Connection": "Upgrade"}
    )


def make_app() -> Starlette:
    """The HTTP application. It tells nothing about sessions."""
    return Starlette(
        routes=[
            Route("/healthz", _health, methods=["GET"]),
            Route("/session/{id}", _upgrade, methods=["GET"]),
        ]
    )
