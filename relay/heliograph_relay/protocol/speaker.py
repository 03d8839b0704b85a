"""What OpenTok clients are told, as bytes: Raptor messages in Rumor frames."""

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.model import (
    Connection,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)
from heliograph_relay.protocol.raptor import FROM, TRANSACTION, Snapshot, Status, transaction_of
from heliograph_relay.protocol.rumor import Kind

_encode = msgspec.json.encode
_PERMISSIONS = {
    Role.SUBSCRIBER: ("subscribe",),
    Role.PUBLISHER: ("publish", "subscribe", "signal"),
    Role.MODERATOR: ("publish", "subscribe", "signal", "forcedisconnect", "forceunpublish", "forcemute"),
}


class _Connection(Struct, rename="camel"):
    id: str
    creation_time: int
    data: str
    permissions: tuple[str, ...]


class _Content(Struct, omit_defaults=True, rename="camel"):
    type: str | UnsetType = UNSET
    data: str | Raw | UnsetType = UNSET
    from_connection: _Connection | UnsetType = UNSET


class _Event(Struct, omit_defaults=True):
    method: str
    uri: str
    reason: Reason | UnsetType = UNSET
    content: _Content | _Connection | UnsetType = UNSET


class _SnapshotBody(Struct):
    connection: list[_Connection]
    stream: tuple[()] = ()
    archive: tuple[()] = ()


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
        content = _Content()
        if entry.type is not None:
            content.type = entry.type
        if entry.data is not None:
            content.data = Raw(entry.data.encode()) if entry.json else entry.data
        if sender is not None:
            content.from_connection = _shape(sender)
        event = _Event("signal", f"{self._prefix}{target}/signal/{transaction}", content=content)
        return _publish(transaction, entry.sender or "", event)

    def created(self, connection: Connection, seq: int) -> bytes:
        """Somebody joined, by entry `seq`."""
        event = _Event("created", self._uri(connection.id), content=_shape(connection))
        return _publish(transaction_of(seq, self._epoch), "", event)

    def destroyed(self, entry: DestroyedEntry) -> bytes:
        """Somebody left."""
        event = _Event("deleted", self._uri(entry.connection), reason=entry.reason)
        return _publish(transaction_of(entry.seq, self._epoch), "", event)

    def put_out(self, connection_id: str) -> bytes:
        """Tell a client that a moderator has put it out; it leaves by itself. Needs no acknowledgement."""
        event = _Event("deleted", self._uri(connection_id), reason=Reason.FORCED)
        return rumor.encode(Kind.MESSAGE, {FROM: ""}, _encode(event))

    def _uri(self, connection_id: str) -> str:
        return f"{self._prefix}/connection/{connection_id}"


def status(answer: Status) -> bytes:
    """The answer to one transaction."""
    body = _encode({"reason": answer.reason}) if answer.reason else b""
    return rumor.encode(Kind.STATUS, {TRANSACTION: answer.transaction, "STATUS": str(answer.code)}, body)


def snapshot(answer: Snapshot) -> bytes:
    """The answer that names everybody."""
    body = _encode(_SnapshotBody([_shape(connection) for connection in answer.connections]))
    return rumor.encode(Kind.STATUS, {TRANSACTION: answer.transaction, "STATUS": "200"}, body)


PING = rumor.encode(Kind.PING)
PONG = rumor.encode(Kind.PONG)


def _shape(connection: Connection) -> _Connection:
    permissions = _PERMISSIONS[connection.role]
    return _Connection(connection.id, connection.created, connection.data, permissions)


def _publish(transaction: str, sender: str, event: _Event) -> bytes:
    return rumor.encode(Kind.MESSAGE, {TRANSACTION: transaction, FROM: sender}, _encode(event))
