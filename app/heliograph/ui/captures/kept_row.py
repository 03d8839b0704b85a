"""What was captured of the session that was left last, on the start screen."""

from PySide6 import QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.bridge.kept_capture import KeptCapture
from heliograph.model.text import one_line, plural
from heliograph.ui.controls import Tool
from heliograph.ui.recent_list import LinkRow
from heliograph.ui.theme import space

_TIP = (
    "What was in memory when you left. It goes when you join or host another session, or close the program: save what you"
    " want to keep. Rows on disk were deleted when you left."
)


class KeptRow(QtWidgets.QWidget):
    """Opens or saves it."""

    def __init__(self, kept: KeptCapture, desk: CaptureDesk) -> None:
        super().__init__()
        title = one_line(kept.title, 40)
        about = f"{plural(kept.rows, 'row')}, still here until the next session"
        row = LinkRow(f"The capture of {title}", about, "Open", "inspector", _TIP)
        row.clicked.connect(desk.open_kept)
        save = Tool("save", "Save…", f"Save the capture of {title}…", "Save all of its rows to a file")
        save.clicked.connect(lambda: self._save(kept, desk))
        layout = QtWidgets.QHBoxLayout(self)
        layout.setContentsMargins(-space(1), 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row, 1)
        layout.addWidget(save)

    def _save(self, kept: KeptCapture, desk: CaptureDesk) -> None:
        from heliograph.ui.captures.saving import save_kept  # noqa: PLC0415 - not needed for the first paint

        card = self.parentWidget()
        assert card is not None
        save_kept(card, kept, desk)
