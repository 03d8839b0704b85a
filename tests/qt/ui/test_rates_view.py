"""Rates and round trips as they are plotted, looked at and chosen."""

import datetime
import json

import pytest
from PySide6 import QtCore, QtTest, QtWidgets
from pytestqt.qtbot import QtBot

from heliograph.bridge.inspection import Inspection
from heliograph.ui import theme
from heliograph.ui.inspector.views import plot
from heliograph.ui.inspector.views.plot_area import PlotArea
from heliograph.ui.inspector.views.rates import RatesView
from tests.app.model.views.recorded import Recorded
from tests.qt.bridge.fakes import EPOCH, signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.views import Key, inspection_of, press, view


async def shown(stage: Stage) -> PlotArea:
    """Ana has said something, I have pinged her, and all of it is plotted."""
    await stage.joined()
    stage.link.answers = 11
    stage.session.ping()
    await until(lambda: stage.link.answers == 12)
    data = json.dumps({"state": "delivered", "epoch": EPOCH, "ranges": [[11, 11]]})
    stage.link.say(signal(12, "ana", "receipt", data, to="me"))
    for number in range(20):
        stage.link.say(signal(13 + number, "ana", "score"))
    found = await view(stage, "Rates", RatesView)
    found.choose(3)
    await until(lambda: any(s.key == "score" for s in found.plots.signals))
    return found.plots


def recorded(minutes: int) -> Recorded:
    """A line of Ana's every second."""
    found = Recorded("ana")
    for _ in range(minutes * 60):
        found.signal("ana")
    return found


@pytest.fixture
def opened(qtbot: QtBot, qapp: QtWidgets.QApplication) -> tuple[Inspection, PlotArea]:
    """A capture of ten minutes that was opened."""
    theme.apply(qapp, "light")
    inspection = Inspection(recorded(10).capture)
    made = RatesView(inspection)
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    qtbot.waitUntil(lambda: bool(made.plots.signals))
    return inspection, made.plots


async def test_what_is_plotted(stage: Stage) -> None:
    plots = await shown(stage)
    assert {s.key for s in plots.signals} == {"score", "receipt", "ping"}
    await until(lambda: plots.trips)
    assert [(s.key, s.last) for s in plots.trips] == [("ana", 1.0)]


async def test_it_goes_on_with_what_comes_and_stops_when_hidden(stage: Stage) -> None:
    plots = await shown(stage)
    stage.link.say(signal(50, "ana", "cursor"))
    await until(lambda: any(s.key == "cursor" for s in plots.signals))
    stage.button("Signals").click()
    stage.link.say(signal(51, "ana", "later"))
    await until(lambda: any(row.type == "later" for row in inspection_of(stage).capture))
    assert not any(s.key == "later" for s in plots.signals)
    stage.button("Rates").click()
    await until(lambda: any(s.key == "later" for s in plots.signals))


def test_a_recording_is_shown_as_a_whole(opened: tuple[Inspection, PlotArea]) -> None:
    inspection, plots = opened
    assert plots.span.at(inspection.capture[0].at) is not None
    assert plots.span.at(inspection.capture[-1].at) is not None
    assert plots.span.count <= 240
    values = [value or 0 for series in plots.signals for value in series.values]
    assert sum(values) * plots.span.width / 1_000 == 600


def test_keys_move_a_cursor_and_choose_its_rows(opened: tuple[Inspection, PlotArea]) -> None:
    inspection, plots = opened
    press(plots, Key.Key_Home)
    press(plots, Key.Key_Right)
    assert ": chat " in plots.accessibleDescription()
    press(plots, Key.Key_Return)
    row = inspection.current_row
    assert row is not None
    assert plots.span.at(row.at) == 1
    before = inspection.row(row.number - 1)
    assert before is not None
    assert plots.span.at(before.at) == 0
    press(plots, Key.Key_End)
    press(plots, Key.Key_Return)
    assert inspection.current_row is not None
    assert inspection.current_row.at > row.at


def test_the_pointer_shows_values_and_a_click_chooses(
    opened: tuple[Inspection, PlotArea], qtbot: QtBot
) -> None:
    inspection, plots = opened
    said: list[str] = []
    plots.said.connect(said.append)
    plots.grab()
    middle = QtCore.QPoint(plots.width() // 3, plots.height() // 4)
    QtTest.QTest.mouseMove(plots, middle)
    left, plain = QtCore.Qt.MouseButton.LeftButton, QtCore.Qt.KeyboardModifier.NoModifier
    QtTest.QTest.mouseClick(plots, left, plain, middle)
    assert "chat" in said[-1]
    assert inspection.current_row is not None


def test_with_the_focus_and_a_moment_looked_at_the_lines_are_still_seen(
    opened: tuple[Inspection, PlotArea], qtbot: QtBot
) -> None:
    _, plots = opened
    plots.setFocus()
    qtbot.waitUntil(plots.hasFocus)
    press(plots, Key.Key_Left)
    picture = plots.grab().toImage()
    corner = picture.pixelColor(picture.width() // 2, picture.height() - 3)
    assert corner == theme.color("surface")


def test_days_are_told_where_there_are_several() -> None:
    at = round(datetime.datetime(2026, 11, 4, 15, 30).timestamp() * 1_000)  # noqa: DTZ001 - where the person is
    assert plot.day(at, time=True) == "4 Nov 15:30"
    assert plot.day(at, time=False) == "4 Nov 2026"


def test_the_filter_counts(opened: tuple[Inspection, PlotArea], qtbot: QtBot) -> None:
    inspection, plots = opened
    inspection.set_filter("type:nothing")
    qtbot.waitUntil(lambda: not plots.signals)
    inspection.set_filter("")
    qtbot.waitUntil(lambda: bool(plots.signals))


def test_nothing_says_what_to_do(qtbot: QtBot, qapp: QtWidgets.QApplication) -> None:
    theme.apply(qapp, "dark")
    made = RatesView(Inspection(Recorded().capture))
    qtbot.addWidget(made)
    made.show()
    press(made.plots, Key.Key_Left)
    press(made.plots, Key.Key_Return)
    assert made.plots.trips == []
    assert not made.grab().toImage().isNull()
