"""The rows of a chat and where they stand. Pure: no Qt.

A row is a message, the day on which the following ones were said, or the line above what is unread.
Heights are estimates until a row is laid out; sums over blocks of rows keep "which row is at y" cheap for
any number of them.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heliograph.model.conversation import Message

#: A pause so long, in milliseconds, that the next message stands on its own.
PAUSE = 5 * 60_000
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class DayRow:
    """A new day."""

    day: datetime.date


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """Everything below is new."""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message; `leads` says that it begins a group of one sender."""

    message: Message
    leads: bool


Row = DayRow | UnreadRow | MessageRow


def build_rows(
    messages: Sequence[Message], first_unread: str | None, after: MessageRow | None = None
) -> list[Row]:
    """The rows of `messages`; `after` is the row that stands before them."""
    rows: list[Row] = []
    before = after.message if after else None
    last_day = _day(before.at) if before else None
    for message in messages:
        day = _day(message.at)
        leads = before is None or _parts(before, message)
        if day != last_day:
            rows.append(DayRow(day))
            last_day, leads = day, True
        if message.ref == first_unread:
            rows.append(UnreadRow())
            leads = True
        rows.append(MessageRow(message, leads))
        before = message
    return rows


def _parts(before: Message, message: Message) -> bool:
    return before.sender != message.sender or before.mine != message.mine or message.at - before.at > PAUSE


_days: dict[int, datetime.date] = {}


def _day(at: int) -> datetime.date:
    hour = at // 3_600_000
    day = _days.get(hour)
    if day is None:
        day = _days[hour] = datetime.datetime.fromtimestamp(at / 1000).date()  # noqa: DTZ006 - the person's day
    return day


class Heights:
    """Heights of rows in pixels, with sums over blocks."""

    def __init__(self) -> None:
        self._heights: list[float] = []
        self._blocks: list[float] = []

    def __len__(self) -> int:
        return len(self._heights)

    def __getitem__(self, row: int) -> float:
        return self._heights[row]

    @property
    def total(self) -> float:
        """Height of everything."""
        return sum(self._blocks)

    def reset(self, rows: Sequence[Row], estimate: Callable[[Row], float]) -> None:
        """Forget everything and estimate anew."""
        self._heights.clear()
        self._blocks.clear()
        self.extend(rows, estimate)

    def extend(self, rows: Sequence[Row], estimate: Callable[[Row], float]) -> None:
        """Estimate further rows at the end."""
        start = len(self._heights)
        self._heights.extend(map(estimate, rows))
        for block in range(start // _BLOCK, -(-len(self._heights) // _BLOCK)):
            part = sum(self._heights[block * _BLOCK : (block + 1) * _BLOCK])
            if block < len(self._blocks):
                self._blocks[block] = part
            else:
                self._blocks.append(part)

    def set(self, row: int, height: float) -> None:
        """The true height of a row that was laid out."""
        self._blocks[row // _BLOCK] += height - self._heights[row]
        self._heights[row] = height

    def top(self, row: int) -> float:
        """Where a row begins."""
        block = row // _BLOCK
        return sum(self._blocks[:block]) + sum(self._heights[block * _BLOCK : row])

    def at(self, y: float) -> tuple[int, float]:
        """The row at `y`, and how far below its top that is."""
        block = 0
        while block < len(self._blocks) - 1 and y >= self._blocks[block]:
            y -= self._blocks[block]
            block += 1
        row = block * _BLOCK
        while row < len(self._heights) - 1 and y >= self._heights[row]:
            y -= self._heights[row]
            row += 1
        return row, max(0.0, y)
