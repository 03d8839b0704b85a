"""The inspector's filter: plain words and a few operators, compiled to one question to many rows. Pure.

Each operator is one entry of `OPERATORS`: its word, what it means, and its expression. Completion and help
are made from that list.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heliograph.model.capture import Capture, Kind
from heliograph.model.filter_code import Filter, Memo, Piece, Values, generate
from heliograph.model.filter_syntax import BadFilter, Term, parse

__all__ = ["OPERATORS", "BadFilter", "Filter", "Operator", "compile_filter", "completions"]

#: How a relation is written in Python; nothing else gets into a source.
_SIGNS = {"<": "<", "<=": "<=", ">": ">", ">=": ">=", "=": "=="}
_BYTES = {"": 1, "b": 1, "k": 1_000, "kb": 1_000, "m": 1_000_000, "mb": 1_000_000}
_MILLISECONDS = {"ms": 1, "": 1_000, "s": 1_000, "m": 60_000, "min": 60_000, "h": 3_600_000, "d": 86_400_000}


@dataclass(frozen=True)
class _Asked:
    """What an operator's expression is made from."""

    value: str
    relation: str
    capture: Capture
    values: Values


@dataclass(frozen=True)
class Operator:
    """`word:value`, or `word<value` and the like; `make` raises ValueError with words for a value without sense."""

    word: str
    help: str
    make: Callable[[_Asked], Piece]
    compares: bool = False


def compile_filter(text: str, capture: Capture) -> Filter | None:
    """One question for the whole text; None for an empty one, which lets everything through.

    Ages are counted back from the newest row that the capture has now.

    Raises:
        BadFilter: an operator that there is not, a quote that is not closed, a value that makes no sense, …
    """
    tree = parse(text, frozenset(op.word for op in OPERATORS if op.compares))
    if tree is None:
        return None
    values = Values()
    return Filter(generate(tree, lambda term: _piece(term, capture, values)), values)


def completions(text: str) -> list[str]:
    """Words with which the last term may go on."""
    last = re.split(r"[\s(]", text)[-1].lstrip("-")
    word, colon, value = last.partition(":")
    if colon and word == "kind":
        return [f"kind:{kind.value}" for kind in Kind if kind.value.startswith(value)]
    begun = [op for op in OPERATORS if not colon and op.word.startswith(word)] if word else []
    return [f"{op.word}{'>' if op.compares else ':'}" for op in begun]


def _piece(term: Term, capture: Capture, values: Values) -> Piece:
    if not term.operator:
        return _plain(term.value, capture, values)
    found = next((op for op in OPERATORS if op.word == term.operator), None)
    if found is None:
        known = ", ".join(op.word for op in OPERATORS)
        raise BadFilter(f"There is no operator {term.operator}: (there are {known}).", term.position)
    try:
        return found.make(_Asked(term.value, term.relation, capture, values))
    except ValueError as error:
        raise BadFilter(str(error), term.position) from None


def _plain(word: str, capture: Capture, values: Values) -> Piece:
    """Looked for in type, data, note, names and kind, whatever the case."""
    needle = word.lower()
    text = values.name(needle)
    types = values.name(Memo(lambda name: needle in name.lower(), lasting=True))
    people = values.name(Memo(lambda who: needle in capture.name(who).lower(), lasting=False))
    parts = [f"{types}[r.type]", f"{people}[r.sender]", f"{people}[r.to]"]
    parts += [f"r.kind is {values.name(kind)}" for kind in Kind if needle in kind.value]
    if needle in capture.name(None).lower():
        parts.append(_SERVER)
    parts += [f"r.data is not None and {text} in r.data.lower()", f"r.note and {text} in r.note.lower()"]
    return Piece(f"({' or '.join(f'({part})' for part in parts)})", cost=1)


_SERVER = "(r.sender is None and r.kind.is_signal)"


def _type(asked: _Asked) -> Piece:
    wanted = asked.value.lower()
    if not wanted:
        return Piece("(r.type is None)")
    memo = Memo(lambda name: wanted in name.lower(), lasting=True)
    return Piece(f"{asked.values.name(memo)}[r.type]")


def _data(asked: _Asked) -> Piece:
    wanted = asked.values.name(asked.value.lower())
    return Piece(f"(r.data is not None and {wanted} in r.data.lower())", cost=1)


def _person(asked: _Asked) -> str:
    """The name of what tells whether an id is that of such a person."""
    wanted, capture = asked.value.lower(), asked.capture

    def ask(who: str) -> bool:
        return wanted in capture.name(who).lower() or who.lower().startswith(wanted)

    return asked.values.name(Memo(ask, lasting=False))


def _from(asked: _Asked) -> Piece:
    if asked.value.lower() == "server":
        return Piece(_SERVER)
    if asked.value.lower() == "me":
        return Piece('(r.direction == "out")')
    return Piece(f"{_person(asked)}[r.sender]")


def _to(asked: _Asked) -> Piece:
    if asked.value.lower() in ("all", "everyone"):
        return Piece("(r.to is None and r.kind.is_signal)")
    if asked.value.lower() == "me":
        return Piece('(r.to is not None and r.direction == "in")')
    return Piece(f"{_person(asked)}[r.to]")


def _kind(asked: _Asked) -> Piece:
    words = asked.value.lower().split(",")
    wanted = [kind for kind in Kind if kind.value in words]
    if not wanted:
        known = ", ".join(kind.value for kind in Kind)
        raise ValueError(f"There is no kind {asked.value!r}; there are {known}.")
    return Piece(f"({' or '.join(f'r.kind is {asked.values.name(kind)}' for kind in wanted)})")


def _size(asked: _Asked) -> Piece:
    limit = asked.values.name(_number(asked.value, _BYTES, "a size such as 200 or 1k"))
    return Piece(f"(r.kind.is_signal and r.size {_SIGNS[asked.relation]} {limit})")


def _age(asked: _Asked) -> Piece:
    age = _number(asked.value, _MILLISECONDS, "an age such as 5s or 2m")
    newest = asked.capture.rows[-1].at if asked.capture.rows else 0
    return Piece(f"({asked.values.name(newest)} - r.at {_SIGNS[asked.relation]} {asked.values.name(age)})")


def _number(text: str, units: dict[str, int], what: str) -> float:
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,6})?)([a-z]*)", text.lower().replace(",", ""), re.ASCII)
    if found is None or found[2] not in units:
        raise ValueError(f"{text!r} is not {what}.")
    return float(found[1]) * units[found[2]]


#: Every operator there is.
OPERATORS: Sequence[Operator] = (
    Operator("type", "the signal's type contains this; type: alone, it has none", _type),
    Operator("data", "its data contains this", _data),
    Operator("from", "a sender's name or id; me, server", _from),
    Operator("to", "a recipient's name or id; me, all", _to),
    Operator("kind", "one of the kinds of rows, or several with commas", _kind),
    Operator("size", "bytes of type and data: size>1k, size<=200", _size, compares=True),
    Operator("age", "how long before the newest row: age<5s, age>2m", _age, compares=True),
)
