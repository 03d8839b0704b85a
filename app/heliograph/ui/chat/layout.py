"""What is in sight of a chat: rows, their heights, and where the person is. Knows no widget.

Only rows in sight are laid out. Where the person is, is either "at the end", which stays true when
messages come, or an anchor: the first visible row and how much of it is above the edge.
"""

from collections import OrderedDict
from collections.abc import Sequence

from PySide6 import QtGui

from heliograph.model.conversation import Message
from heliograph.ui import theme
from heliograph.ui.chat import bubble as bubbles
from heliograph.ui.chat.bubble import Bubble
from heliograph.ui.chat.rows import Heights, MessageRow, Row, UnreadRow, build_rows
from heliograph.ui.theme import space

BAND = 36.0
BELOW = space(3)
_KEPT = 300


class ChatLayout:
    """See the module. `settle` after every change; heights and widths in pixels."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.heights = Heights()
        self.at_end = True
        self.anchor: tuple[int, float] = (0, 0.0)
        self.width = 0
        self._laid: OrderedDict[str, tuple[object, Bubble]] = OrderedDict()

    # ---- content

    def show(self, messages: Sequence[Message], first_unread: str | None, *, fresh: bool) -> None:
        """These messages; `fresh` goes to what is unread, or to the end, else the person stays where they are."""
        before = None if fresh or self.at_end else self.anchor_message()
        self.rows = build_rows(messages, first_unread)
        self.heights.reset(self.rows, self._estimator())
        if fresh:
            unread = next((i for i, row in enumerate(self.rows) if isinstance(row, UnreadRow)), None)
            self.at_end = unread is None
            self.anchor = (unread or 0, 0.0)
        elif before is not None:
            self.anchor = (self.row_of(before[0]) or 0, before[1])

    def resize(self, width: int) -> None:
        """All heights are to be found anew; the first visible message stays the first."""
        before = self.anchor_message()
        self.width = width
        self.heights.reset(self.rows, self._estimator())
        if before is not None and not self.at_end:
            self.anchor = (self.row_of(before[0]) or 0, 0.0)

    def forget(self, refs: set[str] | None = None) -> None:
        """These messages look different now; None: all of them."""
        if refs is None:
            self._laid.clear()
        for ref in refs or ():
            self._laid.pop(ref, None)

    # ---- rows

    def bubble(self, index: int) -> Bubble | None:
        """The message of a row, laid out; None for rows that are none."""
        row = self.rows[index]
        if not isinstance(row, MessageRow):
            return None
        message = row.message
        key = (row.leads, self.width, message.state, message.counts, message.may_send_receipt, message.at)
        kept = self._laid.get(message.ref)
        if kept is None or kept[0] != key or kept[1].row.message is not message:
            kept = (key, bubbles.lay_out(row, self.width))
            self._laid[message.ref] = kept
            while len(self._laid) > _KEPT:
                self._laid.popitem(last=False)
        else:
            self._laid.move_to_end(message.ref)
        return kept[1]

    def measure(self, index: int) -> float:
        """The true height of a row."""
        found = self.bubble(index)
        height = found.height if found else BAND
        if self.heights[index] != height:
            self.heights.set(index, height)
        return height

    def message(self, ref: str) -> Message | None:
        """The message of that ref, if it is shown."""
        index = self.row_of(ref)
        row = self.rows[index] if index is not None else None
        return row.message if isinstance(row, MessageRow) else None

    def row_of(self, ref: str) -> int | None:
        """The row of a message."""
        if not ref:
            return None
        for index in range(len(self.rows) - 1, -1, -1):
            row = self.rows[index]
            if isinstance(row, MessageRow) and row.message.ref == ref:
                return index
        return None

    def step(self, ref: str, by: int) -> int | None:
        """The next row of a message, in a direction, from that of `ref` (or from the end)."""
        index = self.row_of(ref)
        index = (len(self.rows) if index is None else index) + by
        while 0 <= index < len(self.rows) and not isinstance(self.rows[index], MessageRow):
            index += by
        return index if 0 <= index < len(self.rows) else None

    def anchor_message(self) -> tuple[str, float] | None:
        """Ref of the first message in sight, and how much of it is above the edge."""
        index, offset = self.anchor
        for row in self.rows[index:]:
            if isinstance(row, MessageRow):
                return row.message.ref, offset
            offset -= BAND
        return None

    # ---- where the person is

    @property
    def total(self) -> float:
        """Height of everything."""
        return self.heights.total + BELOW

    @property
    def top(self) -> float:
        """How much is above the upper edge."""
        return self.heights.top(self.anchor[0]) + self.anchor[1]

    def visible(self, height: int) -> list[tuple[int, float]]:
        """Rows in sight and where they begin."""
        rows = []
        index, offset = self.anchor
        y = -offset
        while index < len(self.rows) and y < height:
            rows.append((index, y))
            y += self.measure(index)
            index += 1
        return rows

    def settle(self, height: int) -> bool:
        """Measure what is in sight; says whether the beginning is in sight, where there may be more."""
        if not self.rows:
            return False
        if not self.at_end:
            self._settle_anchor(height)
        if self.at_end:
            self._settle_end(height)
            return False
        return self.anchor[0] == 0 and self.anchor[1] <= 0

    def bring_into_sight(self, index: int, height: int) -> bool:
        """Move so that a row is in sight; says whether that was needed."""
        seen = [i for i, y in self.visible(height) if y >= 0 and y + self.heights[i] <= height]
        if index in seen:
            return False
        above = not seen or index < seen[0]
        self.at_end = False
        self.anchor = (index, 0.0 if above else -(height - self.measure(index) - BELOW))
        return True

    def _settle_end(self, height: int) -> None:
        room, index = float(height - BELOW), len(self.rows)
        while room > 0 and index:
            index -= 1
            room -= self.measure(index)
        # A chat shorter than the window stands at its bottom, above the field.
        self.anchor = (index, -room)

    def _settle_anchor(self, height: int) -> None:
        index, offset = min(self.anchor[0], len(self.rows) - 1), self.anchor[1]
        while index > 0 and offset < 0:
            index -= 1
            offset += self.measure(index)
        room = height - BELOW + offset
        for row in range(index, len(self.rows)):
            room -= self.measure(row)
            if room < 0:
                self.anchor = (index, max(0.0, offset))
                return
        self.at_end = True

    def _estimator(self) -> "_Estimate":
        return _Estimate(self.width)


class _Estimate:
    """Guesses the height of a row that was never laid out."""

    def __init__(self, width: int) -> None:
        self._line = QtGui.QFontMetrics(theme.font()).height()
        self._letters = max(20, int(min(bubbles.WIDEST, width * 0.8) / max(1, self._line * 0.42)))

    def __call__(self, row: Row) -> float:
        if not isinstance(row, MessageRow):
            return BAND
        message = row.message
        lines = len(message.text) // self._letters + message.text.count("\n") + 1
        return lines * self._line + (56 if row.leads and not message.mine else 38 if row.leads else 32)
