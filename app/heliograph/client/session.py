"""One client's side of a session: a state machine without socket or clock. Pure.

A shell (client/connection.py) tells it what happens to transports and passes frames both ways. It keeps the
promises of docs/PROTOCOL.md on this side of the wire: signals go in order, each once, also over
reconnects; where nobody can know what became of one, it says so (`NotConfirmed`).

`now` is monotonic and in seconds.
"""

from collections.abc import Callable
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from heliograph.client import events
from heliograph.client.credential import Credential, Introduction, check_text
from heliograph.client.events import Event, State, Status
from heliograph.client.farewells import NONSENSE, Farewell, farewell, sentence
from heliograph.client.outbox import Outbox, Pending
from heliograph_relay.protocol import native
from heliograph_relay.protocol.model import Entry, SignalEntry, check_data, check_type

__all__ = ["ClientSession", "Credential"]

#: Unreadable frames in a row after which the other side is taken for no relay.
MAX_NONSENSE = 10


class ClientSession:
    """See the module. After `LEFT` or `ENDED` it does nothing more; what never was written stays unsent."""

    def __init__(
        self, credential: Credential, *, name: str, data: str = "", client: str = "heliograph"
    ) -> None:
        """Raises `InvalidSignal` for a name, data or client that no relay takes."""
        self._introduction = Introduction(credential=credential, name=name, data=data, client=client)
        self._state = State.CONNECTING
        self._frames: list[bytes] = []
        self._outbox = Outbox()
        self._resume: native.Resume | None = None
        self._position = 0
        self._live = False
        self._leaving = False
        self._leave_written = False
        self._bye: native.Bye | None = None
        self._nonsense = 0
        self._handlers: dict[type, Callable[[Any, float], list[Event]]] = {
            native.Joined: self._on_joined,
            SignalEntry: self._on_signal,
            native.Accepted: self._on_accepted,
            native.Rejected: self._on_rejected,
            native.Error: self._on_error,
            native.Bye: self._on_bye,
        }

    @property
    def state(self) -> State:
        """Where the session is."""
        return self._state

    @property
    def was_joined(self) -> bool:
        """Whether the relay has ever taken us in."""
        return self._resume is not None

    @property
    def live(self) -> bool:
        """Whether the present transport is joined."""
        return self._live

    @property
    def parting(self) -> bool:
        """The transport has no further use: the relay said goodbye, or the session is over."""
        return self._bye is not None or self._state.is_final

    @property
    def waiting(self) -> int:
        """How many signals are not acknowledged yet, written or not."""
        return len(self._outbox)

    # What the person wants

    def send(self, ref: str, *, type: str | None, data: str | None, to: str | None = None) -> None:
        """Send a signal to all, or to one connection; None for what is left out (neither: a ping).

        Raises:
            Refusal: the relay would refuse it, whatever happens.
        """
        if type is not None:
            check_type(type)
        if to is not None:
            check_text("to", to)
        if data is not None:
            check_text("data", data)
            check_data(data)
        self._outbox.put(ref, to=to, type=type, data=data)

    def withdraw(self, ref: str) -> bool:
        """Take a signal back; False if it was written, for then it cannot be."""
        return self._outbox.withdraw(ref)

    def disconnect(self, connection_id: str) -> None:
        """Put somebody out of the session; only while joined, and only moderators may."""
        self._control(native.Disconnect(connection=connection_id))

    def inspect(self, on: bool) -> None:
        """See every signal of the session, or no longer; only while joined, and only moderators may."""
        self._control(native.Inspect(on=on))

    def leave(self) -> list[Event]:
        """Leave for good. While joined, the relay's close ends it; otherwise it is over at once."""
        if self._state.is_final:
            return []
        self._leaving = True
        return [] if self._live else self._end(Status(State.LEFT))

    # What happens to transports

    def opened(self, now: float) -> None:
        """A transport is there."""
        self._live, self._bye, self._nonsense = False, None, 0
        resume = None if self._resume is None else replace(self._resume, seq=self._position)
        self._frames = [native.encode(self._introduction.join(resume))]

    def received(self, text: str | bytes, now: float) -> list[Event]:
        """The relay sent a frame."""
        if self._state.is_final:
            return []
        try:
            message = native.decode_message(text)
        except native.BadMessage as bad:
            return self._on_nonsense(str(bad))
        self._nonsense = 0
        if not self._live and not isinstance(message, (native.Joined, native.Error, native.Bye)):
            return self._on_nonsense(f"{type(message).__name__} before joined")
        handler = self._handlers.get(type(message))
        return self._on_entry(message) if handler is None else handler(message, now)

    def lost(self, code: int | None, now: float) -> list[Event]:
        """The transport is gone: by its close code, or None where it was cut."""
        kind = self._introduction.credential.kind
        return self.failed(farewell(code, self._bye, credential=kind, joined_before=self.was_joined))

    def failed(self, why: Farewell) -> list[Event]:
        """There is no transport, or none of use, for a reason that the shell knows.

        The first join is tried once, so that a wrong address is told at once; who was in comes back.
        """
        self._live = False
        self._frames = []
        if self._state.is_final:
            return []
        if self._leaving:
            return self._end(Status(State.LEFT))
        if why.ends or not self.was_joined:
            return self._end(Status(State.ENDED, why.message, problem=why.problem))
        self._state = State.RECONNECTING
        return [Status(State.RECONNECTING, why.message, problem=why.problem)]

    def outgoing(self, now: float) -> tuple[list[bytes], list[Event]]:
        """Frames to write now, and what that means for signals."""
        frames, self._frames = self._frames, []
        sent: list[Event] = []
        if self._live and not self._leave_written:
            for pending in self._outbox.take(now):
                frames.append(_frame(pending))
                assert pending.n is not None
                sent.append(events.Sent(pending.ref, pending.n))
            if self._leaving:
                frames.append(native.encode(native.Leave()))
                self._leave_written = True
        return frames, sent

    def wakeup(self, now: float) -> float | None:
        """When to call `outgoing` again though nothing has happened; None if never."""
        return self._outbox.wakeup(now) if self._live and not self._leaving else None

    # What the relay says

    def _on_joined(self, joined: native.Joined, now: float) -> list[Event]:
        if self._live:
            return [_trouble("joined, while joined")]
        before = self._resume
        recovered = None if before is None else joined.recovered
        self._state, self._live = State.JOINED, True
        self._resume = native.Resume(
            connection=joined.connection.id, key=joined.key, epoch=joined.epoch, seq=joined.seq
        )
        told: list[Event] = [_joined_event(joined, recovered)]
        if recovered:
            self._outbox.resumed()
        else:
            told += self._begin_anew(joined, first=before is None)
        return [*told, Status(State.JOINED)]

    def _begin_anew(self, joined: native.Joined, *, first: bool) -> list[Event]:
        """A connection without a past: its own numbers, and the log from here on."""
        told: list[Event] = [] if first else [events.Missed(self._position)]
        self._position = joined.seq
        told += [events.NotConfirmed(ref) for ref in self._outbox.give_up_written()]
        present = {connection.id for connection in joined.connections}
        words = "This person has left the session."
        told += [events.Failed(ref, words) for ref in self._outbox.drop_for_others(present)]
        self._outbox.limited(joined.limits.rate, joined.limits.burst)
        return told

    def _on_entry(self, message: Any) -> list[Event]:
        """An entry of the log, or a notice beside it. Only entries seen move the resume position."""
        if isinstance(message, Entry):
            if message.seq <= self._position:
                return [_trouble(f"entry {message.seq} after entry {self._position}")]
            self._position = message.seq
        return [message]

    def _on_signal(self, entry: SignalEntry, now: float) -> list[Event]:
        told = self._on_entry(entry)
        own = self._resume is not None and entry.sender == self._resume.connection
        if told == [entry] and own and entry.n is not None:
            pending = self._outbox.answered(entry.n)
            if pending is not None:
                told.insert(0, events.Acknowledged(pending.ref, entry.n, entry.seq, entry.at))
        return told

    def _on_accepted(self, accepted: native.Accepted, now: float) -> list[Event]:
        pending = self._outbox.answered(accepted.n)
        if pending is None:
            return []
        if accepted.seq is None:
            # A repeat that the relay no longer knows: a higher number was taken, this one perhaps refused.
            return [events.NotConfirmed(pending.ref)]
        return [events.Acknowledged(pending.ref, accepted.n, accepted.seq, None)]

    def _on_rejected(self, rejected: native.Rejected, now: float) -> list[Event]:
        if rejected.code == 429:
            self._outbox.too_fast(rejected.n, now)
            return []
        pending = self._outbox.answered(rejected.n)
        if pending is None:
            return []
        return [events.Rejected(pending.ref, rejected.code, rejected.error, rejected.message)]

    def _on_error(self, error: native.Error, now: float) -> list[Event]:
        if not self._live:  # it is about our join: none will follow on this transport
            return self.failed(Farewell(error.error, sentence(error.message), ends=True))
        return [events.Trouble(error.code, error.error, error.message)]

    def _on_bye(self, bye: native.Bye, now: float) -> list[Event]:
        self._bye = bye
        return []

    def _on_nonsense(self, words: str) -> list[Event]:
        """One unknown frame may be a newer relay's; a first answer or many frames are another program's."""
        self._nonsense += 1
        if not self._live or self._nonsense >= MAX_NONSENSE:
            return self.failed(NONSENSE)
        return [_trouble(words)]

    # Little helpers

    def _control(self, request: native.Disconnect | native.Inspect) -> None:
        if self._live:
            self._frames.append(native.encode(request))

    def _end(self, status: Status) -> list[Event]:
        self._state, self._live = status.state, False
        return [*(events.NotConfirmed(ref) for ref in self._outbox.give_up_written()), status]


def _frame(pending: Pending) -> bytes:
    assert pending.n is not None
    signal = native.Signal(
        n=pending.n,
        to=UNSET if pending.to is None else pending.to,
        type=UNSET if pending.type is None else pending.type,
        data=UNSET if pending.data is None else pending.data,
    )
    return native.encode(signal)


def _joined_event(joined: native.Joined, recovered: bool | None) -> events.Joined:
    return events.Joined(
        session=joined.session, me=joined.connection, connections=tuple(joined.connections),
        epoch=joined.epoch, seq=joined.seq, recovered=recovered, limits=joined.limits, server=joined.server,
    )  # fmt: skip


def _trouble(words: str) -> events.Trouble:
    return events.Trouble(0, "nonsense", f"The relay said something unexpected: {words[:200]}")
