"""Memory ends at every single place of a step: a signal is written down wholly or not at all, and nothing stays half done.

CPython's own means of testing itself makes one allocation fail, the first, the second, and so on, until a step gets through.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from heliograph_relay.core.dialogue import State
from heliograph_relay.core.effects import Effect
from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.protocol import raptor
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Entry, Role, SignalEntry
from heliograph_relay.protocol.native import Disconnect, Inspect, Join, Leave, Resume, Signal
from heliograph_relay.protocol.problems import Internal
from tests.relay.core.desk import Client, Desk, signal
from tests.relay.core.history import Truth

if sys.version_info >= (3, 13):
    pytest.skip("CPython 3.13 crashes where a generator finds no memory", allow_module_level=True)

_testcapi = pytest.importorskip("_testcapi", reason="this Python comes without its own tests")
WINDOW = 30.0
#: Steps that take more allocations than this are not to be found here.
MOST = 400
#: Nor does a step get over so many failures in a row.
FEW = 25


class Scene:
    """A session with a moderator who inspects, guests of both wires, one who is away and one whose replay waits."""

    def __init__(self) -> None:
        limits = RelayLimits(rate=50, recovery_window=WINDOW, join_timeout=5)
        self.desk = Desk(limits, log_entries=12, all_log_bytes=4_096)
        self.session = self.desk.session
        self.host = self.desk.join("host")
        self.desk.say(self.host, Inspect(on=True))
        self.ana, self.ben, self.gone = (self.desk.join() for _ in range(3))
        self.otto = self.desk.create("otto")
        self.moderator = self.desk.create("olga", role=Role.MODERATOR)
        self.clients = [self.host, self.ana, self.ben, self.otto, self.moderator]
        for n in range(1, 8):
            self.desk.say(self.ben, Signal(n=n, data="d" * 50))
        self.desk.lose(self.gone)
        self.stranger = self.desk.open()
        for client in self.clients:
            client.take()

    def id(self, client: Client) -> str:
        assert client.dialogue.member is not None
        return client.dialogue.member.connection.id

    def written(self) -> tuple[Any, ...]:
        """All that a signal changes, but what a bound has made the log forget."""
        log, members = self.session.log, self.session.members.values()
        visits = [m.visit.answered("t") for m in members if m.visit is not None]
        return log.seq, [m.highest_n for m in members], visits

    def finish(self, who: str) -> None:
        """What the shell does: the one it could not serve goes, and what is left is mended."""
        desk = self.desk
        if who:
            client: Client = getattr(self, who)
            desk.do(desk.hub.give_up(client.dialogue, Internal(), desk.now, desk.wall))
        desk.do(desk.hub.mend(desk.now, desk.wall))
        check_books(self)

    def asks(self, client: Client, request: Any) -> "Step":
        """What the hub makes of a request."""
        hub, dialogue, now, wall = self.desk.hub, client.dialogue, self.desk.now, self.desk.wall
        return lambda: hub.received(dialogue, request, now, wall)


Step = Callable[[], list[Effect]]


def _of_the_server(s: Scene) -> Step:
    to, wall = s.id(s.ben), s.desk.wall
    return lambda: s.desk.hub.server_signal(s.session, to=to, type=None, data="new", wall=wall)


def _resume(s: Scene) -> Step:
    member = s.gone.dialogue.member
    assert member is not None
    resume = Resume(
        connection=member.connection.id, key=member.key, epoch=s.session.epoch, seq=member.joined_seq
    )
    return s.asks(s.stranger, Join(secret="guest", resume=resume))


def _loss(s: Scene) -> Step:
    dialogue, wall = s.ana.dialogue, s.desk.wall
    return lambda: s.desk.hub.lost(dialogue, 0.0, wall)


def _expiry(s: Scene) -> Step:
    s.desk.now = WINDOW + 1
    wall = s.desk.wall
    return lambda: s.desk.hub.tick(s.desk.now, wall)


SIGNALS: dict[str, tuple[str, Callable[[Scene], Step]]] = {
    "to all": ("ana", lambda s: s.asks(s.ana, Signal(n=1, data="new"))),
    "to one": ("ana", lambda s: s.asks(s.ana, Signal(n=1, data="new", to=s.id(s.ben)))),
    "of an OpenTok client": ("otto", lambda s: s.asks(s.otto, signal("t", '"new"'))),
    "of an OpenTok client to one": ("otto", lambda s: s.asks(s.otto, signal("t", '"new"', to=s.id(s.ben)))),
    "of the server": ("", _of_the_server),
}
OTHERS: dict[str, tuple[str, Callable[[Scene], Step]]] = {
    "join": ("stranger", lambda s: s.asks(s.stranger, Join(secret="guest", name="new"))),
    "resume": ("stranger", _resume),
    "leave": ("host", lambda s: s.asks(s.host, Leave())),
    "disconnect": ("host", lambda s: s.asks(s.host, Disconnect(connection=s.id(s.ben)))),
    "delete": (
        "moderator",
        lambda s: s.asks(s.moderator, raptor.Delete(transaction="t", connection=s.id(s.ben))),
    ),
    "inspect": ("host", lambda s: s.asks(s.host, Inspect(on=False))),
    "loss": ("ana", _loss),
    "expiry": ("", _expiry),
}


def starve(step: Step, at: "Place") -> list[Effect] | None:
    """What the hub wants done; None where the step ended for want of memory."""
    _testcapi.set_nomemory(at.number, at.number + 1)
    try:
        return step()
    except (MemoryError, SystemError):  # CPython's own JSON scanner says it so
        return None
    finally:
        _testcapi.remove_mem_hooks()


class Place:
    """Which of a step's allocations fails; whether that ended the step."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.failed = False


