"""The REST API's description, for people's tools: OpenAPI 3.1, served at `/openapi.json`."""

from typing import Any

from heliograph_relay import __version__
from heliograph_relay.protocol.model import MAX_DATA_BYTES, MAX_TYPE_BYTES

Json = dict[str, Any]


def _path(name: str, words: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": words, "schema": {"type": "string"}}


def _answer(words: str, schema: Json | None = None, kind: str = "application/json") -> Json:
    return {"description": words} | ({} if schema is None else {"content": {kind: {"schema": schema}}})


def _errors(*statuses: int) -> Json:
    words = {
        400: "Something in the request breaks the rules.",
        403: "The token opens nothing, is too old or is another project's.",
        404: "There is no such session, connection or stream.",
        413: "The body, the type or the data is too large.",
        415: "The body is of the wrong kind.",
        503: "The relay has as many sessions as it may have.",
    }
    return {
        str(status): _answer(words[status], {"$ref": "#/components/schemas/Error"}) for status in statuses
    }


_KEY = _path("key", "The API key.")
_SESSION = _path("session", "The session's id.")
_CONNECTION = _path("connection", "The connection's id.")
_STREAM = _path("stream", "The stream's id.")

_SIGNAL: Json = {
    "required": False,
    "description": "Neither member: a ping.",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Signal"}}},
}
_SIGNALLED: Json = {"204": _answer("The signal was sent."), **_errors(400, 403, 404, 413)}

_CREATE: Json = {
    "required": False,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "p2p.preference": {"type": "string", "enum": ["", "enabled", "disabled"]},
                    "archiveMode": {"type": "string", "enum": ["", "manual", "always"]},
                    "e2ee": {"type": "string", "enum": ["", "true", "false"]},
                    "location": {"type": "string", "anyOf": [{"format": "ipv4"}, {"maxLength": 0}]},
                },
            }
        }
    },
}
_CREATED: Json = {
    "type": "array",
    "minItems": 1,
    "maxItems": 1,
    "items": {
        "type": "object",
        "required": ["session_id", "project_id", "partner_id", "create_dt"],
        "properties": {
            name: {"type": "string"} for name in ("session_id", "project_id", "partner_id", "create_dt")
        },
    },
}
_LIST: Json = {
    "type": "object",
    "required": ["count", "items"],
    "properties": {"count": {"type": "integer"}, "items": {"type": "array", "items": {"type": "object"}}},
}
_CONNECTIONS: Json = {
    "type": "object",
    "required": ["count", "projectId", "sessionId", "items"],
    "properties": {
        "count": {"type": "integer"},
        "projectId": {"type": "string"},
        "sessionId": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["connectionId", "createdAt", "connectionState"],
                "properties": {
                    "connectionId": {"type": "string"},
                    "createdAt": {"type": "integer"},
                    "connectionState": {"type": "string", "enum": ["Connected"]},
                },
            },
        },
    },
}
_SCHEMAS: Json = {
    "Signal": {
        "type": "object",
        "properties": {
            "type": {
                "type": "string",
                "pattern": "^[A-Za-z0-9._~-]*$",
                "description": f"At most {MAX_TYPE_BYTES} characters; the empty text counts as none.",
            },
            "data": {
                "type": "string",
                "description": f"At most {MAX_DATA_BYTES} bytes of UTF-8.",
            },
        },
    },
    "Error": {
        "type": "object",
        "required": ["code", "message", "description"],
        "properties": {
            "code": {"type": "integer"},
            "message": {"type": "string", "minLength": 1},
            "description": {"type": "string"},
        },
    },
}


def _operation(
    id: str, words: str, parameters: list[Json], responses: Json, body: Json | None = None
) -> Json:
    made: Json = {"operationId": id, "summary": words, "parameters": parameters, "responses": responses}
    return made if body is None else {**made, "requestBody": body}


_PROJECT = "/v2/project/{key}/session/{session}"
_TALK = [_KEY, _SESSION]

DESCRIPTION: Json = {
    "openapi": "3.1.0",
    "info": {
        "title": "Heliograph's OpenTok REST API",
        "version": __version__,
        "description": "What OpenTok's server SDKs need for signalling. There is no media.",
    },
    "servers": [{"url": "/"}],
    "security": [{"token": []}],
    "paths": {
        "/session/create": {
            "post": _operation(
                "createSession",
                "Make a session.",
                [],
                {
                    "200": {
                        "description": "The session. XML where only that is accepted.",
                        "content": {
                            "application/json": {"schema": _CREATED},
                            "application/xml": {"schema": {"type": "object"}},
                        },
                    },
                    **_errors(400, 403, 413, 415, 503),
                },
                _CREATE,
            )
        },
        f"{_PROJECT}/signal": {
            "post": _operation("signalSession", "Send a signal to everybody.", _TALK, _SIGNALLED, _SIGNAL)
        },
        f"{_PROJECT}/connection": {
            "get": _operation(
                "listConnections",
                "Who is there.",
                _TALK,
                {"200": _answer("The connections.", _CONNECTIONS), **_errors(403, 404)},
            )
        },
        f"{_PROJECT}/connection/{{connection}}": {
            "delete": _operation(
                "forceDisconnect",
                "Put a connection out.",
                [*_TALK, _CONNECTION],
                {"204": _answer("It is out."), **_errors(403, 404)},
            )
        },
        f"{_PROJECT}/connection/{{connection}}/signal": {
            "post": _operation(
                "signalConnection",
                "Send a signal to one connection.",
                [*_TALK, _CONNECTION],
                _SIGNALLED,
                _SIGNAL,
            )
        },
        f"{_PROJECT}/stream": {
            "get": _operation(
                "listStreams",
                "The streams: none.",
                _TALK,
                {"200": _answer("None.", _LIST), **_errors(403, 404)},
            )
        },
        f"{_PROJECT}/stream/{{stream}}": {
            "get": _operation("getStream", "A stream: there is none.", [*_TALK, _STREAM], _errors(403, 404))
        },
    },
    "components": {
        "securitySchemes": {
            "token": {
                "type": "apiKey",
                "in": "header",
                "name": "X-OPENTOK-AUTH",
                "description": "A JWT (HS256, the API secret): iss the API key, ist project, iat, exp at most "
                "300 seconds later.",
            }
        },
        "schemas": _SCHEMAS,
    },
}
