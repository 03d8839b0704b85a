"""What the parts of a session share: who is here, what was said, and what is to be done. No Qt, no I/O."""

from collections.abc import Callable
from typing import Protocol

from msgspec import Struct

from heliograph.bridge.changes import Changes, Outgoing, Work
from heliograph.bridge.homecoming import Homecoming
from heliograph.client.events import Event, Joined, State, Status
from heliograph.model.conversation import Conversations, Message
from heliograph.model.people import People
from heliograph.model.settings import Switches
from heliograph_relay.protocol.model import MAX_DATA_BYTES, MAX_TYPE_BYTES, Role
from heliograph_relay.protocol.native import Limits, SessionInfo


class Clock(Struct, frozen=True):
    """`now` gives monotonic seconds, for durations; `wall` milliseconds since the epoch, for display."""

    now: Callable[[], float]
    wall: Callable[[], int]


class CaptureLike(Protocol):
    """What a session tells the inspector's model (model/capture.py)."""

    def append_event(self, event: Event, *, me: str | None, wall: int) -> object | None:
        """Take an event; None where it makes no row."""

    def sent(self, ref: str, type: str | None, data: str | None, to: str | None) -> None:
        """A signal of mine is about to be sent."""

    def relay_time(self, wall: int) -> int:
        """What the relay's clock showed at `wall` of our own."""

    def receipt(self, sender: str, state: str, seqs: list[int], at: int) -> None:
        """`sender` told of signals of mine."""

    def __len__(self) -> int: ...


class SessionState:
    """See the module. `changes` and `work` are taken by the controller after every step."""

    def __init__(
        self, capture: CaptureLike, switches: Switches, clock: Clock, new_ref: Callable[[], str]
    ) -> None:
        self.people = People()
        self.chat = Conversations()
        self.homecoming = Homecoming()
        self.capture = capture
        self.switches = switches
        self.clock = clock
        self.new_ref = new_ref
        self.session: SessionInfo | None = None
        self.status = Status(State.CONNECTING)
        self.epoch = ""
        self.limits = Limits(type=MAX_TYPE_BYTES, data=MAX_DATA_BYTES, rate=0, burst=0)
        self.connected = False
        self.changes = Changes()
        self.work = Work()
        self._on_way: dict[str, Outgoing] = {}
        self._written: set[str] = set()

    # ---- who I am

    @property
    def my_id(self) -> str | None:
        """Id of my present connection."""
        return self.people.me.id if self.people.me else None

    @property
    def my_role(self) -> Role:
        """What I may do here; a listener's rights before the first join."""
        return self.people.me.role if self.people.me else Role.SUBSCRIBER

    @property
    def is_over(self) -> bool:
        """Nothing will be sent any more."""
        return self.status.state.is_final

    def joined(self, event: Joined) -> None:
        """The relay has taken me in."""
        before = self._names_of_others() if event.epoch != self.epoch else []
        self.people.joined(event.me, event.connections, resumed=event.recovered is True)
        self.session, self.epoch, self.connected = event.session, event.epoch, True
        self.limits = event.limits
        if event.recovered is not True:
            self.homecoming.begin(before, self._names_of_others(), self.clock.now())
        self.changes.people = True

    def _names_of_others(self) -> list[str]:
        return [person.name for person in self.people.present() if not person.is_me]

    # ---- what is said, changed, kept

    def notice(self, words: str) -> None:
        """A line for the status bar."""
        self.changes.notices.append(words)

    def changed(self, message: Message) -> None:
        """A message is new, or differs from what was shown and kept."""
        self.changes.conversations.add(message.conversation)
        self.changes.states.add(message.ref)
        self.work.unsaved[message.ref] = message

    # ---- what is on its way

    def send(self, type: str | None, data: str | None, to: str | None) -> str:
        """Have a signal sent; returns its ref."""
        outgoing = Outgoing(self.new_ref(), type, data, to)
        self.work.outgoing.append(outgoing)
        return outgoing.ref

    def on_way(self, outgoing: Outgoing) -> None:
        """It was given to the link."""
        self._on_way[outgoing.ref] = outgoing

    def written(self, ref: str) -> None:
        """It went to the wire."""
        self._written.add(ref)

    def is_written(self, ref: str) -> bool:
        """Whether it is on the wire, and its fate unknown."""
        return ref in self._written

    def arrived(self, ref: str) -> Outgoing | None:
        """Its fate is known, whatever it is: what it was."""
        self._written.discard(ref)
        return self._on_way.pop(ref, None)
