"""Who takes part without a window, and the ways into a session."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from heliograph_relay.protocol.invite import Invite
from tests.relay.wire.harness import Peer
from tests.relay.wire.shapes import Frame
from tests.support.fault_proxy import FaultProxy, fault_proxy


@dataclasses.dataclass
class Address:
    """Where a relay is, as `Peer` asks for it."""

    host: str
    port: int
    session: str


class Member(Peer):
    """Somebody on the wire, who remembers the chat that they see."""

    chat: list[str]

    async def recv(self) -> Frame:
        frame = await super().recv()
        if frame["op"] == "signal" and frame.get("type") == "chat":
            self.chat.append(frame["data"])
        return frame

    def id_of(self, name: str) -> str:
        """The connection of somebody who was here when this one joined."""
        (found,) = (c["id"] for c in self.joined["connections"] if c["name"] == name)
        return str(found)

    async def say_chat(self, text: str) -> None:
        """Say something to everybody, and wait until the relay has it."""
        await self.signal(type="chat", data=text)
        await self.sees(text)

    async def sees(self, text: str, **members: object) -> Frame:
        """Read on until this is said, at the earliest now."""
        return await self.until("signal", type="chat", data=text, **members)

    async def acknowledge(self, frame: Frame, state: str) -> None:
        """Tell the sender of a signal that it was delivered, or read."""
        seq, epoch = frame["seq"], self.joined["epoch"]
        data = f'{{"state": "{state}", "epoch": "{epoch}", "ranges": [[{seq}, {seq}]]}}'
        await self.signal(to=frame["from"], type="receipt", data=data)


@asynccontextmanager
async def member(invite: Invite, name: str) -> AsyncIterator[Member]:
    """Somebody who has joined on the wire."""
    where: Any = Address("127.0.0.1", invite.port, invite.session)
    joined = await Member.open(where)
    assert isinstance(joined, Member)
    joined.chat = []
    await joined.join(secret=invite.secret, name=name)
    try:
        yield joined
    finally:
        await joined.ws.close()


@asynccontextmanager
async def detour(invite: Invite) -> AsyncIterator[tuple[Invite, FaultProxy]]:
    """Another way into the session, over a network that can be cut."""
    async with fault_proxy(invite.port) as proxy:
        yield dataclasses.replace(invite, addresses=("127.0.0.1",), port=proxy.port), proxy


def cut(proxy: FaultProxy) -> None:
    """Nothing goes through any more."""
    proxy.refuses = True
    proxy.cut()
