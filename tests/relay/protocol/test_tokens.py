"""Tokens: whoever holds the project's secret makes them, in whatever dress; nobody else does."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import BadToken, Claims, Project, check_token, mint_jwt, mint_t1

PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
CLAIMS = Claims(session_id="S", role=Role.MODERATOR, data="é=&\n", expires=2_000.0)
PAYLOAD = {
    "iss": PROJECT.key, "ist": "project", "iat": 1, "exp": 2_000, "nonce": "1", "scope": "session.connect", "session_id": "S",
    "role": "moderator", "connection_data": CLAIMS.data,
}  # fmt: skip


def part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=").decode()


def signed(head: Any, payload: Any = PAYLOAD, secret: str = PROJECT.secret) -> str:
    """A JWT with any head at all and a good signature."""
    start = f"{part(head)}.{part(payload)}"
    right = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(
        start.encode(), secret.encode()
    )
    return f"{start}.{urlsafe_b64encode(right).rstrip(b'=').decode()}"


def opens(token: str) -> bool:
    try:
        return check_token(token, PROJECT, 1_000.0) == CLAIMS
    except BadToken:
        return False


def opens_by_the_library(token: str) -> bool:
    try:
        return (
            jwt.decode(token, PROJECT.secret, algorithms=["HS256"], options={"verify_exp": False}) == PAYLOAD
        )
    except (jwt.PyJWTError, ValueError):
        return False


@pytest.mark.parametrize("mint", [mint_jwt, mint_t1])
@pytest.mark.parametrize(
    "secret", ["s", PROJECT.secret, "é" * 20, "ssh-rsa AAAA", '{"kty": "oct", "k": "AAAA"}']
)
def test_what_is_minted_is_taken_whatever_the_secret_looks_like(mint: Any, secret: str) -> None:
    project = Project("K", secret)
    token = mint(project, CLAIMS, now=0, nonce="1")
    assert check_token(token, project, 1_000.0) == CLAIMS
    for other in (Project("K", "other"), Project("other", secret)):
        with pytest.raises(BadToken):
            check_token(token, other, 1_000.0)
    with pytest.raises(BadToken, match="expired"):
        check_token(token, project, 2_000.0)


@pytest.mark.parametrize(
    "head",
    [
        {"alg": "HS256", "typ": "JWT"}, {"typ": "JWT", "alg": "HS256"}, {"alg": "HS256"},
        {"alg": "HS256", "typ": "JWT", "kid": "1"}, {"alg": "HS256", "cty": "x"},
    ],
)  # fmt: skip
def test_what_other_programs_write_before_it_is_taken(head: dict[str, str]) -> None:
    assert opens(signed(head))


@pytest.mark.parametrize(
    "head",
    [
        {}, [], "HS256", {"alg": "none"}, {"alg": "HS512"}, {"alg": "RS256"}, {"alg": ["HS256"]}, {"typ": "JWT"},
        {"alg": "HS256", "crit": ["x"], "x": 1}, {"alg": "HS256", "b64": False, "crit": ["b64"]}, {"alg": "HS256", "kid": 1},
    ],
)  # fmt: skip
def test_a_head_that_asks_for_anything_else_is_not(head: Any) -> None:
    assert not opens(signed(head))


@pytest.mark.parametrize(
    "payload", [[], "x", 1, None, {}, {**PAYLOAD, "iss": "K"}, {**PAYLOAD, "scope": "x"}]
)
def test_neither_is_what_says_something_else(payload: Any) -> None:
    assert not opens(signed({"alg": "HS256"}, payload))


GOOD = signed({"alg": "HS256", "typ": "JWT"})
PIECES = st.text("AZaz09-_=.+/ \n\x00\xe9", max_size=3)


@given(st.integers(0, len(GOOD)), st.integers(0, 3), PIECES)
def test_a_token_opens_where_it_does_by_the_library(start: int, size: int, piece: str) -> None:
    token = GOOD[:start] + piece + GOOD[start + size :]
    assert opens(token) == opens_by_the_library(token)


@pytest.mark.parametrize("end", ["=", "==", ".", "\n", "A", ".A"])
def test_nothing_may_follow_it_that_the_library_does_not_take(end: str) -> None:
    assert opens(GOOD + end) == opens_by_the_library(GOOD + end)


@given(st.text() | st.binary().map(lambda data: data.decode("utf-8", "surrogateescape")))
def test_no_text_is_taken_for_one(text: str) -> None:
    assert not opens(text)
    assert not opens("T1==" + text)
