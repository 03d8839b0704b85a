"""What lets anybody in never leaves a relay with a frame; everything else does, byte by byte."""

import base64
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.protocol import rumor, tapped
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.rumor import Kind, encode
from heliograph_relay.protocol.tapped import Tapped, TappedFrame, Untapped, discreet
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_t1

PROJECT = Project("47", "0123456789abcdef0123456789abcdef01234567")
CLAIMS = Claims(session_id="S", role=Role.PUBLISHER, data="ana", expires=4e9)
JWT = mint_jwt(PROJECT, CLAIMS, now=0, nonce="1")
T1 = mint_t1(PROJECT, CLAIMS, now=0, nonce="1")


def message(body: object, **headers: str) -> bytes:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return encode(Kind.MESSAGE, {"TRANSACTION-ID": "t", **headers}, text, ["symphony"])


@pytest.mark.parametrize(
    ("frame", "secret"),
    [
        (message({}, **{"X-TB-TOKEN-AUTH": "plain words"}), "plain words"),
        (encode(Kind.CONNECT, {"Authorization": "x"}), "x"),
        (message({}, Url=f"https://x/?a=1&token={JWT}&b=2"), JWT),
        (message({"content": {"data": JWT}}), JWT),
        (message({"content": {"data": T1}}), T1[4:]),
        (message({"content": {"data": f"my token is {T1}"}}), T1[4:]),
        (message({"content": {"token": "hush hush"}}), "hush hush"),
        (message({"content": {"data": json.dumps({"apiSecret": "hush hush"})}}), "hush hush"),
        (message({"content": {"data": "heliograph://10.0.0.1:8765/?session=S&secret=hushhush&pin=4711"}}), "hushhush"),
        (message({"content": {"data": "heliograph://10.0.0.1:8765/?session=S&pin=4711"}}), "4711"),
        (message({"content": {"data": "?token%3Dhushhush"}}), "hushhush"),
        (message({"content": {"data": "Bearer abc.def"}}), "abc.def"),
        (message({"content": {"data": f"x{PROJECT.secret}y"}}), PROJECT.secret),
        (b"\xff\xff\xff\xffX-TB-TOKEN-AUTH\x00\x04hush", "hush"),
        (b'{"op": "join", "token": "hush"}', "hush"),
        (message(b"\xff" + JWT.encode()), JWT),
    ],
    ids=range(16),
)  # fmt: skip
def test_secrets_are_masked(frame: bytes, secret: str) -> None:
    told = discreet(frame, (PROJECT.secret.encode(),))
    assert secret.encode() in frame
    assert secret.encode() not in told
    assert b"*" * len(secret) in told
    assert len(told) == len(frame)


def test_a_masked_frame_can_be_read_as_before() -> None:
    frame = message(
        {"method": "create", "content": {"url": f"https://x/?token={JWT}", "next": 1}},
        **{"X-TB-TOKEN-AUTH": T1, "X-Url": f"?token={JWT}"},
    )  # fmt: skip
    told, read = rumor.decode(discreet(frame)), rumor.decode(frame)
    assert (told.kind, told.addresses, list(told.headers)) == (read.kind, read.addresses, list(read.headers))
    assert json.loads(told.body)["content"] == {"url": f"https://x/?token={'*' * len(JWT)}", "next": 1}
    assert told.headers["X-Url"] == f"?token={'*' * len(JWT)}"


@pytest.mark.parametrize(
    "frame",
    [
        encode(Kind.PING), message({"method": "signal", "content": {"type": "chat", "data": "the tokens of my secret pin"}}),
        message({"content": {"data": "1764000000000.eyJ.x"}}), encode(Kind.CONNECT, {"uniqueId": "3f2a", "TRANSACTION-ID": "c"}),
        message({"uri": "/v2/partner/47/session/1_MX40NzAwMDAwMX5-MTc5NTUzODYxMjU4M35aWGRL/signal/e.12"}),
    ],
)  # fmt: skip
def test_what_is_no_secret_stays(frame: bytes) -> None:
    assert discreet(frame) == frame


@given(
    st.binary(max_size=400), st.sampled_from([b"token", b"eyJ", b"T1==", b'"secret": "', b"pin=", b"bearer "])
)
def test_any_bytes_keep_their_length(frame: bytes, hint: bytes) -> None:
    assert len(discreet(frame + hint + frame)) == 2 * len(frame) + len(hint)
    assert len(discreet(message(hint + frame))) == len(message(hint + frame))


@pytest.mark.parametrize(
    "bad", [b"token", b"eyJ", b"eyJ.eyJ.", b"T1==", b"token=token=", b'"token\\', b"bearer ", b'token"' + b" " * 40, b"pin=", b"a.eyJ"],
)  # fmt: skip
def test_no_frame_takes_long(bad: bytes) -> None:
    begin = time.process_time()
    for frame in (bad * (66_000 // len(bad)), message(bad * (66_000 // len(bad)))):
        discreet(frame)
    assert time.process_time() - begin < 2.0


def test_what_is_told_is_one_line_of_json() -> None:
    frame = TappedFrame(at=5, seq=2, socket=1, frame=b"\x00\n\xff", out=True, connection="é\n")
    told = Tapped(session="S", frames=[frame], lost=3)
    line = tapped.encode(told)
    assert line.startswith(b'{"event":"frames","session":"S"')
    assert b"\n" not in line
    assert base64.b64decode(json.loads(line)["frames"][0]["frame"]) == b"\x00\n\xff"
    assert tapped.decode(line) == told
    assert tapped.decode(tapped.encode(Untapped("S"))) == Untapped("S")