def places() -> Iterator[Place]:
    """One after the other, until the step has none of that number: some of what fails it gets over."""
    last = failures = 0
    for number in range(MOST):
        place = Place(number)
        yield place
        if place.failed:
            last, failures = number, failures + 1
        if number > last + FEW:
            assert failures > 3, "nothing was made to fail"
            return
    raise AssertionError("the step never got through")


def check_books(scene: Scene) -> None:
    """Nothing is half done."""
    session = scene.session
    assert scene.desk.hub.budget.used >= session.log.cost
    scene.desk.hub.budget.make_room(session)
    assert scene.desk.hub.budget.used == session.log.cost
    assert [kept.entry.seq for kept in session.log.after(0)][-1] == session.log.seq
    for member in session.members.values():
        dialogue = member.dialogue
        assert (dialogue is None) == (member.away_since is not None), member.connection
        assert dialogue is None or dialogue.state is State.LIVE


def check_told(scene: Scene, before: int) -> None:
    """Who is still there was told of everything since, in order; the others come back and are told then."""
    truth = Truth(entries=[], seen_by=[])
    kept = list(scene.session.log.after(0))
    missing = scene.session.log.seq - len(kept)
    truth.entries += [kept[0].entry] * missing
    truth.seen_by += [frozenset()] * missing
    for one in kept:
        truth.entries.append(one.entry)
        truth.seen_by.append(one.private_to)
    for client in scene.clients:
        if client.dialogue.state is State.LIVE:
            told: list[Entry] = [
                m for m in client.told if isinstance(m, SignalEntry | CreatedEntry | DestroyedEntry)
            ]
            assert told == truth.visible(scene.id(client), before), (client.told, before)


@pytest.mark.parametrize("kind", SIGNALS)
def test_a_signal_is_all_or_nothing(kind: str) -> None:
    who, prepare = SIGNALS[kind]
    for at in places():
        scene = Scene()
        step, before, seq = prepare(scene), scene.written(), scene.session.log.seq
        effects = starve(step, at)
        if effects is None:
            at.failed = True
            assert scene.written() == before
            scene.finish(who)
        else:
            scene.desk.do(effects)
            assert scene.written() != before
        assert scene.session.log.seq == seq + (effects is not None)
        check_told(scene, seq)


@pytest.mark.parametrize("kind", OTHERS)
def test_what_else_stops_half_way_is_brought_to_an_end(kind: str) -> None:
    who, prepare = OTHERS[kind]
    for at in places():
        scene = Scene()
        step, seq = prepare(scene), scene.session.log.seq
        effects = starve(step, at)
        if effects is None:
            at.failed = True
            scene.finish(who)
        else:
            scene.desk.do(effects)
        check_told(scene, seq)
        scene.desk.wait(2 * WINDOW)
        check_books(scene)
        assert all(member.away_since is None for member in scene.session.members.values())
