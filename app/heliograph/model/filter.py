"""The inspector's filter: plain words and a few operators, compiled to one test of a row. Pure.

Each operator is one entry of `OPERATORS`: its word, what it means, and its predicate. Parser, completion
and help are made from that list.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from heliograph.model.capture import Capture, Kind, Row

Predicate = Callable[[Row], bool]


class BadFilter(ValueError):
    """The filter cannot be read; `position` is where, in characters from 0."""

    def __init__(self, words: str, position: int) -> None:
        super().__init__(words)
        self.position = position


@dataclass(frozen=True)
class Operator:
    """`word:value`; `make` turns a value into a predicate, or raises ValueError with words."""

    word: str
    help: str
    make: Callable[[str, Capture], Predicate]


def compile_filter(text: str, capture: Capture) -> Predicate | None:
    """One predicate for the whole text; None for an empty one, which lets everything through.

    Terms are separated by spaces and must all hold. A term is a plain word, "several words" in quotes,
    or `operator:value`; `-` or `not` before it turns it round.

    Raises:
        BadFilter: an operator that there is not, a quote that is not closed, a value that makes no sense.
    """
    predicates = [_predicate(term, capture) for term in _terms(text)]
    if not predicates:
        return None
    if len(predicates) == 1:
        return predicates[0]
    return lambda row: all(predicate(row) for predicate in predicates)


def completions(text: str) -> list[str]:
    """Words with which the last term may go on."""
    last = text.rsplit(" ", 1)[-1].lstrip("-")
    word, colon, value = last.partition(":")
    if colon and word == "kind":
        return [f"kind:{kind.value}" for kind in Kind if kind.value.startswith(value)]
    return [f"{op.word}:" for op in OPERATORS if not colon and op.word.startswith(word)] if word else []


@dataclass(frozen=True)
class _Term:
    text: str
    position: int
    quoted: bool
    negated: bool


def _terms(text: str) -> list[_Term]:
    terms: list[_Term] = []
    position, negated = 0, False
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        start = position
        if text[position] == "-" and position + 1 < len(text) and not text[position + 1].isspace():
            negated, position = not negated, position + 1
        word, position, quoted = _word(text, position)
        if word == "not" and not quoted:
            negated = not negated
            continue
        if word == "and" and not quoted:
            continue
        terms.append(_Term(word, start, quoted, negated))
        negated = False
    return terms


def _word(text: str, position: int) -> tuple[str, int, bool]:
    """A word with its quotes taken off; quoted only if it began with one."""
    begins_quoted = text[position] == '"'
    word = ""
    while position < len(text) and not text[position].isspace():
        if text[position] != '"':
            word += text[position]
            position += 1
            continue
        end = text.find('"', position + 1)
        if end < 0:
            raise BadFilter("This quote is not closed.", position)
        word += text[position + 1 : end]
        position = end + 1
    return word, position, begins_quoted


def _predicate(term: _Term, capture: Capture) -> Predicate:
    word, colon, value = term.text.partition(":")
    if colon and not term.quoted and word.isalpha():
        operator = next((op for op in OPERATORS if op.word == word.lower()), None)
        if operator is None:
            known = ", ".join(op.word for op in OPERATORS)
            raise BadFilter(f"There is no operator {word}: (there are {known}).", term.position)
        try:
            found = operator.make(value, capture)
        except ValueError as error:
            raise BadFilter(str(error), term.position) from None
    else:
        found = _plain(term.text, capture)
    return (lambda row: not found(row)) if term.negated else found


def _plain(word: str, capture: Capture) -> Predicate:
    """Looked for in type, data, note, names and kind, whatever the case."""
    needle = word.lower()
    name = capture.name

    def test(row: Row) -> bool:
        return (
            (row.type is not None and needle in row.type.lower())
            or (row.data is not None and needle in row.data.lower())
            or (row.note != "" and needle in row.note.lower())
            or needle in row.kind.value
            or ((row.sender is not None or row.is_server) and needle in name(row.sender).lower())
            or (row.to is not None and needle in name(row.to).lower())
        )

    return test


def _type(value: str, _capture: Capture) -> Predicate:
    wanted = value.lower()
    return lambda row: row.type is not None and wanted in row.type.lower() if wanted else row.type is None


def _person(value: str, capture: Capture, get: Callable[[Row], str | None]) -> Callable[[Row], bool]:
    wanted = value.lower()

    def test(row: Row) -> bool:
        id = get(row)
        return id is not None and (wanted in capture.name(id).lower() or id.lower().startswith(wanted))

    return test


def _from(value: str, capture: Capture) -> Predicate:
    if value.lower() == "server":
        return lambda row: row.is_server
    if value.lower() == "me":
        return lambda row: row.direction == "out"
    return _person(value, capture, lambda row: row.sender)


def _to(value: str, capture: Capture) -> Predicate:
    if value.lower() in ("all", "everyone"):
        return lambda row: row.kind.is_signal and row.to is None
    if value.lower() == "me":
        return lambda row: row.to is not None and row.direction == "in"
    return _person(value, capture, lambda row: row.to)


def _kind(value: str, _capture: Capture) -> Predicate:
    wanted = frozenset(kind for kind in Kind for word in value.lower().split(",") if kind.value == word)
    if not wanted:
        raise ValueError(f"There is no kind {value!r}; there are {', '.join(kind.value for kind in Kind)}.")
    return lambda row: row.kind in wanted


def _data(value: str, _capture: Capture) -> Predicate:
    wanted = value.lower()
    return lambda row: row.data is not None and wanted in row.data.lower()


#: Every operator there is.
OPERATORS: Sequence[Operator] = (
    Operator("type", "the signal's type contains this; type: alone, it has none", _type),
    Operator("data", "its data contains this", _data),
    Operator("from", "a sender's name or id; me, server", _from),
    Operator("to", "a recipient's name or id; me, all", _to),
    Operator("kind", "one of the kinds of rows, or several with commas", _kind),
)
