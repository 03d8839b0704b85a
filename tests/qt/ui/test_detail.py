"""All about a signal: its data in every way that fits, its envelope, its receipts; and two signals side by side."""

import json

from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.ui import theme
from heliograph.ui.inspector.detail import Detail
from heliograph.ui.inspector.detail_pages import FactsPage, TextPage
from heliograph.ui.inspector.json_tree import JsonTree
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable
from tests.qt.bridge.fakes import EPOCH, signal, until
from tests.qt.ui.stage import Stage

Key = QtCore.Qt.Key
DATA = '{"room": 4, "players": [{"id": "p1", "score": 12345678901234567890.50}], "room": "שלום"}'


async def looking(stage: Stage, *entries: object) -> Detail:
    """In a session where these came, looking at the last of them, in a wide window."""
    await stage.joined()
    stage.app.save_settings(pane="inspector")
    stage.window.resize(1_300, 800)
    for entry in entries:
        stage.link.say(entry)  # type: ignore[arg-type]
    if entries:
        last = entries[-1].seq  # type: ignore[attr-defined]
        await stage.select(lambda row: row.seq == last)
    return stage.find(Detail)


def tabs(stage: Stage) -> dict[str, QtWidgets.QTabBar]:
    bars = stage.find(Detail).findChildren(QtWidgets.QTabBar)
    return {
        bar.tabText(place): bar
        for bar in bars
        if bar.isVisibleTo(stage.window)
        for place in range(bar.count())
    }


def choose(stage: Stage, name: str) -> None:
    """As by a click on that tab."""
    bar = tabs(stage)[name]
    place = next(place for place in range(bar.count()) if bar.tabText(place) == name)
    QtTest.QTest.mouseClick(bar, QtCore.Qt.MouseButton.LeftButton, pos=bar.tabRect(place).center())


def chosen(stage: Stage) -> set[str]:
    return {bar.tabText(bar.currentIndex()) for bar in tabs(stage).values()}


def text(stage: Stage, name: str = "Data of the selected signal") -> str:
    [page] = [page for page in stage.find(Detail).findChildren(TextPage) if page.accessibleName() == name]
    return page.toPlainText()


def facts(stage: Stage, name: str) -> list[list[str]]:
    [page] = [
        page for page in stage.find(Detail).findChildren(FactsPage) if page.accessibleName().startswith(name)
    ]
    assert page.isVisibleTo(stage.window)
    return page.texts()


def clipboard() -> str:
    return QtWidgets.QApplication.clipboard().text()


def lines(tree: JsonTree) -> list[str]:
    """What is open in the tree."""
    found, index = [], tree.model().index(0, 0)
    while index.isValid():
        found.append(index.data())
        index = tree.indexBelow(index)
    return found


