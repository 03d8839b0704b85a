"""A tap: each frame of OpenTok's wire in one session, told to the program that runs this relay (docs/adr/0018).

A transport that is tapped reads and writes through stand-ins that look at what passes; all others work as if
there were no taps. What is told goes without secrets (`protocol/tapped.py`), and to an `Ear` that may refuse it.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Protocol, cast

from heliograph_relay.core.hub import Hub
from heliograph_relay.core.session import Session
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.problems import NotAllowed
from heliograph_relay.protocol.rumor import BadFrame
from heliograph_relay.protocol.tapped import TappedFrame, discreet
from heliograph_relay.shell.frames import Reader

if TYPE_CHECKING:
    from heliograph_relay.shell.websocket import WebSocketTransport

#: Seconds after which what was lost is told, if no frame has told it before.
_TELL_LOST = 0.25
#: Secrets that are shorter could be any word.
_SHORTEST_SECRET = 8
#: Letters of what a client calls itself.
_LONGEST_ID = 128
#: The first byte of a whole binary frame, and of one that closes.
_BINARY, _CLOSE = 0x82, 0x88


class Ear(Protocol):
    """Who is told. `frame` says whether there was room; `lost` are the frames before it for which there was none."""

    def frame(self, session: str, frame: TappedFrame, lost: int) -> bool:
        """A frame."""

    def lost(self, session: str, count: int) -> None:
        """There was no room for so many, and nothing has come since."""

    def untapped(self, session: str) -> None:
        """The tap has ended by itself."""


class Taps:
    """The taps of a relay, one a session at most."""

    def __init__(self, hub: Hub, transports: "set[WebSocketTransport]", secrets: tuple[str, ...]) -> None:
        self._hub, self._transports = hub, transports
        self._secrets = secrets
        self._taps: dict[Session, Tap] = {}
        self._sockets = 0

    def switch(self, session_id: str, on: bool, ear: Ear) -> None:
        """Begin to tell a session's frames, or tell no more.

        Raises:
            NoSuchSession: there is none of this id.
            NotAllowed: nobody inspects it, so that its members do not know that they are seen.
        """
        if not on:  # the session may have ended meanwhile
            for tapped in [session for session, tap in self._taps.items() if tap.name == session_id]:
                self._end(tapped)
            return
        session = self._hub.session(session_id)
        if not session.inspectors:
            raise NotAllowed("nobody inspects this session")
        if session not in self._taps:
            config = session.config
            known = (*self._secrets, config.secret, config.host_secret)
            self._taps[session] = Tap(session, session_id, known, ear, lambda: self._end(session))
            for transport in self._transports:
                self.opened(transport)

    def opened(self, transport: "WebSocketTransport") -> None:
        """A client has finished its handshake."""
        if not self._taps or not transport.wire.binary:
            return
        session = self._hub.sessions.get(transport.dialogue.session_id)
        tap = None if session is None else self._taps.get(session)
        if tap is not None:
            self._sockets += 1
            tap.clip(transport, self._sockets)

    def _end(self, session: Session) -> None:
        tap = self._taps.pop(session, None)
        if tap is not None:
            tap.end()


class Tap:
    """One session's. It ends by itself with the first frame that comes when nobody inspects the session any more."""

    def __init__(
        self, session: Session, name: str, secrets: tuple[str, ...], ear: Ear, end: Callable[[], None]
    ) -> None:
        self._session, self.name, self._ear, self._end = session, name, ear, end
        self._secrets = tuple(secret.encode() for secret in secrets if len(secret) >= _SHORTEST_SECRET)
        self._clips: list[Clip] = []
        self._lost = 0
        self._telling: asyncio.TimerHandle | None = None
        self._has_ended = False

    def clip(self, transport: "WebSocketTransport", number: int) -> None:
        """Look at what passes a transport."""
        self._clips = [clip for clip in self._clips if not clip.is_over]
        self._clips.append(Clip(self, transport, number))

    def end(self) -> None:
        """Look at nothing any more."""
        self._has_ended = True
        for clip in self._clips:
            clip.release()
        self._clips.clear()
        if self._telling is not None:
            self._telling.cancel()
            self._tell_lost()

    def tell(
        self, frame: bytes, socket: int, connection: str | None, *, out: bool, close: bool = False
    ) -> None:
        """A frame has passed."""
        if self._has_ended:
            return
        if not self._session.inspectors:
            self._end()
            self._ear.untapped(self.name)
            return
        try:
            told = TappedFrame(
                at=time.time_ns() // 1_000_000, seq=self._session.log.seq, socket=socket, out=out,
                connection=connection, frame=discreet(frame, self._secrets), close=close,
            )  # fmt: skip
            if self._ear.frame(self.name, told, self._lost):
                self._lost = 0
                return
        except MemoryError:  # the client's frame matters, and not that it is told of
            pass
        self._lost += 1
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(_TELL_LOST, self._tell_lost)

    def unclaimed(self, connection: str) -> str | None:
        """What a client calls itself, unless that is nothing, or another's name."""
        return None if connection in self._session.members else connection or None

    def _tell_lost(self) -> None:
        self._telling = None
        if self._lost:
            self._ear.lost(self.name, self._lost)
            self._lost = 0


