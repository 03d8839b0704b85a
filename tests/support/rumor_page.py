"""A page of OpenTok's, made by hand: what OpenTok.js writes to a relay, frame by frame."""

import asyncio
import contextlib
import json
import uuid
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.rumor import Frame, Kind


class RumorPage:
    """In one session of one relay; it acknowledges what it hears, as OpenTok.js does."""

    def __init__(self, ws: ClientConnection, session: str, id: str) -> None:
        self.ws, self.id = ws, id
        self.heard: list[Frame] = []
        self._prefix = f"/v2/partner/47/session/{session}"
        self._reading = asyncio.ensure_future(self._read())  # noqa: TID251 - ended by `close`

    @classmethod
    async def join(cls, port: int, session: str, token: str, id: str) -> "RumorPage":
        """Be there, and known to the others."""
        url = f"ws://127.0.0.1:{port}/opentok/{session}?socketId=socket-of-{id}&attempt=1"
        page = cls(await connect(url, compression=None, proxy=None, ping_interval=None), session, id)
        await page.send(
            Kind.CONNECT, {"uniqueId": id, "TRANSACTION-ID": f"c-{id}", "notifyDisconnectAddress": ""}
        )
        await page.send(Kind.SUBSCRIBE, {}, addresses=[page._prefix])
        await page.message("create", f"/connection/{id}", **{"X-TB-TOKEN-AUTH": token})
        return page

    async def send(
        self, kind: Kind, headers: dict[str, str], body: bytes = b"", addresses: list[str] | None = None
    ) -> None:
        """One frame."""
        await self.ws.send(rumor.encode(kind, headers, body, addresses or []))

    async def message(self, method: str, tail: str, content: Any = None, **headers: str) -> None:
        """One message, and wait for its answer."""
        transaction = str(uuid.uuid4())
        body = json.dumps({"method": method, "uri": f"{self._prefix}{tail}", "content": content or {}})
        await self.send(Kind.MESSAGE, {"TRANSACTION-ID": transaction, **headers}, body.encode(), ["symphony"])
        async with asyncio.timeout(10):
            while not any(f.headers.get("TRANSACTION-ID") == transaction for f in self.heard):  # noqa: ASYNC110
                await asyncio.sleep(0.002)

    async def signal(self, type: str, data: Any) -> None:
        """A signal to everybody."""
        await self.message("signal", f"/signal/{len(self.heard)}", {"type": type, "data": data})

    async def close(self) -> None:
        """Leave, as a page does that is closed."""
        with contextlib.suppress(ConnectionClosed):
            await self.send(Kind.DISCONNECT, {"reconnect": ""})
        self._reading.cancel()
        await asyncio.wait([self._reading])
        await self.ws.close()

    async def _read(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            async for data in self.ws:
                assert isinstance(data, bytes)
                frame = rumor.decode(data)
                self.heard.append(frame)
                if frame.kind is Kind.MESSAGE and (transaction := frame.headers.get("TRANSACTION-ID")):
                    await self.send(
                        Kind.STATUS, {"TRANSACTION-ID": transaction, "X-TB-FROM-ADDRESS": self.id}
                    )
