"""What was sent by hand, and how each fared; a repetition with its progress and a way to stop it."""

import datetime

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.composing import Composing, Sending
from heliograph.model.text import display_name, one_line, plural
from heliograph.ui.form import muted
from heliograph.ui.inspector.detail_pages import FactsPage
from heliograph.ui.theme import space


class SentList(QtWidgets.QWidget):
    """The latest on top."""

    #: int: seq of the signal whose row the person wants to see.
    wanted = QtCore.Signal(object)

    def __init__(self, composing: Composing) -> None:
        super().__init__()
        self._composing = composing
        self._list = FactsPage("What you sent", ("Time", "Signal", "How it fares"))
        self._list.itemActivated.connect(lambda _item, _column: self._want())
        self._bar = QtWidgets.QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        self._words = muted("")
        self._stop = QtWidgets.QPushButton("&Stop")
        self._stop.clicked.connect(composing.stop)
        self._running = QtWidgets.QWidget()
        self._lay_out()
        composing.sendings_changed.connect(self.show_all)
        self.show_all()

    def _lay_out(self) -> None:
        words = QtWidgets.QVBoxLayout()
        words.setSpacing(space(1))
        words.addWidget(self._words)
        words.addWidget(self._bar)
        row = QtWidgets.QHBoxLayout(self._running)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(space(3))
        row.addLayout(words, 1)
        row.addWidget(self._stop)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(2))
        column.addWidget(self._running)
        column.addWidget(self._list, 1)

    def show_all(self) -> None:
        """As it stands now."""
        running = self._composing.running
        self._running.setVisible(running is not None)
        if running is not None:
            self._bar.setRange(0, running.times)
            self._bar.setValue(running.sent)
            self._words.setText(f"Sending: {running.sent:,} of {running.times:,}")
        latest = self._composing.sendings[::-1]
        rows = [(_clock(s.at), _signal(self._composing, s), fate_words(s)) for s in latest]
        inks = [
            ("muted", "", "danger" if s.lost or not s.sent else "success" if s.taken else "") for s in latest
        ]
        self._list.show_facts(rows, inks)

    def _want(self) -> None:
        place = self._list.currentIndex().row()
        latest = self._composing.sendings[::-1]
        if 0 <= place < len(latest) and (seq := latest[place].seq) is not None:
            self.wanted.emit(seq)


def fate_words(sending: Sending) -> str:
    """How it fares, in words."""
    if sending.times == 1:
        if sending.problem:
            return f"not sent: {sending.problem}" if not sending.sent else sending.problem
        return "on its way" if not sending.taken else f"taken as seq {sending.seq:,}"
    parts = [f"{sending.taken:,} of {sending.times:,} taken"]
    if sending.lost:
        parts.append(f"{sending.lost:,} not: {sending.problem}")
    elif sending.problem:
        parts.append(sending.problem)
    if sending.stopped and sending.sent < sending.times:
        parts.append(f"stopped after {sending.sent:,}")
    elif sending.unanswered:
        parts.append(f"{sending.unanswered:,} on their way")
    return ", ".join(parts)


def _signal(composing: Composing, sending: Sending) -> str:
    draft = sending.draft
    person = composing.people.get(draft.to) if draft.to is not None else None
    to = "everyone" if draft.to is None else person.name if person is not None else display_name(draft.to)
    what = draft.type or ("ping" if draft.data is None else "no type")
    times = f"{plural(sending.times, 'time')} " if sending.times > 1 else ""
    return f"{times}{what} → {to}  {one_line(draft.data or '', 40)}".rstrip()


def _clock(at: int) -> str:
    return datetime.datetime.fromtimestamp(at / 1000).strftime("%H:%M:%S")  # noqa: DTZ006 (local time is meant)
