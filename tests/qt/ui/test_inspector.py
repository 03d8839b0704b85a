"""The house of the inspector, by what a person does with it."""

import gc
import json

from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.model.color_rules import ColorRule
from heliograph.model.rows import Kind
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.inspector.cells import DATA, FARED, FROM, NUMBER, TIME, TYPE
from heliograph.ui.inspector.color_dialog import ColorDialog
from heliograph.ui.inspector.filter_bar import FilterBar
from heliograph.ui.inspector.filter_field import FilterField
from heliograph.ui.inspector.filter_help import FilterHelp
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.say_line import SayLine
from heliograph.ui.inspector.signals_view import SignalsView
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.inspector.view_stack import ViewStack
from heliograph.ui.session_window import SessionWindow
from tests.qt.bridge.fakes import created, destroyed, signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.views import inspection_of

Key = QtCore.Qt.Key


def press(widget: QtWidgets.QWidget, keys: str) -> None:
    """As the window system would hand it on, with shortcuts before anything else."""
    QtTest.QTest.keySequence(widget, QtGui.QKeySequence(keys))
    QtTest.QTest.keyRelease(widget, Key.Key_Shift)


def field(stage: Stage) -> FilterField:
    return stage.find(InspectorPane).findChildren(FilterField)[0]


def shown(stage: Stage) -> list[str]:
    """The data of the rows that are shown."""
    model = stage.find(SignalTable).signals
    return [model.cell(model.row(place), DATA) for place in range(model.rowCount())]


def clipboard() -> str:
    return QtWidgets.QApplication.clipboard().text()


async def talking(stage: Stage, count: int = 4) -> Stage:
    """In a session with Ana, who says n0, n1, …; the table has the focus."""
    await stage.joined()
    stage.window.activateWindow()
    for number in range(count):
        stage.link.say(signal(11 + number, "ana", "score" if number % 2 else "chat", f"n{number}"))
    await until(lambda: f"n{count - 1}" in shown(stage))
    stage.find(SignalTable).setFocus()
    return stage


