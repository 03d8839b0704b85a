"""Text from others is data: links are found, nothing is interpreted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6 import QtCore, QtWidgets

from heliograph.ui import theme
from heliograph.ui.chat.text import LaidText, find_links, is_emoji_only


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://example.org/a?b=1#c.", ["https://example.org/a?b=1#c"]),
        ("(http://example.org/x_(y))", ["http://example.org/x_(y)"]),
        ("HTTPS://EXAMPLE.ORG and http://b.example", ["HTTPS://EXAMPLE.ORG", "http://b.example"]),
        ("javascript:alert(1) file:///etc/passwd ftp://example.org", []),
        ("https:// http://", []),
        ('<a href="https://example.org">x</a>', ["https://example.org"]),
    ],
)
def test_links(text: str, urls: list[str]) -> None:
    found = find_links(text)
    assert [link.url for link in found] == urls
    assert [text[link.start : link.end] for link in found] == urls


@pytest.mark.parametrize(
    ("text", "expected"),
    [("👍", True), ("👍🏽 🎉", True), ("👩‍👩‍👧‍👦", True), ("❤️", True), ("", False), (" ", False), ("a👍", False),
     ("👍👍👍👍👍", False), (":)", False), ("12", False), ("日本", False), ("\u200d", False)],
)  # fmt: skip
def test_a_few_emoji_alone_are_shown_large(text: str, expected: bool) -> None:
    assert is_emoji_only(text) is expected


@pytest.mark.usefixtures("qapp")
@given(st.text(max_size=300), st.integers(40, 600))
def test_any_text_can_be_laid_out(text: str, width: int) -> None:
    laid = LaidText(text, theme.font(), width)
    assert laid.height >= 0
    assert laid.width <= width + 2 or len(text) <= 2
    start, end = laid.word_at(min(1, len(laid.shown)))
    assert 0 <= start <= end <= len(laid.shown)


def test_direction_comes_from_the_first_strong_character(qapp: QtWidgets.QApplication) -> None:
    assert LaidText("12 مرحبا hello", theme.font(), 300).is_right_to_left
    assert not LaidText("12 hello مرحبا", theme.font(), 300).is_right_to_left


@pytest.mark.usefixtures("qapp")
@given(st.text(alphabet="ab \U0001f44b\U0001f3fd\u05d0", max_size=30))
def test_a_link_is_where_it_stands_whatever_is_before_it(before: str) -> None:
    laid = LaidText(f"{before} https://example.org", theme.font(), 4_000)
    [link] = laid.links
    assert laid.shown[link.start : link.end] == "https://example.org"
    middle = laid.height / 2
    under = [laid.link_at(QtCore.QPointF(x, middle)) for x in range(0, int(laid.width) + 2, 3)]
    assert "https://example.org" in under
    # The nearest place to each point is a whole character of what is shown.
    for x in range(0, int(laid.width) + 2, 7):
        assert 0 <= laid.index_at(QtCore.QPointF(x, middle)) <= len(laid.shown)


@pytest.mark.usefixtures("qapp")
def test_the_end_of_a_text_with_emoji_is_its_end() -> None:
    laid = LaidText("\U0001f44b\U0001f44b x", theme.font(), 4_000)
    assert laid.index_at(QtCore.QPointF(10_000, 2)) == len(laid.shown) == 4
    assert laid.word_at(3) == (3, 4)
