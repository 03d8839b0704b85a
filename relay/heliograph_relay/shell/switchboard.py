"""Between the transports and the core: frames in, effects carried out, one write per peer and turn.

This is the way of a signal through the relay: a transport hands its text to `received`, the hub says
what is to be done, a signal to all is encoded once into its session's `Room`, and at the end of the
event loop's turn `_flush` writes to every member whatever that turn has produced for it. Members with
nothing of their own share the same bytes.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from heliograph_relay.core.dialogue import Dialogue, State
from heliograph_relay.core.effects import Admit, Close, Effect, ToAll, ToOne
from heliograph_relay.core.hub import Hub
from heliograph_relay.core.mending import NO_MEMORY
from heliograph_relay.core.session import Session
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.native import BadRequest
from heliograph_relay.protocol.problems import GoingAway, Internal, SlowConsumer
from heliograph_relay.protocol.rumor import BadFrame
from heliograph_relay.shell.alarm import Alarm
from heliograph_relay.shell.backlog import Backlog
from heliograph_relay.shell.handshake import Opening
from heliograph_relay.shell.room import Room, room_of
from heliograph_relay.shell.wires import Message, NativeWire, OpenTokWire

if TYPE_CHECKING:
    from heliograph_relay.shell.tap import Taps
    from heliograph_relay.shell.websocket import WebSocketTransport

log = logging.getLogger(__name__)

#: So many frames are written before the turn ends: one peer's flood must not pile up unseen.
MOST_A_TURN = 1_024


class Switchboard:
    """See the module. One per relay process; everything runs on its event loop."""

    def __init__(
        self,
        hub: Hub,
        *,
        queue_bytes: int,
        all_queue_bytes: int = 1 << 30,
        opentok: OpenTokWire | None = None,
        surface: Surface = Surface.OFF,
    ) -> None:
        self.hub = hub
        self.native = NativeWire()
        self.opentok = opentok
        self.surface = surface
        self.queue_bytes = queue_bytes
        self.backlog = Backlog(self, all_queue_bytes)
        self.transports: set[WebSocketTransport] = set()
        self.is_draining = False
        #: What frames are told to the program that runs this relay; None where there never were any.
        self.taps: Taps | None = None
        #: What `MemoryWatch` wants to know (an allocation has failed), and, while memory is short, to be asked.
        self.on_shortage: Callable[[], None] = _nothing
        self.guard: Callable[[], bool] | None = None
        self._loop = asyncio.get_running_loop()
        #: The monotonic clock, in seconds.
        self.now = self._loop.time
        self._busy_rooms: list[Room] = []
        self._diverged: list[WebSocketTransport] = []
        self._replaying: list[WebSocketTransport] = []
        self._overrun: list[WebSocketTransport] = []
        self._closing: list[WebSocketTransport] = []
        self._empty = asyncio.Event()
        self._frames = 0
        self._flush_due = False
        self._alarm = Alarm(self._tick)

    # From the transports

    def opentok_for(self, address: str) -> OpenTokWire | None:
        """OpenTok's wire, where a peer at this address may use it."""
        return self.opentok if self.surface.admits(address) else None

    def opened(self, transport: "WebSocketTransport", opening: Opening, *, address: str) -> Dialogue:
        """A client has finished its handshake."""
        dialogue = self.hub.open(
            transport, session_id=opening.session_id, address=address, now=self.now(), socket=opening.socket
        )
        self.transports.add(transport)
        self._flush_soon()
        return dialogue

    def returned(self, transport: "WebSocketTransport") -> None:
        """An OpenTok client wants to go on with a connection that it had."""
        effects = self.hub.returned(transport.dialogue, *self._time())
        transport.wire = transport.wire.hearing(transport.dialogue)
        self._do(effects)

    def received(self, transport: "WebSocketTransport", messages: list[bytes], now: float) -> None:
        """A client has sent these messages."""
        dialogue, hub, read = transport.dialogue, self.hub, transport.wire.read
        wall = time.time_ns() // 1_000_000
        if self.guard is not None and not self.guard():
            self._do(hub.give_up(dialogue, Internal(NO_MEMORY), now, wall))
            return
        try:
            for message in messages:
                try:
                    request = read(message)
                except (BadRequest, BadFrame) as bad:
                    effects = hub.unreadable(dialogue, bad, now, wall)
                else:
                    effects = hub.received(dialogue, request, now, wall)
                for effect in effects:
                    self._perform(effect)
            if self._frames > MOST_A_TURN:
                self._flush()
        except UnicodeDecodeError:
            transport.fail(1007, "text that is no UTF-8")
        except MemoryError:
            self.on_shortage()
            self._do(hub.give_up(dialogue, Internal(NO_MEMORY), now, wall))
        except Exception:
            log.exception("the relay failed on a frame")
            self._do(hub.give_up(dialogue, Internal(), now, wall))

    def lost(self, transport: "WebSocketTransport") -> None:
        """A transport is gone or about to go: it is out of its room, and the session is told."""
        self.leave_room(transport)
        self._do(self.hub.lost(transport.dialogue, *self._time()))

    def gone(self, transport: "WebSocketTransport") -> None:
        """The socket is closed."""
        self.transports.discard(transport)
        # The core's timers remember the dialogue until nobody can join by it any more; a flood must not pile up there.
        transport.dialogue.handle = None
        if not self.transports:
            self._empty.set()

    async def wait_until_empty(self) -> None:
        """Until no transport is left."""
        self._empty.clear()
        if self.transports:
            await self._empty.wait()

    def overrun(self, transport: "WebSocketTransport") -> None:
        """A transport's outbox is over its bound."""
        self._overrun.append(transport)
        self._flush_soon()

    def writable(self, transport: "WebSocketTransport") -> None:
        """A transport that was full can take more."""
        if transport.dialogue.cursor is not None:
            self._replaying.append(transport)
            self._flush_soon()

    def say(self, transport: "WebSocketTransport", frames: bytes) -> None:
        """Whole frames for one transport, after whatever it is owed from this turn."""
        own, room = transport.own, transport.room
        if own is None or (room is not None and len(room.frames) > transport.mark):
            own = self._diverge(transport)
        own.append(frames)
        self._frames += 1

    def leave_room(self, transport: "WebSocketTransport") -> None:
        """Out of the room; what was said there until now is still owed."""
        if transport.room is not None:
            self._diverge(transport)
            del transport.room.transports[transport]
            transport.room = None

    def close_after_flush(self, transport: "WebSocketTransport") -> None:
        """Close the socket once this turn's frames are written."""
        self._closing.append(transport)
        self._flush_soon()

    def cut_off(self, transport: "WebSocketTransport") -> None:
        """Memory has ended in the middle of what this one is told: it is told no more, and may come back."""
        self.on_shortage()
        transport.cut()

    def carry_out(self, effects: list[Effect]) -> None:
        """Do what the core wants done after something that came by no transport."""
        self._do(effects)

    def drain(self) -> None:
        """Say goodbye to everybody, joined or not, and take nobody new."""
        self.is_draining = True
        for transport in list(self.transports):
            if transport.dialogue.state is not State.CLOSED:
                self._do(self.hub.close(transport.dialogue, GoingAway()))

    # Effects

    def _do(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._perform(effect)
        self._flush_soon()

    def _perform(self, effect: Effect) -> None:
        if isinstance(effect, ToAll):
            self._to_all(effect.session, effect.message)
            return
        try:
            if isinstance(effect, ToOne):
                self._to_one(effect.dialogue, effect.message)
            elif isinstance(effect, Admit):
                self._admit(effect.dialogue, effect.session)
            elif isinstance(effect, Close):
                effect.dialogue.handle.finish(effect.goodbye)
            else:
                self._replaying.append(effect.dialogue.handle)
                self._flush_soon()
        except MemoryError:
            self.cut_off(effect.dialogue.handle)

    def _to_all(self, session: Session, message: Message) -> None:
        """Once for each wire by which somebody listens."""
        for room in session.handle or ():
            if not room.transports:
                continue
            try:
                try:
                    told = room.tell(message, session)
                except MemoryError:
                    self.on_shortage()  # there is a reserve
                    told = room.tell(message, session)
                if not told:
                    continue
                frames = room.frames
                if not frames:
                    self._busy_rooms.append(room)
                    self._flush_soon()
                frames.append(told)
                self._frames += 1
            except MemoryError:
                for transport in room.transports:
                    self.cut_off(transport)

    def _to_one(self, dialogue: Dialogue, message: Message) -> None:
        member = dialogue.member
        transport = dialogue.handle
        told = transport.wire.tell(message, None if member is None else member.session)
        if told:
            self.say(transport, told)

    def _admit(self, dialogue: Dialogue, session: Session) -> None:
        transport = dialogue.handle
        transport.wire = transport.wire.hearing(dialogue)
        room = room_of(session, transport.wire)
        self._diverge(transport)
        transport.room = room
        transport.mark = len(room.frames)
        room.transports[transport] = None

    def _diverge(self, transport: "WebSocketTransport") -> list[bytes]:
        """The transport's own frames of this turn, with the room's up to now before whatever follows."""
        own = transport.own
        if own is None:
            own = []
            self._diverged.append(transport)
            transport.own = own
            self._flush_soon()
        room = transport.room
        if room is not None and len(room.frames) > transport.mark:
            own += room.frames[transport.mark :]
            transport.mark = len(room.frames)
        return own

    # Once a turn

    def _flush_soon(self) -> None:
        if not self._flush_due:
            self._loop.call_soon(self._flush)
            self._flush_due = True

    def _flush(self) -> None:
        self._flush_due = False
        self._frames = 0
        rooms, self._busy_rooms = self._busy_rooms, []
        diverged, self._diverged = self._diverged, []
        for transport in diverged:
            try:
                frames = self._diverge(transport)
                if frames:
                    transport.write(b"".join(frames))
            except MemoryError:
                self.cut_off(transport)
        for room in rooms:
            self._write_to(room)
            room.frames.clear()
        for transport in diverged:
            transport.own = None
            transport.mark = 0
        self._after_flush()

    def _write_to(self, room: Room) -> None:
        try:
            try:
                shared = b"".join(room.frames)
            except MemoryError:
                self.on_shortage()
                shared = b"".join(room.frames)
        except MemoryError:
            for transport in room.transports:
                self.cut_off(transport)
            return
        for transport in room.transports:
            if transport.own is None:
                try:
                    transport.send(shared)
                except MemoryError:
                    self.cut_off(transport)

    def _after_flush(self) -> None:
        overrun, self._overrun = self._overrun, []
        for transport in overrun:
            # Its own frames of this turn are dropped with the queue; bye and close follow at a boundary.
            transport.outbox.drop()
            self._do(self.hub.give_up(transport.dialogue, SlowConsumer(), *self._time()))
        replaying, self._replaying = self._replaying, []
        for transport in replaying:
            if not transport.outbox.is_paused:
                try:
                    self._do(self.hub.replay(transport.dialogue, *self._time()))
                except MemoryError:
                    self.cut_off(transport)
        closing, self._closing = self._closing, []
        for transport in closing:
            transport.close()
        self._alarm.set(self.hub.deadline())

    # Time

    def _time(self) -> tuple[float, int]:
        return self.now(), time.time_ns() // 1_000_000

    def _tick(self) -> None:
        self._do(self.hub.tick(*self._time()))


def _nothing() -> None:
    """Nobody wants to know."""
