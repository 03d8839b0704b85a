"""The sequence diagram, by what it shows, selects and gives away."""

import json
import stat
from pathlib import Path

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.ui.chat.view import ChatView
from heliograph.ui.inspector.views.sequence import SequenceView
from heliograph.ui.inspector.views.sequence_area import SequenceArea
from tests.qt.bridge.fakes import created, destroyed, signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.views import Key, click, inspection_of, picture, press, view


def at_end(area: SequenceArea) -> bool:
    return area.following


async def shown(stage: Stage, count: int = 5) -> tuple[SequenceView, SequenceArea]:
    """Ana has said something, and the diagram is on screen."""
    await stage.joined()
    for number in range(count):
        stage.link.say(signal(11 + number, "ana", data=f"line {number}"))
    found = await view(stage, "Sequence", SequenceView)
    area = stage.find(SequenceArea)
    await until(lambda: len(area.keys()) >= count and area.caught_up)
    return found, area


async def test_rows_follow_what_comes_until_one_looks_elsewhere(stage: Stage) -> None:
    _, area = await shown(stage, 60)
    assert at_end(area)
    assert area.in_sight()[1] == len(area.keys())
    area.setFocus()
    press(area, Key.Key_PageUp)
    assert not at_end(area)
    before = area.keys_in_sight()
    for number in range(30):
        stage.link.say(signal(100 + number, "ana", data=f"more {number}"))
    await until(lambda: len(area.keys()) >= 90 and area.caught_up)
    assert area.keys_in_sight() == before
    assert stage.button("30 new").isVisible()
    press(area, Key.Key_End)
    assert at_end(area)
    assert area.in_sight()[1] == len(area.keys())


async def test_a_chosen_row_is_chosen_everywhere(stage: Stage) -> None:
    _, area = await shown(stage)
    area.setFocus()
    place = len(area.keys()) - 3
    click(area, 300, area.rect_of(place).center().y())
    inspection = inspection_of(stage)
    assert inspection.current == area.keys()[place]
    chat = stage.find(ChatView)
    await until(lambda: chat.focused_message() is not None)
    row = inspection.current_row
    assert row is not None
    assert chat.focused_message().text == row.data  # type: ignore[union-attr]
    press(area, Key.Key_Down)
    assert inspection.current == area.keys()[place + 1]


async def test_it_shows_what_is_chosen_elsewhere(stage: Stage) -> None:
    _, area = await shown(stage, 80)
    inspection = inspection_of(stage)
    inspection.select(area.keys()[3])
    assert area.current == area.keys()[3]
    assert not at_end(area)
    assert area.keys()[3] in area.keys_in_sight()


async def test_the_filter_counts_here_too(stage: Stage) -> None:
    _, area = await shown(stage)
    stage.link.say(created(50, "ben"))
    stage.link.say(signal(51, "ben", "score", "7", to="me"))
    inspection = inspection_of(stage)
    inspection.set_filter("type:score")
    await until(lambda: len(area.keys()) == 1 and area.caught_up)
    assert set(area.diagram.people) == {"ben", "me"}
    inspection.set_filter("")
    await until(lambda: len(area.keys()) > 5 and area.caught_up)
    assert "ana" in area.diagram.people


async def test_receipts_can_be_left_out(stage: Stage) -> None:
    _, area = await shown(stage)
    stage.link.say(signal(60, "ana", "receipt", '{"state":"read","epoch":"e","ranges":[[1,1]]}'))
    await until(lambda: len(area.keys()) >= 7 and area.caught_up)
    count = len(area.keys())
    stage.button("Show receipts").click()
    await until(lambda: len(area.keys()) == count - 1 and area.caught_up)


async def test_who_left_is_marked_in_words(stage: Stage) -> None:
    _, area = await shown(stage)
    stage.link.say(destroyed(70, "ana"))
    await until(lambda: any("left" in area.sentence(p) for p in range(len(area.keys()))))


async def test_hidden_it_does_nothing(stage: Stage) -> None:
    _, area = await shown(stage)
    stage.button("Signals").click()
    before = len(area.keys())
    for number in range(10):
        stage.link.say(signal(100 + number, "ana"))
    await until(lambda: len(inspection_of(stage).numbers()) >= before + 10)
    assert len(area.keys()) == before
    stage.button("Sequence").click()
    await until(lambda: len(area.keys()) >= before + 10)


async def test_zoom_keeps_the_place(stage: Stage) -> None:
    _, area = await shown(stage, 200)
    area.setFocus()
    press(area, Key.Key_Home)
    for _ in range(60):
        press(area, Key.Key_Down)
    first = area.keys_in_sight()[0]
    low = area.row_height
    press(area, Key.Key_Plus)
    assert area.row_height > low
    assert area.keys_in_sight()[0] == first
    for _ in range(5):
        press(area, Key.Key_Minus)
    assert area.row_height < low
    assert not stage.button("Lower rows").isEnabled()


