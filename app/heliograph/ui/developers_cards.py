"""The cards of the Developers page: who may reach the relay, code, tokens for guests, sessions made over REST."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.developing import DeveloperDesk
from heliograph.model.developer import (
    KEPT_FOR,
    LIFETIMES,
    MAX_TOKEN_DATA_CHARACTERS,
    REACHES,
    ROLES,
    Access,
    Fact,
    Made,
    MadeSessions,
    masked,
    reach_words,
)
from heliograph.model.developer_snippets import SNIPPETS, Snippet, note_on
from heliograph.model.problem import Problem
from heliograph.model.session_ids import made_at, short_session
from heliograph.model.settings import OpenTokReach
from heliograph.model.text import plural, relative_time
from heliograph.ui import theme
from heliograph.ui.controls import Choice, Groove, Tool
from heliograph.ui.facts import CodeView, CopyTool, FactRow
from heliograph.ui.form import Pick, card, field, labelled, muted, problem_label
from heliograph.ui.theme import space

_LONGEST_ID = 255
_PICTURES: dict[OpenTokReach, str] = {"off": "close", "loopback": "host", "all": "wifi"}
#: How many sessions are shown by name.
_MOST = 6


class _Card(QtWidgets.QWidget):
    """A card of the page."""

    def __init__(self, picture: str, title: str, words: str) -> None:
        super().__init__()
        frame, self.column = card(picture, title, words)
        whole = QtWidgets.QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(frame)


def _clear(layout: QtWidgets.QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        if (old := item.widget()) is not None:
            old.hide()
            old.deleteLater()


class _Tab(Choice):
    """A choice of words alone."""

    def __init__(self, words: str) -> None:
        super().__init__("", words, words, "")

    def _head_width(self) -> int:
        return -space(1.5)  # no icon, and no room after it

    def _paint_head(self, painter: QtGui.QPainter, left: int, ink: QtGui.QColor) -> None:
        """There is none."""


class ReachCard(_Card):
    """Who may use OpenTok's wire and REST API."""

    def __init__(self, desk: DeveloperDesk, app: AppController) -> None:
        super().__init__(
            "shield", "Who may reach it", "OpenTok.js, server SDKs and REST calls are answered for:"
        )
        self._desk, self._app = desk, app
        self._choices = {
            reach: Choice(_PICTURES[reach], REACHES[reach][0], REACHES[reach][0], "") for reach in REACHES
        }
        group = QtWidgets.QButtonGroup(self)
        for reach, choice in self._choices.items():
            group.addButton(choice)
            choice.clicked.connect(lambda _=False, reach=reach: self._choose(reach))
        groove = Groove(list(self._choices.values()))
        row = QtWidgets.QHBoxLayout()
        row.addWidget(groove)
        row.addStretch()
        self._words = QtWidgets.QVBoxLayout()
        self._words.setSpacing(space(1.5))
        self._problem = problem_label()
        self.column.addLayout(row)
        self.column.addLayout(self._words)
        self.column.addWidget(self._problem)
        desk.access_changed.connect(self._show)
        desk.reach_problem.connect(self._show_problem)
        self._show(desk.access)

    def _choose(self, reach: OpenTokReach) -> None:
        self._problem.hide()
        self._app.save_settings(opentok=reach)
        self._desk.open_to(reach)

    def _show(self, access: Access) -> None:
        self._choices[access.reach].setChecked(True)
        _clear(self._words)
        for words in reach_words(access):
            self._words.addWidget(muted(words, wrap=True))

    def _show_problem(self, problem: Problem) -> None:
        self._problem.setText(f"{problem.title}. {problem.text} {problem.action}")
        self._problem.show()


