"""What the program needs of the world to start sessions. `real_reach.py` has the real one; tests bring theirs."""

from typing import Protocol

from heliograph.bridge.destination import Destination
from heliograph.bridge.hosting import Hosting, HostingWish
from heliograph.bridge.link import Connect
from heliograph.bridge.state import CaptureLike


class Reach(Protocol):
    """Links to relays, and relays of our own."""

    def link(self, destination: Destination, *, name: str, hosting: Hosting | None) -> Connect:
        """A way to make the link to a session; raises Refusal for a name that no relay takes."""

    async def host(self, wish: HostingWish) -> tuple[Hosting, Destination]:
        """Start a relay; what it is, and how its host joins it. Raises `HostingFailed`."""

    def capture(self) -> CaptureLike:
        """An empty capture."""
