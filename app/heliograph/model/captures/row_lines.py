"""Rows as lines of JSON, and lines as rows: what capture files and pages on disk are made of. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from heliograph.model.capture import Fate, Row
from heliograph.model.capture_people import KnownPeople
from heliograph.model.captures.discretion import as_text
from heliograph.model.captures.opened import FateLine, Line, PersonLine
from heliograph.model.rows import FrameRow

#: What a text that is no such line raises.
NO_LINE = (msgspec.MsgspecError, UnicodeError, RecursionError)

_encoder = msgspec.json.Encoder()
#: Reads lines.
LINES = msgspec.json.Decoder(Line)


def line_of(row: Row, fate: Fate | None, people: KnownPeople, known: set[str]) -> Line:
    """`known` are those whom a line before has brought along; who is new is added."""
    told = None
    if fate is not None:
        to = [] if row.to is not None else list(fate.to)
        told = FateLine(
            at=fate.at, of=fate.of, n=fate.n, delivered=dict(fate.delivered), read=dict(fate.read), to=to,
            guessed=fate.guessed,
        )  # fmt: skip
    return Line(
        at=row.at, kind=row.kind, direction=row.direction, sender=row.sender, to=row.to, type=row.type,  # type: ignore[arg-type]
        data=row.data, json=row.json, seq=row.seq, note=row.note, head=row.head if isinstance(row, FrameRow) else None, fate=told, people=_new_people(row, told, people, known),
    )  # fmt: skip


def _new_people(row: Row, fate: FateLine | None, people: KnownPeople, known: set[str]) -> list[PersonLine]:
    if (row.sender is None or row.sender in known) and (row.to is None or row.to in known) and fate is None:
        return []
    mentioned = [row.sender, row.to] if fate is None else [row.sender, row.to, *fate.to, *fate.delivered]
    new = [id for id in dict.fromkeys(mentioned) if id is not None and id not in known]
    known.update(new)
    return [PersonLine(id=id, name=people.name(id), short_id=people.person_short_id(id)) for id in new]


def encode_lines(lines: Sequence[Struct]) -> bytes:
    """Each with its end of line; half characters, which no file can hold, are replaced."""
    try:
        return _encoder.encode_lines(lines)
    except UnicodeEncodeError:
        return _encoder.encode_lines([_whole(line) for line in lines])


def _whole(line: Any) -> Any:
    texts = {f: as_text(v) for f in line.__struct_fields__ if isinstance(v := getattr(line, f), str)}
    return replace(line, **texts)
