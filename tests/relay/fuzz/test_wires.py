"""Nonsense on both wires and over HTTP: a clear answer or a clear end, nobody else notices, nothing is logged."""

import json
import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from heliograph_relay.protocol import rumor
from heliograph_relay.protocol.native import BadMessage, decode_message
from heliograph_relay.protocol.raptor import FROM, TRANSACTION
from heliograph_relay.protocol.rumor import BadFrame, Kind
from heliograph_relay.shell.control import Control
from heliograph_relay.shell.telling import Telling

from .victim import BINARY, CODES, TEXT, Attacker, Bystander, close_code, frame, token, upgrade, victim

#: More of them by hand: HELIOGRAPH_TEST_EXAMPLES=5000.
EXAMPLES = int(os.environ.get("HELIOGRAPH_TEST_EXAMPLES", "60"))
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
pytestmark = [
    pytest.mark.filterwarnings("ignore:Generating overly large repr"),
    pytest.mark.timeout(30 + EXAMPLES / 10),
]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with victim() as port:
        yield port


@pytest.fixture(scope="module")
def bystander(port: int) -> Iterator[Bystander]:
    with Bystander(port) as bystander:
        yield bystander


@pytest.fixture(autouse=True)
def memory_stays_bounded() -> Iterator[None]:
    before = _resident()
    yield
    # The relay's and hypothesis's own; the latter keeps some of what it has made up.
    assert _resident() - before < (150 << 20) + EXAMPLES * 100_000


def _resident() -> int:
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * 4_096
    except FileNotFoundError:  # not Linux
        return 0


