"""JSON Lines: a header, then one row a line. Everything that an inspector shows comes back from it. Pure.

    {"format": "heliograph-capture", "version": 1, "program": "Heliograph 1.0", "saved": 1764000000000, "rows": 2, …}
    {"at": 1764000000000, "kind": "join", "from": "c1", "note": "You joined.", "people": [{"id": "c1", "name": "Ana"}]}
    {"at": 1764000000500, "kind": "chat", "direction": "out", "from": "c1", "type": "chat", "data": "Hi", "seq": 2, "fate": {…}}

Members that have their default are left out. A file without header, such as one that `grep` made, is read too.
"""

from collections.abc import Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from heliograph.model.captures.discretion import may_hold_secrets, without_secrets
from heliograph.model.captures.extract import Extract, Part
from heliograph.model.captures.opened import Count, Line, Moment, OpenedCapture, TooMuch, Words
from heliograph.model.captures.reading import MAX_PIECE_BYTES, MOST_DAMAGED, Damage, NoCapture
from heliograph.model.captures.row_lines import LINES, NO_LINE, encode_lines, line_of

FORMAT = "heliograph-capture"
#: That of a capture with frames of OpenTok's wire; all others are written as programs know them that know no frames.
VERSION, WITHOUT_FRAMES = 2, 1


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The first line. `rows` is how many follow, `first` the number of the first of them."""

    format: str
    version: int
    program: Words = ""
    saved: Moment = 0
    session: Words = ""
    title: Words = ""
    part: Part = "all"
    filter: Words = ""
    rows: Count = 0
    first: Annotated[int, Meta(ge=1, le=1 << 31)] = 1


_headers = msgspec.json.Decoder(Header)

# ---- writing


def write_lines(extract: Extract) -> Iterator[bytes]:
    """The file, in pieces."""
    about = extract.about
    header = Header(
        format=FORMAT, version=VERSION if extract.capture.has_frames else WITHOUT_FRAMES, program=about.program, saved=about.saved, session=about.session,
        title=about.title, part=about.part, filter=about.filter, rows=len(extract), first=extract.first,
    )  # fmt: skip
    yield encode_lines([header])
    known: set[str] = set()
    for rows in extract.batches():
        lines = [line_of(row, extract.fate(row), extract.capture, known) for row in rows]
        text = encode_lines(lines)
        if may_hold_secrets(text):
            text = encode_lines([_discreet(line) for line in lines])
        yield text


def _discreet(line: Line) -> Line:
    data = line.data if line.data is None else without_secrets(line.data)
    return replace(line, data=data, note=without_secrets(line.note))


# ---- reading


class LineReader:
    """See `reading.Reader`. A line that cannot be read is left out, and said."""

    def __init__(self) -> None:
        self.capture = OpenedCapture()
        self.title = self.program = ""
        self.saved = 0
        self.part = "all"
        self.is_over = False
        self._damage = Damage("line")
        self._expected: int | None = None
        self._taken = 0
        self._begun = False
        self._rest = b""
        self._line = 1
        self._byte = 0
        self._skipping = False

    @property
    def damage(self) -> str:
        return str(self._damage)

    def feed(self, data: bytes) -> None:
        block = self._rest + data
        end = block.rfind(b"\n") + 1
        self._rest = block[end:]
        if end and not self.is_over:
            self._take_block(block[:end])
        if len(self._rest) > MAX_PIECE_BYTES:
            self._too_long()

    def end(self) -> None:
        if self._rest.strip() and not self.is_over:
            before = self._damage.count
            self._take_block(self._rest)
            if self._damage.count > before and self._begun:
                self._damage.ending = "The file ends in the middle of a line."
        if not self._begun:
            raise NoCapture("This file is empty.")
        if self._expected is not None and self._taken < self._expected and not self.is_over:
            words = f"The file holds {self._taken:,} of the {self._expected:,} rows that it was written with."
            self._damage.ending = " ".join(part for part in (self._damage.ending, words) if part)

    def _take_block(self, block: bytes) -> None:
        if self._skipping:
            self._skipping = False
            block = self._skip_line(block)
        if not self._begun:
            block = self._begin(block)
        try:
            lines = LINES.decode_lines(block)
        except NO_LINE:
            self._take_one_by_one(block)
            return
        self._line += block.count(b"\n")
        self._byte += len(block)
        self._keep(lines)

    def _begin(self, block: bytes) -> bytes:
        """The header, and what follows it; a file may have none."""
        block = block.removeprefix(b"\xef\xbb\xbf")
        first, line, rest = block.partition(b"\n")
        try:
            header = _headers.decode(first)
        except NO_LINE as error:
            self._check_is_row(first, error)
            self._begun = True
            return block
        if header.format != FORMAT:
            raise NoCapture("This is no capture of Heliograph: its first line names another format.")
        if header.version > VERSION or header.version < 1:
            raise NoCapture(
                f"This capture is in version {header.version} of its format; this program reads up to version {VERSION}."
                " A newer Heliograph may open it."
            )
        self._begun = True
        self.title, self.program, self.saved, self.part = (
            header.title,
            header.program,
            header.saved,
            header.part,
        )
        self._expected = header.rows
        self.capture.begin_at(header.first)
        self._line += 1
        self._byte += len(first) + len(line)
        return rest

    def _check_is_row(self, first: bytes, error: Exception) -> None:
        """Without a header the first line is a row, or this is something else."""
        if first[:60].lstrip().startswith(b'{"format"'):
            raise NoCapture(f"The header of this capture is damaged: {error}.") from None
        try:
            LINES.decode(first)
        except NO_LINE:
            raise NoCapture("This is no capture: it begins with no line that Heliograph writes.") from None

    def _take_one_by_one(self, block: bytes) -> None:
        for text in block.splitlines(keepends=True):
            try:
                lines = [LINES.decode(text)] if text.strip() else []
            except NO_LINE as error:
                self._bad(str(error))
                lines = []
            self._line += 1
            self._byte += len(text)
            self._keep(lines)
            if self.is_over:
                return

    def _keep(self, lines: list[Line]) -> None:
        try:
            self.capture.take(lines)
        except TooMuch as much:
            self._damage.add(f"The file was read up to {self._where()}. {much}")
            self.is_over = True
        self._taken += len(lines)

    def _too_long(self) -> None:
        """A line without an end is let go as it comes."""
        if not self._begun:
            raise NoCapture("This is no capture: its first line has no end.")
        if not self._skipping:
            self._bad(f"it is longer than {MAX_PIECE_BYTES >> 20} MiB")
        self._skipping = True
        self._byte += len(self._rest)
        self._rest = b""

    def _skip_line(self, block: bytes) -> bytes:
        end = block.find(b"\n") + 1 or len(block)
        self._line += 1
        self._byte += end
        return block[end:]

    def _bad(self, why: str) -> None:
        self._damage.add(f"{self._where().capitalize()} cannot be read: {why[:200]}.")
        if self._damage.count >= MOST_DAMAGED:
            self._damage.ending = "The rest of the file was not read."
            self.is_over = True

    def _where(self) -> str:
        return f"line {self._line:,} (byte {self._byte:,})"
