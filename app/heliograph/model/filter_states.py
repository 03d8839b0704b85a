"""What `is:` knows in the inspector's filter. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heliograph.model.capture import Capture
from heliograph.model.rows import Kind, Row


@dataclass(frozen=True)
class State:
    """`source` holds of a row `r` and, where there is one, `ask` too; `hangs_on` see `filter_code.Filter`."""

    word: str
    help: str
    source: str
    ask: Callable[[Capture, Row], bool] | None = None
    hangs_on: str = ""


def lacks_read(capture: Capture, row: Row) -> bool:
    """A chat line of mine that somebody who was here has not read, as far as they told."""
    fate = capture.fate(row) if row.kind is Kind.CHAT else None
    return fate is not None and len(fate.read) < fate.of


def lacks_delivery(capture: Capture, row: Row) -> bool:
    """A signal of mine that somebody who was here has not got, as far as they told."""
    fate = capture.fate(row) if row.kind in (Kind.CHAT, Kind.SIGNAL, Kind.PING) else None
    return fate is not None and len(fate.delivered) < fate.of


def is_read(capture: Capture, row: Row) -> bool:
    """A chat line of mine that all who were here have read."""
    fate = capture.fate(row) if row.kind is Kind.CHAT else None
    return fate is not None and 0 < fate.of <= len(fate.read)


_MINE = '(r.direction == "out")'

STATES: Sequence[State] = (
    State("unread", "chat of mine that not all have read", _MINE, lacks_read, "fates"),
    State("undelivered", "signals of mine that not all have got", _MINE, lacks_delivery, "fates"),
    State("read", "chat of mine that all have read", _MINE, is_read, "fates"),
    State("private", "to one person", "(r.to is not None and r.kind.is_signal)"),
    State("server", "sent by a server, over REST", "(r.sender is None and r.kind.is_signal)"),
    State("json", "data that was no string when it was sent", "r.json"),
    State("marked", "rows that you marked", "r", lambda capture, row: row.number in capture.marks, "marks"),
)
