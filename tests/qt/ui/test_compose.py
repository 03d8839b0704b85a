"""Any signal is written, checked, sent, repeated, and sent again, by keys."""

import json

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.client.events import Rejected
from heliograph.model.capture import Capture
from heliograph.model.templates import Draft, Template
from heliograph.ui.inspector.compose import ComposeWindow, open_compose
from heliograph.ui.inspector.detail_pages import FactsPage
from heliograph.ui.session_window import SessionWindow
from heliograph_relay.protocol.model import SignalEntry
from tests.qt.bridge.fakes import Heard, destroyed, signal, until
from tests.qt.ui.stage import Stage, W

Key = QtCore.Qt.Key


def keys(widget: QtWidgets.QWidget, sequence: str) -> None:
    QtTest.QTest.keySequence(widget, QtGui.QKeySequence(sequence))


async def composing(stage: Stage) -> ComposeWindow:
    """In a session with Ana, with the compose window opened by its keys."""
    await stage.joined()
    stage.window.activateWindow()
    keys(stage.find(SessionWindow), "Ctrl+N")
    return await opened(stage)


async def opened(stage: Stage) -> ComposeWindow:
    window = stage.find(ComposeWindow)
    await until(window.isActiveWindow)
    return window


class Fields:
    """What one sees and types in."""

    def __init__(self, window: ComposeWindow) -> None:
        self.window = window
        self.type = self._named(QtWidgets.QLineEdit, "Type")
        self.data = self._named(QtWidgets.QPlainTextEdit, "Data")
        self.to = self._named(QtWidgets.QComboBox, "To")
        self.times = self._named(QtWidgets.QSpinBox, "How often")
        self.rate = self._named(QtWidgets.QSpinBox, "How many a second")

    def _named(self, kind: type[W], name: str) -> W:
        [found] = [widget for widget in self.window.findChildren(kind) if widget.accessibleName() == name]
        return found

    def switch(self, words: str) -> QtWidgets.QToolButton:
        [found] = [b for b in self.window.findChildren(QtWidgets.QToolButton) if words in b.accessibleName()]
        return found

    def write(self, type: str, data: str) -> None:
        self.type.setText(type)
        self.data.setPlainText(data)

    def send(self) -> None:
        keys(self.data, "Ctrl+Return")

    def said(self) -> str:
        """Every word that is shown."""
        labels = self.window.findChildren(QtWidgets.QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible())

    def fared(self) -> list[str]:
        [page] = [p for p in self.window.findChildren(FactsPage) if p.accessibleName() == "What you sent"]
        return [texts[2] for texts in page.texts()]


