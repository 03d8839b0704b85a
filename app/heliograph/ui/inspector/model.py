"""Rows of a capture as a table. The filter's result is a list of row numbers; nothing is sorted or copied."""

import datetime
from array import array
from bisect import bisect_left, bisect_right

from PySide6 import QtCore

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.filter import Filter
from heliograph.model.text import duration_words, one_line

COLUMNS = ("#", "Time", "", "From", "To", "Type", "Data", "Bytes", "Fared")
NUMBER, TIME, DIRECTION, FROM, TO, TYPE, DATA, BYTES, FARED = range(len(COLUMNS))
#: Rows asked in the first slice of a filter, and how long a slice should take, in milliseconds.
_SLICE, _SLICE_MS = 4_000, 3

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_NO_PARENT = QtCore.QModelIndex()


class CaptureModel(QtCore.QAbstractTableModel):
    """The rows that pass the filter, in the order in which they came."""

    #: None: the rows shown, or their number, changed.
    counted = QtCore.Signal(object)

    def __init__(self, capture: Capture) -> None:
        super().__init__()
        self._capture = capture
        #: Numbers of the rows shown; those up to the second number have been asked.
        self._numbers = array("I")
        self._seen = 0
        self._filter: Filter | None = None
        self.frozen = False
        #: The column whose cells read as the whole row; the others say what they show.
        self.spoken = NUMBER
        self._slicer = QtCore.QTimer(self)
        self._slicer.setInterval(0)
        self._slicer.timeout.connect(self._next_slice)
        self._pending = array("I")
        self._asked = 0
        self._slice = _SLICE
        self.take_new()

    # ---- content

    def take_new(self) -> None:
        """Show what has come since, unless the view is frozen or a filter is still being run."""
        capture = self._capture
        self._forget_dropped()
        if self.frozen or self.filtering:
            return
        fresh, some = self._pass(self._seen, None)
        self._seen = capture.dropped + len(capture.rows)
        if fresh:
            at = len(self._numbers)
            self.beginInsertRows(_NO_PARENT, at, at + len(fresh) - 1)
            self._numbers.extend(fresh)
            self.endInsertRows()
        if some:
            self.counted.emit(None)

    def set_filter(self, found: Filter | None) -> None:
        """Show only what passes; long captures are gone through in slices, so that no frame is late."""
        self._filter = found
        self._pending, self._asked, self._slice = array("I"), self._capture.dropped, _SLICE
        self._ask_some()
        if self._asked < self._last():
            self._slicer.start()
        else:
            self._show_what_passed()

    def reload(self) -> None:
        """Everything may be different: the capture was cleared or restored."""
        self.set_filter(self._filter)

    def row(self, index: int) -> Row:
        """The row shown at that place."""
        # Between the dropping of the oldest rows and the next `take_new` some are shown that are no more.
        return self._capture.rows[max(0, self._numbers[index] - self._capture.dropped - 1)]

    def place_of(self, number: int) -> int | None:
        """Where the row of that number is shown."""
        place = bisect_left(self._numbers, number)
        return place if place < len(self._numbers) and self._numbers[place] == number else None

    @property
    def filtering(self) -> bool:
        """Whether a filter is still being run."""
        return self._slicer.isActive()

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._capture.rows)

    def _pass(self, after: int, most: int | None) -> tuple[list[int], int]:
        """Numbers of the rows that pass among the `most` that come after that number, and how many were asked."""
        start = max(after - self._capture.dropped, 0)
        rows = self._capture.rows[start : None if most is None else start + most]
        if self._filter is None:
            return [row.number for row in rows], len(rows)
        return self._filter.select(rows), len(rows)

    def _last(self) -> int:
        """Number of the last row that a filter is to be asked for."""
        return self._seen if self.frozen else self._capture.dropped + len(self._capture.rows)

    def _next_slice(self) -> None:
        if self._asked < self._last():
            self._ask_some()
        else:
            self._show_what_passed()

    def _ask_some(self) -> None:
        clock = QtCore.QElapsedTimer()
        clock.start()
        self._asked = max(self._asked, self._capture.dropped)
        passed, asked = self._pass(self._asked, max(0, min(self._slice, self._last() - self._asked)))
        self._pending.extend(passed)
        self._asked += asked
        if asked == self._slice:
            taken = max(clock.nsecsElapsed() / 1e6, 0.01)
            self._slice = max(500, min(4 * self._slice, int(self._slice * _SLICE_MS / taken)))

    def _show_what_passed(self) -> None:
        self._slicer.stop()
        self.beginResetModel()
        self._numbers, self._pending = self._pending, array("I")
        self._seen = self._asked
        self.endResetModel()
        self._forget_dropped()
        self.counted.emit(None)

    def _forget_dropped(self) -> None:
        gone = bisect_right(self._numbers, self._capture.dropped)
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
