"""How a filter is written: words, `operator:value`, not, and, or, brackets. Text to tree. Pure."""

import re
from collections.abc import Iterator

from msgspec import Struct

#: Most terms, and most brackets within brackets, that a filter may have.
MAX_TERMS = 100
MAX_DEPTH = 15

_OPERATOR = re.compile(r"([A-Za-z]+)(:[<>]=?|:|[<>]=?|=)(.*)", re.DOTALL)


class BadFilter(ValueError):
    """The filter cannot be read; `position` is where, in characters from 0."""

    def __init__(self, words: str, position: int) -> None:
        super().__init__(words)
        self.position = position


class Term(Struct, frozen=True):
    """A plain word (`operator` ""), or `operator`, `relation` (one of : = < <= > >=) and value."""

    value: str
    operator: str = ""
    relation: str = ":"
    position: int = 0


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


def parse(text: str, comparing: frozenset[str]) -> Node | None:
    """The tree of a filter, None for one that says nothing; `comparing` are operators that know < and >.

    Terms beside each other must all hold. `or` binds less than that, `not` or `-` more. What is still being
    written at the end (an "or" that nothing follows) is passed over.

    Raises:
        BadFilter: a quote or bracket that is not closed, one that closes nothing, or too much of everything.
    """
    tokens = list(_tokens(text, comparing))
    if sum(isinstance(token, Term) for token in tokens) > MAX_TERMS:
        raise BadFilter(f"A filter may have {MAX_TERMS} terms.", 0)
    return _Parser(tokens).whole()


class _Mark(Struct, frozen=True):
    """A bracket, or one of the words not, and, or."""

    word: str
    position: int


def _tokens(text: str, comparing: frozenset[str]) -> Iterator[Term | _Mark]:
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
            word, position, quoted = _word(text, position, in_brackets=open > 0)
            if not quoted and word.lower() in ("not", "and", "or"):
                yield _Mark(word.lower(), start)
            else:
                yield Term(word, position=start) if quoted else _term(word, start, comparing)


def _word(text: str, position: int, *, in_brackets: bool) -> tuple[str, int, bool]:
    """A word with its quotes taken off; quoted only if it began with one. It may hold brackets in pairs."""
    begins_quoted = text[position] == '"'
    word, pairs = "", 0
    while position < len(text) and not text[position].isspace():
        c = text[position]
        if c == ")" and in_brackets and pairs == 0:
            break
        if c == '"':
            end = text.find('"', position + 1)
            if end < 0:
                raise BadFilter("This quote is not closed.", position)
            word += text[position + 1 : end]
            position = end + 1
            continue
        pairs += (c == "(") - (c == ")")
        word += c
        position += 1
    return word, position, begins_quoted


def _term(word: str, position: int, comparing: frozenset[str]) -> Term:
    found = _OPERATOR.fullmatch(word)
    if found is None:
        return Term(word, position=position)
    operator, relation, value = found.groups()
    operator = operator.lower()
    if relation != ":" and operator in comparing:
        return Term(value, operator, relation.removeprefix(":"), position)
    # The address of a page is no operator, and neither is a<b.
    if not relation.startswith(":") or value.startswith("//"):
        return Term(word, position=position)
    return Term(relation[1:] + value, operator, "=" if operator in comparing else ":", position)


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
