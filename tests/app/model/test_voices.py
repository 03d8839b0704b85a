"""In which dialect a line goes: everybody reads it, and nobody reads it twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.dialects import CHAT, TEXT_CHAT, Author, Dialect
from heliograph.model.voices import MOST_GUESSED, Voices, Way

ANA = Author("ana", "Ana")


def heard(**spoken: Dialect) -> Voices:
    voices = Voices()
    for page, dialect in spoken.items():
        voices.heard(page, dialect)
    return voices


@pytest.mark.parametrize(
    ("voices", "pages", "way"),
    [
        (heard(), (), Way(CHAT)),
        (heard(p=TEXT_CHAT), (), Way(CHAT)),
        (heard(p=TEXT_CHAT), ("p",), Way(TEXT_CHAT)),
        (heard(p=TEXT_CHAT), ("p", "silent"), Way(TEXT_CHAT)),
        (heard(gone=TEXT_CHAT), ("silent",), Way(TEXT_CHAT)),
        (heard(gone=TEXT_CHAT, p=Dialect.MSG), ("p", "silent"), Way(Dialect.MSG)),
        (heard(p=TEXT_CHAT, q=CHAT), ("p", "q"), Way(TEXT_CHAT, (("q", CHAT),))),
        (
            heard(p=TEXT_CHAT, q=CHAT, r=CHAT, s=Dialect.MSG),
            ("p", "q", "r", "s", "silent"),
            Way(CHAT, (("p", TEXT_CHAT), ("s", Dialect.MSG))),
        ),
        (heard(), ("a", "b"), Way(CHAT, (("a", TEXT_CHAT), ("b", TEXT_CHAT)))),
    ],
)
def test_ways(voices: Voices, pages: tuple[str, ...], way: Way) -> None:
    assert voices.way_to(pages) == way


def test_the_last_word_counts() -> None:
    voices = heard(p=TEXT_CHAT)
    voices.heard("p", Dialect.MSG)
    assert voices.way_to(("p",)) == Way(Dialect.MSG)


def test_the_past_teaches_in_any_order_and_never_contradicts_what_is_heard() -> None:
    voices = Voices()
    voices.remembered("p", Dialect.MSG, 5)
    voices.remembered("p", TEXT_CHAT, 9)
    voices.remembered("p", Dialect.MESSAGE, 2)
    voices.remembered("q", CHAT, 7)
    assert voices.way_to(("p",)) == Way(TEXT_CHAT)
    assert voices.way_to(("new",)) == Way(TEXT_CHAT)
    voices.heard("p", CHAT)
    voices.remembered("p", Dialect.MSG, 99)
    assert voices.way_to(("p",)) == voices.way_to(("new",)) == Way(CHAT)


def test_who_would_not_see_what_is_said_in_a_chosen_one() -> None:
    voices = heard(p=TEXT_CHAT, q=CHAT)
    assert voices.deaf_to(CHAT, ("p", "q", "silent")) == ("p",)
    assert voices.deaf_to(TEXT_CHAT, ("silent",)) == ()


def test_a_crowd_of_which_nothing_is_known_is_spoken_to_once() -> None:
    crowd = tuple(str(n) for n in range(MOST_GUESSED + 1))
    assert heard().way_to(crowd) == Way(TEXT_CHAT)


def test_however_many_speak_otherwise_each_gets_a_copy() -> None:
    many = [f"p{n}" for n in range(3 * MOST_GUESSED)]
    few = [f"q{n}" for n in range(2 * MOST_GUESSED)]
    voices = heard(**dict.fromkeys(many, TEXT_CHAT), **dict.fromkeys(few, Dialect.MSG))
    way = voices.way_to((*many, *few, "silent"))
    assert way == Way(TEXT_CHAT, tuple((page, Dialect.MSG) for page in few))


dialects = st.sampled_from(list(Dialect))


@given(st.dictionaries(st.integers(0, 20).map(str), dialects), st.sets(st.integers(0, 20).map(str)))
def test_everybody_reads_a_line_exactly_once(spoken: dict[str, Dialect], pages: set[str]) -> None:
    way = heard(**spoken).way_to(tuple(sorted(pages)))
    for page in pages & set(spoken):
        signals = [way.dialect, *(dialect for to, dialect in way.copies if to == page)]
        assert signals.count(spoken[page]) == 1
    assert {to for to, _ in way.copies} <= pages


def test_a_line_is_as_large_as_its_largest_signal() -> None:
    assert Way(CHAT).size("é", ANA) == 2
    wide = Way(CHAT, (("p", TEXT_CHAT),)).size("é", ANA)
    assert (
        wide
        == Way(TEXT_CHAT).size("é", ANA)
        == len('{"text":"","sender":{"id":"ana","alias":"Ana"},"sentOn":1234567890123}') + 2
    )
    assert Way(TEXT_CHAT).size('"\n', ANA) == wide + 2
