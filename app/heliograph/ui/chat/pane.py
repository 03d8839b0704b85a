"""The middle of a session: conversations, messages, and the field to write in."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.conversation import EVERYONE, Message
from heliograph.model.rules import Refusal
from heliograph.ui import theme
from heliograph.ui.chat.bubble import sentence
from heliograph.ui.chat.conversations import ConversationBar
from heliograph.ui.chat.divider import Divider
from heliograph.ui.chat.finding import Finding
from heliograph.ui.chat.held import HeldLine
from heliograph.ui.chat.message_menu import Acts, message_menu, remedies, tip_words
from heliograph.ui.chat.view import ChatView
from heliograph.ui.chat.writing import Writing
from heliograph.ui.spoken_list import announce
from heliograph.ui.theme import space

_NOTHING_YET = "Nothing has been said here yet."
_TO_A_PAGE = (
    "What you write here reaches this OpenTok client alone. Its application may show it among what is said to"
    " everybody, and may answer to everybody."
)


class ChatPane(QtWidgets.QWidget):
    """Shows one conversation at a time and does in it what the person asks for."""

    #: int | None: the seq of the message that has the focus, for the inspector.
    seq_focused = QtCore.Signal(object)
    #: str: key of the conversation that is shown now.
    opened = QtCore.Signal(object)

    def __init__(self, controller: SessionController, empty: QtWidgets.QWidget | None) -> None:
        super().__init__()
        self._controller = controller
        self._shown = EVERYONE
        self._private: list[str] = []
        self._bar = ConversationBar()
        self._bar.chosen.connect(self.open)
        self._view = ChatView()
        self._view.tip = lambda message: tip_words(controller, message)  # type: ignore[method-assign]
        self._view.offer(lambda message: remedies(controller, message))
        self._view.acted.connect(self._act)
        self._view.menu_wanted.connect(lambda what: self._menu(what[0]).popup(what[1]))
        self._view.link_clicked.connect(_open_link)
        self._view.focused.connect(lambda message: self.seq_focused.emit(message.seq))
        self._view.at_end_changed.connect(self._at_end_changed)
        self._view.wants_older.connect(self._older)
        self._alone = empty
        self._hint = QtWidgets.QLabel()
        self._hint.setAlignment(QtCore.Qt.AlignmentFlag.AlignCenter)
        self._hint.setWordWrap(True)
        self._hint.setContentsMargins(space(8), 0, space(8), 0)
        self._hint.setProperty("muted", True)
        self._stack = QtWidgets.QStackedWidget()
        for page in (self._view, self._hint, self._alone):
            if page is not None:
                self._stack.addWidget(page)
        self._pill = QtWidgets.QPushButton(self._view)
        self._pill.setProperty("primary", True)
        self._pill.clicked.connect(self._view.go_to_end)
        self._pill.hide()
        self._missed = 0
        self._finding = Finding(controller, self._view, lambda: self._shown)
        self._finding.left.connect(self.write)
        self._divider = Divider(self._show_messages, self)
        self._writing = Writing(controller, lambda: self._shown, self)
        self._writing.sent.connect(self._sent)
        self._writing.composer.left.connect(lambda _none: self._go_to_messages())
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._bar)
        column.addWidget(_line())
        column.addWidget(self._finding.bar)
        column.addWidget(self._stack, 1)
        column.addWidget(HeldLine(controller))
        column.addWidget(self._writing.composer)
        controller.states_changed.connect(self._view.refresh)
        controller.messages_changed.connect(self._messages_changed)
        controller.message_added.connect(self._message_added)
        controller.people_changed.connect(self._people_changed)
        self.open(EVERYONE)

    # ---- which conversation

    @property
    def shown(self) -> str:
        """Key of the conversation on screen."""
        return self._shown

    def open(self, key: str) -> None:
        """Show a conversation, begun if need be."""
        if key != EVERYONE and key not in self._private:
            self._private.append(key)
        self._controller.set_typing(self._shown, False)
        self._shown = key
        self._missed = 0
        self._divider.stand(self._controller.chat.first_unread(key))
        self._view.open_messages(self._controller.chat.messages(key), self._divider.ref)
        self._finding.stop()
        self._refresh_bar()
        self._writing.load()
        self._writing.show_typing()
        self._show_pill()
        self._show_empty()
        self.look()
        self.opened.emit(key)

    def step(self, by: int) -> None:
        """To the next conversation, or the one before."""
        keys = self._keys()
        self.open(keys[(keys.index(self._shown) + by) % len(keys)])

    def open_nth(self, number: int) -> None:
        """To the conversation at that place."""
        keys = self._keys()
        if number < len(keys):
            self.open(keys[number])

    def look(self) -> None:
        """Tell the session whether the person sees this conversation's end now."""
        self._divider.seen(self._sees_end)
        self._controller.looking_at(self._shown if self._sees_end else None)

    @property
    def _sees_end(self) -> bool:
        return self.window().isActiveWindow() and self.isVisible() and self._view.is_at_end

    def reveal_seq(self, seq: int) -> bool:
        """Bring the message of that signal into sight, in whichever conversation it is."""
        for key in self._keys():
            for message in reversed(self._controller.chat.messages(key)):
                if message.seq == seq and (message.mine or message.fresh or message.epoch):
                    if key != self._shown:
                        self.open(key)
                    self._view.reveal(message.ref)
                    return True
        return False

    def write(self) -> None:
        """Give the field the focus."""
        self._writing.composer.setFocus()

    def _go_to_messages(self) -> None:
        if self._stack.currentWidget() is self._view:
            self._view.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)

    def _keys(self) -> list[str]:
        known = self._controller.chat.keys()
        begun = [key for key in self._private if key not in known]
        quiet = [
            key
            for key in known
            if key == EVERYONE or self._controller.chat.messages(key) or key in self._private
        ]
        return [*quiet, *begun]

    def _refresh_bar(self) -> None:
        keys = self._keys()
        self._bar.show_conversations(keys, self._shown)
        for key in keys:
            person = self._controller.people.get(key) if key else None
            name = "Everyone" if not key else person.name if person else "somebody"
            gone = bool(key) and (person is None or person.gone)
            unread = self._controller.chat.unread(key)
            marks = ", ".join((person.short_id, *person.badges)) if person else ""
            self._bar.tab(key).show_as(name, person.hue if person else 0, unread, faded=gone, marks=marks)
        self._bar.fit()

    # ---- what is shown

    def _messages_changed(self, keys: set[str]) -> None:
        if self._shown in keys:
            self._divider.follow(self._controller.chat.first_unread(self._shown))
            self._divider.seen(self._sees_end)
            self._show_messages()
            self._show_empty()
            self._finding.changed()
            self._writing.show_format()  # what was said tells how they speak
        self._refresh_bar()

    def _show_messages(self) -> None:
        self._view.show_messages(self._controller.chat.messages(self._shown), self._divider.ref)

    def _message_added(self, message: Message) -> None:
        if message.conversation != self._shown:
            return
        announce(self._view, sentence(message))
        if not self._view.is_at_end:
            self._missed += 1
            self._show_pill()

    def _at_end_changed(self, at_end: bool) -> None:
        if at_end:
            self._missed = 0
        self._show_pill()
        self.look()

    def _show_pill(self) -> None:
        self._pill.setVisible(not self._view.is_at_end)
        self._pill.setText(f"{self._missed} new" if self._missed else "Newest")
        self._pill.setIcon(theme.icon("arrow-down", theme.current().on_accent))
        self._pill.adjustSize()
        self._place_pill()

    def _place_pill(self) -> None:
        corner = self._view.rect().bottomRight() - self._pill.rect().bottomRight()
        self._pill.move(corner - QtCore.QPoint(space(6), space(3)))

    def _show_empty(self) -> None:
        """Where nothing was said, say what to do next: while hosting alone, the invite."""
        if self._controller.chat.messages(self._shown):
            page: QtWidgets.QWidget = self._view
        elif (
            self._alone is not None
            and self._shown == EVERYONE
            and len(self._controller.people.present()) <= 1
        ):
            page = self._alone
        else:
            page = self._hint
            is_page = bool(self._controller.people.pages((self._shown,)))
            self._hint.setText(f"{_NOTHING_YET}\n\n{_TO_A_PAGE}" if is_page else _NOTHING_YET)
        self._stack.setCurrentWidget(page)

    def _people_changed(self) -> None:
        self._refresh_bar()
        self._show_empty()
        self._view.remedies_changed()

    def _older(self) -> None:
        if self._controller.chat.has_older(self._shown):
            self._controller.load_older(self._shown)

    def _sent(self) -> None:
        self._divider.remove()
        self._view.go_to_end()

    # ---- what is done with a message

    def _act(self, what: tuple[str, Message]) -> None:
        action, message = what
        if action == "retry":
            self._retry(message)
        elif action == "redirect":
            self._choose_namesake(message)
        elif action == "discard":
            self._controller.discard(message.ref)
        elif action == "receipt":
            self._controller.send_read_receipt(message.ref)

    def _retry(self, message: Message) -> None:
        try:
            self._controller.retry(message.ref)
        except Refusal as refusal:
            self._writing.composer.complain(str(refusal))

    def _choose_namesake(self, message: Message) -> None:
        """Send it to who is called like its recipient; where there are several, a menu says who."""
        found = self._controller.namesakes(message)
        if len(found) == 1:
            self._redirect(message, found[0].id)
        else:
            self._view.open_menu(message)

    def _redirect(self, message: Message, to: str) -> None:
        try:
            self._controller.redirect(message.ref, to)
        except Refusal as refusal:
            self._writing.composer.complain(str(refusal))
        else:
            self.open(to)

    def _menu(self, message: Message) -> QtWidgets.QMenu:
        acts = Acts(
            copy=lambda: QtWidgets.QApplication.clipboard().setText(self._view.selected_text()),
            retry=self._retry,
            redirect=self._redirect,
            write_to=self._write_to,
            show_signal=lambda message: self.seq_focused.emit(message.seq),
        )
        return message_menu(self, self._controller, message, acts)

    def _write_to(self, connection_id: str) -> None:
        self.open(connection_id)
        self.write()

    def look_for_words(self) -> None:
        """Find words in this conversation."""
        self._finding.bar.begin()

    # ---- Qt

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_pill()


def _open_link(url: str) -> None:
    QtGui.QDesktopServices.openUrl(QtCore.QUrl(url))


def _line() -> QtWidgets.QFrame:
    line = QtWidgets.QFrame()
    line.setFixedHeight(1)
    line.setAutoFillBackground(True)
    line.setBackgroundRole(QtGui.QPalette.ColorRole.Mid)
    return line
