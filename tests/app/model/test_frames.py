"""Frames of OpenTok's wire in words, as a tree, as rows; and any bytes at all."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from heliograph.model import json_tree
from heliograph.model.capture import Capture, Kind
from heliograph.model.envelope import envelope, frame
from heliograph.model.filter import compile_filter
from heliograph.model.frames import UNREADABLE, describe, lost_words, tree_of
from heliograph.model.rows import FrameRow
from heliograph.model.views.lifelines import Lifelines
from heliograph.model.views.matrix import mine
from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.rumor import Kind as Rumor
from heliograph_relay.protocol.rumor import encode
from heliograph_relay.protocol.tapped import TappedFrame

PREFIX = "/v2/partner/47/session/S"


def raptor(method: str, tail: str, **members: object) -> bytes:
    return json.dumps({"method": method, "uri": PREFIX + tail, **members}).encode()


def message(body: bytes, transaction: str = "7ff6fb13-a532") -> bytes:
    return encode(Rumor.MESSAGE, {"TRANSACTION-ID": transaction}, body, ["symphony"])


def status(body: bytes = b"", **headers: str) -> bytes:
    return encode(Rumor.STATUS, {"TRANSACTION-ID": "7ff6fb13-a532", **headers}, body)


def kept(
    frame: bytes, *, out: bool = False, connection: str | None = "ana", capture: Capture | None = None
) -> FrameRow:
    told = TappedFrame(at=5, seq=1, socket=3, frame=frame, out=out, connection=connection)
    row = (Capture() if capture is None else capture).framed(told)
    assert isinstance(row, FrameRow)
    return row


@pytest.mark.parametrize(
    ("frame", "out", "type", "words"),
    [
        (encode(Rumor.CONNECT, {"uniqueId": "3f2a"}), False, "CONNECT", "as connection 3f2a"),
        (encode(Rumor.SUBSCRIBE, addresses=[PREFIX]), False, "SUBSCRIBE", PREFIX),
        (encode(Rumor.DISCONNECT, {"reconnect": ""}), False, "DISCONNECT", "for good"),
        (encode(Rumor.DISCONNECT, {"reconnect": "1"}), False, "DISCONNECT", "only this socket is replaced"),
        (encode(Rumor.PING), False, "PING", ""),
        (encode(Rumor.PONG), True, "PONG", ""),
        (message(raptor("create", "/connection/3f2a")), False, "MESSAGE", "connection create · 7ff6fb13"),
        (message(raptor("read", "")), False, "MESSAGE", "session read · 7ff6fb13"),
        (message(raptor("signal", "/signal/u", content={"type": "chat"})), False, "MESSAGE", "signal chat · 7ff6fb13"),
        (message(raptor("signal", "/connection/b/signal/u", content={})), False, "MESSAGE",
         "signal without type to one · 7ff6fb13"),
        (message(raptor("created", "/connection/b"), "e.12"), True, "MESSAGE", "connection created · entry 12"),
        (message(raptor("deleted", "/connection/b", reason="clientDisconnected"), "e.13"), True, "MESSAGE",
         "connection deleted (clientDisconnected) · entry 13"),
        (message(b"{"), False, "MESSAGE", "no message of Raptor · 7ff6fb13"),
        (message(b"[" * 9_000), False, "MESSAGE", "no message of Raptor · 7ff6fb13"),
        (status(STATUS="200"), True, "STATUS", "200 · 7ff6fb13"),
        (status(b'{"connection": [{}, {}]}', STATUS="200"), True, "STATUS", "200, 2 connections · 7ff6fb13"),
        (status(b'{"reason": "not\\nthere"}', STATUS="404"), True, "STATUS", "404: not there · 7ff6fb13"),
        (status(b"nonsense", STATUS="500"), True, "STATUS", "500 · 7ff6fb13"),
        (encode(Rumor.STATUS, {"TRANSACTION-ID": "e.12"}), False, "STATUS", "received · entry 12"),
        (b"\0\0\0\1", False, UNREADABLE, "no frame of Rumor: the frame ends too early"),
        (message(b"\xff"), False, UNREADABLE, "its payload is no UTF-8"),
    ],
    ids=lambda item: item[:24] if isinstance(item, str) else "",
)  # fmt: skip
def test_words(frame: bytes, out: bool, type: str, words: str) -> None:
    said = describe(frame, out=out)
    assert (said.type, said.words) == (type, words)
    assert said.head + (said.payload or "").encode() == frame


@pytest.mark.parametrize(
    ("frame", "words"),
    [(b"\x03\xebunreadable", "1003: unreadable"), (b"\x03\xe8", "1000"), (b"", "without a code")],
)
def test_the_end_of_a_socket(frame: bytes, words: str) -> None:
    told = TappedFrame(at=5, seq=1, socket=3, frame=frame, out=True, connection="ana", close=True)
    row = Capture().framed(told)
    assert isinstance(row, FrameRow)
    assert (row.type, row.note, row.frame, tree_of(row)) == ("CLOSE", words, frame, None)


@given(
    st.binary(max_size=300)
    | st.builds(message, st.binary(max_size=80) | st.text(max_size=40).map(str.encode))
)
@example(message("é \u202e 🙂".encode()))
@example(b"")
def test_any_bytes_are_kept_as_they_are(frame: bytes) -> None:
    row = kept(frame)
    assert row.frame == frame
    assert row.size == len(frame)
    assert "\n" not in row.note
    tree = tree_of(row)
    assert (tree is None) == (row.type == UNREADABLE and row.data is None and not _readable(frame))


def _readable(frame: bytes) -> bool:
    try:
        rumor.decode(frame)
    except rumor.BadFrame:
        return False
    return True


def test_a_frame_as_a_tree_has_its_payload_with_every_digit() -> None:
    body = b'{"method": "signal", "uri": "/session/S/signal/u", "content": {"data": 12345678901234567890.50}}'
    tree = tree_of(kept(message(body)))
    assert tree is not None
    text = json_tree.write(tree, indent=False)
    assert [node.key for node in tree.children] == ["kind", "addresses", "headers", "payload"]
    assert "12345678901234567890.50" in text
    plain = tree_of(kept(message(b"no JSON")))
    assert plain is not None
    assert json.loads(json_tree.write(plain))["payload"] == "no JSON"


def test_one_whose_payload_was_changed_for_a_file_is_shown_all_the_same() -> None:
    row = kept(message(b'{"method": "signal"}'))
    left_out = FrameRow(
        **{**{f: getattr(row, f) for f in row.__struct_fields__}, "data": '{"method": "(left out)"}'}
    )
    tree = tree_of(left_out)
    assert tree is not None
    assert json.loads(json_tree.write(tree))["payload"] == {"method": "(left out)"}


def test_who_a_frame_is_from_and_to() -> None:
    came, went, unknown = (
        kept(encode(Rumor.PING)),
        kept(encode(Rumor.PONG), out=True),
        kept(b"", connection=None),
    )
    assert (came.direction, came.sender, came.to, went.direction, went.sender, went.to) == (
        "in", "ana", None, "out", None, "ana",
    )  # fmt: skip
    assert unknown.note.startswith("socket 3 · ")
    capture = Capture()
    members = envelope(capture, kept(message(b"{}"), capture=capture))
    assert (members["to"], members["transaction"], members["bytes"]) == (
        "relay", "7ff6fb13-a532", f"{len(message(b'{}'))}, of which 2 are payload",
    )  # fmt: skip
    assert envelope(capture, unknown)["from"] == "not known yet"
    assert frame(capture, went) is None


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("kind:frame", [0, 1, 2, 3]), ("type:message", [0]), ("type:PING", [1]), ("from:ana", [0, 1]), ("to:ana", [2]),
        ("from:relay", [2]), ("to:relay", [0, 1]), ("from:me", []), ("to:me", []), ("to:all", []), ("is:server", []),
        ("data:goal", [0]), ("7ff6fb13", [0, 2]), ("size>50", [0, 2]), ("size<50", [1, 3]), ("direction:in", [0, 1]),
        ("not kind:frame", []), ("is:private", []), ("is:unread", []),
    ],
)  # fmt: skip
def test_filters(text: str, places: list[int]) -> None:
    capture = Capture()
    kept(message(raptor("signal", "/signal/u", content={"data": "goal"})), capture=capture)
    kept(encode(Rumor.PING), capture=capture)
    kept(status(STATUS="200"), out=True, capture=capture)
    capture.note(Kind.FRAME, lost_words(3), 5)
    found = compile_filter(text, capture)
    assert found is not None
    assert found.select(capture.rows) == [place + 1 for place in places]


def test_views_of_people_know_nothing_of_frames() -> None:
    capture, lifelines = Capture(), Lifelines()
    kept(encode(Rumor.PONG), out=True, capture=capture)
    lifelines.take(capture.rows)
    assert (list(lifelines.people), mine(capture.rows)) == ([], [])


def test_their_bytes_count_towards_what_is_kept() -> None:
    capture = Capture(max_bytes=100_000)
    for _ in range(40):
        kept(message(b"x" * 5_000), capture=capture)
    assert capture.size <= 100_000
    assert 0 < len(capture) < 40
    assert capture[0].kind is Kind.GAP
