"""Who hears, by one wire, what is said to all of a session."""

from typing import TYPE_CHECKING

from heliograph_relay.core.session import Session
from heliograph_relay.shell.wires import Wire

if TYPE_CHECKING:
    from heliograph_relay.shell.websocket import WebSocketTransport


class Room:
    """The transports that hear, by one wire, what is said to all of a session, and this turn's frames for them."""

    __slots__ = ("frames", "tell", "transports", "wire")

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.tell = wire.tell
        self.transports: dict[WebSocketTransport, None] = {}
        self.frames: list[bytes] = []


def room_of(session: Session, wire: Wire) -> Room:
    """The session's room of this wire; `session.handle` is the list of its rooms."""
    rooms: list[Room] = session.handle or []
    session.handle = rooms
    for room in rooms:
        if room.wire is wire:
            return room
    rooms.append(Room(wire))
    return rooms[-1]