# ---- heliograph.v1

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["\ud800", "\0"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
MEMBERS = st.sampled_from(
    ["op", "n", "to", "type", "data", "connection", "on", "resume", "secret", "pin", "token", "name", "client", "key", "epoch", "seq"]
)  # fmt: skip
OPS = st.sampled_from(["join", "signal", "disconnect", "inspect", "leave", "joined", "", None, 3])
OBJECTS = st.builds(
    lambda op, members: json.dumps({**members, "op": op}), OPS, st.dictionaries(MEMBERS, JSON, max_size=6)
)
CRAFTED = st.sampled_from(
    [
        '{"op":"signal","n":1e400}', '{"op":"signal","n":' + "9" * 5_000 + "}", '{"op":"signal","n":NaN}',
        "[" * 60_000, '{"a":' * 10_000, '{"op":"signal","op":"join","n":1}', '{"op":"signal","n":1,"data":"\\ud800"}',
        '{"op":"signal","n":1,"data":"' + "x" * 60_000 + '"}', '{"op":"signal","n":-1}', "\ufeff{}", "", " ", "null", "{}",
        '{"op":"join","secret":"guest","resume":{"connection":"x","key":"é","epoch":"","seq":-9999999999999999999}}',
        '{"op":"join","token":"' + "T1==" + "A" * 40_000 + '"}', '{"op":"join","token":"a.b.c"}', '{"op":"signal","n":true}',
    ]
)  # fmt: skip
SAID = st.one_of(OBJECTS, CRAFTED, st.text(max_size=50), st.builds(json.dumps, JSON))


def _text(said: str) -> bytes:
    return frame(TEXT, said.encode("utf-8", "surrogatepass"))


@few
@given(said=st.lists(SAID, max_size=12), joined=st.booleans())
@example(said=['{"op":"signal","n":1,"data":"\ud800"}'], joined=True)
def test_native_frames(port: int, bystander: Bystander, said: list[str], joined: bool) -> None:
    with Attacker(port, upgrade("/session/S")) as attacker:
        if joined:
            attacker.send(_text('{"op":"join","secret":"guest"}'))
        for text in said:
            attacker.send(_text(text))
        heard = attacker.until_pong()
    code = close_code(heard)
    assert code is None or code in CODES, code
    for opcode, payload in heard:
        if opcode == TEXT:
            try:
                decode_message(payload)
            except BadMessage as bad:
                raise AssertionError(f"the relay said what is no frame: {payload!r}") from bad
    bystander.is_served()


FRAMES = st.builds(
    frame,
    st.integers(0, 15),
    st.binary(max_size=200) | st.just(b"x" * 70_000),
    fin=st.booleans(),
    masked=st.booleans(),
    reserved=st.integers(0, 7),
)


@few
@given(sent=st.lists(FRAMES | st.binary(max_size=30), max_size=6))
@example(sent=[b"\x81\xff" + struct.pack("!Q", 1 << 62) + b"abcd"])
def test_websocket_frames(port: int, bystander: Bystander, sent: list[bytes]) -> None:
    with Attacker(port, upgrade("/session/S")) as attacker:
        attacker.send(_text('{"op":"join","secret":"guest"}'))
        for data in sent:
            attacker.send(data)
        attacker.says_no_more()
        while (told := attacker.read()) is not None:
            assert told[0] != 0x8 or not told[1] or int.from_bytes(told[1][:2], "big") in CODES
    bystander.is_served()


# ---- OpenTok's wire

HEADERS = st.dictionaries(
    st.sampled_from([TRANSACTION, FROM, "X-TB-TOKEN-AUTH", "uniqueId", "reconnect", "STATUS", ""]) | st.text(max_size=9),
    st.text(max_size=30) | st.just("h" * 20_000),
    max_size=4,
)  # fmt: skip
URIS = st.sampled_from(
    ["/v2/partner/x/session/S", "/v2/partner/x/session/S/signal/1", "/v2/partner/x/session/S/connection/me/signal/1", "/", "%00", "/v2/partner/x/session/S/connection/%ff"]
)  # fmt: skip
RAPTOR = st.builds(
    lambda method, uri, content: json.dumps({"method": method, "uri": uri, "content": content}),
    st.sampled_from(["signal", "create", "delete", "read", "publish", ""]) | JSON,
    URIS | JSON,
    st.dictionaries(st.sampled_from(["type", "data", "connectionEventsSuppressed"]), JSON, max_size=3) | JSON,
)
RUMOR = st.builds(
    rumor.encode,
    st.sampled_from(list(Kind)),
    HEADERS.map(
        lambda headers: {
            k.encode("utf-8", "ignore").decode(): v.encode("utf-8", "ignore").decode()
            for k, v in headers.items()
        }
    ),
    RAPTOR.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=40),
    st.lists(st.just("a" * 100), max_size=255),
)


def _mangled(data: bytes, position: int, byte: int) -> bytes:
    """One byte changed: lengths that lie, types that are not, texts that are no UTF-8."""
    place = position % len(data)
    return data[:place] + bytes([byte]) + data[place + 1 :]


LIES = st.builds(_mangled, RUMOR, st.integers(0, 60), st.integers(0, 255))


def _visitor(port: int) -> Attacker:
    attacker = Attacker(port, upgrade("/opentok/S?socketId=fuzz&attempt=1", None))
    headers = {TRANSACTION: "create", FROM: "me", "X-TB-TOKEN-AUTH": token()}
    body = {"method": "create", "uri": "/v2/partner/x/session/S/connection/me", "content": {}}
    attacker.send(frame(BINARY, rumor.encode(Kind.MESSAGE, headers, json.dumps(body).encode(), ["s"])))
    return attacker


@few
@given(sent=st.lists(RUMOR | LIES | st.binary(max_size=60), max_size=8), joined=st.booleans())
@example(sent=[b"\0\0\0\4\0\0\2\xff"], joined=True)
@example(sent=[b"\0" * 9, b"\xff" * 300], joined=False)
def test_rumor_frames(port: int, bystander: Bystander, sent: list[bytes], joined: bool) -> None:
    attacker = _visitor(port) if joined else Attacker(port, upgrade("/opentok/S?socketId=fuzz", None))
    with attacker:
        for data in sent:
            attacker.send(frame(BINARY, data))
        heard = attacker.until_pong()
    code = close_code(heard)
    assert code is None or code in CODES, code
    for opcode, payload in heard:
        if opcode == BINARY:
            try:
                rumor.decode(payload)
            except BadFrame as bad:
                raise AssertionError(f"the relay said what is no frame: {payload!r}") from bad
    bystander.is_served()


