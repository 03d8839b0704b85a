"""The view "Sequence": the diagram, what is shown in it, and ways to take it along."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.controls import Switch, Tool
from heliograph.ui.inspector.views.exporting import as_image, as_mermaid, as_svg
from heliograph.ui.inspector.views.frame import ViewFrame
from heliograph.ui.inspector.views.sequence_area import ZOOMS, SequenceArea

_EMPTY = "There is nothing in the diagram that could be exported."


class SequenceView(ViewFrame):
    """People as lifelines, signals as arrows; it follows while one looks at its end."""

    def __init__(self, inspection: Inspection) -> None:
        self._area = SequenceArea(inspection)
        super().__init__(inspection, self._area, "No signals yet. As people talk, arrows appear here.")
        self._receipts = Switch("read", "Receipts", "Show receipts", "Show who tells whom what arrived")
        self._typing = Switch("typing", "Typing", "Show who is typing", "Show who is typing")
        self._receipts.setChecked(self._area.receipts)
        self._receipts.toggled.connect(lambda on: self._area.show_kinds(receipts=on))
        self._typing.toggled.connect(lambda on: self._area.show_kinds(typing=on))
        self._smaller = Tool("minus", "", "Lower rows", "More rows in sight (−)")
        self._larger = Tool("plus", "", "Higher rows", "Higher rows (+)")
        self._smaller.clicked.connect(lambda: self._area.zoom_to(self._area.zoom - 1))
        self._larger.clicked.connect(lambda: self._area.zoom_to(self._area.zoom + 1))
        self._area.zoomed.connect(self._show_zoom)
        self._export = Tool("download", "Export", "Export the diagram", "As a picture or as Mermaid text")
        menu = self._make_menu()
        self._export.clicked.connect(
            lambda: menu.popup(self._export.mapToGlobal(self._export.rect().bottomLeft()))
        )
        self.add_tools(self._receipts, self._typing, self._smaller, self._larger, self._export)

    def start(self) -> None:
        self._area.start()

    def stop(self) -> None:
        self._area.stop()

    def count_words(self) -> str:
        return plural(len(self._area.diagram.people), "lifeline")

    def _show_zoom(self) -> None:
        self._smaller.setEnabled(self._area.zoom > 0)
        self._larger.setEnabled(self._area.zoom < len(ZOOMS) - 1)

    # ---- taking it along

    def _make_menu(self) -> QtWidgets.QMenu:
        menu = QtWidgets.QMenu(self)
        ways: tuple[tuple[str, str, Callable[[], object]], ...] = (
            ("copy", "Copy as Mermaid text", self.copy_mermaid),
            ("copy", "Copy as picture", self.copy_picture),
            ("save", "Save as PNG…", lambda: self._ask("png", "Picture (*.png)", self.png)),
            ("save", "Save as SVG…", lambda: self._ask("svg", "Vector picture (*.svg)", self.svg)),
            ("save", "Save as Mermaid text…", lambda: self._ask("mmd", "Mermaid text (*.mmd)", self.text)),
        )
        for icon, words, act in ways:
            menu.addAction(theme.icon(icon), words).triggered.connect(
                lambda _=False, act=act: act() if self._area.keys() else self.say(_EMPTY)
            )
        return menu

    def copy_mermaid(self) -> None:
        """To the clipboard, as text."""
        text, left = as_mermaid(self._area)
        QtWidgets.QApplication.clipboard().setText(text)
        self.say(f"Copied as Mermaid text. {left}")

    def copy_picture(self) -> None:
        """To the clipboard, as a picture."""
        image, left = as_image(self._area)
        QtWidgets.QApplication.clipboard().setImage(image)
        self.say(f"Copied as a picture. {left}")

    def png(self) -> tuple[bytes, str]:
        """The picture as a PNG file, and what is left out of it."""
        image, left = as_image(self._area)
        buffer = QtCore.QBuffer()
        buffer.open(QtCore.QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]  # a str, whatever the stub says
        return bytes(buffer.data().data()), left

    def svg(self) -> tuple[bytes, str]:
        """The picture as an SVG file, and what is left out of it."""
        return as_svg(self._area)

    def text(self) -> tuple[bytes, str]:
        """The Mermaid text as a file, and what is left out of it."""
        text, left = as_mermaid(self._area)
        return text.encode(), left

    def _ask(self, suffix: str, kind: str, make: Callable[[], tuple[bytes, str]]) -> None:
        dialog = QtWidgets.QFileDialog(self, "Save the diagram")
        dialog.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(kind)
        dialog.setDefaultSuffix(suffix)
        dialog.selectFile(f"sequence.{suffix}")
        dialog.fileSelected.connect(lambda path: self.save(path, make))
        dialog.open()

    def save(self, path: str, make: Callable[[], tuple[bytes, str]]) -> None:
        """Write a file as a whole or not at all, and say how it went."""
        found, left = make()
        file = QtCore.QSaveFile(path)
        if not file.open(QtCore.QIODevice.OpenModeFlag.WriteOnly):
            self.say(f"Not saved: {file.errorString()}.")
            return
        # It holds what people wrote, like a capture: for the person only.
        file.setPermissions(
            QtCore.QFileDevice.Permission.ReadOwner | QtCore.QFileDevice.Permission.WriteOwner
        )
        file.write(found)
        name = QtCore.QFileInfo(path).fileName()
        self.say(f"Saved {name}. {left}" if file.commit() else f"Not saved: {file.errorString()}.")