async def test_it_goes_along_as_text_and_pictures(stage: Stage, tmp_path: Path) -> None:
    found, area = await shown(stage)
    area.setFocus()
    found.copy_mermaid()
    text = QtWidgets.QApplication.clipboard().text()
    assert text.startswith("sequenceDiagram\n")
    assert ": line 4\n" in text
    found.save(str(tmp_path / "a.png"), found.png)
    assert QtGui.QImage(str(tmp_path / "a.png")).width() > 500
    found.save(str(tmp_path / "a.svg"), found.svg)
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "<svg" in svg
    assert "line 4" in svg
    found.save(str(tmp_path / "a.mmd"), found.text)
    assert (tmp_path / "a.mmd").read_text(encoding="utf-8") == text
    modes = {stat.S_IMODE((tmp_path / f"a.{suffix}").stat().st_mode) for suffix in ("png", "svg", "mmd")}
    assert modes == {0o600}


async def test_nothing_is_not_exported(stage: Stage) -> None:
    _, area = await shown(stage)
    inspection = inspection_of(stage)
    inspection.set_filter("type:nothing")
    await until(lambda: not area.keys())
    heard: list[str] = []
    inspection.notice.connect(heard.append)
    stage.button("Export the diagram").click()
    [menu] = [m for m in stage.window.findChildren(QtWidgets.QMenu) if m.isVisible()]
    menu.actions()[0].trigger()
    menu.close()
    assert heard == ["There is nothing in the diagram that could be exported."]


async def test_what_cannot_be_saved_is_said(stage: Stage, tmp_path: Path) -> None:
    found, _ = await shown(stage)
    heard: list[str] = []
    inspection_of(stage).notice.connect(heard.append)
    found.save(str(tmp_path / "no" / "such" / "folder.png"), found.png)
    assert heard[0].startswith("Not saved: ")


async def test_export_is_bounded_and_says_so(stage: Stage) -> None:
    found, _ = await shown(stage, 1_100)
    _, left = found.png()
    assert left.startswith("Rows ")
    assert "of the 1,1" in left


async def test_rows_read_as_sentences(stage: Stage) -> None:
    QtGui.QAccessible.setActive(True)
    try:
        _, area = await shown(stage)
        stage.window.activateWindow()
        area.setFocus()
        await until(area.hasFocus)
        press(area, Key.Key_Up)
        found = QtGui.QAccessible.queryAccessibleInterface(area)
        assert found is not None
        assert found.role() == QtGui.QAccessible.Role.List
        assert found.childCount() == len(area.keys_in_sight())
        focused = found.focusChild()
        assert "chat from Ana to everyone" in focused.text(QtGui.QAccessible.Text.Name)
        assert focused.state().focused
        rect = focused.rect()
        assert found.childAt(rect.center().x(), rect.center().y()).text(QtGui.QAccessible.Text.Name) == (
            focused.text(QtGui.QAccessible.Text.Name)
        )
    finally:
        QtGui.QAccessible.setActive(False)


@pytest.mark.parametrize("choice", ["light", "dark"])
async def test_it_paints_in_both_themes(stage: Stage, choice: str) -> None:
    _, area = await shown(stage)
    stage.app.save_settings(theme=choice)
    await until(lambda: picture(area).pixelColor(400, 300).lightness() > 128 or choice == "dark")
    corner = picture(area).pixelColor(area.width() - 30, area.height() - 10)
    assert (corner.lightness() < 128) is (choice == "dark")


async def test_the_menu_of_a_row_is_that_of_the_table(stage: Stage) -> None:
    _, area = await shown(stage)
    area.setFocus()
    press(area, Key.Key_Up)
    place = area.rect_of(area.place_of(area.current or 0) or 0).center()
    reason = QtGui.QContextMenuEvent.Reason.Keyboard
    event = QtGui.QContextMenuEvent(reason, place, area.viewport().mapToGlobal(place))
    QtWidgets.QApplication.sendEvent(area, event)
    menus = [m for m in stage.window.findChildren(QtWidgets.QMenu) if m.isVisible()]
    assert any(action.text().startswith("Copy rows as JSON") for action in menus[0].actions())
    menus[0].close()


async def test_the_row_that_is_looked_at_is_copied(stage: Stage) -> None:
    _, area = await shown(stage)
    area.setFocus()
    press(area, Key.Key_Up)
    QtTest.QTest.keyClick(area, Key.Key_C, QtCore.Qt.KeyboardModifier.ControlModifier)
    QtTest.QTest.keyRelease(area, Key.Key_Control)  # else it is held down for all that follow
    row = inspection_of(stage).current_row
    assert row is not None
    assert json.loads(QtWidgets.QApplication.clipboard().text())["data"] == row.data


async def test_a_window_that_is_closed_in_the_taskbar_is_hidden_twice(stage: Stage) -> None:
    found, area = await shown(stage)
    for event in (QtGui.QHideEvent(), QtGui.QHideEvent(), QtGui.QShowEvent(), QtGui.QShowEvent()):
        QtWidgets.QApplication.sendEvent(found, event)
    stage.link.say(signal(99, "ana", data="after that"))
    await until(lambda: area.keys() and inspection_of(stage).capture.rows[-1].number == area.keys()[-1])
    found.hide()
