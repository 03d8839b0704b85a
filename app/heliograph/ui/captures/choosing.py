"""Asking for files. Never a nested loop: a dialog is opened, and its answer comes later."""

from collections.abc import Callable
from pathlib import Path

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.capture_desk import CaptureDesk
from heliograph.model.captures.formats import OPENED_SUFFIXES, Format


def choose_capture(
    parent: QtWidgets.QWidget, desk: CaptureDesk, then: Callable[[Path], None], title: str = "Open a capture"
) -> None:
    """Ask which capture to open."""
    dialog = _dialog(parent, desk, title)
    dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
    patterns = " ".join(f"*{suffix}" for suffix in OPENED_SUFFIXES)
    dialog.setNameFilters([f"Captures ({patterns})", "All files (*)"])
    dialog.fileSelected.connect(lambda name: then(Path(name)))
    dialog.open()


def choose_target(
    parent: QtWidgets.QWidget, desk: CaptureDesk, format: Format, name: str, then: Callable[[Path], None]
) -> None:
    """Ask where to save; what is there already is asked about by the dialog."""
    dialog = _dialog(parent, desk, "Save the capture as")
    dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters([f"{format.words} (*{format.suffix})", "All files (*)"])
    dialog.setDefaultSuffix(format.suffix.removeprefix("."))
    dialog.selectFile(f"{name}{format.suffix}")
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.open()


def _dialog(parent: QtWidgets.QWidget, desk: CaptureDesk, title: str) -> QtWidgets.QFileDialog:
    dialog = QtWidgets.QFileDialog(parent, title)
    dialog.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    folder = desk.folder or QtCore.QStandardPaths.writableLocation(
        QtCore.QStandardPaths.StandardLocation.DocumentsLocation
    )
    if folder and Path(folder).is_dir():
        dialog.setDirectory(folder)
    return dialog
