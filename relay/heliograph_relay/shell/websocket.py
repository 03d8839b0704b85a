"""One client's WebSocket after its handshake: messages in, frames out, and the ways it can end."""

import asyncio
from collections.abc import Callable

from heliograph_relay.core.dialogue import Dialogue
from heliograph_relay.protocol.native import MAX_FRAME_BYTES
from heliograph_relay.protocol.problems import Goodbye
from heliograph_relay.shell.acknowledgements import last_acknowledgement
from heliograph_relay.shell.door import Place
from heliograph_relay.shell.frames import FrameReader, Reader
from heliograph_relay.shell.handshake import Opening
from heliograph_relay.shell.outbox import HIGH_WATER, Outbox
from heliograph_relay.shell.progress import Progress, progress_of
from heliograph_relay.shell.room import Room
from heliograph_relay.shell.switchboard import Switchboard
from heliograph_relay.shell.wires import Wire

#: Seconds without progress after which a closing transport is cut.
CLOSE_PATIENCE = 5.0


class WebSocketTransport(asyncio.Protocol):
    """See the module. It keeps the `place` of its connection, and gives it back when it ends."""

    __slots__ = (
        "_is_gone", "_is_held", "_place", "_reader", "_switchboard", "_transport", "_watching", "dialogue", "heard", "is_closing",
        "mark", "opened", "outbox", "own", "pinged", "room", "send", "wire",
    )  # fmt: skip

    def __init__(
        self, switchboard: Switchboard, transport: asyncio.Transport, place: Place, opening: Opening
    ) -> None:
        self._switchboard = switchboard
        self._transport = transport
        self._place = place
        opentok = switchboard.opentok_for(place.address) if opening.is_opentok else None
        self.wire: Wire = switchboard.native if opentok is None else opentok
        self._reader: Reader = FrameReader(
            MAX_FRAME_BYTES,
            binary=self.wire.binary,
            last_alike=last_acknowledgement if self.wire.binary else None,
        )
        self.outbox = Outbox(transport, switchboard.queue_bytes)
        #: Writes whole frames to a transport that is in a room: the socket's own method while nothing waits.
        self.send: Callable[[bytes], None] = transport.write
        self._watching: asyncio.TimerHandle | None = None
        self._is_gone = self._is_held = False
        self.is_closing = False
        #: Monotonic times of the handshake, of the peer's last bytes, and of the last ping.
        self.opened = self.heard = switchboard.now()
        self.pinged: float | None = None
        # The switchboard's notes on this turn of the loop.
        self.room: Room | None = None
        self.own: list[bytes] | None = None
        self.mark = 0
        self.dialogue: Dialogue = switchboard.opened(self, opening, address=place.address)

    def start(self, response: bytes, *, returning: bool) -> None:
        """Take the connection over, with the response that ends the handshake."""
        self._transport.set_protocol(self)
        self._transport.write(response)
        self._transport.set_write_buffer_limits(high=HIGH_WATER)
        if (taps := self._switchboard.taps) is not None:
            taps.opened(self)
        if returning:
            self._switchboard.returned(self)

    # From the event loop

    def data_received(self, data: bytes) -> None:
        """Frames have come, or parts of them."""
        now = self.heard = self._switchboard.now()
        if not self._reader.is_over:
            self._take(self._reader, data, now)

    def _take(self, reader: Reader, data: bytes, now: float) -> None:
        """What has come, but no more of it than is one client's share of a turn."""
        messages = reader.feed(data)
        if messages and not self.is_closing:
            self._switchboard.received(self, messages, now)
        answers = reader.answers()
        if reader.is_over:
            self._end(answers)
        elif answers and not self.is_closing:
            self.write(answers)
        if reader.has_more or self._is_held:
            self._hold(reader.has_more)

    def _hold(self, more: bool) -> None:
        """Read nothing new until what is here has been taken, in this client's turns."""
        if more:
            asyncio.get_running_loop().call_soon(self._go_on)
        if more is not self._is_held and not self._transport.is_closing():
            self._is_held = more
            (self._transport.pause_reading if more else self._transport.resume_reading)()

    def _go_on(self) -> None:
        """The others have had their turn."""
        self._take(self._reader, b"", self._switchboard.now())
        if self._is_gone and not self._reader.has_more:
            self._depart()

    def eof_received(self) -> None:
        """Half-closed is closed: asyncio closes the transport after this."""

    def connection_lost(self, error: Exception | None) -> None:
        """The socket is gone; what it brought before counts."""
        self._is_gone = True
        if self._watching is not None:
            self._watching.cancel()
        self._place.leave()
        self._switchboard.leave_room(self)
        if not self._reader.has_more:
            self._depart()

    def pause_writing(self) -> None:
        """The peer does not read."""
        self.outbox.pause()
        self.send = self.write
        self._switchboard.backlog.note(self)

    def resume_writing(self) -> None:
        """The peer reads again."""
        try:
            self.outbox.resume()
        except MemoryError:
            self._switchboard.cut_off(self)
            return
        if not self.outbox.is_paused:
            self.send = self._transport.write
            self._switchboard.writable(self)

    # From the switchboard

    def write(self, frames: bytes) -> None:
        """Send whole frames, or queue them while the peer does not read."""
        if (self.is_closing or self._is_gone) and self._transport.is_closing():
            return
        if not self.outbox.write(frames) and not self.is_closing:
            self._switchboard.overrun(self)

    def progress(self) -> Progress | None:
        """How far the peer has got, what waits here included; None where the system does not tell."""
        sock = self._transport.get_extra_info("socket")
        known = None if sock is None or self._is_gone else progress_of(sock)
        if known is None:
            return None
        here = self._transport.get_write_buffer_size() + self.outbox.size
        return Progress(known.acknowledged, known.waiting + here)

    def ping(self, now: float) -> None:
        """Ask whether somebody is there."""
        self.pinged = now
        if frame := self._reader.ping():
            self.write(frame)

    @property
    def ends(self) -> tuple[Reader, asyncio.Transport]:
        """Through what this reads and writes; only after the handshake."""
        return self._reader, self._transport

    def use_ends(self, reader: Reader, transport: asyncio.Transport) -> None:
        """Read and write through these from now on (`shell/tap.py`)."""
        self._reader, self._transport = reader, transport
        self.outbox.turn_to(transport)
        if not self.outbox.is_paused:
            self.send = transport.write

    def finish(self, goodbye: Goodbye | None) -> None:
        """Say goodbye, after what is already under way, and close."""
        if self.is_closing:
            return
        self.is_closing = True
        self._switchboard.leave_room(self)
        farewell = self.wire.farewell(self.dialogue, goodbye)
        close = b"" if farewell.code is None else self._reader.close(farewell.code, farewell.reason)
        self._switchboard.say(self, farewell.frames + close)
        self._watch()

    def fail(self, code: int, reason: str) -> None:
        """Close on a peer that broke the WebSocket protocol."""
        self._end(self._reader.fail(code, reason))

    def cut(self) -> None:
        """Cut the connection without a word; the session is told when the socket is gone."""
        self.is_closing = True
        self._transport.abort()

    def abort(self) -> None:
        """Cut the connection without a word."""
        self._lose()
        self._transport.abort()

    # Ends

    def _depart(self) -> None:
        try:
            self._lose()
        finally:
            self._switchboard.gone(self)

    def _lose(self) -> None:
        """Tell the session at once; the socket may take its time."""
        self.is_closing = True
        self._switchboard.lost(self)

    def _end(self, last: bytes) -> None:
        """The peer has closed, or may say nothing more: write what is owed, then close the socket."""
        self._lose()
        self._switchboard.say(self, last)
        self._switchboard.close_after_flush(self)

    def close(self) -> None:
        """Close the socket once the transport has written what it holds."""
        self._transport.close()
        self._watch()

    def _watch(self, before: int | None = None) -> None:
        """Cut a closing transport that makes no progress, be it in writing or in answering our close."""
        if self._is_gone:
            return
        if self._watching is not None:
            self._watching.cancel()
        left = self._transport.get_write_buffer_size()
        if left == before:
            self._transport.abort()
            return
        self._watching = asyncio.get_running_loop().call_later(CLOSE_PATIENCE, self._watch, left)
