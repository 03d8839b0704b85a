"""Stand-ins for what a session controller has around it: a link to no relay, a capture, clocks."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import count
from typing import Any

from PySide6 import QtCore

from heliograph.bridge.destination import Destination
from heliograph.bridge.hosting import HostingFailed, HostingWish
from heliograph.bridge.state import Clock
from heliograph.client.credential import Credential
from heliograph.client.events import Acknowledged, Event, Joined, Sent, State, Status
from heliograph.model.developer import Access, MadeSessions
from heliograph.model.problem import Problem
from heliograph.model.settings import OpenTokReach
from heliograph_relay.protocol.invite import Invite
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)
from heliograph_relay.protocol.native import Limits, Server, SessionInfo
from heliograph_relay.protocol.problems import InvalidSignal
from heliograph_relay.protocol.tapped import Tapped, Untapped

EPOCH = "epoch-1"
RELAY_TIME = 1_700_000_000_000


def connection(id: str, **members: Any) -> Connection:
    """A connection; its name is its id with a capital."""
    values = {
        "name": id.title(), "data": "", "role": Role.PUBLISHER, "created": 0, "client": "heliograph", **members,
    }  # fmt: skip
    return Connection(id=id, **values)


def joined(
    *others: str | Connection, me: str = "me", epoch: str = EPOCH, seq: int = 10, recovered: bool | None = None,
    inspected: bool = False, role: Role = Role.PUBLISHER, session: str = "s1",
) -> Joined:  # fmt: skip
    """I join a session where these others are."""
    mine = connection(me, role=role)
    return Joined(
        session=SessionInfo(id=session, name="Choir", mode="routed", inspected=inspected), me=mine,
        connections=(*(o if isinstance(o, Connection) else connection(o) for o in others), mine),
        epoch=epoch, seq=seq, recovered=recovered, limits=Limits(type=128, data=8192, rate=50, burst=200),
        server=Server(name="fake", version="0"),
    )  # fmt: skip


def signal(
    seq: int, sender: str | None, type: str | None = "chat", data: str | None = "hi", **rest: Any
) -> SignalEntry:
    """An entry of the log."""
    return SignalEntry(seq=seq, at=RELAY_TIME + seq, sender=sender, type=type, data=data, **rest)


def created(seq: int, id: str, **members: Any) -> CreatedEntry:
    """Somebody joins."""
    return CreatedEntry(seq=seq, at=RELAY_TIME + seq, connection=connection(id, **members))


def destroyed(seq: int, id: str, reason: Reason = Reason.CLIENT) -> DestroyedEntry:
    """Somebody leaves."""
    return DestroyedEntry(seq=seq, at=RELAY_TIME + seq, connection=id, reason=reason)


class FakeCapture:
    """Remembers what it was told; every entry is a row."""

    def __init__(self) -> None:
        self.rows: list[Event] = []
        self.ahead = 0
        self.sent_signals: list[tuple[str, str | None, str | None, str | None]] = []
        self.receipts: list[tuple[str, str, list[int]]] = []

    def relay_time(self, wall: int) -> int:
        return wall + self.ahead

    def append_event(self, event: Event, *, me: str | None, wall: int) -> object | None:
        if isinstance(event, (SignalEntry, CreatedEntry, DestroyedEntry)):
            self.rows.append(event)
            return event
        return None

    def sent(self, ref: str, type: str | None, data: str | None, to: str | None) -> None:
        self.sent_signals.append((ref, type, data, to))

    def receipt(self, sender: str, state: str, seqs: list[int], at: int) -> None:
        self.receipts.append((sender, state, seqs))

    def __len__(self) -> int:
        return len(self.rows)


class FakeTime:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.clock = Clock(now=lambda: self.seconds, wall=lambda: int(self.seconds * 1000))


def refs() -> Callable[[], str]:
    """Refs r1, r2, …"""
    numbers = count(1)
    return lambda: f"r{next(numbers)}"


class FakeLink:
    """A link whose relay is the test: `sent` is what it was given, `say` what the relay says.

    With `answers` set, it acknowledges every signal at once, as entries from there on.
    """

    def __init__(self, on_event: Callable[[Event], None]) -> None:
        self.say = on_event
        self.sent: list[tuple[str, str | None, str | None, str | None]] = []
        self.withdrawn: list[str] = []
        self.put_out: list[str] = []
        self.inspecting: list[bool] = []
        self.on_start: Callable[[], None] = lambda: None
        self.closed = False
        self.reconnects = 0
        self.answers: int | None = None
        self.me = "me"

    def start(self) -> None:
        asyncio.get_running_loop().call_soon(self.on_start)

    def send(self, ref: str, *, type: str | None, data: str | None, to: str | None = None) -> None:
        self.sent.append((ref, type, data, to))
        if self.answers is not None:
            self.write(ref)
            self.acknowledge(ref)

    def write(self, ref: str) -> None:
        """The signal goes to the wire."""
        self.say(Sent(ref, 1))

    def acknowledge(self, ref: str, seq: int | None = None) -> int:
        """The relay takes the signal; returns its seq."""
        if seq is None:
            assert self.answers is not None
            seq, self.answers = self.answers, self.answers + 1
        [(_, type, data, to)] = [sent for sent in self.sent if sent[0] == ref]
        self.say(Acknowledged(ref, 1, seq, None if to else RELAY_TIME + seq))
        if to is None:
            self.say(signal(seq, self.me, type, data, n=1))
        return seq

    def withdraw(self, ref: str) -> bool:
        self.withdrawn.append(ref)
        return True

    def disconnect(self, connection_id: str) -> None:
        self.put_out.append(connection_id)

    def inspect(self, on: bool) -> None:
        self.inspecting.append(on)

    def leave(self) -> None:
        self.say(Status(State.LEFT))

    def reconnect(self) -> None:
        self.reconnects += 1

    async def close(self) -> None:
        self.closed = True

    def of_type(self, type: str | None) -> list[tuple[str | None, str | None]]:
        """(data, to) of what was sent with that type."""
        return [(data, to) for _, found, data, to in self.sent if found == type]


async def until(condition: Callable[[], Any], within: float = 5.0) -> None:
    """Let the loop turn until `condition()` holds."""
    deadline = asyncio.get_running_loop().time() + within
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it never came"
        await asyncio.sleep(0.002)


class Heard:
    """Collects what a controller tells, by the signal's name."""

    def __init__(self, controller: QtCore.QObject, *names: str) -> None:
        self.all: dict[str, list[Any]] = {name: [] for name in names}
        for name in names:
            getattr(controller, name).connect(self.all[name].append)

    def __getitem__(self, name: str) -> list[Any]:
        return self.all[name]


