"""Colours of people: different as long as there are different ones, and the same on every screen."""

from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.hues import HUES, Hues
from heliograph.model.people import People
from heliograph_relay.protocol.model import Connection, Role

IDS = st.lists(st.text(max_size=8), unique=True, min_size=1, max_size=40)


def connection(id: str, created: int = 0) -> Connection:
    return Connection(id=id, name="Ana", data="", role=Role.PUBLISHER, created=created, client="heliograph")


@given(IDS)
def test_nobody_has_the_colour_of_somebody_else_until_all_are_used_up(ids: list[str]) -> None:
    hues = Hues()
    given = [hues.come(id) for id in ids]
    for begin in range(0, len(given), HUES):
        part = given[begin : begin + HUES]
        assert len(set(part)) == len(part)
    assert [hues[id] for id in ids] == given == [hues.come(id) for id in ids]


@given(st.lists(st.text(max_size=8), unique=True, min_size=3, max_size=3))
def test_few_people_do_not_look_alike(ids: list[str]) -> None:
    hues = Hues()
    given = sorted(hues.come(id) for id in ids)
    assert min(b - a for a, b in zip(given, [*given[1:], given[0] + HUES], strict=True)) >= 2


@given(IDS, st.data())
def test_everybody_sees_the_same_whenever_they_came(ids: list[str], data: st.DataObject) -> None:
    """The first of all, and one who came later and was told who is here."""
    first, later = People(), People()
    place = data.draw(st.integers(0, len(ids) - 1))
    first.joined(connection(ids[0]), [connection(ids[0])], resumed=False)
    here = [connection(id, created) for created, id in enumerate(ids)]
    for one in here[1:]:
        first.created(one)
    later.joined(here[place], data.draw(st.permutations(here[: place + 1])), resumed=False)
    for one in here[place + 1 :]:
        later.created(one)
    assert {p.id: p.hue for p in first.present()} == {p.id: p.hue for p in later.present()}


def test_a_colour_is_kept_and_is_free_again_for_others() -> None:
    hues = Hues()
    ids = [f"c{number}" for number in range(HUES)]
    given = [hues.come(id) for id in ids]
    hues.left("c4")
    assert hues.come("late") == given[4]
    assert hues["c4"] == given[4]


def test_a_new_life_of_a_session_begins_anew() -> None:
    people = People()
    people.joined(
        connection("me"), [connection("me"), *(connection(f"c{n}") for n in range(11))], resumed=False
    )
    people.joined(
        connection("me2"), [connection("me2"), *(connection(f"d{n}") for n in range(11))], resumed=False
    )
    assert len({person.hue for person in people.present()}) == HUES
    people.destroyed("d3")
    people.created(connection("e"))
    assert len({person.hue for person in people.present()}) == HUES
