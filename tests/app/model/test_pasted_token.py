"""What a pasted token says of itself, in either form and however it was broken."""

import pytest

from heliograph.model.pasted_token import BadToken, looks_like_token, read_token
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_server_token, mint_t1

PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
CLAIMS = Claims(session_id="1_abc", role=Role.PUBLISHER, data="name=Ana", expires=1_700_000_060)
JWT, T1 = (mint(PROJECT, CLAIMS, now=1_700_000_000, nonce="n") for mint in (mint_jwt, mint_t1))


@pytest.mark.parametrize("token", [JWT, T1])
def test_both_forms_are_read(token: str) -> None:
    broken = f"  {token[:40]}\n {token[40:]} "
    for text in (token, broken):
        assert looks_like_token(text)
        read = read_token(text)
        assert (read.text, read.session, read.expires) == (token, "1_abc", 1_700_000_060)
        assert token not in repr(read)


@pytest.mark.parametrize("pin", ["", "4711", "123 456", "T1", "ey", "token"])
def test_a_pin_is_none(pin: str) -> None:
    assert not looks_like_token(pin)


@pytest.mark.parametrize(
    "text",
    [
        JWT[:-44],
        JWT.rpartition(".")[0],
        JWT.replace(".", ""),
        "eyJ.eyJ.x",
        "T1==",
        T1[:30],
        T1[:-9] + "%%%",
        "eyJé.x.y",
    ],
)
def test_what_is_cut_is_said_to_be(text: str) -> None:
    with pytest.raises(BadToken, match=r"Copy it again|server"):
        read_token(text)


def test_a_servers_token_is_none_for_a_guest() -> None:
    with pytest.raises(BadToken, match="token of a server"):
        read_token(mint_server_token(PROJECT, now=1_700_000_000))
