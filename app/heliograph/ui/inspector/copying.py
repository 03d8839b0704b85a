"""Rows as text for the clipboard."""

import json

from PySide6 import QtCore

from heliograph.model.capture import Row

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
    if not row.kind.is_signal:
        members = {"at": row.at, "kind": row.kind.value, "connection": row.sender, "note": row.note}
    kept = {
        name: value
        for name, value in members.items()
        if value is not None or (name == "from" and row.is_server)
    }
    return json.dumps(kept, ensure_ascii=False)
