"""Why somebody has not read a signal, as far as a capture can tell. Pure."""

from heliograph.model.capture import Capture
from heliograph.model.rows import Kind, Row
from heliograph.model.text import stamps_words


def why_not_read(capture: Capture, row: Row, id: str) -> str:
    """The likeliest reason in a few words; "" where they have read it, or it is not known whether it was for them.

    What nobody told is not made up: where a receipt may simply not be told, that is what is said.
    """
    fate = capture.fate(row)
    if fate is None or id in fate.read:
        return ""
    kind, at = _last_seen(capture, row, id)
    delivered = id in fate.delivered
    if kind is Kind.LEAVE:
        return f"left {_when(row.at, at)}" + (", unread" if delivered else "")
    if kind is Kind.AWAY:
        return f"lost the connection {_when(row.at, at)}, and is not back"
    if id in capture.silent:
        return "is in an application of OpenTok, which tells nothing"
    if not delivered:
        again = kind is Kind.BACK and at >= row.at
        return "was away, is back, and has not told" if again else "has not told that it arrived"
    if not capture.tells_what_is_read(id):
        return "got it; has never told of anything read: not looked, or read receipts are off"
    return "got it, and has not looked since"


def _last_seen(capture: Capture, row: Row, id: str) -> tuple[Kind | None, int]:
    """The last coming or going of somebody, and when it was."""
    seen = capture.whereabouts.of(capture.rows, capture.dropped, id)
    return seen[-1] if seen else (None, row.at)


def _when(sent: int, at: int) -> str:
    """A moment, as seen from the sending."""
    return f"{stamps_words(at - sent)} later" if at >= sent else f"{stamps_words(sent - at)} before"
