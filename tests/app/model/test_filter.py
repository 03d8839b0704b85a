"""The inspector's filter against tables and a naive reading of rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.filter import OPERATORS, BadFilter, compile_filter, completions
from heliograph_relay.protocol.model import Connection, Role, SignalEntry


def capture() -> Capture:
    people = [
        Connection(id=id, name=name, data="", role=Role.PUBLISHER, created=0, client="heliograph")
        for id, name in (("c1", "Ana"), ("c2", "Ben"), ("c3", "Anabel"))
    ]
    found = Capture()
    found.joined(people[0], people, recovered=None, wall=0)
    for seq, (sender, to, type, data) in enumerate(
        [
            ("c1", None, "chat", "Good morning"),
            ("c2", "c1", "chat", "secret plan"),
            ("c2", None, None, None),
            (None, None, "score", '{"goals": 7}'),
            ("c3", None, "receipt", "{}"),
        ],
        2,
    ):
        found.signal(SignalEntry(seq=seq, at=seq, sender=sender, to=to, type=type, data=data), "c1")
    return found


ROWS = capture()


def numbers(text: str) -> list[int]:
    predicate = compile_filter(text, ROWS)
    return [row.number for row in ROWS if predicate is None or predicate(row)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6]),
        ("morning", [2]),
        ("MORNING", [2]),
        ("ben", [3, 4]),
        ('"secret plan"', [3]),
        ("plan secret", [3]),
        ("-kind:chat", [1, 4, 5, 6]),
        ("not kind:chat and not kind:join", [4, 5, 6]),
        ("type:chat", [2, 3]),
        ("type:", [1, 4]),
        ("from:ana", [1, 2, 6]),
        ("from:me", [2]),
        ("from:server", [5]),
        ("from:c3", [6]),
        ("to:me", [3]),
        ("to:all kind:chat", [2]),
        ("to:ana", [3]),
        ("kind:ping,receipt", [4, 6]),
        ("data:goals", [5]),
        ("server", [5]),
        ('type:chat data:"plan"', [3]),
    ],
)
def test_what_passes(text: str, expected: list[int]) -> None:
    assert numbers(text) == expected


@pytest.mark.parametrize(
    ("text", "words", "position"),
    [
        ('chat "open', "not closed", 5),
        ("ok nosuch:1", "no operator nosuch", 3),
        ("kind:chats", "no kind", 0),
        ("a -kind:", "no kind", 2),
    ],
)
def test_errors_say_what_and_where(text: str, words: str, position: int) -> None:
    with pytest.raises(BadFilter, match=words) as caught:
        compile_filter(text, ROWS)
    assert caught.value.position == position


@given(st.text(alphabet='ab:"- kindtype', max_size=30))
def test_any_text_is_a_filter_or_a_clear_error(text: str) -> None:
    try:
        predicate = compile_filter(text, ROWS)
    except BadFilter as bad:
        assert 0 <= bad.position <= len(text)
        assert str(bad)
    else:
        assert predicate is None or [predicate(row) for row in ROWS]


@given(
    st.lists(st.sampled_from(["morning", "ana", "kind:chat", "type:chat", "from:me"]), max_size=4), st.data()
)
def test_terms_all_hold(terms: list[str], data: st.DataObject) -> None:
    negated = [data.draw(st.booleans()) for _ in terms]
    text = " ".join(f"-{term}" if turned else term for term, turned in zip(terms, negated, strict=True))

    def naive(row: Row) -> bool:
        return all(
            (row.number in numbers(term)) != turned for term, turned in zip(terms, negated, strict=True)
        )

    assert numbers(text) == [row.number for row in ROWS if naive(row)]


def test_completion_comes_from_the_operators() -> None:
    assert completions("t") == ["type:", "to:"]
    assert completions("chat kind:re") == ["kind:receipt", "kind:recovery", "kind:rejected"]
    assert completions("") == []
    assert {op.word for op in OPERATORS} == {"type", "data", "from", "to", "kind"}
    assert all(op.help for op in OPERATORS)
    assert len(Kind) == 15
