"""What is known of a row besides its data, member by member. Pure."""

import datetime

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.frames import RELAY, transaction_of
from heliograph.model.rows import FrameRow
from heliograph.model.snippets import as_frame, as_relayed


def envelope(capture: Capture, row: Row) -> dict[str, str]:
    """The members of a row that it has, in words. Times are local."""
    if isinstance(row, FrameRow):
        return _frame_envelope(capture, row)
    fate = capture.fate(row) if row.direction == "out" else None
    members = {
        "kind": row.kind.value,
        "at": at_words(row.at),
        "seq": str(row.seq) if row.seq is not None else "",
        "n": str(fate.n) if fate is not None and fate.n is not None else "",
        "from": who(capture, row.sender) if row.sender is not None or row.is_server else "",
    }
    if row.kind.is_signal or row.type is not None or row.data is not None:
        members |= {
            "to": who(capture, row.to) if row.to is not None else "everyone",
            "type": row.type if row.type is not None else "none",
            "bytes": f"{row.size:,}",
            "json": "true: the sender's data was no string" if row.json else "",
        }
    members["note"] = row.note
    return {name: words for name, words in members.items() if words}


def _frame_envelope(capture: Capture, row: FrameRow) -> dict[str, str]:
    members = {
        "kind": row.kind.value,
        "at": at_words(row.at),
        "from": RELAY if row.is_from_relay else _some(capture, row.sender),
        "to": RELAY if row.is_to_relay else _some(capture, row.to),
        "type": row.type or "",
        "says": row.note,
        "transaction": transaction_of(row),
        "bytes": f"{row.size:,}, of which {row.size - len(row.head):,} are payload",
    }
    return {name: words for name, words in members.items() if words}


def _some(capture: Capture, id: str | None) -> str:
    """Somebody; who has not said yet what they are called is nobody known."""
    return "not known yet" if id is None else who(capture, id)


def who(capture: Capture, id: str | None) -> str:
    """Somebody by name, short id, and connection id; "server" for None."""
    return f"{called(capture, id)}  ({id})" if id is not None else "server"


def called(capture: Capture, id: str) -> str:
    """Somebody by name and short id."""
    return f"{capture.name(id)} {capture.short_ids[id]}"


def at_words(at: int) -> str:
    """A time in milliseconds since the epoch, as the clock on the wall has it."""
    then = datetime.datetime.fromtimestamp(at / 1000)  # noqa: DTZ006 (the local time is meant)
    return then.isoformat(sep=" ", timespec="milliseconds")


def frame(capture: Capture, row: Row) -> str | None:
    """The frame that brought it, or where it has none, as for a signal of mine to somebody else, the one that sent it."""
    if row.kind is Kind.FRAME:
        return None
    fate = capture.fate(row)
    n = fate.n if fate is not None else None
    if row.kind.is_signal and (row.direction == "in" or row.to is None):
        return as_relayed(
            row.type, row.data, row.to, sender=row.sender, seq=row.seq, at=row.at, n=n, json=row.json
        )  # fmt: skip
    if row.direction != "out":
        return None
    return as_frame(row.type, row.data, row.to, n or 1)
