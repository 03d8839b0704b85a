"""One session on screen: people, chat and inspector, a toolbar above and a status line below."""

from collections.abc import Callable
from functools import partial

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import State, Status
from heliograph.model.parting import on_disk_words, parting_question
from heliograph.model.people import Person
from heliograph.model.problem import Problem
from heliograph.model.text import names_words
from heliograph.ui import dialogs, theme
from heliograph.ui.banners import Banner
from heliograph.ui.chat.pane import ChatPane
from heliograph.ui.inspector.pane import InspectorPane
from heliograph.ui.invite_card import InviteCard
from heliograph.ui.people_panel import PeoplePanel
from heliograph.ui.shortcuts import SHORTCUTS, MenuKey, ShortcutSheet
from heliograph.ui.status_line import StatusLine
from heliograph.ui.theme import space
from heliograph.ui.toolbar import PANES, Toolbar


class SessionWindow(QtWidgets.QWidget):
    """See the module. Emits `done` when the session is left."""

    done = QtCore.Signal(object)

    def __init__(self, app: AppController, controller: SessionController) -> None:
        super().__init__()
        self._app, self._controller = app, controller
        self._inspected_banner = Banner("eye", "accent")
        self._relay_banner = Banner("alert", "danger")
        self._ended_banner = Banner("info", "danger")
        self._notice_banner = Banner("info", "info")
        self._people = PeoplePanel(controller)
        self._chat = ChatPane(controller, self._empty_chat())
        self._inspection = Inspection.of_session(controller, app)
        self._inspector = InspectorPane(self._inspection)
        self._split = QtWidgets.QSplitter()
        self._split.setHandleWidth(1)
        self._split.setChildrenCollapsible(False)
        for widget, least in ((self._people, 150), (self._chat, 280), (self._inspector, 300)):
            widget.setMinimumWidth(least)
            self._split.addWidget(widget)
        self._split.setStretchFactor(0, 0)
        self._split.setStretchFactor(1, 3)
        self._split.setStretchFactor(2, 3)
        self._split.setSizes([190, 400, 650])
        self._actions = self._make_actions()
        self._toolbar = Toolbar(self._actions, controller.switches, controller.title)
        self._toolbar.switched.connect(self._switch)
        self._toolbar.pane_chosen.connect(self._show_pane)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._toolbar)
        for banner in (
            self._inspected_banner,
            self._relay_banner,
            self._ended_banner,
            self._notice_banner,
        ):
            column.addWidget(banner)
        column.addWidget(self._split, 1)
        column.addWidget(StatusLine(controller))
        self._connect()
        self._restore()
        self._show_inspected(controller.inspected)

    # ---- building

    def _make_actions(self) -> dict[str, QtGui.QAction]:
        acts = {
            "write": self._with_chat(self._chat.write),
            "people": self._people.choose,
            "invite": self.show_invite,
            "ping": self._controller.ping,
            "read": lambda: self._controller.mark_read(self._chat.shown),
            "panes": self._next_pane,
            "next": self._with_chat(lambda: self._chat.step(1)),
            "previous": self._with_chat(lambda: self._chat.step(-1)),
            "find": self._with_chat(self._chat.look_for_words),
            "filter": self._filter,
            "save": self._save,
            "compose": self._inspector.compose,
            "resend": lambda: self._inspector.compose(like_current=True),
            "developers": self.show_developers,
            "theme": self._other_theme,
            "leave": self.ask_to_leave,
            "help": lambda: ShortcutSheet(self).open(),
        }
        actions = {}
        for shortcut in SHORTCUTS:
            action = QtGui.QAction(shortcut.words, self)
            action.setShortcuts([QtGui.QKeySequence(keys) for keys in (shortcut.keys, shortcut.also) if keys])
            action.setToolTip(f"{shortcut.words} ({shortcut.keys})")
            action.triggered.connect(lambda _checked=False, act=acts[shortcut.name]: act())
            self.addAction(action)
            actions[shortcut.name] = action
        for number in range(1, 10):
            place = QtGui.QAction(self)
            place.setShortcut(QtGui.QKeySequence(f"Ctrl+{number}"))
            act = self._with_chat(partial(self._chat.open_nth, number - 1))
            place.triggered.connect(lambda _checked=False, act=act: act())
            self.addAction(place)
        MenuKey(self)
        return actions

    def _with_chat(self, act: Callable[[], None]) -> Callable[[], None]:
        """The chat is shown first: nobody writes, or chooses to whom, without seeing it."""

        def both() -> None:
            if self._app.settings.pane == "inspector":
                self._show_pane("both")
            act()

        return both

    def _empty_chat(self) -> QtWidgets.QWidget | None:
        """While nobody else is here, the invite is the chat."""
        invite = self._controller.invite
        if not self._controller.hosting or invite is None:
            return None
        frame = QtWidgets.QFrame()
        frame.setProperty("card", True)
        frame.setMaximumWidth(720)
        inside = QtWidgets.QVBoxLayout(frame)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(InviteCard(invite, "Nobody here yet. Send this:", self._controller.pin))
        page = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(page)
        column.setContentsMargins(space(3), space(3), space(3), space(3))
        column.addStretch(2)
        row = QtWidgets.QHBoxLayout()
        row.addStretch(1)
        row.addWidget(frame, 100)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(3)
        scroll = QtWidgets.QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        return scroll

    def _connect(self) -> None:
        controller = self._controller
        self._people.message.connect(self._write_to)
        self._people.put_out.connect(self._ask_to_put_out)
        self._chat.opened.connect(self._people.show_chosen)
        self._chat.seq_focused.connect(lambda seq: self._inspector.reveal(seq) if seq is not None else None)
        self._inspector.row_activated.connect(self._chat.reveal_seq)
        self._inspector.save_wanted.connect(lambda _none: self._save())
        self._inspection.long_wanted.connect(lambda _none: self.show_long())
        self._inspection.older_wanted.connect(lambda _none: self._open_older())
        if (disk := self._app.captures.long.of(self._controller)) is not None:
            disk.changed.connect(self._inspection.numbers_changed)
        controller.inspected_changed.connect(self._show_inspected)
        controller.relay_died.connect(self._show_relay_died)
        controller.status_changed.connect(self._show_status)
        controller.problem.connect(lambda problem: dialogs.tell(self, problem))
        controller.switches_changed.connect(self._toolbar.show_switches)
        controller.closed.connect(lambda _none: self.done.emit(None))
        application = QtWidgets.QApplication.instance()
        assert isinstance(application, QtWidgets.QApplication)
        # A child is not told when its window becomes the active one.
        application.focusWindowChanged.connect(self._window_changed)

    # ---- panes and looks

    def _restore(self) -> None:
        settings = self._app.settings
        kept = settings.layout.get("session_split")
        if kept:
            self._split.restoreState(QtCore.QByteArray.fromBase64(kept.encode()))
        self._show_pane(settings.pane)
        keep = QtCore.QTimer(self)
        keep.setSingleShot(True)
        keep.setInterval(500)
        keep.timeout.connect(self._save_split)
        self._split.splitterMoved.connect(lambda *_: keep.start())

    def _save_split(self) -> None:
        state = bytes(self._split.saveState().toBase64().data()).decode()
        self._app.save_settings(layout={**self._app.settings.layout, "session_split": state})

    def _show_pane(self, pane: str) -> None:
        focus = QtWidgets.QApplication.focusWidget()
        left = next((p for p in (self._chat, self._inspector) if focus and p.isAncestorOf(focus)), None)
        self._chat.setVisible(pane != "inspector")
        self._inspector.setVisible(pane != "chat")
        # Qt would give the focus of what is hidden to some button, which the next key would press.
        if left is self._chat and pane == "inspector":
            self._inspector.focus_rows()
        elif left is self._inspector and pane == "chat":
            self._chat.write()
        self._toolbar.show_pane(pane)
        self._app.save_settings(pane=pane)
        self._chat.look()

    def _next_pane(self) -> None:
        pane = PANES[(PANES.index(self._app.settings.pane) + 1) % len(PANES)]
        self._show_pane(pane)

    def _other_theme(self) -> None:
        choice = "light" if theme.current().is_dark else "dark"
        self._app.save_settings(theme=choice)

    def _switch(self, what: tuple[str, bool]) -> None:
        self._controller.set_switch(*what)

    # ---- what happens

    def _show_inspected(self, inspected: bool) -> None:
        me, inspectors = self._controller.people.me, self._controller.inspectors
        if not inspected:
            self._inspected_banner.hide()
        elif me is not None and me.id in inspectors:
            words = "You see every signal of this session, private ones included. Everybody here is told."
            self._inspected_banner.say(words, "Stop", lambda: self._controller.set_inspect(False))
        else:
            people = [self._controller.people.get(id) for id in inspectors]
            who = names_words([p.name for p in people if p is not None and not p.is_host]) or "The host"
            words = f"{who} sees every signal of this session, private ones included."
            self._inspected_banner.say(words)

    def _show_relay_died(self, words: str) -> None:
        self._relay_banner.say(words, "Restart the relay", self._controller.restart_relay)

    def _show_status(self, status: Status) -> None:
        if status.state is State.JOINED:
            self._relay_banner.hide()
        if status.state is State.ENDED:
            self._ended_banner.say(status.message, "Leave", self._controller.leave)

    # ---- what the person does

    def _write_to(self, connection_id: str) -> None:
        self._with_chat(lambda: self._chat.open(connection_id))()
        self._chat.write()

    def _filter(self) -> None:
        if self._app.settings.pane == "chat":
            self._show_pane("both")
        self._inspector.focus_filter()

    def _save(self) -> None:
        """Rows of the inspector, to a file."""
        from heliograph.ui.captures.saving import save_capture  # noqa: PLC0415 - not before it is wanted

        if self._app.settings.pane == "chat":
            self._show_pane("both")
        save_capture(self._inspector, self._inspection, self._app.captures, self._controller.title)

    def show_long(self) -> None:
        """Whether and how older rows are kept on disk."""
        from heliograph.ui.captures.long_dialog import LongDialog  # noqa: PLC0415 - few people need it

        disk = self._app.captures.long.of(self._controller)
        if disk is not None:
            LongDialog(self, disk, self._app.captures, self._app, self._save).open()

    def _open_older(self) -> None:
        from heliograph.ui.captures.parts_dialog import open_older  # noqa: PLC0415 - few people need it

        disk = self._app.captures.long.of(self._controller)
        if disk is not None:
            open_older(self, disk, self._app.captures)

    def show_developers(self) -> None:
        """What developers need of this relay, in a window of its own beside this one."""
        from heliograph.ui.developers import open_developers  # noqa: PLC0415 - few people need it

        open_developers(self, self._app, self._controller)

    def show_invite(self) -> None:
        """What lets others in, in a window of its own."""
        invite = self._controller.invite
        if invite is None and self._app.developer_desk(self._controller) is not None:
            self.show_developers()  # a token for each guest
            return
        if invite is None:
            dialogs.tell(
                self,
                Problem(
                    "No invite here",
                    "This session was opened with a token, which is for one person only.",
                    "Ask the host for a token, or for the invite, for whom you want to bring.",
                ),
            )
            return
        dialog = QtWidgets.QDialog(self)
        dialog.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Invite")
        column = QtWidgets.QVBoxLayout(dialog)
        column.setContentsMargins(0, 0, 0, 0)
        card = InviteCard(invite, f"Invite to {self._controller.title}", self._controller.pin, step=6)
        column.addWidget(card)
        dialog.resize(820, card.sizeHint().height())
        dialog.open()
        card.setFocus()

    def _ask_to_put_out(self, person: Person) -> None:
        dialogs.ask(
            self, f"Disconnect {person.name} ({person.short_id})?",
            "They are put out of the session. With the invite they can come back.",
            "Disconnect", lambda: self._controller.put_out(person.id),
        )  # fmt: skip

    def ask_to_leave(self, then: Callable[[], None] | None = None) -> None:
        """Leave, and do `then`; asks first where that cuts others off."""

        def leave() -> None:
            if then is not None:
                self.done.connect(then)
            self._controller.leave()

        def ask(people: list[Person], elsewhere: int) -> None:
            if not people and not elsewhere:
                leave()
                return
            title, words = parting_question([person.name for person in people], elsewhere)
            disk = self._app.captures.long.of(self._controller)
            words += on_disk_words(disk.rows if disk is not None else 0)
            dialogs.ask(self, title, words, "End the session", leave, "Stay")

        self._app.find_cut_off(self._controller, ask)

    def begin(self) -> None:
        """It is on screen now: write, and see what there is."""
        self._chat.write()
        self._chat.look()

    def say(self, words: str) -> None:
        """A line for the person that stays until they have read it."""
        self._notice_banner.say(words, "OK", self._notice_banner.hide)

    def _window_changed(self, _window: QtGui.QWindow | None) -> None:
        self._chat.look()
