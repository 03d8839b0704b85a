"""What is in sight of a chat: rows, their heights, and where the person is. Knows no widget.

Only rows in sight are laid out. Where the person is, is either "at the end", which stays true when
messages come, or an anchor: the first visible row and how much of it is above the edge.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence

from PySide6 import QtGui

from heliograph.model.conversation import Message
from heliograph.ui import theme
from heliograph.ui.chat import bubble as bubbles
from heliograph.ui.chat.bubble import Bubble, Remedy
from heliograph.ui.chat.rows import Heights, MessageRow, Row
from heliograph.ui.chat.transcript import Splice, Transcript
from heliograph.ui.theme import space

BAND = 36.0
BELOW = space(3)
#: How many rows are guessed at once while nobody waits.
REFINED = 2_000
_TYPICAL = 52.0
_KEPT = 300


class ChatLayout:
    """See the module. `settle` after every change; heights and widths in pixels."""

    def __init__(self) -> None:
        self.heights = Heights()
        self.at_end = True
        self.anchor: tuple[int, float] = (0, 0.0)
        self.width = 0
        #: What is offered for a message that did not go; replaced by who knows the people.
        self.remedies: Callable[[Message], Sequence[Remedy]] = lambda _message: bubbles.USUAL
        self._transcript = Transcript()
        self._laid: OrderedDict[str, tuple[object, Bubble]] = OrderedDict()
        #: Rows above this one have a height that was guessed without looking at them.
        self._unguessed = 0

    # ---- content

    @property
    def rows(self) -> list[Row]:
        """All rows; read only."""
        return self._transcript.rows

    def open(self, messages: Sequence[Message], first_unread: str | None) -> None:
        """Another conversation: at what is unread, or at the end."""
        self._transcript.reset(messages, first_unread)
        self.heights.reset([BAND if not isinstance(row, MessageRow) else _TYPICAL for row in self.rows])
        self._guess_anew()
        row = self.row_of(first_unread) if first_unread is not None else None
        self.at_end = row is None
        self.anchor = (max(0, row - 1) if row is not None else 0, 0.0)

    def show(self, messages: Sequence[Message], first_unread: str | None) -> None:
        """The messages are these now; the person stays where they are."""
        before = self._place()
        self._follow(self._transcript.show(messages, first_unread))
        self._go_back(before)

    def resize(self, width: int) -> None:
        """All heights are to be found anew; the first visible message stays the first."""
        before = self.anchor_message()
        self.width = width
        self._guess_anew()
        if before is not None and not self.at_end:
            self.anchor = (self.row_of(before[0]) or 0, 0.0)

    def forget(self, refs: set[str] | None = None) -> None:
        """These messages look different now; None: all of them."""
        if refs is None:
            self._laid.clear()
            self._guess_anew()
            return
        for ref in refs:
            self._laid.pop(ref, None)
        before = self._place()
        self._follow(self._transcript.rebuild_moved(refs))
        self._go_back(before)

    def refine(self) -> bool:
        """Guess the heights of some more rows by their text; says whether there are more."""
        end = self._unguessed
        start = max(0, end - REFINED)
        guess = _Estimate(self.width)
        known = {i for i in range(start, end) if self._is_laid(i)}
        self.heights.splice(
            start, end, [self.heights[i] if i in known else guess(self.rows[i]) for i in range(start, end)]
        )
        self._unguessed = start
        return start > 0

    def _place(self) -> tuple[str, float] | None:
        return None if self.at_end else self.anchor_message()

    def _go_back(self, place: tuple[str, float] | None) -> None:
        if place is not None:
            row = self.row_of(place[0])
            self.anchor = (row, place[1]) if row is not None else (self.anchor[0], 0.0)

    def _follow(self, splices: list[Splice]) -> None:
        guess = _Estimate(self.width)
        for splice in splices:
            heights = [guess(row) for row in splice.rows]
            self.heights.splice(splice.start, splice.end, heights)
            if splice.start < self._unguessed:
                moved = len(heights) - (splice.end - splice.start)
                self._unguessed = max(splice.start, self._unguessed + moved)

    def _guess_anew(self) -> None:
        self._unguessed = len(self.rows)
        self.refine()

    # ---- rows

    def bubble(self, index: int) -> Bubble | None:
        """The message of a row, laid out; None for rows that are none."""
        row = self.rows[index]
        if not isinstance(row, MessageRow):
            return None
        message, remedies = row.message, self._remedies(row.message)
        key = (*self._key(row), remedies)
        kept = self._laid.get(message.ref)
        if kept is None or kept[0] != key or kept[1].row.message is not message:
            kept = (key, bubbles.lay_out(row, self.width, remedies))
            self._laid[message.ref] = kept
            while len(self._laid) > _KEPT:
                self._laid.popitem(last=False)
        else:
            self._laid.move_to_end(message.ref)
        return kept[1]

    def _is_laid(self, index: int) -> bool:
        row = self.rows[index]
        if not isinstance(row, MessageRow):
            return True
        kept = self._laid.get(row.message.ref)
        return kept is not None and kept[0] == (*self._key(row), self._remedies(row.message))

    def _remedies(self, message: Message) -> tuple[Remedy, ...]:
        return tuple(self.remedies(message)) if message.may_go_again else ()

    def _key(self, row: MessageRow) -> tuple[object, ...]:
        """What the looks of a message depend on; its text never changes."""
        message = row.message
        return row.leads, self.width, message.state, message.counts, message.may_send_receipt, message.at

    def measure(self, index: int) -> float:
        """The true height of a row."""
        found = self.bubble(index)
        height = found.height if found else BAND
        if self.heights[index] != height:
            self.heights.set(index, height)
        return height

    def message(self, ref: str) -> Message | None:
        """The message of that ref, if it is shown."""
        return self._transcript.message(ref)

    def row_of(self, ref: str) -> int | None:
        """The row of a message."""
        return self._transcript.row_of(ref)

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
        for row in self.rows[index : index + 4]:
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
        return self.anchor[0] == 0 and self.anchor[1] <= 0

    def bring_into_sight(self, index: int, height: int, by: int) -> bool:
        """Move so that a row is in sight; says whether that was needed.

        Of one taller than the window that end comes into sight which is met first when one comes from above
        (`by` 1) or below (-1).
        """
        seen = [i for i, y in self.visible(height) if y >= 0 and y + self.heights[i] <= height]
        if index in seen:
            return False
        room = height - BELOW - self.measure(index)
        above = not seen or index < seen[0]
        if room < 0:
            offset = 0.0 if by > 0 else -room
        else:
            offset = 0.0 if above else -room
        self.at_end = False
        self.anchor = (index, offset)
        return True

    def hidden(self, index: int, by: int, height: int) -> float:
        """How much of a row is hidden above the upper edge (`by` -1) or below the lower one (1), in pixels."""
        y = next((y for i, y in self.visible(height) if i == index), 0.0)
        return -y if by < 0 else y + self.heights[index] + BELOW - height

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
        while index < len(self.rows) - 1 and offset >= self.measure(index):
            offset -= self.heights[index]
            index += 1
        room = height - BELOW + offset
        for row in range(index, len(self.rows)):
            room -= self.measure(row)
            if room < 0:
                self.anchor = (index, max(0.0, offset))
                return
        self.at_end = True


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