@few
@given(contents=st.lists(RAPTOR.filter(lambda text: '"create"' not in text), min_size=2, max_size=5))
def test_a_repeated_transaction_is_answered_the_same_whatever_it_says_now(
    port: int, bystander: Bystander, contents: list[str]
) -> None:
    with _visitor(port) as attacker:
        for content in contents:
            body = content.encode("utf-8", "surrogatepass")
            attacker.send(frame(BINARY, rumor.encode(Kind.MESSAGE, {TRANSACTION: "same"}, body, ["s"])))
        heard = attacker.until_pong()
    answers = [
        (message.headers["STATUS"], message.body)
        for message in (rumor.decode(payload) for opcode, payload in heard if opcode == BINARY)
        if message.kind is Kind.STATUS and message.headers[TRANSACTION] == "same"
    ]
    reads = [answer for answer in answers if b'"connection":[' in answer[1]]
    assert len(set(answers) - set(reads)) <= 1, "only a look at who is there is not remembered"
    bystander.is_served()


# ---- HTTP

PATHS = st.sampled_from(
    ["/", "/healthz", "/session/S", "/session/create", "/openapi.json", "/v2/project/47000001/session/S/signal", "/opentok/S",
     "/session/%00", "/session/" + "x" * 5_000, "//", "/%ff%fe", "*", "http://[", "/session/S?extended=true&" + "a=&" * 900]
) | st.text(max_size=30)  # fmt: skip
FIELDS = st.tuples(
    st.sampled_from(["Host", "Connection", "Upgrade", "Content-Length", "Transfer-Encoding", "Sec-WebSocket-Key", "Origin",
                     "X-OPENTOK-AUTH", "Accept", "Content-Type", "Expect"]) | st.text(max_size=10),
    st.sampled_from(["upgrade", "websocket", "-1", "99999999999999999999", "chunked", "100-continue", "http://[::1", "a" * 3_000,
                     "application/xml", "5"]) | st.text(max_size=20),
)  # fmt: skip


@few
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "OPTIONS", "PUT", "BREW", ""]),
    path=PATHS,
    fields=st.lists(FIELDS, max_size=6),
    body=st.binary(max_size=100),
)
def test_http(
    port: int, bystander: Bystander, method: str, path: str, fields: list[tuple[str, str]], body: bytes
) -> None:
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in fields), "", ""]
    with Attacker(port) as attacker:
        attacker.send("\r\n".join(lines).encode("utf-8", "surrogatepass") + body)
        attacker.says_no_more()
        try:
            answer = attacker.file.read()
        except ConnectionError:
            answer = b""
    for part in answer.split(b"HTTP/1.1 ")[1:]:
        assert part[:3] != b"500", answer
    bystander.is_served()


# ---- the text of an invite, and what is asked of a relay on its standard input


def _known() -> list[Any]:
    tap = b'{"ask": "tap", "id": 1, "session": "S", "on": true}'
    return [b'{"ask": "sessions", "id": 1}', tap, b"[" * 70_000, b'{"id": 1e999}', b"\xff", b"null"]


@few
@given(
    line=st.sampled_from(_known()) | st.binary(max_size=80) | SAID.map(lambda s: s.encode("utf-8", "replace"))
)
def test_questions_on_standard_input(line: bytes) -> None:
    class Nothing:
        made_sessions: list[Any] = []  # noqa: RUF012

        def open_opentok_to(self, surface: object) -> None:
            return

        def tap(self, session: str, on: bool, ear: object) -> None:
            return

    assert json.dumps(Control(Nothing(), Telling(-1)).answer(line))
