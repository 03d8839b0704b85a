"""Problems of starting and joining, in a person's words. No Qt, no I/O."""

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


def never_joined(status: Status, where: str) -> Problem:
    """Why joining failed, and what to do about it."""
    title, action = _JOINING.get(status.problem, ("Joining failed", "Try again."))
    return Problem(title.format(where=where), status.message or "The connection was lost.", action)


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
    last = last_words.strip().rpartition("\n")[2]
    return f"The relay of this session has ended ({last or f'code {code}'}). Nobody can say anything until it runs again."


def settings_unsaved(words: str) -> Problem:
    """The settings file could not be written."""
    return Problem(
        "Your settings cannot be kept",
        words,
        "They hold until the program ends. Make room on the disk, or check its rights.",
    )
