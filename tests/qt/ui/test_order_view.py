"""Two orders side by side: what is shown, chosen and found."""

import pytest
from PySide6 import QtGui, QtWidgets
from pytestqt.qtbot import QtBot

from heliograph.bridge.inspection import Inspection
from heliograph.ui import theme
from heliograph.ui.inspector.views.order import OrderView
from heliograph.ui.inspector.views.order_area import OrderArea
from tests.app.model.views.recorded import Recorded
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.views import Key, press, view


def words_of(shown: OrderView) -> list[str]:
    return [label.text() for label in shown.findChildren(QtWidgets.QLabel) if label.isVisible()]


@pytest.fixture
def broken(qtbot: QtBot, qapp: QtWidgets.QApplication) -> tuple[Inspection, OrderView, OrderArea]:
    """Hundreds of signals; the 100th and the 200th came late."""
    theme.apply(qapp, "light")
    recorded = Recorded("ana", "ben")
    for number in range(300):
        seq = 1_000 + 2 * number
        recorded.signal("ana", data=f"n{number}", seq=seq - 5 if number in (100, 200) else seq)
    inspection = Inspection(recorded.capture)
    shown = OrderView(inspection)
    qtbot.addWidget(shown)
    shown.resize(700, 400)
    shown.show()
    [area] = shown.findChildren(OrderArea)
    qtbot.waitUntil(lambda: len(area.keys()) == 300 and area.caught_up)
    return inspection, shown, area


def test_faults_are_counted_and_found_by_key(broken: tuple[Inspection, OrderView, OrderArea]) -> None:
    inspection, shown, area = broken
    assert "2 faults" in words_of(shown)
    found = []
    for _ in range(3):
        press(area, Key.Key_F)
        row = inspection.current_row
        assert row is not None
        assert row.number in area.keys_in_sight()
        found.append(row.data)
    assert found == ["n100", "n200", "n100"]
    place = area.place_of(inspection.current or 0)
    assert place is not None
    assert area.sentence(place).startswith("Fault: Entry 1195 came after entry 1198 of the same sender.")
    assert not area.grab().toImage().isNull()


def test_what_was_not_seen_is_said(broken: tuple[Inspection, OrderView, OrderArea]) -> None:
    _, _, area = broken
    assert area.sentence(10).endswith("1 before it not seen here")


def test_a_row_chosen_elsewhere_is_shown(broken: tuple[Inspection, OrderView, OrderArea]) -> None:
    inspection, _, area = broken
    inspection.select(20)
    assert 20 in area.keys_in_sight()
    press(area, Key.Key_Down)
    assert inspection.current == 21


def test_the_filter_counts(broken: tuple[Inspection, OrderView, OrderArea], qtbot: QtBot) -> None:
    inspection, shown, area = broken
    inspection.set_filter("data:n1")
    qtbot.waitUntil(lambda: len(area.keys()) == 111 and area.caught_up)
    assert "1 fault" in words_of(shown)
    inspection.set_filter("data:nothing")
    empty = "Nothing that passes the filter belongs here. Clear or change the filter."
    qtbot.waitUntil(lambda: empty in words_of(shown))
    press(area, Key.Key_F)
    press(area, Key.Key_Down)


async def test_live_and_in_order(stage: Stage) -> None:
    await stage.joined()
    shown = await view(stage, "Order", OrderView)
    area = stage.find(OrderArea)
    for number in range(50):
        stage.link.say(signal(11 + number, ("ana", "ben")[number % 2]))
    await until(lambda: len(area.keys()) == 50 and area.caught_up)
    assert "Everything in order" in words_of(shown)
    assert area.following
    stage.link.say(signal(20, "ana"))
    await until(lambda: "1 fault" in words_of(shown))


def test_rows_are_heard(broken: tuple[Inspection, OrderView, OrderArea], qtbot: QtBot) -> None:
    QtGui.QAccessible.setActive(True)
    try:
        _, shown, area = broken
        shown.activateWindow()
        area.setFocus()
        qtbot.waitUntil(area.hasFocus)
        press(area, Key.Key_F)
        found = QtGui.QAccessible.queryAccessibleInterface(area)
        assert found is not None
        assert found.focusChild().text(QtGui.QAccessible.Text.Name).startswith("Fault: ")
    finally:
        QtGui.QAccessible.setActive(False)
