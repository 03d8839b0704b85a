"""Words are found in a conversation, newest first, and further back in the store."""

import pytest
from PySide6 import QtCore, QtTest, QtWidgets

from heliograph.model.conversation import Message
from heliograph.ui import theme
from heliograph.ui.chat.composer import Composer
from heliograph.ui.chat.find import Finder
from heliograph.ui.chat.find_bar import FindBar
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.chat.view import ChatView
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import Stage

Key = QtCore.Qt.Key
SHIFT = QtCore.Qt.KeyboardModifier.ShiftModifier


def said(*texts: str) -> list[Message]:
    return [Message(ref=str(i), conversation="", text=text, at=i) for i, text in enumerate(texts)]


class TestFinder:
    def test_newest_first_then_older_then_round(self) -> None:
        finder = Finder()
        messages = said("a Cat", "dog", "cat", "CAT!")
        assert finder.look_for(" cat ", messages) == "3"
        assert finder.words() == "1 of 3"
        assert [finder.step(-1) for _ in range(3)] == ["2", "0", "3"]
        assert finder.step(1) == "0"
        assert finder.words() == "3 of 3"

    @pytest.mark.parametrize("words", ["(", ".*", "\\", "[a-z]", "^", "🙂", "ß"])
    def test_words_are_no_pattern(self, words: str) -> None:
        assert Finder().look_for(words, said("abc", f"x{words}y")) == "1"
        assert Finder().look_for(words, said("abc")) is None

    def test_nothing(self) -> None:
        finder = Finder()
        assert finder.look_for("  ", said("a b")) is None
        assert finder.words() == ""
        assert finder.look_for("x", said("a")) is None
        assert finder.words() == "not found"
        assert finder.step(1) is None
        assert finder.is_at_oldest

    def test_one_stays_where_one_was_when_more_is_said(self) -> None:
        finder = Finder()
        messages = said("cat", "cat")
        finder.look_for("cat", messages)
        finder.look_again([*messages, Message(ref="new", conversation="", text="cat", at=9)])
        assert finder.words() == "2 of 3"
        finder.look_again([messages[0]])
        assert finder.words() == "1 found"


async def looking(stage: Stage) -> tuple[ChatView, FindBar, QtWidgets.QLineEdit]:
    """In a session with three messages, and the bar opened."""
    await stage.joined()
    for number, text in enumerate(("red apple", "pear", "green APPLE")):
        stage.link.say(signal(11 + number, "ana", data=text))
    await until(lambda: len(stage.find(ChatView).messages_in_sight()) == 3)
    stage.find(ChatPane).look_for_words()
    bar = stage.find(FindBar)
    return stage.find(ChatView), bar, bar.findChildren(QtWidgets.QLineEdit)[0]


def standing(bar: FindBar) -> str:
    return bar.findChildren(QtWidgets.QLabel)[0].text()


def focused(view: ChatView) -> str:
    message = view.focused_message()
    return message.text if message is not None else ""


async def test_by_key_from_the_newest_back_and_out_again(stage: Stage) -> None:
    view, bar, field = await looking(stage)
    assert field.hasFocus()
    QtTest.QTest.keyClicks(field, "apple")
    assert focused(view) == "green APPLE"
    assert standing(bar) == "1 of 2"
    QtTest.QTest.keyClick(field, Key.Key_Return)
    assert focused(view) == "red apple"
    QtTest.QTest.keyClick(field, Key.Key_Return, SHIFT)
    assert focused(view) == "green APPLE"
    assert field.hasFocus()
    QtTest.QTest.keyClick(field, Key.Key_Escape)
    assert not bar.isVisible()
    assert stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0].hasFocus()


async def test_what_was_found_is_marked(stage: Stage) -> None:
    view, bar, field = await looking(stage)
    field.setText("pear")
    mark = theme.color("accent_fill").rgb()

    def marked() -> bool:
        picture = view.grab().toImage()
        return any(
            picture.pixel(x, y) == mark for x in range(picture.width()) for y in range(picture.height())
        )

    assert marked()
    bar.close_up()
    assert not marked()


async def test_what_is_said_meanwhile_is_found_too(stage: Stage) -> None:
    view, bar, field = await looking(stage)
    field.setText("apple")
    stage.link.say(signal(20, "ana", data="apple pie"))
    await until(lambda: standing(bar) == "2 of 3")
    assert focused(view) == "green APPLE"


async def test_another_conversation_ends_it(stage: Stage) -> None:
    _, bar, field = await looking(stage)
    field.setText("apple")
    stage.find(ChatPane).open("ana")
    assert not bar.isVisible()


async def test_further_back_in_the_store(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    view, bar, field = await looking(stage)
    asked: list[str] = []
    monkeypatch.setattr(stage.session, "load_older", asked.append)
    chat = stage.session.chat
    chat.open("").has_older = True
    field.setText("red")
    assert focused(view) == "red apple"
    QtTest.QTest.keyClick(field, Key.Key_Return)
    assert asked == [""]
    assert "further back" in standing(bar)
    older = Message(ref="old", conversation="", text="a red pear", at=1, sender="ana", read_by_me=True)
    chat.restore("", [older], has_older=False)
    stage.session.messages_changed.emit({""})
    await until(lambda: focused(view) == "a red pear")
    assert standing(bar) == "2 of 2"
