"""What a cell says, as a term of the filter."""

from heliograph.model.capture import Capture
from heliograph.model.filter_operators import person_value
from heliograph.model.filter_states import STATES
from heliograph.model.filter_syntax import quoted
from heliograph.model.rows import FrameRow, Row
from heliograph.ui.inspector.cells import BYTES, DATA, DIRECTION, FARED, FROM, TO, TYPE

#: Most letters of data that a term takes along.
_LETTERS = 60


def term_of(capture: Capture, row: Row, column: int) -> str:
    """The term that rows pass which have the same there; people stand in it by name, never by a raw id."""
    if column == FROM and (row.sender is not None or row.is_server):
        return f"from:{person_value(row.sender, capture) if row.sender is not None else 'server'}"
    if (column == FROM and row.is_from_relay) or (column == TO and row.is_to_relay):
        return "from:relay" if column == FROM else "to:relay"
    if column == TO and row.is_from_relay and row.to is not None:
        return f"to:{person_value(row.to, capture)}"
    if column == TYPE and isinstance(row, FrameRow):
        return f"type:{quoted(row.type or '')}"
    if column == TO and row.kind.is_signal:
        return f"to:{person_value(row.to, capture) if row.to is not None else 'all'}"
    if column == TYPE and row.kind.is_signal:
        return (
            f"type:{quoted(row.type)}"
            if row.type is not None
            else "kind:ping"
            if row.data is None
            else 'type:""'
        )
    if column == DATA and row.data:
        return f"data:{quoted(row.data[:_LETTERS])}"
    if column == BYTES:
        return f"size={row.size}" if row.kind.has_bytes else ""
    if column == DIRECTION:
        return f"direction:{row.direction}"
    if column == FARED:
        return next(
            (f"is:{s.word}" for s in STATES if s.ask and s.hangs_on == "fates" and s.ask(capture, row)), ""
        )
    return f"kind:{row.kind.value}"
