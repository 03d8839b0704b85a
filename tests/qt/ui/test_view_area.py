"""What all painted lists of the inspector share: staying where one is, whatever comes and goes."""

import pytest
from PySide6 import QtWidgets
from pytestqt.qtbot import QtBot

from heliograph.bridge.inspection import Inspection
from heliograph.ui import theme
from heliograph.ui.inspector.views.frame import ViewFrame
from heliograph.ui.inspector.views.order import OrderView
from heliograph.ui.inspector.views.order_area import OrderArea
from heliograph.ui.inspector.views.receipts import ReceiptsView
from heliograph.ui.inspector.views.sequence import SequenceView
from heliograph.ui.inspector.views.sequence_area import SequenceArea
from tests.app.model.views.recorded import Recorded
from tests.qt.ui.views import Key, press


@pytest.fixture
def recorded() -> Recorded:
    """A capture that keeps 1,000 rows."""
    found = Recorded("ana", "ben", max_rows=1_000)
    for number in range(900):
        found.signal(("ana", "ben", "me")[number % 3], data=f"n{number}")
    return found


def shown(qtbot: QtBot, qapp: QtWidgets.QApplication, inspection: Inspection) -> SequenceArea:
    theme.apply(qapp, "light")
    view = SequenceView(inspection)
    qtbot.addWidget(view)
    view.resize(700, 400)
    view.show()
    [area] = view.findChildren(SequenceArea)
    qtbot.waitUntil(lambda: area.caught_up)
    return area


def test_nothing_moves_while_the_oldest_rows_go(
    qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded
) -> None:
    inspection = Inspection(recorded.capture)
    area = shown(qtbot, qapp, inspection)
    inspection.select(500)
    before = area.keys_in_sight()
    top = area.top_of(area.place_of(before[0]) or 0)
    for _ in range(400):
        recorded.signal("ana")
    inspection.sieve.take_new()
    qtbot.waitUntil(lambda: area.caught_up and area.keys()[-1] == 1_301)
    assert recorded.capture.dropped
    assert area.keys_in_sight() == before
    assert area.top_of(area.place_of(before[0]) or 0) == top
    assert area.current == 500


def test_a_row_that_was_dropped_is_no_longer_current_on_screen(
    qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded
) -> None:
    inspection = Inspection(recorded.capture)
    area = shown(qtbot, qapp, inspection)
    inspection.select(3)
    for _ in range(400):
        recorded.signal("ana")
    inspection.sieve.take_new()
    qtbot.waitUntil(lambda: area.caught_up and area.place_of(3) is None)
    press(area, Key.Key_Down)
    assert area.current is not None
    assert area.place_of(area.current) is not None


def test_what_was_chosen_elsewhere_is_in_sight_when_one_looks(
    qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded
) -> None:
    inspection = Inspection(recorded.capture)
    inspection.select(10)
    area = shown(qtbot, qapp, inspection)
    assert 10 in area.keys_in_sight()
    assert area.current == 10


@pytest.mark.parametrize("kind", [SequenceView, ReceiptsView, OrderView])
def test_clearing_empties_and_undoing_brings_back(
    qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded, kind: type[ViewFrame]
) -> None:
    theme.apply(qapp, "dark")
    inspection = Inspection(recorded.capture)
    view = kind(inspection)  # type: ignore[call-arg]  # each view is made with the inspection alone
    qtbot.addWidget(view)
    view.resize(600, 300)
    view.show()
    area = view.area
    qtbot.waitUntil(lambda: len(area.keys()) >= 300)
    before = len(area.keys())
    inspection.clear()
    qtbot.waitUntil(lambda: len(area.keys()) == 0)
    assert not view.grab().toImage().isNull()
    inspection.undo_clear()
    qtbot.waitUntil(lambda: len(area.keys()) == before)


def test_while_frozen_nothing_is_added(
    qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded
) -> None:
    theme.apply(qapp, "light")
    inspection = Inspection(recorded.capture)
    sequence = shown(qtbot, qapp, inspection)
    order = OrderView(inspection)
    qtbot.addWidget(order)
    order.show()
    [orders] = order.findChildren(OrderArea)
    qtbot.waitUntil(lambda: len(orders.keys()) == 900)
    inspection.freeze(True)
    last = recorded.signal("ana")
    inspection.sieve.take_new()
    qtbot.waitUntil(lambda: sequence.caught_up)
    assert sequence.place_of(last.number) is None
    assert orders.place_of(last.number) is None
    inspection.freeze(False)
    qtbot.waitUntil(lambda: None not in (sequence.place_of(last.number), orders.place_of(last.number)))


def test_keys_at_the_ends_stay_there(qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded) -> None:
    area = shown(qtbot, qapp, Inspection(recorded.capture))
    for key, place in (
        (Key.Key_Home, 0), (Key.Key_Up, 0), (Key.Key_PageUp, 0), (Key.Key_Down, 1), (Key.Key_End, -1),
    ):  # fmt: skip
        press(area, key)
        assert area.current == area.keys()[place]
    press(area, Key.Key_Down)
    assert area.current == area.keys()[-1]


def test_keys_in_an_empty_list_do_nothing(qtbot: QtBot, qapp: QtWidgets.QApplication) -> None:
    recorded = Recorded()
    inspection = Inspection(recorded.capture)
    inspection.set_filter("type:nothing")
    area = shown(qtbot, qapp, inspection)
    for key in (Key.Key_Up, Key.Key_Down, Key.Key_Home, Key.Key_End, Key.Key_PageDown, Key.Key_Return):
        press(area, key)
    assert inspection.current is None


def test_a_row_that_passes_later_is_put_in_between(
    qtbot: QtBot, qapp: QtWidgets.QApplication, recorded: Recorded
) -> None:
    inspection = Inspection(recorded.capture)
    inspection.set_filter("is:marked")
    sequence = shown(qtbot, qapp, inspection)
    order = OrderView(inspection)
    qtbot.addWidget(order)
    order.show()
    [orders] = order.findChildren(OrderArea)
    for number in (500, 100, 300):
        inspection.toggle_mark(number)
    qtbot.waitUntil(lambda: list(sequence.keys()) == [100, 300, 500] == list(orders.keys()))
    inspection.toggle_mark(300)
    qtbot.waitUntil(lambda: list(sequence.keys()) == [100, 500] == list(orders.keys()))
