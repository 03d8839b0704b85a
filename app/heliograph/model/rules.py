"""What screens need to know of the protocol they share with the relay; nothing else of it reaches them."""

from heliograph_relay.protocol.invite import BadInvite, Invite, parse_invite
from heliograph_relay.protocol.model import (
    MAX_DATA_BYTES,
    MAX_NAME_CHARACTERS,
    MAX_TYPE_BYTES,
    check_data,
    check_type,
    utf8_length,
)
from heliograph_relay.protocol.problems import InvalidSignal, Refusal

__all__ = [
    "MAX_DATA_BYTES", "MAX_NAME_CHARACTERS", "MAX_TYPE_BYTES", "BadInvite", "Invite", "Refusal", "check_signal",
    "data_problem", "parse_invite", "type_problem", "utf8_length",
]  # fmt: skip


def check_signal(type: str | None, data: str | None) -> None:
    """Raise a `Refusal` unless a relay takes a signal of this type and data; None: there is none."""
    if type is not None:
        check_type(type)
    if data is not None:
        try:
            check_data(data)
        except UnicodeEncodeError:
            raise InvalidSignal("data holds half a character, which is no text") from None


def type_problem(type: str) -> str:
    """Why a relay would not take this type, in its words; "" where it does."""
    return _refusal(type, None)


def data_problem(data: str) -> str:
    """Why a relay would not take this data, in its words; "" where it does."""
    return _refusal(None, data)


def _refusal(type: str | None, data: str | None) -> str:
    try:
        check_signal(type, data)
    except Refusal as refusal:
        return str(refusal)
    return ""
