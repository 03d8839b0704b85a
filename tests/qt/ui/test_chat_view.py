"""The list of messages: where the person is stays where they are; keys and menus act where the eye is."""

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from pytestqt.qtbot import QtBot

from heliograph.model.conversation import Message, State
from heliograph.ui import theme
from heliograph.ui.chat.bubble import lay_out
from heliograph.ui.chat.rows import MessageRow
from heliograph.ui.chat.view import ChatView
from tests.qt.ui.test_rows import message

Key = QtCore.Qt.Key


def said(count: int, first: int = 0) -> list[Message]:
    made = [message(str(i), i / 10, "ana" if i % 7 else "ben") for i in range(first, first + count)]
    for m in made:
        m.text = f"message {m.ref} " + "word " * (abs(int(m.ref)) % 40)
    return made


def shown(qtbot: QtBot, qapp: QtWidgets.QApplication) -> ChatView:
    """On the screen, with the keyboard."""
    theme.apply(qapp, "light")
    view = ChatView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.show()
    view.activateWindow()
    view.setFocus()
    return view


@pytest.fixture
def view(qtbot: QtBot, qapp: QtWidgets.QApplication) -> ChatView:
    return shown(qtbot, qapp)


def seen(view: ChatView) -> list[str]:
    return [m.ref for m in view.messages_in_sight()]


def places(view: ChatView) -> dict[str, int]:
    found = {m.ref: view.rect_of(m.ref) for m in view.messages_in_sight()}
    return {ref: rect.bottom() for ref, rect in found.items() if rect is not None}


class TestPlace:
    def test_a_new_message_comes_into_sight_at_the_end(self, view: ChatView) -> None:
        messages = said(1_000)
        view.open_messages(messages, None)
        assert seen(view)[-1] == "999"
        messages += said(3, 1_000)
        view.show_messages(messages, None)
        assert seen(view)[-1] == "1002"
        assert view.is_at_end

    def test_nothing_moves_for_who_has_scrolled_up(self, view: ChatView) -> None:
        messages = said(1_000)
        view.open_messages(messages, None)
        view.verticalScrollBar().setValue(9_000)
        before = places(view)
        assert not view.is_at_end
        messages += said(50, 1_000)
        view.show_messages(messages, None)
        assert places(view) == before

    def test_nothing_moves_when_older_ones_come(self, view: ChatView) -> None:
        messages = said(200)
        view.open_messages(messages, None)
        asked: list[object] = []
        view.wants_older.connect(asked.append)
        view.verticalScrollBar().setValue(5)
        assert not asked
        view.verticalScrollBar().setValue(0)
        assert asked
        before = places(view)
        messages[:0] = said(200, -200)
        view.show_messages(messages, None)
        # The day above what was the first message is gone: older ones of that day stand in its place.
        assert places(view).items() >= before.items()
        assert view.verticalScrollBar().value() > 3_000

    def test_nothing_moves_when_messages_above_grow_or_go(self, view: ChatView) -> None:
        messages = said(300)
        view.open_messages(messages, None)
        view.verticalScrollBar().setValue(6_000)
        before = places(view)
        del messages[3]
        view.show_messages(messages, None)
        assert places(view) == before
        view.refresh({"5", "6"})
        assert places(view) == before

    def test_the_place_survives_another_width(self, view: ChatView) -> None:
        view.open_messages(said(300), None)
        view.verticalScrollBar().setValue(6_000)
        first = seen(view)[0]
        view.resize(300, 400)
        assert seen(view)[0] == first
        view.resize(900, 400)
        assert seen(view)[0] == first

    def test_a_discarded_anchor_is_no_jump(self, view: ChatView) -> None:
        messages = said(300)
        view.open_messages(messages, None)
        view.verticalScrollBar().setValue(6_000)
        first = seen(view)[0]
        messages.remove(next(m for m in messages if m.ref == first))
        view.show_messages(messages, None)
        assert abs(int(seen(view)[0]) - int(first)) <= 2

    def test_opens_at_what_is_unread(self, view: ChatView) -> None:
        view.open_messages(said(300), "100")
        assert seen(view)[0] == "100"
        assert not view.is_at_end
        view.go_to_end()
        assert view.is_at_end

    def test_a_chat_that_fits_asks_for_more(self, view: ChatView) -> None:
        asked: list[object] = []
        view.wants_older.connect(asked.append)
        view.open_messages(said(2), None)
        assert view.is_at_end
        assert asked

    def test_heights_are_found_bit_by_bit(self, view: ChatView, qtbot: QtBot) -> None:
        view.open_messages(said(20_000), None)
        before = view.verticalScrollBar().maximum()
        qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 1.2 * before)
        assert view.is_at_end
        view.resize(300, 400)
        narrow = view.verticalScrollBar().maximum()
        qtbot.waitUntil(lambda: view.verticalScrollBar().maximum() > 1.2 * narrow)
        assert seen(view)[-1] == "19999"


