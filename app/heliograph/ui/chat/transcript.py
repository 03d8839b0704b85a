"""The rows of one conversation, kept up with its messages: only what changed is built anew. Pure: no Qt."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from heliograph.model.conversation import Message
from heliograph.ui.chat.rows import MessageRow, Row, build_rows

_CHUNK = 1024


class Splice(Struct, frozen=True):
    """The rows from `start` to before `end` have become `rows`."""

    start: int
    end: int
    rows: list[Row]


class Transcript:
    """Rows, and where each message stands among them.

    Every row has a number; the first one's is not 0, so that what comes before it renumbers nothing.
    """

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._messages: list[Message] = []
        self._unread: str | None = None
        self._numbers: dict[str, int] = {}
        self._first = 0

    def row_of(self, ref: str) -> int | None:
        """The row of a message."""
        number = self._numbers.get(ref)
        return None if number is None else number - self._first

    def message(self, ref: str) -> Message | None:
        """The message of that ref, if it is shown."""
        row = self.row_of(ref)
        found = self.rows[row] if row is not None else None
        return found.message if isinstance(found, MessageRow) else None

    def reset(self, messages: Sequence[Message], first_unread: str | None) -> None:
        """Another conversation."""
        self._messages, self._unread = list(messages), first_unread
        self.rows = build_rows(messages, first_unread)
        self._first = 0
        self._numbers = {
            row.message.ref: number for number, row in enumerate(self.rows) if isinstance(row, MessageRow)
        }

    def show(self, messages: Sequence[Message], first_unread: str | None) -> list[Splice]:
        """The messages are these now; says which rows that changed, one after the other."""
        before, self._unread = self._unread, first_unread
        splices = self._take(messages if isinstance(messages, list) else list(messages))
        if first_unread != before:
            splices += self.rebuild(ref for ref in (before, first_unread) if ref is not None)
        return splices

    def rebuild(self, refs: Iterable[str]) -> list[Splice]:
        """The rows of these messages may look different: the day or group that they are in, what is above them."""
        splices = []
        for ref in refs:
            row = self.row_of(ref)
            if row is None:
                continue
            message = self.message(ref)
            assert message is not None
            # The one that follows may belong to the same group no more, or again.
            following = next((r for r in self.rows[row + 1 : row + 4] if isinstance(r, MessageRow)), None)
            messages = [message] if following is None else [message, following.message]
            splices += self._put(self._start_above(row), self._end_of(messages[-1]), messages)
        return splices

    def rebuild_moved(self, refs: Iterable[str]) -> list[Splice]:
        """The same, for those among these messages whose time has changed."""
        moved = []
        for ref in refs:
            row = self.row_of(ref)
            found = self.rows[row] if row is not None else None
            if isinstance(found, MessageRow) and found.at != found.message.at:
                moved.append(ref)
        return self.rebuild(moved)

    def _take(self, messages: list[Message]) -> list[Splice]:
        old = self._messages
        start = _common_start(old, messages)
        rest = min(len(old), len(messages)) - start
        end = _common_end(old, messages, rest) if rest else 0
        gone, come = old[start : len(old) - end], messages[start : len(messages) - end]
        if not gone and not come:
            return []
        following = old[len(old) - end] if end else None
        # Before anything moves: the rows of what has gone, and of the one behind it, whose group may change.
        first = self._end_of(old[start - 1]) if start else 0
        last = self._end_of(following) if following is not None else len(self.rows)
        old[start : len(old) - end] = come
        return self._put(first, last, come if following is None else [*come, following])

    def _put(self, start: int, end: int, messages: Iterable[Message]) -> list[Splice]:
        before = self.rows[start - 1] if start else None
        assert before is None or isinstance(before, MessageRow)
        rows = build_rows(messages, self._unread, before)
        if rows == self.rows[start:end]:
            return []
        for row in self.rows[start:end]:
            if isinstance(row, MessageRow):
                del self._numbers[row.message.ref]
        self.rows[start:end] = rows
        by, tail = len(rows) - (end - start), len(self.rows) - (start + len(rows))
        if by and tail > start:
            self._first -= by
            self._number(0, start)
        elif by:
            self._number(start + len(rows), len(self.rows))
        self._number(start, start + len(rows))
        return [Splice(start, end, rows)]

    def _number(self, start: int, end: int) -> None:
        for number, row in enumerate(self.rows[start:end], start + self._first):
            if isinstance(row, MessageRow):
                self._numbers[row.message.ref] = number

    def _end_of(self, message: Message) -> int:
        row = self.row_of(message.ref)
        assert row is not None
        return row + 1

    def _start_above(self, row: int) -> int:
        """Where the rows of the message at `row` begin: its day and the line above what is unread are its own."""
        while row and not isinstance(self.rows[row - 1], MessageRow):
            row -= 1
        return row


def _common_start(old: list[Message], new: list[Message]) -> int:
    """How many messages both begin with."""
    if _begins_with(new, old):
        return len(old)
    limit = min(len(old), len(new))
    start = 0
    while start < limit and old[start : start + _CHUNK] == new[start : start + _CHUNK]:
        start += _CHUNK
    start = min(start, limit)
    while start < limit and old[start] is new[start]:
        start += 1
    return start


def _begins_with(new: list[Message], old: list[Message]) -> bool:
    """Nearly every change is a message at the end, so this one question is asked without copying anything.

    Comparing lists passes over elements that are the same object, and compares lengths at their end; two
    messages have no order, and asking for it is how they say that they are two.
    """
    try:
        return old <= new
    except TypeError:
        return False


def _common_end(old: list[Message], new: list[Message], limit: int) -> int:
    """How many messages both end with, at most `limit`."""
    end = 0
    while end + _CHUNK <= limit and (
        old[len(old) - end - _CHUNK : len(old) - end] == new[len(new) - end - _CHUNK : len(new) - end]
    ):
        end += _CHUNK
    while end < limit and old[-end - 1] is new[-end - 1]:
        end += 1
    return end
