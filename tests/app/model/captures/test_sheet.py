"""CSV: a table that spreadsheets read, and in which nothing is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture import Capture
from heliograph.model.captures.sheet import COLUMNS, guarded, write_sheet

from .recording import captures, everything, extract, joined, say, with_frames

NUMBERS = ("number", "bytes", "seq", "first delivered after ms", "last read after ms")


def table(capture: Capture) -> list[dict[str, str]]:
    text = joined(write_sheet(extract(capture)))
    assert text.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def test_everything_is_a_line() -> None:
    rows = table(everything())
    assert [row["kind"] for row in rows] == [row.kind.value for row in everything()]
    hello = rows[1]
    assert (hello["number"], hello["time"], hello["from"], hello["to"]) == (
        "2",
        "1970-01-01T00:00:01.002Z",
        "Me",
        "everyone",
    )
    assert (hello["delivered"], hello["read"], hello["of"], hello["last read after ms"]) == (
        "1",
        "1",
        "1",
        "1",
    )
    assert rows[3]["from"] == "'=Ben"
    assert rows[4]["data"] == "'=1+1\r\nfine␀"


def test_lines_end_as_the_standard_says() -> None:
    text = joined(write_sheet(extract(everything())))
    assert text.count(b"\r\n") == len(everything()) + 2  # the header, and one inside a cell
    assert text.endswith(b"\r\n")


@given(captures())
def test_every_cell_of_any_capture_comes_back_and_is_no_formula(capture: Capture) -> None:
    rows = table(capture)
    assert len(rows) == len(capture)
    for row, read in zip(capture, rows, strict=True):
        assert set(read) == set(COLUMNS)
        assert read["data"] == guarded(row.data or "")
        texts = [cell for name, cell in read.items() if name not in NUMBERS]
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in texts)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1"])
def test_what_looks_like_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


@given(st.text())
def test_other_text_stays(text: str) -> None:
    assert guarded(f"a{text}") == f"a{text}".replace("\0", "␀")


def test_secrets_are_left_out() -> None:
    capture = Capture()
    say(capture, 2, "ana", "chat", "come: heliograph://10.0.0.1:8765/x?secret=mJ2kAAAA&sum=1f0c")
    assert "mJ2k" not in table(capture)[0]["data"]


def test_frames_are_rows_with_the_relay_at_one_end() -> None:
    rows = [row for row in table(with_frames()) if row["kind"] == "frame"]
    assert [(row["from"], row["to"], row["type"], row["bytes"]) for row in rows[:2]] == [
        ("Ana", "relay", "MESSAGE", "107"), ("relay", "Ana", "STATUS", "41"),
    ]  # fmt: skip
    assert rows[0]["data"].startswith('{"method"')
    assert rows[0]["note"].startswith("signal poll")
