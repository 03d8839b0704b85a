"""Rows of a capture as a table: what the sieve lets through, told the way Qt wants it."""

from collections.abc import Sequence

from PySide6 import QtCore

from heliograph.bridge.inspection import Inspection
from heliograph.model.capture import Row
from heliograph.model.text import one_line
from heliograph.ui.inspector.cells import COLUMNS, DATA, FROM, NUMBER, TO, TYPE, cell, sentence

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_NO_PARENT = QtCore.QModelIndex()


class CaptureModel(QtCore.QAbstractTableModel):
    """The rows that pass the filter, in the order in which they came."""

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection, self._capture, self._sieve = inspection, inspection.capture, inspection.sieve
        #: The column whose cells read as the whole row; the others say what they show.
        self.spoken = NUMBER
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

    # ---- Qt

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._sieve.numbers)

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
        return cell(self._capture, row, column)

    def sentence(self, row: Row) -> str:
        """A row as a screen reader says it."""
        return sentence(self._capture, row)
