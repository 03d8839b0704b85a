"""The inspector's filter against tables and a naive reading of rows."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.filter import OPERATORS, BadFilter, compile_filter
from heliograph.model.filter_code import Memo
from heliograph.model.filter_completion import completions
from heliograph.model.filter_operators import RELATIONS, person_value
from heliograph.model.filter_states import STATES
from heliograph.model.filter_syntax import parse, quoted
from heliograph_relay.protocol.model import Connection, CreatedEntry, Role, SignalEntry
from tests.app.model.naive_filter import naive


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
    found.receipt("c2", "read", [2], 9)
    found.marks.update({3, 5})
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
        ('type:""', [1, 4]),
        ("type:", [1, 2, 3, 4, 5, 6]),
        ("kind:chat -is:", [2, 3]),
        ("kind:chat size>", [2, 3]),
        ('data:"" from:ben', [3]),
        ('data:"~"', []),
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
        ("kind:ping or kind:receipt", [4, 6]),
        ("from:ben kind:ping or from:server", [4, 5]),
        ("from:ben (kind:ping or data:plan)", [3, 4]),
        ("-(from:ben or from:ana) kind:signal or data:nowhere", [5]),
        ("NOT kind:chat AND NOT (kind:join OR kind:ping)", [5, 6]),
        ("size>13", [2, 3, 5]),
        ("size<=0", [4]),
        ("size:>=15 -size:16", [3, 5]),
        ("size=17", [5]),
        ("size<1k size>0b", [2, 3, 5, 6]),
        ("age<2ms", [5, 6]),
        ("age>=4ms kind:chat", [2]),
        ("age>0.001", [1, 2, 3, 4]),
        ('data~"go.[dl]"', [2, 5]),
        ('data~"goals"": \\d"', [5]),
        ("data~^good", [2]),
        ("-data~. kind:ping", [4]),
        ('type~"^(chat|score)$"', [2, 3, 5]),
        ("direction:out", [2]),
        ("direction:local", [1]),
        ("seq>=3 seq<5", [3, 4]),
        ("seq:6", [6]),
        ("is:unread", [2]),
        ("is:read", []),
        ("is:undelivered", [2]),
        ("is:private", [3]),
        ("is:server", [5]),
        ("is:marked", [3, 5]),
        ('from:"Ana c1"', [1, 2]),
        ('to:"ana C1"', [3]),
        ("https://example.org", []),
        ("goals)", []),
        ("(f(x) or morning)", [2]),
        ("kind:chat or", [2, 3]),
        ("kind:chat and not", [2, 3]),
        ("()", [1, 2, 3, 4, 5, 6]),
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
        ("a is:gone", "nothing that is", 2),
        ("direction:up", "no direction", 0),
        ('a data~"(b"', "Missing \\)", 7),
        ("a (data~[z or c)", "Unterminated", 8),
        ("seq>x", "not a number", 0),
        ("a -kind: b", "Nothing stands after -kind:", 2),
        ("(type:)", "Nothing stands after type:", 1),
        ('kind:""', "no kind", 0),
        ("a (b or (c d)", "bracket is not closed", 2),
        ("or b", "before this or", 0),
        ("(or b)", "before this or", 1),
        ("b size>big", "not a size", 2),
        ("age<1y", "not an age", 0),
        ('size>""', "not a size", 0),
        ("(" * 20 + "a" + ")" * 20, "more than 15 brackets", 15),
        ("a " * 101, "100 terms", 0),
    ],
)
def test_errors_say_what_and_where(text: str, words: str, position: int) -> None:
    with pytest.raises(BadFilter, match=words) as caught:
        compile_filter(text, ROWS)
    assert caught.value.faults[0].position == position


def test_all_that_is_wrong_is_said_by_where_it_stands() -> None:
    with pytest.raises(BadFilter) as caught:
        compile_filter("type:score size>x bogus:1 or or (", ROWS)
    assert caught.value.places == [(11, 17), (18, 25), (29, 31), (32, 33)]
    lines = str(caught.value).splitlines()
    assert [line.partition(":")[0] for line in lines] == ["At 12", "At 19", "At 30", "At 33"]
    assert lines[1].startswith("At 19: There is no operator bogus:")
    with pytest.raises(BadFilter, match=r"and 2 more\.$"):
        compile_filter(" ".join(f"bogus{n}:1".replace("0", "o") for n in "abcdef"), ROWS)


@given(st.text(alphabet='ab:~<"- ()kindtypeas', max_size=30))
def test_any_text_is_a_filter_or_a_clear_error(text: str) -> None:
    try:
        predicate = compile_filter(text, ROWS)
    except BadFilter as bad:
        assert all(0 <= begin < end <= max(1, len(text)) for begin, end in bad.places)
        assert str(bad)
    else:
        assert predicate is None or [predicate(row) for row in ROWS]


WHITELIST = {"rows", "r"} | {f"p{i}" for i in range(2_000)}
ATTRIBUTES = {
    "number",
    "kind",
    "is_signal",
    "direction",
    "sender",
    "to",
    "type",
    "data",
    "note",
    "size",
    "at",
    "lower",
    "json",
    "ahead",
}


@given(st.text(max_size=40))
def test_nothing_that_is_written_gets_into_the_source(text: str) -> None:
    try:
        found = compile_filter(text, ROWS)
    except BadFilter:
        return
    if found is not None:
        nodes = list(ast.walk(ast.parse(found.source)))
        assert {node.id for node in nodes if isinstance(node, ast.Name)} <= WHITELIST
        assert {node.attr for node in nodes if isinstance(node, ast.Attribute)} <= ATTRIBUTES
        assert {node.value for node in nodes if isinstance(node, ast.Constant)} <= {None, "out", "in"}
        called = {ast.unparse(node.args[0]) for node in nodes if isinstance(node, ast.Call) and node.args}
        assert called <= {"r", "r.data"}


TERMS = st.sampled_from(
    [
        *(
            "morning",
            "ana",
            "chat",
            "server",
            "e",
            "kind:chat",
            "kind:ping,join",
            'type:""',
            "type:s",
            "data:go",
            'data:""',
        ),
        *(
            "from:me",
            "from:server",
            "from:an",
            "from:c2",
            "to:all",
            "to:me",
            "to:ana",
            "size>4",
            "size<=16",
            "age<3ms",
            "seq>3",
            "direction:in",
            "data~o+.",
            'type~"^.{4,5}$"',
            *(f"is:{state.word}" for state in STATES),
        ),
    ]
)
TREES = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        inner.map(lambda text: f"-({text})"),
        st.lists(inner, min_size=1, max_size=3).map(" ".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda texts: f"({' or '.join(texts)})"),
    ),
    max_leaves=8,
)


@given(TREES)
def test_compiled_filters_agree_with_a_naive_reading(text: str) -> None:
    tree = parse(text, RELATIONS).tree
    assert tree is not None
    assert numbers(text) == [row.number for row in ROWS if naive(tree, row, ROWS)]


def test_a_name_that_comes_after_its_person() -> None:
    rows = capture()
    rows.signal(SignalEntry(seq=9, at=9, sender="c9", type="chat", data="hi"), "c1")
    found = compile_filter("from:zoe", rows)
    assert found is not None
    assert found.select(rows.rows) == []
    zoe = Connection(id="c9", name="Zoe", data="", role=Role.PUBLISHER, created=0, client="heliograph")
    rows.created(CreatedEntry(seq=10, at=10, connection=zoe))
    assert found.select(rows.rows) == [7, 8]


def test_many_types_cost_bounded_memory() -> None:
    memo = Memo(lambda value: value.endswith("7"), lasting=True)
    assert [n for n in range(200_000) if memo[str(n)]] == list(range(7, 200_000, 10))
    assert len(memo) <= 50_000


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


def ways(text: str, caret: int | None = None) -> list[str]:
    found = completions(text, len(text) if caret is None else caret, ROWS)
    return [text[: way.begin] + way.text for way in found]


def test_completion_comes_from_the_operators_and_what_was_seen() -> None:
    assert ways("t") == ["type:", "to:"]
    assert ways("chat kind:re") == ["chat kind:receipt", "chat kind:recovery", "chat kind:rejected"]
    assert ways("kind:chat,sig") == ["kind:chat,signal"]
    assert ways("(si") == ["(size>"]
    assert ways("-fr") == ["-from:"]
    assert ways("") == [f"{op.word}{'>' if op.compares else ':'}" for op in OPERATORS]
    assert ways("type:") == ["type:chat", "type:receipt", "type:score", 'type:""']
    assert ways("type:chat") == []
    assert ways("from:an") == ['from:"Ana c1"', "from:Anabel"]
    assert ways('to:"an', 6) == ['to:"Ana c1"', "to:Anabel"]
    assert ways("is:un") == ["is:unread", "is:undelivered"]
    assert ways("https://x") == []
    assert ways("type:chat kind:", 2) == ["type:"]


def test_help_says_all() -> None:
    assert all(op.help and op.examples for op in OPERATORS)
    for op in OPERATORS:
        for example in op.examples:
            assert compile_filter(example, ROWS) is not None
            assert example.startswith(op.word)
    assert len(Kind) == 16


@pytest.mark.parametrize(("id", "value"), [("c1", '"Ana c1"'), ("c2", "Ben"), ("c3", "Anabel")])
def test_a_value_from_a_cell_means_one_person(id: str, value: str) -> None:
    assert person_value(id, ROWS) == value
    found = compile_filter(f"from:{value}", ROWS)
    assert found is not None
    assert {row.sender for row in ROWS if found(row)} == {id}


@given(st.text(min_size=1))
def test_what_is_quoted_is_one_value(text: str) -> None:
    found = parse(f"(data:{quoted(text)})", RELATIONS).tree
    assert getattr(found, "value", None) == text


def test_ages_grow_with_time() -> None:
    rows = capture()
    time = [1_000]
    rows.wall = lambda: time[0]
    rows.clock.sample(500, 1_000)
    found = compile_filter("age<500ms", rows)
    assert found is not None
    assert found.hangs_on == {"time"}
    assert found.select(rows.rows) == [2, 3, 4, 5, 6]
    time[0] = 2_000
    assert found.select(rows.rows) == []


def test_what_an_answer_hangs_on() -> None:
    def hangs_on(text: str) -> frozenset[str]:
        found = compile_filter(text, ROWS)
        assert found is not None
        return found.hangs_on

    assert hangs_on("type:chat (is:unread or age<5s)") == {"fates", "time"}
    assert hangs_on("is:marked is:private") == {"marks"}
    assert hangs_on("type:chat") == frozenset()
