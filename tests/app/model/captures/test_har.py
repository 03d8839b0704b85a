"""HAR: frames as Chrome's developer tools write them, ours and others', come back as rows."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.captures.formats import reader_for
from heliograph.model.captures.har import write_har
from heliograph.model.captures.har_reading import HarReader
from heliograph.model.captures.reading import MAX_PIECE_BYTES, NoCapture
from heliograph.model.rows import FrameRow
from heliograph_relay.protocol import raptor, rumor
from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Reason, SignalEntry
from heliograph_relay.protocol.speaker import Speaker, snapshot, status

from .recording import ANA, BEN, ME, captures, everything, extract, fates, joined, read, say, with_frames

#: What is no frame.
NOTES = (Kind.GAP, Kind.STATUS)


def written(capture: Capture, numbers: list[int] | None = None) -> bytes:
    return joined(write_har(extract(capture, numbers)))


def messages_of(text: bytes) -> list[dict[str, Any]]:
    [entry] = json.loads(text)["log"]["entries"]
    found: list[dict[str, Any]] = entry["_webSocketMessages"]
    return found


def chrome(*messages: tuple[str, float, str | bytes], before: str = "", after: str = "") -> bytes:
    """A HAR file as Chrome indents it, with other requests around the socket's."""
    sent = [
        {
            "type": kind, "time": time, "opcode": 2 if isinstance(data, bytes) else 1,
            "data": base64.b64encode(data).decode() if isinstance(data, bytes) else data,
        }
        for kind, time, data in messages
    ]  # fmt: skip
    page = {"request": {"url": "https://example.org/"}, "response": {"content": {"text": before}}}
    socket = {"_resourceType": "websocket", "_webSocketMessages": sent, "request": {"url": "ws://x/"}}
    tail = {"request": {"url": "https://example.org/2"}, "comment": after}
    har = {"log": {"version": "1.2", "creator": {"name": "WebInspector", "version": "537.36"},
                   "entries": [page, socket, tail]}}  # fmt: skip
    return json.dumps(har, indent=2).encode()


def plain(row: Row) -> tuple[object, ...]:
    return row.kind, row.direction, row.sender, row.to, row.type, row.data, row.json, row.seq, row.note


# ---- ours


@pytest.mark.parametrize("piece", [1, 17, 1 << 16])
def test_what_is_a_frame_comes_back(piece: int) -> None:
    capture, reader = everything(), HarReader()
    opened = read(reader, written(capture), piece)
    kept = [row for row in capture if row.kind not in NOTES]
    assert [plain(row) for row in opened] == [plain(row) for row in kept]
    assert [row.at for row in opened] == [row.at for row in kept]
    assert fates(opened) == [capture.fate(row) for row in kept]
    assert [opened.name(row.sender) for row in opened] == [capture.name(row.sender) for row in kept]
    assert reader.damage == ""


@given(captures())
def test_signals_of_any_capture_come_back(capture: Capture) -> None:
    opened = read(HarReader(), written(capture))
    signals = [plain(row) for row in opened if row.kind.is_signal]
    assert signals == [plain(row) for row in capture if row.kind.is_signal]


def test_it_is_a_har_file_as_the_specification_has_it() -> None:
    har = json.loads(written(everything()))["log"]
    assert (har["version"], har["creator"], har["pages"]) == (
        "1.2",
        {"name": "Heliograph", "version": "1.0"},
        [],
    )
    [entry] = har["entries"]
    assert set(entry) >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    assert set(entry["request"]) >= {
        "method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize", "bodySize",
    }  # fmt: skip
    assert set(entry["response"]) >= {
        "status", "statusText", "httpVersion", "cookies", "headers", "content", "redirectURL", "headersSize", "bodySize",
    }  # fmt: skip
    assert entry["startedDateTime"] == "1970-01-01T00:00:01.000Z"
    for message in entry["_webSocketMessages"]:
        assert set(message) == {"type", "time", "opcode", "data"}
        assert message["type"] in ("send", "receive")
        assert "op" in json.loads(message["data"])


def test_some_rows_begin_with_who_is_who() -> None:
    capture = everything()
    chat = [row.number for row in capture if row.data in ("hello", "psst")]
    first, *rest = messages_of(written(capture, chat))
    frame = json.loads(first["data"])
    assert (frame["op"], frame["key"]) == ("joined", "")
    assert [c["name"] for c in frame["connections"]] == ["Me", "Ana"]
    assert [json.loads(message["data"])["op"] for message in rest] == [
        "signal",
        "signal",
        "signal",
        "accepted",
    ]


def test_nothing_at_all() -> None:
    text = written(Capture())
    assert messages_of(text) == []
    with pytest.raises(NoCapture, match="no WebSocket messages"):
        read(HarReader(), text)


# ---- Chrome's


def frame(**members: object) -> str:
    return json.dumps({name.rstrip("_"): value for name, value in members.items()})


def person(id: str, name: str) -> dict[str, object]:
    return {
        "id": id,
        "name": name,
        "data": "",
        "role": "publisher",
        "created": 0,
        "client": "browser",
        "away": False,
    }


