"""What a person sees of applications of OpenTok in a session, and how they choose to answer them."""

import json

import pytest
from PySide6 import QtCore, QtTest, QtWidgets

from heliograph.client.events import State, Status
from heliograph.model.dialects import TEXT_CHAT, Dialect
from heliograph.model.voices import Way
from heliograph.ui.chat.area import MessageArea
from heliograph.ui.chat.bubble import sentence
from heliograph.ui.chat.composer import Composer
from heliograph.ui.chat.divider import Divider
from heliograph.ui.chat.format_choice import FormatChoice, format_words
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.chat.rows import UnreadRow
from heliograph.ui.chat.view import ChatView
from heliograph.ui.people_detail import PersonDetail, data_words, tip
from heliograph.ui.people_panel import PeoplePanel
from heliograph.ui.tips import plain_tip
from tests.qt.bridge.fakes import connection, created, joined, signal, until
from tests.qt.ui.stage import Stage

Key = QtCore.Qt.Key


def widget(text: str, alias: str = "Wanda") -> str:
    return json.dumps({"text": text, "sender": {"id": "w", "alias": alias}, "sentOn": 1})


async def with_a_widget(stage: Stage, data: str = '{"name": "Wanda"}') -> Stage:
    await stage.joined()
    stage.link.answers = 50
    stage.link.say(created(11, "page1", name="", client="opentok", data=data))
    stage.link.say(signal(12, "page1", "text-chat", widget("hi")))
    await until(lambda: len(stage.find(ChatView).messages_in_sight()) == 1)
    return stage


def field(stage: Stage) -> QtWidgets.QPlainTextEdit:
    return stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]


def hints(stage: Stage) -> str:
    return " | ".join(label.text() for label in stage.find(Composer).findChildren(QtWidgets.QLabel))


def has_divider(stage: Stage) -> bool:
    rows = stage.find(ChatView)._layout.rows  # noqa: SLF001 (it is painted, and nowhere else)
    return any(isinstance(row, UnreadRow) for row in rows)


# ---- who they are


async def test_a_badge_stands_with_the_name_everywhere(stage: Stage) -> None:
    await with_a_widget(stage)
    people = stage.find(PeoplePanel).findChildren(QtWidgets.QListView)[0].model()
    said = [str(people.index(row, 0).data()) for row in range(people.rowCount())]
    assert "Wanda, page, OpenTok" in said
    [message] = stage.session.chat.messages("")
    assert sentence(message).startswith("Wanda (page, OpenTok), ")
    stage.find(ChatPane).open("page1")
    tab = stage.button("Conversation with Wanda")
    assert "OpenTok" in tab.toolTip()
    assert tab.accessibleDescription() == "page, OpenTok"


async def test_all_connection_data_is_in_the_detail_and_none_of_it_is_markup(stage: Stage) -> None:
    data = json.dumps({"name": "Wanda", "team": "<b>blue</b>\u202e", "more": "x" * 900}, ensure_ascii=False)
    await with_a_widget(stage, data)
    person = stage.session.people.get("page1")
    assert person is not None
    detail = PersonDetail(stage.window, person)
    [text] = detail.findChildren(QtWidgets.QPlainTextEdit)
    assert '"team": "<b>blue</b>‹U+202E›"' in text.toPlainText()
    assert "x" * 900 in text.toPlainText()
    shown = [label.text() for label in detail.findChildren(QtWidgets.QLabel)]
    assert {"Wanda", "page1", "opentok", "publisher"} <= set(shown)
    words = tip(person, "Wanda")
    assert "<b>blue</b>" in words
    assert "&lt;b&gt;blue" in plain_tip(words)
    assert len(words) < 700
    detail.close()


@pytest.mark.parametrize("data", ["", "plain\u202etext", "[" * 900, '"text"', "{"])
def test_any_connection_data_is_shown(data: str) -> None:
    assert "\u202e" not in data_words(data)


# ---- how they are answered


async def test_the_format_is_shown_and_chosen_by_key(stage: Stage) -> None:
    await stage.joined()
    choice = stage.find(FormatChoice)
    assert choice.accessibleName() == "Chat format: automatic (chat)"
    small = choice.sizeHint().width()
    stage.link.answers = 50
    stage.link.say(created(11, "page1", name="", client="opentok"))
    await until(lambda: choice.accessibleName() == "Chat format: automatic (chat; 1 copy in text-chat)")
    stage.link.say(signal(12, "page1", "text-chat", widget("hi")))
    await until(lambda: choice.accessibleName() == "Chat format: automatic (text-chat)")
    assert choice.sizeHint().width() > small

    choice.setFocus()
    QtTest.QTest.keyClick(choice, Key.Key_Space)
    [menu] = choice.findChildren(QtWidgets.QMenu)
    await until(menu.isVisible)
    assert menu.activeAction().isChecked()
    assert menu.activeAction().text().startswith("Automatic")
    for _ in range(2):
        QtTest.QTest.keyClick(menu, Key.Key_Down)
    QtTest.QTest.keyClick(menu, Key.Key_Return)
    assert choice.accessibleName() == "Chat format: msg, not shown to Guest"
    field(stage).setPlainText("hello")
    QtTest.QTest.keyClick(field(stage), Key.Key_Return)
    await until(lambda: stage.link.of_type("msg"))
    assert stage.link.of_type("msg") == [("hello", None)]


