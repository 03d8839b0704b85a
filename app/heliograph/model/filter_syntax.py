"""How a filter is written: words, `operator:value`, not, and, or, brackets. Text to tree. Pure."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

#: Most terms, and most brackets within brackets, that a filter may have.
MAX_TERMS = 100
MAX_DEPTH = 15

_OPERATOR = re.compile(r"([A-Za-z]+)(:[<>]=?|:?~|:|[<>]=?|=)(.*)", re.DOTALL)


#: Most faults that are said in words.
MOST_FAULTS = 4


class Fault(Struct, frozen=True, order=True):
    """Something wrong from `position` to before `end`, in characters from 0."""

    position: int
    end: int
    words: str


class BadFilter(ValueError):
    """The filter cannot be read. `faults` are all that are wrong with it, by where they stand."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__(_words_of(self.faults))

    @property
    def places(self) -> list[tuple[int, int]]:
        """From where to before where each fault stands."""
        return [(fault.position, fault.end) for fault in self.faults]


def _words_of(faults: Sequence[Fault]) -> str:
    """One fault is seen by its underline; several are numbered by characters, as in "At 3: …"."""
    if len(faults) == 1:
        return faults[0].words
    lines = [f"At {fault.position + 1}: {fault.words}" for fault in faults[:MOST_FAULTS]]
    more = len(faults) - MOST_FAULTS
    return "\n".join([*lines, *([f"… and {more} more."] if more > 0 else [])])


class Term(Struct, frozen=True):
    """A plain word (`operator` ""), or `operator`, `relation` (one of : ~ = < <= > >=) and value.

    It stands from `position` to before `end`, and its value from `value_at` on unless it is quoted.
    """

    value: str
    operator: str = ""
    relation: str = ":"
    position: int = 0
    end: int = 0
    value_at: int = 0


class Not(Struct, frozen=True):
    """What does not pass this."""

    of: "Node"


class Both(Struct, frozen=True):
    """What passes all of these."""

    of: "tuple[Node, ...]"


class Either(Struct, frozen=True):
    """What passes one of these."""

    of: "tuple[Node, ...]"


Node = Term | Not | Both | Either


class Relations(Struct, frozen=True):
    """All operators, those of them that know < and >, and those that know ~."""

    words: frozenset[str] = frozenset()
    comparing: frozenset[str] = frozenset()
    matching: frozenset[str] = frozenset()


class Parsed(Struct, frozen=True):
    """The tree of a filter, None for one that says nothing; and what is wrong with how it is written."""

    tree: Node | None
    faults: list[Fault]


def parse(text: str, known: Relations) -> Parsed:
    """Read a filter as far as it can be read.

    Terms beside each other must all hold. `or` binds less than that, `not` or `-` more. What is still being
    written at the end (an "or" that nothing follows, an operator whose value is to come) is passed over.

    Raises:
        BadFilter: there is too much of everything.
    """
    faults: list[Fault] = []
    tokens = list(_tokens(text, known, faults))
    if sum(isinstance(token, Term) for token in tokens) > MAX_TERMS:
        raise BadFilter(_at(0, f"A filter may have {MAX_TERMS} terms."))
    return Parsed(_Parser(tokens, faults).whole(), faults)


def _at(position: int, words: str, end: int | None = None) -> Fault:
    return Fault(position, end if end is not None else position + 1, words)


class _Mark(Struct, frozen=True):
    """A bracket, or one of the words not, and, or."""

    word: str
    position: int


def _tokens(text: str, known: Relations, faults: list[Fault]) -> Iterator[Term | _Mark]:
    position, open, dash = 0, 0, -1
    while position < len(text):
        # What a dash turns round begins with the dash.
        start, c = dash if dash >= 0 else position, text[position]
        dash = -1
        if c.isspace():
            position += 1
        elif c == "(" or (c == ")" and open):
            open += 1 if c == "(" else -1
            position += 1
            yield _Mark(c, start)
        elif c == "-" and text[position + 1 : position + 2].strip():
            dash, position = start, position + 1
            yield _Mark("not", start)
        else:
            begin = position
            word, position, plain = _word(text, position, faults, in_brackets=open > 0)
            if plain and word.lower() in ("not", "and", "or"):
                yield _Mark(word.lower(), start)
                continue
            term = _term(word, plain, known)
            if term.value or term.operator not in known.words or text[position - 1] == '"':
                yield replace(term, position=start, end=position, value_at=begin + term.value_at)
            elif text[position:].strip():  # at the end it is still being written
                faults.append(_at(start, f"Nothing stands after {text[start:position]}", position))


