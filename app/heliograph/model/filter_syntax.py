"""How a filter is written: words, `operator:value`, not, and, or, brackets. Text to tree. Pure."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

#: Most terms, and most brackets within brackets, that a filter may have.
MAX_TERMS = 100
MAX_DEPTH = 15

_OPERATOR = re.compile(r"([A-Za-z]+)(:[<>]=?|:?~|:|[<>]=?|=)(.*)", re.DOTALL)


class BadFilter(ValueError):
    """The filter cannot be read; what is wrong stands from `position` to before `end`, in characters from 0."""

    def __init__(self, words: str, position: int, end: int | None = None) -> None:
        super().__init__(words)
        self.position = position
        self.end = end if end is not None else position + 1


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
    """Operators that know < and >, and those that know ~."""

    comparing: frozenset[str] = frozenset()
    matching: frozenset[str] = frozenset()


def parse(text: str, known: Relations) -> Node | None:
    """The tree of a filter, None for one that says nothing.

    Terms beside each other must all hold. `or` binds less than that, `not` or `-` more. What is still being
    written at the end (an "or" that nothing follows) is passed over.

    Raises:
        BadFilter: a quote or bracket that is not closed, one that closes nothing, or too much of everything.
    """
    tokens = list(_tokens(text, known))
    if sum(isinstance(token, Term) for token in tokens) > MAX_TERMS:
        raise BadFilter(f"A filter may have {MAX_TERMS} terms.", 0)
    return _Parser(tokens).whole()


class _Mark(Struct, frozen=True):
    """A bracket, or one of the words not, and, or."""

    word: str
    position: int


def _tokens(text: str, known: Relations) -> Iterator[Term | _Mark]:
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
            word, position, as_text = _word(text, position, in_brackets=open > 0)
            if not as_text and word.lower() in ("not", "and", "or"):
                yield _Mark(word.lower(), start)
            else:
                term = Term(word) if as_text else _term(word, known)
                yield replace(term, position=start, end=position, value_at=begin + term.value_at)


def _word(text: str, position: int, *, in_brackets: bool) -> tuple[str, int, bool]:
    """A word with its quotes taken off; quoted only if it began with one. It may hold brackets in pairs.

    Within quotes two of them stand for one.
    """
    begins_quoted = text[position] == '"'
    word, pairs = "", 0
    while position < len(text) and not text[position].isspace():
        c = text[position]
        if c == ")" and in_brackets and pairs == 0:
            break
        if c == '"':
            part, position = _quoted(text, position)
            word += part
            continue
        pairs += (c == "(") - (c == ")")
        word += c
        position += 1
    return word, position, begins_quoted


def _quoted(text: str, position: int) -> tuple[str, int]:
    begin, part = position, ""
    while True:
        end = text.find('"', position + 1)
        if end < 0:
            raise BadFilter("This quote is not closed.", begin, len(text))
        part += text[position + 1 : end]
        if text[end + 1 : end + 2] != '"':
            return part, end + 1
        part += '"'
        position = end + 1


def quoted(value: str) -> str:
    """A value as it has to be written to be taken for one, whatever is in it."""
    plain = value and not any(c.isspace() or c in '()"' for c in value)
    return value if plain else '"' + value.replace('"', '""') + '"'


def _term(word: str, known: Relations) -> Term:
    """A word that may be an operator with a value."""
    found = _OPERATOR.fullmatch(word)
    if found is None:
        return Term(word)
    operator, relation, value = found.groups()
    operator = operator.lower()
    value_at = found.start(3)
    if relation.endswith("~"):
        if operator in known.matching:
            return Term(value, operator, "~", value_at=value_at)
    elif relation != ":" and operator in known.comparing:
        return Term(value, operator, relation.removeprefix(":"), value_at=value_at)
    # The address of a page is no operator, and neither is a<b.
    if not relation.startswith(":") or value.startswith("//"):
        return Term(word)
    return Term(
        relation[1:] + value, operator, "=" if operator in known.comparing else ":", value_at=value_at
    )


class _Parser:
    def __init__(self, tokens: list[Term | _Mark]) -> None:
        self._tokens = tokens
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
                raise BadFilter("Nothing stands before this or.", self._tokens[self._at].position)
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
            raise BadFilter(f"There are more than {MAX_DEPTH} brackets within each other.", position)
        node = self._either()
        if self._word() != ")":
            raise BadFilter("This bracket is not closed.", position)
        self._at += 1
        self._depth -= 1
        return node
