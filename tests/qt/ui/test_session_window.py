"""The session window does what a person asks of it, over real controllers."""

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.client.events import State, Status
from heliograph.model.conversation import EVERYONE
from heliograph.model.conversation import State as MessageState
from heliograph.model.developer import MadeSessions
from heliograph.ui import theme
from heliograph.ui.chat.bubble import AGAIN, state_words
from heliograph.ui.chat.composer import Composer
from heliograph.ui.chat.held import HeldLine
from heliograph.ui.chat.message_menu import remedies
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.chat.view import ChatView
from heliograph.ui.controls import Tool
from heliograph.ui.inspector.model import CaptureModel
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.people_list import PERSON
from heliograph.ui.people_panel import PeoplePanel
from heliograph.ui.session_window import SessionWindow
from heliograph.ui.toolbar import Toolbar
from heliograph_relay.protocol.native import Inspected
from tests.qt.bridge.fakes import connection, created, destroyed, joined, signal, until
from tests.qt.ui.stage import Stage

Key = QtCore.Qt.Key


def type_and_send(stage: Stage, text: str) -> None:
    field = stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]
    field.setPlainText(text)
    QtTest.QTest.keyClick(field, Key.Key_Return)


class PaintWatch(QtCore.QObject):
    """What of a widget is painted."""

    def __init__(self, widget: QtWidgets.QWidget) -> None:
        super().__init__(widget)
        self.rects: list[QtCore.QRect] = []
        widget.repaint()
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QtCore.QObject, event: QtCore.QEvent) -> bool:
        if isinstance(event, QtGui.QPaintEvent):
            self.rects.append(event.rect())
        return False


def _revealed(view: ChatView, ref: str) -> bool:
    """Whether the message is shown by now, and has the focus."""
    view.reveal(ref)
    message = view.focused_message()
    return message is not None and message.ref == ref


def table_text(stage: Stage) -> list[str]:
    model = stage.find(SignalTable).model()
    assert isinstance(model, CaptureModel)
    return [model.sentence(model.row(row)) for row in range(model.rowCount())]


