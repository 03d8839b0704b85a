"""A capture that was read from a file. Pure."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from heliograph.model.capture import MAX_BYTES, MAX_ROWS, Capture, Fate, FrameRow, Kind, Row
from heliograph.model.capture_rows import MOST_SHARED
from heliograph.model.spooling import ROW_BYTES
from heliograph.model.text import display_name
from heliograph_relay.protocol.model import utf8_length

#: A moment that every calendar can show, in milliseconds since the epoch.
Moment = Annotated[int, Meta(ge=0, le=1 << 45)]
Count = Annotated[int, Meta(ge=0, le=1 << 53)]
Id = Annotated[str, Meta(min_length=1, max_length=512)]
Type = Annotated[str, Meta(max_length=1_024)]
Words = Annotated[str, Meta(max_length=4_096)]
#: What one receipt costs, in bytes.
_RECEIPT_BYTES = 150
#: Python has one object for each number below this anyway.
_SMALL = 257


class PersonLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody whom a row mentions."""

    id: Id
    name: Words
    short_id: Annotated[str, Meta(max_length=64)] = ""


class FateLine(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a signal; see `Fate`. A signal to one is for that one: `to` is left out."""

    at: Moment
    of: Count
    n: Count | None = None
    delivered: dict[Id, Moment] = {}
    read: dict[Id, Moment] = {}
    to: list[Id] = []
    guessed: bool = False


class Line(
    Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, rename={"sender": "from"}
):  # fmt: skip
    """A row as a line of a file has it. The first that mentions somebody brings them along, in `people`."""

    at: Moment
    kind: Kind
    direction: Literal["in", "out", "local"] = "local"
    sender: Id | None = None
    to: Id | None = None
    type: Type | None = None
    data: str | None = None
    json: bool = False
    seq: Count | None = None
    note: Words = ""
    head: bytes | None = None
    fate: FateLine | None = None
    people: list[PersonLine] = []


class TooMuch(ValueError):
    """More than memory is meant to hold."""


class OpenedCapture(Capture):
    """Filled by a reader; its rows are numbered on from `first`."""

    def __init__(self, *, first: int = 1, max_rows: int = MAX_ROWS, max_bytes: int = MAX_BYTES) -> None:
        super().__init__(max_rows=max_rows, max_bytes=max_bytes)
        self._beside = 0
        self.begin_at(first)

    def begin_at(self, first: int) -> None:
        """The number of the first row; only while there is none."""
        self.dropped = self._numbers = first - 1

    def take(self, lines: Sequence[Line]) -> None:
        """Rows more. Raises `TooMuch` where what comes with them, such as receipts, has no end."""
        number, same, rows, size = self._numbers, self._shared.setdefault, list[Row](), 0
        before = last = None
        for line in lines:
            number += 1
            data, type, seq = line.data, line.type, line.seq
            length = 0 if data is None else len(data) if data.isascii() else utf8_length(data)
            if type is not None:
                length += len(type)
                type = same(type, type)
            ahead = None if seq is None else seq - number
            if ahead is not None:
                if ahead != before:
                    self._run_ends(before, last)
                    before = same(ahead, ahead)
                    self._index.add(number + ahead, number)
                last = number
            if line.head is not None:
                rows.append(self._framed(number, line, line.head))
                size += rows[-1].size
                continue
            row = Row(
                number=number, at=line.at, kind=line.kind, direction=line.direction, data=data, type=type,
                sender=same(line.sender, line.sender), to=line.to and same(line.to, line.to),
                ahead=None if ahead is None else before, json=line.json, note=line.note,
                size=length if length < _SMALL else same(length, length),
            )  # fmt: skip
            rows.append(row)
            size += length
            if line.people or line.fate or line.note:
                self._take_beside(number, line)
        self._run_ends(before, last)
        self._append(rows, size)

    def _framed(self, number: int, line: Line, head: bytes) -> FrameRow:
        """A frame of OpenTok's wire."""
        same = self._same
        self.has_frames = True
        if line.people:
            self.learn(line.people)
        self._beside += len(line.note)
        return FrameRow(
            number=number, at=line.at, kind=Kind.FRAME, direction=line.direction, data=line.data, type=same(line.type),
            sender=same(line.sender), to=same(line.to), note=line.note, head=head,
            size=same(len(head) + (utf8_length(line.data) if line.data is not None else 0)),
        )  # fmt: skip

    def _run_ends(self, ahead: int | None, last: int | None) -> None:
        """The index needs the first and the last row of each run whose seqs go on with their numbers."""
        if ahead is not None and last is not None:
            self._index.add(last + ahead, last)

    def _take_beside(self, number: int, line: Line) -> None:
        """What few rows have: people whom they mention first, receipts, words."""
        self._beside += len(line.note)
        self.learn(line.people)
        fate = line.fate
        if fate is not None:
            to = tuple(fate.to) or ((line.to,) if line.to is not None and line.to != line.sender else ())
            told = Fate(
                at=fate.at, of=fate.of, n=fate.n, delivered=fate.delivered, read=fate.read, to=self._same(to),
                guessed=fate.guessed,
            )  # fmt: skip
            self._fates[number] = told
            self._beside += _RECEIPT_BYTES * (1 + len(told.delivered) + len(told.read))

    def learn(self, people: Iterable[PersonLine]) -> None:
        """Who is called what."""
        for person in people:
            self._names[person.id] = display_name(person.name)
            self.hues.come(person.id)
            if person.short_id:
                self.short_ids.give(person.id, display_name(person.short_id))
            self._beside += len(person.id) + len(person.name)

    def _append(self, rows: list[Row], size: int) -> None:
        self._numbers += len(rows)
        self.rows += rows
        self.size += size + len(rows) * ROW_BYTES
        if len(self._shared) > MOST_SHARED:
            self._shared.clear()
        self._drop_what_is_too_much()
        if self._beside > self._max_bytes:
            raise TooMuch("It holds more receipts and notes than fit into memory.")
