"""The receipt matrix, by what it says and what is chosen in it."""

import json

from PySide6 import QtGui, QtWidgets

from heliograph.model.views.matrix import Fared
from heliograph.ui.chat.view import ChatView
from heliograph.ui.inspector.views.matrix_area import MatrixArea
from heliograph.ui.inspector.views.receipts import ReceiptsView
from tests.qt.bridge.fakes import EPOCH, created, destroyed, signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.views import Key, click, inspection_of, press, view


async def shown(stage: Stage) -> MatrixArea:
    """I have said two lines to Ana, entries 11 and 12, and the matrix is on screen."""
    await stage.joined()
    stage.link.answers = 11
    for number in (1, 2):
        stage.session.send_chat(f"line {number}")
    await until(lambda: stage.link.answers == 13)
    stage.link.answers = None
    found = await view(stage, "Receipts", ReceiptsView)
    area = stage.find(MatrixArea)
    await until(lambda: len(area.keys()) == 2 and area.caught_up and fared(area, 1) is Fared.ON_RELAY)
    assert found.isVisible()
    return area


def tell(stage: Stage, seq: int, state: str, of: int, sender: str = "ana") -> None:
    data = json.dumps({"state": state, "epoch": EPOCH, "ranges": [[of, of]]})
    stage.link.say(signal(seq, sender, "receipt", data, to="me"))


def fared(area: MatrixArea, place: int, person: str = "ana") -> Fared:
    return area.rows.mark(area.keys()[place], person).fared


async def test_cells_change_as_receipts_come(stage: Stage) -> None:
    area = await shown(stage)
    assert area.people == ["ana"]
    assert fared(area, 0) is Fared.ON_RELAY
    tell(stage, 13, "delivered", 11)
    await until(lambda: fared(area, 0) is Fared.DELIVERED)
    tell(stage, 14, "read", 11)
    await until(lambda: fared(area, 0) is Fared.READ)
    assert fared(area, 1) is Fared.ON_RELAY
    stage.link.say(destroyed(15, "ana"))
    await until(lambda: fared(area, 1) is Fared.LEFT)


async def test_what_waits_for_the_relay_is_there_too(stage: Stage) -> None:
    area = await shown(stage)
    stage.session.send_chat("not yet")
    await until(lambda: len(area.keys()) == 3)
    assert fared(area, 2) is Fared.WAITING
    assert area.sentence(2) == "not yet, to everyone, waiting"


async def test_a_cell_leads_to_the_receipt_and_to_the_line(stage: Stage) -> None:
    area = await shown(stage)
    tell(stage, 13, "delivered", 11)
    await until(lambda: fared(area, 0) is Fared.DELIVERED)
    area.setFocus()
    cell = area.cell_rect(0, 0).center()
    click(area, cell.x(), cell.y())
    inspection = inspection_of(stage)
    row = inspection.current_row
    assert row is not None
    assert (row.type, row.sender) == ("receipt", "ana")
    assert area.current == area.keys()[0]
    chat = stage.find(ChatView)
    await until(lambda: chat.focused_message() is not None)
    assert chat.focused_message().text == "line 1"  # type: ignore[union-attr]


async def test_by_keys(stage: Stage) -> None:
    area = await shown(stage)
    tell(stage, 13, "read", 12)
    await until(lambda: fared(area, 1) is Fared.READ)
    inspection = inspection_of(stage)
    area.setFocus()
    press(area, Key.Key_Home)
    press(area, Key.Key_Down)
    assert inspection.current == area.keys()[1]
    press(area, Key.Key_Right)
    press(area, Key.Key_Return)
    row = inspection.current_row
    assert row is not None
    assert row.type == "receipt"
    assert area.sentence(1).startswith("Ana: read 1 ms. line 2, to everyone, read 1/1")
    press(area, Key.Key_Left)
    press(area, Key.Key_Return)
    assert inspection.current == area.keys()[1]


