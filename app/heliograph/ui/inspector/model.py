"""Rows of a capture as a table. The filter's result is a list of row numbers; nothing is sorted or copied."""

import datetime
from bisect import bisect_left

from PySide6 import QtCore

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.filter import Predicate
from heliograph.model.text import duration_words, one_line

COLUMNS = ("#", "Time", "", "From", "To", "Type", "Data", "Bytes", "Fared")
NUMBER, TIME, DIRECTION, FROM, TO, TYPE, DATA, BYTES, FARED = range(len(COLUMNS))
SLICE = 50_000

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_NO_PARENT = QtCore.QModelIndex()


class CaptureModel(QtCore.QAbstractTableModel):
    """The rows that pass the filter, in the order in which they came."""

    #: None: the rows shown, or their number, changed.
    counted = QtCore.Signal(object)

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self._capture = capture
        self._numbers: list[int] = []
        self._seen = 0
        self._predicate: Predicate | None = None
        self.frozen = False
        #: The column whose cells read as the whole row; the others say what they show.
        self.spoken = NUMBER
        self._slicer = QtCore.QTimer(self)
        self._slicer.setInterval(0)
        self._slicer.timeout.connect(self._next_slice)
        self._pending: list[int] = []
        self._cursor = 0
        self.take_new()

    # ---- content

    def take_new(self) -> None:
        """Show what has come since, unless the view is frozen or a filter is still being run."""
        capture = self._capture
        if self.frozen or self._slicer.isActive():
            return
        self._forget_dropped()
        start = max(self._seen - capture.dropped, 0)
        rows = capture.rows[start:]
        self._seen = capture.dropped + len(capture.rows)
        predicate = self._predicate
        fresh = [row.number for row in rows if predicate is None or predicate(row)]
        if fresh:
            at = len(self._numbers)
            self.beginInsertRows(_NO_PARENT, at, at + len(fresh) - 1)
            self._numbers += fresh
            self.endInsertRows()
        if rows:
            self.counted.emit(None)

    def set_filter(self, predicate: Predicate | None) -> None:
        """Show only what passes; long captures are gone through in slices, so that no frame is late."""
        self._predicate = predicate
        self._pending, self._cursor = [], 0
        self._next_slice()
        if self._cursor < len(self._capture.rows):
            self._slicer.start()

    def reload(self) -> None:
        """Everything may be different: the capture was cleared or restored."""
        self.set_filter(self._predicate)

    def fates_changed(self, seqs: set[int]) -> None:
        """The last column of these signals says something else now."""
        if self._numbers:
            self.dataChanged.emit(self.index(0, FARED), self.index(len(self._numbers) - 1, FARED))

    def row(self, index: int) -> Row:
        """The row shown at that place."""
        return self._capture.rows[self._numbers[index] - self._capture.dropped - 1]

    def place_of(self, number: int) -> int | None:
        """Where the row of that number is shown."""
        place = bisect_left(self._numbers, number)
        return place if place < len(self._numbers) and self._numbers[place] == number else None

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._capture.rows)

    def _next_slice(self) -> None:
        rows = self._capture.rows[self._cursor : self._cursor + SLICE]
        predicate = self._predicate
        self._pending += [row.number for row in rows if predicate is None or predicate(row)]
        self._cursor += len(rows)
        if self._cursor >= len(self._capture.rows):
            self._slicer.stop()
            self.beginResetModel()
            self._numbers, self._pending = self._pending, []
            self._seen = self._capture.dropped + len(self._capture.rows)
            self.endResetModel()
            self.counted.emit(None)

    def _forget_dropped(self) -> None:
        gone = 0
        while gone < len(self._numbers) and self._numbers[gone] <= self._capture.dropped:
            gone += 1
        if gone:
            self.beginRemoveRows(_NO_PARENT, 0, gone - 1)
            del self._numbers[:gone]
            self.endRemoveRows()

    # ---- Qt

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._numbers)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: QtCore.Qt.Orientation, role: int = 0) -> object:
        if role == QtCore.Qt.ItemDataRole.DisplayRole and orientation is QtCore.Qt.Orientation.Horizontal:
            return COLUMNS[section]
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        roles = QtCore.Qt.ItemDataRole
        if role == roles.DisplayRole:
            return self.cell(self.row(index.row()), index.column())
        if role == roles.AccessibleTextRole and index.column() == self.spoken:
            return self.sentence(self.row(index.row()))
        if role == roles.ToolTipRole and index.column() in (DATA, FROM, TO, TYPE):
            return one_line(self.cell(self.row(index.row()), index.column()), 400)
        return None

    # ---- words

    def cell(self, row: Row, column: int) -> str:
        """The text of a cell."""
        return _CELLS[column](self._capture, row)

    def sentence(self, row: Row) -> str:
        """A row as a screen reader says it."""
        if not row.kind.is_signal:
            return f"{row.number}, {_time(self._capture, row)}, {row.kind.value}: {row.note}"
        to = self._capture.name(row.to) if row.to else "everyone"
        what = f"type {row.type}, " if row.type else ""
        data = f"{one_line(row.data, 120)}, " if row.data else "no data, "
        fared = _fared(self._capture, row)
        return (
            f"{row.number}, {_time(self._capture, row)}, {row.kind.value} from {self._capture.name(row.sender)} to {to}, "
            f"{what}{data}{row.size} bytes" + (f", {fared}" if fared else "")
        )


_clock: dict[int, str] = {}


def _time(_capture: Capture, row: Row) -> str:
    second = row.at // 1000
    words = _clock.get(second)
    if words is None:
        if len(_clock) > 5_000:
            _clock.clear()
        words = _clock[second] = datetime.datetime.fromtimestamp(second).strftime("%H:%M:%S")  # noqa: DTZ006
    return f"{words}.{row.at % 1000:03d}"


def _direction(_capture: Capture, row: Row) -> str:
    return {"out": "→", "in": "←"}.get(row.direction, "·")


def _from(capture: Capture, row: Row) -> str:
    return capture.name(row.sender) if row.sender is not None or row.is_server else ""


def _to(capture: Capture, row: Row) -> str:
    if row.to is not None:
        return capture.name(row.to)
    return "everyone" if row.kind.is_signal else ""


def _type(_capture: Capture, row: Row) -> str:
    return (
        row.type
        if row.type is not None
        else row.kind.value
        if not row.kind.is_signal or row.kind.value == "ping"
        else ""
    )


def _data(_capture: Capture, row: Row) -> str:
    text = row.data if row.data is not None else ""
    return one_line(f"{row.note} {text}".strip() if row.note else text, 240)


def _fared(capture: Capture, row: Row) -> str:
    told = row.direction == "out" and row.kind not in (Kind.RECEIPT, Kind.TYPING)
    fate = capture.fate(row) if told else None
    if fate is None or not fate.of:
        return ""
    if fate.read:
        return f"read {len(fate.read)}/{fate.of}  {duration_words(max(0, max(fate.read.values()) - fate.at))}"
    if fate.delivered:
        return f"got {len(fate.delivered)}/{fate.of}  {duration_words(max(0, max(fate.delivered.values()) - fate.at))}"
    return f"0/{fate.of}"


_CELLS = (
    lambda _capture, row: str(row.number),
    _time,
    _direction,
    _from,
    _to,
    _type,
    _data,
    lambda _capture, row: f"{row.size:,}" if row.kind.is_signal else "",
    _fared,
)