JOINED = frame(
    op="joined", session={"id": "s", "name": "S", "mode": "routed", "inspected": False}, connection=person("g", "Guest"),
    connections=[person("g", "Guest"), person("ana", "Ana")], key="very secret", epoch="e", seq=3, recovered=False,
    limits={"type": 1, "data": 1, "rate": 1, "burst": 1}, server={"name": "x", "version": "1"},
)  # fmt: skip


def test_a_page_that_speaks_our_protocol() -> None:
    text = chrome(
        ("send", 10.0, frame(op="join", secret="mJ2k")),
        ("receive", 10.1, JOINED),
        ("send", 10.2, frame(op="signal", n=1, type="chat", data="hi")),
        ("receive", 10.25, frame(op="signal", seq=4, at=10_250, from_="g", n=1, type="chat", data="hi")),
        ("receive", 10.3, frame(op="signal", seq=5, at=10_300, from_="ana", to="g", type="receipt",
                                data='{"state":"read","epoch":"e","ranges":[[4,4]]}')),
        ("send", 10.4, frame(op="signal", n=2, type="no spaces")),
        ("receive", 10.45, frame(op="rejected", n=2, code=400, error="invalidSignal", message="type")),
        before='not here: "_webSocketMessages": [{"type": "send"}]', after='nor "_webSocketMessages":[ here',
    )  # fmt: skip
    reader = reader_for(text[:4_096])
    opened = read(reader, text, 100)
    assert [row.kind for row in opened] == [Kind.JOIN, Kind.CHAT, Kind.RECEIPT, Kind.REJECTED]
    fate = opened.fate(opened[1])
    assert fate is not None
    assert (fate.of, fate.read) == (1, {"ana": 10_300})
    assert opened[3].type == "no spaces"
    assert opened.name("ana") == "Ana"
    assert reader.damage == ""
    assert not any("secret" in str(row) for row in opened)


def test_a_page_that_speaks_opentok() -> None:
    speaker = Speaker(key="1", session="s", epoch="e")
    create = raptor_message("create", "/connection/me", {})
    note = raptor_message(
        "signal", "/connection/ana/signal/1", {"type": "chat", "data": "psst"}, transaction="t1"
    )
    bad = raptor_message("signal", "/signal/2", {"type": "x", "data": {"a": 1}}, transaction="t2")
    text = chrome(
        ("send", 1.0, create),
        ("receive", 1.1, speaker.created(ME, 1)),
        ("receive", 1.2, snapshot(raptor.Snapshot(transaction="create", connections=(ME, ANA)))),
        ("receive", 1.3, speaker.created(BEN, 2)),
        ("receive", 1.4, speaker.signal(SignalEntry(seq=3, at=0, sender="ana", type="chat", data="hello"))),
        ("receive", 1.5, speaker.signal(SignalEntry(seq=4, at=0, sender=None, data='{"x":1}', json=True))),
        ("send", 1.6, note), ("receive", 1.7, status(raptor.Status(transaction="t1"))),
        ("send", 1.8, bad), ("receive", 1.9, status(raptor.Status(transaction="t2", code=413, reason="too large"))),
        ("receive", 2.0, speaker.destroyed(DestroyedEntry(seq=5, at=0, connection="ben", reason=Reason.NETWORK))),
        ("receive", 2.1, rumor.encode(rumor.Kind.PONG)),
    )  # fmt: skip
    reader = HarReader()
    opened = read(reader, text)
    assert [(row.kind, row.direction, row.sender, row.to, row.data) for row in opened] == [
        (Kind.JOIN, "local", "me", None, None), (Kind.JOIN, "in", "ben", None, None), (Kind.CHAT, "in", "ana", None, "hello"),
        (Kind.SIGNAL, "in", None, None, '{"x":1}'), (Kind.CHAT, "out", "me", "ana", "psst"),
        (Kind.REJECTED, "out", "me", None, '{"a":1}'), (Kind.LEAVE, "in", "ben", None, None),
    ]  # fmt: skip
    assert [row.seq for row in opened] == [1, 2, 3, 4, None, None, 5]
    assert opened[5].note.startswith("413")
    assert reader.damage == ""


def raptor_message(method: str, tail: str, content: dict[str, Any], transaction: str = "create") -> bytes:
    body = json.dumps(
        {"method": method, "uri": f"/v2/partner/1/session/s{tail}", "content": content}, separators=(",", ":")
    )
    return rumor.encode(
        rumor.Kind.MESSAGE, {raptor.TRANSACTION: transaction, raptor.FROM: "me"}, body.encode(), ["symphony"]
    )


def test_other_protocols_are_left_out_and_counted() -> None:
    reader = HarReader()
    opened = read(
        reader,
        chrome(("receive", 1, "42[]"), ("receive", 2, JOINED), ("receive", 3, b"\0\1"), ("send", 3, "{}")),
    )
    assert len(opened) == 1
    assert reader.damage == "3 messages of other kinds were left out."
    with pytest.raises(NoCapture, match="None of the 2 WebSocket messages"):
        read(HarReader(), chrome(("receive", 1, "42[]"), ("send", 2, "43[]")))
    with pytest.raises(NoCapture, match="The only WebSocket message in this HAR file is none of"):
        read(HarReader(), chrome(("receive", 1, "42[]")))


