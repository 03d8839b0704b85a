"""Rows of a capture as a table: what the sieve lets through, told the way Qt wants it."""

from collections.abc import Sequence

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row
from heliograph.model.text import one_line
from heliograph.ui.inspector.cells import (
    COLUMNS,
    DATA,
    FARED,
    FROM,
    NAMES,
    NUMBER,
    RIGHT,
    TIME,
    TO,
    TYPE,
    cell,
    fared_tip,
    sentence,
)
from heliograph.ui.inspector.times import MODES, date_words, time_words
from heliograph.ui.tips import plain_tip

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_NO_PARENT = QtCore.QModelIndex()


class CaptureModel(QtCore.QAbstractTableModel):
    """The rows that pass the filter, in the order in which they came."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self.inspection = self._inspection = inspection
        self._capture, self._sieve = inspection.capture, inspection.sieve
        #: The column whose cells read as the whole row; the others say what they show.
        self.spoken = NUMBER
        #: How the time column counts (times.MODES).
        self.time_mode = "clock"
        sieve = self._sieve
        sieve.inserting.connect(lambda places: self.beginInsertRows(_NO_PARENT, *places))
        sieve.inserted.connect(lambda _none: self.endInsertRows())
        sieve.removing.connect(lambda places: self.beginRemoveRows(_NO_PARENT, *places))
        sieve.removed.connect(lambda _none: self.endRemoveRows())
        sieve.resetting.connect(lambda _none: self.beginResetModel())
        sieve.was_reset.connect(lambda _none: self.endResetModel())

    @property
    def numbers(self) -> Sequence[int]:
        """Numbers of the rows shown."""
        return self._sieve.numbers

    def row(self, index: int) -> Row:
        """The row shown at that place."""
        # Between the dropping of the oldest rows and the next turn of the sieve some are shown that are no more.
        return self._capture.rows[max(0, self._sieve.numbers[index] - self._capture.dropped - 1)]

    def place_of(self, number: int) -> int | None:
        """Where the row of that number is shown."""
        return self._sieve.place_of(number)

    def count_time(self, mode: str) -> None:
        """Count the time column this way (times.MODES)."""
        self.time_mode = mode
        self.headerDataChanged.emit(QtCore.Qt.Orientation.Horizontal, TIME, TIME)

    # ---- Qt

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._sieve.numbers)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(self, section: int, orientation: QtCore.Qt.Orientation, role: int = 0) -> object:
        if orientation is not QtCore.Qt.Orientation.Horizontal:
            return None
        if role == QtCore.Qt.ItemDataRole.DisplayRole:
            if section == TIME:
                return next(mode.head for mode in MODES if mode.name == self.time_mode)
            return COLUMNS[section]
        if role == QtCore.Qt.ItemDataRole.TextAlignmentRole:
            align = QtCore.Qt.AlignmentFlag
            return (align.AlignRight if section in RIGHT else align.AlignLeft) | align.AlignVCenter
        if role == QtCore.Qt.ItemDataRole.AccessibleTextRole:
            return NAMES[section]
        return None

    def data(self, index: _Index, role: int = 0) -> object:
        roles = QtCore.Qt.ItemDataRole
        if role == roles.DisplayRole:
            return self.words(index.row(), index.column())
        if role == roles.AccessibleTextRole and index.column() == self.spoken:
            return self.sentence(self.row(index.row()))
        if role == roles.ToolTipRole and index.column() in (TIME, DATA, FROM, TO, TYPE, FARED):
            return plain_tip(self._tip(self.row(index.row()), index.column()))
        return None

    def _tip(self, row: Row, column: int) -> str:
        id = row.sender if column == FROM else row.to if column == TO else None
        if id is not None:
            name, short = self._capture.name(id), self._capture.person_short_id(id)
            return f"{name}\nshort id {short}\nid {id}"
        if column == TIME:
            return date_words(row.at)
        if column == FARED:
            fate = self._capture.fate(row) if self.cell(row, column) else None
            return fared_tip(fate) if fate is not None else ""
        return one_line(self.cell(row, column), 400)

    # ---- words

    def cell(self, row: Row, column: int) -> str:
        """The text of a cell."""
        return cell(self._capture, row, column)

    def words(self, place: int, column: int) -> str:
        """The text of the cell at that place, which for the time may hang on what stands above."""
        row = self.row(place)
        if column == TIME and self.time_mode != "clock":
            return time_words(self.time_mode, self._inspection, row, place)
        return cell(self._capture, row, column)

    def sentence(self, row: Row) -> str:
        """A row as a screen reader says it."""
        return sentence(self._capture, row)
