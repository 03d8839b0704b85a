"""What a session is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field

from heliograph.bridge.composing import LooseShelf, Shelf
from heliograph.bridge.hosting import Hosting
from heliograph.bridge.link import Connect
from heliograph.bridge.state import CaptureLike, Clock
from heliograph.client.events import Status
from heliograph.model.settings import Switches
from heliograph.services.store import Store
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import Invite


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything that a session needs from outside. `on_switches` keeps the switches for the next session, and
    `shelf` what is written in the compose window.
    """

    tasks: Tasks
    store: Store
    connect: Connect
    capture: CaptureLike
    clock: Clock
    new_ref: Callable[[], str]
    switches: Switches = Switches()  # noqa: RUF009 (it is frozen)
    on_switches: Callable[[Switches], None] = lambda switches: None
    shelf: Shelf = field(default_factory=LooseShelf)
    invite: Invite | None = None
    hosting: Hosting | None = None


class NeverJoined(Exception):
    """The first join failed; `status` says why."""

    def __init__(self, status: Status) -> None:
        super().__init__(status.message)
        self.status = status
