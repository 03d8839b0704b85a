"""What can be written in a filter, on one sheet made from the operators themselves."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.model.filter import OPERATORS
from heliograph.ui import theme
from heliograph.ui.form import muted
from heliograph.ui.theme import space

_WORDS = (
    ("harbour", "somewhere in type, data, names or notes"),
    ('"two words"', "beside each other; within quotes two quotes stand for one"),
    ("type:chat from:ana", "both must hold"),
    ("-type:chat", "what does not pass that; not does the same"),
    ("(kind:gap or kind:error) age<1m", "one of them; brackets hold together"),
)


class FilterHelp(QtWidgets.QDialog):
    """Every example is a button that writes it."""

    def __init__(self, parent: QtWidgets.QWidget, write: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("What a filter can say")
        self._write = write
        grid = QtWidgets.QGridLayout(self)
        grid.setContentsMargins(space(6), space(5), space(6), space(6))
        grid.setHorizontalSpacing(space(4))
        grid.setVerticalSpacing(space(1))
        self._grid = grid
        self._part("In general", [((example,), words) for example, words in _WORDS])
        self._part("Operators", [(op.examples, op.help) for op in OPERATORS])
        note = muted("~ takes a regular expression. Upper and lower case are the same everywhere.")
        grid.setRowMinimumHeight(grid.rowCount(), space(2))
        grid.addWidget(note, grid.rowCount(), 0, 1, 2)

    def _part(self, title: str, rows: list[tuple[tuple[str, ...], str]]) -> None:
        heading = QtWidgets.QLabel(title)
        heading.setFont(theme.font(1.1, bold=True))
        at = self._grid.rowCount()
        self._grid.addWidget(heading, at, 0, 1, 2)
        self._grid.setRowMinimumHeight(at, space(8))
        for examples, words in rows:
            at += 1
            line = QtWidgets.QHBoxLayout()
            line.setSpacing(space(1))
            for example in examples:
                line.addWidget(self._example(example))
            line.addStretch()
            self._grid.addLayout(line, at, 0)
            self._grid.addWidget(QtWidgets.QLabel(words), at, 1)

    def _example(self, text: str) -> QtWidgets.QPushButton:
        button = QtWidgets.QPushButton(text)
        button.setProperty("flat", True)
        button.setFont(theme.font(0.95, mono=True))
        button.setAutoDefault(False)
        button.setToolTip("Write this in the filter")
        button.clicked.connect(lambda: self._chosen(text))
        return button

    def _chosen(self, text: str) -> None:
        self._write(text)
        self.accept()
