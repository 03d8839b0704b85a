"""The members of one test, and what is done with all of them together."""

from types import TracebackType
from typing import Self

from .harness import Peer, Talker
from .process import Relay
from .raw import RawPeer


class Room:
    """The members of one test. Leaving the block empties the session, so that tests can share a relay."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.peers: list[Peer] = []
        self.raw_peers: list[RawPeer] = []

    @property
    def present(self) -> list[Peer]:
        return [peer for peer in self.peers if peer.live]

    async def connect(self, session: str | None = None, source: str | None = None) -> Peer:
        """A transport that has not joined."""
        peer = await Peer.open(self.relay, session, source)
        self.peers.append(peer)
        return peer

    async def raw(self, receive_buffer: int | None = None) -> RawPeer:
        """A transport by hand that has not joined."""
        peer = await RawPeer.open(self.relay, receive_buffer=receive_buffer)
        self.raw_peers.append(peer)
        return peer

    async def raw_member(self, name: str = "raw", receive_buffer: int | None = None) -> RawPeer:
        """A publisher by hand; everybody present sees it come."""
        peer = await self.raw(receive_buffer)
        peer.name = name
        await peer.join(secret=self.relay.secret, name=name)
        for other in self.present:
            await other.expect("connectionCreated", connection=peer.joined["connection"])
        return peer

    async def join(
        self, name: str = "", *, tell: bool = True, source: str | None = None, **members: object
    ) -> Peer:
        """A new publisher, or whatever `members` make it; everybody present sees it come unless `tell` is false."""
        present = self.present
        peer = await self.connect(source=source)
        peer.name = name
        if not members.keys() & {"secret", "pin", "token"}:
            members["secret"] = self.relay.secret
        await peer.join(**({"name": name} if name else {}), **members)
        for other in present if tell else ():
            created = await other.expect("connectionCreated")
            assert created["connection"]["id"] == peer.id
        return peer

    async def crowd(self, *names: str) -> list[Peer]:
        return [await self.join(name) for name in names]

    async def one_away(self) -> tuple[Peer, Peer]:
        """Ana, who is there, and Ben, whose transport has been cut."""
        ana, ben = await self.crowd("Ana", "Ben")
        await self.cut(ben)
        return ana, ben

    async def moderator(self, name: str = "mod") -> Peer:
        return await self.join(name, secret=self.relay.host_secret)

    async def cut(self, peer: Peer) -> None:
        """Cut a transport; everybody present is told."""
        peer.cut()
        for other in self.present:
            await other.expect("away", connection=peer.id)

    async def resume(
        self, lost: Talker, *, tell: bool = True, secret: str | None = None, **changes: object
    ) -> Peer:
        """Join with `resume` after what `lost` has seen; the new peer continues its n."""
        present = self.present
        peer = await self.connect()
        peer.name, peer.n = lost.name, lost.n
        await peer.join(secret=secret or self.relay.secret, resume=lost.resumption(**changes))
        for other in present if tell and peer.joined["recovered"] else ():
            await other.expect("back", connection=peer.id)
        return peer

    async def empty(self) -> None:
        """Put everybody out, those who are away included, and wait until the relay has done so."""
        janitor = await Peer.open(self.relay)
        await janitor.send("join", secret=self.relay.host_secret, name="janitor")
        janitor.joined = await janitor.until("joined")
        others = {c["id"] for c in janitor.joined["connections"]} - {janitor.id}
        for other in others:
            await janitor.send("disconnect", connection=other)
        while others:
            others.discard((await janitor.until("connectionDestroyed"))["connection"])
        await janitor.send("leave")
        while await janitor.read() is not None:
            pass

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if self.relay.running:
                await self.empty()
        finally:
            for peer in self.peers:
                peer.cut()
            for raw in self.raw_peers:
                raw.cut()
