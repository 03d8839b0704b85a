"""Older rows on disk: switched on, said, opened, saved, left by a crash, and gone with the session."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtCore, QtTest, QtWidgets

from heliograph.bridge.long_captures import FOLDER
from heliograph.model.capture import Capture, Kind
from heliograph.model.captures import pages
from heliograph.model.captures.formats import FORMATS
from heliograph.ui.captures.card import CaptureCard
from heliograph.ui.captures.left_row import LeftRow
from heliograph.ui.captures.long_dialog import LongDialog
from heliograph.ui.captures.page import CapturePage
from heliograph.ui.captures.parts_dialog import PartsDialog
from heliograph.ui.captures.saving import SaveDialog, SavingLine
from heliograph.ui.captures.window import CaptureWindow
from heliograph.ui.controls import Switch
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.signals_view import SignalsView
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.recent_list import LinkRow
from heliograph.ui.session_window import SessionWindow
from tests.qt.bridge.fakes import RELAY_TIME, signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.views import inspection_of

#: So many rows fit into memory in these tests; so many signals come.
ROOM, COME = 1_000, 3_400


async def flooded(stage: Stage, count: int = COME, *, on: bool = True, hosting: bool = False) -> Capture:
    """In a session in which so many signals came."""
    stage.reach.room = ROOM
    await (stage.hosting() if hosting else stage.joined())
    stage.app.save_settings(long_captures=on)
    hear(stage, 20, count)
    capture = stage.session.capture
    assert isinstance(capture, Capture)
    await until(lambda: not on or on_disk(stage).rows == capture.lost > 0)
    return capture


def hear(stage: Stage, first: int, count: int) -> None:
    for seq in range(first, first + count):
        stage.link.say(signal(seq, "ana", "score", f"number {seq}"))


def on_disk(stage: Stage) -> Any:
    return stage.app.captures.long.of(stage.session)


def files(folder: Path) -> list[Path]:
    """What long captures are on disk."""
    return sorted((folder / FOLDER).glob("*"))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def texts(widget: QtWidgets.QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QtWidgets.QLabel))


def menus(stage: Stage) -> list[QtWidgets.QMenu]:
    return [menu for menu in stage.window.findChildren(QtWidgets.QMenu) if menu.isVisible()]


async def aside() -> CaptureWindow:
    """The window of a capture, once it is read."""

    def windows() -> list[CaptureWindow]:
        shown = QtWidgets.QApplication.topLevelWidgets()
        return [w for w in shown if isinstance(w, CaptureWindow) and w.isVisible()]

    await until(windows)
    [window] = windows()
    await until(lambda: window.page.opened.is_read)
    return window


async def nothing_is_left(stage: Stage, tmp_path: Path) -> None:
    """The session is left, and the disk is free: nobody reads what is there any more."""
    stage.session.leave()
    await until(lambda: not files(tmp_path / "profile"))


async def saved(stage: Stage, path: Path, number: int) -> None:
    inspection = inspection_of(stage)
    saving = stage.app.captures.save(inspection, path, FORMATS[number], "all", "Choir")
    told: list[str] = []
    saving.saved.connect(lambda _none: told.append("saved"))
    saving.failed.connect(lambda problem: told.append(problem.text))
    await until(lambda: told)
    assert told == ["saved"]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


async def crashed(stage: Stage, tmp_path: Path) -> Path:
    """What is on disk after the program was killed: the files as they are while it runs."""
    await flooded(stage)
    await on_disk(stage).give_back(await on_disk(stage).borrow())
    target = tmp_path / "after" / FOLDER
    shutil.copytree(tmp_path / "profile" / FOLDER, target)
    return tmp_path / "after"


# ---- the option


async def test_off_by_default_and_rows_are_dropped(stage: Stage, tmp_path: Path) -> None:
    capture = await flooded(stage, on=False)
    await until(lambda: capture.lost)
    assert capture.rows[0].note.startswith("Oldest rows dropped: ")
    assert capture.on_disk == 0
    assert files(tmp_path / "profile") == []
    pane = stage.find(InspectorPane)
    await until(lambda: "oldest dropped" in texts(pane))
    await until(lambda: "Memory is full: the oldest rows are dropped from now on." in texts(pane))
    stage.button("Keep them on disk…").click()
    await until(lambda: stage.has(LongDialog))


async def test_switched_on_in_the_menu(stage: Stage) -> None:
    stage.reach.room = ROOM
    await stage.joined()
    stage.button("Filters, columns and colours").click()
    [menu] = menus(stage)
    next(a for a in menu.actions() if a.text() == "Keep long captures on disk…").trigger()
    menu.hide()
    [dialog] = stage.window.findChildren(LongDialog)
    [box] = dialog.findChildren(Switch)
    assert not box.isChecked()
    box.click()
    assert stage.app.settings.long_captures
    assert on_disk(stage).is_on
    assert "Nothing is on disk yet" in texts(dialog)
    [cap] = dialog.findChildren(QtWidgets.QComboBox)
    assert cap.currentText() == "2 GB"
    cap.setCurrentIndex(cap.findText("10 GB"))
    cap.activated.emit(cap.currentIndex())
    assert stage.app.settings.long_captures_bytes == 10_000_000_000
    hear(stage, 20, COME)
    await until(lambda: "older rows on disk" in texts(dialog))
    box.click()
    assert not on_disk(stage).is_on
    assert on_disk(stage).rows  # what is there stays


async def test_the_first_row_says_what_is_on_disk(stage: Stage, tmp_path: Path) -> None:
    capture = await flooded(stage)
    first = capture.rows[0]
    assert first.kind is Kind.STATUS  # nothing is missing
    await until(lambda: capture.rows[0].note.startswith(f"Older rows on disk: {capture.lost:,}. Save"))
    pane = stage.find(InspectorPane)
    await until(lambda: f"{capture.lost:,} older on disk" in texts(pane))
    assert "dropped" not in texts(pane)
    await until(lambda: files(tmp_path / "profile"))
    assert {path.stat().st_mode & 0o777 for path in files(tmp_path / "profile")} == {0o600}
    view = stage.find(SignalsView)
    view.open_menu((first.number, QtCore.QPoint(10, 10)))
    [menu] = menus(stage)
    assert [action.text() for action in menu.actions()][:2] == [
        "Open older rows…",
        "Keep long captures on disk…",
    ]
    menu.hide()


async def test_where_nothing_can_be_kept_it_is_said_once(stage: Stage, tmp_path: Path) -> None:
    stage.reach.room = ROOM
    await stage.joined()
    (tmp_path / "profile" / FOLDER).write_text("a file")
    told: list[Any] = []
    stage.session.problem.connect(told.append)
    stage.app.save_settings(long_captures=True)
    hear(stage, 20, COME)
    await until(lambda: told)
    pane = stage.find(InspectorPane)
    await until(lambda: "oldest dropped" in texts(pane))
    assert "on disk," not in texts(pane)
    stage.app.save_settings(name="Somebody")  # is about something else
    hear(stage, 10_000, 2_000)
    assert not on_disk(stage).is_on
    assert len(told) == 1
    (tmp_path / "profile" / FOLDER).unlink()
    stage.app.save_settings(long_captures=False)
    stage.app.save_settings(long_captures=True)
    hear(stage, 20_000, 2_000)
    await until(lambda: on_disk(stage).rows >= 2_000)


# ---- saving


@pytest.mark.parametrize("number", range(3))
async def test_save_all_goes_through_disk_and_memory(stage: Stage, tmp_path: Path, number: int) -> None:
    capture = await flooded(stage)
    path = tmp_path / "saved"
    await saved(stage, path, number)
    text = path.read_text(encoding="utf-8")
    places = [text.find(f"number {seq}") for seq in range(20, 20 + COME)]
    assert places == sorted(places)
    assert places[0] > 0
    if FORMATS[number].name == "lines":
        header, *rows = lines(path)
        assert header["rows"] == len(rows) == capture.dropped + len(capture.rows)
        assert "on disk" not in text


async def test_the_dialog_says_how_many_are_on_disk(stage: Stage) -> None:
    capture = await flooded(stage)
    stage.find(InspectorPane).save_wanted.emit(None)
    await until(lambda: stage.has(SaveDialog))
    every = next(b.text() for b in stage.find(SaveDialog).findChildren(QtWidgets.QRadioButton))
    assert every == f"All {len(capture) + capture.lost:,} rows, {capture.lost:,} of them on disk"


async def test_a_cancelled_save_leaves_nothing(stage: Stage, tmp_path: Path) -> None:
    await flooded(stage)
    inspection = inspection_of(stage)
    saving = stage.app.captures.save(inspection, tmp_path / "s.jsonl", FORMATS[0], "all", "Choir")
    line = SavingLine()
    line.setParent(stage.window)
    line.follow(saving, stage.app.captures)
    next(button for button in line.findChildren(QtWidgets.QPushButton) if button.text() == "Cancel").click()
    assert "was not saved" in line.words()
    await nothing_is_left(stage, tmp_path)
    assert names(tmp_path) == ["profile"]


async def test_receipts_of_rows_on_disk_are_saved(stage: Stage, tmp_path: Path) -> None:
    stage.reach.room = ROOM
    await stage.joined()
    stage.app.save_settings(long_captures=True)
    stage.link.answers = 20
    stage.session.send_chat("who reads this?")
    await until(lambda: stage.link.of_type("chat"))
    stage.link.answers = None
    hear(stage, 30, COME)
    await until(lambda: on_disk(stage).rows > 500)
    receipt = json.dumps({"state": "read", "epoch": stage.session.epoch, "ranges": [[20, 20]]})
    stage.link.say(signal(5_000, "ana", "receipt", receipt, to="me"))
    await saved(stage, tmp_path / "s.jsonl", 0)
    [mine] = [row for row in lines(tmp_path / "s.jsonl") if row.get("data") == "who reads this?"]
    assert mine["fate"]["read"] == {"ana": RELAY_TIME + 5_000}


# ---- opening


async def test_older_rows_are_opened_in_a_window(stage: Stage, tmp_path: Path) -> None:
    capture = await flooded(stage)
    table = stage.find(SignalTable)
    table.follow(False)
    table.choose_row(0)
    QtTest.QTest.keyClick(table, QtCore.Qt.Key.Key_Return)
    window = await aside()
    opened = window.page.opened
    rows = opened.inspection.capture.rows
    assert [row.number for row in rows] == list(range(1, capture.dropped + 2))
    assert rows[-1].data == f"number {rows[-1].seq}"
    assert opened.damage == ""
    assert "older rows on disk" in texts(window)
    opened.inspection.set_filter('data:"number 25"')
    await until(lambda: not opened.inspection.sieve.filtering)
    assert 0 < len(opened.inspection.numbers()) < 200
    window.close()
    await nothing_is_left(stage, tmp_path)


async def test_what_does_not_fit_is_opened_in_parts(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pages.parts_of
    monkeypatch.setattr(pages, "parts_of", lambda found: whole(found, max_rows=1_200))
    capture = await flooded(stage)
    inspection_of(stage).long_wanted.emit(None)
    stage.button("&Open older rows…").click()
    await until(lambda: stage.has(PartsDialog))
    dialog = stage.find(PartsDialog)
    [choice] = dialog.findChildren(QtWidgets.QListWidget)
    assert choice.count() == 3
    choice.setCurrentRow(1)
    stage.button("Open").click()
    window = await aside()
    rows = window.page.opened.inspection.capture.rows
    assert 1 < rows[0].number < rows[-1].number < capture.dropped
    window.close()


# ---- the end


async def test_it_goes_with_the_session(stage: Stage, tmp_path: Path) -> None:
    await flooded(stage)
    await until(lambda: files(tmp_path / "profile"))
    await nothing_is_left(stage, tmp_path)


async def test_who_ends_a_session_for_others_is_told_that_it_goes(stage: Stage) -> None:
    await flooded(stage, hosting=True)
    stage.find(SessionWindow).ask_to_leave()
    await until(lambda: stage.has(QtWidgets.QMessageBox))
    box = stage.find(QtWidgets.QMessageBox)
    assert f"{on_disk(stage).rows:,} older rows of the capture on disk go with it." in box.informativeText()
    box.reject()


async def test_it_goes_with_the_program(stage: Stage, tmp_path: Path) -> None:
    await flooded(stage)
    await until(lambda: files(tmp_path / "profile"))
    await stage.app.close()
    assert files(tmp_path / "profile") == []


async def test_cleared_rows_go_when_they_cannot_come_back(stage: Stage) -> None:
    capture = await flooded(stage)
    inspection = inspection_of(stage)
    before = on_disk(stage).rows
    inspection.clear()
    assert on_disk(stage).rows == 0
    inspection.undo_clear()
    assert on_disk(stage).rows == before
    inspection.clear()
    hear(stage, 10_000, ROOM + 600)
    await until(lambda: 0 < on_disk(stage).rows == capture.lost)

    disk = on_disk(stage)
    file = await disk.borrow()
    assert (await file.pages())[-1].first > disk.floor
    await disk.give_back(file)  # while somebody reads, nothing goes
    await disk.give_back(await disk.borrow())
    file = await disk.borrow()
    assert (await file.pages())[0].first > disk.floor
    await disk.give_back(file)


# ---- after a crash


async def test_what_a_crash_left_is_offered_saved_and_deleted(stage: Stage, tmp_path: Path) -> None:
    after = Stage(await crashed(stage, tmp_path))
    try:
        await after.open()
        await until(lambda: after.has(LeftRow))
        card, [left] = after.find(CaptureCard), after.app.captures.long.left
        [link] = after.find(LeftRow).findChildren(LinkRow)
        assert f"Choir, {left.rows:,} rows on disk since a crash" in link.accessibleName()
        link.click()
        await until(lambda: after.has(CapturePage))
        page = after.find(CapturePage)
        await until(lambda: page.opened.is_read)
        capture = page.opened.inspection.capture
        assert len(capture) == left.rows
        assert {capture.name("ana"), capture.name("me")} == {"Ana", "Me"}
        assert after.window.windowTitle() == "Choir, older rows – Heliograph"
        page.leave()
        saving = after.app.captures.save_long(left, tmp_path / "left.jsonl", FORMATS[0])
        told: list[object] = []
        saving.saved.connect(told.append)
        await until(lambda: told)
        assert len(lines(tmp_path / "left.jsonl")) == left.rows + 1
        assert {p["name"] for row in lines(tmp_path / "left.jsonl") for p in row.get("people", ())} >= {"Ana"}
        after.button("Delete Choir…").click()
        await until(lambda: after.window.findChildren(QtWidgets.QMessageBox))
        after.button("Delete").click()
        await until(lambda: not after.has(LeftRow) or not after.find(LeftRow).isVisible())
        assert files(tmp_path / "after") == []
        assert card.isVisible()
    finally:
        await after.close()


async def test_a_damaged_file_is_set_aside(stage: Stage, tmp_path: Path) -> None:
    folder = tmp_path / "profile" / FOLDER
    folder.mkdir(parents=True)
    (folder / "x.sqlite3").write_bytes(b"this is no database" * 1_000)
    told: list[Any] = []
    stage.app.captures.problem.connect(told.append)
    await stage.open()
    assert "damaged" in told[0].text
    [path] = files(tmp_path / "profile")
    assert path.name.startswith("x.sqlite3.damaged-")
    assert stage.app.captures.long.left == []
