"""CSV for spreadsheets (RFC 4180). Written only: it has no place for all that a capture holds. Pure.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

import csv
import datetime
from collections.abc import Iterator

from heliograph.model.capture import Capture, Fate, Row
from heliograph.model.captures.discretion import as_text, without_secrets
from heliograph.model.captures.extract import Extract

COLUMNS = (
    "number", "time", "kind", "direction", "from", "from id", "to", "to id", "type", "data", "bytes", "seq",
    "delivered", "read", "of", "first delivered after ms", "last read after ms", "note",
)  # fmt: skip
#: With what a formula may begin, for one program or another; the last four are full-width forms.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: A spreadsheet then knows that this is UTF-8.
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _Pages(list[str]):
    """What a `csv.writer` writes to."""

    write = list[str].append


def write_sheet(extract: Extract) -> Iterator[bytes]:
    """The file, in pieces."""
    pages = _Pages()
    writer = csv.writer(pages, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    yield _BYTE_ORDER_MARK + "".join(pages).encode()
    for rows in extract.batches():
        pages.clear()
        writer.writerows([_cells(row, extract.capture) for row in rows])
        yield as_text("".join(pages)).encode()


def guarded(text: str) -> str:
    """A cell's text that no spreadsheet takes for a formula; NUL, which no CSV holds, is made visible."""
    text = text.replace("\0", "␀")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(row: Row, capture: Capture) -> list[object]:
    to = "" if not row.kind.is_signal else "everyone" if row.to is None else capture.name(row.to)
    sender = capture.name(row.sender) if row.sender is not None or row.is_server else ""
    texts = (
        row.kind.value, row.direction, sender, row.sender or "", to, row.to or "", row.type or "",
        without_secrets(row.data or ""),
    )  # fmt: skip
    seq = "" if row.seq is None else row.seq
    return [
        row.number, _time(row.at), *map(guarded, texts), row.size, seq, *_fared(capture.fate(row)),
        guarded(without_secrets(row.note)),
    ]  # fmt: skip


def _time(at: int) -> str:
    """In UTC, as spreadsheets read it: to the second, and milliseconds."""
    moment = datetime.datetime.fromtimestamp(at // 1000, datetime.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"


def _fared(fate: Fate | None) -> tuple[object, ...]:
    if fate is None:
        return ("",) * 5
    first = min(fate.delivered.values()) - fate.at if fate.delivered else ""
    last = max(fate.read.values()) - fate.at if fate.read else ""
    return len(fate.delivered), len(fate.read), fate.of, first, last
