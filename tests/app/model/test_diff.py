"""What differs between two signals."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.diff import MOST_CHANGES, Change, How, compare_data, compare_members

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=2), inner, max_size=4),
    max_leaves=12,
)


def test_members_of_the_envelope() -> None:
    before = {"type": "poll", "to": "ana", "from": "ben"}
    assert compare_members(before, {"type": "vote", "from": "ben", "to": None, "seq": "3"}) == [
        Change("type", "poll", "vote"),
        Change("to", "ana", None),
        Change("seq", None, "3"),
    ]


def test_no_data_is_not_empty_data() -> None:
    assert compare_data(None, None) == []
    assert compare_data(None, "") == [Change("data", None, "")]
    assert compare_data("", "") == []


def test_objects_by_key_whatever_their_order() -> None:
    assert compare_data(
        '{"a": 1, "b": {"c": "x", "d": 2}}', '{"b": {"d": 2, "c": "y", "e": []}, "a": 1}'
    ) == [
        Change("$.b.c", '"x"', '"y"'),
        Change("$.b.e", None, "[]"),
    ]


def test_numbers_by_how_they_are_written_and_strings_by_kind() -> None:
    assert compare_data('[1, "2", null]', "[1.0, 2, null]") == [
        Change("$[0]", "1", "1.0"),
        Change("$[1]", '"2"', "2"),
    ]


def test_a_key_that_stands_twice() -> None:
    assert compare_data('{"a": 1, "a": 2}', '{"a": 1, "a": 3}') == [Change("$.a", "2", "3")]


def test_arrays_are_aligned() -> None:
    assert compare_data("[1, 2, 3, 4]", "[0, 1, 2, 4]") == [
        Change("$[0]", None, "0"),
        Change("$[2]", "3", None),
    ]
    assert compare_data('[{"a": 1}, 2]', '[{"a": 5}, 2]') == [Change("$[0].a", "1", "5")]


def test_an_object_that_became_an_array() -> None:
    [change] = compare_data('{"a": {"b": 1}}', '{"a": [1]}')
    assert change == Change("$.a", '{"b": 1}', "[1]")


def test_text_by_line() -> None:
    changes = compare_data("one\ntwo\nthree", "one\n2\nthree\nfour")
    assert changes == [Change("line 2", "two", "2"), Change("line 4", None, "four")]
    assert [change.how for change in changes] == [How.CHANGED, How.ADDED]
    assert compare_data("a\nb", "a")[0].how is How.REMOVED


@given(VALUES, VALUES)
def test_only_what_is_equal_has_no_differences(a: object, b: object) -> None:
    old, new = (json.dumps(value, sort_keys=True) for value in (a, b))
    assert (compare_data(old, new) == []) == (old == new)


@given(VALUES, VALUES)
def test_back_and_forth_differ_in_as_many_places(a: object, b: object) -> None:
    old, new = json.dumps({"x": a}), json.dumps({"x": b})
    there, back = compare_data(old, new), compare_data(new, old)
    assert bool(there) == bool(back)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n".join("01" * 2_000), "\n".join("10" * 2_001)),
        (f"[{','.join('0110' * 1_000)}]", f"[{','.join('1010' * 1_000)}]"),
        ("[" * 400 + "1" + "]" * 400, "[" * 400 + "2" + "]" * 400),
    ],
)
def test_hostile_data_takes_no_time(old: str, new: str) -> None:
    began = time.process_time()
    changes = compare_data(old, new)
    assert 1 <= len(changes) <= MOST_CHANGES
    assert time.process_time() - began < 2
