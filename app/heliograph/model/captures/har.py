"""HAR 1.2 with `_webSocketMessages`, as the developer tools of Chrome write and read it. Pure.

The session is one entry, and its messages are the frames of docs/PROTOCOL.md that belong to the rows. Frames of OpenTok's
wire, which the relay that this program runs exchanged with pages, stand between them as binary messages, with `_connection`.
What only this app knew of (its own state, a gap) is no frame and is not in the file.
"""

import base64
import datetime
from collections.abc import Callable, Iterator

import msgspec
from msgspec import Struct

from heliograph.model.captures.discretion import as_text, may_hold_secrets, without_secrets
from heliograph.model.captures.extract import About, Extract
from heliograph.model.captures.row_frames import Frame, RowFrames, WireFrame

_encode = msgspec.json.encode


def write_har(extract: Extract) -> Iterator[bytes]:
    """The file, in pieces; empty ones while rows are only looked through."""
    frames = RowFrames(extract)
    for rows in extract.batches():
        frames.look(rows)
        yield b""
    yield b'{"log":{"version":"1.2","creator":' + _creator(extract.about)
    yield b',"pages":[],"entries":[{"_resourceType":"websocket","_webSocketMessages":['
    comma = b""
    for messages in _in_batches(extract, frames):
        if messages:
            text = b",\n".join(map(_message, messages))
            if may_hold_secrets(text):
                text = b",\n".join(_message(frame, without_secrets) for frame in messages)
            yield comma + text
            comma = b",\n"
        else:
            yield b""  # a piece for each batch: what comes next may have to be fetched
    yield b"]," + _entry(extract)[1:] + b"]}}\n"


def _in_batches(extract: Extract, frames: RowFrames) -> Iterator[list[Frame | WireFrame]]:
    yield [*frames.beginning(extract.began)]
    for rows in extract.batches():
        yield [frame for row in rows for frame in frames.of(row)]


class _Message(Struct, gc=False):
    """As Chrome has it; `time` is in seconds since the epoch."""

    type: str
    time: float
    opcode: int
    data: str


class _WireMessage(_Message, rename={"connection": "_connection"}):
    """A frame of OpenTok's wire, between the relay and the page of that connection ("": not known yet)."""

    connection: str


def _message(frame: Frame | WireFrame, discreet: Callable[[str], str] = str) -> bytes:
    kind = "send" if frame.is_sent else "receive"
    if isinstance(frame, WireFrame):
        data = base64.b64encode(frame.data).decode()
        return _encode(_WireMessage(kind, frame.at / 1000, 2, data, frame.connection or ""))
    return _encode(_Message(kind, frame.at / 1000, 1, discreet(frame.text)))


def _creator(about: About) -> bytes:
    name, _, version = about.program.rpartition(" ")
    return _encode({"name": name or "Heliograph", "version": version})


def _entry(extract: Extract) -> bytes:
    """All of the entry but its messages, as an object."""
    about = extract.about
    url = f"ws://heliograph.invalid/session/{about.session or 'session'}"
    message = {"cookies": [], "headers": [], "httpVersion": "HTTP/1.1", "headersSize": -1, "bodySize": 0}
    return _encode({
        "comment": as_text(about.title),
        "startedDateTime": _iso(extract.began),
        "time": max(0, extract.ended - extract.began),
        "request": {"method": "GET", "url": as_text(url), "queryString": [], **message},
        "response": {
            "status": 101, "statusText": "Switching Protocols", "content": {"size": 0, "mimeType": ""},
            "redirectURL": "", **message,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": max(0, extract.ended - extract.began)},
    })  # fmt: skip


def _iso(at: int) -> str:
    moment = datetime.datetime.fromtimestamp(at // 1000, datetime.UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at % 1000:03d}Z"
