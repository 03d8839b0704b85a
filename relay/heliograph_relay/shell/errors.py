"""Errors of the HTTP surfaces: always a JSON object that says what is wrong, which server SDKs rely on."""

from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from heliograph_relay.protocol.problems import Full, NoSuchSession, Problem, Refusal


class ApiError(Exception):
    """An answer with an error status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def error_response(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    """The shape that OpenTok's servers give their errors."""
    body = {"code": status, "message": message, "description": HTTPStatus(status).phrase}
    return JSONResponse(body, status_code=status, headers=headers)


async def on_api_error(_request: Request, error: Exception) -> Response:
    """Says an `ApiError`."""
    assert isinstance(error, ApiError)
    return error_response(error.status, str(error))


async def on_problem(_request: Request, error: Exception) -> Response:
    """Says what the core refuses."""
    assert isinstance(error, Problem)
    if isinstance(error, Refusal):
        return error_response(error.code, error.message)
    status = 404 if isinstance(error, NoSuchSession) else 503 if isinstance(error, Full) else 403
    return error_response(status, error.message)


async def on_http_exception(_request: Request, error: Exception) -> Response:
    """Says what the routing refuses: unknown paths, methods that a path does not have."""
    assert isinstance(error, HTTPException)
    return error_response(error.status_code, str(error.detail), dict(error.headers or {}))


async def on_fault(_request: Request, _error: Exception) -> Response:
    """A fault of ours; the server logs it with its traceback."""
    return error_response(500, "the relay failed; this is its fault, not yours")


HANDLERS = {ApiError: on_api_error, Problem: on_problem, HTTPException: on_http_exception, 500: on_fault}
