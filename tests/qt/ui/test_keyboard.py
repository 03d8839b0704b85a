"""Everything can be done without a mouse, and one always sees where one is."""

import pytest
from PySide6 import QtCore, QtGui, QtTest, QtWidgets
from pytestqt.qtbot import QtBot

from heliograph.ui import theme
from heliograph.ui.chat.composer import Composer
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.chat.view import ChatView
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.inspector.table import SignalTable
from heliograph.ui.people_panel import PeoplePanel
from heliograph.ui.pressing import PressingWindow
from heliograph.ui.shortcuts import ShortcutSheet
from tests.qt.bridge.fakes import signal, until
from tests.qt.ui.stage import Stage

Key = QtCore.Qt.Key
Modifier = QtCore.Qt.KeyboardModifier


async def talking(stage: Stage) -> Stage:
    """In a session where something was said, in an active window."""
    await stage.joined()
    stage.window.activateWindow()
    for number in range(3):
        stage.link.say(signal(11 + number, "ana", data=f"hello {number}"))
    await until(lambda: stage.find(ChatView).isVisible())
    await until(lambda: stage.find(SignalTable).model().rowCount() >= 4)
    return stage


def field(stage: Stage) -> QtWidgets.QPlainTextEdit:
    """Where messages are written."""
    return stage.find(Composer).findChildren(QtWidgets.QPlainTextEdit)[0]


def filter_field(stage: Stage) -> QtWidgets.QLineEdit:
    return stage.find(InspectorPane).findChildren(QtWidgets.QLineEdit)[0]


def press(widget: QtWidgets.QWidget, keys: str) -> None:
    """Press a key as the window system would hand it on, with shortcuts before anything else."""
    QtTest.QTest.keySequence(widget, QtGui.QKeySequence(keys))
    # Else Qt goes on to believe that Shift is held, and selects from one row to the next.
    QtTest.QTest.keyRelease(widget, Key.Key_Shift)


def stops(stage: Stage) -> list[QtWidgets.QWidget]:
    """The widgets at which Tab stops, in its order."""
    found: list[QtWidgets.QWidget] = []
    widget = stage.window.nextInFocusChain()
    while widget is not None and widget is not stage.window:
        wanted = widget.focusPolicy() & QtCore.Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if wanted and widget.isVisible() and widget.isEnabled():
            found.append(widget)
        widget = widget.nextInFocusChain()
    return found


class TestTab:
    async def test_goes_from_left_to_right_and_down(self, stage: Stage) -> None:
        await talking(stage)
        stage.find(ChatPane).open("ana")
        stage.find(ChatPane).open("")
        field(stage).setPlainText("hi")
        names = [widget.accessibleName() or getattr(widget, "text", str)() for widget in stops(stage)]
        order = [
            "Leave the session", "People in this session", "Conversation with Everyone", "Conversation with Ana",
            "Messages", "Message", "Send", "Filter", "Freeze view", "Signals", "Signals", "Data of the selected signal",
        ]  # fmt: skip
        assert [name for name in names if name in order] == order

    async def test_goes_through_the_detail_as_one_reads(self, stage: Stage) -> None:
        await talking(stage)
        stage.link.say(signal(20, "ana", "score", '{"a": 1}'))
        await stage.select(lambda row: row.seq == 20)
        names = [widget.accessibleName() for widget in stops(stage)]
        order = [
            "Data", "Find in the data", "Edit and resend", "Data of the selected signal, as a tree",
            "About the signal", "Envelope of the selected signal",
        ]  # fmt: skip
        assert [name for name in names if name in order] == order

    @pytest.mark.parametrize("choice", ["light", "dark"])
    async def test_every_stop_shows_that_it_has_the_focus(self, stage: Stage, choice: str) -> None:
        await talking(stage)
        theme.theme().choose(choice)
        field(stage).setPlainText("hi")
        unseen = []
        for widget in stops(stage):
            before = _picture(stage, widget, focused=False)
            if before == _picture(stage, widget, focused=True):
                unseen.append(widget.accessibleName() or widget)
        assert not unseen

    async def test_looking_into_the_table_does_not_stop_it(self, stage: Stage) -> None:
        await talking(stage)
        table = stage.find(SignalTable)
        table.setFocus(QtCore.Qt.FocusReason.TabFocusReason)

        def state() -> tuple[bool, int, int]:
            selected = len(table.selectionModel().selectedRows())
            return table.following, table.currentIndex().row() - table.model().rowCount(), selected

        seen = [state()]
        for keys in ("Up", "Up", "Down"):
            press(table, keys)
            seen.append(state())
        press(table, "End")
        # The ring is at the last row; the first key selects that, for it is the one that one looks at.
        assert seen == [(True, -1, 0), (False, -1, 1), (False, -2, 1), (False, -1, 1)]
        assert table.following


