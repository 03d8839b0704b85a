"""Who is in the session: who is here, who was, and how look-alikes are told apart."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.people import HOST_DATA, People, Person
from heliograph_relay.protocol.model import Connection, Role


def connection(id: str, name: str = "", **members: Any) -> Connection:
    values: dict[str, Any] = {"data": "", "role": Role.PUBLISHER, "created": 0, "client": "heliograph"}
    return Connection(id=id, name=name or id, **{**values, **members})


def joined(*others: Connection, me: str = "me") -> People:
    people = People()
    mine = connection(me)
    people.joined(mine, [*others, mine], resumed=False)
    return people


def person(people: People, id: str) -> Person:
    found = people.get(id)
    assert found is not None
    return found


def ids(people: Iterable[Person]) -> list[str]:
    return [one.id for one in people]


def test_me_first_then_by_order_of_joining() -> None:
    people = joined(connection("late", created=2), connection("early", created=1))
    people.created(connection("later", created=3))
    assert ids(people.present()) == ["me", "early", "late", "later"]
    assert people.others() == ("early", "late", "later")
    assert people.me is not None
    assert people.me.is_me


def test_nobody_before_the_first_join() -> None:
    people = People()
    assert people.me is None
    assert people.present() == []
    assert people.others() == ()


def test_who_left_is_remembered_and_not_here() -> None:
    people = joined(connection("ana", "Ana"))
    people.away("ana")
    assert person(people, "ana").away
    assert people.is_here("ana")
    people.destroyed("ana")
    assert (person(people, "ana").name, person(people, "ana").gone, person(people, "ana").away) == (
        "Ana",
        True,
        False,
    )
    assert not people.is_here("ana")
    assert people.others() == ()


def test_back_is_back() -> None:
    people = joined(connection("ana"))
    people.away("ana")
    people.back("ana")
    assert not person(people, "ana").away


def test_a_resume_keeps_the_list_and_takes_only_who_is_away() -> None:
    people = joined(connection("ana"), connection("bo"))
    people.measured("ana", 3.0)
    # Cy's join and Bo's leave follow as entries; the snapshot already knows of them.
    people.joined(
        connection("me"), [connection("me"), connection("ana", away=True), connection("cy")], resumed=True
    )
    assert ids(people.present()) == ["me", "ana", "bo"]
    assert person(people, "ana").away
    assert person(people, "ana").rtt_ms == 3.0


def test_joining_anew_starts_the_list_anew_and_remembers_my_former_self() -> None:
    people = joined(connection("ana"), me="me-1")
    people.joined(connection("me-2"), [connection("me-2"), connection("bo")], resumed=False)
    assert ids(people.present()) == ["me-2", "bo"]
    assert person(people, "me-1").is_me
    assert person(people, "me-1").gone
    assert person(people, "ana").gone


def test_unknown_people_change_nothing() -> None:
    people = joined()
    people.away("x")
    people.back("x")
    people.destroyed("x")
    people.measured("x", 1.0)
    assert people.get("x") is None
    assert not people.is_here("x")


def test_people_of_the_past_are_known_by_name_and_never_replace_the_present() -> None:
    people = joined(connection("ana", "Ana"))
    people.remember("old", "Old\u202efriend")
    people.remember("ana", "Impostor")
    assert person(people, "old").gone
    assert person(people, "old").name == "Old‹U+202E›friend"
    assert person(people, "ana").name == "Ana"
    assert people.others() == ("ana",)


def test_same_names_differ_by_short_id() -> None:
    people = joined(
        connection("abcd1111", "Ana"), connection("abcd2222", "Ana"), connection("abcd1222", "Ana")
    )
    short = [one.short_id for one in people.present() if one.name == "Ana"]
    assert short == ["abcd", "abcd2", "abcd1"]


def test_a_short_id_never_changes() -> None:
    people = joined(connection("abcd1111"))
    people.destroyed("abcd1111")
    people.created(connection("abcd2222"))
    people.created(connection("abcd1111"))
    assert person(people, "abcd1111").short_id == "abcd"


@given(st.lists(st.uuids(), min_size=2, max_size=60, unique=True))
def test_short_ids_are_distinct(uuids: list[object]) -> None:
    people = joined(*(connection(str(u)) for u in uuids))
    short = [one.short_id for one in people.present()]
    assert len(set(short)) == len(short)


@given(st.text(max_size=40))
def test_any_id_has_a_colour_and_a_short_id(id: str) -> None:
    people = joined(connection(id, "x"))
    assert person(people, id).short_id
    assert 0 <= person(people, id).hue < 12


@pytest.mark.parametrize(
    ("members", "badges"),
    [
        ({}, ()),
        ({"role": Role.MODERATOR}, ("moderator",)),
        ({"role": Role.MODERATOR, "data": HOST_DATA}, ("host",)),
        ({"data": HOST_DATA}, ()),
        ({"role": Role.MODERATOR, "data": "{"}, ("moderator",)),
        ({"role": Role.MODERATOR, "data": "[" * 900}, ("moderator",)),
        ({"role": Role.MODERATOR, "data": '{"host": 1}'}, ("moderator",)),
        ({"role": Role.SUBSCRIBER}, ("listener",)),
        ({"client": "browser"}, ("browser",)),
        ({"client": "opentok", "role": Role.MODERATOR}, ("moderator", "OpenTok")),
        ({"client": "my bot"}, ()),
    ],
)
def test_badges(members: dict[str, Any], badges: tuple[str, ...]) -> None:
    assert person(joined(connection("x", **members)), "x").badges == badges


def test_my_own_badge() -> None:
    assert person(joined(), "me").badges == ("you",)