class Clip:
    """What looks at one transport."""

    def __init__(self, tap: Tap, transport: "WebSocketTransport", number: int) -> None:
        self._tap, self._transport, self._number = tap, transport, number
        self._connection: str | None = None
        reader, pipe = self._ends = transport.ends
        self._skip = reader.last_alike
        reader.last_alike = None  # each of a run of acknowledgements is a frame
        transport.use_ends(
            cast(Reader, _Reader(reader, self._heard)), cast(asyncio.Transport, _Pipe(pipe, self._told))
        )

    @property
    def is_over(self) -> bool:
        """Nothing will pass any more."""
        return self._ends[1].is_closing()

    def release(self) -> None:
        """The transport works as before."""
        reader, pipe = self._ends
        reader.last_alike = self._skip
        self._transport.use_ends(reader, pipe)

    def _heard(self, messages: list[bytes]) -> None:
        for message in messages:
            self._tap.tell(bytes(message), self._number, self._who(message), out=False)

    def _told(self, data: bytes) -> None:
        who = self._who(b"")
        for frame, close in _frames(data):
            self._tap.tell(frame, self._number, who, out=True, close=close)

    def _who(self, message: bytes) -> str | None:
        """What the client is called: as the session calls it; before, as it calls itself, unless somebody is called so."""
        if (member := self._transport.dialogue.member) is not None:
            self._connection = member.connection.id
        elif self._connection is None and rumor.kind_of(message) == rumor.Kind.CONNECT:
            self._connection = self._tap.unclaimed(_own_name(message))
        return self._connection


def _own_name(connect: bytes) -> str:
    try:
        return rumor.decode(connect).headers.get("uniqueId", "")[:_LONGEST_ID]
    except BadFrame:
        return ""


class _Reader:
    """In the place of a `FrameReader`."""

    def __init__(self, reader: Reader, heard: Callable[[list[bytes]], None]) -> None:
        self._reader, self._heard = reader, heard

    def feed(self, data: bytes) -> list[bytes]:
        """As a `FrameReader` does."""
        messages = self._reader.feed(data)
        self._heard(messages)
        return messages

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader, name)


class _Pipe:
    """In the place of a transport of asyncio's."""

    def __init__(self, pipe: asyncio.Transport, told: Callable[[bytes], None]) -> None:
        self._pipe, self._told = pipe, told

    def write(self, data: bytes) -> None:
        """As a transport does."""
        self._pipe.write(data)
        self._told(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pipe, name)


def _frames(data: bytes) -> Iterator[tuple[bytes, bool]]:
    """The messages in whole frames as a relay writes them, and the end of the transport, which is True."""
    position = 0
    while position < len(data):
        head, size, start = data[position], data[position + 1], position + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size = int.from_bytes(data[start : start + width])
            start += width
        position = start + size
        if head in (_BINARY, _CLOSE):
            yield data[start:position], head == _CLOSE
