"""What the Developers page knows: addresses, tokens, and words that are true."""

import ast
import json
import shlex
from dataclasses import replace

import pytest

from heliograph.model import developer, session_ids
from heliograph.model.developer import Access, Fact, MadeSessions, foreign_words, guest_facts, host_facts
from heliograph.model.developer_snippets import SNIPPETS, Snippet, Tokens, note_on
from heliograph.model.settings import OpenTokReach
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.session_ids import make_session_id
from heliograph_relay.protocol.tokens import BadToken, check_server_token, check_token

KEY, SECRET = "47000001", "0123456789abcdef0123456789abcdef01234567"
SESSION = make_session_id(KEY, created=1_700_000_000_000, random="abc")
ACCESS = Access(
    key=KEY, secret=SECRET, session=SESSION, port=8765, addresses=("192.168.1.5", "fe80::1%eth0", "2001:db8::5"),
    reach="all",
)  # fmt: skip
NOW = 1_700_000_000.0


def test_the_secret_is_in_no_repr() -> None:
    assert SECRET not in repr(ACCESS) + repr(host_facts(ACCESS))


@pytest.mark.parametrize(
    ("reach", "url", "network"),
    [
        ("off", "http://127.0.0.1:8765", ()),
        ("loopback", "http://127.0.0.1:8765", ()),
        ("all", "http://192.168.1.5:8765", ("http://192.168.1.5:8765", "http://[2001:db8::5]:8765")),
    ],
)
def test_addresses_are_those_that_answer(reach: OpenTokReach, url: str, network: tuple[str, ...]) -> None:
    access = replace(ACCESS, reach=reach)
    assert (access.url, access.network_urls) == (url, network)
    named = [fact.value for fact in host_facts(access) if "URL" in fact.name]
    assert named == ([] if reach == "off" else ["http://127.0.0.1:8765", *network])


def test_a_relay_on_no_network_says_so() -> None:
    alone = replace(ACCESS, addresses=("127.0.0.1", "::1"))
    assert alone.url == "http://127.0.0.1:8765"
    assert any("No network was found" in words for words in developer.reach_words(alone))


@pytest.mark.parametrize("reach", list(developer.REACHES))
def test_what_is_said_of_the_reach_leaves_no_blank(reach: OpenTokReach) -> None:
    words = " ".join(developer.reach_words(replace(ACCESS, reach=reach)))
    assert "{" not in words
    assert ("8765" in words) == (reach == "all")


def test_only_the_secret_is_hidden() -> None:
    assert [fact.name for fact in host_facts(ACCESS) if fact.hidden] == ["API secret"]


@pytest.mark.parametrize("role", [role for role, *_ in developer.ROLES])
def test_a_token_for_a_guest_is_what_was_asked_for(role: str) -> None:
    token = developer.guest_token(ACCESS, "s", role=role, data="name=Ana", seconds=60, now=NOW, nonce="n")
    claims = check_token(token, ACCESS.project, NOW + 59)
    assert (claims.session_id, claims.role, claims.data) == ("s", Role(role), "name=Ana")
    with pytest.raises(BadToken, match="expired"):
        check_token(token, ACCESS.project, NOW + 60)


def test_a_server_token_opens_the_rest_api() -> None:
    check_server_token(developer.server_token(ACCESS, now=NOW), ACCESS.project, NOW + 299)


def test_a_session_id_tells_its_key_and_its_age() -> None:
    assert (session_ids.key_in(SESSION), session_ids.made_at(SESSION)) == (KEY, 1_700_000_000_000)
    assert foreign_words(ACCESS) == ""


@pytest.mark.parametrize(
    "id", ["", "x", "1_", "1_%%%", "room", "2_" + "A" * 200, "1_w7w", "lan", "1_fn5-fn5-"]
)
def test_an_id_in_another_form_tells_nothing(id: str) -> None:
    assert session_ids.key_in(id) == ""
    assert session_ids.made_at(id) is None
    assert "not made for this API key" in foreign_words(replace(ACCESS, session=id))


def test_a_guest_knows_the_key_and_no_secret() -> None:
    assert guest_facts(SESSION, "192.168.1.5", 8765) == [
        Fact("Session id", SESSION), Fact("API key", KEY), Fact("API URL", "http://192.168.1.5:8765"),
    ]  # fmt: skip
    assert guest_facts("room", "::1", 1) == [Fact("Session id", "room"), Fact("API URL", "http://[::1]:1")]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (SESSION, True),
        ("a" * 255, True),
        ("a" * 256, False),
        ("", False),
        ("a b", False),
        ("ä", False),
        ("a/b", False),
    ],
)
def test_what_may_be_a_session_id(text: str, good: bool) -> None:
    assert session_ids.is_session_id(text) is good


def test_dots_hide_a_secret_wherever_it_stands() -> None:
    assert developer.masked("a S b S", ["S", ""]) == f"a {'•' * 12} b {'•' * 12}"


def test_no_sessions_are_none() -> None:
    assert (MadeSessions().count, MadeSessions().latest) == (0, ())


# Code


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_code_names_everything_it_needs(snippet: Snippet) -> None:
    code = snippet.code(ACCESS, Tokens(page="PAGE", server="SERVER"))
    assert KEY in code
    assert SESSION in code
    assert ACCESS.url in code
    assert (SECRET in code) == (snippet.name in ("node", "python"))
    assert ("PAGE" in code, "SERVER" in code) == (snippet.name == "page", snippet.name == "shell")


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.name)
def test_code_that_gets_no_answer_says_so(snippet: Snippet) -> None:
    assert note_on(snippet, ACCESS) == snippet.note
    assert "gets no answer" in note_on(snippet, replace(ACCESS, reach="off"))


def test_python_code_is_python_whatever_the_secret() -> None:
    [python] = [s for s in SNIPPETS if s.name == "python"]
    nasty = "a\"b\\c'd é 😀 {x}"
    tree = ast.parse(python.code(replace(ACCESS, secret=nasty), Tokens(page="", server="")))
    assert nasty in [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]


def test_the_rest_call_is_one_command() -> None:
    [shell] = [s for s in SNIPPETS if s.name == "shell"]
    words = shlex.split(shell.code(ACCESS, Tokens(page="", server="T")))
    assert words[:5] == [
        "curl",
        "-i",
        "-X",
        "POST",
        f"{ACCESS.url}/v2/project/{KEY}/session/{SESSION}/signal",
    ]
    assert json.loads(words[-1]) == {"type": "chat", "data": "Hello from the shell"}
