"""What the unmodified OpenTok.js and a hosted relay say to each other, as the inspector shows it."""

import time
from collections.abc import AsyncIterator

import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from heliograph.model.capture import Capture, Row
from heliograph.model.frames import headers_of
from heliograph.model.rows import FrameRow
from heliograph.model.text import one_line
from heliograph.services.relay_host import HostSettings, Listening, RelayHost
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tapped import Tapped, Untapped
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt
from tests.relay.wire.harness import Peer
from tests.sdk.conftest import KEY, SECRET, Pages
from tests.support.links import eventually


class Room:
    """A hosted relay whose host inspects the session."""

    def __init__(self, host: RelayHost, listening: Listening, peer: Peer) -> None:
        self.host, self.listening, self.peer = host, listening, peer
        self.capture = Capture()

    def hear(self, told: Tapped | Untapped) -> None:
        assert isinstance(told, Tapped)
        assert not told.lost
        for frame in told.frames:
            self.capture.framed(frame)

    def token(self) -> str:
        claims = Claims(
            session_id=self.listening.session, role=Role.PUBLISHER, data="ana", expires=time.time() + 600
        )
        return mint_jwt(Project(KEY, SECRET), claims, now=time.time(), nonce="1")

    def said(self) -> list[str]:
        """Without what only keeps the link alive."""
        return [_words(row) for row in self.capture if row.type not in ("PING", "PONG")]


def _words(row: Row) -> str:
    words = row.note.partition(" · ")[0]
    return f"{'>' if row.is_from_relay else '<'} {row.type} {words}".strip()


@pytest_asyncio.fixture(loop_scope="session")
async def room() -> AsyncIterator[Room]:
    host = RelayHost(lambda code, words: None)
    listening = await host.start(HostSettings(host="127.0.0.1", port=0, api_key=KEY, api_secret=SECRET))
    url = f"ws://127.0.0.1:{listening.port}/session/{listening.session}"
    async with connect(url, subprotocols=[Subprotocol("heliograph.v1")], compression=None, proxy=None) as ws:
        peer = Peer(ws)
        await peer.join(secret=listening.host_secret, name="Host")
        await peer.send("inspect", on=True)
        await peer.expect("inspected", on=True)
        yield Room(host, listening, peer)
    await host.stop()


async def test_a_page_from_its_first_frame_to_its_last(room: Room, pages: Pages) -> None:
    session, token = room.listening.session, room.token()
    await room.host.tap(session, room.hear)
    page = await pages.join(session, token, port=room.listening.port)
    assert await page.signal(type="chat", data="hello") is None
    assert (await page.signal(type="x" * 129) or {})["code"] == 413
    assert await page.signal(page.id, type="only.me") is None
    await page.until(2, "signal")
    await page.run("session.disconnect()")
    await eventually(lambda: room.said()[-1].startswith("> CLOSE"))
    expected = [
        f"< CONNECT as connection {page.id}",
        f"< SUBSCRIBE {one_line(f'/v2/partner/{KEY}/session/{session}')}",
        "< MESSAGE connection create", "> MESSAGE connection created", "> STATUS 200, 2 connections", "< STATUS received",
        "< MESSAGE signal chat", "> MESSAGE signal chat", "> STATUS 200", "< STATUS received",
        "< MESSAGE signal only.me to one", "> MESSAGE signal only.me to one", "> STATUS 200", "< STATUS received",
        "< DISCONNECT for good", "> CLOSE 1000",
    ]  # fmt: skip
    assert room.said() == expected
    frames = [row for row in room.capture if isinstance(row, FrameRow)]
    assert {row.sender or row.to for row in frames} == {page.id}
    assert not any(part.encode() in row.frame for row in frames for part in token.split("."))
    heads = [head for row in frames if (head := headers_of(row)) is not None]
    assert len(heads) == len(frames) - 1
    assert all(head.headers.get("X-TB-TOKEN-AUTH", "*")[0] == "*" for head in heads)
