"""Frames of OpenTok's wire in words: what kind each is, what it says, to whom. Pure.

The relay tells them (docs/adr/0018); `FrameRow` keeps them. What is inside is read by the readers of the relay.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from heliograph.model import json_tree
from heliograph.model.json_tree import BadJson, Node
from heliograph.model.rows import FrameRow, Kind
from heliograph.model.text import one_line, plural
from heliograph_relay.protocol import raptor, rumor
from heliograph_relay.protocol.rumor import BadFrame, Frame
from heliograph_relay.protocol.tapped import TappedFrame

#: What a frame without a connection comes from, or goes to, besides the relay.
RELAY = "relay"
UNREADABLE = "unreadable"
#: The end of a WebSocket, which is no frame of Rumor.
CLOSE = "CLOSE"
#: Letters of a transaction that tell it from others, and of what others wrote in a note.
_SHORT, _LETTERS = 8, 80
_URI = re.compile(r".*/session/[^/]+(?P<connection>/connection/[^/]+)?(?P<signal>/signal(?:/[^/]*)?)?")
_ENTRY = re.compile(r".+\.(\d{1,15})", re.ASCII)
_STATUS = "STATUS"
_DISCONNECT = {"1": "only this socket is replaced"}


class Said(Struct, frozen=True):
    """A frame: its kind, what it says in words, its payload as text (None: there is none), and the bytes before that."""

    type: str
    words: str
    payload: str | None
    head: bytes


def describe(frame: bytes, *, out: bool) -> Said:
    """What a frame says; `out`: the relay says it."""
    try:
        read = rumor.decode(frame)
        payload = read.body.decode()
    except BadFrame as bad:
        return Said(UNREADABLE, f"no frame of Rumor: {bad}", None, frame)
    except UnicodeDecodeError:
        return Said(UNREADABLE, "its payload is no UTF-8", None, frame)
    head = frame[: len(frame) - len(read.body)]
    return Said(read.kind.name, _words(read, payload, out), payload or None, head)


def describe_close(frame: bytes) -> Said:
    """What the end of a WebSocket says."""
    code, words = int.from_bytes(frame[:2]), one_line(frame[2:].decode("utf-8", "replace"), _LETTERS)
    return Said(CLOSE, f"{code or 'without a code'}{': ' if words else ''}{words}", None, frame)


def members_of(told: TappedFrame) -> dict[str, Any]:
    """A frame that the relay told of, as the members of a `FrameRow`."""
    said = describe_close(told.frame) if told.close else describe(told.frame, out=told.out)
    unknown = "" if told.connection is not None else f"socket {told.socket}"
    return {
        "at": told.at, "kind": Kind.FRAME, "direction": "out" if told.out else "in",
        "sender": None if told.out else told.connection, "to": told.connection if told.out else None,
        "type": said.type, "data": said.payload, "head": said.head, "size": len(told.frame),
        "note": _joined(unknown, said.words),
    }  # fmt: skip


def lost_words(count: int) -> str:
    """What stands for frames that were not told in time."""
    return f"{plural(count, 'frame')} not shown: there were more than this program could take in time."


# ---- words


def _words(frame: Frame, payload: str, out: bool) -> str:
    kinds, headers = rumor.Kind, frame.headers
    match frame.kind:
        case kinds.CONNECT:
            return one_line(f"as connection {headers.get('uniqueId', '')}", _LETTERS)
        case kinds.SUBSCRIBE | kinds.UNSUBSCRIBE:
            return one_line(", ".join(frame.addresses), _LETTERS)
        case kinds.DISCONNECT:
            return _DISCONNECT.get(headers.get("reconnect", ""), "for good")
        case kinds.MESSAGE:
            return _joined(_message(payload), _transaction(headers))
        case kinds.STATUS:
            return _joined(_status(headers, payload, out), _transaction(headers))
    return ""


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


def _transaction(headers: Mapping[str, str]) -> str:
    """The relay's transactions name an entry of the log; those of clients are random."""
    transaction = headers.get(raptor.TRANSACTION, "")
    entry = _ENTRY.fullmatch(transaction)
    return f"entry {entry[1]}" if entry else one_line(transaction[:_SHORT], _SHORT)


class _Content(Struct, frozen=True):
    type: str = ""


class _Body(Struct):
    method: str
    uri: str = ""
    reason: str = ""
    content: _Content = _Content()


_bodies = msgspec.json.Decoder(_Body)


class _Status(Struct):
    reason: str = ""
    connection: list[msgspec.Raw] | None = None


_statuses = msgspec.json.Decoder(_Status)
_NOT_THAT = (msgspec.MsgspecError, UnicodeError, RecursionError)


def _message(payload: str) -> str:
    """Raptor: as in "signal chat to one", "connection create", "connection deleted (networkDisconnected)"."""
    try:
        body = _bodies.decode(payload)
    except _NOT_THAT:
        return "no message of Raptor"
    uri = _URI.fullmatch(body.uri)
    is_signal, is_one = (
        uri is not None and uri["signal"] is not None,
        uri is not None and uri["connection"] is not None,
    )
    if is_signal:
        type = one_line(body.content.type, _LETTERS) or "without type"
        return f"signal {type}{' to one' if is_one else ''}"
    reason = f" ({one_line(body.reason, _LETTERS)})" if body.reason else ""
    return f"{'connection' if is_one else 'session'} {one_line(body.method, _LETTERS)}{reason}"


def _status(headers: Mapping[str, str], payload: str, out: bool) -> str:
    """As in "200", "200, 3 connections", "404: there is no such connection"."""
    code = one_line(headers.get(_STATUS, ""), _LETTERS)
    if not out and not code:
        return "received"
    try:
        told = _statuses.decode(payload) if payload else _Status()
    except _NOT_THAT:
        return code
    if told.connection is not None:
        return f"{code}, {plural(len(told.connection), 'connection')}"
    return f"{code}: {one_line(told.reason, _LETTERS)}" if told.reason else code


# ---- all of it


def headers_of(row: FrameRow) -> Frame | None:
    """Kind, addresses and headers of a frame; None where it is none.

    Its payload may have been changed since by who left out secrets: what the head says of its size does not count.
    """
    try:
        return rumor.decode(len(row.head[4:]).to_bytes(4) + row.head[4:])
    except BadFrame:
        return None


def tree_of(row: FrameRow) -> Node | None:
    """Kind, addresses, headers and payload as a tree; None where it is no frame."""
    frame = headers_of(row)
    if frame is None:
        return None
    members = {"kind": frame.kind.name, "addresses": list(frame.addresses), "headers": dict(frame.headers)}
    text = json.dumps(members, ensure_ascii=False)
    if row.data is None:
        return json_tree.read(text)
    for payload in (row.data, json.dumps(row.data, ensure_ascii=False)):
        try:
            return json_tree.read(f'{text[:-1]}, "payload": {payload}}}')
        except BadJson:
            continue
    return json_tree.read(text)


def transaction_of(row: FrameRow) -> str:
    """The transaction that it begins or answers; "" for none."""
    frame = headers_of(row)
    return "" if frame is None else frame.headers.get(raptor.TRANSACTION, "")
