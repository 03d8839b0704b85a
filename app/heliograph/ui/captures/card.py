"""The third way on from the start screen: open a capture."""

from collections.abc import Callable
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.model.problem import Problem
from heliograph.model.text import one_line
from heliograph.ui.controls import Tool
from heliograph.ui.form import card, problem_label
from heliograph.ui.recent_list import LinkRow
from heliograph.ui.theme import space

#: How many of the last files are shown.
_MOST = 3


class CaptureCard(QtWidgets.QWidget):
    """A file, the sample that comes with the program, or one of the last files."""

    def __init__(self, desk: CaptureDesk) -> None:
        super().__init__()
        self._desk = desk
        frame, self._column = card(
            "folder", "Open a capture",
            "Look into recorded signals: the sample, or a file, which can be dropped here too.",
        )  # fmt: skip
        self._column.setContentsMargins(space(5), space(4), space(5), space(4))
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)
        self._sample = QtWidgets.QPushButton("Open the sam&ple")
        self._file = QtWidgets.QPushButton("Open a &file…")
        self._problem = problem_label()
        self._rows = QtWidgets.QVBoxLayout()
        self._rows.setSpacing(0)
        self._lay_out()
        self._sample.clicked.connect(lambda: self._begin(desk.open_sample))
        self._file.clicked.connect(self._choose)
        desk.problem.connect(self._show_problem)
        desk.opened.connect(lambda _opened: self._problem.hide())
        desk.recent_changed.connect(self._show_recent)
        desk.long.left_changed.connect(self._show_recent)
        desk.kept_changed.connect(self._show_kept)
        self._show_recent()

    def _lay_out(self) -> None:
        top = self._column.takeAt(0)
        assert top is not None
        heading = top.layout()
        assert heading is not None
        heading.setParent(None)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(3))
        row.addLayout(heading, 1)
        for button in (self._sample, self._file):
            row.addWidget(button, 0, QtCore.Qt.AlignmentFlag.AlignVCenter)
        self._column.addLayout(row)
        self._column.addWidget(self._problem)
        self._column.addLayout(self._rows)

    def _begin(self, act: Callable[[], None]) -> None:
        self._problem.hide()
        act()

    def _choose(self) -> None:
        from heliograph.ui.captures.choosing import choose_capture  # noqa: PLC0415 - not needed for the first paint

        choose_capture(self, self._desk, self._open)

    def _open(self, path: Path) -> None:
        self._begin(lambda: self._desk.open(path))

    def _show_problem(self, problem: Problem) -> None:
        parts = (problem.title, problem.text, problem.action)
        self._problem.setText("\n".join(part for part in parts if part))
        self._problem.show()

    def _show_kept(self) -> None:
        self._show_recent()
        if self._desk.kept is not None:
            from heliograph.ui.spoken_list import announce  # noqa: PLC0415 - not needed for the first paint

            announce(self, f"The capture of {one_line(self._desk.kept.title, 40)} is still here.")

    def _show_recent(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if self._desk.kept is not None:
            from heliograph.ui.captures.kept_row import KeptRow  # noqa: PLC0415 - not needed for the first paint

            self._rows.addWidget(KeptRow(self._desk.kept, self._desk))
        if self._desk.long.left:
            from heliograph.ui.captures.left_row import LeftRow  # noqa: PLC0415 - not needed for the first paint

            for left in self._desk.long.left:
                self._rows.addWidget(LeftRow(left, self._desk))
        for path in self._desk.recent()[:_MOST]:
            self._rows.addWidget(self._row(path))

    def _row(self, path: Path) -> QtWidgets.QWidget:
        row = LinkRow(path.name, f"in {_short(path.parent)}", "Open again", "file", str(path))
        row.clicked.connect(lambda: self._open(path))
        forget = Tool(
            "close", "", f"Forget {path.name}", "Take it off this list; the file stays", tint="muted"
        )
        forget.clicked.connect(lambda: self._desk.forget(path))
        both = QtWidgets.QWidget()
        layout = QtWidgets.QHBoxLayout(both)
        layout.setContentsMargins(-space(1), 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row, 1)
        layout.addWidget(forget)
        return both


def _short(folder: Path) -> str:
    """A folder as people say it."""
    home = QtCore.QDir.homePath()
    text = str(folder)
    return f"~{text[len(home) :]}" if text == home or text.startswith(f"{home}/") else text
