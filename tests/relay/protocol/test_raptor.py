"""What OpenTok clients say and are told, as bytes."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.protocol import raptor, rumor, speaker
from heliograph_relay.protocol.model import (
    Connection,
    DestroyedEntry,
    Reason,
    Role,
    SignalEntry,
    check_json_data,
)
from heliograph_relay.protocol.problems import TooLarge
from heliograph_relay.protocol.raptor import (
    Acknowledge,
    Create,
    Delete,
    Malformed,
    Noted,
    Ping,
    Quit,
    Read,
    Signal,
    Snapshot,
    Status,
)
from heliograph_relay.protocol.raptor_reader import decode_request
from heliograph_relay.protocol.rumor import BadFrame, Kind
from heliograph_relay.protocol.speaker import Speaker

P = "/v2/partner/anything/session/S"


def message(method: str, uri: str, content: Any = None, **headers: str) -> bytes:
    body = {"method": method, "uri": uri} | ({} if content is None else {"content": content})
    return raw_message(json.dumps(body).encode(), **headers)


def raw_message(body: bytes, **headers: str) -> bytes:
    fields = {"TRANSACTION-ID": "t"} | {name.replace("_", "-"): value for name, value in headers.items()}
    return rumor.encode(Kind.MESSAGE, fields, body, ["symphony"])


def signal(text: str) -> raptor.Request:
    return decode_request(
        raw_message(f'{{"method":"signal","uri":"{P}/signal/u","content":{text}}}'.encode())
    )


def test_the_frames_that_carry_no_message() -> None:
    assert decode_request(rumor.encode(Kind.PING)) == Ping()
    assert decode_request(rumor.encode(Kind.DISCONNECT, {"reconnect": ""})) == Quit(returning=False)
    assert decode_request(rumor.encode(Kind.DISCONNECT, {"reconnect": "1"})) == Quit(returning=True)
    status = rumor.encode(Kind.STATUS, {"TRANSACTION-ID": "e.7", "X-TB-FROM-ADDRESS": "me"}, b"", ["from"])
    assert decode_request(status) == Acknowledge("e.7")
    for kind in (Kind.CONNECT, Kind.SUBSCRIBE, Kind.UNSUBSCRIBE, Kind.PONG):
        assert decode_request(rumor.encode(kind, {"uniqueId": "me"})) == Noted()


@pytest.mark.parametrize(
    ("method", "uri", "content", "meaning"),
    [
        ("create", f"{P}/connection/me", {"userAgent": "x"}, Create(transaction="t", connection="me", token="tok", quiet=False)),
        ("create", f"{P}/connection/me", {"connectionEventsSuppressed": True}, Create(transaction="t", connection="me", token="tok", quiet=True)),
        ("signal", f"{P}/signal/u", {}, Signal(transaction="t", to=None, type=None, data=None, json=False)),
        ("signal", f"{P}/signal/u", {"type": "", "data": ""}, Signal(transaction="t", to=None, type=None, data="", json=False)),
        ("signal", f"{P}/connection/you/signal/u", {"type": "a"}, Signal(transaction="t", to="you", type="a", data=None, json=False)),
        ("signal", f"{P}/connection/S/signal/u", {"type": "a"}, Signal(transaction="t", to=None, type="a", data=None, json=False)),
        ("delete", f"{P}/connection/you", {}, Delete(transaction="t", connection="you")),
        ("read", P, None, Read(transaction="t")),
    ],
)  # fmt: skip
def test_the_messages_of_a_client(method: str, uri: str, content: Any, meaning: raptor.Request) -> None:
    assert decode_request(message(method, uri, content, X_TB_TOKEN_AUTH="tok")) == meaning


@pytest.mark.parametrize(
    "text", ["7", "1.0", "true", '{"b": 1, "a": 1.50}', "[]", '{"a":"\\u0000"}', "12345678901234567890123"]
)
def test_data_that_is_no_string_keeps_its_text(text: str) -> None:
    assert signal(f'{{"data": {text}}}') == Signal(transaction="t", to=None, type=None, data=text, json=True)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"\xff", b'{"method":"signal"}', b'{"method":"fly","uri":"/v2/partner/k/session/S"}',
        b'{"method":"signal","uri":"/elsewhere"}', b'{"method":"create","uri":"/v2/partner/k/session/S"}',
        b'{"method":"delete","uri":"/v2/partner/k/session/S/signal/u"}',
        b"[" * 60_000,
        *(f'{{"method":"signal","uri":"{P}/signal/u","content":{content}}}'.encode() for content in (
            '{"type":null}', '{"data":null}', '{"type":5}', '{"data":NaN}', '{"data":1e999}', "7", "null",
            '{"data":"\\ud800"}', '{"data":{"a":"\\udfff"}}', '{"type":"\\ud800"}', '{"data":{"a":1,}}',
            '{"data":' + "[" * 4_000 + "]" * 4_000 + "}",
        )),
    ],
)  # fmt: skip
def test_a_message_that_is_none_can_still_be_answered(body: bytes) -> None:
    request = decode_request(raw_message(body))
    assert isinstance(request, Malformed)
    assert request.transaction == "t"
    assert request.words


def test_a_lone_surrogate_is_named() -> None:
    request = signal('{"data":"half \\ud83d"}')
    assert isinstance(request, Malformed)
    assert "surrogate" in request.words


@pytest.mark.parametrize("transaction", ["", "x" * 129])
def test_a_message_that_could_not_be_answered_is_a_bad_frame(transaction: str) -> None:
    with pytest.raises(BadFrame):
        decode_request(message("read", P, TRANSACTION_ID=transaction))


@given(st.binary(max_size=200), st.sampled_from(Kind))
def test_no_body_does_harm(body: bytes, kind: Kind) -> None:
    for frame in (body, rumor.encode(kind, {"TRANSACTION-ID": "t"}, body)):
        try:
            decode_request(frame)
        except BadFrame:
            pass


ANA = Connection(id="ana", name="Ana", data='{"n":1}', role=Role.MODERATOR, created=5, client="opentok")
BEN = Connection(id="ben", name="", data="", role=Role.SUBSCRIBER, created=6, client="heliograph")
SPEAKER = Speaker(key="K", session="S", epoch="ep")
Q = "/v2/partner/K/session/S"


def told(frame: bytes) -> tuple[Kind, dict[str, str], Any]:
    read = rumor.decode(frame)
    return read.kind, dict(read.headers), json.loads(read.body) if read.body else None


@pytest.mark.parametrize(
    ("members", "content"),
    [
        ({}, {}),
        ({"type": "a", "data": ""}, {"type": "a", "data": ""}),
        ({"data": '{"a": [1]}', "json": True}, {"data": {"a": [1]}}),
        ({"data": '{"a": [1]}'}, {"data": '{"a": [1]}'}),
    ],
)
def test_a_signal_has_what_its_sender_gave(members: dict[str, Any], content: dict[str, Any]) -> None:
    entry = SignalEntry(seq=9, at=1, sender="ana", **members)
    kind, headers, body = told(SPEAKER.signal(entry))
    assert (kind, headers) == (Kind.MESSAGE, {"TRANSACTION-ID": "ep.9", "X-TB-FROM-ADDRESS": "ana"})
    assert body == {"method": "signal", "uri": f"{Q}/signal/ep.9", "content": content}


def test_a_signal_to_one_and_from_nobody() -> None:
    _, headers, body = told(SPEAKER.signal(SignalEntry(seq=9, at=1, sender=None, to="ben")))
    assert headers["X-TB-FROM-ADDRESS"] == ""
    assert body["uri"] == f"{Q}/connection/ben/signal/ep.9"


def test_a_signal_for_who_is_told_of_nobody_names_its_sender() -> None:
    _, _, body = told(SPEAKER.signal(SignalEntry(seq=9, at=1, sender="ana"), ANA))
    assert body["content"]["fromConnection"] == {
        "id": "ana", "creationTime": 5, "data": '{"n":1}',
        "permissions": ["publish", "subscribe", "signal", "forcedisconnect", "forceunpublish", "forcemute"],
    }  # fmt: skip


def test_coming_and_going() -> None:
    _, headers, body = told(SPEAKER.created(BEN, 3))
    assert headers == {"TRANSACTION-ID": "ep.3", "X-TB-FROM-ADDRESS": ""}
    shape = {"id": "ben", "creationTime": 6, "data": "", "permissions": ["subscribe"]}
    assert body == {"method": "created", "uri": f"{Q}/connection/ben", "content": shape}
    entry = DestroyedEntry(seq=4, at=1, connection="ben", reason=Reason.NETWORK)
    _, _, body = told(SPEAKER.destroyed(entry))
    assert body == {"method": "deleted", "uri": f"{Q}/connection/ben", "reason": "networkDisconnected"}
    _, headers, body = told(SPEAKER.put_out("ben"))
    assert "TRANSACTION-ID" not in headers
    assert body["reason"] == "forceDisconnected"


def test_answers() -> None:
    assert told(speaker.status(Status(transaction="t"))) == (
        Kind.STATUS,
        {"TRANSACTION-ID": "t", "STATUS": "200"},
        None,
    )
    _, headers, body = told(speaker.status(Status(transaction="t", code=404, reason="gone")))
    assert (headers["STATUS"], body) == ("404", {"reason": "gone"})
    _, headers, body = told(speaker.snapshot(Snapshot(transaction="t", connections=(ANA, BEN))))
    assert headers["STATUS"] == "200"
    assert ([c["id"] for c in body["connection"]], body["stream"], body["archive"]) == (
        ["ana", "ben"],
        [],
        [],
    )


@pytest.mark.parametrize(
    ("transaction", "seq"),
    [
        ("ep.12", 12),
        ("other.12", 0),
        ("ep.", 0),
        ("ep.x", 0),
        ("ep.-1", 0),
        ("", 0),
        ("ep.²", 0),
        ("ep." + "9" * 50, 0),
    ],
)
def test_an_acknowledgement_names_a_place_in_the_log(transaction: str, seq: int) -> None:
    assert raptor.seq_of(transaction, "ep") == seq


@pytest.mark.parametrize(
    ("data", "json_text", "fits"),
    [
        ("x" * 8_190, False, True), ("x" * 8_191, False, False),
        ("漢" * 8_190, False, True), ("漢" * 8_191, False, False),
        ("😀" * 4_095, False, True), ("😀" * 4_096, False, False),
        ('"' * 4_095, False, True), ('"' * 4_096, False, False),
        ("\n" * 4_095, False, True), ("\x01" * 1_365, False, True), ("\x01" * 1_366, False, False),
        ("9" * 8_192, True, True), ("9" * 8_193, True, False),
    ],
    ids=lambda item: repr(item)[:5],
)  # fmt: skip
def test_data_is_measured_as_the_sdk_does(data: str, json_text: bool, fits: bool) -> None:
    if fits:
        check_json_data(data, json=json_text)
        return
    with pytest.raises(TooLarge, match="8192"):
        check_json_data(data, json=json_text)
