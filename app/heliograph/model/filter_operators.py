"""The operators of the inspector's filter: what each is called, means, takes, and how it asks a row. Pure.

The grammar, the help, the completion and the questions to rows are all made from `OPERATORS`.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from heliograph.model.capture import Capture
from heliograph.model.filter_code import Memo, Moment, Piece, Values
from heliograph.model.filter_states import STATES
from heliograph.model.filter_syntax import Relations, quoted
from heliograph.model.rows import Kind
from heliograph.model.safe_regex import Regex

#: How a relation is written in Python; nothing else gets into a source.
_SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=="}
_BYTES = {"": 1, "b": 1, "k": 1_000, "kb": 1_000, "m": 1_000_000, "mb": 1_000_000}
_MILLISECONDS = {"ms": 1, "": 1_000, "s": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}
#: So many of the newest rows are looked through for types that a completion offers.
_NEWEST = 20_000
#: Most types, where none is begun, and most people that it offers.
_MOST_TYPES = 11
_MOST_PEOPLE = 12

SERVER = "(r.sender is None and r.kind.is_signal)"


@dataclass(frozen=True)
class Asked:
    """What an operator's expression is made from."""

    value: str
    relation: str
    capture: Capture
    values: Values


#: A value, and what it means.
Offered = tuple[str, str]


@dataclass(frozen=True)
class Operator:
    """`word:value`, where it `compares` also `word<value` and the like, where it `matches` also `word~"regex"`.

    `make` raises ValueError, with words, for a value without sense. `offer` gives values that a capture has and that
    hold what was written so far, in lower case: as they have to be written, each with what it is. `examples` are
    whole terms.
    """

    word: str
    help: str
    make: Callable[[Asked], Piece]
    examples: tuple[str, ...]
    compares: bool = False
    matches: bool = False
    offer: Callable[[Capture, str], Iterable[Offered]] = lambda _capture, _begun: ()


# ---- texts


def _text(asked: Asked, text: str) -> Piece:
    """Whether a text of the row, which may be None, matches or contains."""
    if asked.relation == "~":
        found = asked.values.name(Regex(asked.value).search)
        return Piece(f"({text} is not None and {found}({text}))", cost=2)
    wanted = asked.values.name(asked.value.lower())
    return Piece(f"({text} is not None and {wanted} in {text}.lower())", cost=1)


def _type(asked: Asked) -> Piece:
    wanted = asked.value.lower()
    if asked.relation == "~":
        regex = Regex(asked.value)
        return Piece(f"{asked.values.name(Memo(regex.search, lasting=True))}[r.type]")
    if not wanted:
        return Piece("(r.type is None)")
    memo = Memo(lambda name: wanted in name.lower(), lasting=True)
    return Piece(f"{asked.values.name(memo)}[r.type]")


def _types(capture: Capture, begun: str) -> Iterable[Offered]:
    """The types of the newest rows, and none."""
    seen = sorted({row.type for row in capture.rows[-_NEWEST:] if row.type})
    if begun:
        return [(quoted(type), "") for type in seen if begun in type.lower()]
    return [*((quoted(type), "") for type in seen[:_MOST_TYPES]), ('""', "without a type")]


# ---- people


def matches_person(value: str, id: str, capture: Capture) -> bool:
    """Whether somebody is meant: by a part of the name, the beginning of an id, or name and short id."""
    wanted, name, short = value.lower(), capture.name(id).lower(), capture.person_short_id(id).lower()
    return wanted in name or id.lower().startswith(wanted) or wanted in (f"{name} {short}", short)


def person_value(id: str, capture: Capture) -> str:
    """How somebody is written in a filter so that nobody else is meant: by name, else by name and short id."""
    name = capture.name(id)
    lower = name.lower()
    alone = not any(
        other != id and (lower in capture.name(other).lower() or other.lower().startswith(lower))
        for other in capture.people()
    )
    return quoted(name if alone and lower not in _RESERVED else f"{name} {capture.person_short_id(id)}")


def _people(*others: Offered) -> Callable[[Capture, str], Iterable[Offered]]:
    """Offers people, those first whose names begin so, and of them the newest."""

    def offer(capture: Capture, begun: str) -> Iterable[Offered]:
        found = [
            id
            for id in capture.people()
            if begun in f"{capture.name(id)} {capture.person_short_id(id)}".lower()
        ]
        found.sort(key=lambda who: not capture.name(who).lower().startswith(begun))
        yield from ((word, words) for word, words in others if begun in word)
        yield from ((person_value(id, capture), capture.person_short_id(id)) for id in found[:_MOST_PEOPLE])

    return offer


def _words(*offered: Offered) -> Callable[[Capture, str], Iterable[Offered]]:
    return lambda _capture, begun: [pair for pair in offered if begun in pair[0]]


_RESERVED = frozenset({"me", "server", "relay", "all", "everyone"})


def _person(asked: Asked) -> str:
    """The name of what tells whether an id is that of such a person."""
    return asked.values.name(Memo(lambda who: matches_person(asked.value, who, asked.capture), lasting=False))


