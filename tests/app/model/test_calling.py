"""How a connection is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.calling import called, skeleton
from heliograph_relay.protocol.model import Connection, Role


def page(data: str, name: str = "") -> Connection:
    return Connection(id="p", name=name, data=data, role=Role.PUBLISHER, created=1, client="opentok")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("", ""),
        ("  ", ""),
        ("Ana", "Ana"),
        (" Ana Lima\n", "Ana Lima"),
        ('"Ana"', "Ana"),
        ('{"name": "Ana"}', "Ana"),
        ('{"username": "ana", "level": 4}', "ana"),
        ('{"alias": "Ana"}', "Ana"),
        ('{"displayName": "Ana"}', "Ana"),
        ('{"alias": "A", "name": "Ana"}', "Ana"),
        ('{"name": " ", "alias": "Ana"}', "Ana"),
        ('{"user": {"id": 5, "name": "Ana"}}', "Ana"),
        ('{"name": 5}', ""),
        ('{"id": 5}', ""),
        ('{"host": true}', ""),
        ("[1, 2]", ""),
        ("{ broken", ""),
        ("<user/>", ""),
        ("username=Bob,userLevel=4", "Bob"),
        ("userLevel=4; name=Bob B", "Bob B"),
        ("id=4&userName=Bob", "Bob"),
        ("12345", "12345"),
        ("[" * 1_000, ""),
        (r'{"name": "\ud83dAna"}', "\ufffdAna"),
        (r'"\ud83d"', "\ufffd"),
    ],
)
def test_what_the_connection_data_calls_somebody(data: str, name: str) -> None:
    assert called(page(data)) == name


def test_a_name_that_was_given_counts_more() -> None:
    assert called(page('{"name": "Ana"}', "Ben")) == "Ben"


@given(st.text(max_size=200))
def test_any_data_is_read_without_harm(data: str) -> None:
    called(page(data)).encode()


@pytest.mark.parametrize("name", ["ana", "ANA", "А\u043da", "Ána", "A n a", "a\u200bna", "𝐀𝐧𝐚"])
def test_names_that_look_alike(name: str) -> None:
    alike = skeleton(name.replace("\u043d", "n")) == skeleton("Ana")
    assert alike
    assert skeleton("Anna") != skeleton("Ana")


def test_names_without_letters_differ_too() -> None:
    assert skeleton("🙂") != skeleton("🙃")
