"""What was captured of a session that was left: offered on the start screen until the next one."""

import json
from pathlib import Path

from PySide6 import QtCore, QtTest, QtWidgets

from heliograph.model.captures.formats import FORMATS
from heliograph.ui.captures.card import CaptureCard
from heliograph.ui.captures.kept_row import KeptRow
from heliograph.ui.captures.page import CapturePage
from heliograph.ui.captures.saving import SaveDialog
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.recent_list import LinkRow
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import INVITE, Stage
from tests.qt.ui.test_long_captures import files, flooded
from tests.qt.ui.views import inspection_of


async def left(stage: Stage, signals: int = 5) -> None:
    """A session is left in which so many signals came."""
    await stage.joined()
    for seq in range(20, 20 + signals):
        stage.link.say(signal(seq, "ana", data=f"hello {seq}"))
    await until(lambda: len(stage.session.capture) >= signals + 1)
    await leave(stage)


async def leave(stage: Stage) -> None:
    stage.session.leave()
    await until(lambda: not stage.app.sessions and stage.find(CaptureCard).isVisible())


def offer(stage: Stage) -> KeptRow | None:
    """What the start screen offers."""
    return next(iter(stage.find(CaptureCard).findChildren(KeptRow)), None)


def link(stage: Stage) -> LinkRow:
    row = offer(stage)
    assert row is not None
    return row.findChildren(LinkRow)[0]


async def test_what_was_captured_is_offered_in_words_and_to_keys(stage: Stage) -> None:
    await left(stage)
    row = link(stage)
    assert row.text().startswith("The capture of Choir · ")
    assert "rows, still here until the next session" in row.text()
    assert row.accessibleName() == f"Open: The capture of Choir, {row.text().partition(' · ')[2]}"
    row.setFocus()
    QtTest.QTest.keyClick(row, QtCore.Qt.Key.Key_Space)
    await until(lambda: stage.has(CapturePage))
    page = stage.find(CapturePage)
    capture = page.opened.inspection.capture
    assert [row.data for row in capture if row.data] == [f"hello {seq}" for seq in range(20, 25)]
    assert page.opened.name == "Choir"
    assert page.findChildren(SignalTable)[0].model().rowCount() == len(capture)
    assert page.opened.inspection.session is None
    assert capture.wall is None


async def test_it_is_still_offered_after_it_was_opened_and_closed(stage: Stage) -> None:
    await left(stage)
    for _ in range(2):
        link(stage).click()
        await until(lambda: stage.has(CapturePage))
        page = stage.find(CapturePage)
        assert len(page.opened.inspection.capture) > 5
        page.leave()
        await until(lambda: not stage.has(CapturePage))


async def test_it_is_saved_from_there(stage: Stage, tmp_path: Path) -> None:
    await left(stage)
    stage.button("Save the capture of Choir…").click()
    dialog = stage.find(SaveDialog)
    next(b for b in dialog.findChildren(QtWidgets.QPushButton) if b.text() == "Choose where…").click()
    stage.find(QtWidgets.QFileDialog).fileSelected.emit(str(tmp_path / "kept.jsonl"))
    stage.find(QtWidgets.QFileDialog).reject()
    await until(lambda: str(tmp_path / "kept.jsonl") in map(str, stage.app.captures.recent()))
    rows = [json.loads(line) for line in (tmp_path / "kept.jsonl").read_text().splitlines()]
    assert [row["data"] for row in rows if row.get("kind") == "chat"] == [f"hello {n}" for n in range(20, 25)]
    assert rows[0]["title"] == "Choir"


async def test_nothing_is_offered_where_nothing_was_said(stage: Stage) -> None:
    await left(stage, 0)
    assert offer(stage) is None


async def test_it_goes_with_the_next_session_and_what_shows_it_stays(stage: Stage) -> None:
    await left(stage)
    kept = stage.app.captures.kept
    assert kept is not None
    rows = kept.extract("", 0)
    opened = kept.source().reader
    assert opened is not None
    stage.app.join(INVITE)
    await until(lambda: len(stage.sessions) == 2 and stage.app.sessions)
    assert stage.app.captures.kept is None
    await until(lambda: len(kept.extract("", 0)) == 0)
    assert len(opened.capture) == len(rows) > 5
    await leave(stage)
    await until(lambda: offer(stage) is None)


async def test_rows_on_disk_go_and_the_first_row_says_so(stage: Stage, tmp_path: Path) -> None:
    capture = await flooded(stage)
    lost = capture.lost
    assert capture.rows[0].note.startswith("Older rows on disk")
    await leave(stage)
    await until(lambda: not files(tmp_path / "profile"))
    kept = stage.app.captures.kept
    assert kept is not None
    reader = kept.source().reader
    assert reader is not None
    assert reader.capture.rows[0].note.startswith(f"Oldest rows dropped: {lost:,}.")
    saving = stage.app.captures.save_kept(kept, tmp_path / "kept.jsonl", FORMATS[0])
    told: list[object] = []
    saving.saved.connect(told.append)
    await until(lambda: told)
    assert len((tmp_path / "kept.jsonl").read_bytes().splitlines()) == kept.rows + 1


async def test_what_was_cleared_is_not_kept(stage: Stage) -> None:
    await stage.joined()
    stage.link.say(signal(20, "ana", data="gone"))
    await until(lambda: len(stage.session.capture) >= 2)
    inspection_of(stage).clear()
    await leave(stage)
    assert offer(stage) is None