class TestFilterField:
    async def test_goes_on_by_keys(self, stage: Stage) -> None:
        await talking(stage)
        press(stage.find(SignalTable), "Ctrl+L")
        QtTest.QTest.keyClicks(field(stage), "ty")
        assert field(stage).offered == ["type:"]
        QtTest.QTest.keyClick(field(stage), Key.Key_Tab)
        assert field(stage).text() == "type:"
        assert field(stage).offered == ["chat", "score", '""']
        before = shown(stage)
        [pause] = stage.find(FilterBar).findChildren(
            QtCore.QTimer, options=QtCore.Qt.FindChildOption.FindDirectChildrenOnly
        )
        await until(lambda: not pause.isActive())
        QtTest.QTest.keyClick(field(stage), Key.Key_Down)
        QtTest.QTest.keyClick(field(stage), Key.Key_Down)
        assert shown(stage) == before, "type: alone is not what is meant while types are offered"
        QtTest.QTest.keyClick(field(stage), Key.Key_Return)
        assert field(stage).text() == "type:score "
        QtTest.QTest.keyClick(field(stage), Key.Key_Return)
        assert shown(stage) == ["n1", "n3"]
        assert stage.find(SignalTable).hasFocus()

    async def test_an_operator_filters_nothing_before_its_value_is_there(self, stage: Stage) -> None:
        await talking(stage)
        stage.session.ping()
        press(stage.find(SignalTable), "Ctrl+L")
        QtTest.QTest.keyClicks(field(stage), "type:chat")
        await until(lambda: shown(stage) == ["n0", "n2"])
        for _ in "chat":
            QtTest.QTest.keyClick(field(stage), Key.Key_Backspace)
        await until(lambda: {"n0", "n1", "n2", "n3"} <= set(shown(stage)))
        QtTest.QTest.keyClicks(field(stage), '""')
        await until(lambda: inspection_of(stage).filter_text == 'type:""')
        assert not {"n0", "n1", "n2", "n3"} & set(shown(stage))

    async def test_an_emoji_is_one_character(self, stage: Stage) -> None:
        await talking(stage)
        press(stage.find(SignalTable), "Ctrl+L")
        field(stage).insert("😀👩‍🚀 ")
        QtTest.QTest.keyClicks(field(stage), "ty")
        assert field(stage).offered == ["type:"]
        QtTest.QTest.keyClick(field(stage), Key.Key_Tab)
        assert field(stage).text() == "😀👩‍🚀 type:"
        assert field(stage).cursorPosition() == len(field(stage).text().encode("utf-16-le")) // 2
        QtTest.QTest.keyClick(field(stage), Key.Key_Down)
        QtTest.QTest.keyClick(field(stage), Key.Key_Return)
        assert field(stage).text() == "😀👩‍🚀 type:chat "

    async def test_all_that_is_wrong_is_said(self, stage: Stage) -> None:
        await talking(stage)
        press(stage.find(SignalTable), "Ctrl+L")
        QtTest.QTest.keyClicks(field(stage), "type:score bogus:1 (")
        says = stage.find(FilterBar).findChildren(QtWidgets.QLabel)
        await until(lambda: any(label.text().startswith("At 12: There is no operator") for label in says))
        assert any("At 20: This bracket is not closed." in label.text() for label in says)

    async def test_follows_what_code_sets(self, stage: Stage) -> None:
        await talking(stage)
        inspection = inspection_of(stage)
        inspection.set_filter("type:score")
        assert field(stage).text() == "type:score"
        inspection.set_filter("")
        assert field(stage).text() == ""
        assert len(shown(stage)) >= 4
        press(field(stage), "Ctrl+Shift+F")
        inspection.set_filter("type:chat")
        press(field(stage), "Ctrl+L")
        assert (field(stage).text(), inspection.filter_text) == ("type:chat", "type:chat")

    async def test_a_filter_that_is_given_up_stays_to_be_mended(self, stage: Stage) -> None:
        await talking(stage)
        field(stage).setText("data~slow")
        inspection = inspection_of(stage)
        await until(lambda: inspection.filter_text == "data~slow")
        inspection.sieve.failed.emit("It would take too long.")
        assert (field(stage).text(), inspection.filter_text) == ("data~slow", "")

    async def test_offers_all_where_it_is_asked(self, stage: Stage) -> None:
        await talking(stage)
        field(stage).setFocus()
        QtTest.QTest.keyClick(field(stage), Key.Key_Down)
        assert "is:" in field(stage).offered
        QtTest.QTest.keyClick(field(stage), Key.Key_Escape)
        assert not field(stage).offered
        assert field(stage).hasFocus()

    async def test_help_writes_an_example(self, stage: Stage) -> None:
        await talking(stage)
        menu = _menu(stage)
        _action(menu, "What a filter can say").trigger()
        [sheet] = stage.window.findChildren(FilterHelp)
        next(b for b in sheet.findChildren(QtWidgets.QPushButton) if b.text() == "is:private").click()
        assert inspection_of(stage).filter_text == "is:private"

    async def test_a_filter_is_kept_and_forgotten(self, stage: Stage) -> None:
        await talking(stage)
        field(stage).setText("type:score")
        await until(lambda: inspection_of(stage).filter is not None)
        _action(_menu(stage), "Keep this filter").trigger()
        [dialog] = stage.window.findChildren(QtWidgets.QInputDialog)
        assert dialog.width() >= 420  # its title is read whole
        dialog.setTextValue("the score")
        dialog.accept()
        assert stage.app.settings.filters == {"the score": "type:score"}
        field(stage).setText("")
        _action(_menu(stage), "the score").trigger()
        assert shown(stage) == ["n1", "n3"]
        forget = _action(_menu(stage), "Forget a filter").menu()
        assert isinstance(forget, QtWidgets.QMenu)
        forget.actions()[0].trigger()
        assert stage.app.settings.filters == {}


def _menu(stage: Stage) -> QtWidgets.QMenu:
    stage.button("Filters, columns and colours").click()
    [menu] = [m for m in stage.window.findChildren(QtWidgets.QMenu) if m.isVisible()]
    menu.hide()
    return menu


def _action(menu: QtWidgets.QMenu, words: str) -> QtGui.QAction:
    return next(action for action in menu.actions() if words in action.text())


