"""What the receipt matrix shows: messages of mine, those that still wait among them, and how they fared."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import overload

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Kind, Row
from heliograph.model.conversation import Message
from heliograph.model.text import one_line
from heliograph.model.views.matrix import Fared, Mark, Matrix, mine
from heliograph.ui.inspector.views.picked import Picked
from heliograph.ui.inspector.views.presence import Presence

#: Keys of messages that wait for the relay: they have no row yet.
_WAITING = 1 << 40


class Keys(Sequence[int]):
    """Numbers of rows, and after them the keys of what waits; nothing is copied."""

    def __init__(self, numbers: Sequence[int], waiting: int) -> None:
        self._numbers, self._waiting = numbers, waiting

    def __len__(self) -> int:
        return len(self._numbers) + self._waiting

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        count = len(self._numbers)
        index = index + len(self) if index < 0 else index
        return self._numbers[index] if index < count else _WAITING + index - count


class MatrixRows(QtCore.QObject):
    """Works between `start` and `stop`."""

    #: None: there is something new; `settle` takes it.
    news = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._inspection = inspection
        self.presence = Presence(inspection, self)
        self.matrix = Matrix(inspection.capture, self.presence.lifelines, self._is_silent)
        self._shown = Picked(inspection, self._pick, self)
        self._waiting: list[Message] = []
        self.people: list[str] = []
        self.only_unread = False
        self._read: set[int] = set()
        self._shown.changed.connect(self.news)
        self.presence.advanced.connect(self.news)

    def start(self) -> None:
        """Catch up, and go on with what comes."""
        self.presence.start()
        self._shown.start()
        self._inspection.fates_changed.connect(self._fates_changed)
        if self._inspection.controller is not None:
            self._inspection.controller.messages_changed.connect(self.news)

    def stop(self) -> None:
        """Nobody looks."""
        self.presence.stop()
        self._shown.stop()
        self._inspection.fates_changed.disconnect(self._fates_changed)
        if self._inspection.controller is not None:
            self._inspection.controller.messages_changed.disconnect(self.news)

    @property
    def caught_up(self) -> bool:
        """Whether all rows have been read."""
        return self.presence.caught_up and self._shown.caught_up

    def show_unread(self, only: bool) -> None:
        """Only messages that somebody has not read, or all."""
        self.only_unread = only
        self._read.clear()
        self._shown.again()

    def settle(self, keep: int | None, *, pointed: bool) -> None:
        """Take what is new. What everybody has read by now goes, but never `keep`, nor while one points at rows."""
        self.people = [id for id in self.presence.people() if id not in self.presence.lifelines.mine]
        controller = self._inspection.controller
        self._waiting = controller.chat.waiting() if controller is not None else []
        if pointed:
            return
        numbers = self._shown.numbers
        for number in self._read - {keep}:
            place = bisect_left(numbers, number)
            if place < len(numbers) and numbers[place] == number:
                del numbers[place]
            self._read.discard(number)

    def _pick(self, rows: Sequence[Row]) -> list[int]:
        numbers = mine(rows)
        if self.only_unread:
            numbers = [n for n in numbers if (r := self._inspection.row(n)) and self.matrix.is_unread(r)]
        return numbers

    def _is_silent(self, id: str) -> bool:
        controller = self._inspection.controller
        person = controller.people.get(id) if controller is not None else None
        return person is not None and person.is_page

    def _fates_changed(self, seqs: set[int]) -> None:
        for seq in seqs if self.only_unread else ():
            number = self._inspection.capture.number_of(seq)
            row = self._inspection.row(number) if number is not None else None
            if row is not None and not self.matrix.is_unread(row):
                self._read.add(row.number)
        self.news.emit(None)

    # ---- reading

    def keys(self) -> Sequence[int]:
        """A key for each message, ascending."""
        return Keys(self._shown.numbers, len(self._waiting)) if self._waiting else self._shown.numbers

    def row_of(self, key: int) -> Row | None:
        """The row of a message; None for one that waits."""
        return self._inspection.row(key) if key < _WAITING else None

    def mark(self, key: int, person: str) -> Mark:
        """How a message fared with somebody."""
        row, place = self.row_of(key), key - _WAITING
        if row is not None:
            return self.matrix.mark(row, person)
        if 0 <= place < len(self._waiting):
            to = self._waiting[place].conversation
            return Mark(Fared.WAITING if to in ("", person) else Fared.NOT_FOR)
        return Mark(Fared.NOT_THERE)

    def words_of(self, key: int) -> tuple[str, str]:
        """A message, and how it fared in all."""
        row, place = self.row_of(key), key - _WAITING
        if row is not None:
            return one_line(_said(row), 160), self.matrix.summary(row)
        said = self._waiting[place].text if 0 <= place < len(self._waiting) else ""
        return one_line(said, 160), Fared.WAITING.value

    def sentence(self, key: int) -> str:
        """A message and how it fared, in words."""
        row = self.row_of(key)
        to = self._inspection.capture.full_name(row.to) if row is not None and row.to else "everyone"
        said, fared = self.words_of(key)
        return f"{said or 'no data'}, to {to}, {fared}"

    def cell_sentence(self, key: int, person: str) -> str:
        """A cell in words."""
        return f"{self._inspection.capture.full_name(person)}: {self.mark(key, person).words()}"


def _said(row: Row) -> str:
    if row.kind is Kind.PING:
        return "ping"
    if row.kind is Kind.REJECTED and row.data is None:
        return row.note
    return f"{row.type}  {row.data or ''}" if row.kind is Kind.SIGNAL and row.type else row.data or ""
