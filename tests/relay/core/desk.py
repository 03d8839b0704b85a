"""A relay's mind without its hands: scripts of requests in, and what every client is told."""

from itertools import count

from heliograph_relay.core.budget import LogBudget
from heliograph_relay.core.dialogue import Dialogue
from heliograph_relay.core.effects import Admit, Close, Effect, Replay, ToAll, ToOne
from heliograph_relay.core.hub import Hub
from heliograph_relay.core.membership import Membership, Mint, RelayLimits
from heliograph_relay.core.session import Session
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.protocol import native, raptor
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.native import Server
from heliograph_relay.protocol.problems import Goodbye
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt

PROJECT = Project("K", "s" * 40)
WALL = 1_700_000_000_000
Told = native.Message | raptor.Message


class Client:
    """One transport: its dialogue, what it was told, and how it ended."""

    def __init__(self) -> None:
        self.dialogue: Dialogue
        self.told: list[Told] = []
        self.ended: list[Goodbye | None] = []

    def take(self) -> list[Told]:
        """What it was told since the last time."""
        told, self.told = self.told, []
        return told


class Desk:
    """A hub, its clock, and a shell that carries effects out at once."""

    def __init__(
        self, limits: RelayLimits | None = None, *, all_log_bytes: int = 0, **session: object
    ) -> None:
        numbers = count(1)
        mint = Mint(connection_id=lambda: f"n{next(numbers)}", key=lambda: f"key{next(numbers)}")
        limits = limits or RelayLimits(rate=0)
        self.hub = Hub(
            Membership(limits, mint, Server(name="r", version="1")), PROJECT, LogBudget(all_log_bytes)
        )
        config = SessionConfig(id="S", secret="guest", host_secret="host", **session)  # type: ignore[arg-type]
        self.session = self.hub.add_session(config, epoch="ep")
        self.now = 0.0
        self._rooms: dict[str, list[Client]] = {}

    @property
    def wall(self) -> int:
        return WALL + int(self.now * 1_000)

    def open(self, socket: str = "", session: str = "S") -> Client:
        client = Client()
        client.dialogue = self.hub.open(client, session_id=session, address="a", now=self.now, socket=socket)
        return client

    def say(self, client: Client, request: native.Request | raptor.Request) -> list[Told]:
        """Send one request; what this client is told by it."""
        self.do(self.hub.received(client.dialogue, request, self.now, self.wall))
        return client.take()

    def create(
        self, id: str, *, role: Role = Role.PUBLISHER, quiet: bool = False, socket: str | None = None
    ) -> Client:
        """An OpenTok client that has connected; its first words are forgotten."""
        client = self.open(f"socket of {id}" if socket is None else socket)
        self.say(client, create(id, role=role, quiet=quiet))
        return client

    def join(self, secret: str = "guest") -> Client:
        """A client of heliograph.v1."""
        client = self.open()
        self.say(client, native.Join(secret=secret))
        return client

    def lose(self, client: Client) -> None:
        """Its transport is gone."""
        self._leave(client)
        self.do(self.hub.lost(client.dialogue, self.now, self.wall))

    def back(self, socket: str, session: str = "S") -> Client:
        """An OpenTok client opens another socket."""
        client = self.open(socket, session)
        self.do(self.hub.returned(client.dialogue, self.now, self.wall))
        return client

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.do(self.hub.tick(self.now, self.wall))

    def do(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, ToAll):
            for member in self._room(effect.session):
                member.told.append(effect.message)
            return
        client: Client = effect.dialogue.handle
        if isinstance(effect, ToOne):
            client.told.append(effect.message)
        elif isinstance(effect, Admit):
            self._room(effect.session).append(client)
        elif isinstance(effect, Close):
            self._leave(client)
            client.ended.append(effect.goodbye)
        elif isinstance(effect, Replay):
            self.do(self.hub.replay(effect.dialogue, self.now, self.wall))

    def _room(self, session: Session) -> list[Client]:
        return self._rooms.setdefault(session.config.id, [])

    def _leave(self, client: Client) -> None:
        for room in self._rooms.values():
            if client in room:
                room.remove(client)


def token(role: Role = Role.PUBLISHER, session: str = "S", data: str = "") -> str:
    claims = Claims(session_id=session, role=role, data=data, expires=4e9)
    return mint_jwt(PROJECT, claims, now=0, nonce="1")


def create(
    id: str, *, role: Role = Role.PUBLISHER, quiet: bool = False, transaction: str = "create"
) -> raptor.Create:
    return raptor.Create(transaction=transaction, connection=id, token=token(role), quiet=quiet)


def signal(
    transaction: str,
    data: str | None = None,
    *,
    to: str | None = None,
    type: str | None = None,
    json: bool = False,
) -> raptor.Signal:
    return raptor.Signal(transaction=transaction, to=to, type=type, data=data, json=json)
