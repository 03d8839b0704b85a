"""A line with a bar: how far a file is read or written, a way out, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6 import QtCore, QtWidgets

from heliograph.ui.controls import Tool
from heliograph.ui.form import Picture
from heliograph.ui.theme import space

#: Steps of the bar.
_STEPS = 1_000


@dataclass(frozen=True)
class Act:
    """A button: its words, and what it does."""

    words: str
    do: Callable[[], None]


class ProgressLine(QtWidgets.QFrame):
    """Hidden until it has something to show."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("banner", True)
        self._picture = Picture("info", "info", 20)
        self._words = QtWidgets.QLabel()
        self._words.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._bar = QtWidgets.QProgressBar()
        self._bar.setRange(0, _STEPS)
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(6)
        self._bar.setAccessibleName("Progress")
        self._buttons = [QtWidgets.QPushButton() for _ in range(2)]
        self._close = Tool("close", "", "Dismiss", "Dismiss", tint="muted")
        self._acts: tuple[Act, ...] = ()
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(space(4), space(1.5), space(2), space(1.5))
        row.setSpacing(space(3))
        row.addWidget(self._picture)
        row.addWidget(self._words, 2)
        row.addWidget(self._bar, 1)
        for number, button in enumerate(self._buttons):
            button.clicked.connect(lambda _checked=False, n=number: self._acts[n].do())
            row.addWidget(button)
        row.addWidget(self._close)
        self._close.clicked.connect(self.hide)
        self.hide()

    def show_progress(self, words: str, fraction: float, cancel: Act) -> None:
        """Something is being done."""
        self._picture.wear("info", "info")
        self._words.setText(words)
        self._bar.setValue(round(fraction * _STEPS))
        self._bar.show()
        self._show_acts((cancel,))
        self._close.hide()
        self.show()

    def show_outcome(self, words: str, picture: str, tint: str, *acts: Act) -> None:
        """It is done, or failed."""
        self._picture.wear(picture, tint)
        self._words.setText(words)
        self._bar.hide()
        self._show_acts(acts)
        self._close.show()
        self.show()

    def words(self) -> str:
        """What it says."""
        return self._words.text()

    def _show_acts(self, acts: tuple[Act, ...]) -> None:
        self._acts = acts
        for number, button in enumerate(self._buttons):
            shown = number < len(acts)
            if shown and button.text() != acts[number].words:
                button.setText(acts[number].words)
            button.setVisible(shown)
