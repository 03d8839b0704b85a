"""What a capture is, in a line of words. Pure."""

import datetime

from heliograph.model.capture import Capture
from heliograph.model.captures.alignment import span_words
from heliograph.model.text import plural

_PARTS = {"filtered": "saved with a filter", "selected": "selected rows only"}


def about_words(capture: Capture, part: str, program: str) -> str:
    """When it was recorded, for how long, how many rows, and by what it was written."""
    words = [_when(capture), plural(len(capture), "row"), _PARTS.get(part, ""), program and f"by {program}"]
    return "  ·  ".join(word for word in words if word)


def size_words(size: int) -> str:
    """So many bytes: "140 MB", "2 GB"."""
    if size < 999_500_000:
        return f"{max(1, round(size / 1e6)) if size else 0} MB"
    return f"{size / 1e9:.1f} GB".replace(".0 ", " ")


def _when(capture: Capture) -> str:
    if not capture.rows:
        return ""
    first, last = capture.rows[0].at, capture.rows[-1].at
    begin = datetime.datetime.fromtimestamp(first / 1000)  # noqa: DTZ006 (the person's own clock)
    return f"{begin.day} {begin:%B %Y, %H:%M:%S}, {span_words(max(0, last - first))} long"