def _from(asked: Asked) -> Piece:
    if asked.value.lower() == "server":
        return Piece(SERVER)
    if asked.value.lower() == "me":
        return Piece(f'(r.direction == "out" and r.kind is not {asked.values.name(Kind.FRAME)})')
    if asked.value.lower() == "relay":
        return Piece(f'(r.direction == "out" and r.kind is {asked.values.name(Kind.FRAME)})')
    return Piece(f"{_person(asked)}[r.sender]")


def _to(asked: Asked) -> Piece:
    if asked.value.lower() in ("all", "everyone"):
        return Piece("(r.to is None and r.kind.is_signal)")
    if asked.value.lower() == "me":
        return Piece('(r.to is not None and r.direction == "in")')
    if asked.value.lower() == "relay":
        return Piece(f'(r.direction == "in" and r.kind is {asked.values.name(Kind.FRAME)})')
    return Piece(f"{_person(asked)}[r.to]")


# ---- one of several words


def _kind(asked: Asked) -> Piece:
    words = asked.value.lower().split(",")
    wanted = [kind for kind in Kind if kind.value in words]
    if not wanted:
        known = ", ".join(kind.value for kind in Kind)
        raise ValueError(f"There is no kind {asked.value!r}; there are {known}.")
    return Piece(f"({' or '.join(f'r.kind is {asked.values.name(kind)}' for kind in wanted)})")


_DIRECTIONS = {"in": "came from others", "out": "went from here", "local": "known only here"}


def _direction(asked: Asked) -> Piece:
    if asked.value.lower() not in _DIRECTIONS:
        raise ValueError(f"There is no direction {asked.value!r}; there are {', '.join(_DIRECTIONS)}.")
    return Piece(f"(r.direction == {asked.values.name(asked.value.lower())})")


def _is(asked: Asked) -> Piece:
    state = next((state for state in STATES if state.word == asked.value.lower()), None)
    if state is None:
        known = ", ".join(state.word for state in STATES)
        raise ValueError(f"There is nothing that is {asked.value!r}; there are {known}.")
    if state.hangs_on:
        asked.values.hangs_on.add(state.hangs_on)
    if state.ask is None:
        return Piece(state.source)
    capture, ask = asked.capture, state.ask
    return Piece(f"({state.source} and {asked.values.name(lambda row: ask(capture, row))}(r))")


# ---- numbers


def _size(asked: Asked) -> Piece:
    limit = asked.values.name(_number(asked.value, _BYTES, "a size such as 200 or 1k"))
    return Piece(f"(r.kind.has_bytes and r.size {_SIGNS[asked.relation]} {limit})")


def _age(asked: Asked) -> Piece:
    age = _number(asked.value, _MILLISECONDS, "an age such as 5s or 2m")
    asked.values.hangs_on.add("time")
    now = asked.values.name(Moment(asked.capture.now))
    return Piece(f"({now} - r.at {_SIGNS[asked.relation]} {asked.values.name(age)})")


def _seq(asked: Asked) -> Piece:
    number = asked.values.name(_number(asked.value, {"": 1}, "a number"))
    return Piece(f"(r.ahead is not None and r.number + r.ahead {_SIGNS[asked.relation]} {number})")


def _number(text: str, units: dict[str, int], what: str) -> float:
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)([a-z]*)", text.lower().replace(",", ""), re.ASCII)
    if found is None or found[2] not in units:
        raise ValueError(f"{text!r} is not {what}.")
    return float(found[1]) * units[found[2]]


#: Every operator there is.
OPERATORS: Sequence[Operator] = (
    Operator("type", "the type contains this; \"\": there is none", _type, ("type:chat", 'type:""', 'type~"^sc"'),
             matches=True, offer=_types),
    Operator("from", "a sender: name, short id, me, server, relay", _from, ("from:ana", 'from:"Ana 4k2x"', "from:server"),
             offer=_people(("me", ""), ("server", ""))),
    Operator("to", "a recipient: name, short id, me, all, relay", _to, ("to:me", "to:all"),
             offer=_people(("me", ""), ("all", "everybody"))),
    Operator("kind", "what a row is, or several with commas", _kind, ("kind:chat", "kind:gap,error"),
             offer=_words(*((kind.value, "") for kind in Kind))),
    Operator("data", "the data contains this, or matches", lambda asked: _text(asked, "r.data"),
             ("data:goal", 'data~"go+al"'), matches=True),
    Operator("is", "how it fared, and more", _is, ("is:unread from:me", "is:private"),
             offer=_words(*((state.word, state.help) for state in STATES))),
    Operator("size", "bytes of type and data", _size, ("size>1k", "size<=200"), compares=True),
    Operator("age", "how long ago", _age, ("age<5s", "age>2m"), compares=True),
    Operator("direction", "which way it went", _direction, ("direction:in",),
             offer=_words(*_DIRECTIONS.items())),
    Operator("seq", "its place in the session's log", _seq, ("seq>100",), compares=True),
)  # fmt: skip

#: What the grammar has to know of them.
RELATIONS = Relations(
    frozenset(op.word for op in OPERATORS),
    frozenset(op.word for op in OPERATORS if op.compares),
    frozenset(op.word for op in OPERATORS if op.matches),
)
