"""CSV for spreadsheets (RFC 4180). Written only: it has no place for all that a capture holds. Pure.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

import csv
import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache

from heliograph.model.capture import Capture, Fate, Row
from heliograph.model.captures.discretion import as_text, may_hold_secrets, without_secrets
from heliograph.model.captures.extract import Extract
from heliograph.model.frames import RELAY

COLUMNS = (
    "number", "time", "kind", "direction", "from", "from id", "to", "to id", "type", "data", "bytes", "seq",
    "delivered", "read", "of", "first delivered after ms", "last read after ms", "note",
)  # fmt: skip
#: With what a formula may begin, for one program or another; the last four are full-width forms.
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
#: A spreadsheet then knows that this is UTF-8.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Pages(list[str]):
    """What a `csv.writer` writes to."""

    write = list[str].append


def write_sheet(extract: Extract) -> Iterator[bytes]:
    """The file, in pieces."""
    yield _BYTE_ORDER_MARK + _encode([COLUMNS])
    for rows in extract.batches():
        text = _text(rows, extract, _unchanged)
        if may_hold_secrets(text):
            text = _text(rows, extract, without_secrets)
        yield text


def guarded(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula; NUL, which no CSV holds, is made visible."""
    if "\0" in text:
        text = text.replace("\0", "␀")
    return f"'{text}" if text[:1] in _FORMULA else text


def _text(rows: list[Row], extract: Extract, discreet: Callable[[str], str]) -> bytes:
    return _encode([_cells(row, extract.fate(row), extract.capture, discreet) for row in rows])


def _encode(cells: Iterable[Sequence[object]]) -> bytes:
    pages = _Pages()
    csv.writer(pages, lineterminator="\r\n").writerows(cells)
    return as_text("".join(pages)).encode()


def _unchanged(text: str) -> str:
    return text


def _cells(row: Row, fate: Fate | None, capture: Capture, discreet: Callable[[str], str]) -> list[object]:
    to = "everyone" if row.kind.is_signal else RELAY if row.is_to_relay else ""
    if row.to is not None and row.kind.has_bytes:
        to = capture.name(row.to)
    sender = RELAY if row.is_from_relay else ""
    if row.sender is not None or row.is_server:
        sender = capture.name(row.sender)
    texts = (
        row.kind.value, row.direction, sender, row.sender or "", to, row.to or "", row.type or "",
        discreet(row.data or ""),
    )  # fmt: skip
    seq = "" if row.seq is None else row.seq
    return [
        row.number, _time(row.at), *map(guarded, texts), row.size, seq, *_fared(fate),
        guarded(discreet(row.note)),
    ]  # fmt: skip


def _time(at: int) -> str:
    """In UTC, as spreadsheets read it."""
    return f"{_second(at // 1000)}.{at % 1000:03d}Z"


@lru_cache(maxsize=1_000)
def _second(seconds: int) -> str:
    """Many rows share one, and a calendar is slow."""
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()[:19]


def _fared(fate: Fate | None) -> tuple[object, ...]:
    if fate is None:
        return ("",) * 5
    first = min(fate.delivered.values()) - fate.at if fate.delivered else ""
    last = max(fate.read.values()) - fate.at if fate.read else ""
    return len(fate.delivered), len(fate.read), fate.of, first, last
