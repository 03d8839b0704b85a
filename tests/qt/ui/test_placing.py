"""Windows open wholly on a screen."""

from pathlib import Path

import pytest
import shiboken6
from PySide6 import QtCore, QtWidgets

from heliograph.ui.aside import AsideWindow, show_aside
from heliograph.ui.main_window import MainWindow
from heliograph.ui.placing import bring_back, inside, lower_right
from tests.qt.bridge.fakes import until
from tests.qt.ui.stage import Stage

ROOM = QtCore.QRect(0, 30, 1_400, 870)


def rect(*numbers: int) -> QtCore.QRect:
    return QtCore.QRect(*numbers)


@pytest.mark.parametrize(
    ("wish", "place"),
    [
        (rect(100, 100, 500, 400), rect(100, 100, 500, 400)),
        (rect(1_000, 700, 500, 400), rect(900, 500, 500, 400)),
        (rect(-50, -50, 500, 400), rect(0, 30, 500, 400)),
        (rect(10, 10, 3_000, 2_000), ROOM),
    ],
)
def test_inside(wish: QtCore.QRect, place: QtCore.QRect) -> None:
    assert inside(wish, ROOM) == place


@pytest.mark.parametrize(
    ("other", "place"),
    [
        (rect(100, 100, 800, 600), rect(140, 140, 800, 600)),
        (rect(150, 60, 1_240, 780), rect(190, 100, 1_210, 780)),
        (ROOM, rect(40, 70, 1_360, 830)),
        (rect(900, 600, 900, 600), rect(640, 380, 760, 520)),
    ],
)
def test_lower_right_so_that_some_of_the_other_one_is_still_seen(
    other: QtCore.QRect, place: QtCore.QRect
) -> None:
    assert lower_right(other, ROOM) == place
    assert ROOM.contains(place)


async def test_a_session_beside_the_hosted_one_is_wholly_seen(stage: Stage) -> None:
    await stage.hosting()
    room = stage.window.screen().availableGeometry()
    stage.window.setGeometry(room.adjusted(100, 100, -1, -1))
    show_aside(stage.app, stage.session, stage.window)
    [aside] = [w for w in QtWidgets.QApplication.topLevelWidgets() if isinstance(w, AsideWindow)]
    await until(aside.isVisible)
    assert room.contains(aside.frameGeometry())
    show_aside(stage.app, stage.session, stage.window)
    assert sum(isinstance(w, AsideWindow) for w in QtWidgets.QApplication.topLevelWidgets()) == 1
    stage.session.leave()
    await until(lambda: not shiboken6.isValid(aside))


async def test_a_window_that_was_left_beyond_the_screen_comes_back(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    room = stage.window.screen().availableGeometry()
    stage.window.setGeometry(room.translated(room.width() // 2, room.height() // 2))
    stage.window.close()
    again = MainWindow(stage.app)
    assert room.contains(again.geometry())
    again.showMaximized()
    before = again.geometry()
    bring_back(again)
    assert again.geometry() == before
    again.deleteLater()
