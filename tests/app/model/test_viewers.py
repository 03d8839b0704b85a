"""Viewers show any data, hide nothing, and never fail."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.json_tree import Node, write
from heliograph.model.viewers import MOST, fitting


def names(data: str, type: str | None = None) -> list[str]:
    return [viewer.name for viewer, _ in fitting(type, data)]


def shown(data: str, name: str, type: str | None = None) -> str:
    [found] = [shown for viewer, shown in fitting(type, data) if viewer.name == name]
    return write(found) if isinstance(found, Node) else found


def test_json_comes_first_where_it_fits() -> None:
    assert names('{"a": 1}') == ["JSON", "Text", "Hex"]
    assert names("hello") == ["Text", "Hex"]
    assert names("{broken") == ["Text", "Hex"]
    assert names("7") == ["Text", "Hex"]
    assert names("") == ["Text", "Hex"]


@pytest.mark.parametrize("data", ["[" * 5_000 + "]" * 5_000, "[" + "9" * 5_000 + "]", "[1e999, NaN]"])
def test_hostile_json_is_shown_somehow(data: str) -> None:
    assert names(data)[-1] == "Hex"
    assert all(shown(data, name) for name in names(data))


def test_text_hides_nothing() -> None:
    assert shown("a\u202eb\x00\nc", "Text") == "a‹U+202E›b‹U+0000›\nc"


def test_hex() -> None:
    assert shown("Aé\n" + "x" * 16, "Hex").splitlines() == [
        "000000  41 c3 a9 0a 78 78 78 78 78 78 78 78 78 78 78 78  A···xxxxxxxxxxxx",
        "000010  78 78 78 78                                      xxxx",
    ]


def test_a_receipt_in_words() -> None:
    data = '{"state":"read","epoch":"e\u202e","ranges":[[12,15],[17,17]]}'
    assert names(data, "receipt")[0] == "Words"
    one = '{"state": "read", "epoch": "e", "ranges": [[12, 12]]}'
    assert shown(one, "Words", "receipt") == "read 12\n\n1 signal, by its seq\nepoch e"
    assert shown(data, "Words", "receipt") == "read 12–15, 17\n\n5 signals, by their seq\nepoch e‹U+202E›"
    assert "Words" not in names(data, "poll")
    assert "Words" not in names('{"state":"seen"}', "receipt")


def test_a_receipt_of_many_ranges_is_cut() -> None:
    ranges = ",".join(f"[{n},{n}]" for n in range(2, 700, 2))
    words = shown(f'{{"state":"delivered","epoch":"e","ranges":[{ranges}]}}', "Words", "receipt")
    assert "402" not in words
    assert "400 and 149 more ranges" in words


def test_typing_in_words() -> None:
    assert [shown(data, "Words", "typing") for data in "10"] == ["is typing", "no longer types"]
    assert names("2", "typing")[0] == "Text"


def test_a_line_of_the_chat_widget() -> None:
    data = '{"text": "Hi\\nyou", "sender": {"id": "x", "alias": "Ann"}, "sentOn": 1700000000000}'
    assert shown(data, "Words", "text-chat").startswith("Ann: Hi\nyou\n\nsent on 1700000000000")
    assert shown('{"text": "Hi"}', "Words", "text-chat") == "somebody: Hi"
    assert names('{"said": "Hi"}', "text-chat")[0] == "JSON"


def test_json_that_was_encoded_twice() -> None:
    data = json.dumps(json.dumps({"a": [1]}))
    assert names(data) == ["JSON inside", "Text", "Hex"]
    assert shown(data, "JSON inside") == '{\n  "a": [\n    1\n  ]\n}'
    for other in ('"just a string"', '"{broken"', '"unfinished'):
        assert names(other) == ["Text", "Hex"]


def test_text_in_base_64() -> None:
    data = base64.b64encode("Grüße aus Köln\n".encode()).decode()
    assert shown(data, "Base 64") == "Grüße aus Köln\n"
    for other in ("word", "a" * 20, "Internationalization", base64.b64encode(b"\0" * 20).decode()):
        assert "Base 64" not in names(other), other


@given(st.text(), st.sampled_from(["receipt", "typing", "text-chat", "x", None]))
def test_any_data_can_be_shown(data: str, type: str | None) -> None:
    found = fitting(type, data)
    assert found[-1][0].name == "Hex"
    assert all(len(shown) <= MOST for _, shown in found if isinstance(shown, str))
