"""A sequence diagram as text: what others say stays text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.views.mermaid import MOST_CHARACTERS, MOST_ROWS, mermaid, safe
from tests.app.model.views.recorded import Recorded

LINE = re.compile(
    r"sequenceDiagram"
    r"|    participant (p\d+|all) as [^:;#%<>{}\n]*(#\d+;[^:;#%<>{}\n]*)*"
    r"|    (p\d+|all)(->>|-\)|-->>|--\)|-x)(p\d+|all): [^:;#%<>{}\n]*(#\d+;[^:;#%<>{}\n]*)*"
    r"|    Note over (p\d+|all): [^:;#%<>{}\n]*(#\d+;[^:;#%<>{}\n]*)*"
)


def text_of(recorded: Recorded, said: str = "") -> str:
    return mermaid(recorded.capture, recorded.capture.rows, ["me", "ana", "ben"], said)


def test_arrows_by_kind() -> None:
    recorded = Recorded("ana")
    mine = recorded.signal("me", data="hello")
    recorded.receipt("ana", mine)
    recorded.signal("me", None, None, "ana")
    recorded.signal("ana", "typing", "1")
    recorded.signal(None, "news", "rain")
    recorded.capture.refused("r", "413 too large", "me", recorded.at)
    recorded.leaves("ana")
    lines = text_of(recorded).splitlines()
    assert lines[0] == "sequenceDiagram"
    short = recorded.capture.person_short_id("ana")
    assert f"    participant p2 as Ana ({short})" in lines
    assert [line.strip() for line in lines[-8:]] == [
        "Note over p1: You joined.",
        "p1->>all: hello",
        f"p2-->>p1: delivered {mine.seq}",
        "p1-)p2: ping",
        "p2--)all: typing…",
        "p5->>all: news rain",
        "p1-xall: not relayed#58; 413 too large",
        "Note over p2: left",
    ]


@pytest.mark.parametrize(
    "evil",
    [
        "a;b", "end", "%% a comment", "a: b", "#quot;", "<img src=x>", "wrap: x", "x\nparticipant p9", "\u202e",
        "```", "`x`", '"', "{}", "",
    ],
)  # fmt: skip
def test_what_could_mean_something_is_written_as_its_number(evil: str) -> None:
    recorded = Recorded()
    recorded.joins("ana", evil)
    recorded.signal("ana", "type", evil)
    for line in text_of(recorded).splitlines():
        assert LINE.fullmatch(line), line


@given(st.text(max_size=200))
def test_no_text_breaks_out(text: str) -> None:
    recorded = Recorded("ana")
    recorded.signal("ana", text or None, text)
    for line in text_of(recorded).split("\n")[:-1]:
        assert LINE.fullmatch(line), line


def test_letters_of_all_scripts_stay() -> None:
    assert safe("Дмитрий 東京 naïve") == "Дмитрий 東京 naïve"


def test_too_much_leaves_out_the_oldest_and_says_so() -> None:
    recorded = Recorded("ana")
    for number in range(MOST_ROWS + 20):
        recorded.signal("ana", data=f"n{number}")
    text = text_of(recorded, "Rows 1 to 9 of 10.")
    assert f"n{MOST_ROWS + 19}\n" in text
    assert "n5\n" not in text
    assert "Rows 1 to 9 of 10. The first 21 of these 521 are left out." in text


def test_it_never_grows_past_what_mermaid_reads() -> None:
    recorded = Recorded("ana")
    for _ in range(MOST_ROWS):
        recorded.signal("ana", data="{" * 200)
    text = text_of(recorded)
    assert len(text) <= MOST_CHARACTERS
    assert "are left out" in text


def test_nothing_is_a_diagram_too() -> None:
    recorded = Recorded()
    assert mermaid(recorded.capture, [], []) == "sequenceDiagram\n"
