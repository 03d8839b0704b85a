"""Frames of OpenTok that a page sent and heard, as rows. Pure."""

import re
from typing import Any
from urllib.parse import unquote

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from heliograph.model.calling import called
from heliograph.model.captures.opened import Line, OpenedCapture, PersonLine
from heliograph.model.rows import Kind, kind_of
from heliograph_relay.protocol import raptor, rumor
from heliograph_relay.protocol.model import Connection, Role
from heliograph_relay.protocol.raptor_reader import decode_request

_CONNECTION = re.compile(r"/connection/([^/]+)")
_SEQ = re.compile(r"\.(\d{1,15})$", re.ASCII)


class _Person(Struct):
    id: str
    data: str = ""


class _Content(Struct):
    id: str = ""
    data: Raw | UnsetType = UNSET
    type: str = ""


class _Event(Struct):
    method: str
    uri: str
    content: _Content = msgspec.field(default_factory=_Content)
    reason: str = ""


class _Snapshot(Struct):
    connection: list[_Person] = []


_ENDS = {"networkDisconnected": "was lost", "forceDisconnected": "was disconnected by a moderator"}


class OpenTokHearing:
    """One socket's frames, in their order."""

    def __init__(self, capture: OpenedCapture) -> None:
        self._capture = capture
        self._me: str | None = None
        self._pending: dict[str, raptor.Signal] = {}

    def sent(self, frame: bytes) -> bool:
        """A frame that went out; False where it is none."""
        try:
            request = decode_request(frame)
        except rumor.BadFrame:
            return False
        if isinstance(request, raptor.Create):
            self._me = request.connection
        elif isinstance(request, raptor.Signal):
            self._pending[request.transaction] = request
        return True

    def heard(self, frame: bytes, at: int) -> bool:
        """A frame that came in, `at` milliseconds since the epoch; False where it is none."""
        try:
            read = rumor.decode(frame)
            if read.kind is rumor.Kind.STATUS:
                self._status(read, at)
            elif read.kind is rumor.Kind.MESSAGE:
                self._message(read, at)
        except (rumor.BadFrame, msgspec.MsgspecError, UnicodeError, RecursionError):
            return False
        return True

    # ---- answers

    def _status(self, frame: rumor.Frame, at: int) -> None:
        code = frame.headers.get("STATUS", "200")
        signal = self._pending.pop(frame.headers.get(raptor.TRANSACTION, ""), None)
        if signal is not None and code != "200":
            words = frame.body.decode("utf-8", "replace")[:200]
            self._add_own(signal, at, kind=Kind.REJECTED, note=f"{code} {words}".strip())
        elif signal is not None and signal.to not in (None, self._me):
            self._add_own(signal, at, kind=kind_of(signal.type, signal.data))
        elif frame.body.startswith(b'{"connection'):
            people = msgspec.json.decode(frame.body, type=_Snapshot).connection
            self._capture.learn([_person(who) for who in people])

    def _add_own(self, signal: raptor.Signal, at: int, **members: Any) -> None:
        self._add(
            at=at, direction="out", sender=self._me, to=signal.to, type=signal.type, data=signal.data,
            json=signal.json, **members,
        )  # fmt: skip

    # ---- messages

    def _message(self, frame: rumor.Frame, at: int) -> None:
        event = msgspec.json.decode(frame.body, type=_Event)
        found = _CONNECTION.search(event.uri)
        target = unquote(found[1]) if found else None
        seq = _SEQ.search(frame.headers.get(raptor.TRANSACTION, ""))
        members = {"at": at, "seq": int(seq[1]) if seq else None}
        if event.method == "signal":
            self._signal(frame, event, target, members)
        elif event.method == "created" and target is not None:
            self._created(target, event.content, members)
        elif event.method == "deleted" and target is not None:
            note = f"{self._capture.name(target)} {_ENDS.get(event.reason, 'left')}."
            self._add(kind=Kind.LEAVE, direction="in", sender=target, note=note, **members)

    def _signal(self, frame: rumor.Frame, event: _Event, target: str | None, members: dict[str, Any]) -> None:
        sender = frame.headers.get(raptor.FROM, "").rpartition("/")[2] or None
        data, is_json = _data(event.content.data)
        type = event.content.type or None
        mine = sender is not None and sender == self._me
        self._add(
            kind=kind_of(type, data), direction="out" if mine else "in", sender=sender, to=target, type=type,
            data=data, json=is_json, **members,
        )  # fmt: skip

    def _created(self, id: str, content: _Content, members: dict[str, Any]) -> None:
        data, _ = _data(content.data)
        person = _person(_Person(id, data or ""))
        own = id == self._me
        note = "You joined." if own else f"{person.name or 'Guest'} joined."
        direction = "local" if own else "in"
        self._add(kind=Kind.JOIN, direction=direction, sender=id, note=note, people=[person], **members)

    def _add(self, **members: Any) -> None:
        """Through the rules of files: what breaks them raises `msgspec.ValidationError`."""
        if "sender" in members:
            members["from"] = members.pop("sender")
        self._capture.take([msgspec.convert(members, Line)])


def _person(who: _Person) -> PersonLine:
    connection = Connection(
        id=who.id, name="", data=who.data, role=Role.PUBLISHER, created=0, client="opentok"
    )
    return PersonLine(id=who.id, name=called(connection)[:200])


def _data(raw: Raw | UnsetType) -> tuple[str | None, bool]:
    """As text, and whether it is the JSON text of something else."""
    if raw is UNSET:
        return None, False
    text = bytes(raw).decode()
    if text.startswith('"'):
        return msgspec.json.decode(text, type=str), False
    return (None, False) if text == "null" else (text, True)