class TestChat:
    async def test_enter_sends_and_clears(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.answers = 20
        type_and_send(stage, "Good morning")
        await until(lambda: stage.link.of_type("chat"))
        assert stage.link.of_type("chat") == [("Good morning", None)]
        assert stage.find(Composer).text() == ""
        [message] = stage.session.chat.messages("")
        assert message.state is MessageState.ON_RELAY

    async def test_the_field_has_the_focus_after_send_was_pressed(self, stage: Stage) -> None:
        await stage.joined()
        stage.window.activateWindow()
        field = stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]
        field.setPlainText("hello")
        button = stage.button("Send")
        button.setFocus()
        QtTest.QTest.keyClick(button, Key.Key_Space)
        await until(lambda: stage.link.of_type("chat"))
        assert field.hasFocus()

    async def test_shift_enter_breaks_the_line(self, stage: Stage) -> None:
        await stage.joined()
        field = stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]
        QtTest.QTest.keyClicks(field, "one")
        QtTest.QTest.keyClick(field, Key.Key_Return, QtCore.Qt.KeyboardModifier.ShiftModifier)
        QtTest.QTest.keyClicks(field, "two")
        assert stage.find(Composer).text() == "one\ntwo"
        assert not stage.link.of_type("chat")

    async def test_too_much_cannot_be_sent_and_stays(self, stage: Stage) -> None:
        await stage.joined()
        long = "é" * 4_097
        type_and_send(stage, long)
        assert stage.find(Composer).text() == long
        assert not stage.button("Send").isEnabled()
        hints = [label.text() for label in stage.find(Composer).findChildren(QtWidgets.QLabel)]
        assert any("2 too many" in hint for hint in hints)

    async def test_a_draft_stays_with_its_conversation(self, stage: Stage) -> None:
        await stage.joined()
        pane, composer = stage.find(ChatPane), stage.find(Composer)
        field = composer.findChildren(QtWidgets.QPlainTextEdit)[0]
        field.setPlainText("to all")
        pane.open("ana")
        assert composer.text() == ""
        field.setPlainText("to Ana")
        pane.open("")
        assert composer.text() == "to all"
        pane.open("ana")
        assert composer.text() == "to Ana"

    async def test_the_field_says_at_once_who_is_written_to(self, stage: Stage) -> None:
        await stage.joined()
        pane = stage.find(ChatPane)
        pane.open("ana")
        field = stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]
        painted = PaintWatch(field.viewport())
        for key, words in (("", "Message everyone"), ("ana", "Private message to Ana")):
            painted.rects.clear()
            pane.open(key)
            assert field.placeholderText() == words
            await until(lambda: any(rect == field.viewport().rect() for rect in painted.rects))

    async def test_nobody_writes_to_somebody_who_left(self, stage: Stage) -> None:
        await stage.joined()
        stage.find(ChatPane).open("ana")
        stage.link.say(destroyed(11, "ana"))
        field = stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]
        await until(field.isReadOnly)
        assert "Ana has left" in field.placeholderText()

    async def test_a_failed_message_is_retried_by_key(self, stage: Stage) -> None:
        await stage.joined()
        ref = stage.session.send_chat("hello")
        await until(lambda: stage.link.of_type("chat"))
        from heliograph.client.events import Rejected  # noqa: PLC0415

        stage.link.say(Rejected(ref, 400, "invalidSignal", "no"))
        message = stage.session.chat.get(ref)
        assert message is not None
        await until(lambda: message.state is MessageState.FAILED)
        view = stage.find(ChatView)
        await until(lambda: _revealed(view, ref))
        QtTest.QTest.keyClick(view, Key.Key_R)
        await until(lambda: len(stage.link.of_type("chat")) == 2)

    @pytest.mark.parametrize("namesakes", [1, 2])
    async def test_a_message_for_one_who_is_somebody_new_can_be_sent_to_them(
        self, stage: Stage, namesakes: int
    ) -> None:
        await stage.joined()
        stage.link.say(Status(State.RECONNECTING, "The connection was lost."))
        stage.session.send_chat("psst", "ana")
        stage.find(ChatPane).open("ana")
        view = stage.find(ChatView)
        await until(view.messages_in_sight)
        new = [connection(f"ana{number}", name="Ana") for number in range(namesakes)]
        stage.link.say(joined(*new, recovered=False, me="me2", epoch="epoch-2"))
        stage.link.say(Status(State.JOINED))
        [message] = stage.session.chat.messages("ana")
        await until(lambda: message.state is MessageState.FAILED)
        view.setFocus()
        await until(lambda: _revealed(view, message.ref))
        QtTest.QTest.keyClick(view, Key.Key_R)  # nothing is sent by the key of the usual remedy
        [menu] = [m for m in stage.window.findChildren(QtWidgets.QMenu) if m.isVisible()]
        offers = [action for action in menu.actions() if action.text().startswith("Send to Ana (")]
        assert len(offers) == namesakes
        assert not any(action.text() == "Retry" for action in menu.actions())
        assert not stage.link.of_type("chat")
        menu.close()
        if namesakes == 1:
            view.acted.emit(("redirect", message))
        else:
            offers[0].trigger()
        await until(lambda: stage.link.of_type("chat"))
        assert stage.link.of_type("chat") == [("psst", "ana0")]
        assert stage.find(ChatPane).shown == "ana0"
        assert stage.session.chat.messages("ana") == []

    async def test_the_read_receipt_button_of_a_message(self, stage: Stage) -> None:
        await stage.joined()
        stage.session.set_switch("read", False)
        stage.link.say(signal(11, "ana", data="hello"))
        await until(lambda: stage.session.chat.messages(""))
        [message] = stage.session.chat.messages("")
        assert message.may_send_receipt
        stage.find(ChatView).acted.emit(("receipt", message))
        await until(lambda: any('"read"' in (data or "") for data, _ in stage.link.of_type("receipt")))
        assert not message.may_send_receipt

    async def test_many_messages_are_shown_at_their_end(self, stage: Stage) -> None:
        await stage.joined()
        for number in range(3_000):
            stage.link.say(signal(11 + number, "ana", data=f"message {number} " + "word " * (number % 40)))
        view = stage.find(ChatView)
        await until(lambda: len(stage.session.chat.messages("")) == 3_000)
        await until(lambda: view.verticalScrollBar().maximum() > 10_000)
        view.go_to_end()
        assert view.verticalScrollBar().value() == view.verticalScrollBar().maximum()
        assert view.grab().toImage().pixelColor(5, 5) == theme.color("window")
        view.reveal("epoch-1:11")
        assert not view.is_at_end
        focused = view.focused_message()
        assert focused is not None
        assert focused.text.startswith("message 0")


