"""Where the filter is written, with what is wrong with it below."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.filter import OPERATORS, BadFilter
from heliograph.ui.theme import space

#: How long after the last key the filter is applied, in milliseconds.
_PAUSE = 120


class FilterBar(QtWidgets.QWidget):
    """The one filter of an inspection."""

    #: None: the person has done with it and goes to the rows.
    left = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._field = QtWidgets.QLineEdit()
        self._field.setPlaceholderText("Filter: words, type: from: to: kind: data:")
        self._field.setClearButtonEnabled(True)
        self._field.setAccessibleName("Filter")
        self._field.setToolTip(
            "\n".join(
                ["Words must all occur. -word excludes.", *(f"{op.word}:  {op.help}" for op in OPERATORS)]
            )
        )
        self.setFocusProxy(self._field)
        self._error = QtWidgets.QLabel()
        self._error.setProperty("danger", True)
        self._error.setContentsMargins(space(1), 0, space(1), 0)
        self._error.hide()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addWidget(self._field)
        column.addWidget(self._error)
        self._apply_soon = QtCore.QTimer(self)
        self._apply_soon.setSingleShot(True)
        self._apply_soon.setInterval(_PAUSE)
        self._apply_soon.timeout.connect(self._apply)
        self._field.textChanged.connect(self._apply_soon.start)
        escape = QtGui.QShortcut(QtGui.QKeySequence("Esc"), self._field)
        escape.setContext(QtCore.Qt.ShortcutContext.WidgetShortcut)
        escape.activated.connect(self._escape)

    def edit(self) -> None:
        """Give it the focus, all of it selected."""
        self._field.setFocus()
        self._field.selectAll()

    def text(self) -> str:
        """What is written in it."""
        return self._field.text()

    def write(self, text: str) -> None:
        """Write this in it."""
        self._field.setText(text)

    def add(self, term: str) -> None:
        """What passes has to pass this too."""
        self._field.setText(f"{self._field.text().strip()} {term}".strip())

    def _escape(self) -> None:
        """Esc: first what is written goes, then the person, to the signals."""
        if self._field.text():
            self._field.clear()
        else:
            self.left.emit(None)

    def _apply(self) -> None:
        try:
            self._inspection.set_filter(self._field.text())
        except BadFilter as bad:
            self._error.setText(f"{bad}  (at character {bad.position + 1})")
        else:
            self._error.clear()
        bad_now = bool(self._error.text())
        self._error.setVisible(bad_now)
        self._field.setProperty("bad", bad_now)
        self._field.style().unpolish(self._field)
        self._field.style().polish(self._field)
