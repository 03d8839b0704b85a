"""Captures to write and read: one of everything, and any that there could be."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from heliograph.model.capture import Capture, Kind
from heliograph.model.captures.extract import About, Extract
from heliograph.model.captures.opened import OpenedCapture
from heliograph.model.captures.reading import Reader
from heliograph.model.frames import lost_words
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.model import (
    Connection,
    CreatedEntry,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
)
from heliograph_relay.protocol.tapped import TappedFrame

ABOUT = About(program="Heliograph 1.0", saved=5, title="Choir", session="s1")


def connection(id: str, name: str) -> Connection:
    return Connection(id=id, name=name, data="", role=Role.PUBLISHER, created=0, client="heliograph")


ME, ANA, BEN = connection("me", "Me"), connection("ana", "Ana"), connection("ben", "=Ben")


def everything() -> Capture:
    """One row of each kind, with receipts."""
    capture = Capture()
    capture.joined(ME, [ME, ANA], recovered=None, wall=1_000)
    say(capture, 2, "me", "chat", "hello", n=1)
    say(capture, 3, "ana", "receipt", '{"state":"read","epoch":"e","ranges":[[2,2]]}', to="me")
    capture.receipt("ana", "read", [2], 1_003)
    capture.created(CreatedEntry(seq=4, at=1_004, connection=BEN))
    say(capture, 5, None, "weather", "=1+1\r\nfine\0")
    say(capture, 6, "ana", None, None)
    say(capture, 7, "ana", "typing", "1")
    say(capture, 8, "ben", "score", '{"a": [1, "é😀"]}', json=True)
    capture.sent("r", "chat", "psst", "ana")
    capture.acknowledged("r", n=2, seq=9, own_copy=False, me="me", wall=1_100)
    capture.sent("r", "chat", "no", "zed")
    capture.refused("r", "404 noSuchConnection: gone", "me", 1_200)
    capture.away("ana", 1_300)
    capture.back("ana", 1_301)
    capture.inspected("ana", on=True, wall=1_350)
    capture.inspected("ana", on=False, wall=1_360)
    capture.joined(ME, [ME, ANA], recovered=True, wall=1_400)
    capture.note(Kind.ERROR, "400 invalidSignal: type is empty", 1_450)
    capture.destroyed(DestroyedEntry(seq=10, at=1_500, connection="ben", reason=Reason.FORCED))
    capture.note(Kind.GAP, "Something was missed.", 1_550)
    capture.note(Kind.STATUS, "Reconnecting.", 1_600)
    capture.joined(ME, [ME, ANA], recovered=False, wall=1_700)
    say(capture, 3, "me", "chat", "in another log", n=1)
    return capture


def with_frames() -> Capture:
    """The same, and some frames of OpenTok's wire."""
    capture = everything()
    poll = b'{"method": "signal", "uri": "/session/S/signal/u", "content": {"type": "poll"}}'
    for number, (frame, out, who) in enumerate(
        [
            (rumor.encode(rumor.Kind.MESSAGE, {"TRANSACTION-ID": "t"}, poll), False, "ana"),
            (rumor.encode(rumor.Kind.STATUS, {"TRANSACTION-ID": "t", "STATUS": "200"}), True, "ana"),
            (rumor.encode(rumor.Kind.PING), False, "ben"),
            (b"\xff no frame \x00", False, None),
            (
                rumor.encode(rumor.Kind.MESSAGE, {"TRANSACTION-ID": "e.7"}, '{"é": "🙂"}'.encode()),
                True,
                "ben",
            ),
        ]
    ):
        told = TappedFrame(at=1_800 + number, seq=3, socket=1, frame=frame, out=out, connection=who)
        capture.framed(told)
    capture.note(Kind.FRAME, lost_words(3), 1_900)
    return capture


def say(
    capture: Capture, seq: int, sender: str | None, type: str | None, data: str | None, **rest: Any
) -> None:
    entry = SignalEntry(seq=seq, at=1_000 + seq, sender=sender, type=type, data=data, **rest)
    capture.signal(entry, "me")


def extract(capture: Capture, numbers: list[int] | None = None, about: About = ABOUT) -> Extract:
    return Extract(capture, about, numbers)


def read(reader: Reader, text: bytes, piece: int = 1 << 16) -> OpenedCapture:
    """All of it, some bytes at a time."""
    for start in range(0, len(text), piece):
        reader.feed(text[start : start + piece])
    reader.end()
    return reader.capture


def fates(capture: Capture) -> list[Any]:
    """What became of each row."""
    return [capture.fate(row) for row in capture]


_ids = st.sampled_from(["me", "ana", "ben", "c-é", "x" * 30])
_texts = st.text(max_size=30)


_frames = st.binary(max_size=20) | st.builds(
    lambda value, body: rumor.encode(rumor.Kind.MESSAGE, {"TRANSACTION-ID": value}, body.encode()),
    _texts,
    _texts,
)


@st.composite
def captures(draw: st.DrawFn) -> Capture:
    """Signals of all sorts, some of mine with receipts, and what happened between them."""
    capture = Capture()
    capture.joined(ME, [ME, ANA, BEN, *draw(st.lists(st.builds(connection, _ids, _texts), max_size=3))],
                   recovered=None, wall=draw(st.integers(0, 1 << 44)))  # fmt: skip
    seq = draw(st.integers(1, 1 << 40))
    for step, sender, to, type, data, note in draw(
        st.lists(
            st.tuples(st.integers(1, 5), st.none() | _ids, st.none() | _ids, st.none() | st.sampled_from(["chat", "a.b"]),
                      st.none() | _texts, st.none() | _texts),
            max_size=20,
        )
    ):  # fmt: skip
        seq += step
        if note is not None:
            capture.note(draw(st.sampled_from([Kind.STATUS, Kind.GAP, Kind.ERROR])), note, seq)
        if (frame := draw(st.none() | _frames)) is not None:
            told = TappedFrame(at=seq, seq=seq, socket=1, frame=frame, out=step > 2, connection=sender)
            capture.framed(told)
        entry = SignalEntry(
            seq=seq, at=draw(st.integers(0, 1 << 45)), sender=sender, to=to, type=type, data=data
        )
        capture.signal(entry, "me")
        if draw(st.booleans()):
            capture.receipt(draw(_ids), draw(st.sampled_from(["delivered", "read"])), [seq], seq)
    return capture


def joined(pieces: Iterable[bytes]) -> bytes:
    return b"".join(pieces)
