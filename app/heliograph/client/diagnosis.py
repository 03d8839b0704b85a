"""Why a relay could not be reached, in words that name the address and what to look at."""

import errno
import socket

from websockets.exceptions import InvalidStatus, NegotiationError

from heliograph.client.farewells import Farewell
from heliograph_relay.protocol.native import SUBPROTOCOL

_NO_WAY = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN, errno.EADDRNOTAVAIL}
)
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
#: What a relay says with 503 that is not about to stop (docs/RELIABILITY.md, "Limits").
_NO_ROOM = b"This relay has "
#: The most telling first: something that answers wrongly is nearer to the goal than nothing at all.
_ORDER = ("full", "goingAway", "notAnswering", "notARelay", "unreachable")


def diagnose(error: Exception, address: str, *, connected: bool) -> Farewell:
    """What an attempt to reach `address` failed for; `connected`: something had taken the connection."""
    if isinstance(error, InvalidStatus):
        return _diagnose_status(error.response.status_code, bytes(error.response.body or b""), address)
    if isinstance(error, NegotiationError):
        return Farewell(
            "notARelay",
            f"What answers at {address} does not speak {SUBPROTOCOL}. Is it a relay of another version?",
        )
    if not isinstance(error, OSError):
        hung_up = isinstance(error.__cause__, (EOFError, ConnectionError))
        return _hangs_up(address) if hung_up else _no_relay(address)
    if not connected:
        return Farewell("unreachable", _why_unreachable(error, address))
    if isinstance(error, TimeoutError):
        return Farewell(
            "notAnswering",
            f"A program at {address} takes the connection but says nothing. It may be frozen or too busy.",
        )
    return _hangs_up(address)


def combine(failures: list[Farewell]) -> Farewell:
    """One verdict over all addresses of a relay, each tried in vain."""
    lines = dict.fromkeys(failure.message for failure in failures)
    if len(lines) == 1:
        return failures[0]
    problem = min((failure.problem for failure in failures), key=_ORDER.index)
    return Farewell(
        problem, "\n".join(["None of the relay's addresses works.", *(f"• {line}" for line in lines)])
    )


def _diagnose_status(status: int, body: bytes, address: str) -> Farewell:
    if status == 429 or (status == 503 and _NO_ROOM in body):
        return Farewell("full", f"The relay at {address} takes no more connections at the moment.")
    if status == 503:
        return Farewell("goingAway", f"The relay at {address} is stopping.")
    return Farewell(
        "notARelay",
        f"A web server answers at {address} (HTTP {status}), but no relay that this program can talk to. "
        "Check the port; or the relay is of another version.",
    )


def _no_relay(address: str) -> Farewell:
    return Farewell("notARelay", f"Another program than a relay answers at {address}. Check the port.")


def _hangs_up(address: str) -> Farewell:
    """Another program, or a way to a relay that is broken just now: nobody can tell."""
    return Farewell(
        "notARelay",
        f"What takes the connection at {address} ends it at once. The relay may be gone from there, "
        "or another program may have its port.",
    )


def _why_unreachable(error: Exception, address: str) -> str:
    if isinstance(error, socket.gaierror):
        host = address.rpartition(":")[0]
        return (
            f"No computer called {host} was found. Check the name, or use the address in numbers; "
            "names of computers at home often end in .local."
        )
    if isinstance(error, ConnectionRefusedError):
        return (
            f"Nothing listens at {address}. Is the session still hosted there, and is the port right? "
            "A firewall may also refuse it."
        )
    if isinstance(error, TimeoutError) or getattr(error, "errno", None) == errno.ETIMEDOUT:
        return (
            f"Nobody answers at {address}. Is that computer on, on the same network, "
            "and does its firewall let others in?"
        )
    number = getattr(error, "errno", None)
    if number in _NO_WAY:
        return f"There is no way from here to {address}. Is this computer on the same network?"
    if number in _FORBIDDEN:
        return f"This computer does not let programs connect to {address}. Check its firewall."
    return f"{address} cannot be reached: {getattr(error, 'strerror', None) or error}."