class CodeCard(_Card):
    """Code that runs as it is pasted."""

    def __init__(self, desk: DeveloperDesk, session: str) -> None:
        super().__init__("code", "Code", "What is copied runs as it is, key and secret included.")
        self._desk, self._session = desk, session
        self._snippet = SNIPPETS[0]
        self._is_revealed = False
        choices = [_Tab(s.title) for s in SNIPPETS]
        group = QtWidgets.QButtonGroup(self)
        for choice, snippet in zip(choices, SNIPPETS, strict=True):
            group.addButton(choice)
            choice.clicked.connect(lambda _=False, snippet=snippet: self._choose(snippet))
        choices[0].setChecked(True)
        copy = CopyTool("the code", lambda: desk.code(self._snippet, session), "Copy")
        row = QtWidgets.QHBoxLayout()
        row.addWidget(Groove(choices))
        row.addStretch()
        row.addWidget(copy)
        self._note = muted("", wrap=True)
        self._view = CodeView("Code")
        self.column.addLayout(row)
        self.column.addWidget(self._note)
        self.column.addWidget(self._view)
        desk.access_changed.connect(self._access_changed)
        self._show()

    def reveal(self, shown: bool) -> None:
        """Show the secret in the code, or dots in its place; what is copied is whole always."""
        self._is_revealed = shown
        self._show()

    def _choose(self, snippet: Snippet) -> None:
        self._snippet = snippet
        self._show()

    def _access_changed(self, _access: Access) -> None:
        self._show()

    def _show(self) -> None:
        code = self._desk.code(self._snippet, self._session)
        hidden = () if self._is_revealed else (self._desk.access.secret,)
        self._note.setText(note_on(self._snippet, self._desk.access))
        self._view.show_code(masked(code, hidden))


class GuestCard(_Card):
    """A token by which somebody joins the hosted session."""

    #: The widget that shows the token that was just made.
    made = QtCore.Signal(object)

    def __init__(self, desk: DeveloperDesk, session: str) -> None:
        super().__init__(
            "invite",
            "Token for a guest",
            "It lets somebody into this session, with the rights that you choose.",
        )
        self._desk, self._session = desk, session
        self._role, self._life = Pick("Role"), Pick("Valid for")
        for role, name, words in ROLES:
            self._role.addItem(name, role)
            self._role.setItemData(self._role.count() - 1, words, QtCore.Qt.ItemDataRole.ToolTipRole)
        for words, seconds in LIFETIMES:
            self._life.addItem(words, seconds)
        self._life.setCurrentIndex(1)
        self._data = field("Connection data", "optional, such as name=Ana", "", MAX_TOKEN_DATA_CHARACTERS)
        self._what = muted("", wrap=True)
        self._make = QtWidgets.QPushButton("Make a token")
        self._token = FactRow(Fact("Token", ""))
        kept = self._token.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # nothing moves when it comes
        self._token.setSizePolicy(kept)
        self._token.hide()
        self._lay_out()
        self._make.clicked.connect(self._mint)
        self._data.returnPressed.connect(self._mint)
        self._role.currentIndexChanged.connect(self._changed)
        self._life.currentIndexChanged.connect(self._changed)
        self._data.textChanged.connect(self._changed)
        self._changed()

    def _lay_out(self) -> None:
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(3))
        row.addLayout(labelled("&Role", self._role), 1)
        row.addLayout(labelled("&Valid for", self._life), 1)
        below = QtWidgets.QHBoxLayout()
        below.addWidget(self._what, 1)
        below.addWidget(self._make)
        self.column.addLayout(row)
        self.column.addLayout(labelled("Connection &data (every client sees it)", self._data))
        self.column.addLayout(below)
        self.column.addWidget(self._token)

    def _changed(self) -> None:
        """A token that was made for other wishes is no longer shown."""
        self._what.setText(f"{ROLES[self._role.currentIndex()][2].capitalize()}.")
        self._token.hide()

    def _mint(self) -> None:
        desk = self._desk
        role, seconds = str(self._role.currentData()), int(self._life.currentData())
        self._token.show_value(desk.guest_token(self._session, role, self._data.text(), seconds))
        self._token.show()
        self.made.emit(self._token)


