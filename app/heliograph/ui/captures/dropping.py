"""Files dropped on a window are opened as captures."""

from pathlib import Path

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk


class Dropping(QtCore.QObject):
    """Watches one window. What its children take themselves, such as text dropped into a field, never comes here."""

    def __init__(self, window: QtWidgets.QWidget, desk: CaptureDesk) -> None:
        super().__init__(window)
        self._desk = desk
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, _watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        if isinstance(event, QtGui.QDropEvent):  # entering and moving are drop events, too
            files = _files(event.mimeData())
            if files:
                event.setDropAction(QtCore.Qt.DropAction.CopyAction)
                event.accept()
                if event.type() == QtCore.QEvent.Type.Drop:
                    for path in files:
                        self._desk.open(path)
                return True
        return False


def _files(data: QtCore.QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