async def test_the_choice_is_kept_for_the_session(stage: Stage) -> None:
    await stage.joined()
    stage.find(FormatChoice).chosen.emit(Dialect.MESSAGE)
    stage.session.leave()
    await until(lambda: not stage.has(ChatPane))
    await stage.joined()
    await until(lambda: len(stage.sessions) == 2)
    assert stage.session.dialect is Dialect.MESSAGE
    await until(lambda: stage.find(FormatChoice).accessibleName() == "Chat format: message")
    stage.find(FormatChoice).chosen.emit(None)
    assert stage.session.dialect is None


def test_words_of_formats() -> None:
    assert format_words(TEXT_CHAT, Way()) == "text-chat"
    copies = (("a", Dialect.MSG), ("b", Dialect.MSG), ("c", Dialect.CHAT))
    assert (
        format_words(None, Way(TEXT_CHAT, copies)) == "automatic (text-chat; 2 copies in msg; 1 copy in chat)"
    )


async def test_the_counter_counts_what_is_sent(stage: Stage) -> None:
    await with_a_widget(stage)
    frame = stage.session.chat_size("")
    field(stage).setPlainText('"' * 4_096)
    assert f"{frame + 8_192:,} of 8,192 bytes: {frame} too many" in hints(stage).replace("|", "")
    assert not stage.button("Send").isEnabled()
    stage.find(FormatChoice).chosen.emit(Dialect.CHAT)
    assert "too many" not in hints(stage)
    assert stage.button("Send").isEnabled()
    field(stage).setPlainText("half \ud83d")
    assert stage.session.chat_size("half \ud83d") == len("half ") + 3


async def test_a_line_to_pages_does_not_wait_for_receipts(stage: Stage) -> None:
    await with_a_widget(stage)
    stage.session.send_chat("hello")
    await until(lambda: len(stage.session.chat.messages("")) == 2)
    await until(lambda: stage.session.chat.messages("")[1].silent == ("page1",))
    said = sentence(stage.session.chat.messages("")[1])
    assert said.endswith("on the relay; 1 OpenTok client will not tell") or "delivered to 0 of 1" in said


async def test_who_writes_privately_to_a_page_is_told_what_its_application_may_do(stage: Stage) -> None:
    await with_a_widget(stage)
    pane = stage.find(ChatPane)
    pane.open("page1")
    labels = [label.text() for label in pane.findChildren(QtWidgets.QLabel) if label.isVisible()]
    assert any("reaches this OpenTok client alone" in text for text in labels)


# ---- without a connection


async def test_without_a_connection_nobody_is_said_to_be_here(stage: Stage) -> None:
    await with_a_widget(stage)
    panel = stage.find(PeoplePanel)
    people = panel.findChildren(QtWidgets.QListView)[0].model()
    title = panel.findChildren(QtWidgets.QLabel)[0]
    assert title.text() == "3 people"
    stage.link.say(Status(State.RECONNECTING))
    await until(lambda: title.text() == "Last seen: 3 people")
    said = [str(people.index(row, 0).data()) for row in range(people.rowCount())]
    assert said == [
        "Me, me, you, not connected",
        "Ana, ana, last seen here",
        "Wanda, page, OpenTok, last seen here",
    ]
    stage.link.say(joined("ana", connection("page1"), recovered=True))
    stage.link.say(Status(State.JOINED))
    await until(lambda: title.text() == "3 people")


# ---- the line above what is new


async def new_messages(stage: Stage) -> None:
    """Two messages that came while another conversation was open."""
    await stage.joined()
    stage.link.answers = 50
    stage.find(ChatPane).open("ana")
    for seq in (11, 12):
        stage.link.say(signal(seq, "ana", data=str(seq)))
    await until(lambda: stage.session.chat.unread("") == 2)
    stage.find(ChatPane).open("")
    assert has_divider(stage)


async def test_the_line_stays_while_one_reads_and_goes_when_one_answers(stage: Stage) -> None:
    await new_messages(stage)
    await until(lambda: stage.session.chat.unread("") == 0)
    stage.link.say(signal(13, "ana", data="13"))
    await until(lambda: len(stage.session.chat.messages("")) == 3)
    assert has_divider(stage)
    field(stage).setPlainText("hello")
    QtTest.QTest.keyClick(field(stage), Key.Key_Return)
    assert not has_divider(stage)


async def test_the_line_goes_some_time_after_the_end_was_seen(stage: Stage) -> None:
    await new_messages(stage)
    view: MessageArea = stage.find(ChatView)
    timer = stage.find(ChatPane).findChildren(Divider)[0].findChildren(QtCore.QTimer)[0]
    await until(timer.isActive)
    timer.start(0)
    await until(lambda: not has_divider(stage))
    assert [m.text for m in view.messages_in_sight()] == ["11", "12"]


async def test_the_line_waits_for_somebody_who_looks(stage: Stage) -> None:
    gone: list[bool] = []
    divider = Divider(lambda: gone.append(True), stage.window)
    [timer] = divider.findChildren(QtCore.QTimer)
    divider.seen(True)
    assert not timer.isActive()
    divider.stand("a")
    divider.seen(True)
    assert timer.isActive()
    divider.seen(False)
    assert not timer.isActive()
    divider.seen(True)
    divider.follow(None)
    assert (divider.ref, timer.isActive()) == ("a", True)
    divider.follow("b")
    assert (divider.ref, timer.isActive()) == ("b", False)
    divider.remove()
    divider.remove()
    assert (divider.ref, gone) == (None, [True])
