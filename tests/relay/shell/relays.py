"""A relay in the test's own loop, so that what it logs counts, and an OpenTok client made by hand."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.rumor import Frame, Kind
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt
from heliograph_relay.settings import RelaySettings
from heliograph_relay.shell.server import Relay

PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
SETTINGS = RelaySettings(
    session=SessionConfig(id="S", secret="guest", host_secret="host"),
    limits=RelayLimits(rate=0),
    project=PROJECT,
    port=0,
)


@asynccontextmanager
async def a_relay(*, opentok: Surface = Surface.LOOPBACK, **changes: Any) -> AsyncIterator[Relay]:
    relay = Relay(replace(SETTINGS, opentok=opentok, **changes))
    await relay.start()
    try:
        yield relay
    finally:
        await relay.stop()


def token(role: Role = Role.PUBLISHER, session: str = "S", data: str = "") -> str:
    claims = Claims(session_id=session, role=role, data=data, expires=4e9)
    return mint_jwt(PROJECT, claims, now=0, nonce="1")


class Visitor:
    """Speaks Rumor by hand."""

    def __init__(self, ws: ClientConnection, id: str) -> None:
        self.ws = ws
        self.id = id

    @classmethod
    async def open(cls, relay: Relay, id: str = "me", *, query: str = "", prefix: str = "") -> "Visitor":
        url = f"ws://127.0.0.1:{relay.port}{prefix}/opentok/S?{query or f'socketId=socket-of-{id}&attempt=1'}"
        return cls(await connect(url, compression=None, proxy=None, ping_interval=None, max_size=None), id)

    @classmethod
    async def join(cls, relay: Relay, id: str, **more: Any) -> "Visitor":
        visitor = await cls.open(relay, id)
        await visitor.send(
            Kind.CONNECT, {"uniqueId": id, "TRANSACTION-ID": "c", "notifyDisconnectAddress": ""}
        )
        await visitor.send(Kind.SUBSCRIBE, {}, addresses=["/v2/partner/x/session/S"])
        await visitor.message(
            "create", f"/connection/{id}", more, transaction="create", **{"X-TB-TOKEN-AUTH": token()}
        )
        created, status = await visitor.read(), await visitor.read()
        assert json.loads(created.body)["uri"].endswith(f"/connection/{id}")
        assert status.headers["STATUS"] == "200"
        return visitor

    async def send(
        self, kind: Kind, headers: dict[str, str], body: bytes = b"", addresses: list[str] | None = None
    ) -> None:
        await self.ws.send(rumor.encode(kind, headers, body, addresses or []))

    async def message(
        self, method: str, tail: str, content: Any = None, *, transaction: str = "t", **headers: str
    ) -> None:
        body = json.dumps(
            {"method": method, "uri": f"/v2/partner/x/session/S{tail}", "content": content or {}}
        )
        await self.send(Kind.MESSAGE, {"TRANSACTION-ID": transaction, **headers}, body.encode(), ["symphony"])

    async def read(self) -> Frame:
        async with asyncio.timeout(10):
            data = await self.ws.recv()
        assert isinstance(data, bytes)
        return rumor.decode(data)

    async def answer(self, transaction: str) -> tuple[str, Any]:
        """The status of a transaction; what comes before is skipped."""
        while True:
            frame = await self.read()
            if frame.kind is Kind.STATUS and frame.headers["TRANSACTION-ID"] == transaction:
                return frame.headers["STATUS"], json.loads(frame.body) if frame.body else None

    async def close_code(self) -> int | None:
        """Read up to the end; the relay's close code."""
        async with asyncio.timeout(15):
            try:
                while True:
                    await self.ws.recv()
            except ConnectionClosed as closed:
                return closed.rcvd.code if closed.rcvd else None
