"""The two kinds of clients of the soak: `heliograph.v1`, and OpenTok's Rumor and Raptor."""

import asyncio
import json
import uuid
from typing import Any, ClassVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.model import (
    CreatedEntry,
    DestroyedEntry,
    Entry,
    Reason,
    Role,
    SignalEntry,
)
from heliograph_relay.protocol.native import Accepted, Bye, Error, Joined, Rejected, decode_message
from heliograph_relay.protocol.raptor import FROM, TRANSACTION
from heliograph_relay.protocol.rumor import Kind

from .people import SESSION, Ground, Person, token
from .verdict import Key, Life, Said, opentok_connection

_PREFIX = f"/v2/partner/x/session/{SESSION}"


class NativePerson(Person):
    """Speaks heliograph.v1."""

    subprotocols: ClassVar[list[Subprotocol] | None] = [Subprotocol("heliograph.v1")]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._joined: Joined | None = None
        self._n = 0

    def put_out(self, id: str) -> None:
        self._send(json.dumps({"op": "disconnect", "connection": id}))

    def inspect(self, *, on: bool) -> None:
        """Ask to see every signal, or no longer."""
        self._send(json.dumps({"op": "inspect", "on": on}))

    def leave(self) -> None:
        if self._is_in:
            self._end()
            self._joined = None
            self._send(json.dumps({"op": "leave"}))

    def _path(self) -> str:
        return f"/session/{SESSION}"

    async def _greet(self, ws: ClientConnection) -> None:
        join: dict[str, Any] = {"op": "join", "name": self.name, "secret": self.ground.secrets[self.role]}
        old, life = self._joined, self.life
        if old is not None and life is not None:
            join["resume"] = {
                "connection": life.id,
                "key": old.key,
                "epoch": life.epoch,
                "seq": life.seq,
            }
        await ws.send(json.dumps(join))
        message = decode_message(await ws.recv())
        if not isinstance(message, Joined):
            self._tell(f"told {message}")
            raise ConnectionResetError("no answer to a join")
        if message.recovered:
            self._back(message)
        else:
            self._end(refused=life is not None)
            self._n = 0
            self._begin(Life(self.name, message.connection.id, message.epoch, message.seq))
        self._joined = message
        self._now_in()

    def _back(self, joined: Joined) -> None:
        life = self.life
        if life is None or (joined.connection.id, joined.epoch) != (life.id, life.epoch):
            self.ground.complaints.append(f"{self.name} was given somebody else's connection: {joined}")
            raise ConnectionResetError("somebody else")
        self._tell("resumed")

    def _hear(self, message: str | bytes) -> None:
        told = decode_message(message)
        life = self.life
        if life is None:  # it has left
            return
        if isinstance(told, SignalEntry | CreatedEntry | DestroyedEntry):
            life.shown.append(told)
            if isinstance(told, CreatedEntry):
                self.ground.note(told.connection.id)
            if isinstance(told, SignalEntry) and told.sender == life.id and told.n is not None:
                self._answered(told.n, told.seq)
        elif isinstance(told, Accepted):
            self._answered(told.n, told.seq)
        elif isinstance(told, Rejected):
            self._was_rejected(told.n, told.code)
        elif isinstance(told, Bye):
            self._tell(f"bye {told.code}")
            if told.code == 4403:
                self._end()
                self._joined = None
        elif isinstance(told, Error) and told.code != 404:
            self.ground.complaints.append(f"{self.name} was told {told}")

    def _signal(self, said: Said) -> tuple[Key, bytes | str]:
        self._n += self.random.choice((1, 1, 1, 4))
        members = {"to": said.to, "type": said.type, "data": said.data}
        frame = {"op": "signal", "n": self._n} | {k: v for k, v in members.items() if v is not None}
        return self._n, json.dumps(frame, ensure_ascii=self.random.random() < 0.5)


async def steal(life: Life, ground: Ground, port: int) -> None:
    """Try to go on as somebody else, without the key: that makes a new connection, and theirs is untouched."""
    uri = f"ws://127.0.0.1:{port}/session/{SESSION}"
    ws = await connect(
        uri, subprotocols=NativePerson.subprotocols, compression=None, proxy=None, open_timeout=2
    )
    try:
        resume = {"connection": life.id, "key": "guessed", "epoch": life.epoch, "seq": life.seq}
        secret = ground.secrets[Role.PUBLISHER]
        await ws.send(json.dumps({"op": "join", "name": "thief", "secret": secret, "resume": resume}))
        told = decode_message(await asyncio.wait_for(ws.recv(), 2))
        if isinstance(told, Joined) and (told.recovered or told.connection.id == life.id):
            ground.complaints.append(f"a wrong key was given {life.person}'s connection: {told}")
        await ws.send(json.dumps({"op": "leave"}))
        await ws.close()
    finally:
        ws.transport.abort()  # who is cancelled while it closes has not closed