async def test_a_receipt_chosen_elsewhere_shows_its_cell(stage: Stage) -> None:
    area = await shown(stage)
    tell(stage, 13, "read", 11)
    inspection = inspection_of(stage)
    await until(lambda: fared(area, 0) is Fared.READ)
    told = next(row for row in inspection.capture if row.type == "receipt")
    inspection.select(told.number)
    assert area.current == area.keys()[0]
    assert area.column == 0
    inspection.select(area.keys()[1])
    assert area.current == area.keys()[1]
    assert area.column == -1


async def test_only_what_somebody_has_not_read(stage: Stage) -> None:
    area = await shown(stage)
    tell(stage, 13, "read", 11)
    await until(lambda: fared(area, 0) is Fared.READ)
    stage.button("Only messages that somebody has not read").click()
    await until(lambda: len(area.keys()) == 1 and area.caught_up)
    assert "line 2" in area.sentence(0)
    tell(stage, 14, "read", 12)
    await until(lambda: len(area.keys()) == 0)
    words = [label.text() for label in area.findChildren(QtWidgets.QLabel) if label.isVisible()]
    assert words == ["Everybody has read all of it, as far as they told."]


async def test_what_is_read_by_now_stays_under_the_pointer(stage: Stage) -> None:
    area = await shown(stage)
    stage.button("Only messages that somebody has not read").click()
    QtGui.QCursor.setPos(area.viewport().mapToGlobal(area.viewport().rect().center()))
    await until(area.viewport().underMouse)
    tell(stage, 13, "read", 11)
    await until(lambda: fared(area, 0) is Fared.READ and area.caught_up)
    assert len(area.keys()) == 2
    QtGui.QCursor.setPos(0, 790)
    await until(lambda: len(area.keys()) == 1)


async def test_many_people_get_narrow_columns_and_a_legend(stage: Stage) -> None:
    area = await shown(stage)
    for number in range(40):
        stage.link.say(created(20 + number, f"person{number:03}"))
    await until(lambda: len(area.people) == 41)
    assert area.dense
    assert area.horizontalScrollBar().maximum() > 0
    assert fared(area, 0, "person001") is Fared.NOT_THERE
    area.setFocus()
    press(area, Key.Key_Home)
    for _ in range(41):
        press(area, Key.Key_Right)
    assert area.column == 40
    assert area.horizontalScrollBar().value() == area.horizontalScrollBar().maximum()
    assert not area.grab().toImage().isNull()


async def test_a_private_line_and_one_that_was_refused(stage: Stage) -> None:
    area = await shown(stage)
    stage.link.say(created(20, "ben"))
    ref = stage.session.send_signal("note", "for ana", "ana")
    stage.link.acknowledge(ref, 21)
    await until(lambda: len(area.keys()) == 3 and "ben" in area.people)
    assert fared(area, 2) is Fared.ON_RELAY
    assert fared(area, 2, "ben") is Fared.NOT_FOR
    assert area.sentence(2) == "note for ana, to Ana, got 0/1"


async def test_cells_are_heard(stage: Stage) -> None:
    QtGui.QAccessible.setActive(True)
    try:
        area = await shown(stage)
        stage.window.activateWindow()
        area.setFocus()
        await until(area.hasFocus)
        press(area, Key.Key_Up)
        press(area, Key.Key_Right)
        found = QtGui.QAccessible.queryAccessibleInterface(area)
        assert found is not None
        name = found.focusChild().text(QtGui.QAccessible.Text.Name)
        assert name.startswith("Ana: on relay. line ")
    finally:
        QtGui.QAccessible.setActive(False)


async def test_after_clearing_i_am_still_not_one_of_the_others(stage: Stage) -> None:
    area = await shown(stage)
    inspection_of(stage).clear()
    await until(lambda: not area.keys())
    stage.link.answers = 30
    stage.session.send_chat("again")
    await until(lambda: len(area.keys()) == 1 and fared(area, 0) is Fared.ON_RELAY)
    assert area.people == ["ana"]
