"""Signals that are kept to be sent again, and the places in them."""

from heliograph.model.templates import (
    BUILT_IN,
    Draft,
    Template,
    filled,
    has_places,
    taken,
    with_template,
    without_template,
)


def built_in(name: str) -> Template:
    [template] = [template for template in BUILT_IN if template.name == name]
    return template


def test_a_ping_is_neither_type_nor_data() -> None:
    assert taken(built_in("Ping"), {}, "ana") == Draft()


def test_a_read_receipt_is_for_the_selected_row_and_its_sender() -> None:
    draft = taken(built_in("Read receipt"), {"epoch": "e1", "seq": "7"}, "ana")
    assert (draft.to, draft.type) == ("ana", "receipt")
    assert draft.data == '{"state": "read", "epoch": "e1", "ranges": [[7, 7]]}'


def test_what_is_not_known_stays_to_be_written() -> None:
    draft = taken(built_in("Read receipt"), {"epoch": "e1"}, None)
    assert "{{seq}}" in (draft.data or "")
    assert not draft.fills


def test_places_are_filled_when_it_is_sent() -> None:
    draft = taken(built_in("Numbered"), {}, None)
    assert filled(draft, 3, 1_700).data == '{"n": 3, "time": 1700}'


def test_places_that_stand_for_themselves_stay() -> None:
    draft = Draft(data="{{n}} is no number")
    assert filled(draft, 3, 1_700) == draft
    assert filled(Draft(fills=True), 3, 1_700).data is None


def test_only_known_places_are_places() -> None:
    assert has_places("at {{time}}")
    assert not any(has_places(data) for data in (None, "", "{{ n }}", "{n}", "{{name}}"))
    assert filled(Draft(data="{{name}} {{n}}", fills=True), 1, 0).data == "{{name}} 1"


def test_a_template_takes_the_place_of_one_of_its_name() -> None:
    a, b = Template(name="a", type="x"), Template(name="b")
    other = Template(name="a", type="y")
    assert with_template((a, b), other) == (other, b)
    assert with_template((a,), b) == (a, b)
    assert without_template((a, b), "a") == (b,)
    assert without_template((a,), "c") == (a,)
