"""Friendly names for people who have not chosen one. Pure: the choice is an argument."""

from heliograph_relay.protocol.model import MAX_NAME_CHARACTERS

_FIRST = (
    "Amber", "Bold", "Brave", "Bright", "Calm", "Cheerful", "Clever", "Copper", "Curious", "Dancing", "Eager", "Gentle",
    "Golden", "Happy", "Honest", "Humble", "Jolly", "Kind", "Lively", "Lucky", "Merry", "Mellow", "Nimble", "Patient",
    "Proud", "Quick", "Quiet", "Silver", "Sunny", "Swift", "Warm", "Wise",
)  # fmt: skip
_SECOND = (
    "Badger", "Beacon", "Bear", "Crane", "Deer", "Dolphin", "Falcon", "Finch", "Fox", "Gull", "Hare", "Heron", "Ibis",
    "Kestrel", "Lantern", "Lark", "Lynx", "Marten", "Mirror", "Moth", "Otter", "Owl", "Panda", "Pebble", "Puffin",
    "Raven", "Robin", "Seal", "Sparrow", "Stork", "Swan", "Wren",
)  # fmt: skip

#: How many different names there are.
NAMES = len(_FIRST) * len(_SECOND)


def friendly_name(choice: int) -> str:
    """One of `NAMES` names, such as "Quiet Heron"."""
    first, second = divmod(choice % NAMES, len(_SECOND))
    return f"{_FIRST[first]} {_SECOND[second]}"


def own_session_name(name: str) -> str:
    """What a session is called that `name` hosts without naming it; cut where it would be too long."""
    ending = "'s session"
    return name[: MAX_NAME_CHARACTERS - len(ending)].rstrip() + ending