class FakeHosting:
    """A relay of our own that does what the test says."""

    def __init__(self) -> None:
        self.on_death: Callable[[str], None] = lambda words: None
        self.pin = ""
        self.before_stop: Callable[[], Awaitable[None]] = _nothing
        self.access = Access(
            key="47000001", secret="0123456789abcdef0123456789abcdef01234567", session="s1", port=8765,
            addresses=("10.0.0.1",),
        )  # fmt: skip
        self.made = MadeSessions()
        self.ears: dict[str, Callable[[Tapped | Untapped], None] | None] = {}
        self.stopped = False
        self.fails = False

    async def restart(self) -> Invite:
        if self.fails:
            raise HostingFailed(Problem("The relay does not start", "no", "try"))
        return Invite(addresses=("10.0.0.1",), port=9999, session="s1", secret="s", name="Choir")

    async def open_opentok_to(self, reach: OpenTokReach) -> None:
        if self.fails:
            raise HostingFailed(Problem("The relay does not answer", "no", "try"))
        self.access = replace(self.access, reach=reach)

    async def tap(self, session: str, ear: Callable[[Tapped | Untapped], None] | None) -> None:
        if self.fails:
            raise HostingFailed(Problem("The relay does not answer", "no", "try"))
        self.ears[session] = ear

    async def made_sessions(self) -> MadeSessions:
        if self.fails:
            raise HostingFailed(Problem("The relay does not answer", "no", "try"))
        return self.made

    async def stop(self) -> None:
        await self.before_stop()
        self.stopped = True


async def _nothing() -> None:
    """No other session of this relay is open here."""


class FakeReach:
    """A world in which every join succeeds at once, unless `status` says how it ends or `silent` that it never does."""

    def __init__(self) -> None:
        self.links: list[FakeLink] = []
        self.wishes: list[HostingWish] = []
        self.destinations: list[Destination] = []
        self.names: list[str] = []
        self.hosting: FakeHosting | None = None
        self.hosting_problem: Problem | None = None
        self.port: int | None = None
        self.status: Status | None = None
        self.silent = False
        self.session = "s1"

    def link(
        self, destination: Destination, *, name: str, hosting: Any
    ) -> Callable[[Callable[[Event], None]], FakeLink]:
        if len(name) > 64:
            raise InvalidSignal("name is too long")
        self.destinations.append(destination)
        self.names.append(name)

        def connect(on_event: Callable[[Event], None]) -> FakeLink:
            link = FakeLink(on_event)
            link.on_start = lambda: self._started(link, hosting is not None)
            self.links.append(link)
            return link

        return connect

    def _started(self, link: FakeLink, hosting: bool) -> None:
        if self.status is not None:
            link.say(self.status)
        elif not self.silent:
            link.say(joined("ana", role=Role.MODERATOR if hosting else Role.PUBLISHER, session=self.session))
            link.say(Status(State.JOINED))

    async def host(self, wish: HostingWish) -> tuple[FakeHosting, Destination]:
        self.wishes.append(wish)
        if self.hosting_problem is not None:
            raise HostingFailed(self.hosting_problem)
        self.hosting = FakeHosting()
        port = self.port or wish.port or 12345
        invite = Invite(
            addresses=("10.0.0.1",),
            port=port,
            session=wish.session or "s1",
            secret=wish.secret or "sec",
            name=wish.name,
        )
        return self.hosting, Destination(
            hosts=("127.0.0.1",), port=port, session="s1", credential=Credential(secret="host"), invite=invite
        )

    def capture(self) -> FakeCapture:
        return FakeCapture()
