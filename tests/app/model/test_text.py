"""Words for a person: names hide nothing, counts and times read as sentences."""

import datetime
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model import text


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Ana", "Ana"),
        ("", "Guest"),
        ("   \t\n ", "Guest"),
        ("  Ana \n  Maria ", "Ana Maria"),
        ("Ana\u3000Maria\u00a0X", "Ana Maria X"),
        ("a\x00b", "a‹U+0000›b"),
        ("a\x1b[31mred", "a‹U+001B›[31mred"),
        ("\x7f", "‹U+007F›"),
        ("\x9b", "‹U+009B›"),
        ("ana\u202egnp.exe", "ana‹U+202E›gnp.exe"),
        ("Ana\u200b", "Ana‹U+200B›"),
        ("\u200b", "‹U+200B›"),
        ("\u3164", "‹U+3164›"),
        ("\u2800\u2800", "‹U+2800›‹U+2800›"),
        ("Ana\U000e0041", "Ana‹U+E0041›"),
        ("A\u200dna", "A‹U+200D›na"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("Ana\ufe0f", "Ana‹U+FE0F›"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("José", "José"),
        ("Zoe\u0301", "Zoe\u0301"),
        ("Z" + "\u0335" * 50, "Z" + "\u0335" * 3),
        ("שרה", "שרה"),
        ("<b>bold</b>", "<b>bold</b>"),
        ("\ud800", "‹U+D800›"),
    ],
)
def test_a_name_hides_nothing(raw: str, shown: str) -> None:
    assert text.display_name(raw) == shown


def test_a_long_name_ends_in_dots() -> None:
    shown = text.display_name("x" * 500)
    assert (len(shown), shown[-1]) == (text.MAX_DISPLAY_CHARACTERS, "…")


@given(st.text(st.characters(), max_size=80))
def test_whatever_comes_is_one_visible_line(raw: str) -> None:
    shown = text.display_name(raw)
    assert shown
    assert len(shown) <= text.MAX_DISPLAY_CHARACTERS
    allowed = "\u200c\u200d"
    assert not [
        c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and c not in allowed
    ]
    assert "  " not in shown
    shown.encode()


@given(st.text(st.characters(codec="ascii", categories=["L", "N", "P"]), min_size=1, max_size=60))
def test_plain_names_stay_as_they_are(raw: str) -> None:
    assert text.display_name(raw) == raw


def test_kept_characters_stay_in_long_text() -> None:
    assert text.reveal("a\nb\tc\x07", keep="\n\t") == "a\nb\tc‹U+0007›"


def test_a_preview_is_one_short_line() -> None:
    assert text.one_line("first\nsecond  third") == "first second third"
    assert text.one_line("word " * 100, limit=10) == "word word…"


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0), "on the relay; nobody else was here"),
        ((0, 0, 1), "on the relay"),
        ((0, 0, 4), "on the relay, delivered to 0 of 4"),
        ((1, 0, 1), "delivered"),
        ((3, 0, 4), "delivered to 3 of 4"),
        ((4, 0, 4), "delivered to all 4"),
        ((3, 2, 4), "read by 2 of 4, delivered to 3"),
        ((2, 2, 4), "read by 2 of 4"),
        ((1, 1, 1), "read"),
        ((4, 4, 4), "read by all 4"),
    ],
)
def test_how_a_message_fared(counts: tuple[int, int, int], words: str) -> None:
    assert text.delivery_words(*counts) == words


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((0, 0, 0, 1), "on the relay; 1 OpenTok client will not tell"),
        ((1, 0, 2, 3), "delivered to 1 of 2; 3 OpenTok clients will not tell"),
        ((1, 1, 1, 2), "read; 2 OpenTok clients will not tell"),
    ],
)
def test_who_tells_nothing_is_said(counts: tuple[int, int, int, int], words: str) -> None:
    assert text.delivery_words(*counts) == words


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ([], ""),
        (["Ana"], "Ana is typing…"),
        (["Ana", "Bo"], "Ana and Bo are typing…"),
        (["Ana", "Bo", "Cy"], "Ana, Bo and Cy are typing…"),
        (["Ana", "Bo", "Cy", "Di", "Ed"], "Ana, Bo and 3 others are typing…"),
    ],
)
def test_who_is_typing(names: list[str], words: str) -> None:
    assert text.typing_words(names) == words


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (None, ""),
        (0.04, "<0.1 ms"),
        (0.44, "0.4 ms"),
        (9.94, "9.9 ms"),
        (9.96, "10 ms"),
        (999.4, "999 ms"),
        (999.6, "1.0 s"),
        (12_340, "12.3 s"),
    ],
)
def test_durations(ms: float | None, words: str) -> None:
    assert text.duration_words(ms) == words


@pytest.mark.parametrize(
    ("ms", "words"), [(-3, "<1 ms"), (0, "<1 ms"), (1, "1 ms"), (9, "9 ms"), (97, "97 ms"), (1_240, "1.2 s")]
)
def test_between_stamps(ms: int, words: str) -> None:
    assert text.stamps_words(ms) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "just now"),
        (0, "just now"),
        (44, "just now"),
        (45, "a minute ago"),
        (60, "1 minute ago"),
        (3_599, "59 minutes ago"),
        (3_600, "1 hour ago"),
        (86_400 * 3, "3 days ago"),
    ],
)
def test_relative_times(seconds: int, words: str) -> None:
    assert text.relative_time(1_000_000, 1_000_000 + seconds * 1000) == words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((2026, 3, 10), "Today"),
        ((2026, 3, 9), "Yesterday"),
        ((2026, 3, 6), "Friday"),
        ((2026, 3, 3), "3 March"),
        ((2025, 12, 31), "31 December 2025"),
        ((2026, 3, 11), "11 March"),
    ],
)
def test_day_separators(day: tuple[int, int, int], words: str) -> None:
    assert text.day_words(datetime.date(*day), datetime.date(2026, 3, 10)) == words


def test_plurals() -> None:
    assert [
        text.plural(1, "person", "people"),
        text.plural(2_000, "person", "people"),
        text.plural(0, "row"),
    ] == [
        "1 person",
        "2,000 people",
        "0 rows",
    ]
