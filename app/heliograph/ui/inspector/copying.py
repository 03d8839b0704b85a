"""Rows as text for the clipboard."""

import json

from PySide6 import QtCore

from heliograph.model.capture import Capture, Row
from heliograph.model.rows import FrameRow
from heliograph.ui.inspector.cells import DATA, DIRECTION, FROM, NAMES, TO, cell

#: Most rows that are copied at once: a clipboard is no file.
MOST_COPIED = 20_000


def selected_rows(selection: QtCore.QItemSelectionModel) -> list[int]:
    """The places of the selected rows in their order. Asked by range: a million rows are one, and nine million indexes."""
    rows: dict[int, None] = {}
    for part in sorted(selection.selection().toList(), key=lambda part: part.top()):
        rows.update(dict.fromkeys(range(part.top(), part.bottom() + 1)))
    return sorted(rows)


def as_json(row: Row) -> str:
    """A row as one line of JSON, with the members that it has."""
    members = {
        "seq": row.seq,
        "at": row.at,
        "from": row.sender,
        "to": row.to,
        "type": row.type,
        "data": row.data,
    }
    if isinstance(row, FrameRow):
        members |= {"kind": row.kind.value, "note": row.note or None, "frame": row.frame.hex(" ")}
    elif not row.kind.is_signal:
        members = {"at": row.at, "kind": row.kind.value, "connection": row.sender, "note": row.note}
    kept = {
        name: value
        for name, value in members.items()
        if value is not None or (name == "from" and row.is_server)
    }
    return json.dumps(kept, ensure_ascii=False)


def as_table(capture: Capture, rows: list[Row]) -> str:
    """Rows as lines with tabs between the cells, for a spreadsheet; data as a whole, in one line.

    What a spreadsheet would take for a formula begins with an apostrophe.
    """
    lines = ["\t".join(NAMES)]
    for row in rows:
        cells = [cell(capture, row, column) for column in range(len(NAMES))]
        cells[DIRECTION] = row.direction
        for column, id in ((FROM, row.sender), (TO, row.to)):
            if id is not None:  # there no colour tells people of one name apart
                cells[column] = capture.full_name(id)
        cells[DATA] = row.note if row.data is None else row.data
        if isinstance(row, FrameRow):
            cells[DATA] = f"{row.note}  {row.data or ''}".strip()
        lines.append("\t".join(_safe(text) for text in cells))
    return "\n".join(lines)


def _safe(text: str) -> str:
    line = text.replace("\\", "\\\\").replace("\t", "\\t").replace("\r", "\\r").replace("\n", "\\n")
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line
