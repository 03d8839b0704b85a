"""What went wrong, in a person's words, and what to do about it. Pure."""

from msgspec import Struct


class Problem(Struct, frozen=True):
    """A failure to be shown: a title, what happened, and what the person can do."""

    title: str
    text: str
    action: str = ""
