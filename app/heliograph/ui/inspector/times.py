"""The ways in which the time column counts."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Capture
from heliograph.model.rows import Row

#: Most seconds whose words are kept.
_MOST_KEPT = 5_000
_clock: dict[int, str] = {}
_days: dict[int, datetime.date] = {}


@dataclass(frozen=True)
class TimeMode:
    """`words` for a menu; `head` stands above the column."""

    name: str
    words: str
    head: str


MODES: Sequence[TimeMode] = (
    TimeMode("clock", "Time of day", "Time"),
    TimeMode("start", "Since the first row", "Since start"),
    TimeMode("previous", "Since the row above", "Since above"),
    TimeMode("marked", "Since the row marked last", "Since mark"),
)


def clock_words(at: int) -> str:
    """The time of day of a moment, to the millisecond."""
    second = at // 1000
    words = _clock.get(second)
    if words is None:
        if len(_clock) > _MOST_KEPT:
            _clock.clear()
        words = _clock[second] = datetime.datetime.fromtimestamp(second).strftime("%H:%M:%S")  # noqa: DTZ006
    return f"{words}.{at % 1000:03d}"


def moment_words(capture: Capture, at: int) -> str:
    """The time of day of a moment, behind its day where the rows of the capture are of several days."""
    form = day_form(capture)
    return f"{_day(at):{form}} {clock_words(at)}" if form else clock_words(at)


def day_form(capture: Capture) -> str:
    """How days are written so that those of all rows can be told apart; "" where all are of one day."""
    if not capture.rows:
        return ""
    first, last = _day(capture.rows[0].at), _day(capture.rows[-1].at)
    return "" if first == last else "%d %b" if first.year == last.year else "%d %b %Y"


def _day(at: int) -> datetime.date:
    """The person's day of a moment."""
    quarter = at // 900_000
    day = _days.get(quarter)
    if day is None:
        if len(_days) > _MOST_KEPT:
            _days.clear()
        day = _days[quarter] = datetime.datetime.fromtimestamp(quarter * 900).date()  # noqa: DTZ006
    return day


def date_words(at: int) -> str:
    """The day and the time of it of a moment, to the millisecond."""
    return f"{datetime.datetime.fromtimestamp(at // 1000):%A, %d %B %Y}, {clock_words(at)}"  # noqa: DTZ006


def time_words(mode: str, inspection: Inspection, row: Row, place: int) -> str:
    """What the time column says of a row that stands at that place; the time of day where there is nothing to count from."""
    begin = _begin(mode, inspection, place)
    return moment_words(inspection.capture, row.at) if begin is None else span_words(row.at - begin)


def span_words(ms: int) -> str:
    """A span with its sign, to the millisecond: "+0.012", "-3.400", "+1:02:03.000"."""
    sign, ms = ("-", -ms) if ms < 0 else ("+", ms)
    seconds, ms = divmod(ms, 1000)
    if seconds < 60:
        return f"{sign}{seconds}.{ms:03d}"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{sign}{minutes}:{seconds:02d}.{ms:03d}"
    return f"{sign}{minutes // 60}:{minutes % 60:02d}:{seconds:02d}.{ms:03d}"


def _begin(mode: str, inspection: Inspection, place: int) -> int | None:
    """The moment from which is counted."""
    if mode == "start":
        return inspection.capture.rows[0].at if inspection.capture.rows else None
    if mode == "previous":
        numbers = inspection.numbers()
        before = inspection.row(numbers[place - 1]) if 0 < place <= len(numbers) else None
        return before.at if before is not None else None
    if mode == "marked" and inspection.marked_last is not None:
        marked = inspection.row(inspection.marked_last)
        return marked.at if marked is not None else None
    return None
