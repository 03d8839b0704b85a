"""The window in which any signal is written and sent. It stays open; what is written survives its closing."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.composing import Composing
from heliograph.bridge.inspection import Inspection
from heliograph.bridge.session_controller import SessionController
from heliograph.model.capture import Row
from heliograph.model.templates import BUILT_IN, Draft, Template, taken
from heliograph.ui.controls import Tool
from heliograph.ui.inspector.compose_copy import fill_copy_menu
from heliograph.ui.inspector.compose_form import ComposeForm
from heliograph.ui.inspector.compose_sent import SentList
from heliograph.ui.inspector.compose_templates import TemplatesButton
from heliograph.ui.placing import fit
from heliograph.ui.theme import space

#: Rows that are looked at for types to complete from.
_ROWS_FOR_TYPES = 5_000


def open_compose(parent: QtWidgets.QWidget, inspection: Inspection, row: Row | None = None) -> None:
    """Write a signal, with `row` one like that row, into the session that is looked at.

    From an opened capture it goes into the session that runs; while there is none, that is said.
    """
    controller = inspection.session
    if controller is None:
        inspection.notice.emit("No session is open that it could be sent into.")
        return
    window = _opened(controller.composing) or ComposeWindow(parent.window(), inspection, controller)
    if row is not None:
        window.begin_from(Draft(type=row.type, data=row.data, to=row.to))
    window.show()
    window.raise_()
    window.activateWindow()


def _opened(composing: Composing) -> "ComposeWindow | None":
    windows = [w for w in QtWidgets.QApplication.topLevelWidgets() if isinstance(w, ComposeWindow)]
    return next((w for w in windows if w.isVisible() and w.composing is composing), None)


class ComposeWindow(QtWidgets.QDialog):
    """One a session."""

    def __init__(
        self, parent: QtWidgets.QWidget, inspection: Inspection, controller: SessionController
    ) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Compose a signal")
        self._inspection, self._controller = inspection, controller
        self.composing = controller.composing
        self._form = ComposeForm(self.composing)
        self._sent = SentList(self.composing)
        self._templates = TemplatesButton(self.composing, lambda: self._form.draft)
        self._copy = Tool("copy", "Copy as", "Copy as", "Copy the signal as another program understands it")
        self._send = QtWidgets.QPushButton("Send")
        self._send.setProperty("primary", True)
        self._send.setToolTip("Ctrl+Enter")
        self._lay_out()
        self._connect()
        draft = self.composing.draft
        known = draft.to is None or self.composing.people.get(draft.to) is not None
        self._form.load(draft if known else _to(draft, None))
        self._form.show_types(self._seen_types())
        self._show_sent()
        self._form.write()

    def _lay_out(self) -> None:
        buttons = QtWidgets.QHBoxLayout()
        buttons.setSpacing(space(1))
        buttons.addWidget(self._templates)
        buttons.addWidget(self._copy)
        buttons.addStretch()
        buttons.addWidget(self._send)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(5), space(4), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(self._form, 3)
        column.addLayout(buttons)
        column.addWidget(self._sent, 2)
        fit(self, QtCore.QSize(600, 620))

    def _connect(self) -> None:
        self._form.edited.connect(self._edited)
        self._send.clicked.connect(self._send_it)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QtGui.QShortcut(QtGui.QKeySequence(keys), self).activated.connect(self._send_it)
        self._copy.clicked.connect(self._open_copy_menu)
        self._templates.taken.connect(self._take)
        self._templates.back_to.connect(self.begin_from)
        self._sent.wanted.connect(self._reveal)
        # A bound method goes with this window; a lambda would be called after its end.
        self.composing.sendings_changed.connect(self._show_sent)
        self._controller.people_changed.connect(self._form.show_people)
        self._controller.closed.connect(self.reject)
        self.finished.connect(self._finished)

    # ---- what is written

    def begin_from(self, draft: Draft) -> None:
        """Another signal to begin from; what was written before can be had back."""
        self.composing.set_aside(self._form.draft)
        self._form.load(draft)
        self._form.write()

    def _take(self, template: Template) -> None:
        row, values, sender = self._selected_row(), {"epoch": self._controller.epoch}, None
        if row is not None and row.seq is not None and row.direction == "in":
            values["seq"], sender = str(row.seq), row.sender
        draft = taken(template, values, sender)
        keeps_to = not template.to_sender or sender is None
        self.begin_from(_to(draft, self._form.draft.to) if keeps_to else draft)

    def _selected_row(self) -> Row | None:
        """The row that is looked at in the session itself; numbers of an opened capture mean nothing in it."""
        return self._inspection.current_row if self._inspection.controller is self._controller else None

    def _edited(self) -> None:
        self.composing.keep_draft(self._form.draft)

    def _seen_types(self) -> list[str]:
        rows = self._inspection.capture.rows[-_ROWS_FOR_TYPES:]
        seen = {row.type for row in rows if row.type} | {t.type for t in BUILT_IN if t.type}
        return sorted(seen)

    # ---- what is done with it

    def _send_it(self) -> None:
        if self._form.go_to_problem():
            return
        if self._form.times > 1:
            self.composing.repeat(self._form.draft, self._form.times, self._form.rate)
        else:
            self.composing.send(self._form.draft)

    def _open_copy_menu(self) -> None:
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        fill_copy_menu(menu, self._form.draft, self._controller)
        menu.popup(self._copy.mapToGlobal(self._copy.rect().bottomLeft()))

    def _show_sent(self) -> None:
        self._sent.setVisible(bool(self.composing.sendings))

    def _reveal(self, seq: int) -> None:
        own = self._inspection.controller is self._controller
        number = self._inspection.capture.number_of(seq) if own else None
        if number is not None:
            self._inspection.select(number, self)

    def _finished(self) -> None:
        """Closed, by Esc too: nothing is lost by it."""
        self.composing.keep_now()


def _to(draft: Draft, to: str | None) -> Draft:
    return Draft(type=draft.type, data=draft.data, to=to, fills=draft.fills)