class TestFinding:
    async def test_goes_from_row_to_row_and_hides_none(self, stage: Stage) -> None:
        await talking(stage)
        press(stage.find(SignalTable), "Ctrl+Shift+F")
        QtTest.QTest.keyClicks(field(stage), "type:score")
        found = []
        for key in ("Return", "F3", "Shift+F3"):
            press(field(stage), key)
            row = inspection_of(stage).current_row
            found.append(row and row.data)
            assert len(inspection_of(stage).selected) == 1  # Shift, which is held down, extends nothing
        assert found == ["n1", "n3", "n1"]
        assert len(shown(stage)) >= 4
        press(field(stage), "Ctrl+L")
        assert field(stage).text() == ""
        assert field(stage).accessibleName() == "Filter"
        press(field(stage), "F3")
        row = inspection_of(stage).current_row
        assert (field(stage).text(), row and row.data) == ("type:score", "n3")


class TestRows:
    async def test_filter_by_a_person_writes_the_name(self, stage: Stage) -> None:
        await talking(stage)
        stage.link.say(created(20, "b0b1-ana", name="Ana"))
        stage.link.say(signal(21, "b0b1-ana", data="the other"))
        await until(lambda: "the other" in shown(stage))
        table = stage.find(SignalTable)
        place = shown(stage).index("the other")
        table.menu_wanted.emit((table.model().index(place, FROM), QtCore.QPoint()))
        [menu] = [m for m in stage.window.findChildren(QtWidgets.QMenu) if m.isVisible()]
        others = _action(menu, "Filter by another").menu()
        assert isinstance(others, QtWidgets.QMenu)
        assert [action.text() for action in others.actions()] == [
            "kind:chat", "direction:in", "to:all", "type:chat", 'data:"the other"', "size=13",
        ]  # fmt: skip
        _action(menu, "Filter by").trigger()
        menu.close()
        assert field(stage).text() == 'from:"Ana b0b1"'
        assert shown(stage)[-1] == "the other"
        assert len(shown(stage)) == 2

    async def test_how_it_fared_says_what_is_measured(self, stage: Stage) -> None:
        await talking(stage)
        stage.link.answers = 40
        for to in (None, "ana"):
            stage.session.ping(to)
            seq = stage.link.answers - 1
            data = f'{{"state": "delivered", "epoch": "epoch-1", "ranges": [[{seq}, {seq}]]}}'
            stage.link.say(signal(stage.link.answers, "ana", "receipt", data, to="me"))
            stage.link.answers += 1
        model = stage.find(SignalTable).signals
        await until(lambda: model.rowCount() == len(inspection_of(stage).capture))
        pings = [row for row in range(model.rowCount()) if model.row(row).kind is Kind.PING]
        tips = [str(model.data(model.index(row, FARED), QtCore.Qt.ItemDataRole.ToolTipRole)) for row in pings]
        assert model.words(pings[0], FARED) == "got 1/1  1 ms"
        assert all("delivered to 1 of 1 person" in tip and "relay&#x27;s clock" in tip for tip in tips)
        assert ["acknowledgement came here" in tip for tip in tips] == [False, True]
        name = str(model.data(model.index(0, FROM), QtCore.Qt.ItemDataRole.ToolTipRole))
        assert name.count("<qt>") == 1
        time = str(model.data(model.index(pings[0], TIME), QtCore.Qt.ItemDataRole.ToolTipRole))
        assert "14 November 2023, " in time  # a capture may be of many days
        assert "&lt;" not in name

    async def test_a_row_that_is_looked_at_comes_into_sight_in_a_narrow_table(self, stage: Stage) -> None:
        await talking(stage, 200)
        stage.window.resize(760, 600)
        table = stage.find(SignalTable)
        assert table.isColumnHidden(NUMBER)
        table.follow(False)
        table.verticalScrollBar().setValue(0)
        stage.find(InspectorPane).reveal(150)
        place = table.currentIndex().row()
        assert table.signals.row(place).seq == 150
        press(table, "Down")
        assert inspection_of(stage).current_row is not None
        assert inspection_of(stage).current_row.seq == 151  # type: ignore[union-attr]
        press(table, "Up")
        assert table.viewport().rect().contains(QtCore.QPoint(5, table.rowViewportPosition(place)))

    async def test_a_row_that_the_filter_hides_is_offered(self, stage: Stage) -> None:
        await talking(stage)
        field(stage).setText("type:nothing")
        await until(lambda: not shown(stage))
        stage.find(ChatPane).seq_focused.emit(11)
        line = stage.find(SayLine)
        assert line.isVisible()
        line.button().click()
        await until(lambda: shown(stage))
        row = inspection_of(stage).current_row
        assert row is not None
        assert row.data == "n0"
        assert not line.isVisible()

    async def test_nothing_moves_when_something_is_said_or_can_be_undone(self, stage: Stage) -> None:
        await talking(stage)
        table, clear = stage.find(SignalTable), stage.button("Clear")

        def places() -> list[QtCore.QPoint]:
            return [widget.mapTo(stage.window, QtCore.QPoint()) for widget in (table, clear)]

        before = places()
        inspection_of(stage).notice.emit("Saved something.")
        line = stage.find(SayLine)
        assert line.isVisible()
        clear.click()
        await until(lambda: not shown(stage))
        stage.button("Undo clear")
        assert places() == before
        assert line.geometry().bottom() < table.height()
        stage.window.resize(1_000, 600)
        assert line.geometry().bottom() < table.height()

    async def test_home_goes_to_the_first_row(self, stage: Stage) -> None:
        await talking(stage, 200)
        table = stage.find(SignalTable)
        press(table, "Home")
        assert inspection_of(stage).current == 1
        assert table.verticalScrollBar().value() == 0
        assert not table.following
        press(table, "End")
        assert table.following

    async def test_frozen_it_says_how_many_came_since(self, stage: Stage) -> None:
        await talking(stage, 50)
        table = stage.find(SignalTable)
        press(table, "Up")
        for number in (70, 71):
            stage.link.say(signal(number, "ana", data="came before"))
        await until(lambda: shown(stage)[-1] == "came before")
        inspection_of(stage).freeze(True)
        stage.link.say(signal(72, "ana", data="came since"))
        words = stage.find(InspectorPane).findChildren(QtWidgets.QLabel)
        await until(lambda: any(label.text().endswith(", frozen, 1 not shown") for label in words))

    async def test_for_a_spreadsheet(self, stage: Stage) -> None:
        await talking(stage)
        stage.link.say(created(29, "ana2", name="Ana"))
        stage.link.say(signal(30, "ana", "calc", "=1+\t1"))
        await until(lambda: any(text.startswith("=1+") for text in shown(stage)))
        table = stage.find(SignalTable)
        press(table, "Ctrl+A")
        press(table, "Ctrl+Shift+C")
        lines = clipboard().split("\n")
        assert lines[0].split("\t")[:4] == ["Number", "Time", "Direction", "From"]
        assert len(lines) == table.model().rowCount() + 1
        assert lines[-1].split("\t")[6] == "'=1+\\t1"
        assert lines[-1].split("\t")[3] == "Ana ana"  # another one has that name

    async def test_marks_and_times(self, stage: Stage) -> None:
        await talking(stage)
        table = stage.find(SignalTable)
        table.choose_row(2)
        press(table, "M")
        for _ in range(3):
            press(table, "T")
        assert table.signals.words(4, TIME) == "+0.002"
        assert table.signals.headerData(TIME, QtCore.Qt.Orientation.Horizontal) == "Since mark"
        assert "marked" in table.signals.sentence(table.signals.row(2))
        press(table, "T")
        assert table.signals.words(4, TIME).count(":") == 2
        table.choose_row(0)
        press(table, "Alt+Down")
        assert table.currentIndex().row() == 2

    async def test_nothing_moves_while_old_rows_go(self, stage: Stage) -> None:
        await talking(stage)
        capture = inspection_of(stage).capture
        capture._max_rows = 300  # noqa: SLF001 - a million rows would take a minute
        table = stage.find(SignalTable)
        for number in range(290):
            stage.link.say(signal(100 + number, "ana", "x", f"m{number}"))
        await until(lambda: shown(stage)[-1] == "m289")
        table.choose_row(150)
        table.scrollTo(table.model().index(150, 0), QtWidgets.QAbstractItemView.ScrollHint.PositionAtCenter)
        before = table.signals.row(table.rowAt(5)).number
        for number in range(60):
            stage.link.say(signal(500 + number, "ana", "x", f"o{number}"))
        await until(lambda: shown(stage)[-1] == "o59")
        assert capture.lost > 40
        assert table.signals.row(table.rowAt(5)).number == before
        assert "oldest rows dropped" in table.signals.sentence(table.signals.row(0)).lower()


