"""What a screen reader gets to hear, asked the way that it asks: through QAccessible."""

import gc
from collections.abc import Iterator

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from pytestqt.qtbot import QtBot

from heliograph.ui.chat.bubble import sentence
from heliograph.ui.chat.view import ChatView
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.people_panel import PeoplePanel
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import Stage
from tests.qt.ui.test_chat_view import said, shown

Accessible = QtGui.QAccessible
Role, Text = QtGui.QAccessible.Role, QtGui.QAccessible.Text


@pytest.fixture
def listening() -> Iterator[None]:
    """As while a screen reader runs."""
    Accessible.setActive(True)
    yield
    Accessible.setActive(False)


@pytest.fixture
def view(qtbot: QtBot, qapp: QtWidgets.QApplication, listening: None) -> ChatView:
    view = shown(qtbot, qapp)
    view.open_messages(said(300), None)
    return view


def interface(thing: QtCore.QObject) -> QtGui.QAccessibleInterface:
    found = Accessible.queryAccessibleInterface(thing)
    assert found is not None
    return found


def names(found: QtGui.QAccessibleInterface) -> list[str]:
    return [found.child(i).text(Text.Name) for i in range(found.childCount())]


class TestMessages:
    def test_a_list_of_the_messages_in_sight(self, view: ChatView) -> None:
        found = interface(view)
        assert found.role() == Role.List
        assert found.text(Text.Name) == "Messages"
        assert 3 <= found.childCount() < 30
        assert names(found) == [sentence(message) for message in view.messages_in_sight()]
        assert {found.child(i).role() for i in range(found.childCount())} == {Role.ListItem}

    def test_items_know_their_list_and_place(self, view: ChatView) -> None:
        found = interface(view)
        for index in range(found.childCount()):
            item = found.child(index)
            assert item.isValid()
            assert item.parent().role() == Role.List
            assert found.indexOfChild(item) == index
            rect = item.rect()
            assert found.rect().contains(rect)
            at = found.childAt(rect.center().x(), rect.center().y())
            assert at.text(Text.Name) == item.text(Text.Name)
        assert found.child(found.childCount()) is None
        assert found.childAt(-5, -5) is None

    def test_the_focus_is_told(self, view: ChatView) -> None:
        view.reveal("290")
        found = interface(view)
        focused = found.focusChild()
        assert focused.text(Text.Name).endswith(view.focused_message().text)  # type: ignore[union-attr]
        states = [found.child(i).state().focused for i in range(found.childCount())]
        assert states.count(True) == 1
        view.clearFocus()
        assert found.focusChild() is None
        assert not focused.state().focused

    def test_an_item_outlives_being_in_sight(self, view: ChatView) -> None:
        found = interface(view)
        item = found.child(0)
        words = item.text(Text.Name)
        view.reveal("3")
        assert item.isValid()
        assert item.text(Text.Name) == words
        assert item.state().offscreen
        assert item.rect().isEmpty()

    def test_an_item_of_another_conversation_is_defunct(self, view: ChatView) -> None:
        item = interface(view).child(0)
        view.open_messages(said(3, 5_000), None)
        assert not item.isValid()
        assert item.state().invalid
        assert item.text(Text.Name) == ""

    def test_much_scrolling_keeps_no_heap_of_items(self, view: ChatView) -> None:
        found = interface(view)
        for ref in range(300):
            view.reveal(str(ref))
            for index in range(found.childCount()):
                assert Accessible.uniqueId(found.child(index))
            gc.collect(0)
        kept = [thing for thing in gc.get_objects() if type(thing).__name__ == "MessageItem"]
        assert len(kept) <= 230
        assert names(found) == [sentence(message) for message in view.messages_in_sight()]

    def test_new_messages_are_heard_of(self, view: ChatView) -> None:
        messages = said(301)
        view.show_messages(messages, None)
        assert names(interface(view))[-1] == sentence(messages[-1])

    def test_views_come_and_go(self, qtbot: QtBot, view: ChatView) -> None:
        for _ in range(20):
            other = ChatView()
            other.resize(300, 200)
            other.open_messages(said(30), None)
            found = interface(other)
            assert [Accessible.uniqueId(found.child(i)) for i in range(found.childCount())]
            other.deleteLater()
            QtCore.QCoreApplication.sendPostedEvents(other, QtCore.QEvent.Type.DeferredDelete)
            del other, found
            gc.collect()
        assert names(interface(view))


@pytest.mark.usefixtures("listening")
class TestSession:
    async def test_rows_of_the_inspector_read_as_sentences(self, stage: Stage) -> None:
        await stage.joined()
        for number in range(3):
            stage.link.say(signal(11 + number, "ana", "score", f"n{number}"))
        table = stage.find(SignalTable)
        await until(lambda: table.model().rowCount() >= 4)
        table.setFocus()
        table.choose_row(1)
        row = interface(table).focusChild()
        assert row is not None
        words = row.text(Text.Name)
        assert "signal from Ana to everyone, type score, n0, 7 bytes" in words
        table.setCurrentIndex(table.currentIndex().siblingAtColumn(5))
        assert interface(table).focusChild().text(Text.Name) == "score"
        table.setCurrentIndex(table.model().index(2, 5))
        assert "type score, n1" in interface(table).focusChild().text(Text.Name)

    async def test_people_read_as_sentences(self, stage: Stage) -> None:
        await stage.joined()
        view = stage.find(PeoplePanel).findChildren(QtWidgets.QListView)[0]
        found = interface(view)
        assert found.text(Text.Name) == "People in this session"
        assert any(words.startswith("Ana, ") for words in names(found))
        assert any("you" in words for words in names(found))

    async def test_a_message_is_announced_where_one_writes(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(signal(11, "ana", data="hello"))
        await until(lambda: stage.session.chat.messages(""))
        found = interface(stage.find(ChatView))
        await until(lambda: found.childCount() == 1)
        assert "Ana (" in names(found)[0]
        assert names(found)[0].endswith(": hello")