def test_two_sockets_are_two_visits() -> None:
    one, two = chrome(("receive", 1, JOINED)), chrome(("receive", 2, JOINED))
    entries = [*json.loads(one)["log"]["entries"], *json.loads(two)["log"]["entries"]]
    text = json.dumps({"log": {"entries": entries}}).encode()
    assert [row.at for row in read(HarReader(), text)] == [1_000, 2_000]


# ---- damage


@given(st.data())
def test_a_file_cut_anywhere_opens_as_far_as_it_goes(data: st.DataObject) -> None:
    text = written(everything())
    cut = data.draw(st.integers(0, len(text) - 1))
    reader = HarReader()
    try:
        opened = read(reader, text[:cut], data.draw(st.sampled_from([13, 1_000])))
    except NoCapture:
        assert cut <= text.index(b'},\n{"type"')
        return
    whole = read(HarReader(), text)
    assert [plain(row) for row in opened] == [plain(row) for row in whole.rows[: len(opened)]]
    if cut < text.index(b'}],"comment"'):
        assert reader.damage.startswith("The file ends in the middle of its messages, at character ")


@given(st.data())
def test_damage_anywhere_is_no_fault(data: st.DataObject) -> None:
    text = bytearray(written(everything()))
    for _ in range(data.draw(st.integers(1, 3))):
        text[data.draw(st.integers(0, len(text) - 1))] = data.draw(st.integers(0, 255))
    try:
        read(HarReader(), bytes(text), 500)
    except NoCapture as no:
        assert str(no).endswith(".")


@pytest.mark.parametrize(
    "message",
    [
        {"type": "send", "time": 1}, {"type": "send", "time": "x", "opcode": 1, "data": ""}, 7, "x", None, [],
        {"type": "receive", "time": 1e300, "opcode": 1, "data": JOINED}, {"type": "receive", "time": 1, "opcode": 1, "data": None},
    ],
)  # fmt: skip
def test_messages_that_are_none_cost_themselves_only(message: object) -> None:
    text = chrome(("receive", 1, JOINED)).replace(
        b'"_webSocketMessages": [', b'"_webSocketMessages": [' + json.dumps(message).encode() + b","
    )
    assert len(read(HarReader(), text, 50)) >= 1


@pytest.mark.parametrize("at", [-1, 1 << 60])
def test_times_that_no_calendar_has(at: int) -> None:
    text = chrome(
        ("receive", 1, JOINED), ("receive", 2, frame(op="signal", seq=4, at=at, from_="ana", type="chat"))
    )
    assert [row.kind for row in read(HarReader(), text)] == [Kind.JOIN]


def test_a_message_without_end_is_given_up() -> None:
    text = chrome(("receive", 1, JOINED)).replace(
        b'"opcode": 1', b'"data": "' + b"x" * (MAX_PIECE_BYTES + 200_000)
    )
    reader = HarReader()
    with pytest.raises(NoCapture):
        read(reader, text)
    assert reader.is_over
    assert "too long" in reader.damage


def test_receipts_are_bounded() -> None:
    huge = frame(
        op="signal",
        seq=9,
        at=1,
        from_="ana",
        type="receipt",
        data='{"state":"read","epoch":"e","ranges":[[1,999999999]]}',
    )
    reader = HarReader()
    read(reader, chrome(("receive", 1, JOINED), ("receive", 2, huge)))
    assert "memory" in reader.damage


def test_a_join_of_nobody_known() -> None:
    capture = Capture()
    capture.created(CreatedEntry(seq=1, at=1, connection=BEN))
    say(capture, 2, None, "x", "y")
    opened = read(HarReader(), written(capture))
    assert [row.kind for row in opened] == [Kind.JOIN, Kind.JOIN, Kind.SIGNAL]


# ---- frames of OpenTok's wire


def test_they_are_binary_messages_and_come_back_as_they_were() -> None:
    capture = with_frames()
    text = written(capture)
    binary = [message for message in messages_of(text) if message["opcode"] == 2]
    assert [(m["type"], m["_connection"]) for m in binary[:2]] == [("receive", ANA.id), ("send", ANA.id)]
    opened, frames = read(HarReader(), text), [row for row in capture if isinstance(row, FrameRow)]
    again = [row for row in opened if isinstance(row, FrameRow)]
    assert (
        [row.frame for row in again]
        == [base64.b64decode(m["data"]) for m in binary]
        == [r.frame for r in frames]
    )
    assert [(row.at, row.direction, row.sender, row.to, row.type, row.size) for row in again] == [
        (row.at, row.direction, row.sender, row.to, row.type, row.size) for row in frames
    ]
    signals = [plain(row) for row in opened if row.kind.is_signal]
    assert signals == [plain(row) for row in capture if row.kind.is_signal]