class TestColumns:
    async def test_choice_order_and_time_are_remembered(self, stage: Stage) -> None:
        await talking(stage)
        columns = stage.find(SignalsView).columns
        header = stage.find(SignalTable).horizontalHeader()
        columns.want(TYPE, on=False)
        header.moveSection(header.visualIndex(DATA), 1)
        columns.count_time("start")
        await until(lambda: "inspector_columns" in stage.app.settings.layout)
        kept = json.loads(stage.app.settings.layout["inspector_columns"])
        assert (kept["hidden"], kept["order"][1], kept["time"]) == (["Type"], "Data", "start")
        again = InspectorPane(type(inspection_of(stage))(inspection_of(stage).capture, shelf=stage.app))
        table = again.findChildren(SignalTable)[0]
        assert table.isColumnHidden(TYPE)
        assert table.horizontalHeader().visualIndex(DATA) == 1
        assert table.signals.time_mode == "start"
        again.deleteLater()
        columns.reset()
        assert not stage.find(SignalTable).isColumnHidden(TYPE)

    async def test_what_makes_no_sense_is_forgotten(self, stage: Stage) -> None:
        stage.app.save_settings(layout={"inspector_columns": '{"order": ["Data"]}'})
        await talking(stage)
        assert stage.find(SignalTable).horizontalHeader().visualIndex(DATA) == DATA

    async def test_a_million_has_room(self, stage: Stage) -> None:
        await talking(stage)
        table = stage.find(SignalTable)
        needed = QtGui.QFontMetrics(table.font()).horizontalAdvance("1000000")
        assert table.columnWidth(NUMBER) == 0 or table.columnWidth(NUMBER) >= needed

    async def test_a_view_takes_over_the_focus(self, stage: Stage) -> None:
        await talking(stage)
        for keys in ("Alt+4", "Alt+2", "Alt+1"):
            press(QtWidgets.QApplication.focusWidget(), keys)  # type: ignore[arg-type]
            view = stage.find(ViewStack).currentWidget()
            focus = QtWidgets.QApplication.focusWidget()
            assert view is not None
            assert focus is not None
            assert view.isAncestorOf(focus)
            assert not isinstance(focus, QtWidgets.QAbstractButton)
        filter_field = field(stage)
        filter_field.setFocus()
        press(filter_field, "Alt+4")
        assert filter_field.hasFocus()

    async def test_so_is_the_view(self, stage: Stage) -> None:
        await talking(stage)
        stage.button("Rates").click()
        await until(lambda: stage.app.settings.layout.get("inspector_view") == "rates")
        again = InspectorPane(type(inspection_of(stage))(inspection_of(stage).capture, shelf=stage.app))
        assert again.findChildren(ViewStack)[0].name == "rates"
        again.deleteLater()


