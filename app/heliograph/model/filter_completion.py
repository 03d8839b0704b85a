"""How a filter may go on where the caret is, made from the operators and from what a capture has seen. Pure."""

import re
from collections.abc import Sequence

from msgspec import Struct

from heliograph.model.capture import Capture
from heliograph.model.filter_operators import OPERATORS, Operator

#: Most ways to go on that are offered.
MOST = 12

_LAST = re.compile(r'(?:"(?:[^"]|"")*(?:"|$)|[^\s()"])*$')
_OPENED = re.compile(r"([A-Za-z]+)(:|~|[<>]=?|=)(.*)", re.DOTALL)


class Way(Struct, frozen=True):
    """`text` takes the place of what stands from `begin` to the caret; `words` say what it means."""

    text: str
    words: str
    begin: int


def completions(text: str, caret: int, capture: Capture) -> Sequence[Way]:
    """How the term before the caret may go on; none where it says all already."""
    found = _LAST.search(text[:caret])
    last = found[0] if found else ""
    begin = caret - len(last)
    if last.startswith("-"):
        begin, last = begin + 1, last[1:]
    opened = _OPENED.fullmatch(last)
    if opened is None:
        ways = _operators(last, begin)
    else:
        operator = next((op for op in OPERATORS if op.word == opened[1].lower()), None)
        ways = (
            _values(operator, opened[3], caret - len(opened[3]), capture)
            if operator and opened[2] == ":"
            else []
        )
    return [way for way in ways if way.text.lower() != text[way.begin : caret].lower()][:MOST]


def _operators(begun: str, begin: int) -> list[Way]:
    """Operators that begin so; all of them where nothing is written."""
    if begun.startswith('"'):
        return []
    return [
        Way(f"{op.word}{'>' if op.compares else ':'}", op.help, begin)
        for op in OPERATORS
        if op.word.startswith(begun.lower())
    ]


def _values(operator: Operator, begun: str, begin: int, capture: Capture) -> list[Way]:
    """Values that the capture has, those that begin so before those that have it somewhere."""
    comma = begun.rfind(",") + 1 if operator.word == "kind" else 0
    wanted = begun[comma:].strip('"').lower()
    offered = sorted(
        operator.offer(capture, wanted), key=lambda pair: not pair[0].strip('"').lower().startswith(wanted)
    )
    return [Way(value, words, begin + comma) for value, words in offered]
