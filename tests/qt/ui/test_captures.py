"""Captures on screen: opened, compared, saved."""

import datetime
import json
from pathlib import Path
from typing import Any

import PySide6
import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.bridge.capture_desk import sample_path
from heliograph.bridge.opened_capture import OpenedCapture
from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.extract import About, Extract
from heliograph.model.captures.formats import FORMATS
from heliograph.model.captures.lines import write_lines
from heliograph.ui.captures.card import CaptureCard
from heliograph.ui.captures.comparison import Comparison
from heliograph.ui.captures.page import CapturePage
from heliograph.ui.captures.progress import ProgressLine
from heliograph.ui.captures.saving import SaveDialog, SavingLine
from heliograph.ui.captures.window import CaptureWindow
from heliograph.ui.inspector.cells import DATA, TIME, TYPE
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.shares import Shares
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.inspector.view_stack import ViewStack
from heliograph.ui.start import StartScreen
from heliograph_relay.protocol.model import SignalEntry
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import Stage


def write(path: Path, *times: int, title: str = "Choir") -> Path:
    """A capture with a signal at each of these times."""
    capture = Capture()
    for seq, at in enumerate(times, 1):
        entry = SignalEntry(seq=seq, at=at, sender="ana", type="chat", data=f"{title} {at}")
        capture.signal(entry, "me")
    path.write_bytes(b"".join(write_lines(Extract(capture, About(program="P", saved=1, title=title)))))
    return path


async def opened(stage: Stage, path: Path) -> CapturePage:
    """The page on which that file is shown, read to its end."""
    stage.app.captures.open(path)

    def shown() -> list[CapturePage]:
        return [page for page in stage.window.findChildren(CapturePage) if page.opened.path == path]

    await until(shown)
    [page] = shown()
    await until(lambda: page.opened.is_read)
    return page


async def side_by_side(stage: Stage, tmp_path: Path, *, apart: int) -> Comparison:
    """Two captures of a hundred signals; the second is `apart` milliseconds later."""
    times = [1_000_000 + number * 1_000 for number in range(100)]
    page = await opened(stage, write(tmp_path / "one.jsonl", *times, title="One"))
    page.compare_with(write(tmp_path / "two.jsonl", *(at + apart for at in times[::2]), title="Two"))
    await until(lambda: stage.window.findChildren(Comparison))
    comparison = stage.find(Comparison)
    await until(lambda: tables(comparison)[0].hasFocus() or tables(comparison)[0].model().rowCount() == 100)
    await until(lambda: tables(comparison)[1].model().rowCount() == 50)
    return comparison


def tables(comparison: Comparison) -> list[SignalTable]:
    """The left one and the right one."""
    return sorted(
        comparison.findChildren(SignalTable), key=lambda table: table.mapTo(comparison, QtCore.QPoint()).x()
    )


def selected_text(table: SignalTable) -> str:
    """The data of the selected row; "" for none."""
    indexes = table.selectionModel().selectedRows(6)
    return str(indexes[0].data()) if indexes else ""


def labels(widget: QtWidgets.QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QtWidgets.QLabel) if label.isVisible()]


def files(folder: Path) -> list[str]:
    return [found.name for found in folder.iterdir() if found.is_file()]


def saved_rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()[1:]]


# ---- opening


async def test_the_sample_shows_what_there_is_to_see(stage: Stage) -> None:
    await stage.open()
    stage.button("Open the sam&ple").click()
    await until(lambda: stage.window.findChildren(CapturePage))
    page = stage.find(CapturePage)
    await until(lambda: page.opened.is_read)
    capture = page.opened.inspection.capture
    assert 100 <= len(capture) <= 300
    assert page.opened.damage == ""
    kinds = {row.kind for row in capture}
    assert kinds >= set(Kind) - {Kind.GAP, Kind.ERROR, Kind.FRAME}  # there are no OpenTok applications in it
    assert any(row.is_server for row in capture)
    namesakes = {
        row.sender for row in capture if row.sender is not None and capture.name(row.sender) == "Ben"
    }
    assert len(namesakes) > 1
    assert any((fate := capture.fate(row)) is not None and fate.read for row in capture)
    assert stage.window.windowTitle() == "Stargazing on Friday – Heliograph"
    assert any("153 rows" in text or f"{len(capture)} rows" in text for text in labels(page))
    assert stage.app.captures.recent() == []


