"""The two wires over one core: how a transport's bytes become requests, and messages its bytes."""

from functools import lru_cache
from typing import ClassVar, Protocol

from heliograph_relay.core.dialogue import Dialogue
from heliograph_relay.core.session import Session
from heliograph_relay.protocol import native, raptor, speaker
from heliograph_relay.protocol.model import Connection, CreatedEntry, DestroyedEntry, SignalEntry
from heliograph_relay.protocol.native import BadRequest, decode_request, encode
from heliograph_relay.protocol.problems import ForceDisconnected, Goodbye, Internal, Replaced, SlowConsumer
from heliograph_relay.protocol.raptor_reader import decode_request as decode_raptor
from heliograph_relay.protocol.rumor import BadFrame
from heliograph_relay.protocol.speaker import Speaker
from heliograph_relay.shell.farewell import Farewell
from heliograph_relay.shell.frames import binary_frame, text_frame
from heliograph_relay.shell.payloads import Binary, Text

Request = native.Request | raptor.Request
Message = native.Message | raptor.Message


class Wire(Protocol):
    """How one kind of client is spoken with. A `binary` wire speaks in binary frames."""

    binary: ClassVar[bool]

    def read(self, message: bytes, /) -> Request:
        """What a client said; raises `BadRequest`, `BadFrame` or, for text that is none, `UnicodeDecodeError`."""

    def tell(self, message: Message, session: Session | None, /) -> bytes:
        """Whole WebSocket frames; none for what this wire has no words for."""

    def farewell(self, dialogue: Dialogue, goodbye: Goodbye | None, /) -> Farewell:
        """The end of a transport, by the relay."""

    def hearing(self, dialogue: Dialogue, /) -> "Wire":
        """The wire by which this dialogue hears what is said to all."""


class NativeWire:
    """heliograph.v1: JSON text (docs/PROTOCOL.md)."""

    binary: ClassVar[bool] = False

    @staticmethod
    def read(message: bytes, /) -> Request:
        if type(message) is Binary:
            raise BadRequest("a binary frame is no frame of heliograph.v1")
        return decode_request(message.decode())

    @staticmethod
    def tell(message: Message, session: Session | None, /) -> bytes:
        return text_frame(encode(message))

    @staticmethod
    def farewell(dialogue: Dialogue, goodbye: Goodbye | None, /) -> Farewell:
        if goodbye is None:
            return Farewell(b"", 1000)
        return Farewell(text_frame(encode(native.bye(goodbye))), goodbye.code, goodbye.error)

    def hearing(self, dialogue: Dialogue, /) -> Wire:
        return self


#: After these an OpenTok client comes back with its socket; other codes it is sent make it give up at once.
_MAY_RETURN = (SlowConsumer, Replaced, Internal)
_GIVE_UP = 1003


class OpenTokWire:
    """OpenTok: Raptor messages in Rumor frames (docs/OPENTOK.md), for the project of this API key."""

    binary: ClassVar[bool] = True

    def __init__(self, key: str) -> None:
        self._key = key
        self._quiet = QuietOpenTokWire(self)

    @staticmethod
    def read(message: bytes, /) -> Request:
        if type(message) is Text:
            raise BadFrame("a text frame is no frame of OpenTok's wire")
        return decode_raptor(message)

    def tell(self, message: Message, session: Session | None, /) -> bytes:
        if type(message) is SignalEntry and session is not None:
            return binary_frame(self.speaker(session).signal(message))
        if type(message) is raptor.Status:
            return binary_frame(speaker.status(message))
        return b"".join(binary_frame(frame) for frame in self._frames(message, session))

    def farewell(self, dialogue: Dialogue, goodbye: Goodbye | None, /) -> Farewell:
        if goodbye is None:
            return Farewell(b"", 1000)
        member = dialogue.member
        if isinstance(goodbye, ForceDisconnected) and member is not None:
            return Farewell(binary_frame(self.speaker(member.session).put_out(member.connection.id)), None)
        code = goodbye.code if isinstance(goodbye, _MAY_RETURN) else _GIVE_UP
        return Farewell(b"", code, goodbye.error)

    def hearing(self, dialogue: Dialogue, /) -> Wire:
        visit = dialogue.member and dialogue.member.visit
        return self._quiet if visit and visit.quiet else self

    def speaker(self, session: Session) -> Speaker:
        """What writes this session's messages."""
        return _speaker(self._key, session.config.id, session.epoch)

    def _frames(self, message: Message, session: Session | None) -> list[bytes]:
        if isinstance(message, raptor.Pong):
            return [speaker.PONG]
        if session is None:
            return []
        voice = self.speaker(session)
        if isinstance(message, CreatedEntry):
            return [voice.created(message.connection, message.seq)]
        if isinstance(message, DestroyedEntry):
            return [voice.destroyed(message)]
        if isinstance(message, raptor.Snapshot):
            own = message.own
            answer = speaker.snapshot(message)
            return [answer] if own is None else [voice.created(own, message.own_seq), answer]
        return []


class QuietOpenTokWire:
    """For OpenTok clients with `connectionEventsSuppressed`: nobody comes or goes, and signals say who sends."""

    binary: ClassVar[bool] = True

    def __init__(self, loud: OpenTokWire) -> None:
        self._loud = loud
        self.read = loud.read
        self.farewell = loud.farewell

    def tell(self, message: Message, session: Session | None, /) -> bytes:
        if isinstance(message, CreatedEntry | DestroyedEntry):
            return b""
        if isinstance(message, SignalEntry) and session is not None:
            return binary_frame(self._loud.speaker(session).signal(message, _sender(message, session)))
        return self._loud.tell(message, session)

    def hearing(self, dialogue: Dialogue, /) -> Wire:
        return self


def _sender(entry: SignalEntry, session: Session) -> Connection | None:
    member = None if entry.sender is None else session.members.get(entry.sender)
    return None if member is None else member.connection


@lru_cache(maxsize=4_096)
def _speaker(key: str, session: str, epoch: str) -> Speaker:
    return Speaker(key=key, session=session, epoch=epoch)