class TestTree:
    async def test_it_shows_what_was_written(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", DATA))
        assert lines(stage.find(JsonTree)) == [
            "{} 3 members", "room: 4", "players: [] 1 item", "0: {} 2 members", 'id: "p1"',
            "score: 12345678901234567890.50", 'room: "שלום"',
        ]  # fmt: skip

    async def test_keys_open_close_and_copy(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", DATA))
        tree = stage.find(JsonTree)
        tree.setFocus()
        for key in (Key.Key_Down, Key.Key_Down, Key.Key_Left):
            QtTest.QTest.keyClick(tree, key)
        assert "0: {} 2 members" not in lines(tree)
        QtTest.QTest.keyClick(tree, Key.Key_Right)
        for _ in range(3):
            QtTest.QTest.keyClick(tree, Key.Key_Down)
        QtTest.QTest.keySequence(tree, QtGui.QKeySequence("Ctrl+C"))
        assert clipboard() == "12345678901234567890.50"
        QtTest.QTest.keySequence(tree, QtGui.QKeySequence("Ctrl+Shift+C"))
        assert clipboard() == "$.players[0].score"
        QtTest.QTest.keyClick(tree, Key.Key_Up)
        QtTest.QTest.keyClick(tree, Key.Key_Up)
        QtTest.QTest.keySequence(tree, QtGui.QKeySequence("Ctrl+C"))
        assert clipboard().splitlines() == ["{", '  "id": "p1",', '  "score": 12345678901234567890.50', "}"]

    async def test_what_is_selected_stands_out_over_the_whole_width(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", '{"a": 1}'))
        tree = stage.find(JsonTree)
        tree.setCurrentIndex(tree.model().index(0, 0, tree.model().index(0, 0)))
        row = tree.visualRect(tree.currentIndex())
        picture = tree.viewport().grab().toImage()
        assert row.right() < picture.width() - 40
        ends = [picture.pixelColor(x, row.y() + 2) for x in (2, picture.width() - 3)]
        assert ends == [theme.color("selected")] * 2

    async def test_finding_within_it(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", DATA))
        tree = stage.find(JsonTree)
        tree.setFocus()
        QtTest.QTest.keySequence(tree, QtGui.QKeySequence("Ctrl+F"))
        field = stage.window.focusWidget()
        assert isinstance(field, QtWidgets.QLineEdit)
        assert field.accessibleName() == "Find in the data"
        QtTest.QTest.keyClicks(field, "ROOM")
        assert tree.currentIndex().data() == "room: 4"
        QtTest.QTest.keyClick(field, Key.Key_Return)
        assert tree.currentIndex().data() == 'room: "שלום"'
        said = [label.text() for label in stage.find(Detail).findChildren(QtWidgets.QLabel)]
        assert "2 of 2" in said
        QtTest.QTest.keyClick(field, Key.Key_Escape)
        assert tree.hasFocus()

    async def test_a_large_document_is_open_at_its_top_only(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "big", json.dumps([{"n": n} for n in range(400)])))
        shown = lines(stage.find(JsonTree))
        assert len(shown) == 401
        assert shown[1] == "0: {} 1 member"

    async def test_nested_a_hundred_deep(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "deep", "[" * 100 + "]" * 100))
        assert len(lines(stage.find(JsonTree))) == 100


class TestTabs:
    async def test_the_chosen_one_comes_up_again_where_there_is_one(self, stage: Stage) -> None:
        await looking(
            stage,
            signal(11, "ana", "a", "[1]"),
            signal(12, "ana", "b", "text"),
            signal(13, "ana", "c", "[3]"),
        )
        assert chosen(stage) == {"JSON", "Envelope"}
        choose(stage, "Hex")
        choose(stage, "Frame")
        await stage.select(lambda row: row.type == "b")
        assert chosen(stage) == {"Hex", "Frame"}
        await stage.select(lambda row: row.type == "c")
        assert chosen(stage) == {"Hex", "Frame"}
        choose(stage, "JSON")
        await stage.select(lambda row: row.type == "b")
        assert chosen(stage) == {"Text", "Frame"}
        await stage.select(lambda row: row.type == "c")
        assert chosen(stage) == {"JSON", "Frame"}

    async def test_one_chosen_by_arrows_is_chosen_too(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "a", "[1]"), signal(12, "ana", "b", "[2]"))
        bar = tabs(stage)["JSON"]
        bar.setFocus()
        QtTest.QTest.keyClick(bar, Key.Key_Right)
        assert text(stage) == "[2]"
        await stage.select(lambda row: row.type == "a")
        assert text(stage) == "[1]"
        assert "Text" in chosen(stage)

    async def test_data_that_is_empty_and_data_that_is_not_there(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "a", ""), signal(12, "ana", "a", None))
        [page] = [
            p for p in stage.find(Detail).findChildren(TextPage) if p.accessibleName().startswith("Data")
        ]
        assert page.placeholderText() == "This signal has no data."
        await stage.select(lambda row: row.seq == 11)
        assert page.placeholderText() == "The data is there, and empty."

    async def test_a_receipt_is_said_in_words(self, stage: Stage) -> None:
        data = json.dumps({"state": "read", "epoch": EPOCH, "ranges": [[12, 15]]})
        await looking(stage, signal(11, "ana", "receipt", data, to="me"))
        assert text(stage).startswith("read 12–15")

    async def test_where_it_is_narrow_all_lie_on_one_pile(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "a", "[1]"))
        assert len({id(bar) for bar in tabs(stage).values()}) == 2
        stage.find(Detail).resize(400, 200)
        assert len({id(bar) for bar in tabs(stage).values()}) == 1
        choose(stage, "Envelope")
        assert ["type", "a"] in facts(stage, "Envelope")