def test_the_sample_holds_no_secret() -> None:
    text = sample_path().read_text(encoding="utf-8")
    for word in ("secret=", "T1==", "eyJ", "heliograph://", '"key"', "host_secret"):
        assert word not in text


async def test_a_file_is_shown_from_its_beginning_and_leads_back(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", *range(1_000, 1_200)))
    table = page.findChildren(SignalTable)[0]
    assert table.model().rowCount() == 200
    assert table.rowAt(0) == 0
    assert stage.window.windowTitle() == "Choir – Heliograph"
    assert not any(
        button.text() == "Follow" and button.isVisible()
        for button in page.findChildren(QtWidgets.QPushButton)
    )
    stage.button("Back, or close").click()
    await until(lambda: not stage.has(CapturePage))
    assert stage.find(StartScreen).isVisible()
    assert stage.window.windowTitle() == "Heliograph"


async def test_end_selects_the_last_row_where_nothing_can_be_followed(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", *range(1_000, 1_200)))
    table = page.findChildren(SignalTable)[0]
    table.setFocus()
    QtTest.QTest.keyClick(table, QtCore.Qt.Key.Key_End)
    assert selected_text(table) == "Choir 1199"
    assert table.visualRect(table.currentIndex()).bottom() <= table.viewport().height()
    QtTest.QTest.keyClick(table, QtCore.Qt.Key.Key_Home)
    assert selected_text(table) == "Choir 1000"


async def test_filter_and_detail_work_without_a_session(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", *range(1_000, 1_020)))
    inspection = page.opened.inspection
    inspection.set_filter("1007")
    await until(lambda: len(inspection.numbers()) == 1)
    inspection.select(inspection.numbers()[0])
    assert selected_text(page.findChildren(SignalTable)[0]) == "Choir 1007"


async def test_the_last_files_are_offered_and_can_be_forgotten(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    await opened(stage, write(tmp_path / "a.jsonl", 1))
    await opened(stage, write(tmp_path / "b.jsonl", 1))
    stage.button("Back, or close").click()
    card = stage.find(CaptureCard)
    names = [
        b.accessibleName()
        for b in card.findChildren(QtWidgets.QAbstractButton)
        if "Open again" in b.accessibleName()
    ]
    assert [name.split(",")[0] for name in names] == ["Open again: b.jsonl", "Open again: a.jsonl"]
    assert stage.app.captures.folder == str(tmp_path)
    stage.button("Forget b.jsonl").click()
    assert stage.app.captures.recent() == [tmp_path / "a.jsonl"]
    (tmp_path / "a.jsonl").unlink()
    stage.app.captures.open(tmp_path / "a.jsonl")
    await until(lambda: any("It is not in" in text for text in labels(card)))
    assert stage.app.captures.recent() == []


async def test_what_is_no_capture_is_said_on_its_card(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    (tmp_path / "x.jsonl").write_text("nonsense")
    stage.app.captures.open(tmp_path / "x.jsonl")
    await until(lambda: any("x.jsonl cannot be opened" in text for text in labels(stage.find(CaptureCard))))
    assert not stage.has(CapturePage)
    stage.app.captures.open(write(tmp_path / "y.jsonl", 1))
    await until(lambda: stage.has(CapturePage))


async def test_a_damaged_file_says_where_it_broke(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    path = write(tmp_path / "a.jsonl", *range(1_000, 1_010))
    path.write_bytes(path.read_bytes()[:-20])
    page = await opened(stage, path)
    assert len(page.opened.inspection.capture) == 9
    words = [line.words() for line in page.findChildren(ProgressLine) if line.isVisible()]
    assert len(words) == 1
    assert "ends in the middle of a line" in words[0]


async def test_reading_can_be_stopped(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    path = write(tmp_path / "a.jsonl", *range(60_000))
    stage.app.captures.open(path)
    await until(lambda: stage.has(CapturePage))
    page = stage.find(CapturePage)
    if not page.opened.is_read:
        stage.button("Stop").click()
        assert "stopped" in page.opened.damage
        assert len(page.opened.inspection.capture) < 60_000


async def test_a_file_that_is_dropped_is_opened(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    path = write(tmp_path / "a.jsonl", 1, 2, 3)
    data = QtCore.QMimeData()
    data.setUrls([QtCore.QUrl.fromLocalFile(str(path))])
    point = QtCore.QPoint(20, 20)
    actions, buttons, keys = (
        QtCore.Qt.DropAction.CopyAction,
        QtCore.Qt.MouseButton.LeftButton,
        QtCore.Qt.KeyboardModifier.NoModifier,
    )
    # One of the two is deprecated from Qt 6.12 on, the other is not there before.
    place: Any = QtCore.QPointF(point) if PySide6.__version_info__ >= (6, 12) else point
    enter = QtGui.QDragEnterEvent(place, actions, data, buttons, keys)
    QtWidgets.QApplication.sendEvent(stage.window, enter)
    assert enter.isAccepted()
    QtWidgets.QApplication.sendEvent(
        stage.window, QtGui.QDropEvent(QtCore.QPointF(point), actions, data, buttons, keys)
    )
    await until(lambda: stage.has(CapturePage))
    text = QtCore.QMimeData()
    text.setText("hello")
    other = QtGui.QDragEnterEvent(place, actions, text, buttons, keys)
    QtWidgets.QApplication.sendEvent(stage.window, other)
    assert not other.isAccepted()


async def test_while_a_session_runs_a_capture_has_a_window_of_its_own(stage: Stage, tmp_path: Path) -> None:
    await stage.joined()
    stage.app.captures.open(write(tmp_path / "a.jsonl", 1, 2))

    def windows() -> list[CaptureWindow]:
        return [
            w
            for w in QtWidgets.QApplication.topLevelWidgets()
            if isinstance(w, CaptureWindow) and w.isVisible()
        ]

    await until(windows)
    [window] = windows()
    assert window.windowTitle() == "Choir – Heliograph"
    assert window.page.opened.inspection.live() is stage.session
    [close] = [b for b in window.findChildren(QtWidgets.QAbstractButton) if b.text() == "Close"]
    close.click()
    await until(lambda: not windows())


# ---- comparing


async def test_selecting_in_one_selects_the_same_moment_in_the_other(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    left, right = tables(comparison)
    left.choose_row(50)
    assert selected_text(left) == "One 1050000"
    assert selected_text(right) == "Two 1050300"
    right.choose_row(10)
    assert selected_text(left) == "One 1020000"


async def test_scrolling_one_scrolls_the_other_to_the_same_moment(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    left, right = tables(comparison)
    left.verticalScrollBar().setValue(40)
    assert right.rowAt(0) == 20
    right.verticalScrollBar().setValue(10)
    assert left.rowAt(0) == 21


async def test_captures_of_two_days_are_lined_up_by_their_beginning(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=3 * 86_400_000)
    left, right = tables(comparison)
    left.choose_row(50)
    assert selected_text(right) == f"Two {1_050_000 + 3 * 86_400_000}"
    assert any("3 days earlier" in text for text in labels(comparison))


async def test_two_rows_can_be_one_moment(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    left, right = tables(comparison)
    stage.button("Line up by: Two rows").click()
    assert not stage.button("Line up").isEnabled()
    left.choose_row(4)
    assert selected_text(right) == ""
    right.choose_row(20)
    assert selected_text(left) == "One 1004000"
    stage.button("Line up").click()
    left.choose_row(10)
    assert selected_text(right) == "Two 1046300"


async def test_the_axis_leads_both_to_a_moment(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    left, right = tables(comparison)
    [axis] = [
        w for w in comparison.findChildren(QtWidgets.QWidget) if w.accessibleName().startswith("Time axis")
    ]
    QtTest.QTest.mousePress(axis, QtCore.Qt.MouseButton.LeftButton, pos=QtCore.QPoint(50, axis.height() // 2))
    assert abs(int(selected_text(left).split()[1]) - 1_049_500) < 2_000
    assert abs(int(selected_text(right).split()[1]) - 1_049_500) < 3_000
    axis.grab()


async def test_keys_go_from_row_to_row_where_many_are_of_one_moment(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    times = [1_000, 1_000, *range(1_001, 1_020)]
    files = [write(tmp_path / f"{name}.jsonl", *times) for name in "ab"]
    stage.app.captures.open(files[0], beside=files[1])
    await until(lambda: stage.has(Comparison))
    left, _ = tables(stage.find(Comparison))
    await until(lambda: left.model().rowCount() == len(times) and left.hasFocus())
    went = []
    for _ in range(4):
        QtTest.QTest.keyClick(left, QtCore.Qt.Key.Key_Down)
        went.append(left.currentIndex().row())
    assert went == [0, 1, 2, 3]


async def test_keys_choose_the_view_of_the_side_with_the_focus(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    left, right = (one.findChildren(ViewStack)[0] for one in comparison.findChildren(InspectorPane))
    if not left.isAncestorOf(tables(comparison)[0]):
        left, right = right, left
    for table, names in (
        (tables(comparison)[1], ("signals", "rates")),
        (tables(comparison)[0], ("rates", "rates")),
    ):
        table.setFocus()
        await until(table.hasFocus)
        QtTest.QTest.keySequence(table, QtGui.QKeySequence("Alt+4"))
        assert (left.name, right.name) == names


def parts(pane: InspectorPane) -> list[int]:
    """How high the view and the detail are."""
    [split] = pane.findChildren(Shares)
    return split.sizes()


async def test_in_a_small_window_rows_and_their_times_are_seen(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    stage.window.resize(800, 500)
    await until(lambda: comparison.width() == 800)
    for pane, table in zip(comparison.findChildren(InspectorPane), tables(comparison), strict=True):
        upper, lower = parts(pane)
        assert lower < 0.4 * (upper + lower)
        assert table.rowAt(table.viewport().height() - 1) >= 6
        shown = [
            table.columnViewportPosition(column) >= 0 and table.columnWidth(column)
            for column in (TIME, TYPE, DATA)
        ]
        assert all(shown), shown
        assert table.columnWidth(DATA) > 100


async def test_the_line_above_the_detail_stays_where_a_person_drew_it(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", *range(1_000, 1_020)))
    [pane] = page.findChildren(InspectorPane)
    assert parts(pane)[1] == 190
    stage.window.resize(800, 500)
    await until(lambda: parts(pane)[1] == round(0.36 * (sum(parts(pane)) + 1)) < 190)
    stage.window.resize(1_200, 760)
    await until(lambda: parts(pane)[1] == 190)
    [split] = pane.findChildren(Shares)
    split.moveSplitter(split.height() - 300, 1)
    assert parts(pane)[1] == 300 - split.handleWidth()
    stage.window.resize(1_200, 700)
    await until(lambda: stage.window.height() == 700)
    assert parts(pane)[1] == 300 - split.handleWidth()


async def test_times_of_several_days_name_the_day(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    day, year = 86_400_000, 365 * 86_400_000
    noon = int(datetime.datetime(2026, 3, 1, 12).timestamp() * 1_000)  # noqa: DTZ001 (the person's own clock)
    widths = []
    for name, times, words in (
        ("a", (noon, noon + 1), "12:00:00.001"),
        ("b", (noon, noon + day), "02 Mar 12:00:00.000"),
        ("c", (noon, noon + year), "01 Mar 2027 12:00:00.000"),
    ):
        page = await opened(stage, write(tmp_path / f"{name}.jsonl", *times))
        [table] = page.findChildren(SignalTable)
        assert table.model().index(1, TIME).data() == words
        assert table.fontMetrics().horizontalAdvance(words) <= table.columnWidth(TIME)
        widths.append(table.columnWidth(TIME))
    assert sorted(set(widths)) == widths


async def test_a_title_hides_nothing(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", 1_000, title="A\u202eb\nc"))
    assert page.opened.name == "A‹U+202E›b c"
    assert stage.window.windowTitle() == "A‹U+202E›b c – Heliograph"


async def test_the_second_can_be_closed_again(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    comparison = await side_by_side(stage, tmp_path, apart=300)
    tables(comparison)[0].choose_row(30)
    stage.button("Close the second capture").click()
    await until(lambda: not stage.has(Comparison))
    page = stage.find(CapturePage)
    [table] = page.findChildren(SignalTable)
    assert table.isVisible()
    await until(lambda: selected_text(table) == "One 1030000")
    table.choose_row(31)
    assert page.opened.inspection.current == 32


async def test_two_files_of_the_command_line_stand_side_by_side(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    stage.app.captures.open(write(tmp_path / "a.jsonl", 1), beside=write(tmp_path / "b.jsonl", 2))
    await until(lambda: stage.has(Comparison))


# ---- saving


async def saving_dialog(stage: Stage) -> SaveDialog:
    stage.button("Save rows" if stage.has(CapturePage) else "Save…").click()
    await until(lambda: stage.window.findChildren(SaveDialog))
    return stage.find(SaveDialog)


def choices(dialog: SaveDialog) -> list[str]:
    return [button.text() for button in dialog.findChildren(QtWidgets.QRadioButton)]


def choose(dialog: SaveDialog, words: str) -> None:
    [button] = [b for b in dialog.findChildren(QtWidgets.QRadioButton) if words in b.text()]
    button.click()


async def save_as(stage: Stage, dialog: SaveDialog, path: Path) -> SavingLine:
    """Choose where, and wait for what comes of it."""
    [go_on] = [b for b in dialog.findChildren(QtWidgets.QPushButton) if b.text() == "Choose where…"]
    go_on.click()
    await until(lambda: stage.window.findChildren(QtWidgets.QFileDialog))
    stage.find(QtWidgets.QFileDialog).fileSelected.emit(str(path))
    stage.find(QtWidgets.QFileDialog).reject()
    line = stage.find(SavingLine)
    await until(lambda: "…" not in line.words())
    return line


async def test_rows_of_a_session_are_saved_and_opened_again(stage: Stage, tmp_path: Path) -> None:
    await stage.joined()
    for seq in range(11, 21):
        stage.link.say(signal(seq, "ana", data=f"hello {seq}"))
    inspection = stage.find(InspectorPane)
    await until(lambda: stage.find(SignalTable).model().rowCount() >= 11)
    dialog = await saving_dialog(stage)
    assert choices(dialog)[0].startswith("All ")
    line = await save_as(stage, dialog, tmp_path / "a.jsonl")
    assert line.words() == f"Saved {len(saved_rows(tmp_path / 'a.jsonl'))} rows to a.jsonl"
    assert line.isVisible()
    assert inspection.isAncestorOf(line)
    head = json.loads((tmp_path / "a.jsonl").read_bytes().split(b"\n")[0])
    assert (head["title"], head["session"]) == ("Choir", "s1")
    openings: list[OpenedCapture] = []
    stage.app.captures.opened.connect(openings.append)
    stage.button("Open").click()
    await until(lambda: openings and openings[0].is_read)
    live = stage.session.capture
    assert isinstance(live, Capture)
    assert [row.data for row in openings[0].inspection.capture] == [row.data for row in live]
    [window] = [
        w for w in QtWidgets.QApplication.topLevelWidgets() if isinstance(w, CaptureWindow) and w.isVisible()
    ]
    window.close()


async def test_only_what_is_shown_or_selected_is_saved_if_so_chosen(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", *range(1_000, 1_050)))
    assert len(choices(await saving_dialog(stage))) == 1 + len(FORMATS)
    stage.find(SaveDialog).reject()
    await until(lambda: not stage.has(SaveDialog))
    inspection = page.opened.inspection
    inspection.set_filter("101")
    await until(lambda: len(inspection.numbers()) == 10)
    table = page.findChildren(SignalTable)[0]
    table.choose_row(2)
    table.selectionModel().select(
        table.model().index(4, 0),
        QtCore.QItemSelectionModel.SelectionFlag.Select | QtCore.QItemSelectionModel.SelectionFlag.Rows,
    )
    dialog = await saving_dialog(stage)
    assert choices(dialog)[:3] == ["All 50 rows", "10 rows that pass the filter  101", "2 rows selected"]
    choose(dialog, "pass the filter")
    await save_as(stage, dialog, tmp_path / "filtered.jsonl")
    assert [row["at"] for row in saved_rows(tmp_path / "filtered.jsonl")] == list(range(1_010, 1_020))
    await until(lambda: not stage.has(SaveDialog))
    dialog = await saving_dialog(stage)
    choose(dialog, "selected")
    await save_as(stage, dialog, tmp_path / "selected.jsonl")
    assert [row["at"] for row in saved_rows(tmp_path / "selected.jsonl")] == [1_012, 1_014]


@pytest.mark.parametrize("format", FORMATS[1:], ids=["csv", "har"])
async def test_other_formats(stage: Stage, tmp_path: Path, format: Any) -> None:
    await stage.open()
    await opened(stage, write(tmp_path / "a.jsonl", 1_000, 1_001))
    dialog = await saving_dialog(stage)
    choose(dialog, format.suffix)
    path = tmp_path / f"b{format.suffix}"
    await save_as(stage, dialog, path)
    assert b"Choir 1001" in path.read_bytes()
    names = [b.text() for b in stage.find(SavingLine).findChildren(QtWidgets.QPushButton) if b.isVisible()]
    assert names == (["Open", "Show in folder"] if format.opens else ["Show in folder"])


async def test_a_name_that_says_another_format_is_pointed_out(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    await opened(stage, write(tmp_path / "a.jsonl", 1_000))
    line = await save_as(stage, await saving_dialog(stage), tmp_path / "b.csv")
    assert line.words() == "Saved 1 row to b.csv, as JSON Lines whatever its name says"


async def test_a_window_that_cannot_be_built_leaves_none_behind(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.open()
    page = await opened(stage, write(tmp_path / "a.jsonl", 1_000))

    def fail(*_args: object, **_more: object) -> CapturePage:
        raise RuntimeError("no room")

    monkeypatch.setattr("heliograph.ui.captures.window.CapturePage", fail)
    with pytest.raises(RuntimeError, match="no room") as failed:
        CaptureWindow(stage.app, page.opened)
    assert failed.traceback  # what failed is held by it, as by a log
    windows = [w for w in QtWidgets.QApplication.topLevelWidgets() if isinstance(w, CaptureWindow)]
    assert not [w for w in windows if not hasattr(w, "page")]


async def test_a_save_that_fails_is_said_and_leaves_nothing(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    await opened(stage, write(tmp_path / "a.jsonl", 1_000))
    line = await save_as(stage, await saving_dialog(stage), tmp_path / "none" / "b.jsonl")
    assert line.words().startswith("b.jsonl was not saved. The folder")
    assert files(tmp_path) == ["a.jsonl"]


async def test_a_save_can_be_cancelled(stage: Stage, tmp_path: Path) -> None:
    await stage.open()
    await opened(stage, write(tmp_path / "a.jsonl", *range(50_000)))
    dialog = await saving_dialog(stage)
    [go_on] = [b for b in dialog.findChildren(QtWidgets.QPushButton) if b.text() == "Choose where…"]
    go_on.click()
    await until(lambda: stage.window.findChildren(QtWidgets.QFileDialog))
    stage.find(QtWidgets.QFileDialog).fileSelected.emit(str(tmp_path / "b.jsonl"))
    stage.find(QtWidgets.QFileDialog).reject()
    stage.button("Cancel").click()
    assert stage.find(SavingLine).words() == "b.jsonl was not saved."
    await until(lambda: files(tmp_path) == ["a.jsonl"])