class MadeCard(_Card):
    """Sessions that servers have made over REST, and a way into them."""

    def __init__(self, desk: DeveloperDesk, app: AppController) -> None:
        super().__init__(
            "inspector",
            "Sessions made over REST",
            "Open one to see its signals; this session stays open as it is.",
        )
        self._desk, self._app = desk, app
        self._id = field("Id of a session to open", "as your server got it", "", _LONGEST_ID)
        self._open = QtWidgets.QPushButton("Open")
        self._problem = problem_label()
        self._rows = QtWidgets.QVBoxLayout()
        self._rows.setSpacing(0)
        self._none = muted("None yet. They appear here as soon as a server makes one.", wrap=True)
        self._kept = Pick("How long an empty session lives")
        self._lay_out()
        self._id.returnPressed.connect(self._wanted)
        self._open.clicked.connect(self._wanted)
        self._id.textChanged.connect(lambda _: self._problem.hide())
        desk.sessions_changed.connect(self._show)
        desk.problem.connect(self._show_problem)
        desk.opened.connect(self._opened)
        desk.busy.connect(self._show_busy)
        self._show(desk.sessions)

    def _lay_out(self) -> None:
        for words, seconds in KEPT_FOR:
            self._kept.addItem(words, seconds)
        self._kept.setCurrentIndex(max(0, self._kept.findData(self._app.settings.session_ttl)))
        self._kept.activated.connect(
            lambda _: self._app.save_settings(session_ttl=int(self._kept.currentData()))
        )
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(2))
        row.addLayout(labelled("Session &id", self._id), 1)
        row.addWidget(self._open, 0, QtCore.Qt.AlignmentFlag.AlignBottom)
        kept = QtWidgets.QHBoxLayout()
        kept.setSpacing(space(2))
        kept.addWidget(muted("An empty one lives for"))
        kept.addWidget(self._kept)
        kept.addWidget(muted("from the next hosting on"))
        kept.addStretch()
        self.column.addWidget(self._none)
        self.column.addLayout(self._rows)
        self.column.addLayout(row)
        self.column.addWidget(self._problem)
        self.column.addLayout(kept)

    def _wanted(self) -> None:
        self._problem.hide()
        self._desk.open_session(self._id.text())

    def _opened(self, _controller: object) -> None:
        self._id.clear()

    def _show_busy(self, busy: bool) -> None:
        self._open.setEnabled(not busy)
        self._open.setText("Opening…" if busy else "Open")

    def _show_problem(self, problem: Problem) -> None:
        self._problem.setText("\n".join(filter(None, (problem.title, problem.text, problem.action))))
        self._problem.show()

    def _show(self, made: MadeSessions) -> None:
        self._none.setVisible(not made.count)
        _clear(self._rows)
        for session in made.latest[:_MOST]:
            self._rows.addWidget(self._row(session))
        if made.count > _MOST:
            self._rows.addWidget(muted(f"and {made.count - _MOST} older"))

    def _row(self, made: Made) -> QtWidgets.QWidget:
        at = made_at(made.session)
        now = QtCore.QDateTime.currentMSecsSinceEpoch()
        who = plural(made.connections, "connection") if made.connections else "nobody in it"
        when = f", made {relative_time(at, now)}" if at is not None else ""
        name = QtWidgets.QLabel(short_session(made.session))
        name.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        name.setToolTip(made.session)
        name.setFont(theme.font(0.95, mono=True))
        open_it = Tool(
            "enter", "Open", f"Open the session {made.session}, {who}{when}", "Open it in a window of its own"
        )
        open_it.clicked.connect(lambda: self._desk.open_session(made.session))
        row = QtWidgets.QWidget()
        layout = QtWidgets.QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(space(2))
        layout.addWidget(name)
        layout.addWidget(muted(f"{who}{when}"), 1)
        layout.addWidget(CopyTool("the session id", lambda: made.session))
        layout.addWidget(open_it)
        return row

    # ---- Qt

    def showEvent(self, event: QtGui.QShowEvent) -> None:
        super().showEvent(event)
        self._desk.watch(True)

    def hideEvent(self, event: QtGui.QHideEvent) -> None:
        super().hideEvent(event)
        self._desk.watch(False)
