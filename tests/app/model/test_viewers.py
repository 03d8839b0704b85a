"""Viewers show any data, hide nothing, and never fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.viewers import MOST, VIEWERS, fitting


def shown(data: str, name: str) -> str:
    [viewer] = [viewer for viewer in VIEWERS if viewer.name == name]
    text = viewer.show(data)
    assert text is not None
    return text


def test_json_comes_first_where_it_fits() -> None:
    assert [viewer.name for viewer in fitting('{"a": 1}')] == ["JSON", "Text", "Hex"]
    assert [viewer.name for viewer in fitting("hello")] == ["Text", "Hex"]
    assert [viewer.name for viewer in fitting("{broken")] == ["Text", "Hex"]


def test_json_keeps_order_and_keys_that_stand_twice() -> None:
    assert shown('{"b": [1, {}], "b": "é"}', "JSON") == '{\n  "b": [\n    1,\n    {}\n  ],\n  "b": "é"\n}'


@pytest.mark.parametrize("data", ["[" * 5_000 + "]" * 5_000, "[" + "9" * 5_000 + "]", "[1e999, NaN]"])
def test_hostile_json_is_shown_somehow(data: str) -> None:
    assert fitting(data)[-1].name == "Hex"
    assert all((viewer.show(data) or "") for viewer in fitting(data))


def test_json_numbers_stay_as_they_were_written() -> None:
    assert (
        shown("[12345678901234567890.10, 1e400, -0]", "JSON")
        == "[\n  12345678901234567890.10,\n  1e400,\n  -0\n]"
    )


def test_text_hides_nothing() -> None:
    assert shown("a\u202eb\x00\nc", "Text") == "a‹U+202E›b␀\nc"


def test_hex() -> None:
    assert shown("Aé\n" + "x" * 16, "Hex").splitlines() == [
        "000000  41 c3 a9 0a 78 78 78 78 78 78 78 78 78 78 78 78  A···xxxxxxxxxxxx",
        "000010  78 78 78 78                                      xxxx",
    ]


@given(st.text())
def test_any_data_can_be_shown(data: str) -> None:
    for viewer in fitting(data):
        text = viewer.show(data)
        assert text is not None
        assert len(text) <= MOST
