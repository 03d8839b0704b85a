"""Two captures on one clock."""

import datetime

import pytest

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.about import about_words
from heliograph.model.captures.alignment import Timeline, offset, span_words, tick_step
from heliograph.model.captures.naming import file_name
from heliograph_relay.protocol.model import SignalEntry


def line(*times: int) -> Timeline:
    capture = Capture()
    for seq, at in enumerate(times, 1):
        capture.signal(SignalEntry(seq=seq, at=at, sender="ana"), "me")
    return Timeline(capture, [row.number for row in capture])


def test_places_in_time() -> None:
    found = line(100, 200, 200, 300)
    assert [found.place_from(at) for at in (0, 100, 150, 200, 201, 301)] == [0, 0, 1, 1, 3, 4]
    assert [found.nearest(at) for at in (0, 140, 160, 249, 260, 900)] == [0, 0, 1, 1, 3, 3]
    assert (found.first, found.last) == (100, 300)


def test_rows_that_came_late_are_found() -> None:
    found = line(100, 200, 500, 210, 220, 600)
    assert found.nearest(212) == 3


def test_nothing_to_line_up() -> None:
    assert line().nearest(5) is None
    assert offset("start", line(), line(5), None) == 0


def test_ways_to_line_up() -> None:
    left, right = line(1_000, 2_000), line(50_000, 51_000)
    assert offset("clock", left, right, None) == 0
    assert offset("start", left, right, None) == -49_000
    assert offset("rows", left, right, (2_000, 50_500)) == -48_500
    assert offset("rows", left, right, None) == 0


@pytest.mark.parametrize(
    ("ms", "words"),
    [(0, "0 ms"), (-340, "340 ms"), (12_340, "12.3 s"), (250_000, "4 min 10 s"), (7_500_000, "2 h 5 min"), (3 * 86_400_000, "3 days"),
     (3 * 86_400_000 - 60_000, "2 days 23 h")],
)  # fmt: skip
def test_spans(ms: int, words: str) -> None:
    assert span_words(ms) == words


def test_ticks() -> None:
    assert [tick_step(span, 5) for span in (0, 5, 60_000, 3_600_000)] == [1, 1, 15_000, 900_000]
    assert tick_step(100 * 86_400_000, 5) == 20 * 86_400_000


def test_what_a_file_is_called() -> None:
    now = datetime.datetime(2026, 3, 4, 5, 6, tzinfo=datetime.UTC)
    names = [
        file_name(title, now)
        for title in ("Room 4", "../../etc/passwd", "", "con", "a" * 300, "Öl & Wasser\n")
    ]
    assert names == [
        "Room 4 2026-03-04 05-06", "etc passwd 2026-03-04 05-06", "Capture 2026-03-04 05-06", "Capture 2026-03-04 05-06",
        f"{'a' * 60} 2026-03-04 05-06", "Öl Wasser 2026-03-04 05-06",
    ]  # fmt: skip


def test_what_a_capture_is() -> None:
    capture = Capture()
    assert about_words(capture, "all", "") == "0 rows"
    for at in (1_700_000_000_000, 1_700_000_065_000):
        capture.note(Kind.STATUS, "x", at)
    words = about_words(capture, "filtered", "Heliograph 1.0")
    assert words.endswith(", 1 min 5 s long  ·  2 rows  ·  saved with a filter  ·  by Heliograph 1.0")
    assert "November 2023" in words
