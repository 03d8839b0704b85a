"""Upgrade requests: which are let in, to what; and that none of them does harm."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.shell.handshake import Opening, answer, opening_of, opentok_path, session_of

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
    """Status, head and outcome."""
    response, opening = answer(data, is_draining=is_draining, opentok=opentok)
    head, end, _ = response.partition(b"\r\n\r\n")
    assert end, "every request is answered"
    status = int(head.split()[1])
    assert (status == 101) == (opening is not None)
    return status, head.lower(), opening


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
