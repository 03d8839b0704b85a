"""Rows of a session that a program left on disk when it could not end in good order."""

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.bridge.long_captures import Left
from heliograph.model.captures.about import size_words
from heliograph.model.text import one_line, plural, relative_time
from heliograph.ui import dialogs
from heliograph.ui.controls import Tool
from heliograph.ui.recent_list import LinkRow
from heliograph.ui.theme import space

_TIP = (
    "The program ended unexpectedly. These are the older rows of that session, which were on disk already; those in memory"
    " are gone. They are deleted after 30 days."
)


class LeftRow(QtWidgets.QWidget):
    """Opens, saves or deletes them."""

    def __init__(self, left: Left, desk: CaptureDesk) -> None:
        super().__init__()
        title = one_line(left.about.title, 40)
        now = QtCore.QDateTime.currentMSecsSinceEpoch()
        about = f"{plural(left.rows, 'row')} on disk since a crash {relative_time(left.ended, now)}, {size_words(left.size)}"
        row = LinkRow(title, about, "Open", "alert", _TIP)
        row.clicked.connect(lambda: self._open(left, desk))
        save = Tool("save", "", f"Save {title}…", "Save all of its rows to a file", tint="muted")
        save.clicked.connect(lambda: self._save(left, desk))
        delete = Tool("trash", "", f"Delete {title}…", "Delete these rows from the disk", tint="muted")
        delete.clicked.connect(lambda: self._ask_to_delete(left, desk))
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(-space(1), 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row, 1)
        layout.addWidget(save)
        layout.addWidget(delete)

    def _open(self, left: Left, desk: CaptureDesk) -> None:
        from heliograph.ui.captures.parts_dialog import open_older  # noqa: PLC0415 - not needed for the first paint

        open_older(self.window(), left, desk)

    def _save(self, left: Left, desk: CaptureDesk) -> None:
        from heliograph.ui.captures.saving import save_left  # noqa: PLC0415 - see above

        card = self.parentWidget()
        assert card is not None
        save_left(card, left, desk)

    def _ask_to_delete(self, left: Left, desk: CaptureDesk) -> None:
        words = f"{plural(left.rows, 'row')} of “{one_line(left.about.title, 60)}” are deleted from the disk. They are nowhere else."
        dialogs.ask(self.window(), "Delete these rows?", words, "Delete", lambda: desk.long.delete(left))
