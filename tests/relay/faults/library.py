"""A client of the soak that is the application's own: its link, its session, its outbox, as they are in the program.

It keeps by what the library tells, and nothing else, the same notes as the clients that were made for the soak.
"""

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

from heliograph.client.backoff import Backoff
from heliograph.client.connection import Link, Patience, Target
from heliograph.client.credential import Credential
from heliograph.client.events import (
    Acknowledged,
    Event,
    Failed,
    Joined,
    Missed,
    NotConfirmed,
    Rejected,
    Sent,
    Status,
    Trouble,
)
from heliograph.client.outbox import Outbox
from heliograph.client.session import ClientSession
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, SignalEntry

from .broken import put
from .people import QUIET, SESSION, Person
from .verdict import Life, Said

_PATIENCE = Patience(answer=QUIET, joined=QUIET, quiet=1.0, alive=QUIET, leave=0.5)
#: Ends of a session for which no misfortune of the soak is a reason.
_WITHOUT_REASON = ("badProtocol", "nonsense", "internal", "notARelay")


class LibraryPerson(Person):
    """See the module. Whoever is put out or has left comes again with a session of its own."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._tasks = Tasks(lambda name, error: self.ground.complaints.append(f"{name}: {error!r}"))
        self._refs = 0
        self._texts: dict[str, Said] = {}
        self._numbers: dict[str, int] = {}
        self._over = asyncio.Event()
        self._missed_from: int | None = None
        self._session: ClientSession
        self._link: Link | None = None

    # What others ask

    def settled(self) -> bool:
        return self._is_here and self._session.waiting == 0

    def brief(self) -> str:
        story = [] if self.life is None else self.life.story[-4:]
        waiting = self._session.waiting if self._link is not None else 0
        return f"{'in' if self._is_here else 'out'}, {waiting} unanswered, {'; '.join(story)}"

    def has_seen(self, seq: int) -> bool:
        return self._is_here and self.life is not None and self.life.seq >= seq

    @property
    def _is_here(self) -> bool:
        return self._link is not None and self._session.live

    # What it does

    async def live(self) -> None:
        try:
            while True:
                self._begin_anew()
                await self._until_over()
                await self._close()
                await asyncio.sleep(0.02 if self.in_hurry else self.random.choice((0.02, 0.1, 0.6)))
        finally:
            await self._close()
            await self._tasks.close()

    def say(self, to: str | None, type: str | None, data: str | None) -> None:
        if self._link is None or self._session.state.is_final:
            return
        self.said += 1
        self._refs += 1
        ref = f"{self.name}/{self._refs}"
        self._texts[ref] = Said(to, type, data)
        self._link.send(ref, type=type, data=data, to=to)

    def put_out(self, id: str) -> None:
        if self._link is not None:
            self._link.disconnect(id)

    def inspect(self, *, on: bool) -> None:
        """Ask to see every signal, or no longer."""
        if self._link is not None:
            self._link.inspect(on)

    def leave(self) -> None:
        if self._link is not None and self._is_here:
            self._end()
            self._link.leave()

    def _begin_anew(self) -> None:
        self._texts.clear()
        self._numbers.clear()
        self._over.clear()
        self._session = ClientSession(
            Credential(secret=self.ground.secrets[self.role]), name=self.name, client="soak"
        )
        target = Target(hosts=("127.0.0.1",), port=self.proxy.port, session=SESSION)
        self._link = Link(
            target, self._session, self._hear_of, self._tasks,
            backoff=Backoff(self.random.random), patience=_PATIENCE,
        )  # fmt: skip
        self._link.start()

    async def _until_over(self) -> None:
        assert self._link is not None
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._over.wait()
            if self.in_hurry:
                self._link.reconnect()

    async def _close(self) -> None:
        if self._link is not None:
            await self._link.close()
            self._link = None
        if self.life is not None and not self.life.complete:
            self._end()

    # What it is told

    def _hear_of(self, event: Event) -> None:
        if isinstance(event, Joined):
            self._take_joined(event)
        elif isinstance(event, Status):
            if event.state.is_final:
                if self.life is not None and event.problem in _WITHOUT_REASON:
                    self.ground.complaints.append(f"{self.name} gave up: {event}")
                self._tell(f"{event.state.value} {event.problem}")
                self._over.set()
        elif isinstance(event, Missed):
            if event.last_seq != self._missed_from:
                self.ground.complaints.append(f"{self.name} had seen {self._missed_from}, and not {event}")
        elif isinstance(event, Trouble) and event.code != 404:
            self.ground.complaints.append(f"{self.name} was told {event}")
        elif self.life is not None:
            self._note(self.life, event)

    def _take_joined(self, joined: Joined) -> None:
        life = self.life
        if joined.recovered:
            if life is None or (joined.me.id, joined.epoch) != (life.id, life.epoch):
                self.ground.complaints.append(f"{self.name} goes on as somebody else: {joined}")
            self._tell("resumed")
            return
        self._missed_from = None if life is None else life.seq
        self._end(refused=life is not None)
        self._numbers.clear()
        self._begin(Life(self.name, joined.me.id, joined.epoch, joined.seq))

    def _note(self, life: Life, event: Event) -> None:
        if isinstance(event, SignalEntry | CreatedEntry | DestroyedEntry):
            life.shown.append(event)
            if isinstance(event, CreatedEntry):
                self.ground.note(event.connection.id)
        elif isinstance(event, Sent):
            before = self._numbers.get(event.ref)
            if before is not None and before != event.n:
                life.resaid[before] = event.n
            self._numbers[event.ref] = event.n
            life.said[event.n] = self._texts[event.ref]
        elif isinstance(event, Acknowledged):
            life.answered[event.n] = event.seq
        elif isinstance(event, Rejected):
            life.rejected[self._numbers[event.ref]] = event.code
        elif isinstance(event, NotConfirmed | Failed):
            n = self._numbers.get(event.ref)  # of this life; of a former one nothing more is known
            if n is not None:
                life.answered[n] = None


# ---- libraries that break a promise each, to prove that the soak notices


def _says_again_under_new_numbers(outbox: Outbox) -> None:
    """What is unanswered after a resume goes under numbers that the relay does not know."""
    for pending in outbox._written.values():  # noqa: SLF001 (broken on purpose)
        pending.n = None
    waiting = [pending for pending in outbox._written.values() if not pending.waits]  # noqa: SLF001
    outbox._written.clear()  # noqa: SLF001
    for pending in waiting:
        pending.waits = True
        outbox._waiting.append(pending)  # noqa: SLF001
    outbox._waiting.sort()  # noqa: SLF001


def _dropping(session: type[ClientSession]) -> None:
    """The first entry of every recovery is not shown."""
    after_joined: set[ClientSession] = set()
    joined, entries = session._on_joined, session._on_entry  # noqa: SLF001

    def on_joined(self: ClientSession, message: Any, now: float) -> list[Event]:
        if message.recovered:
            after_joined.add(self)
        return joined(self, message, now)

    def on_entry(self: ClientSession, message: Any) -> list[Event]:
        told = entries(self, message)
        if self in after_joined and isinstance(message, SignalEntry | CreatedEntry | DestroyedEntry):
            after_joined.discard(self)
            return []
        return told

    put(session, "_on_joined", on_joined)
    put(session, "_on_entry", on_entry)


_CHANGED = ((Outbox, "resumed"), (ClientSession, "_on_joined"), (ClientSession, "_on_entry"))
BROKEN_LIBRARIES = ("new-numbers", "drops-recovered", "forgets-unanswered")


@contextlib.contextmanager
def broken_library(name: str) -> Iterator[None]:
    """The application's client library with one fault, in this process and for a time; "" for none."""
    kept = [(owner, what, getattr(owner, what)) for owner, what in _CHANGED]
    try:
        if name == "new-numbers":
            put(Outbox, "resumed", _says_again_under_new_numbers)
        elif name == "drops-recovered":
            _dropping(ClientSession)
        elif name == "forgets-unanswered":
            put(Outbox, "resumed", lambda _outbox: None)
        elif name:
            raise ValueError(f"no broken library {name!r}; there are {', '.join(BROKEN_LIBRARIES)}")
        yield
    finally:
        for owner, what, value in kept:
            put(owner, what, value)
