"""Why a relay could not be reached, in words."""

import errno
import socket

import pytest
from websockets.datastructures import Headers
from websockets.exceptions import InvalidMessage, InvalidStatus, NegotiationError
from websockets.http11 import Response

from heliograph.client.diagnosis import combine, diagnose
from heliograph.client.farewells import Farewell

WHERE = "192.168.1.5:8765"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), "Nothing listens at 192.168.1.5:8765"),
        (OSError(errno.EHOSTUNREACH, "no route"), "There is no way from here to 192.168.1.5:8765"),
        (OSError(errno.ENETUNREACH, "no net"), "There is no way from here"),
        (TimeoutError(), "Nobody answers at 192.168.1.5:8765"),
        (OSError(errno.ETIMEDOUT, "timed out"), "Nobody answers at"),
        (PermissionError(errno.EACCES, "denied"), "does not let programs connect to 192.168.1.5:8765"),
        (socket.gaierror(socket.EAI_NONAME, "unknown"), "No computer called 192.168.1.5 was found"),
        (OSError(errno.EIO, "Input/output error"), "192.168.1.5:8765 cannot be reached: Input/output error"),
    ],
)
def test_unreachable_says_which_address_and_what_to_look_at(error: OSError, words: str) -> None:
    why = diagnose(error, WHERE, connected=False)
    assert why.problem == "unreachable"
    assert words in why.message


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (TimeoutError(), "notAnswering"),
        (ConnectionResetError(errno.ECONNRESET, "reset"), "notARelay"),
        (InvalidMessage("no HTTP"), "notARelay"),
        (NegotiationError("no subprotocol"), "notARelay"),
        (ValueError("redirect to elsewhere"), "notARelay"),
    ],
)
def test_something_that_answers_wrongly_is_no_relay(error: Exception, problem: str) -> None:
    why = diagnose(error, WHERE, connected=True)
    assert why.problem == problem
    assert WHERE in why.message
    assert not why.ends


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (503, b"The relay is stopping.\n", "goingAway"),
        (503, b"This relay has as many connections as it may have.\n", "full"),
        (503, b"This relay has no memory left for newcomers.\n", "full"),
        (429, b"", "full"),
        (404, b"", "notARelay"),
    ],
)
def test_a_relay_without_room_is_not_said_to_stop(status: int, body: bytes, problem: str) -> None:
    refusal = InvalidStatus(Response(status, "", Headers(), body))
    why = diagnose(refusal, WHERE, connected=True)
    assert why.problem == problem
    assert WHERE in why.message
    assert combine([why]) == why


def test_who_hangs_up_is_not_said_to_answer_as_another_program() -> None:
    hung_up = InvalidMessage("did not receive a valid HTTP response")
    hung_up.__cause__ = EOFError("connection closed while reading HTTP status line")
    for error in (hung_up, ConnectionResetError(errno.ECONNRESET, "reset")):
        assert "ends it at once" in diagnose(error, WHERE, connected=True).message
    assert "Another program" in diagnose(InvalidMessage("no HTTP"), WHERE, connected=True).message


def test_several_addresses_are_told_line_by_line_and_the_nearest_miss_names_the_problem() -> None:
    whole = combine(
        [Farewell("unreachable", "A."), Farewell("notARelay", "B."), Farewell("unreachable", "A.")]
    )
    assert whole == Farewell("notARelay", "None of the relay's addresses works.\n• A.\n• B.")
    assert combine([Farewell("unreachable", "A.")] * 2) == Farewell("unreachable", "A.")
