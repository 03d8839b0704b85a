"""The few words that stand at an arrow of the sequence diagram. Pure."""

from collections.abc import Callable

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.receipts import parse_receipt
from heliograph.model.text import one_line

#: Longest label, in characters.
MOST = 160


def label(capture: Capture, row: Row) -> str:
    """What a row says, on one line."""
    maker = _MAKERS.get(row.kind)
    return one_line(maker(capture, row) if maker else row.note, MOST)


def _signal(_capture: Capture, row: Row) -> str:
    return f"{row.type or ''}  {row.data or ''}".strip() or "no data"


def _typing(_capture: Capture, row: Row) -> str:
    return "typing…" if row.data != "0" else "typing no more"


def _receipt(_capture: Capture, row: Row) -> str:
    found = parse_receipt(row.data)
    if found is None:
        return "receipt that says nothing"
    ranges = [str(first) if first == last else f"{first}–{last}" for first, last in found.ranges[:4]]
    more = " …" if len(found.ranges) > 4 else ""
    return f"{found.state} {', '.join(ranges)}{more}"


def _rejected(_capture: Capture, row: Row) -> str:
    return f"not relayed: {row.note}  {row.type or ''} {row.data or ''}"


_MAKERS: dict[Kind, Callable[[Capture, Row], str]] = {
    Kind.CHAT: lambda _capture, row: row.data or "",
    Kind.SIGNAL: _signal,
    Kind.PING: lambda _capture, _row: "ping",
    Kind.TYPING: _typing,
    Kind.RECEIPT: _receipt,
    Kind.REJECTED: _rejected,
    Kind.JOIN: lambda _capture, row: "joined" if row.direction == "in" else row.note,
    Kind.LEAVE: lambda capture, row: row.note.removeprefix(f"{capture.name(row.sender)} ").rstrip("."),
    Kind.AWAY: lambda _capture, _row: "away: lost the connection",
    Kind.BACK: lambda _capture, _row: "back",
    Kind.INSPECT: lambda _capture, row: row.note,
}
