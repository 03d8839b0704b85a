"""Upgrade requests: which are let in, to what; and that none of them does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.shell.handshake import Opening, answer, let_in, opening_of, opentok_path, session_of

REQUIRED = {
    "Host": "relay:8765",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


def upgrade(target: str = "/session/S", *more: str, **changes: str | None) -> bytes:
    """A request; `changes` replace headers (underscores for dashes), None leaves one out, `more` are lines."""
    headers: dict[str, str | None] = {**REQUIRED, "Sec-WebSocket-Protocol": "heliograph.v1"}
    headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([f"GET {target} HTTP/1.1", *lines, *more, "", ""]).encode("latin-1")


def shake(
    data: bytes, *, is_draining: bool = False, opentok: bool = True
) -> tuple[int, bytes, Opening | None]:
    """Status, head and outcome; whoever is let in at once is let in to the same."""
    response, opening = answer(data, is_draining=is_draining, opentok=opentok)
    head, end, _ = response.partition(b"\r\n\r\n")
    assert end, "every request is answered"
    status = int(head.split()[1])
    assert (status == 101) == (opening is not None)
    at_once = let_in(data, is_draining=is_draining, opentok=opentok)
    if at_once is not None:
        assert opening == at_once[1]
        assert fields(at_once[0]) == {
            name: value for name, value in fields(response).items() if name != b"date"
        }
    return status, head.lower(), opening


def fields(response: bytes) -> dict[bytes, bytes]:
    """Status line and headers of a response that has nothing else."""
    status, *lines = response.removesuffix(b"\r\n\r\n").split(b"\r\n")
    return {b"": status} | {
        name.lower(): value for name, _, value in (line.partition(b": ") for line in lines)
    }


class TestNative:
    def test_is_let_in_by_its_subprotocol(self) -> None:
        status, head, opening = shake(upgrade())
        assert (status, opening) == (101, Opening(session_id="S"))
        assert b"sec-websocket-protocol: heliograph.v1" in head
        assert b"sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo=" in head
        assert b"permessage-deflate" not in head

    @pytest.mark.parametrize("offered", ["heliograph.v1, other", "other, heliograph.v1"])
    def test_one_of_several_is_enough(self, offered: str) -> None:
        status, head, _ = shake(upgrade(Sec_WebSocket_Protocol=offered))
        assert status == 101
        assert b"sec-websocket-protocol: heliograph.v1" in head

    @pytest.mark.parametrize("offered", [None, "", "other", "HELIOGRAPH.V1", "heliograph.v2"])
    def test_none_of_ours_is_400(self, offered: str | None) -> None:
        assert shake(upgrade(Sec_WebSocket_Protocol=offered))[0] == 400

    def test_compression_is_not_taken_up(self) -> None:
        _, head, _ = shake(upgrade(Sec_WebSocket_Extensions="permessage-deflate; client_max_window_bits"))
        assert b"extensions" not in head

    @pytest.mark.parametrize(
        ("target", "id"),
        [
            ("/session/S", "S"),
            ("/session/S?token=x", "S"),
            ("/session/S?next=/opentok/T", "S"),
            ("/session/a%20b", "a b"),
            ("/session/%C3%A9", "é"),
            ("/session/1_a~b=", "1_a~b="),
            ("/session/%FF", "\ufffd"),
            ("/session/%zz", "%zz"),
            ("/session/%00", "\x00"),
            ("/session/opentok", "opentok"),
        ],
    )
    def test_session_ids_are_unescaped(self, target: str, id: str) -> None:
        assert session_of(target) == id
        assert shake(upgrade(target))[2] == Opening(session_id=id)

    @pytest.mark.parametrize(
        "target",
        [
            "/", "/session", "/session/", "/session/?S", "/session//", "/session/a/b", "/session/a%2Fb", "/Session/S",
            "/session/S/", "//session/S", "/x/session/S", "http://relay/session/S", "*", "/opentok", "/opentok/", "/healthz",
        ],
    )  # fmt: skip
    def test_other_paths_are_404(self, target: str) -> None:
        assert opening_of(target) is None
        assert shake(upgrade(target))[0] == 404

    @pytest.mark.parametrize("target", ["/session/S", "/", "/opentok/S"])
    def test_a_relay_that_stops_lets_nobody_in(self, target: str) -> None:
        assert shake(upgrade(target), is_draining=True)[0] == 503


class TestPages:
    @pytest.mark.parametrize("origin", ["http://relay:8765", "https://relay:8765"])
    def test_from_the_relay_itself_may_join(self, origin: str) -> None:
        assert shake(upgrade(Origin=origin))[0] == 101

    @pytest.mark.parametrize(
        "origin",
        ["http://elsewhere", "http://relay", "http://relay:8765.evil", "null", "", "http://[", "\xff"],
    )
    def test_from_elsewhere_may_not(self, origin: str) -> None:
        assert shake(upgrade(Origin=origin))[0] == 403

    def test_may_not_say_two_origins(self) -> None:
        assert shake(upgrade("/session/S", "Origin: http://relay:8765", Origin="http://relay:8765"))[0] == 403


class TestOpenTok:
    @pytest.mark.parametrize(
        ("target", "opening"),
        [
            ("/opentok/S", Opening(session_id="S", is_opentok=True)),
            (
                "/opentok/S?socketId=a%20b&attempt=1",
                Opening(session_id="S", is_opentok=True, socket="a b"),
            ),
            (
                "/proxy/relay:8765/opentok/1_x~=?reconnect=true&socketId=s",
                Opening(session_id="1_x~=", is_opentok=True, socket="s", returning=True),
            ),
            ("/opentok/S?reconnect=false", Opening(session_id="S", is_opentok=True)),
            (f"/opentok/S?socketId={'x' * 500}", Opening(session_id="S", is_opentok=True, socket="x" * 128)),
            ("/opentok/S?" + "a=1&" * 16 + "socketId=s", Opening(session_id="S", is_opentok=True)),
            ("/opentok/S?socketId=%FF", Opening(session_id="S", is_opentok=True, socket="\ufffd")),
        ],
    )
    def test_what_a_path_asks_for(self, target: str, opening: Opening) -> None:
        assert shake(upgrade(target, Sec_WebSocket_Protocol=None))[2] == opening

    def test_pages_from_anywhere_may_ask(self) -> None:
        assert shake(upgrade("/opentok/S", Origin="http://elsewhere"))[0] == 101

    def test_but_not_where_it_is_closed_to_them(self) -> None:
        assert shake(upgrade("/opentok/S"), opentok=False)[0] == 403
        assert shake(upgrade("/session/S"), opentok=False)[0] == 101

    def test_its_own_path_is_what_it_asks_for(self) -> None:
        opening = opening_of(opentok_path("S"))
        assert opening is not None
        assert (opening.session_id, opening.is_opentok) == ("S", True)


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (upgrade(Upgrade="h2c"), 426),
        (upgrade(Connection="close"), 426),
        (upgrade(Sec_WebSocket_Key=None), 400),
        (upgrade(Sec_WebSocket_Key="short"), 400),
        (upgrade(Sec_WebSocket_Version="8"), 400),
        (upgrade(Cookie="x" * 9_000), 431),
        (upgrade("/session/S", *(f"X{number}: 1" for number in range(200))), 431),
        (upgrade("/session/" + "x" * 9_000), 414),
        (upgrade("/session/S", "no header"), 400),
        (upgrade("/session/S", "X Y: 1"), 400),
        (upgrade(Content_Length="5"), 400),
        (upgrade(Transfer_Encoding="chunked"), 400),
        (upgrade().replace(b"GET", b"POST"), 405),
        (upgrade().replace(b"HTTP/1.1", b"HTTP/1.0"), 505),
        (b"\r\n\r\n", 400),
        (b"", 400),
    ],
)
def test_what_is_wrong_is_answered(request_: bytes, status: int) -> None:
    assert shake(request_)[0] == status


@given(st.text(st.characters(codec="latin-1")), st.text(st.characters(codec="latin-1")), st.booleans())
def test_any_target_and_origin_are_survived(target: str, origin: str, opentok: bool) -> None:
    shake(upgrade(target, Origin=origin), opentok=opentok)


@given(st.binary())
def test_any_bytes_are_survived(data: bytes) -> None:
    shake(data)
    shake(upgrade() + data)


#: What clients send beside what they must: `websockets`, Chromium and Firefox.
CLIENTS: dict[str, dict[str, str]] = {
    "websockets": {"User-Agent": "Python/3.11 websockets/17.0"},
    "Chromium": {
        "Pragma": "no-cache", "Cache-Control": "no-cache", "User-Agent": "Mozilla/5.0", "Origin": "http://relay:8765",
        "Accept-Encoding": "gzip, deflate, br", "Accept-Language": "en", "Cookie": "a=b",
        "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",
    },
    "Firefox": {
        "User-Agent": "Mozilla/5.0", "Accept": "*/*", "Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket",
        "Origin": "http://relay:8765", "Sec-Fetch-Mode": "websocket", "Sec-WebSocket-Extensions": "permessage-deflate",
    },
}  # fmt: skip


class TestAtOnce:
    """`let_in`: a short way for nearly everybody, beside which nothing is different."""

    @pytest.mark.parametrize("client", CLIENTS)
    @pytest.mark.parametrize("path", ["/session/S", "/opentok/S?socketId=s&attempt=1"])
    def test_ordinary_clients_are_let_in(self, client: str, path: str) -> None:
        subprotocol = None if "opentok" in path else "heliograph.v1"
        request = upgrade(path, Sec_WebSocket_Protocol=subprotocol, **CLIENTS[client])
        assert let_in(request, is_draining=False, opentok=True) is not None
        assert shake(request)[0] == 101

    @pytest.mark.parametrize(
        "request_",
        [
            upgrade()[:-1],
            upgrade() + b"\x81",
            upgrade() + upgrade(),
            upgrade("/session/S", "Host: other:1"),
            upgrade(Content_Length="0"),
            upgrade(Sec_WebSocket_Protocol="heliograph.v1, other"),
            upgrade("/opentok/S"),
            upgrade(Sec_WebSocket_Key="dGhlIHNhbXBsZSBub25jZQ"),
            upgrade(Cookie="x" * 8_100),
        ],
    )
    def test_what_is_not_ordinary_is_not_judged(self, request_: bytes) -> None:
        assert let_in(request_, is_draining=False, opentok=True) is None

    @given(st.data())
    def test_nobody_is_let_in_whom_the_library_would_not(self, data: st.DataObject) -> None:
        request = bytearray(upgrade(data.draw(st.sampled_from(["/session/S", "/opentok/S"]))))
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(request)))
            end = min(len(request), start + data.draw(st.integers(0, 3)))
            request[start:end] = data.draw(
                st.binary(max_size=3) | st.sampled_from([b"\r\n", b"\n", b":", b", ", b"Upgrade"])
            )
        shake(bytes(request))
