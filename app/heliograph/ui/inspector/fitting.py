"""Which columns of the table have room, and how wide they are where the person did not choose."""

from PySide6 import QtGui

from heliograph.ui import theme
from heliograph.ui.inspector.cells import BYTES, DIRECTION, FARED, FROM, NUMBER, TIME, TO, TYPE
from heliograph.ui.inspector.painting import widths

#: Names get an eighth of the table, but no less than this, in pixels.
_LEAST_PEOPLE = 70
#: What gives way first where there is no room, and below which width in pixels.
_NARROW = {BYTES: 760, NUMBER: 680, FARED: 560, TO: 440, TIME: 360}
#: The same where times are what one looks at; the type is its icon alone where the direction gave way.
_NARROW_BY_TIME = {**_NARROW, TIME: 0, DIRECTION: 360}
_BRIEF_TYPE = 42


class Fitting:
    """Measured in the font of the table."""

    def __init__(self, days: str, *, keeps_times: bool) -> None:
        """`days` is how the day of a row is written before its time (times.day_form)."""
        metrics = QtGui.QFontMetrics(theme.font(0.95))
        self.days = days
        self._narrow = _NARROW_BY_TIME if keeps_times else _NARROW
        #: What usually stands in a column needs so many pixels.
        self.usual = {DIRECTION: 24, FARED: 106, **widths(metrics, days)}
        self._for_days = self.usual[TIME] - widths(metrics, "")[TIME]

    def has_room(self, column: int, width: int) -> bool:
        """Whether that column is shown in a table of that width."""
        return width - self._for_days >= self._narrow.get(column, 0)

    def fitted(self, width: int) -> dict[int, int]:
        """Columns that are less wide in a table of that width."""
        people = {column: max(_LEAST_PEOPLE, min(self.usual[column], width // 8)) for column in (FROM, TO)}
        brief = DIRECTION in self._narrow and not self.has_room(DIRECTION, width)
        return {**people, TYPE: _BRIEF_TYPE if brief else self.usual[TYPE]}
