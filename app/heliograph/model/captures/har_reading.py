"""Reading HAR: the WebSocket messages in it that are frames of heliograph.v1 or of OpenTok. Pure.

A file of developer tools holds all requests of a page and may be large; it is never held as a whole. Arrays of
messages are found by their key (inside a text its quotes would be escaped, so it cannot stand there), and their
messages are read one by one.
"""

import base64
import codecs
import json
import re

import msgspec
from msgspec import Struct

from heliograph.model.captures.heard_frames import NativeHearing
from heliograph.model.captures.heard_opentok import OpenTokHearing
from heliograph.model.captures.opened import Line, OpenedCapture, TooMuch
from heliograph.model.captures.reading import MAX_PIECE_BYTES, MOST_DAMAGED, Damage, NoCapture
from heliograph.model.frames import members_of
from heliograph.model.text import plural
from heliograph_relay.protocol.tapped import TappedFrame

_KEY = '"_webSocketMessages"'
_BEGIN = re.compile(rf"(?<!\\){_KEY}\s*:\s*\[")
#: What may stand between two messages.
_BETWEEN = re.compile(r"[\s,]*")
_scan = json.JSONDecoder(strict=False).raw_decode
_TEXT, _BINARY = 1, 2
#: A file whose beginning is not like this is no HAR.
_HAR = re.compile(r'\{\s*"log"\s*:')
#: Characters with which these can be told from other texts.
_ENOUGH = 64
#: `\\uD83D`: a text may end in the middle of that.
_LONGEST_ESCAPE = 6


class _Message(Struct, frozen=True):
    """As Chrome has it; `time` is in seconds since the epoch."""

    type: str
    time: float
    opcode: int
    data: str
    #: See `har.py`; None for what is no frame that a relay told of.
    connection: str | None = msgspec.field(default=None, name="_connection")


class HarReader:
    """See `reading.Reader`."""

    def __init__(self) -> None:
        self.capture = OpenedCapture()
        self.title = self.program = ""
        self.saved = 0
        self.part = "all"
        self.is_over = False
        self._damage = Damage("message")
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._text = ""
        #: Characters that were let go, and where in `_text` it goes on.
        self._gone = self._place = 0
        self._begun = self._inside = False
        self._native, self._opentok = NativeHearing(self.capture), OpenTokHearing(self.capture)
        self._messages = self._foreign = 0

    @property
    def damage(self) -> str:
        return str(self._damage)

    def feed(self, data: bytes) -> None:
        self._text += self._decode(data)
        if not self._begun:
            self._check_beginning()
        while not self.is_over and (self._read_message() if self._inside else self._look_for_messages()):
            pass
        self._text, self._gone, self._place = self._text[self._place :], self._gone + self._place, 0
        if len(self._text) > MAX_PIECE_BYTES:
            self._damage.add(f"{self._where()} begins something that is too long for a message.")
            self.is_over = True

    def end(self) -> None:
        if not self._begun:
            raise NoCapture(
                "This is no HAR file: it does not begin as one." if self._text else "This file is empty."
            )
        if not self._messages:
            raise NoCapture("This HAR file holds no WebSocket messages.")
        if not self.capture.rows:
            if self._messages == 1:
                raise NoCapture(
                    "The only WebSocket message in this HAR file is none of Heliograph or OpenTok."
                )
            words = f"None of the {self._messages:,} WebSocket messages in this HAR file is one of Heliograph or OpenTok."
            raise NoCapture(words)
        if self._inside and not self.is_over:
            self._damage.ending = f"The file ends in the middle of its messages, at character {self._gone:,}."
        if self._foreign:
            words = f"{plural(self._foreign, 'message')} of other kinds {'was' if self._foreign == 1 else 'were'} left out."
            self._damage.ending = " ".join(part for part in (self._damage.ending, words) if part)

    def _check_beginning(self) -> None:
        text = self._text.lstrip("\ufeff \t\r\n")
        if len(text) >= _ENOUGH or (text and text[0] != "{"):
            if not _HAR.match(text):
                raise NoCapture("This is no HAR file: it does not begin as one.")
            self._begun = True

    def _look_for_messages(self) -> bool:
        found = _BEGIN.search(self._text, self._place)
        if found is None:
            # A key may be half here; with its colon it is short.
            self._place = max(self._place, len(self._text) - _ENOUGH)
            return False
        self._place = found.end()
        self._inside = True
        self._native, self._opentok = NativeHearing(self.capture), OpenTokHearing(self.capture)
        return True

    def _read_message(self) -> bool:
        between = _BETWEEN.match(self._text, self._place)
        assert between is not None  # it matches nothing, too
        self._place = between.end()
        if self._place == len(self._text):
            return False
        if self._text[self._place] == "]":
            self._place += 1
            self._inside = False
            return True
        try:
            message, end = _scan(self._text, self._place)
        except (ValueError, RecursionError) as error:
            return self._incomplete(error)
        self._take(message)
        self._place = end
        return True

    def _incomplete(self, error: Exception) -> bool:
        """Either the rest is still to come, or this is no JSON: then nobody knows where the next message begins."""
        if self._text[self._place] == "{" and _may_go_on(error, self._text):
            return False
        self._damage.add(f"{self._where()} stands something that cannot be read.")
        self._inside = False
        return True

    def _take(self, message: object) -> None:
        self._messages += 1
        try:
            self._foreign += not self._hear(msgspec.convert(message, _Message, strict=False))
        except TooMuch as much:
            self._damage.add(f"{self._where()} reading ended. {much}")
            self.is_over = True
        except (msgspec.MsgspecError, ValueError, OverflowError):
            self._damage.add(f"{self._where()} stands a message that cannot be read.")
            self.is_over = self._damage.count >= MOST_DAMAGED

    def _hear(self, message: _Message) -> bool:
        """Whether it was of a kind that is known."""
        at = min(max(0, round(message.time * 1000)), 1 << 45)
        is_sent = message.type == "send"
        if message.opcode == _TEXT:
            text = message.data
            return self._native.sent(text) if is_sent else self._native.heard(text, at)
        if message.opcode != _BINARY:
            return True  # pings and closes of the transport
        try:
            data = base64.b64decode(message.data, validate=True)
        except ValueError:
            return False
        if message.connection is not None:
            self.capture.take([_line(data, at, message.connection, out=is_sent)])
            return True
        return self._opentok.sent(data) if is_sent else self._opentok.heard(data, at)

    def _where(self) -> str:
        return f"At character {self._gone + self._place:,}"


def _line(frame: bytes, at: int, connection: str, *, out: bool) -> Line:
    told = TappedFrame(at=at, seq=0, socket=0, frame=frame, out=out, connection=connection[:512] or None)
    members = members_of(told)
    del members["size"]
    return Line(**members)


def _may_go_on(error: Exception, text: str) -> bool:
    """Whether the decoder stopped because the text did, as far as can be told."""
    position = getattr(error, "pos", len(text) if isinstance(error, StopIteration) else 0)
    return position >= len(text) - _LONGEST_ESCAPE or "Unterminated string" in str(error)
