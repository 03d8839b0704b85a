"""Invites and addresses: what is written is read again, and what is broken says what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph_relay.protocol.invite import Address, BadInvite, Invite, parse_address, parse_invite

LINE = Invite(
    addresses=("192.168.1.5", "fe80::1%eth0", "tower.local"),
    port=8765,
    session="Xq3f",
    secret="mJ2k-_9",
    name="Choir, Tuesdays!",
).line()

hosts = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.from_regex(r"[a-zA-Z]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?(\.[a-z]{2,5}){0,2}", fullmatch=True),
    st.just("fe80::1%wlan0"),
    st.just("büro.local"),
)
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
invites = st.builds(
    Invite,
    addresses=st.lists(hosts, min_size=1, max_size=4).map(tuple),
    port=st.integers(1, 65_535),
    session=text.filter(bool),
    secret=text,
    name=text,
)
noise = st.text(st.characters(exclude_characters=":"), max_size=40)


@given(invites)
def test_what_is_written_is_read_again(invite: Invite) -> None:
    assert parse_invite(invite.line()) == invite


@given(invites)
def test_a_line_has_no_space_and_no_character_that_chats_swallow(invite: Invite) -> None:
    assert invite.line().isprintable()
    assert not set(invite.line()) & set(" <>\"'`*|\\^{}")


@given(invites, noise, noise)
def test_noise_around_does_not_matter(invite: Invite, before: str, after: str) -> None:
    assert parse_invite(f"{before}{invite.line()}{after}") == invite


@given(invites, st.data())
def test_line_breaks_and_hidden_characters_inside_do_not_matter(invite: Invite, data: st.DataObject) -> None:
    line = invite.line()
    at = data.draw(st.integers(len("heliograph://"), len(line)))
    padding = data.draw(st.sampled_from(["\n", "\r\n> ", "\u200b", " ", "\u00ad", "<"]))
    assert parse_invite(line[:at] + padding + line[at:]) == invite


@given(invites, st.data())
def test_an_invite_that_was_cut_off_is_never_taken_for_a_whole_one(
    invite: Invite, data: st.DataObject
) -> None:
    line = invite.line()
    with pytest.raises(BadInvite):
        parse_invite(line[: data.draw(st.integers(0, len(line) - 1))])


@given(st.one_of(st.text(), st.text().map("heliograph://".__add__), noise.map((LINE[:40]).__add__)))
def test_any_other_text_is_a_bad_invite_and_nothing_worse(anything: str) -> None:
    for parse in (parse_invite, parse_address):
        try:
            parse(anything)
        except BadInvite as problem:
            assert str(problem)


@pytest.mark.parametrize(
    "around",
    [
        "Join me: {}!",
        "<{}>",
        '"{}"',
        "  {}\n",
        "{}.",
        "Our heliograph: {} (until five)",
        '<a href="{}">come</a>',
        "heliograph://192.168.1.5:8765/broken and again {}",
    ],
)
def test_the_ways_in_which_people_send_it(around: str) -> None:
    assert parse_invite(around.format(LINE)).line() == LINE


def test_programs_that_rewrite_links_do_no_harm() -> None:
    for rewritten in (
        LINE.replace("heliograph://", "Heliograph://"),
        LINE.replace("&", "&amp;"),
        LINE.replace("%3A", ":"),
        LINE.replace("tower.local", "%74ower.local"),
        LINE.replace("name=Choir%2C%20Tuesdays%21", "name=Choir"),
    ):
        assert parse_invite(rewritten).secret == "mJ2k-_9"


def test_keys_of_later_versions_are_ignored_but_guarded() -> None:
    later = "heliograph://a:1/s?cert=ab12&secret=x&sum=c860"
    assert parse_invite(later) == Invite(addresses=("a",), port=1, session="s", secret="x")
    with pytest.raises(BadInvite, match="missing or wrong"):
        parse_invite(later.replace("ab12", "ab13"))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("", "There is no invite"),
        ("192.168.1.5:8765", "There is no invite"),
        ("heliograph://", "address is missing"),
        ("heliograph://:8765/abc", "address is missing"),
        ("heliograph://192.168.1.5", "port is missing"),
        ("heliograph://192.168.1.5:8765", "session is missing"),
        ("heliograph://192.168.1.5:8765/?sum=0000", "session is missing"),
        (LINE[:-1], "end of this invite is missing"),
        (LINE.replace("mJ2k", "mJ3k"), "character is missing or wrong"),
        (LINE.replace("mJ2k", "mJ2"), "character is missing or wrong"),
        (LINE.replace("8765", "99999"), "99999 is no port"),
        (LINE.replace("8765", "http"), "'http' is no port"),
        (LINE.replace("Xq3f", "%ff"), "escapes"),
        ("heliograph://" + "x" * 100_000, "too long"),
    ],
)
def test_a_broken_invite_says_what_is_missing(broken: str, words: str) -> None:
    with pytest.raises(BadInvite, match=words):
        parse_invite(broken)


@pytest.mark.parametrize(
    "part",
    [
        {"addresses": ()},
        {"addresses": ("a",) * 65},
        {"addresses": ("two words",)},
        {"addresses": ("192.168.1.300",)},
        {"addresses": ("fe80::1%a/b",)},
        {"addresses": ("x" * 64,)},
        {"addresses": ("",)},
        {"port": 0},
        {"port": 65_536},
        {"session": ""},
        {"session": "\ud800"},
        {"secret": "\ud800"},
    ],
)
def test_an_invite_that_leads_nowhere_cannot_be_made(part: dict[str, object]) -> None:
    whole = {"addresses": ("a",), "port": 1, "session": "s", "secret": ""}
    with pytest.raises(BadInvite):
        Invite(**(whole | part))  # type: ignore[arg-type]


def test_a_secret_is_not_shown_in_logs() -> None:
    assert "mJ2k" not in repr(parse_invite(LINE))


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("192.168.1.5:8765", Address(host="192.168.1.5")),
        ("192.168.1.5", Address(host="192.168.1.5")),
        (" <tower.local:9000>\n", Address(host="tower.local", port=9000)),
        ("[::1]:8765", Address(host="::1")),
        ("[::1]", Address(host="::1")),
        ("::1", Address(host="::1")),
        ("[fe80::1%25eth0]:9", Address(host="fe80::1%eth0", port=9)),
        ("host:80/choir", Address(host="host", port=80, session="choir")),
        ("host/choir", Address(host="host", session="choir")),
        ("ws://host:80/session/choir", Address(host="host", port=80, session="choir")),
        ("ws://host:80/session/a%2Fb?x=1", Address(host="host", port=80, session="a/b")),
        ("http://host:80/", Address(host="host", port=80)),
    ],
)
def test_an_address_as_people_type_it(typed: str, address: Address) -> None:
    assert parse_address(typed) == address


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "names no host"),
        ("ws://", "names no host"),
        ("https://host", "not with https"),
        ("host:x", "'x' is no port"),
        ("host:0", "0 is no port"),
        (":8765", "address is missing"),
        ("999.1.1.1", "neither an IP address nor"),
        ("what is this?", "neither"),
        ("-x", "neither"),
        ("host/%ff", "escapes"),
    ],
)
def test_a_wrong_address_says_what_is_wrong(typed: str, words: str) -> None:
    with pytest.raises(BadInvite, match=words):
        parse_address(typed)


def test_an_address_is_written_as_it_is_typed() -> None:
    assert str(Address(host="::1", port=9)) == "[::1]:9"
    assert str(Address(host="tower.local")) == "tower.local:8765"
