"""Problems of starting and joining, in a person's words. No Qt, no I/O."""

from datetime import datetime
from pathlib import Path

from heliograph.bridge.destination import Destination
from heliograph.client.events import Status
from heliograph.model.problem import Problem

_ASK = "Ask the host whether the session still runs, and for the invite of now."
_ADDRESS = "Paste the whole invite, or correct the address and the port."

#: By `Status.problem`: the title, and what to do.
_JOINING = {
    "unreachable": ("Nobody answers at {where}", _ASK),
    "notAnswering": ("Nobody answers at {where}", _ASK),
    "notARelay": ("There is no Heliograph at {where}", _ADDRESS),
    "nonsense": ("There is no Heliograph at {where}", _ADDRESS),
    "unauthorized": (
        "The session does not open",
        "Or correct what you typed, and try again.",
    ),
    "noSuchSession": ("The session is not there", "Ask the host for the invite of now."),
    "full": ("There is no room", "Wait for a minute and try again, or ask the host for more seats."),
    "badProtocol": ("The two programs do not understand each other", "Bring both to their latest version."),
    "forceDisconnected": ("You were put out", "Ask the host whether you may come back."),
    "invalidSignal": ("The relay did not take this name", "Choose a shorter name."),
}


def never_joined(status: Status, destination: Destination, now: float) -> Problem:
    """Why joining failed, and what to do about it; `now` in seconds since the epoch."""
    where = destination.where
    if destination.credential.token and status.problem in ("unauthorized", "noSuchSession"):
        return _token_opens_nothing(destination, status.problem, now)
    title, action = _JOINING.get(status.problem, ("Joining failed", "Try again."))
    return Problem(title.format(where=where), status.message or "The connection was lost.", action)


def _token_opens_nothing(destination: Destination, problem: str, now: float) -> Problem:
    """The relay does not take the token, or has no session for it."""
    if problem == "noSuchSession":
        return Problem(
            "The session is not there", f"The token is good, but the relay at {destination.where} has no such session.",
            "It may have ended, or live at another relay. Make a new session, and a token for it.",
        )  # fmt: skip
    if destination.expires is not None and destination.expires <= now:
        when = datetime.fromtimestamp(destination.expires).astimezone()
        return Problem(
            "This token has expired", f"It was good until {when:%H:%M on %d %B %Y}.", "Ask for a new one."
        )
    return Problem(
        "This token opens nothing there",
        f"The relay at {destination.where} does not know who signed it.",
        "It must be made with the API key and secret of that relay.",
    )


def useless_token(words: str) -> Problem:
    """What was pasted as a token opens nothing."""
    return Problem("This token opens no session there", words)


def bad_destination(words: str) -> Problem:
    """What was pasted or typed leads nowhere."""
    return Problem("This does not lead to a session", words, "Nothing was changed; correct it and try again.")


def missing_pin(words: str) -> Problem:
    """There is an address, and nothing that opens the session."""
    return Problem("A PIN is needed there", words)


def bad_name(words: str) -> Problem:
    """The relay would not take that name."""
    return Problem("This name cannot be used", words, "Choose a name of at most 64 characters.")


def too_slow(where: str) -> Problem:
    """Joining took longer than anybody wants to wait."""
    return Problem(
        f"{where} does not finish answering",
        "The relay was reached, but joining took too long.",
        "Try again.",
    )


def our_fault(error: BaseException) -> Problem:
    """This program has a fault."""
    return Problem(
        "That went wrong inside this program",
        f"{type(error).__name__}: {error}",
        "Try again; the log says more.",
    )


def relay_failed(words: str) -> Problem:
    """The relay could not be started."""
    return Problem(
        "The session cannot be hosted", words, "Try another port, or end the program that uses this one."
    )


def relay_ended(code: int, last_words: str) -> str:
    """The relay that this app hosts has died."""
    last = last_words.strip().rpartition("\n")[2].removeprefix("heliograph-relay: ").rstrip(".")
    end = f"{_ended(code)}: {last}" if last else _ended(code)
    return f"The relay of this session {end}. Nobody can say anything until it runs again."


#: By the number of a POSIX signal: what it does to a process that does not expect it.
_SIGNALS = {
    1: "was told to end", 2: "was told to end", 15: "was told to end", 9: "was killed", 4: "crashed", 6: "crashed",
    7: "crashed", 8: "crashed", 11: "crashed",
}  # fmt: skip
#: Exit codes from here on are errors by which Windows ends a process.
_WINDOWS_ERRORS = 0xC0000000


def _ended(code: int) -> str:
    """What an exit code means; a negative one is a signal."""
    if code < 0:
        return f"{_SIGNALS.get(-code, 'was ended by the system')} (signal {-code})"
    if code >= _WINDOWS_ERRORS:
        return f"crashed (error {code:#x})"
    return f"has ended with code {code}" if code else "has ended"


def relay_mute(words: str) -> Problem:
    """The relay that this app hosts does not do what it was asked."""
    return Problem("The relay does not answer", words, "Try again, or restart the relay.")


def nothing_kept(directory: Path, words: str) -> Problem:
    """There is no folder for the person's files."""
    return Problem(
        f"Nothing can be kept in {directory}",
        f"{words}.",
        "Settings and messages last until the program ends. Start it with a folder that you may write to.",
    )


def settings_unsaved(words: str) -> Problem:
    """The settings file could not be written."""
    return Problem(
        "Your settings cannot be kept",
        words,
        "They hold until the program ends. Make room on the disk, or check its rights.",
    )
