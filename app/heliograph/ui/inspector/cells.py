"""What the columns of the inspector say of a row, and how a row reads as a sentence."""

from heliograph.model.capture import Capture, Fate, Kind, Row
from heliograph.model.frames import RELAY
from heliograph.model.rows import FrameRow
from heliograph.model.text import one_line, plural, stamps_words
from heliograph.ui.inspector.times import moment_words

COLUMNS = ("#", "Time", "", "From", "To", "Type", "Data", "Bytes", "Fared")
#: What a column is called where it is chosen, or kept.
NAMES = ("Number", "Time", "Direction", "From", "To", "Type", "Data", "Bytes", "Fared")
NUMBER, TIME, DIRECTION, FROM, TO, TYPE, DATA, BYTES, FARED = range(len(COLUMNS))


_MEASURED = (
    "Times run from when the relay took the signal until it took the receipt, of the last who told, in whole milliseconds"
    " of the relay's clock. The round trip beside a person's name is another figure: from here to them and back here."
)
_GUESSED = (
    "Of a signal to one person the relay does not say when it took it: the time runs from when its acknowledgement came"
    " here, so it is a little short."
)

#: Columns whose cells and heads stand at the right.
RIGHT = frozenset({NUMBER, BYTES})


def cell(capture: Capture, row: Row, column: int) -> str:
    """The text of a cell."""
    return _CELLS[column](capture, row)


def sentence(capture: Capture, row: Row) -> str:
    """A row as a screen reader says it; people of one name are told apart."""
    marked = "marked, " if row.number in capture.marks else ""
    if isinstance(row, FrameRow):
        who = f"from {_from(capture, row)} to {_to(capture, row)}"
        words = f"{row.note}, " if row.note else ""
        return f"{row.number}, {marked}{_time(capture, row)}, frame {row.type} {who}, {words}{row.size} bytes"
    if not row.kind.is_signal:
        return f"{row.number}, {marked}{_time(capture, row)}, {row.kind.value}: {row.note}"
    to = capture.full_name(row.to) if row.to else "everyone"
    what = f"type {row.type}, " if row.type else ""
    data = f"{one_line(row.data, 120)}, " if row.data else "no data, "
    fared = _fared(capture, row)
    return (
        f"{row.number}, {marked}{_time(capture, row)}, {row.kind.value} from {capture.full_name(row.sender)} to {to}, "
        f"{what}{data}{row.size} bytes" + (f", {fared}" if fared else "")
    )


def _time(capture: Capture, row: Row) -> str:
    return moment_words(capture, row.at)


def _direction(_capture: Capture, row: Row) -> str:
    return {"out": "→", "in": "←"}.get(row.direction, "·")


def _from(capture: Capture, row: Row) -> str:
    if row.is_from_relay:
        return RELAY
    return capture.name(row.sender) if row.sender is not None or row.is_server else ""


def _to(capture: Capture, row: Row) -> str:
    if row.to is not None:
        return capture.name(row.to)
    if row.is_to_relay:
        return RELAY
    return "everyone" if row.kind.is_signal else ""


def _type(_capture: Capture, row: Row) -> str:
    return (
        row.type
        if row.type is not None
        else row.kind.value
        if not row.kind.is_signal or row.kind.value == "ping"
        else ""
    )


def _data(_capture: Capture, row: Row) -> str:
    text = row.data if row.data is not None else ""
    if row.kind is Kind.FRAME:
        return f"{one_line(row.note, 240)}  {one_line(text, 240)}".strip()
    return one_line(f"{row.note} {text}".strip() if row.note else text, 240)


def _fared(capture: Capture, row: Row) -> str:
    told = row.direction == "out" and row.kind not in (Kind.RECEIPT, Kind.TYPING)
    fate = capture.fate(row) if told else None
    if fate is None or not fate.of:
        return ""
    if fate.read:
        return f"read {len(fate.read)}/{fate.of}  {stamps_words(max(fate.read.values()) - fate.at)}"
    if fate.delivered:
        return f"got {len(fate.delivered)}/{fate.of}  {stamps_words(max(fate.delivered.values()) - fate.at)}"
    return f"0/{fate.of}"


def fared_tip(fate: Fate) -> str:
    """What the times of a signal's receipts measure."""
    told = f"Read by {len(fate.read)}, delivered to {len(fate.delivered)} of {plural(fate.of, 'person', 'people')}."
    if not fate.delivered:
        return told
    if fate.guessed:
        return f"{told}\n{_MEASURED}\n{_GUESSED}"
    return f"{told}\n{_MEASURED}"


_CELLS = (
    lambda _capture, row: str(row.number),
    _time,
    _direction,
    _from,
    _to,
    _type,
    _data,
    lambda _capture, row: f"{row.size:,}" if (row.size and row.kind.has_bytes) or row.kind.is_signal else "",
    _fared,
)
