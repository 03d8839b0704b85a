"""Rows as the frames of heliograph.v1 that they came from. Pure."""

import re
from collections.abc import Iterator

import msgspec
from msgspec import UNSET, Struct

from heliograph.model.capture import Kind, Row
from heliograph.model.captures.extract import Extract
from heliograph.model.frames import CLOSE
from heliograph.model.rows import FrameRow
from heliograph_relay.protocol import native
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)

#: How a row's note tells a refusal (bridge/live_capture.py).
_REFUSAL = re.compile(r"(\d{1,6}) (\w+): (.*)", re.DOTALL)
_REASONS = {"left.": Reason.CLIENT, "was lost.": Reason.NETWORK, "by a moderator.": Reason.FORCED}


class Frame(Struct, frozen=True):
    """A frame that went out or came in, `at` milliseconds since the epoch."""

    at: int
    is_sent: bool
    text: str


class WireFrame(Struct, frozen=True):
    """A frame of OpenTok's wire; `is_sent`: by the relay, to `connection`, else it came from there. None: not known yet."""

    at: int
    is_sent: bool
    data: bytes
    connection: str | None


class RowFrames:
    """First it must have looked at all rows: the frame with which a session begins names everybody."""

    def __init__(self, extract: Extract) -> None:
        self._extract = extract
        self._capture, self._about = extract.capture, extract.about
        self._ids: dict[str, None] = {}
        self._come_later: set[str] = set()
        self._me: str | None = None
        self._own_join: bool | None = None
        self._n = 0

    def look(self, rows: list[Row]) -> None:
        """Who is in them, and whether they begin with a join of mine."""
        for row in rows:
            if row.kind is Kind.FRAME:
                continue
            if self._own_join is None:
                self._own_join = _is_own_join(row)
            for id in (row.sender, row.to):
                if id is not None and row.kind is not Kind.REJECTED:
                    self._ids.setdefault(id)
            if row.kind is Kind.JOIN and row.direction == "in" and row.sender is not None:
                self._come_later.add(row.sender)
            if self._me is None and (row.direction == "out" or _is_own_join(row)):
                self._me = row.sender

    def beginning(self, at: int) -> list[Frame]:
        """What must come first, so that people have names."""
        if self._own_join or not self._ids:
            return []
        return [self._heard(at, self._joined(self._me or next(iter(self._ids)), recovered=False))]

    def of(self, row: Row) -> Iterator[Frame | WireFrame]:
        """The frames of a row; none for what was never on the wire."""
        if isinstance(row, FrameRow):
            if row.type == CLOSE:
                return
            yield WireFrame(row.at, row.is_from_relay, row.frame, row.to if row.is_from_relay else row.sender)
            return
        if _is_own_join(row):
            self._n = 0  # another connection counts anew
        if row.kind.is_signal:
            yield from self._signal(row) if row.direction == "out" else [self._heard(row.at, _entry(row))]
        elif row.kind is Kind.REJECTED:
            n = self._next()
            yield self._said(row, n)
            code, error, message = _refusal(row.note)
            yield self._heard(row.at, native.Rejected(n=n, code=code, error=error, message=message))
        elif (frame := self._other(row)) is not None:
            yield self._heard(row.at, frame)

    def _signal(self, row: Row) -> Iterator[Frame]:
        fate = self._extract.fate(row)
        n = self._next(fate.n if fate is not None else None)
        yield self._said(row, n)
        if row.to is None or row.to == row.sender:
            yield self._heard(row.at, _entry(row, n))
        else:
            yield self._heard(row.at, native.Accepted(n=n, seq=row.seq))

    def _other(self, row: Row) -> Struct | None:
        id = row.sender or ""
        match row.kind:
            case Kind.JOIN if row.direction == "in":
                return CreatedEntry(seq=row.seq or 0, at=row.at, connection=self._connection(id))
            case Kind.JOIN | Kind.RECOVERY:
                return self._joined(id, recovered=row.kind is Kind.RECOVERY)
            case Kind.LEAVE:
                reason = next((r for end, r in _REASONS.items() if row.note.endswith(end)), Reason.CLIENT)
                return DestroyedEntry(seq=row.seq or 0, at=row.at, connection=id, reason=reason)
            case Kind.AWAY:
                return native.Away(connection=id)
            case Kind.BACK:
                return native.Back(connection=id)
            case Kind.INSPECT:
                return native.Inspected(on="no longer" not in row.note, by=id)
            case Kind.ERROR:
                code, error, message = _refusal(row.note)
                return native.Error(code=code, error=error, message=message)
        return None

    def _joined(self, me: str, *, recovered: bool) -> native.Joined:
        here = [id for id in self._ids if id not in self._come_later or id == me]
        return native.Joined(
            session=native.SessionInfo(
                id=self._about.session, name=self._about.title, mode="routed", inspected=False
            ),
            connection=self._connection(me), connections=[self._connection(id) for id in dict.fromkeys([*here, me])],
            key="", epoch="", seq=0, recovered=recovered, limits=native.Limits(type=128, data=8192, rate=0, burst=0),
            server=native.Server(name="", version=""),
        )  # fmt: skip

    def _connection(self, id: str) -> Connection:
        """As much of it as a capture knows."""
        return Connection(
            id=id, name=self._capture.name(id), data="", role=Role.PUBLISHER, created=0, client=""
        )

    def _next(self, n: int | None = None) -> int:
        """The number of a signal of mine: its own where that is known and still ahead."""
        self._n = n if n is not None and n > self._n else self._n + 1
        return self._n

    def _said(self, row: Row, n: int) -> Frame:
        to, type, data = (UNSET if value is None else value for value in (row.to, row.type, row.data))
        return Frame(row.at, True, _text(native.Signal(n=n, to=to, type=type, data=data)))

    @staticmethod
    def _heard(at: int, frame: Struct) -> Frame:
        return Frame(at, False, _text(frame))


def _entry(row: Row, n: int | None = None) -> SignalEntry:
    return SignalEntry(
        seq=row.seq or 0, at=row.at, sender=row.sender, n=n, to=row.to, type=row.type, data=row.data, json=row.json,
    )  # fmt: skip


def _refusal(note: str) -> tuple[int, str, str]:
    found = _REFUSAL.fullmatch(note)
    return (int(found[1]), found[2], found[3]) if found else (0, "", note)


def _is_own_join(row: Row) -> bool:
    return row.kind is Kind.JOIN and row.direction == "local"


def _text(frame: Struct) -> str:
    try:
        return native.encode(frame).decode()
    except UnicodeEncodeError:  # half a character, which no frame could hold
        return native.encode(_whole(msgspec.to_builtins(frame))).decode()


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _whole(member) for key, member in value.items()}
    return [_whole(member) for member in value] if isinstance(value, list) else value
