"""An inspector with many views on screen, by what a person does with it."""

from typing import TypeVar

from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.bridge.inspection import Inspection
from tests.qt.bridge.fakes import until
from tests.qt.ui.stage import Stage

V = TypeVar("V", bound=QtWidgets.QWidget)
Key = QtCore.Qt.Key


def press(widget: QtWidgets.QWidget, key: Key) -> None:
    QtTest.QTest.keyClick(widget, key)


def click(area: QtWidgets.QAbstractScrollArea, x: int, y: int) -> None:
    QtTest.QTest.mouseClick(
        area.viewport(), QtCore.Qt.MouseButton.LeftButton, QtCore.Qt.KeyboardModifier.NoModifier,
        QtCore.QPoint(x, y),
    )  # fmt: skip


def inspection_of(stage: Stage) -> Inspection:
    [found] = stage.session.findChildren(Inspection)
    return found


async def view(stage: Stage, words: str, kind: type[V]) -> V:
    """Choose a view by its tab."""
    stage.button(words).click()
    await until(lambda: stage.has(kind))
    found = stage.find(kind)
    await until(found.isVisible)
    return found


def picture(widget: QtWidgets.QWidget) -> QtGui.QImage:
    return widget.grab().toImage()