def _picture(stage: Stage, widget: QtWidgets.QWidget, *, focused: bool) -> QtGui.QImage:
    if focused:
        widget.setFocus(QtCore.Qt.FocusReason.TabFocusReason)
        assert widget.hasFocus()
    else:
        widget.clearFocus()
    # A caret blinks; what is looked for is a ring, which surrounds it.
    if isinstance(widget, QtWidgets.QPlainTextEdit):
        widget.setCursorWidth(0)
    return widget.grab().toImage()


class TestShortcuts:
    @pytest.mark.parametrize("keys", ["F6", "Ctrl+\\", "Ctrl+L", "Ctrl+Tab", "Ctrl+M", "F1"])
    async def test_that_move_while_one_writes(self, stage: Stage, keys: str) -> None:
        await talking(stage)
        pane = stage.find(ChatPane)
        pane.open("ana")
        field(stage).setFocus()
        press(field(stage), keys)
        if keys in ("F6", "Ctrl+\\"):
            assert stage.app.settings.pane == "inspector"
        elif keys == "Ctrl+L":
            assert filter_field(stage).hasFocus()
        elif keys == "Ctrl+Tab":
            assert pane.shown == ""
        elif keys == "Ctrl+M":
            assert field(stage).hasFocus()
        else:
            assert stage.window.findChildren(ShortcutSheet)
        assert field(stage).toPlainText() == ""

    @pytest.mark.parametrize("keys", ["Ctrl+M", "Ctrl+Tab", "Ctrl+2", "Ctrl+F"])
    async def test_nobody_writes_what_they_do_not_see(self, stage: Stage, keys: str) -> None:
        await talking(stage)
        pane = stage.find(ChatPane)
        pane.open("ana")
        pane.open("")
        press(field(stage), "F6")
        assert not pane.isVisible()
        press(stage.find(SignalTable), keys)
        assert pane.isVisible()
        assert pane.shown == ("ana" if keys in ("Ctrl+Tab", "Ctrl+2") else "")

    async def test_the_focus_stays_in_sight(self, stage: Stage) -> None:
        """What has it is hidden: it goes to the other pane and never to a button."""
        await talking(stage)
        table = stage.find(SignalTable)
        for widget, visible in ((field(stage), table), (table, field(stage))):
            widget.setFocus()
            while widget.isVisible():
                press(QtWidgets.QApplication.focusWidget(), "F6")  # type: ignore[arg-type]
            assert visible.hasFocus()
        stage.find(ChatPane).open("ana")
        field(stage).setFocus()
        press(field(stage), "F6")
        assert field(stage).hasFocus()

    async def test_enter_presses_the_button_that_has_the_focus(self, stage: Stage) -> None:
        await talking(stage)
        button = stage.button("Freeze view")
        button.setFocus()
        press(button, "Return")
        assert button.isChecked()
        stage.button("Conversation with Everyone").setFocus()
        field(stage).setFocus()
        QtTest.QTest.keyClicks(field(stage), "hi")
        press(field(stage), "Return")
        await until(lambda: stage.link.of_type("chat") == [("hi", None)])
        assert button.isChecked()

    async def test_enter_in_a_field_presses_no_button_that_gets_the_focus_by_it(self, qtbot: QtBot) -> None:
        pressed: list[object] = []
        window, page = PressingWindow(), QtWidgets.QWidget()
        qtbot.addWidget(window)
        line, button, box = QtWidgets.QLineEdit(), QtWidgets.QPushButton("Cancel"), QtWidgets.QCheckBox("Box")
        column = QtWidgets.QVBoxLayout(page)
        for widget in (line, button, box):
            column.addWidget(widget)
        window.setCentralWidget(page)
        window.show()
        window.activateWindow()
        button.clicked.connect(lambda _checked: pressed.append("Cancel"))
        line.returnPressed.connect(button.setFocus)
        line.setFocus()
        await until(line.hasFocus)
        press(line, "Return")
        assert button.hasFocus()
        assert pressed == []
        press(button, "Return")
        assert pressed == ["Cancel"]
        box.setFocus()
        press(box, "Return")
        assert not box.isChecked()

    async def test_write_and_filter_from_anywhere(self, stage: Stage) -> None:
        await talking(stage)
        for widget in stops(stage):
            widget.setFocus()
            press(widget, "Ctrl+L")
            assert filter_field(stage).hasFocus()
            press(filter_field(stage), "Ctrl+M")
            assert field(stage).hasFocus()

    async def test_ping_read_invite_and_leave(self, stage: Stage) -> None:
        await talking(stage)
        stage.session.set_switch("read", False)
        stage.link.say(signal(20, "ana", data="unread"))
        await until(lambda: stage.find(ChatView).messages_in_sight()[-1].text == "unread")
        field(stage).setFocus()
        press(field(stage), "Ctrl+P")
        await until(lambda: (None, None) in stage.link.of_type(None))
        press(field(stage), "Ctrl+R")
        await until(lambda: any('"read"' in (data or "") for data, _ in stage.link.of_type("receipt")))
        press(field(stage), "Ctrl+I")
        [dialog] = [d for d in stage.window.findChildren(QtWidgets.QDialog) if d.windowTitle() == "Invite"]
        press(dialog, "Esc")
        assert not dialog.isVisible()
        field(stage).setFocus()
        press(field(stage), "Ctrl+W")
        await until(lambda: stage.link.closed)

    async def test_escape_clears_the_filter_and_closes_the_sheet(self, stage: Stage) -> None:
        await talking(stage)
        filter_field(stage).setFocus()
        QtTest.QTest.keyClicks(filter_field(stage), "type:nothing")
        table = stage.find(SignalTable)
        await until(lambda: table.model().rowCount() == 0)
        press(filter_field(stage), "Esc")
        assert filter_field(stage).text() == ""
        await until(lambda: table.model().rowCount() >= 4)
        press(filter_field(stage), "Esc")
        assert table.hasFocus()
        press(table, "F1")
        [sheet] = stage.window.findChildren(ShortcutSheet)
        press(sheet, "Esc")
        assert not sheet.isVisible()

    async def test_up_in_an_empty_field_goes_to_the_newest_message(self, stage: Stage) -> None:
        await talking(stage)
        view = stage.find(ChatView)
        field(stage).setFocus()
        field(stage).setPlainText("typed")
        press(field(stage), "Up")
        assert field(stage).hasFocus()
        field(stage).setPlainText("")
        press(field(stage), "Up")
        assert view.hasFocus()
        await until(lambda: view.focused_message() is not None)
        assert view.focused_message() is view.messages_in_sight()[-1]


