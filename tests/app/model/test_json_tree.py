"""JSON as a tree keeps what was written, says where it is broken, and bears anything."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.json_tree import MAX_DEPTH, MAX_NODES, BadJson, Node, read, walk, write

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def at(text: str, *steps: int) -> Node:
    """The node that one comes to by these places."""
    node = read(text)
    for step in steps:
        node = node.children[step]
    return node


@given(VALUES)
def test_what_is_read_is_written_again(value: object) -> None:
    for indent in (True, False):
        assert json.loads(write(read(json.dumps(value)), indent=indent)) == value


def test_order_double_keys_and_digits_stay() -> None:
    text = '{"b": 12345678901234567890.10, "a": [-0, 1e400, 1E+2], "b": {}}'
    assert write(read(text), indent=False) == text


def test_it_is_laid_out_with_two_spaces_a_level() -> None:
    assert write(read('{"a":[1,{}],"é":""}')) == '{\n  "a": [\n    1,\n    {}\n  ],\n  "é": ""\n}'


def test_a_string_reads_without_quotes_and_a_key_by_its_name() -> None:
    node = at('{"a\\"": "x\\n\\u00e9"}', 0)
    assert (node.kind, node.key, node.text) == ("string", 'a"', "x\né")


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ((), "$"),
        ((0,), "$.sender"),
        ((0, 0), "$.sender['first name']"),
        ((0, 0, 1), "$.sender['first name'][1]"),
        ((0, 1), "$.sender['it\\'s \"']"),
        ((0, 2), "$.sender['']"),
    ],
)
def test_paths(steps: tuple[int, ...], path: str) -> None:
    assert at('{"sender": {"first name": [0, 1], "it\'s \\"": 1, "": 2}}', *steps).path == path


def test_what_is_broken_is_told_with_its_place() -> None:
    with pytest.raises(BadJson) as caught:
        read('{"a": 1,\n  b: 2}')
    assert (caught.value.line, caught.value.column) == (2, 3)
    assert str(caught.value).startswith("line 2, column 3: expecting property name")


@pytest.mark.parametrize("text", ["", "NaN", "[Infinity]", "[1,]", "{'a': 1}", "01", '"\t"', "[1] 2"])
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(BadJson):
        read(text)


def test_depth_is_bounded_whatever_python_bears() -> None:
    deep = read("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH)
    assert sum(1 for _ in walk(deep)) == MAX_DEPTH + 1
    for more in (1, 20_000):
        with pytest.raises(BadJson, match="deep"):
            read("[" * (MAX_DEPTH + more) + "1" + "]" * (MAX_DEPTH + more))


def test_a_huge_document_is_cut_and_says_by_how_much() -> None:
    root = read(json.dumps(list(range(MAX_NODES + 7))))
    assert (len(root.children), root.more) == (MAX_NODES, 7)


def test_walking_goes_in_reading_order() -> None:
    assert [node.text for node in walk(read("[1, [2, 3], 4]")) if not node.is_container] == [
        "1",
        "2",
        "3",
        "4",
    ]
