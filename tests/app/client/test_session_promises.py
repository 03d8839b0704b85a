"""The promises of docs/PROTOCOL.md on the client's side, against a model relay and whatever may befall both."""

import json
from collections import Counter, deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from heliograph.client.events import (
    Acknowledged,
    Event,
    Failed,
    Joined,
    NotConfirmed,
    Rejected,
    State,
    Status,
    Trouble,
)
from heliograph.client.session import ClientSession, Credential
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, SignalEntry
from tests.app.client.frames import JsonObject
from tests.app.client.model_relay import ModelRelay, as_text

FATES = (Acknowledged, NotConfirmed, Rejected, Failed)


class Promises(RuleBasedStateMachine):
    """Frames travel in two queues, and are lost with the transport; the relay may restart, forget and expire."""

    def __init__(self) -> None:
        super().__init__()
        self.relay = ModelRelay()
        self.client = ClientSession(Credential(secret="x"), name="Ana")
        self.up: deque[JsonObject] = deque()
        self.down: deque[JsonObject] = deque()
        self.connected = False
        self.now = 0.0
        self.refs: list[str] = []
        self.withdrawn: set[str] = set()
        self.fates: dict[str, Event] = {}
        self.seen: list[int] = []
        self.me, self.since, self.epoch = "", 0, ""

    # ---- what may happen

    @initialize(joins=st.booleans(), generosity=st.sampled_from([1.0, 1.0, 0.3]))
    def begins(self, joins: bool, generosity: float) -> None:
        self.relay.generosity = generosity
        if joins:
            self.a_transport_opens()
            self.things_flow(9, 9)

    @rule(up=st.integers(0, 9), down=st.integers(0, 9))
    def things_flow(self, up: int, down: int) -> None:
        self.the_client_writes()
        self.the_relay_reads(up)
        self.the_client_reads(down)

    @precondition(lambda self: self.connected)
    @rule(
        read=st.tuples(st.integers(0, 9), st.integers(0, 9)),
        mishap=st.sampled_from(["nothing", "window closes", "restart", "log cut short"]),
        after=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    )
    def the_transport_is_replaced(self, read: tuple[int, int], mishap: str, after: tuple[int, int]) -> None:
        """Something goes wrong on the way; then it goes on, and may go wrong again in the middle of that."""
        self.things_flow(*read)
        self.the_transport_is_cut()
        if mishap == "window closes":
            self.relay.expire()
        elif mishap == "restart":
            self.relay.restart()
        elif mishap == "log cut short":
            self.relay.forget()
        self.a_transport_opens()
        self.things_flow(*after)

    @rule(recipients=st.lists(st.sampled_from([None, None, None, "bob", "nobody"]), min_size=1, max_size=12))
    def the_person_types(self, recipients: list[str | None]) -> None:
        for to in recipients:
            ref = f"m{len(self.refs)}"
            self.refs.append(ref)
            self.client.send(ref, type=None, data=ref, to=to)

    @precondition(lambda self: self.refs)
    @rule(data=st.data())
    def the_person_thinks_better_of_it(self, data: st.DataObject) -> None:
        ref = data.draw(st.sampled_from(self.refs))
        if self.client.withdraw(ref):
            self.withdrawn.add(ref)

    @rule(step=st.floats(0, 1))
    def time_passes(self, step: float) -> None:
        self.now += step

    def the_client_writes(self) -> None:
        if self.connected:
            frames, _ = self.client.outgoing(self.now)
            self.up += [json.loads(frame) for frame in frames]

    def the_relay_reads(self, most: int) -> None:
        for _ in range(min(most, len(self.up))):
            self.down += self.relay.received(self.up.popleft(), self.now)

    def the_client_reads(self, most: int) -> None:
        for _ in range(min(most, len(self.down))):
            self.note(self.client.received(as_text(self.down.popleft()), self.now))

    @rule(private=st.booleans(), many=st.integers(1, 3))
    def others_speak(self, private: bool, many: int) -> None:
        for _ in range(many):
            entries = self.relay.others_speak("hi", private=private)
            self.down += entries if self.connected else []

    @precondition(lambda self: not self.connected)
    @rule()
    def a_transport_opens(self) -> None:
        self.connected = True
        self.client.opened(self.now)
        self.the_client_writes()

    @precondition(lambda self: self.connected)
    @rule()
    def the_transport_is_cut(self) -> None:
        self.connected = False
        self.up.clear()
        self.down.clear()
        self.relay.lost()
        if self.client.was_joined:  # a first join is tried once only
            self.note(self.client.lost(None, self.now))

    # ---- what must hold

    def note(self, told: list[Event]) -> None:
        for event in told:
            assert not isinstance(event, Trouble)
            if isinstance(event, FATES):
                assert event.ref not in self.fates, "two fates"
                self.fates[event.ref] = event
            elif isinstance(event, Joined) and not event.recovered:
                self.me, self.since, self.epoch, self.seen = event.me.id, event.seq, event.epoch, []
            elif isinstance(event, SignalEntry | CreatedEntry | DestroyedEntry):
                assert not self.seen or event.seq > self.seen[-1], "out of order, or twice"
                self.seen.append(event.seq)
            elif isinstance(event, Status):
                assert event.state is not State.ENDED

    def teardown(self) -> None:
        """Let everything arrive; then judge."""
        self.settle()
        assert self.client.state is State.JOINED
        assert self.epoch == self.relay.epoch
        assert self.seen == self.relay.visible(self.since, self.me), "something was lost"
        self.judge_fates()
        self.judge_order()

    def settle(self) -> None:
        for _ in range(3_000):
            if not self.connected:
                self.a_transport_opens()
            self.the_client_writes()
            self.the_relay_reads(1_000)
            self.the_client_reads(1_000)
            if self.client.state is State.JOINED and not self.client.waiting:
                return
            self.now = max(self.now, self.client.wakeup(self.now) or 0.0)
        raise AssertionError(f"{self.client.waiting} signals never settled")

    def judge_fates(self) -> None:
        times = Counter(data for _, _, data in self.relay.accepted)
        assert set(self.refs) == self.withdrawn | set(self.fates)
        assert not self.withdrawn & set(self.fates)
        for ref in self.refs:
            fate = self.fates.get(ref)
            if isinstance(fate, Acknowledged):
                assert times[ref] == 1
            elif isinstance(fate, NotConfirmed):
                assert times[ref] <= 1
            else:
                assert times[ref] == 0

    def judge_order(self) -> None:
        """Our pace keeps the relay from refusing, so that nothing is overtaken. A mean relay may reorder."""
        if self.relay.generosity < 1:
            return
        assert self.relay.refusals == 0
        for life in {id for id, _, _ in self.relay.accepted}:
            ages = [int(data[1:]) for id, _, data in self.relay.accepted if id == life]
            assert ages == sorted(ages)


Promises.TestCase.settings = settings(max_examples=150, stateful_step_count=60, deadline=None)
TestPromises = Promises.TestCase
