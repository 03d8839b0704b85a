"""The question before a hosted session ends."""

import pytest

from heliograph.model.parting import parting_question

SERVERS = "to sessions that servers have made at this relay"


@pytest.mark.parametrize(
    ("names", "elsewhere", "title", "words"),
    [
        (["Ana"], 0, "1 person?", "Ana is still here and will be cut off."),
        (["Ana", "Bo"], 0, "2 people?", "Ana and Bo are still here and will be cut off."),
        ([], 1, "1 person?", f"1 connection {SERVERS} ends with it."),
        ([], 2, "2 people?", f"2 connections {SERVERS} end with it."),
        (
            ["Ana"],
            2,
            "3 people?",
            f"Ana is still here and will be cut off, and 2 connections {SERVERS} end with it.",
        ),
    ],
)
def test_everybody_counts(names: list[str], elsewhere: int, title: str, words: str) -> None:
    assert parting_question(names, elsewhere) == (f"End the session for {title}", words)
