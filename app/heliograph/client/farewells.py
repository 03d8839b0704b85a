"""Why a transport or a session ended, in a person's words, and whether to come back. Pure."""

from msgspec import Struct

from heliograph_relay.protocol.native import Bye


class Farewell(Struct, frozen=True):
    """`problem` is the wire's error name or our own (see `events.Status`); `ends`: trying again is useless."""

    problem: str
    message: str
    ends: bool = False


UNAUTHORIZED = {
    "secret": "This invite does not open the session: its secret is wrong, or the session has ended. "
    "Ask the host for the invite of now.",
    "pin": "This PIN does not open the session: it is wrong, or the session has ended. "
    "Ask the host for the PIN of now.",
    "token": "This token does not open the session: it is wrong, or has expired.",
}

_FAREWELLS = {
    4400: Farewell(
        "badProtocol", "The relay does not understand this program. One of them is too old.", True
    ),
    4403: Farewell("forceDisconnected", "A moderator has put you out of this session.", True),
    4404: Farewell("noSuchSession", "There is no such session on this relay.", True),
    4408: Farewell("slowConsumer", "This computer could not keep up with the session."),
    4409: Farewell("replaced", "You have joined again from somewhere else, so this window was left.", True),
    4500: Farewell("internal", "The relay has failed."),
    4503: Farewell("goingAway", "The relay is stopping."),
}

LOST = Farewell("closed", "The connection to the relay was lost.")
NOT_ANSWERING = Farewell("notAnswering", "The relay does not answer.")
INTERNAL = Farewell("internal", "This program has failed; the log has the details.", ends=True)
NONSENSE = Farewell(
    "nonsense",
    "What answers there does not speak as a relay does. Is it another program, or another version?",
    True,
)


def farewell(code: int | None, bye: Bye | None, *, credential: str, joined_before: bool) -> Farewell:
    """What to make of a closed transport: its close code (None: cut), and the relay's last word."""
    if bye is not None:
        code = bye.code
    if code == 4401:
        return Farewell("unauthorized", UNAUTHORIZED[credential], ends=True)
    if code == 4429:
        # The relay's own words tell seats from attempts. Whoever was in before may get a seat again.
        words = bye.message if bye else "the session is full, or too many attempts were made from here"
        return Farewell("full", sentence(words), ends=not joined_before)
    if code in _FAREWELLS:
        return _FAREWELLS[code]
    if bye is not None:
        return Farewell(bye.error, sentence(bye.message))
    return LOST


def sentence(words: str) -> str:
    """The relay's words, begun and ended as a sentence."""
    words = words.strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?")) else ".")
