"""The view "Receipts": who got and who read what I said, and when."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.controls import Switch
from heliograph.ui.inspector.views.frame import ViewFrame
from heliograph.ui.inspector.views.matrix_area import LOOKS, MatrixArea
from heliograph.ui.theme import space

_ICON = 14


class ReceiptsView(ViewFrame):
    """A cell chosen shows the message in the chat, and the receipt's own row in the detail."""

    def __init__(self, inspection: Inspection) -> None:
        self._area = MatrixArea(inspection)
        words = "You have said nothing yet. Write something, or ping everyone: who got it appears here."
        super().__init__(inspection, self._area, words)
        self._unread = Switch(
            "eye-off", "Not read by all", "Only messages that somebody has not read",
            "Only messages that somebody has not read",
        )  # fmt: skip
        self._unread.toggled.connect(self._show_unread)
        self.add_tools(self._unread)
        self._legend = _Legend()
        self.add_below(self._legend)
        self._area.cell_chosen.connect(self._cell_chosen)
        self._area.refilled.connect(lambda: self._legend.setVisible(self._area.dense))

    def start(self) -> None:
        self._area.start()

    def stop(self) -> None:
        self._area.stop()

    def count_words(self) -> str:
        messages, people = len(self._area.keys()), len(self._area.people)
        return f"{plural(messages, 'message')}, {plural(people, 'person', 'people')}"

    def empty_words(self) -> str:
        if self._area.rows.only_unread and self.inspection.filter is None:
            return "Everybody has read all of it, as far as they told."
        return super().empty_words()

    def row_chosen(self, key: int) -> None:
        if self._area.rows.row_of(key) is not None:
            self.inspection.select(key, self)

    def show_current(self, number: int | None) -> None:
        row = self.inspection.row(number) if number is not None else None
        told = self._area.rows.matrix.told_of(row) if row is not None else None
        if row is not None and told is not None:
            self._area.show_cell(told, row.sender)
        else:
            self._area.show_cell(number, None)

    def _show_unread(self, only: bool) -> None:
        self._area.rows.show_unread(only)

    def _cell_chosen(self, what: tuple[int, str | None]) -> None:
        """The message first, so that its line in the chat is shown; then what was told of it."""
        number, person = what
        row = self._area.rows.row_of(number)
        if row is None:
            return
        self.inspection.select(number, self)
        told = self._area.rows.matrix.receipt_of(row, person) if person is not None else None
        if told is not None:
            self.inspection.select(told, self)


class _Legend(QtWidgets.QWidget):
    """What the symbols mean, where cells have no room for words; on as many lines as it takes."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Symbols: " + ", ".join(fared.value for fared in LOOKS))
        self.hide()

    def _places(self) -> list[QtCore.QRect]:
        """Where each symbol and its word go."""
        metrics = QtGui.QFontMetrics(theme.font(0.85))
        height, found = metrics.height() + space(1), []
        left, top = space(2), space(1)
        for fared in LOOKS:
            width = _ICON + space(1) + metrics.horizontalAdvance(fared.value)
            if left + width > self.width() - space(2) and left > space(2):
                left, top = space(2), top + height
            found.append(QtCore.QRect(left, top, width, height))
            left += width + space(3)
        return found

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(self._places()[-1].bottom() + space(1))

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), theme.color("window"))
        painter.fillRect(0, 0, self.width(), 1, theme.color("border"))
        painter.setFont(theme.font(0.85))
        painter.setPen(theme.color("muted"))
        for place, (fared, (icon, tint)) in zip(self._places(), LOOKS.items(), strict=True):
            picture = theme.pixmap_of(icon, theme.color(tint).name(), _ICON, self.devicePixelRatioF())
            painter.drawPixmap(place.left(), place.top() + (place.height() - _ICON) // 2, picture)
            words = place.adjusted(_ICON + space(1), 0, space(1), 0)
            painter.drawText(words, QtCore.Qt.AlignmentFlag.AlignVCenter, fared.value)
        painter.end()