class TestEnvelope:
    async def test_members_and_their_copies(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", DATA))
        found = dict(facts(stage, "Envelope"))
        assert (found["seq"], found["to"], found["type"], found["bytes"]) == (
            "11",
            "everyone",
            "state",
            "97",
        )
        assert found["from"].startswith("Ana ana  (ana)")
        [page] = [
            p for p in stage.find(Detail).findChildren(FactsPage) if p.accessibleName().startswith("Envelope")
        ]
        page.setFocus()
        QtTest.QTest.keyClick(page, Key.Key_End)
        QtTest.QTest.keySequence(page, QtGui.QKeySequence("Ctrl+C"))
        assert clipboard() == "97"

    async def test_the_frame_is_that_of_the_wire(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", "é", to="me"))
        choose(stage, "Frame")
        frame = json.loads(text(stage, "Frame of the selected signal"))
        assert (frame["op"], frame["seq"], frame["from"], frame["to"], frame["data"]) == (
            "signal",
            11,
            "ana",
            "me",
            "é",
        )

    async def test_a_server_has_no_connection(self, stage: Stage) -> None:
        await looking(stage, signal(11, None, "state", "x"))
        assert dict(facts(stage, "Envelope"))["from"] == "server"


class TestReceipts:
    async def test_who_got_and_read_mine_as_it_is_told(self, stage: Stage) -> None:
        await looking(stage)
        stage.link.answers = 20
        stage.session.send_signal("mine", "x")
        await stage.select(lambda row: row.type == "mine")
        await until(lambda: "Receipts" in tabs(stage))  # once the relay has answered
        choose(stage, "Receipts")
        assert facts(stage, "Receipts of") == [["Ana ana", "not yet", "not yet"]]
        data = json.dumps({"state": "delivered", "epoch": EPOCH, "ranges": [[20, 20]]})
        stage.link.say(signal(21, "ana", "receipt", data, to="me"))
        await until(lambda: facts(stage, "Receipts of") == [["Ana ana", "1 ms", "not yet"]])
        stage.link.say(signal(29, "ana", "receipt", data.replace("delivered", "read"), to="me"))
        await until(lambda: facts(stage, "Receipts of") == [["Ana ana", "1 ms", "9 ms"]])

    async def test_which_i_sent_for_theirs(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "state", "x"))
        choose(stage, "Receipts")
        stage.link.answers = 30
        await until(lambda: stage.link.of_type("receipt"))
        ref = next(sent[0] for sent in stage.link.sent if sent[1] == "receipt")
        stage.link.acknowledge(ref)
        await until(lambda: facts(stage, "Receipts that")[0][1] == "delivered")


class TestCompare:
    async def test_two_selected_rows(self, stage: Stage) -> None:
        await looking(
            stage, signal(11, "ana", "state", '{"a": 1, "b": [1]}'), signal(14, "ana", "other", '{"b": [1, 2]}')
        )  # fmt: skip
        table = stage.find(SignalTable)
        table.setFocus()
        QtTest.QTest.keyClick(table, Key.Key_Up, QtCore.Qt.KeyboardModifier.ShiftModifier)
        assert "Compare" in tabs(stage)
        assert [row[:2] for row in facts(stage, "Differences")] == [
            ["type", "≠"], ["$.a", "−"], ["$.b[1]", "+"],
        ]  # fmt: skip
        said = [label.text() for label in stage.find(Detail).findChildren(QtWidgets.QLabel)]
        assert any(
            "3 ms after" in words and "2 differences in the data, 1 in the envelope" in words
            for words in said
        )
        QtTest.QTest.keyClick(table, Key.Key_Up)
        assert "Compare" not in tabs(stage)

    async def test_select_all_is_no_pair(self, stage: Stage) -> None:
        await looking(stage, signal(11, "ana", "a", "1"), signal(12, "ana", "b", "2"))
        stage.find(SignalTable).selectAll()
        assert "Compare" not in tabs(stage)


async def test_nothing_is_left_of_a_cleared_row(stage: Stage) -> None:
    detail = await looking(stage, signal(11, "ana", "a", "[1]"))
    assert detail.row is not None
    stage.button("Clear").click()
    await until(lambda: detail.row is None)
    assert stage.find(InspectorPane).isVisible()