class OpenTokPerson(Person):
    """Speaks Raptor in Rumor frames, and drops what it has had already, as OpenTok.js does."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._id = ""
        self._socket = ""
        self._had: set[str] = set()

    def put_out(self, id: str) -> None:
        _, frame = self._message("delete", f"/connection/{id}", {})
        self._send(frame)

    def leave(self) -> None:
        if self._is_in:
            self._end()
            self._send(rumor.encode(Kind.DISCONNECT, {"reconnect": ""}))

    def _path(self) -> str:
        if self.life is None:
            self._id, self._socket = f"{self.name}-{uuid.uuid4()}", str(uuid.uuid4())
        again = "" if self.life is None else "&reconnect=true"
        return f"/opentok/{SESSION}?socketId={self._socket}{again}&attempt=1"

    async def _greet(self, ws: ClientConnection) -> None:
        if self.life is not None:
            await self._return(ws, self.life)
            return
        self._had.clear()
        headers = {"uniqueId": self._id, TRANSACTION: "connect", "notifyDisconnectAddress": ""}
        await ws.send(rumor.encode(Kind.CONNECT, headers))
        await ws.send(rumor.encode(Kind.SUBSCRIBE, {}, b"", [_PREFIX]))
        extra = {"X-TB-TOKEN-AUTH": token(self.role)}
        await ws.send(self._message("create", f"/connection/{self._id}", {}, **extra)[1])
        own = await self._read(ws)
        status = await self._read(ws)
        if own.kind is not Kind.MESSAGE or status.headers.get("STATUS") != "200":
            self.ground.complaints.append(f"{self.name} was not let in: {own}, {status}")
            raise ConnectionResetError("not let in")
        epoch, seq = _place(own.headers[TRANSACTION])
        self._begin(Life(self.name, self._id, epoch, seq, opentok=True))
        self._had.add(own.headers[TRANSACTION])
        self._acknowledge(own.headers[TRANSACTION], "")
        self._now_in()

    async def _return(self, ws: ClientConnection, life: Life) -> None:
        try:
            first = await ws.recv()
        except ConnectionClosed as closed:
            if closed.rcvd is not None and closed.rcvd.code == 1003:
                self._end(refused=True)
            raise
        self._tell("resumed")
        self._hear(first)
        if self.life is life:
            self._now_in()

    @staticmethod
    async def _read(ws: ClientConnection) -> rumor.Frame:
        data = await ws.recv()
        assert isinstance(data, bytes)
        return rumor.decode(data)

    def _hear(self, message: str | bytes) -> None:
        assert isinstance(message, bytes)
        frame = rumor.decode(message)
        life = self.life
        if life is None:
            return
        if frame.kind is Kind.STATUS:
            self._take_answer(frame)
        elif frame.kind is Kind.MESSAGE:
            transaction = frame.headers.get(TRANSACTION)
            if transaction is None:  # nothing but this: put out
                self._tell("put out")
                self._end()
                return
            self._acknowledge(transaction, frame.headers[FROM])
            if transaction not in self._had:
                self._had.add(transaction)
                self._take_event(life, frame)

    def _take_answer(self, frame: rumor.Frame) -> None:
        key, code = frame.headers[TRANSACTION], int(frame.headers["STATUS"])
        if code == 200:
            self._answered(key, None)
        else:
            self._was_rejected(key, code)

    def _acknowledge(self, transaction: str, sender: str) -> None:
        headers = {TRANSACTION: transaction, FROM: self._id}
        self._to_send.append(rumor.encode(Kind.STATUS, headers, b"", [sender]))
        self._more.set()

    def _take_event(self, life: Life, frame: rumor.Frame) -> None:
        epoch, seq = _place(frame.headers[TRANSACTION])
        if epoch != life.epoch:
            self.ground.complaints.append(f"{self.name} was sent an event of {epoch} in {life.epoch}")
        life.shown.append(_entry(seq, frame.headers[FROM], json.loads(frame.body)))

    def _signal(self, said: Said) -> tuple[Key, bytes | str]:
        to = "" if said.to is None else f"/connection/{said.to}"
        content = {k: v for k, v in {"type": said.type, "data": said.data}.items() if v is not None}
        return self._message("signal", f"{to}/signal/{uuid.uuid4()}", content)

    def _message(self, method: str, tail: str, content: dict[str, Any], **more: str) -> tuple[str, bytes]:
        transaction = str(uuid.uuid4())
        body = json.dumps({"method": method, "uri": f"{_PREFIX}{tail}", "content": content})
        headers = {TRANSACTION: transaction, FROM: self._id, **more}
        return transaction, rumor.encode(Kind.MESSAGE, headers, body.encode(), ["symphony"])


def _place(transaction: str) -> tuple[str, int]:
    epoch, _, seq = transaction.rpartition(".")
    return epoch, int(seq)


def _entry(seq: int, sender: str, event: dict[str, Any]) -> Entry:
    parts = event["uri"].split("/")
    about = parts[parts.index("connection") + 1] if "connection" in parts else None
    content = event.get("content", {})
    if event["method"] == "signal":
        return SignalEntry(
            seq=seq,
            at=0,
            sender=sender or None,
            to=about,
            type=content.get("type"),
            data=content.get("data"),
        )
    assert about is not None
    if event["method"] == "deleted":
        return DestroyedEntry(seq=seq, at=0, connection=about, reason=Reason(event["reason"]))
    may = content["permissions"]
    role = Role.MODERATOR if "forcedisconnect" in may else Role.PUBLISHER if "signal" in may else Role.SUBSCRIBER  # fmt: skip
    return CreatedEntry(seq=seq, at=0, connection=opentok_connection(about, content["data"], role))