class TestMenus:
    """By key a menu opens at what has the focus, wherever the pointer is."""

    async def _menu(self, stage: Stage, widget: QtWidgets.QWidget) -> QtWidgets.QMenu:
        QtGui.QCursor.setPos(3, 3)
        widget.setFocus()
        press(widget, "Shift+F10")
        [menu] = [m for m in stage.window.findChildren(QtWidgets.QMenu) if m.isVisible()]
        return menu

    async def test_of_a_message(self, stage: Stage) -> None:
        await talking(stage)
        view = stage.find(ChatView)
        view.reveal("epoch-1:12")
        menu = await self._menu(stage, view)
        rect = view.rect_of("epoch-1:12")
        assert rect is not None
        assert rect.contains(view.viewport().mapFromGlobal(menu.pos()))
        assert "Ping Ana" in [action.text() for action in menu.actions()]

    async def test_of_a_row(self, stage: Stage) -> None:
        await talking(stage)
        table = stage.find(SignalTable)
        table.choose_row(2)
        menu = await self._menu(stage, table)
        assert table.rowAt(table.viewport().mapFromGlobal(menu.pos()).y()) == 2

    async def test_of_a_person(self, stage: Stage) -> None:
        await talking(stage)
        people = stage.find(PeoplePanel).findChildren(QtWidgets.QListView)[0]
        people.setCurrentIndex(people.model().index(1, 0))
        menu = await self._menu(stage, people)
        assert people.indexAt(people.viewport().mapFromGlobal(menu.pos())).row() == 1
        assert "Private message" in [action.text() for action in menu.actions()]

    async def test_of_a_cell_of_a_narrow_table(self, stage: Stage) -> None:
        await talking(stage)
        stage.window.resize(700, 500)
        table = stage.find(SignalTable)
        table.choose_row(1)
        menu = await self._menu(stage, table)
        assert table.rowAt(table.viewport().mapFromGlobal(menu.pos()).y()) == 1


async def test_letters_do_not_wander_through_the_table(stage: Stage) -> None:
    await talking(stage)
    table = stage.find(SignalTable)
    table.setFocus()
    QtTest.QTest.keyClicks(table, "3")
    assert table.following
    QtTest.QTest.keyClicks(table, "/")
    assert filter_field(stage).hasFocus()


async def test_all_rows_are_copied_or_it_is_said_how_many(stage: Stage) -> None:
    await talking(stage)
    table = stage.find(SignalTable)
    table.setFocus()
    press(table, "Ctrl+A")
    press(table, "Ctrl+C")
    copied = QtWidgets.QApplication.clipboard().text().split("\n")
    assert len(copied) == table.model().rowCount()
    assert '"hello 2"' in copied[-1]