class TestKeys:
    def focused(self, view: ChatView) -> str:
        found = view.focused_message()
        return found.ref if found else ""

    def press(self, view: ChatView, key: Key, times: int = 1) -> None:
        for _ in range(times):
            QtTest.QTest.keyClick(view, key)

    def test_tab_gives_the_newest_the_focus(self, view: ChatView) -> None:
        view.open_messages(said(300), None)
        view.clearFocus()
        view.setFocus(QtCore.Qt.FocusReason.TabFocusReason)
        assert self.focused(view) == "299"
        assert view.is_at_end

    def test_arrows_step_and_scroll(self, view: ChatView) -> None:
        view.open_messages(said(300), None)
        self.press(view, Key.Key_Up)
        assert self.focused(view) == "299"
        self.press(view, Key.Key_Up, 40)
        assert self.focused(view) == "259"
        assert "259" in seen(view)
        assert not view.is_at_end
        self.press(view, Key.Key_Down, 2)
        assert self.focused(view) == "261"
        self.press(view, Key.Key_Home)
        assert self.focused(view) == "0"
        self.press(view, Key.Key_End)
        assert self.focused(view) == "299"
        assert view.is_at_end

    def test_arrows_begin_where_the_eye_is(self, view: ChatView) -> None:
        view.open_messages(said(300), None)
        self.press(view, Key.Key_Home)
        view.verticalScrollBar().setValue(6_000)
        first = seen(view)[0]
        self.press(view, Key.Key_Down)
        assert self.focused(view) == first

    def test_a_message_taller_than_the_window_can_be_read_by_keys(self, view: ChatView) -> None:
        messages = said(3)
        messages[1].text = "line\n" * 100
        view.open_messages(messages, None)
        self.press(view, Key.Key_Home)
        self.press(view, Key.Key_Down)
        assert self.focused(view) == "1"
        assert seen(view)[0] == "1"
        self.press(view, Key.Key_Down, 5)
        assert self.focused(view) == "1"
        self.press(view, Key.Key_Down, 60)
        assert self.focused(view) == "2"
        self.press(view, Key.Key_Up)
        assert self.focused(view) == "1"
        assert seen(view)[0] == "1"
        assert view.height() - 20 <= places(view)["1"] <= view.height()
        self.press(view, Key.Key_Up, 60)
        assert self.focused(view) == "0"

    def test_pages(self, view: ChatView) -> None:
        view.open_messages(said(300), None)
        before = view.verticalScrollBar().value()
        self.press(view, Key.Key_PageUp)
        assert view.verticalScrollBar().value() < before - 300

    @pytest.mark.parametrize("by_key", [Key.Key_Return, None])
    def test_the_menu_opens_at_the_message(self, view: ChatView, by_key: Key | None) -> None:
        view.open_messages(said(300), None)
        self.press(view, Key.Key_Up, 3)
        wanted: list[tuple[Message, QtCore.QPoint]] = []
        view.menu_wanted.connect(wanted.append)
        if by_key is not None:
            self.press(view, by_key)
        else:
            reason = QtGui.QContextMenuEvent.Reason.Keyboard
            event = QtGui.QContextMenuEvent(
                reason, QtCore.QPoint(0, 0), view.mapToGlobal(QtCore.QPoint(0, 0))
            )
            QtWidgets.QApplication.sendEvent(view, event)
        [(found, place)] = wanted
        assert found is view.focused_message()
        rect = view.rect_of(found.ref)
        assert rect is not None
        assert rect.contains(view.viewport().mapFromGlobal(place))

    def test_no_menu_beside_the_messages(self, view: ChatView) -> None:
        view.open_messages(said(1), None)
        wanted: list[object] = []
        view.menu_wanted.connect(wanted.append)
        self.press(view, Key.Key_Home)
        point = QtCore.QPoint(5, 2)
        reason = QtGui.QContextMenuEvent.Reason.Mouse
        event = QtGui.QContextMenuEvent(reason, point, view.viewport().mapToGlobal(point))
        QtWidgets.QApplication.sendEvent(view.viewport(), event)
        assert not wanted

    def test_select_all_copy_and_let_go(self, view: ChatView) -> None:
        messages = said(3)
        view.open_messages(messages, None)
        self.press(view, Key.Key_Up)
        control = QtCore.Qt.KeyboardModifier.ControlModifier
        QtTest.QTest.keyClick(view, Key.Key_A, control)
        QtTest.QTest.keyClick(view, Key.Key_C, control)
        assert QtWidgets.QApplication.clipboard().text() == messages[-1].text
        self.press(view, Key.Key_Escape)
        assert view.selected_text() == messages[-1].text

    def test_a_selection_is_what_is_copied(self, view: ChatView) -> None:
        messages = said(3)
        messages[2].text = "alpha beta gamma"
        view.open_messages(messages, None)
        rect = view.rect_of("2")
        assert rect is not None
        inside = QtCore.QPoint(rect.left() + 30, rect.center().y())
        QtTest.QTest.mouseDClick(view.viewport(), QtCore.Qt.MouseButton.LeftButton, pos=inside)
        QtTest.QTest.keyClick(view, Key.Key_C, QtCore.Qt.KeyboardModifier.ControlModifier)
        assert QtWidgets.QApplication.clipboard().text() in ("alpha", "beta", "gamma")

    def test_retry(self, view: ChatView) -> None:
        messages = said(3)
        messages[2].mine, messages[2].state, messages[2].problem = True, State.FAILED, "no"
        view.open_messages(messages, None)
        acted: list[tuple[str, Message]] = []
        view.acted.connect(acted.append)
        self.press(view, Key.Key_Up)
        self.press(view, Key.Key_R)
        assert acted == [("retry", messages[2])]


@pytest.mark.parametrize("words", [3, 60])
def test_no_button_stands_on_what_is_said(view: ChatView, words: int) -> None:
    [one] = said(1, 1)
    one.text, one.fresh = "word " * words, True
    bubble = lay_out(MessageRow(one, leads=True, at=one.at), 500)
    [button] = bubble.areas
    assert button.action == "receipt"
    assert not bubble.rect.intersects(button.rect)
    assert button.rect.right() <= 500
    assert button.rect.bottom() <= bubble.height


def test_a_message_that_is_pointed_at_is_seen_without_the_focus(view: ChatView) -> None:
    view.open_messages(said(3), None)
    view.clearFocus()
    before = view.grab().toImage()
    view.reveal("1")
    assert not view.hasFocus()
    pointed_at = view.grab().toImage()
    assert pointed_at != before
    view.open_messages(said(3), None)
    assert view.grab().toImage() == before
