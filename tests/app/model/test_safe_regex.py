"""Expressions that cannot hang a window: they find what Python's own find, and never take long."""

import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heliograph.model.safe_regex import BadExpression, Regex, TooCostly

LETTERS = st.sampled_from('abAB_1 .-"é')
TEXTS = st.text(LETTERS, max_size=20)

_ATOMS = st.sampled_from(
    [
        "a",
        "b",
        "A",
        ".",
        r"\d",
        r"\w",
        r"\s",
        r"\W",
        "[ab]",
        "[^a]",
        "[a-b1]",
        r"\.",
        "é",
        r"\b",
        "^",
        r"\Z",
    ]
)


def _grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    repeats = st.sampled_from(["*", "+", "?", "{2}", "{1,3}", "{2,}", "*?", "+?"])
    return st.one_of(
        st.lists(inner, min_size=1, max_size=3).map("".join),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"({'|'.join(parts)})"),
        st.tuples(inner, repeats).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    )


PATTERNS = st.recursive(_ATOMS, _grow, max_leaves=6)


@settings(max_examples=300)
@given(PATTERNS, TEXTS)
def test_finds_what_python_finds(pattern: str, text: str) -> None:
    try:
        regex = Regex(pattern)
    except BadExpression:
        return
    expected = re.search(pattern, text, re.IGNORECASE) is not None
    assert regex.search(text) == expected
    assert Regex(pattern, own=False).search(text) == expected


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(a*)*b", ".*.*.*x", "(x+x+)+y", "(a|aa)+$", "a?" * 30 + "a" * 30]
)
def test_what_hangs_others_takes_no_time_here(pattern: str) -> None:
    regex = Regex(pattern)
    # Python's own needs longer than the universe has for the first of them.
    regex.search("a" * 8_000 + "!")


def test_too_many_ways_are_given_up() -> None:
    regex = Regex("(a|b)*a" + "(a|b)" * 60 + "c")
    chance = random.Random(1)
    text = "".join(chance.choice("ab") for _ in range(8_000))
    with pytest.raises(TooCostly):
        regex.search(text)


@pytest.mark.parametrize(
    ("pattern", "position"),
    [("a(b", 1), ("[z", 0), ("a**", 2), (r"(a)\1", 0), ("(?=a)", 0), ("(?m)^a", 0), ("(?i:a)b", 0),
     ("(a{99}){99}", 0), ("x" * 501, 500)],
)  # fmt: skip
def test_what_is_not_known_is_said(pattern: str, position: int) -> None:
    with pytest.raises(BadExpression) as caught:
        Regex(pattern)
    assert caught.value.position == position
    assert str(caught.value).endswith(".")
