"""Rows in a colour of their own: a filter and a colour each, the first that fits counts. Pure."""

import msgspec
from msgspec import Struct

from heliograph.model.hues import HUES

#: Most rules there may be.
MOST_RULES = 20
#: What the colours are called, by their number (`theme.person_color`).
HUE_NAMES = (
    "red", "rust", "ochre", "olive", "green", "sea green", "teal", "blue", "indigo", "violet", "magenta", "pink",
)  # fmt: skip
assert len(HUE_NAMES) == HUES


class ColorRule(Struct, frozen=True):
    """Rows that pass `filter` are shown in a colour while it is on."""

    filter: str
    hue: int = 0
    on: bool = True


def read_rules(text: str) -> tuple[ColorRule, ...]:
    """The rules as they were kept; none where that cannot be read."""
    try:
        found = msgspec.json.decode(text.encode(), type=tuple[ColorRule, ...])
    except (msgspec.MsgspecError, UnicodeError):
        return ()
    return tuple(msgspec.structs.replace(rule, hue=rule.hue % HUES) for rule in found[:MOST_RULES])


def write_rules(rules: tuple[ColorRule, ...]) -> str:
    """The rules as text, to be kept."""
    return msgspec.json.encode(rules).decode()
