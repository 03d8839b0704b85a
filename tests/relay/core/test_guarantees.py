"""Random lives of a session against the guarantees of docs/PROTOCOL.md; and broken relays, each of them caught."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from msgspec import UNSET
from msgspec.structs import replace

from heliograph_relay.core import membership
from heliograph_relay.core.effects import Effect, Replay
from heliograph_relay.core.hub import Hub
from heliograph_relay.core.log import Log
from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session import Session
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, SignalEntry
from heliograph_relay.protocol.native import (
    Accepted,
    Disconnect,
    Inspect,
    Inspected,
    Join,
    Joined,
    Leave,
    Resume,
    Signal,
)

from .desk import Client, Desk
from .history import Broken, Truth, Witness

WINDOW = 30.0
ENTRIES = (SignalEntry, CreatedEntry, DestroyedEntry)


class PausingDesk(Desk):
    """A desk whose clients may stop reading: their replays wait."""

    def __init__(self, **session: Any) -> None:
        super().__init__(RelayLimits(rate=0, recovery_window=WINDOW), **session)
        self.paused: set[Client] = set()
        self._waiting: list[Effect] = []

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, Replay) and effect.dialogue.handle in self.paused:
            self._waiting.append(effect)
        else:
            super()._perform(effect)

    def unpause(self, client: Client) -> None:
        self.paused.discard(client)
        waiting, self._waiting = self._waiting, []
        self.do(waiting)


class Person:
    """A client with its connection, over all its transports."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.joined: Joined
        self.witness: Witness
        self.n = 0
        self.connected = True


class Lives(RuleBasedStateMachine):
    """Up to six people come, speak, are cut off, come back, are put out."""

    #: So few that a short absence is often more than the log remembers.
    log_entries = 6

    def __init__(self) -> None:
        super().__init__()
        self.desk = PausingDesk(log_entries=self.log_entries)
        self.truth = Truth()
        self.people: list[Person] = []
        self.inspecting: frozenset[str] = frozenset()

    # ---- what happens

    @precondition(lambda self: len(self.people) < 6)
    @rule(moderator=st.booleans())
    def join(self, moderator: bool) -> None:
        client = self.desk.open()
        self._told(client, Join(secret="host" if moderator else "guest"))
        person = Person(client)
        self.people.append(person)
        self._settle()

    @rule(
        data=st.data(), text=st.sampled_from([UNSET, "", "x", "y" * 40]), skip=st.integers(0, 2), times=st.integers(1, 4)
    )  # fmt: skip
    def speak(self, data: st.DataObject, text: Any, skip: int, times: int) -> None:
        person = self._somebody(data)
        if person is None:
            return
        ids = [other.witness.id for other in self.people] + ["nobody"]
        to: Any = data.draw(st.sampled_from([UNSET, UNSET, *ids]))
        for _ in range(times):
            person.n += 1 + skip
            self._told(person.client, Signal(n=person.n, to=to, data=text))
        self._settle()

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        person = self._somebody(data)
        if person is not None and person.n:
            self._told(person.client, Signal(n=data.draw(st.integers(1, person.n)), data="again"))
            self._settle()

    @rule(data=st.data())
    def cut(self, data: st.DataObject) -> None:
        person = self._somebody(data)
        if person is not None:
            self.desk.lose(person.client)
            person.connected = False
            self._settle()

    @rule(data=st.data(), slowly=st.booleans(), wrong=st.sampled_from(["", "", "", "key", "epoch", "seq"]))
    def resume(self, data: st.DataObject, slowly: bool, wrong: str) -> None:
        if not self.people:
            return
        person = data.draw(st.sampled_from(self.people))
        seq = person.witness.seq
        here = person.witness.id in self.desk.session.members
        oldest = next(
            (kept.entry.seq for kept in self.desk.session.log.after(0)), len(self.truth.entries) + 1
        )
        lost = [entry for entry in self.truth.visible(person.witness.id, seq) if entry.seq < oldest]
        expected = here and not wrong and not lost
        client = self.desk.open()
        if slowly:
            self.desk.paused.add(client)
        resume = Resume(
            connection=person.witness.id,
            key="wrong" if wrong == "key" else person.joined.key,
            epoch="other" if wrong == "epoch" else "ep",
            seq=len(self.truth.entries) + 5 if wrong == "seq" else seq,
        )
        secret = "host" if person.joined.connection.role.may_moderate else "guest"
        self._told(client, Join(secret=secret, resume=resume))
        joined = next(message for message in client.told if isinstance(message, Joined))
        if joined.recovered != expected:
            raise Broken(f"recovered is {joined.recovered} where {expected} is the truth")
        if joined.recovered:
            if (
                joined.connection.id != person.witness.id
                or joined.connection.role != person.joined.connection.role
            ):
                raise Broken("another connection was resumed")
            self._collect(person)
            person.client, person.connected = client, True
        elif wrong == "key" and here:
            if person.witness.id not in self.desk.session.members:
                raise Broken("a wrong key ended a connection")
            self.people.append(Person(client))
        else:
            self._collect(person)
            self.people.remove(person)
            self.people.append(Person(client))
        self._settle()

    @rule(data=st.data())
    def read_again(self, data: st.DataObject) -> None:
        if self.people:
            self.desk.unpause(data.draw(st.sampled_from(self.people)).client)
            self._settle()

    @rule(data=st.data())
    def leave(self, data: st.DataObject) -> None:
        person = self._somebody(data)
        if person is not None:
            self._told(person.client, Leave())
            self._settle()

    @rule(data=st.data())
    def put_out(self, data: st.DataObject) -> None:
        person = self._somebody(data)
        if person is not None:
            target = data.draw(st.sampled_from(self.people))
            self._told(person.client, Disconnect(connection=target.witness.id))
            self._settle()

    @rule(data=st.data(), on=st.booleans())
    def inspect(self, data: st.DataObject, on: bool) -> None:
        person = self._somebody(data)
        if person is not None:
            self._told(person.client, Inspect(on=on))
            if person.joined.connection.role.may_moderate:
                mine = {person.witness.id}
                self.inspecting = self.inspecting | mine if on else self.inspecting - mine
            self._settle()

    @rule(seconds=st.sampled_from([1.0, WINDOW / 2, WINDOW]))
    def wait(self, seconds: float) -> None:
        self.desk.wait(seconds)
        self._settle()

    # ---- what must hold

    @invariant()
    def everybody_saw_what_they_were_to_see(self) -> None:
        self.truth.check_senders()
        self.truth.check_departures()
        for person in self.people:
            caught_up = person.connected and person.client.dialogue.cursor is None
            person.witness.check(self.truth, complete=caught_up)

    @invariant()
    def the_members_are_who_came_and_did_not_leave(self) -> None:
        here = {entry.connection.id for entry in self.truth.entries if isinstance(entry, CreatedEntry)}
        gone = {entry.connection for entry in self.truth.entries if isinstance(entry, DestroyedEntry)}
        assert set(self.desk.session.members) == here - gone

    # ---- how it is done

    def _somebody(self, data: st.DataObject) -> Person | None:
        connected = [person for person in self.people if person.connected]
        return data.draw(st.sampled_from(connected)) if connected else None

    def _told(self, client: Client, request: Any) -> None:
        before = self.inspecting
        self.desk.do(self.desk.hub.received(client.dialogue, request, self.desk.now, self.desk.wall))
        self._grow(before)

    def _grow(self, inspectors: frozenset[str]) -> None:
        fresh = [kept.entry for kept in self.desk.session.log.after(len(self.truth.entries))]
        self.truth.grow(fresh, inspectors)

    def _settle(self) -> None:
        """Take in what everybody was told, and who is no longer there."""
        self._grow(self.inspecting)
        for person in list(self.people):
            self._collect(person)
            if person.client.ended:
                person.connected = False
        members = self.desk.session.members
        self.people = [p for p in self.people if p.connected or p.witness.id in members]
        self.inspecting = frozenset(id for id in self.inspecting if id in members)

    def _collect(self, person: Person) -> None:
        for message in person.client.take():
            if isinstance(message, Joined):
                if not message.recovered:
                    person.witness = Witness(message.connection.id, message.seq)
                person.joined = message
            elif isinstance(message, ENTRIES):
                person.witness.shown.append(message)
            elif isinstance(message, Inspected | Accepted):
                continue


