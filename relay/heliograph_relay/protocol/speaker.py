"""What OpenTok clients are told, as bytes: Raptor messages in Rumor frames."""

import msgspec
from msgspec import UNSET, Raw

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.model import (
    Connection,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)
from heliograph_relay.protocol.raptor import FROM, TRANSACTION, Snapshot, Status, transaction_of
from heliograph_relay.protocol.raptor_shapes import ConnectionShape, Content, Event, Everybody
from heliograph_relay.protocol.rumor import Kind

_encode = msgspec.json.Encoder().encode
_STATUS = rumor.Form(Kind.STATUS, TRANSACTION, "STATUS")
_EVENT = rumor.Form(Kind.MESSAGE, TRANSACTION, FROM)
_PERMISSIONS = {
    Role.SUBSCRIBER: ("subscribe",),
    Role.PUBLISHER: ("publish", "subscribe", "signal"),
    Role.MODERATOR: ("publish", "subscribe", "signal", "forcedisconnect", "forceunpublish", "forcemute"),
}


class Speaker:
    """Writes what one session says to its OpenTok clients, as Rumor frames."""

    __slots__ = ("_epoch", "_prefix")

    def __init__(self, *, key: str, session: str, epoch: str) -> None:
        self._epoch = epoch
        self._prefix = f"/v2/partner/{key}/session/{session}"

    def signal(self, entry: SignalEntry, sender: Connection | None = None) -> bytes:
        """A signal; with `sender` for clients that are told of nobody, who so learn who speaks."""
        transaction = transaction_of(entry.seq, self._epoch)
        target = "" if entry.to is None else f"/connection/{entry.to}"
        data = entry.data
        content = Content(
            UNSET if entry.type is None else entry.type,
            UNSET if data is None else Raw(data.encode()) if entry.json else data,
            UNSET if sender is None else _shape(sender),
        )
        event = Event("signal", f"{self._prefix}{target}/signal/{transaction}", content=content)
        return _publish(transaction, entry.sender or "", event)

    def created(self, connection: Connection, seq: int) -> bytes:
        """Somebody joined, by entry `seq`."""
        event = Event("created", self._uri(connection.id), content=_shape(connection))
        return _publish(transaction_of(seq, self._epoch), "", event)

    def destroyed(self, entry: DestroyedEntry) -> bytes:
        """Somebody left."""
        event = Event("deleted", self._uri(entry.connection), reason=entry.reason)
        return _publish(transaction_of(entry.seq, self._epoch), "", event)

    def put_out(self, connection_id: str) -> bytes:
        """Tell a client that a moderator has put it out; it leaves by itself. Needs no acknowledgement."""
        event = Event("deleted", self._uri(connection_id), reason=Reason.FORCED)
        return rumor.encode(Kind.MESSAGE, {FROM: ""}, _encode(event))

    def _uri(self, connection_id: str) -> str:
        return f"{self._prefix}/connection/{connection_id}"


def status(answer: Status) -> bytes:
    """The answer to one transaction."""
    body = _encode({"reason": answer.reason}) if answer.reason else b""
    return _STATUS.frame(body, answer.transaction, str(answer.code))


def snapshot(answer: Snapshot) -> bytes:
    """The answer that names everybody."""
    body = _encode(Everybody([_shape(connection) for connection in answer.connections]))
    return _STATUS.frame(body, answer.transaction, "200")


PING = rumor.encode(Kind.PING)
PONG = rumor.encode(Kind.PONG)


def _shape(connection: Connection) -> ConnectionShape:
    permissions = _PERMISSIONS[connection.role]
    return ConnectionShape(connection.id, connection.created, connection.data, permissions)


def _publish(transaction: str, sender: str, event: Event) -> bytes:
    return _EVENT.frame(_encode(event), transaction, sender)