def _word(text: str, position: int, faults: list[Fault], *, in_brackets: bool) -> tuple[str, int, int]:
    """A word with its quotes taken off, where it ends, and how much of it stands before its first quote.

    It may hold brackets in pairs. Within quotes two of them stand for one.
    """
    word, pairs, plain = "", 0, -1
    while position < len(text) and not text[position].isspace():
        c = text[position]
        if c == ")" and in_brackets and pairs == 0:
            break
        if c == '"':
            plain = len(word) if plain < 0 else plain
            part, position = _quoted(text, position, faults)
            word += part
            continue
        pairs += (c == "(") - (c == ")")
        word += c
        position += 1
    return word, position, len(word) if plain < 0 else plain


def _quoted(text: str, position: int, faults: list[Fault]) -> tuple[str, int]:
    begin, part = position, ""
    while True:
        end = text.find('"', position + 1)
        if end < 0:
            faults.append(_at(begin, "This quote is not closed.", len(text)))
            return part + text[position + 1 :], len(text)
        part += text[position + 1 : end]
        if text[end + 1 : end + 2] != '"':
            return part, end + 1
        part += '"'
        position = end + 1


def quoted(value: str) -> str:
    """A value as it has to be written to be taken for one, whatever is in it."""
    plain = value and value[0] not in "~<>=" and not value.startswith("//")
    plain = plain and not any(c.isspace() or c in '()"' for c in value)
    return value if plain else '"' + value.replace('"', '""') + '"'


def _term(word: str, plain: int, known: Relations) -> Term:
    """A word that may be an operator with a value; what is quoted, from `plain` on, is a value and nothing else."""
    found = _OPERATOR.fullmatch(word[:plain])
    if found is None:
        return Term(word)
    operator, relation, begun = found.groups()
    value = begun + word[plain:]
    operator = operator.lower()
    value_at = found.start(3)
    if relation.endswith("~"):
        if operator in known.matching:
            return Term(value, operator, "~", value_at=value_at)
    elif relation != ":" and operator in known.comparing:
        return Term(value, operator, relation.removeprefix(":"), value_at=value_at)
    # The address of a page is no operator, and neither is a<b.
    if not relation.startswith(":") or begun.startswith("//"):
        return Term(word)
    return Term(
        relation[1:] + value, operator, "=" if operator in known.comparing else ":", value_at=value_at
    )


class _Parser:
    """What is wrong is told to `faults`, and read on as if it were not there."""

    def __init__(self, tokens: list[Term | _Mark], faults: list[Fault]) -> None:
        self._tokens, self._faults = tokens, faults
        self._at = 0
        self._depth = 0

    def whole(self) -> Node | None:
        return self._either()

    def _word(self) -> str:
        token = self._tokens[self._at] if self._at < len(self._tokens) else None
        return token.word if isinstance(token, _Mark) else ""

    def _either(self) -> Node | None:
        found = [self._both()]
        while self._word() == "or":
            if found[-1] is None:
                place = self._tokens[self._at].position
                self._faults.append(_at(place, "Nothing stands before this or.", place + 2))
            self._at += 1
            found.append(self._both())
        nodes = tuple(node for node in found if node is not None)
        return Either(nodes) if len(nodes) > 1 else nodes[0] if nodes else None

    def _both(self) -> Node | None:
        nodes: list[Node] = []
        while self._at < len(self._tokens) and self._word() not in ("or", ")"):
            if self._word() == "and":
                self._at += 1
            elif (node := self._one()) is not None:
                nodes.append(node)
        return Both(tuple(nodes)) if len(nodes) > 1 else nodes[0] if nodes else None

    def _one(self) -> Node | None:
        negated = False
        while self._word() == "not":
            negated, self._at = not negated, self._at + 1
        if self._at == len(self._tokens) or self._word() in ("or", ")", "and"):
            return None
        token = self._tokens[self._at]
        self._at += 1
        node = token if isinstance(token, Term) else self._brackets(token.position)
        return Not(node) if negated and node is not None else node

    def _brackets(self, position: int) -> Node | None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise BadFilter(_at(position, f"There are more than {MAX_DEPTH} brackets within each other."))
        node = self._either()
        if self._word() == ")":
            self._at += 1
        else:
            self._faults.append(_at(position, "This bracket is not closed."))
        self._depth -= 1
        return node
