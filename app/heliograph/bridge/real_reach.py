"""The real way to sessions: links over WebSocket, and relays as child processes.

What needs a network library is loaded when the first session is started, not before the first paint.
"""

# ruff: noqa: PLC0415 (see above)

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from heliograph.bridge.destination import Destination
from heliograph.bridge.hosting import Hosting, HostingFailed, HostingWish
from heliograph.bridge.link import Connect
from heliograph.bridge.state import CaptureLike
from heliograph.bridge.words import relay_ended, relay_failed, relay_mute
from heliograph.client.credential import Credential
from heliograph.client.events import Event
from heliograph.model.people import HOST_DATA
from heliograph.model.settings import OpenTokReach
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import Invite, parse_invite

if TYPE_CHECKING:
    from heliograph.client.connection import Link
    from heliograph.model.developer import Access, MadeSessions
    from heliograph.services.relay_host import Listening
    from heliograph_relay.protocol.tapped import Tapped, Untapped

LOOPBACK = "127.0.0.1"
ALL_NETWORKS = "0.0.0.0"  # noqa: S104 (hosting means to be reached)


class RealHosting:
    """A relay as a child process, and the link of its host, which follows it to another port."""

    def __init__(self, bind: str) -> None:
        from heliograph.model.developer import Access
        from heliograph.services.relay_host import RelayHost

        self.on_death: Callable[[str], None] = _nobody
        self.before_stop: Callable[[], Awaitable[None]] = _nothing_to_leave
        self.link: Link | None = None
        self.pin = ""
        self.access = Access(key="", secret="", session="", port=0)
        self._bind = bind
        self._relay = RelayHost(self._on_ended)

    async def start(self, wish: HostingWish) -> Destination:
        """Start it; how its host joins it. Raises `HostingFailed`."""
        from heliograph.services.relay_host import HostSettings, RelayFailed

        self.pin = wish.pin or ""
        settings = HostSettings(
            name=wish.name,
            session=wish.session,
            secret=wish.secret,
            pin=wish.pin,
            port=wish.port,
            host=self._bind,
            api_key=wish.project.key if wish.project else None,
            api_secret=wish.project.secret if wish.project else None,
            opentok=wish.opentok,
            session_ttl=wish.session_ttl,
        )
        try:
            listening = await self._relay.start(settings)
        except RelayFailed as failure:
            raise HostingFailed(relay_failed(str(failure))) from None
        self.access = _access(listening, wish.opentok)
        return _destination(listening)

    async def restart(self) -> Invite:
        """Start it again after its death; raises `HostingFailed`."""
        from heliograph.client.connection import Target
        from heliograph.services.relay_host import RelayFailed

        try:
            listening = await self._relay.restart()
        except RelayFailed as failure:
            raise HostingFailed(relay_failed(str(failure))) from None
        self.access = _access(listening, self.access.reach)
        destination = _destination(listening)
        if self.link is not None:
            self.link.retarget(
                Target(hosts=destination.hosts, port=destination.port, session=destination.session)
            )
        return destination.invite

    async def open_opentok_to(self, reach: OpenTokReach) -> None:
        """From now on these may use OpenTok's wire and REST API; raises `HostingFailed`."""
        from heliograph.services.relay_host import RelayFailed

        try:
            await self._relay.open_opentok_to(reach)
        except RelayFailed as failure:
            raise HostingFailed(relay_mute(str(failure))) from None
        self.access = replace(self.access, reach=reach)

    async def made_sessions(self) -> "MadeSessions":
        """The sessions that were made over REST; raises `HostingFailed`."""
        from heliograph.model.developer import Made, MadeSessions
        from heliograph.services.relay_host import RelayFailed

        try:
            answer = await self._relay.ask("sessions")
        except RelayFailed as failure:
            raise HostingFailed(relay_mute(str(failure))) from None
        latest = tuple(Made(session=m["session"], connections=m["connections"]) for m in answer["sessions"])
        return MadeSessions(count=answer["count"], connections=answer["connections"], latest=latest)

    async def tap(self, session: str, ear: "Callable[[Tapped | Untapped], None] | None") -> None:
        """Have the frames of OpenTok's wire in a session of this relay told, or no more; raises `HostingFailed`."""
        from heliograph.services.relay_host import RelayFailed

        try:
            await self._relay.tap(session, ear)
        except RelayFailed as failure:
            raise HostingFailed(relay_mute(str(failure))) from None

    async def stop(self) -> None:
        """End it, and everybody's session with it."""
        await self.before_stop()
        await self._relay.stop()

    def _on_ended(self, code: int, last_words: str) -> None:
        self.on_death(relay_ended(code, last_words))


class RealReach:
    """See the module. `bind` is the address that hosted relays listen on: that of all networks."""

    def __init__(self, tasks: Tasks, *, bind: str = ALL_NETWORKS) -> None:
        self._tasks = tasks
        self._bind = bind

    def link(self, destination: Destination, *, name: str, hosting: Hosting | None) -> Connect:
        """A way to make the link to a session; raises Refusal for a name that no relay takes."""
        from heliograph.client.connection import Link, Target
        from heliograph.client.session import ClientSession

        session = ClientSession(
            destination.credential, name=name, data=HOST_DATA if hosting is not None else ""
        )
        target = Target(hosts=destination.hosts, port=destination.port, session=destination.session)

        def connect(on_event: Callable[[Event], None]) -> Link:
            link = Link(target, session, on_event, self._tasks)
            if isinstance(hosting, RealHosting):
                hosting.link = link
            return link

        return connect

    async def host(self, wish: HostingWish) -> tuple[RealHosting, Destination]:
        """Start a relay; what it is, and how its host joins it. Raises `HostingFailed`."""
        hosting = RealHosting(self._bind)
        return hosting, await hosting.start(wish)

    def capture(self) -> CaptureLike:
        """An empty capture."""
        from heliograph.bridge.live_capture import LiveCapture

        return LiveCapture()


def _destination(listening: "Listening") -> Destination:
    return Destination(
        hosts=(LOOPBACK,), port=listening.port, session=listening.session,
        credential=Credential(secret=listening.host_secret), invite=parse_invite(listening.invite),
    )  # fmt: skip


def _access(listening: "Listening", reach: OpenTokReach) -> "Access":
    from heliograph.model.developer import Access

    return Access(
        key=listening.api_key, secret=listening.api_secret, session=listening.session, port=listening.port,
        addresses=listening.addresses, reach=reach,
    )  # fmt: skip


async def _nothing_to_leave() -> None:
    """No other session of this relay is open here."""


def _nobody(words: str) -> None:
    """Nobody is told before the session is there: its start fails then, and says why."""