class TestColours:
    async def test_the_filter_of_now_is_a_rule_at_once(self, stage: Stage) -> None:
        await talking(stage)
        inspection_of(stage).set_filter("type:score")
        _action(_menu(stage), "Colours of rows").trigger()
        assert inspection_of(stage).colors.rules == (ColorRule("type:score"),)

    async def test_a_rule_is_made_seen_and_kept(self, stage: Stage) -> None:
        await talking(stage)
        _action(_menu(stage), "Colours of rows").trigger()
        [dialog] = stage.window.findChildren(ColorDialog)
        dialog.findChildren(FilterField)[0].setText("type:score")
        colors = inspection_of(stage).colors
        assert colors.rules == (ColorRule("type:score"),)
        hues = colors.hues_of(list(inspection_of(stage).capture))
        assert set(hues.values()) == {0}
        assert len(hues) == 2
        assert "type:score" in stage.app.settings.layout["inspector_colors"]
        dialog.findChildren(FilterField)[0].setText("type:(")
        assert colors.hues_of(list(inspection_of(stage).capture)) == {}
        dialog.accept()


class TestStopping:
    async def test_stopped_is_not_frozen(self, stage: Stage) -> None:
        await talking(stage)
        before = len(shown(stage))
        stage.button("Stop capture").click()
        stage.link.say(signal(40, "ana", data="unheard"))
        stage.link.say(created(41, "ben"))
        await until(lambda: stage.session.people.is_here("ben"))
        assert len(inspection_of(stage).capture) == before
        stage.button("Stop capture").click()
        stage.link.say(signal(42, "ben", data="heard"))
        await until(lambda: "heard" in shown(stage))
        assert shown(stage)[before:] == ["The capture was stopped: 2 rows not kept.", "heard"]

    async def test_an_empty_table_says_what_to_do(self, stage: Stage) -> None:
        await talking(stage)
        table = stage.find(SignalTable)
        stage.button("Clear").click()
        assert "Nothing yet" in table.empty_words[0]
        field(stage).setText("type:nothing")
        await until(lambda: "No row passes" in table.empty_words[0])
        assert "type:nothing" in table.empty_words[1]


