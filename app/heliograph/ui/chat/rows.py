"""The rows of a chat and where they stand. Pure: no Qt.

A row is a message, the day on which the following ones were said, or the line above what is unread.
Heights are estimates until a row is laid out; sums over blocks of rows keep "which row is at y" cheap for
any number of them.
"""

import datetime
from collections.abc import Iterable, Sequence

from msgspec import Struct

from heliograph.model.conversation import Message

#: A pause so long, in milliseconds, that the next message stands on its own.
PAUSE = 5 * 60_000
_BLOCK = 256
#: Days begin at a multiple of this, in milliseconds, in every time zone.
_QUARTER = 15 * 60_000


class DayRow(Struct, frozen=True, gc=False):
    """A new day."""

    day: datetime.date


class UnreadRow(Struct, frozen=True, gc=False):
    """Everything below is new."""


class MessageRow(Struct, frozen=True, gc=False):
    """A message; `leads` says that it begins a group of one sender.

    `at` is the time that it had when the row was made: a message of mine gets the relay's time later.
    """

    message: Message
    leads: bool
    at: int


Row = DayRow | UnreadRow | MessageRow


def build_rows(
    messages: Iterable[Message], first_unread: str | None, after: MessageRow | None = None
) -> list[Row]:
    """The rows of `messages`; `after` is the row that stands before them."""
    rows: list[Row] = []
    before = after.message if after else None
    last_quarter = after.at // _QUARTER if after else -1
    last_day = _day(last_quarter) if after else None
    for message in messages:
        at = message.at
        leads = (
            before is None
            or before.sender != message.sender
            or before.sender_name != message.sender_name  # an alias may change with every line
            or before.mine != message.mine
            or at - before.at > PAUSE
        )
        if at // _QUARTER != last_quarter:
            last_quarter = at // _QUARTER
            day = _day(last_quarter)
            if day != last_day:
                rows.append(DayRow(day))
                last_day, leads = day, True
        if message.ref == first_unread:
            rows.append(UnreadRow())
            leads = True
        rows.append(MessageRow(message, leads, at))
        before = message
    return rows


_days: dict[int, datetime.date] = {}


def _day(quarter: int) -> datetime.date:
    """The person's day of a quarter of an hour since the epoch."""
    day = _days.get(quarter)
    if day is None:
        day = _days[quarter] = datetime.datetime.fromtimestamp(quarter * 900).date()  # noqa: DTZ006
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

    def reset(self, heights: list[float]) -> None:
        """Forget everything; these are the heights now."""
        self._heights = heights
        self._blocks.clear()
        self._add_up(0, len(heights))

    def splice(self, start: int, end: int, heights: Sequence[float]) -> None:
        """The rows from `start` to before `end` have given way to rows of these heights."""
        self._heights[start:end] = heights
        moved = len(heights) != end - start
        self._add_up(start, len(self._heights) if moved else end)

    def _add_up(self, start: int, end: int) -> None:
        heights, blocks = self._heights, self._blocks
        first, last = start // _BLOCK, -(-end // _BLOCK)
        blocks[first:last] = [sum(heights[b * _BLOCK : (b + 1) * _BLOCK]) for b in range(first, last)]
        del blocks[-(-len(heights) // _BLOCK) :]

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
