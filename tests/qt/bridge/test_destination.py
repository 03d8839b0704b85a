"""Where what is pasted and typed leads, and what is said where it leads nowhere."""

import pytest

from heliograph.bridge.destination import MissingPin, UselessToken, read_destination, to_invite
from heliograph.bridge.words import never_joined, relay_ended
from heliograph.client.events import State, Status
from heliograph_relay.protocol.invite import BadInvite, Invite
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import Claims, Project, mint_jwt, mint_server_token, mint_t1

PROJECT = Project("47000001", "0123456789abcdef0123456789abcdef01234567")
CLAIMS = Claims(session_id="1_abc", role=Role.PUBLISHER, data="", expires=1_700_000_060)
JWT, T1 = (mint(PROJECT, CLAIMS, now=1_700_000_000, nonce="n") for mint in (mint_jwt, mint_t1))


@pytest.mark.parametrize("token", [JWT, T1, f" {T1[:50]}\n{T1[50:]} "])
@pytest.mark.parametrize(
    "where",
    ["10.0.0.7:9000", "http://10.0.0.7:9000", "10.0.0.7:9000/1_abc", "ws://10.0.0.7:9000/session/1_abc"],
)
def test_a_token_and_an_address_are_enough(where: str, token: str) -> None:
    found = read_destination(where, token)
    assert (found.hosts, found.port, found.session) == (("10.0.0.7",), 9000, "1_abc")
    assert found.credential.token == found.typed == "".join(token.split())
    assert found.expires == 1_700_000_060
    assert found.invite.secret == ""


def test_a_token_goes_before_the_secret_of_an_invite() -> None:
    invite = Invite(addresses=("10.0.0.7",), port=9000, session="1_abc", secret="s")
    assert to_invite(invite, JWT).credential.token == JWT
    assert to_invite(invite, "4711").credential.secret == "s"


@pytest.mark.parametrize(
    ("where", "token", "words"),
    [
        ("10.0.0.7/other", JWT, "another session"),
        ("10.0.0.7", JWT[:-44], "Copy it again"),
        ("10.0.0.7", T1[:-30] + "=", "Copy it again"),
        ("10.0.0.7", mint_server_token(PROJECT, now=1), "token of a server"),
    ],
)
def test_a_token_that_opens_nothing_there_is_found_out_at_once(where: str, token: str, words: str) -> None:
    with pytest.raises(UselessToken, match=words):
        read_destination(where, token)


def test_a_token_alone_leads_nowhere() -> None:
    with pytest.raises(BadInvite, match="Type the address here"):
        read_destination(JWT)
    with pytest.raises(MissingPin, match=r"at 10\.0\.0\.7:8765 too: .* token"):
        read_destination("10.0.0.7")


@pytest.mark.parametrize(
    ("problem", "now", "title"),
    [
        ("unauthorized", 1_700_000_000, "This token opens nothing there"),
        ("unauthorized", 1_700_000_060, "This token has expired"),
        ("noSuchSession", 1_700_000_000, "The session is not there"),
        ("unreachable", 1_700_000_060, "Nobody answers at 10.0.0.7:9000"),
    ],
)
def test_why_a_token_did_not_open_a_session(problem: str, now: float, title: str) -> None:
    status = Status(State.ENDED, problem=problem, message="words")
    assert never_joined(status, read_destination("10.0.0.7:9000", JWT), now).title == title


@pytest.mark.parametrize(
    ("code", "last_words", "end"),
    [
        (-9, "", "was killed (signal 9)."),
        (-15, "", "was told to end (signal 15)."),
        (-11, "", "crashed (signal 11)."),
        (-63, "", "was ended by the system (signal 63)."),
        (0xC0000005, "", "crashed (error 0xc0000005)."),
        (0, "", "has ended."),
        (3, "", "has ended with code 3."),
        (1, "Traceback\nheliograph-relay: no memory.\n", "has ended with code 1: no memory."),
    ],
)
def test_how_a_relay_ended_is_said_in_words(code: int, last_words: str, end: str) -> None:
    assert relay_ended(code, last_words).startswith(f"The relay of this session {end} Nobody")
