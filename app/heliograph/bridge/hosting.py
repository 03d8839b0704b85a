"""The relay that this app runs for a session, and how to reach it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from heliograph.model.problem import Problem
from heliograph.model.settings import OpenTokReach
from heliograph_relay.protocol.invite import Invite

if TYPE_CHECKING:
    from heliograph.model.developer import Access, MadeSessions
    from heliograph_relay.protocol.tapped import Tapped, Untapped
    from heliograph_relay.protocol.tokens import Project


class HostingWish(Struct, frozen=True, kw_only=True):
    """What a person wants to host; what is None is chosen by the relay. `session_ttl` in seconds."""

    name: str = ""
    session: str | None = None
    secret: str | None = None
    pin: str | None = None
    port: int = 8765
    project: "Project | None" = None
    opentok: OpenTokReach = "loopback"
    session_ttl: int = 86_400


class HostingFailed(Exception):
    """The relay could not be started; `problem` is for the person."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.text)
        self.problem = problem


class Hosting(Protocol):
    """A relay of our own."""

    on_death: Callable[[str], None]
    #: What guests may type instead of the invite; "" for none.
    pin: str
    #: What developers need, as it is now; after `restart` another one.
    access: "Access"
    #: Awaited before the relay ends, to leave its other sessions in good order.
    before_stop: Callable[[], Awaitable[None]]

    async def restart(self) -> Invite:
        """Start it again after its death; raises `HostingFailed`."""

    async def open_opentok_to(self, reach: OpenTokReach) -> None:
        """From now on these may use OpenTok's wire and REST API; raises `HostingFailed`."""

    async def made_sessions(self) -> "MadeSessions":
        """The sessions that were made over REST; raises `HostingFailed`."""

    async def tap(self, session: str, ear: "Callable[[Tapped | Untapped], None] | None") -> None:
        """Have the frames of OpenTok's wire in a session of this relay told, or no more; raises `HostingFailed`."""

    async def stop(self) -> None:
        """End it, and everybody's session with it."""
