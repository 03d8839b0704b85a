"""Which HTTP application answers: the relay's own pages, OpenTok's REST API, or what OpenTok.js asks.

A base URL of OpenTok's may carry any path before the known ones: a proxy's, or the `/{prefix}/{host}` that
`OT.setProxyUrl()` makes. It is taken off here.
"""

import re
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

from heliograph_relay.core.surface import Surface
from heliograph_relay.shell.errors import error_response

_REST = re.compile(r"(?P<prefix>(?:/.*?)?)(?P<path>/session/create|/v2/project/.*|/openapi\.json)", re.DOTALL)
_PAGE = re.compile(
    r"(?P<prefix>(?:/.*?)?)(?P<path>/session/[^/]+|/project/[^/]+/config\.json|/prod/logging/[^/]+)"
)


class Front:
    """An ASGI application made of three; `rest` and `page` are open to whom `surface()` admits now."""

    def __init__(self, own: ASGIApp, rest: ASGIApp, page: ASGIApp, surface: Callable[[], Surface]) -> None:
        self._own = own
        self._rest = rest
        self._page = page
        self._surface = surface

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the request on."""
        app, match = self._choose(scope)
        if match is None:
            await self._own(scope, receive, send)
            return
        client = scope.get("client") or ("", 0)
        if not self._surface().admits(client[0]):
            words = "OpenTok is open to programs on the relay's own machine only"
            headers = {"Access-Control-Allow-Origin": "*"}
            await error_response(403, words, headers)(scope, receive, send)
            return
        path = match["path"]
        inner = {**scope, "path": path, "raw_path": path.encode(), "opentok_prefix": match["prefix"]}
        await app(inner, receive, send)

    def _choose(self, scope: Scope) -> tuple[ASGIApp, re.Match[str] | None]:
        if scope["type"] != "http" or self._surface() is Surface.OFF:
            return self._own, None
        path = scope["path"]
        match = _REST.fullmatch(path)
        if match is not None:
            return self._rest, match
        match = _PAGE.fullmatch(path)
        if match is not None and _is_plain_session(scope, match):
            match = None
        return self._page, match


def _is_plain_session(scope: Scope, match: re.Match[str]) -> bool:
    """Whether this is a look at `/session/{id}`, where heliograph.v1 lives, and not OpenTok.js."""
    if not match["path"].startswith("/session/") or match["prefix"] or scope["method"] == "OPTIONS":
        return False
    asks = b"extended=" in scope["query_string"]
    return not asks and all(name != b"x-opentok-auth" for name, _ in scope["headers"])