class TestSending:
    async def test_what_is_typed_goes_and_stays(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        stage.link.answers = 20
        assert fields.type.hasFocus()
        QtTest.QTest.keyClicks(fields.type, "poll")
        QtTest.QTest.keyClick(fields.type, Key.Key_Tab)
        assert fields.data.hasFocus()
        QtTest.QTest.keyClicks(fields.data, '{"a": 1}')
        fields.send()
        assert stage.link.of_type("poll") == [('{"a": 1}', None)]
        await until(lambda: fields.fared() == ["taken as seq 20"])
        assert fields.data.toPlainText() == '{"a": 1}'

    async def test_to_one_person(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.write("x", "")
        assert [fields.to.itemText(n) for n in range(fields.to.count())] == [
            "Everyone",
            "Yourself · me",
            "Ana · ana",
        ]
        QtTest.QTest.keyClick(fields.to, Key.Key_End)
        fields.send()
        assert stage.link.of_type("x") == [("", "ana")]

    async def test_no_data_and_empty_data_are_two_things(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.write("x", "")
        assert fields.data.placeholderText() == "Data is there, and empty."
        fields.send()
        fields.switch("No data").click()
        assert not fields.data.isEnabled()
        keys(fields.type, "Ctrl+Enter")
        assert stage.link.of_type("x") == [("", None), (None, None)]

    async def test_a_refusal_is_shown_in_the_relays_words(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.write("x", "1")
        fields.send()
        stage.link.say(Rejected(stage.link.sent[-1][0], 403, "notAllowed", "not here"))
        await until(lambda: fields.fared() == ["403 notAllowed: not here"])

    async def test_bytes_stay_as_they_were_loaded(self, stage: Stage) -> None:
        odd = "a\r\nb\u00a0c\u2028d\u2029e"
        await stage.joined()
        stage.link.say(signal(11, "ana", "odd", odd))
        await stage.select(lambda row: row.seq == 11)
        keys(stage.find(SessionWindow), "Ctrl+E")
        fields = Fields(await opened(stage))
        fields.send()
        assert stage.link.of_type("odd") == [(odd, None)]

    async def test_spaces_that_do_not_break_are_kept_while_writing(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.write("x", "1\u00a0000\nm")
        fields.send()
        assert stage.link.of_type("x") == [("1\u00a0000\nm", None)]


class TestChecks:
    @pytest.mark.parametrize(
        ("type", "data", "words"),
        [
            ("no spaces", "", "not ' '"),
            ("x" * 129, "", "type is 129 bytes"),
            ("x", "é" * 4_097, "8,194 of 8,192 bytes: 2 too many"),
        ],
    )
    async def test_what_breaks_a_rule_is_said_at_once_and_not_sent(
        self, stage: Stage, type: str, data: str, words: str
    ) -> None:
        fields = Fields(await composing(stage))
        fields.write(type, data)
        assert words in fields.said()
        fields.send()
        assert not stage.link.sent
        assert (fields.type if not data else fields.data).hasFocus()

    async def test_json_is_checked_with_its_place(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.write("x", '{"a": 1,\n "b": tru}')
        assert "No JSON: line 2, column 7: expecting value" in fields.said()
        fields.write("x", "just words")
        assert "Text" in fields.said()
        fields.write("x", '{"b":1.50,"b":2}')
        assert "JSON" in fields.said()
        keys(fields.data, "Alt+F")
        await until(lambda: fields.data.toPlainText() == '{\n  "b": 1.50,\n  "b": 2\n}')
        keys(fields.data, "Alt+F")
        await until(lambda: fields.data.toPlainText() == '{"b": 1.50, "b": 2}')
        fields.data.undo()
        assert fields.data.toPlainText() == '{\n  "b": 1.50,\n  "b": 2\n}'

    async def test_somebody_who_leaves_meanwhile(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        QtTest.QTest.keyClick(fields.to, Key.Key_End)
        stage.link.say(destroyed(11, "ana"))
        await until(lambda: "not in the session" in fields.said())
        assert fields.to.currentText() == "Ana · ana, not here"
        fields.send()
        assert not stage.link.sent


class TestAgain:
    async def test_n_times_with_numbers(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        stage.link.answers = 20
        fields.write("load", '{"n": {{n}}}')
        fields.switch("Fill in").setChecked(True)
        assert "JSON" in fields.said().split("\n")
        fields.times.setValue(3)
        fields.rate.setValue(45)
        fields.send()
        await until(lambda: fields.fared() == ["3 of 3 taken"])
        assert [data for data, _ in stage.link.of_type("load")] == ['{"n": 1}', '{"n": 2}', '{"n": 3}']

    async def test_the_sessions_rate_is_said(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.times.setValue(3)
        fields.rate.setValue(500)
        assert "45 at most in this session" in fields.said()

    async def test_stop(self, stage: Stage) -> None:
        fields = Fields(await composing(stage))
        fields.write("load", "x")
        fields.times.setValue(1_000)
        fields.rate.setValue(1)
        fields.send()
        assert "Sending: 1 of 1,000" in fields.said()
        keys(fields.data, "Alt+S")
        ref = stage.link.sent[-1][0]
        stage.link.acknowledge(ref, 20)
        await until(lambda: fields.fared() == ["1 of 1,000 taken, stopped after 1"])
        assert "Sending:" not in fields.said()

    async def test_edit_and_resend(self, stage: Stage) -> None:
        await stage.joined()
        stage.link.say(signal(11, "ana", "poll", '{"q": "{{n}}"}', to="me"))
        await stage.select(lambda row: row.seq == 11)
        keys(stage.find(SessionWindow), "Ctrl+E")
        fields = Fields(await opened(stage))
        assert (fields.type.text(), fields.data.toPlainText()) == ("poll", '{"q": "{{n}}"}')
        assert fields.to.currentText() == "Yourself · me"
        fields.send()
        assert stage.link.of_type("poll") == [('{"q": "{{n}}"}', "me")]


class TestKept:
    async def test_what_is_written_survives_closing(self, stage: Stage) -> None:
        window = await composing(stage)
        Fields(window).write("half", "wri")
        keys(window, "Esc")
        await until(lambda: not stage.has(ComposeWindow))
        assert stage.app.settings.compose_draft == Draft(type="half", data="wri")
        stage.window.activateWindow()
        await until(stage.window.isActiveWindow)
        keys(stage.find(SessionWindow), "Ctrl+N")
        fields = Fields(await opened(stage))
        assert (fields.type.text(), fields.data.toPlainText()) == ("half", "wri")

    async def test_a_draft_for_somebody_of_another_session_is_for_everybody(self, stage: Stage) -> None:
        stage.app.save_settings(compose_draft=Draft(type="x", to="nobody here"))
        fields = Fields(await composing(stage))
        assert (fields.to.currentText(), fields.type.text()) == ("Everyone", "x")

    async def test_a_repetition_goes_on_without_the_window(self, stage: Stage) -> None:
        window = await composing(stage)
        stage.link.answers = 20
        fields = Fields(window)
        fields.write("load", "x")
        fields.times.setValue(30)
        fields.rate.setValue(45)
        fields.send()
        keys(window, "Esc")
        await until(lambda: not stage.has(ComposeWindow))
        await until(lambda: len(stage.link.of_type("load")) == 30)

    async def test_what_was_given_up_for_something_else_can_be_had_back(self, stage: Stage) -> None:
        window = await composing(stage)
        fields = Fields(window)
        fields.write("precious", "work")
        window.begin_from(Draft(type="other"))
        await choose(window, "Back to: precious work")
        assert (fields.type.text(), fields.data.toPlainText()) == ("precious", "work")


def menu_of(window: ComposeWindow) -> QtWidgets.QMenu | None:
    return next(
        (menu for menu in window.findChildren(QtWidgets.QMenu) if menu.isVisible() and menu.actions()), None
    )


async def choose(window: ComposeWindow, words: str, opened_by: str = "Templates") -> None:
    [button] = [b for b in window.findChildren(QtWidgets.QToolButton) if b.accessibleName() == opened_by]
    button.click()
    await until(lambda: menu_of(window))
    menu = menu_of(window)
    assert menu is not None
    [action] = [action for action in menu.actions() if action.text() == words]
    action.trigger()
    menu.close()
    await until(lambda: menu_of(window) is None)


class TestTemplates:
    async def test_a_read_receipt_for_the_selected_row(self, stage: Stage) -> None:
        window = await composing(stage)
        stage.link.say(signal(11, "ana", "poll", "x"))
        await stage.select(lambda row: row.seq == 11)
        await choose(window, "Read receipt")
        fields = Fields(window)
        fields.send()
        [data, to] = stage.link.of_type("receipt")[-1]
        assert (json.loads(data or ""), to) == (
            {"state": "read", "epoch": "epoch-1", "ranges": [[11, 11]]},
            "ana",
        )

    async def test_kept_updated_and_deleted(self, stage: Stage) -> None:
        window = await composing(stage)
        fields = Fields(window)
        fields.write("mine", "1")
        await choose(window, "Keep this as a template…")
        [box] = window.findChildren(QtWidgets.QInputDialog)
        box.setTextValue("My one")
        box.accept()
        assert stage.session.composing.templates == (Template(name="My one", type="mine", data="1"),)
        fields.write("mine", "2")
        await choose(window, "Update “My one”")
        assert stage.session.composing.templates == (Template(name="My one", type="mine", data="2"),)
        fields.write("", "")
        await choose(window, "My one")
        assert (fields.type.text(), fields.data.toPlainText()) == ("mine", "2")


class TestCopies:
    async def test_as_a_frame(self, stage: Stage) -> None:
        window = await composing(stage)
        Fields(window).write("poll", "é")
        await choose(window, "Frame of heliograph.v1", "Copy as")
        frame = json.loads(QtWidgets.QApplication.clipboard().text())
        assert frame == {"op": "signal", "n": 1, "type": "poll", "data": "é"}

    async def test_as_a_rest_call_into_this_session(self, stage: Stage) -> None:
        window = await composing(stage)
        await choose(window, "REST call (curl)", "Copy as")
        assert "/session/s1/signal" in QtWidgets.QApplication.clipboard().text()

    async def test_as_a_rest_call_to_the_relay_that_runs_here(self, stage: Stage) -> None:
        await stage.hosting()
        stage.window.activateWindow()
        keys(stage.find(SessionWindow), "Ctrl+N")
        await choose(await opened(stage), "REST call (curl)", "Copy as")
        access = stage.session.composing.access
        assert access is not None
        assert f"{access.url}/v2/project/{access.key}/session/s1/signal" in clipboard()
        assert access.secret not in clipboard()


def clipboard() -> str:
    return QtWidgets.QApplication.clipboard().text()


async def test_without_a_selected_signal_nothing_opens(stage: Stage) -> None:
    await stage.joined()
    keys(stage.find(SessionWindow), "Ctrl+E")
    assert not stage.has(ComposeWindow)


async def test_from_an_opened_capture_into_the_session_that_runs(stage: Stage) -> None:
    await stage.joined()
    capture = Capture()
    capture.signal(SignalEntry(seq=3, at=1, sender="zoe", type="old", data="x"), None)
    inspection = Inspection(capture)
    said = Heard(inspection, "notice")
    page = QtWidgets.QWidget()
    open_compose(page, inspection, capture[0])
    assert said["notice"] == ["No session is open that it could be sent into."]
    inspection.live = lambda: stage.session
    inspection.select(1)
    open_compose(page, inspection, capture[0])
    [window] = page.findChildren(ComposeWindow)
    fields = Fields(window)
    await until(window.isActiveWindow)
    fields.send()
    assert stage.link.of_type("old") == [("x", None)]
    await choose(window, "Read receipt")
    assert "{{seq}}" in fields.data.toPlainText()  # the seq of a capture means nothing here
    page.deleteLater()
    await until(
        lambda: not [w for w in QtWidgets.QApplication.topLevelWidgets() if isinstance(w, ComposeWindow)]
    )
    open_compose(stage.window, inspection)
    assert stage.has(ComposeWindow)


async def test_leaving_the_session_closes_it(stage: Stage) -> None:
    await composing(stage)
    stage.session.leave()
    await until(lambda: not stage.has(ComposeWindow))
