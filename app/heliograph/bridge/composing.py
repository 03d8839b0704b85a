"""Signals that a person writes by hand: what keeps one from going, how those that went have fared, and repetitions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct
from msgspec.structs import replace
from PySide6 import QtCore

from heliograph.bridge.batching import Alarm
from heliograph.bridge.changes import Settled
from heliograph.bridge.hosting import Hosting
from heliograph.bridge.state import Clock
from heliograph.client.events import Acknowledged, Failed, Rejected
from heliograph.model.people import People
from heliograph.model.repeating import WINDOW, Repeating, fitting_rate
from heliograph.model.rules import data_problem, type_problem
from heliograph.model.settings import Settings
from heliograph.model.templates import Draft, Template, filled, with_template, without_template
from heliograph_relay.protocol.problems import Refusal

if TYPE_CHECKING:
    from heliograph.model.developer import Access

#: Most signals, or repetitions of one, whose fate is still shown.
MOST_SENDINGS = 200
#: How soon what is typed is kept, in seconds.
_KEPT_WITHIN = 0.5
#: Most drafts that can be had back.
MOST_EARLIER = 5
UNKNOWN = "The connection ended; nobody knows whether it arrived."


class Shelf(Protocol):
    """Where what a person writes is kept between sessions and runs of the program."""

    @property
    def settings(self) -> Settings:
        """With `templates` and `compose_draft`."""

    def save_settings(self, **changes: Any) -> None:
        """Change these members."""


class LooseShelf:
    """Keeps for as long as it lives."""

    def __init__(self) -> None:
        self.settings = Settings()

    def save_settings(self, **changes: Any) -> None:
        self.settings = replace(self.settings, **changes)


class Session(Protocol):
    """What is asked of a session (bridge/session_controller.py)."""

    signals_settled: QtCore.SignalInstance

    @property
    def people(self) -> People:
        """Who is here."""

    @property
    def rate(self) -> float:
        """Signals a second that one connection may send; 0 for any number."""

    def send_signal(self, type: str | None, data: str | None, to: str | None = None) -> str:
        """Send; raises Refusal."""


class Sending(Struct, kw_only=True, eq=False):
    """A signal that was sent by hand, once or again and again, and how it fares.

    `at` is in milliseconds since the epoch; `seq` that of the last one the relay took, None where that is not known;
    `problem` the words about the last one that it did not take, or why it was ended.
    """

    draft: Draft
    at: int
    times: int
    sent: int = 0
    taken: int = 0
    lost: int = 0
    seq: int | None = None
    problem: str = ""
    stopped: bool = False

    @property
    def unanswered(self) -> int:
        """How many are on their way."""
        return self.sent - self.taken - self.lost

    @property
    def over(self) -> bool:
        """Nothing will change any more."""
        return (self.stopped or self.sent >= self.times) and self.unanswered == 0


class Composing(QtCore.QObject):
    """What the compose window of a session talks to. It goes on while that window is closed."""

    #: None: a sending is new, or fares differently.
    sendings_changed = QtCore.Signal(object)
    #: None: the templates are others.
    templates_changed = QtCore.Signal(object)

    def __init__(
        self, session: Session, shelf: Shelf, clock: Clock, hosting: Hosting | None = None,
        parent: QtCore.QObject | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._hosting = hosting
        self._session, self._shelf, self._clock = session, shelf, clock
        self.sendings: list[Sending] = []
        #: What was written and given up for something else, the latest first.
        self.earlier: list[Draft] = []
        self._on_way: dict[str, Sending] = {}
        self._running: tuple[Sending, Repeating] | None = None
        self._draft, self._unkept = shelf.settings.compose_draft, False
        self._next = Alarm(self._go_on, self)
        self._keep = Alarm(self.keep_now, self)
        session.signals_settled.connect(self._settled)

    @property
    def people(self) -> People:
        """Who is here, to write to."""
        return self._session.people

    @property
    def access(self) -> "Access | None":
        """Where servers would send signals, if this app runs the relay."""
        return self._hosting.access if self._hosting is not None else None

    # ---- what is written

    @property
    def draft(self) -> Draft:
        """What was written last and not cleared; kept over restarts."""
        return self._draft

    def keep_draft(self, draft: Draft) -> None:
        """This is written now."""
        if draft != self._draft:
            self._draft, self._unkept = draft, True
            self._keep.within(_KEPT_WITHIN)

    def set_aside(self, draft: Draft) -> None:
        """Something else is written instead; this one can be had back."""
        known = [kept for kept in self.earlier if kept != draft]
        is_kept = draft in self._sent_or_blank()
        self.earlier = (known if is_kept else [draft, *known])[:MOST_EARLIER]

    def _sent_or_blank(self) -> list[Draft]:
        return [Draft(), Draft(data=""), *(sending.draft for sending in self.sendings)]

    def keep_now(self) -> None:
        """What is written is kept at once."""
        self._keep.stop()
        if self._unkept:
            self._unkept = False
            self._shelf.save_settings(compose_draft=self._draft)

    def problems(self, draft: Draft, times: int = 1) -> dict[str, str]:
        """What keeps it from going, by "type", "data" or "to"; as the relay would say it."""
        last = filled(draft, times, self._clock.wall())
        people = self._session.people
        gone = draft.to is not None and not people.is_here(draft.to)
        found = {
            "type": type_problem(draft.type) if draft.type is not None else "",
            "data": data_problem(last.data) if last.data is not None else "",
            "to": "This person is not in the session now." if gone else "",
        }
        return {name: words for name, words in found.items() if words}

    def size(self, data: str, fills: bool, times: int) -> int:
        """Bytes of UTF-8 that such data takes at most; half a character counts as a whole one."""
        last = filled(Draft(data=data, fills=fills), times, self._clock.wall())
        return len((last.data or "").encode("utf-8", "surrogatepass"))

    # ---- templates

    @property
    def templates(self) -> tuple[Template, ...]:
        """Those that the person has made."""
        return self._shelf.settings.templates

    def save_template(self, template: Template) -> None:
        """Keep it, in place of one of its name."""
        self._change_templates(with_template(self.templates, template))

    def delete_template(self, name: str) -> None:
        """Let it go."""
        self._change_templates(without_template(self.templates, name))

    def _change_templates(self, templates: tuple[Template, ...]) -> None:
        self._shelf.save_settings(templates=templates)
        self.templates_changed.emit(None)

    # ---- sending

    @property
    def running(self) -> Sending | None:
        """The repetition that is going on."""
        return self._running[0] if self._running is not None else None

    def rate(self, wanted: float) -> float:
        """How many a second would go where so many are wanted: the session takes no more."""
        return fitting_rate(wanted, self._session.rate)

    def send(self, draft: Draft) -> Sending:
        """Send it once. What keeps it from going stands in the sending."""
        sending = self._begin(draft, 1)
        self._send_next(sending)
        self.sendings_changed.emit(None)
        return sending

    def repeat(self, draft: Draft, times: int, a_second: float) -> Sending:
        """Send it so often, at that rate or the session's; ends a repetition that is still going on."""
        self.stop()
        sending = self._begin(draft, times)
        self._running = (sending, Repeating(times, self.rate(a_second), self._clock.now()))
        self._go_on()
        return sending

    def stop(self) -> None:
        """End the repetition; what is on its way stays so."""
        if self._running is not None:
            self._running[0].stopped = True
            self._running = None
            self._next.stop()
            self.sendings_changed.emit(None)

    def _begin(self, draft: Draft, times: int) -> Sending:
        sending = Sending(draft=draft, at=self._clock.wall(), times=times)
        self.sendings.append(sending)
        del self.sendings[:-MOST_SENDINGS]
        return sending

    def _go_on(self) -> None:
        if self._running is None:
            return
        sending, repeating = self._running
        now = self._clock.now()
        for _ in range(repeating.due(now, sending.unanswered)):
            if not self._send_next(sending):
                self.stop()
                return
        if repeating.over:
            self._running = None
        elif sending.unanswered < WINDOW:
            self._next.within(repeating.wait(now))
        self.sendings_changed.emit(None)

    def _send_next(self, sending: Sending) -> bool:
        signal = filled(sending.draft, sending.sent + 1, self._clock.wall())
        try:
            ref = self._session.send_signal(signal.type, signal.data, signal.to)
        except Refusal as refusal:
            sending.problem, sending.stopped = str(refusal), True
            return False
        sending.sent += 1
        self._on_way[ref] = sending
        return True

    def _settled(self, events: Sequence[Settled]) -> None:
        ours = [(event, sending) for event in events if (sending := self._on_way.pop(event.ref, None))]
        for event, sending in ours:
            if isinstance(event, Acknowledged):
                sending.taken += 1
                sending.seq = event.seq
            else:
                sending.lost += 1
                sending.problem = _words(event)
        if ours:
            self._go_on()
            self.sendings_changed.emit(None)


def _words(event: Settled) -> str:
    if isinstance(event, Rejected):
        return f"{event.code} {event.error}: {event.message}"
    return event.message if isinstance(event, Failed) else UNKNOWN
