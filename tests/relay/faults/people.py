"""Clients that notice everything: what they said, how it was answered, and every entry that they were shown.

They come back by themselves after whatever happens to their transports, resume where they may, and say again what
was not answered, as docs/PROTOCOL.md and docs/OPENTOK.md want it of clients.
"""

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from typing import ClassVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt
from tests.support.fault_proxy import FaultProxy

from .verdict import Key, Life, Said

PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
SESSION = "S"
#: Seconds without a sign of life after which a client takes its link for dead.
QUIET = 2.5
LOST = (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage, TimeoutError, EOFError)


def token(role: Role) -> str:
    """A token for the soak's session."""
    return mint_jwt(
        PROJECT, Claims(session_id=SESSION, role=role, data=role.value, expires=4e9), now=0, nonce="1"
    )


@dataclass
class Ground:
    """What all clients share: who is there as far as anybody knows, and what broke a rule at sight."""

    known: dict[str, None]
    complaints: list[str]
    secrets: dict[Role, str]

    def note(self, id: str) -> None:
        """A connection that may be spoken to."""
        self.known[id] = None
        if len(self.known) > 40:
            del self.known[next(iter(self.known))]


class Person:
    """See the module. One client behind a proxy of its own."""

    subprotocols: ClassVar[list[Subprotocol] | None] = None

    def __init__(self, name: str, role: Role, ground: Ground, proxy: FaultProxy, seed: str) -> None:
        self.name = name
        self.role = role
        self.ground = ground
        self.proxy = proxy
        self.random = random.Random(seed)
        self.lives: list[Life] = []
        self.life: Life | None = None
        self.is_patient = False
        self.in_hurry = False
        self.said = 0
        self._ws: ClientConnection | None = None
        self._pending: dict[Key, bytes | str] = {}
        self._to_send: deque[bytes | str] = deque()
        self._more = asyncio.Event()
        self._is_in = False

    # What others ask

    def settled(self) -> bool:
        """Whether it is in, and everything that it said was answered."""
        return self._is_in and not self._pending

    def brief(self) -> str:
        """How it stands, in a few words."""
        story = [] if self.life is None else self.life.story[-4:]
        return f"{'in' if self._is_in else 'out'}, {len(self._pending)} unanswered, {'; '.join(story)}"

    def has_seen(self, seq: int) -> bool:
        return self._is_in and self.life is not None and self.life.seq >= seq

    # What it does

    async def live(self) -> None:
        """Be there, again and again, until cancelled."""
        while True:
            try:
                await self._be_there()
            except* LOST as losses:
                self._tell(f"lost ({losses.exceptions[0]!r:.60})")
            self._is_in = False
            self._ws = None
            pause = 0.02 if self.in_hurry else self.random.choice((0.0, 0.02, 0.1, 0.6, 1.5))
            await asyncio.sleep(pause)

    def say(self, to: str | None, type: str | None, data: str | None) -> None:
        """Have something relayed, now or after coming back."""
        life = self.life
        if life is None:
            return
        self.said += 1
        said = Said(to, type, data)
        key, frame = self._signal(said)
        life.said[key] = said
        self._pending[key] = frame
        self._send(frame)

    def put_out(self, id: str) -> None:
        """Moderators: end somebody's connection."""
        raise NotImplementedError

    def leave(self) -> None:
        """Go for good, and come again as somebody else."""
        raise NotImplementedError

    # What the wires do differently

    def _path(self) -> str:
        raise NotImplementedError

    async def _greet(self, ws: ClientConnection) -> None:
        """Join or come back."""
        raise NotImplementedError

    def _hear(self, message: str | bytes) -> None:
        raise NotImplementedError

    def _signal(self, said: Said) -> tuple[Key, bytes | str]:
        raise NotImplementedError

    # How it is done

    async def _be_there(self) -> None:
        ws = await connect(
            f"ws://127.0.0.1:{self.proxy.port}{self._path()}",
            subprotocols=self.subprotocols,
            compression=None,
            proxy=None,
            ping_interval=None,
            open_timeout=QUIET,
            close_timeout=0.2,
            max_size=None,
        )
        self._ws = ws
        self._to_send.clear()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._write(ws))
                group.create_task(self._watch(ws))
                await self._greet(ws)
                async for message in ws:
                    self._hear(message)
                raise ConnectionResetError("closed")
        finally:
            ws.transport.abort()

    def _now_in(self) -> None:
        """Joined, or back: what was not answered is said again, in order, before anything new."""
        self._is_in = True
        self._to_send.extend(self._pending.values())
        self._more.set()

    def _send(self, frame: bytes | str) -> None:
        if self._is_in:
            self._to_send.append(frame)
            self._more.set()

    async def _write(self, ws: ClientConnection) -> None:
        while True:
            self._more.clear()
            while self._to_send:
                await ws.send(self._to_send.popleft())
            await self._more.wait()

    async def _watch(self, ws: ClientConnection) -> None:
        """Take a silent link for dead, as real clients do; not while it is slow on purpose."""
        while True:
            pong = await ws.ping()
            try:
                async with asyncio.timeout(QUIET):
                    await asyncio.shield(pong)
            except TimeoutError:
                if not self.is_patient:
                    raise
            await asyncio.sleep(0.5)

    def _tell(self, words: str) -> None:
        if self.life is not None:
            self.life.story.append(f"at {self.life.seq} {words}")

    def _begin(self, life: Life) -> None:
        self._end()
        life.story.append(f"joined at {life.joined_at}")
        self.life = life
        self.lives.append(life)
        self.ground.note(life.id)

    def _end(self, *, refused: bool = False) -> None:
        """This connection is over; what was not answered may or may not have been relayed."""
        if self.life is not None:
            self.life.refused = refused
            self._tell("refused" if refused else "over")
        self.life = None
        self._pending.clear()
        self._to_send.clear()

    def _answered(self, key: Key, seq: int | None) -> None:
        assert self.life is not None
        if key in self._pending:
            del self._pending[key]
            self.life.answered[key] = seq

    def _was_rejected(self, key: Key, code: int) -> None:
        assert self.life is not None
        if key in self._pending:
            del self._pending[key]
            self.life.rejected[key] = code