Lives.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestLives = Lives.TestCase


# ---- broken relays


def _lost(monkeypatch: pytest.MonkeyPatch) -> None:
    after = Log.after
    monkeypatch.setattr(Log, "after", lambda self, seq: after(self, seq + 1 if seq else seq))


def _leaked_in_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "visible_after", lambda self, member, seq: self.log.after(seq))


def _doubled(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = Hub._signal  # noqa: SLF001 (broken on purpose)

    def twice(self: Hub, dialogue: Any, request: Any, now: float, wall: int) -> list[Effect]:
        if dialogue.member is not None and 0 < request.n <= dialogue.member.highest_n:
            dialogue.member.highest_n = request.n - 1
        return signal(self, dialogue, request, now, wall)

    monkeypatch.setattr(Hub, "_signal", twice)
    monkeypatch.setattr(Session, "seq_of", lambda *_: None)


def _dishonest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "reaches_back", lambda self, member, seq: seq <= self.log.seq)


def _too_honest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Session, "reaches_back", lambda self, member, seq: seq == self.log.seq)


def _deaf_to_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(membership, "compare_digest", lambda a, b: True)


BROKEN: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "loses an entry in a replay": _lost,
    "shows strangers what was private": _leaked_in_replay,
    "relays a repeated signal twice": _doubled,
    "calls a loss recovered": _dishonest,
    "calls a recovery lost": _too_honest,
    "takes any key": _deaf_to_keys,
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_relay_is_caught(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    BROKEN[name](monkeypatch)
    quiet = settings(
        max_examples=4_000,
        stateful_step_count=40,
        deadline=None,
        derandomize=True,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    with pytest.raises((AssertionError, AttributeError)):
        run_state_machine_as_test(Lives, settings=quiet)


# ---- the checker itself


def _entries(*numbers: int) -> list[SignalEntry]:
    return [SignalEntry(seq=seq, at=0, sender="a", n=seq) for seq in numbers]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (_entries(1, 3), "3 where 2"),
        (_entries(2, 1), "2 where 1"),
        (_entries(1, 1), "1 where 2"),
        (_entries(1, 2), "never shown entry 3"),
        ([*_entries(1), replace(_entries(2)[0], data="other")], "2 where 2"),
    ],
)
def test_the_checker_names_the_first_witness(shown: list[Any], words: str) -> None:
    truth = Truth()
    truth.grow(_entries(1, 2, 3), frozenset())
    with pytest.raises(Broken, match=words):
        Witness("b", 0, shown).check(truth, complete=True)
