"""The formats of capture files, in one list. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from heliograph.model.captures.extract import Extract
from heliograph.model.captures.har import write_har
from heliograph.model.captures.har_reading import HarReader
from heliograph.model.captures.lines import LineReader, write_lines
from heliograph.model.captures.reading import NoCapture, Reader
from heliograph.model.captures.sheet import write_sheet


@dataclass(frozen=True)
class Format:
    """`suffix` with its dot; `words` for the choice, `help` what it is good for; `opens`: it can be opened again;
    `passes`: how often a writer goes through the rows.
    """

    name: str
    suffix: str
    words: str
    help: str
    write: Callable[[Extract], Iterator[bytes]]
    opens: bool = True
    passes: int = 1


FORMATS = (
    Format(
        "lines", ".jsonl", "JSON Lines",
        "Everything that the inspector shows. Opens here again.", write_lines,
    ),
    Format("sheet", ".csv", "CSV", "A table for spreadsheets. Does not open here again.", write_sheet, opens=False),
    Format(
        "har", ".har", "HAR",
        "The frames, for a browser's developer tools. Opens here again.", write_har,
        passes=2,
    ),
)  # fmt: skip
#: What a file is called that may be opened.
OPENED_SUFFIXES = (".jsonl", ".har")
#: How much of a file must be seen to know how to read it.
HEAD_BYTES = 4_096


def reader_for(head: bytes) -> Reader:
    """Who reads a file that begins like this.

    Raises:
        NoCapture: nobody does.
    """
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not start:
        raise NoCapture("This file is empty.")
    if start.startswith(b"number,time,kind,"):
        raise NoCapture(
            "CSV is for spreadsheets; it cannot be opened here. Save the capture as JSON Lines as well."
        )
    if not start.startswith(b"{") or b"\0" in head:
        raise NoCapture(
            "This is no capture. Heliograph opens JSON Lines (.jsonl) that it saved, and HAR files (.har)."
        )
    return HarReader() if start[1:].lstrip().startswith(b'"log"') else LineReader()