class Flood(QtCore.QObject):
    """Ana sends two thousand signals a second."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage, self.sent = stage, 0
        self.timer = QtCore.QTimer(self)
        self.timer.timeout.connect(self._send)
        self.timer.start(10)

    def _send(self) -> None:
        for _ in range(20):
            self._stage.link.say(signal(1_000 + self.sent, "ana", "cursor.move", f'{{"x": {self.sent}}}'))
            self.sent += 1


async def test_why_was_it_never_read(stage: Stage) -> None:
    """Somebody who has never seen the program, by keys alone (docs/INSPECTOR.md has the same steps)."""
    await stage.joined()
    stage.window.activateWindow()
    stage.link.say(created(15, "ben"))
    await until(lambda: stage.session.people.is_here("ben"))
    stage.link.answers = 20
    stage.session.send_chat("Are the slides ready?")
    await until(lambda: inspection_of(stage).capture.number_of(20) is not None)
    for seq, state, who in ((21, "read", "ana"), (22, "delivered", "ben")):
        data = json.dumps({"state": state, "epoch": "epoch-1", "ranges": [[20, 20]]})
        stage.link.say(signal(seq, who, "receipt", data, to="me"))
    stage.link.say(destroyed(2_520, "ben"))
    flood = Flood(stage)
    await until(lambda: flood.sent > 400)

    presses = 0
    for keys in ("Ctrl+L", *"is:unread", "Return", "Up"):
        widget = QtWidgets.QApplication.focusWidget()
        assert widget is not None
        press(widget, keys) if len(keys) > 1 else QtTest.QTest.keyClicks(widget, keys)
        presses += 1
    await until(lambda: inspection_of(stage).current_row is not None)
    flood.timer.stop()

    row = inspection_of(stage).current_row
    assert row is not None
    assert row.data == "Are the slides ready?"
    pages = [
        p for p in stage.window.findChildren(QtWidgets.QTreeWidget) if "Receipts of" in p.accessibleName()
    ]
    [page] = [page for page in pages if page.isVisible()]
    lines = [page.topLevelItem(place) for place in range(page.topLevelItemCount())]
    assert [line.text(0).strip() for line in lines if line is not None] == [
        "Ben ben", "left 2.5 s later, unread", "Ana ana",
    ]  # fmt: skip
    assert presses == 12


async def test_a_session_is_left_in_the_middle_of_a_filter(stage: Stage) -> None:
    """The window goes with the field that has the focus, its list open and ages being looked at."""
    await talking(stage)
    field(stage).setFocus()
    QtTest.QTest.keyClicks(field(stage), "age<1m type:")
    await until(lambda: inspection_of(stage).sieve.filtering or field(stage).offered)
    stage.session.leave()
    await until(lambda: not stage.has(SessionWindow))
    gc.collect()
    assert stage.window.isVisible()