class TestToolbar:
    async def test_ping_everyone(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.answers = 20
        stage.button("Ping everyone").click()
        await until(lambda: (None, None) in stage.link.of_type(None))

    async def test_mark_as_read(self, stage: Stage) -> None:
        await stage.joined()
        stage.session.looking_at(None)
        stage.session.set_switch("read", False)
        stage.link.say(signal(11, "ana"))
        await until(lambda: stage.session.chat.messages(""))
        stage.button("Mark this conversation as read").click()
        await until(lambda: any('"read"' in (data or "") for data, _ in stage.link.of_type("receipt")))

    @pytest.mark.parametrize(
        ("name", "words"), [("delivered", "Delivered"), ("read", "Read"), ("typing", "Typing")]
    )
    async def test_switches(self, stage: Stage, name: str, words: str) -> None:
        await stage.joined()
        [button] = [b for b in stage.window.findChildren(QtWidgets.QToolButton) if b.text() == words]
        assert button.isChecked()
        button.click()
        assert getattr(stage.session.switches, name) is False

    @pytest.mark.parametrize("width", [1_200, 800, 600, 430])
    async def test_nothing_lies_upon_anything_else_in_the_toolbar(self, stage: Stage, width: int) -> None:
        await stage.joined()
        stage.app.save_settings(pane="chat")
        toolbar = stage.find(Toolbar)
        toolbar.setFixedWidth(width)
        await until(lambda: toolbar.width() == width)
        places = [b.geometry() for b in toolbar.findChildren(Tool) if b.isVisible() and b.parent() is toolbar]
        assert len(places) >= 4
        for number, place in enumerate(places):
            assert not any(place.intersects(other) for other in places[number + 1 :])
            assert place.right() <= width

    async def test_panes_and_theme(self, stage: Stage) -> None:
        await stage.joined()
        stage.button("Inspector only").click()
        assert not stage.find(ChatPane).isVisible()
        stage.button("Chat only").click()
        assert not stage.find(InspectorPane).isVisible()
        assert stage.app.settings.pane == "chat"
        dark = theme.current().is_dark
        stage.button("Light or dark").click()
        assert theme.current().is_dark != dark

    async def test_every_control_has_a_name_for_screen_readers(self, stage: Stage) -> None:
        await stage.hosting()
        nameless = [
            widget
            for widget in stage.find(SessionWindow).findChildren(QtWidgets.QWidget)
            if widget.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus
            and not isinstance(widget, QtWidgets.QScrollBar | QtWidgets.QTabBar)
            and widget.isVisible()
            and not widget.accessibleName()
            and not getattr(widget, "text", str)()
        ]
        assert not nameless


class TestPeople:
    async def test_who_comes_and_goes(self, stage: Stage) -> None:
        await stage.joined()
        people = stage.find(PeoplePanel).findChildren(QtWidgets.QListView)[0].model()
        assert people.rowCount() == 2
        stage.link.say(created(11, "ben"))
        await until(lambda: people.rowCount() == 3)
        stage.link.say(destroyed(12, "ana"))
        await until(lambda: people.rowCount() == 2)

    async def test_nobody_is_chosen_because_somebody_left(self, stage: Stage) -> None:
        await stage.hosting()
        stage.link.say(created(11, "bo"))
        [people] = stage.find(PeoplePanel).findChildren(QtWidgets.QListView)
        await until(lambda: people.model().rowCount() == 3)
        stage.find(ChatPane).open("ana")
        assert people.currentIndex().data(PERSON).id == "ana"
        stage.link.say(destroyed(12, "ana"))
        await until(lambda: people.model().rowCount() == 2)
        assert not people.currentIndex().isValid()
        assert not people.selectionModel().hasSelection()
        assert not stage.button("Disconnect from the session").isEnabled()
        stage.find(ChatPane).open("bo")
        assert people.currentIndex().data(PERSON).id == "bo"
        stage.find(ChatPane).open("")
        assert not people.currentIndex().isValid()

    async def test_disconnect_asks_first(self, stage: Stage) -> None:
        await stage.hosting()
        panel = stage.find(PeoplePanel)
        view = panel.findChildren(QtWidgets.QListView)[0]
        view.setCurrentIndex(view.model().index(1, 0))
        stage.button("Disconnect from the session").click()
        [box] = stage.window.findChildren(QtWidgets.QMessageBox)
        assert "Ana" in box.text()
        assert not stage.link.put_out
        [yes] = [b for b in box.buttons() if b.text() == "Disconnect"]
        yes.click()
        assert stage.link.put_out == ["ana"]

    async def test_guests_cannot_disconnect(self, stage: Stage) -> None:
        await stage.joined()
        buttons = stage.window.findChildren(QtWidgets.QAbstractButton)
        assert not [b for b in buttons if b.accessibleName().startswith("Disconnect") and b.isVisible()]


class TestStates:
    async def test_everybody_is_told_of_inspection(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(Inspected(on=True, by="ana"))
        labels = stage.find(SessionWindow).findChildren(QtWidgets.QLabel)
        await until(lambda: any("every signal" in label.text() and label.isVisible() for label in labels))

    async def test_a_dead_relay_can_be_restarted(self, stage: Stage) -> None:
        await stage.hosting()
        assert stage.reach.hosting is not None
        stage.reach.hosting.on_death("The relay has ended.")
        stage.button("Restart the relay").click()
        await until(lambda: stage.link.reconnects)

    async def test_what_waits_for_others_to_come_back_is_said_and_can_go_at_once(self, stage: Stage) -> None:
        await stage.hosting()
        stage.link.say(joined(me="me2", epoch="epoch-2", recovered=False))
        stage.link.say(Status(State.JOINED))
        ref = stage.session.send_chat("typed before Ana is back")
        line = stage.find(HeldLine)
        await until(line.isVisible)
        [words] = [label.text() for label in line.findChildren(QtWidgets.QLabel) if label.text()]
        assert words.startswith("1 message to everyone waits for Ana to come back, ")
        assert stage.link.of_type("chat") == []
        stage.button("Send now").click()
        await until(lambda: stage.link.of_type("chat"))
        await until(lambda: not line.isVisible())
        stage.link.write(ref)
        stage.link.me = "me2"
        stage.link.acknowledge(ref, 11)
        [message] = stage.session.chat.messages(EVERYONE)
        assert state_words(message) == "nobody was here"
        assert remedies(stage.session, message) == ()
        stage.link.say(created(12, "ben"))
        assert remedies(stage.session, message) == AGAIN

    async def test_reconnecting_shows_and_can_be_hurried(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(Status(State.RECONNECTING, "The connection was lost.", retry_at=2_000.0))
        await until(
            lambda: any(
                b.text() == "Try now" and b.isVisible()
                for b in stage.window.findChildren(QtWidgets.QPushButton)
            )
        )
        stage.button("Try now").click()
        assert stage.link.reconnects == 1

    async def test_closing_while_hosting_names_how_many(self, stage: Stage) -> None:
        await stage.hosting()
        stage.window.close()
        await until(lambda: stage.has(QtWidgets.QMessageBox))
        [box] = stage.window.findChildren(QtWidgets.QMessageBox)
        assert "1 person" in box.text()
        assert "Ana" in box.informativeText()
        [stay] = [b for b in box.buttons() if b.text() == "Stay"]
        stay.click()
        assert stage.window.isVisible()
        assert stage.has(SessionWindow)

    async def test_closing_counts_those_in_sessions_of_servers(self, stage: Stage) -> None:
        await stage.hosting()
        assert stage.reach.hosting is not None
        stage.reach.hosting.made = MadeSessions(count=1, connections=2)
        stage.window.close()
        await until(lambda: stage.has(QtWidgets.QMessageBox))
        [box] = stage.window.findChildren(QtWidgets.QMessageBox)
        assert "3 people" in box.text()
        assert "2 connections" in box.informativeText()

    async def test_staying_is_forgotten_when_leaving_later(self, stage: Stage) -> None:
        await stage.hosting()
        stage.window.close()
        await until(lambda: stage.has(QtWidgets.QMessageBox))
        [box] = stage.window.findChildren(QtWidgets.QMessageBox)
        next(b for b in box.buttons() if b.text() == "Stay").click()
        stage.session.leave()
        await until(lambda: not stage.has(SessionWindow))
        assert stage.window.isVisible()


class TestInspector:
    async def test_signals_are_rows(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(signal(11, "ana", "score", '{"a": 1}'))
        stage.link.say(signal(12, None, None, None))
        await until(lambda: len(table_text(stage)) >= 3)
        texts = table_text(stage)
        assert any("signal from Ana to everyone, type score" in text for text in texts)
        assert any("ping from server to everyone" in text for text in texts)

    async def test_filter_and_its_errors(self, stage: Stage) -> None:
        await stage.joined()
        for number in range(5):
            stage.link.say(signal(11 + number, "ana", "score" if number % 2 else "chat", f"n{number}"))
        await until(lambda: len(table_text(stage)) >= 6)
        [field] = [
            f for f in stage.window.findChildren(QtWidgets.QLineEdit) if f.accessibleName() == "Filter"
        ]
        field.setText("type:score")
        await until(lambda: len(table_text(stage)) == 2)
        field.setText("nosuch:thing")
        labels = stage.find(InspectorPane).findChildren(QtWidgets.QLabel)
        await until(
            lambda: any("no operator nosuch" in label.text() and label.isVisible() for label in labels)
        )
        field.setText("")
        await until(lambda: len(table_text(stage)) >= 6)

    async def test_freeze_holds_the_view_and_not_the_capture(self, stage: Stage) -> None:
        await stage.joined()
        before = len(table_text(stage))
        stage.button("Freeze view").click()
        stage.link.say(signal(11, "ana"))
        await until(lambda: len(stage.session.capture) > before)
        assert len(table_text(stage)) == before
        stage.button("Freeze view").click()
        assert len(table_text(stage)) == before + 1

    async def test_clear_can_be_undone(self, stage: Stage) -> None:
        await stage.joined()
        before = table_text(stage)
        stage.button("Clear").click()
        assert table_text(stage) == []
        stage.link.say(signal(11, "ana"))
        await until(lambda: len(table_text(stage)) == 1)
        stage.button("Undo clear").click()
        # The last row is of another day: now the days of all are said.
        back = [words.rpartition(", ")[2] for words in table_text(stage)[:-1]]
        assert back == [words.rpartition(", ")[2] for words in before]

    async def test_a_row_and_its_message_are_one(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(signal(11, "ana", data="find me"))
        stage.link.say(signal(12, "ana", data="not me"))
        await until(lambda: len(table_text(stage)) >= 3)
        view = stage.find(ChatView)
        await until(lambda: _revealed(view, "epoch-1:12"))
        stage.find(InspectorPane).row_activated.emit(11)
        focused = view.focused_message()
        assert focused is not None
        assert focused.text == "find me"
        stage.find(ChatPane).seq_focused.emit(12)
        table = stage.find(SignalTable)
        model = table.model()
        assert isinstance(model, CaptureModel)
        assert model.row(table.currentIndex().row()).seq == 12

    async def test_copy_is_json(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(signal(11, "ana", "score", "7"))
        await until(lambda: any("score" in text for text in table_text(stage)))
        stage.find(InspectorPane).reveal(11)
        table = stage.find(SignalTable)
        table.setFocus()
        for action in table.actions():
            if action.shortcut() == QtGui.QKeySequence(QtGui.QKeySequence.StandardKey.Copy):
                action.trigger()
        assert '"type": "score"' in QtWidgets.QApplication.clipboard().text()
