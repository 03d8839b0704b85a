"""Regular expressions that take a time in proportion to the text, whatever the expression and the text. Pure.

Python's own go back and try again: `(a+)+b` takes for ever for a line of a's, and a window would hang that looks
for it in what others send. Here all ways are gone at once (Thompson), and what was found out about a set of ways
and a character is kept, so that most characters cost one look into a dictionary. Where Python's own cannot take
long either, it is asked, for it is faster.

Upper and lower case are the same. Not known, because no set of ways can tell: references to groups, looking
ahead or behind.
"""

import importlib
import re
from collections.abc import Callable
from typing import Any

#: Longest expression in characters; most places in it, and steps from place to place for one text.
MAX_LENGTH, _MAX_PLACES, _MAX_STEPS = 500, 400, 30_000
#: Most sets of ways, and most characters, that are kept.
_MAX_STATES, _MAX_KEPT = 2_000, 100_000
#: Longest text for which Python's own is asked; its time may go with the square of it.
_SHORT = 1_000

# Python has no public door to its parser; what is not known here is refused, so a new kind of node is an error
# for the person and never a wrong answer.
_parse: Callable[..., Any] = importlib.import_module("re._parser").parse

Test = Callable[[str], bool]


class BadExpression(ValueError):
    """It cannot be read, or is not known here; `position` is where, in characters from 0."""

    def __init__(self, words: str, position: int = 0) -> None:
        super().__init__(words)
        self.position = position


class TooCostly(ValueError):
    """The expression goes too many ways in a text."""


class Regex:
    """A regular expression; `search` tells whether a text has it somewhere.

    `own` is whether Python's own may be asked where it cannot take long.

    Raises:
        BadExpression: see there.
    """

    def __init__(self, pattern: str, *, own: bool = True) -> None:
        if len(pattern) > MAX_LENGTH:
            raise BadExpression(f"An expression may have {MAX_LENGTH} characters.", MAX_LENGTH)
        try:
            theirs = re.compile(pattern, re.IGNORECASE)
            tree = _parse(pattern, re.IGNORECASE)
        except (re.error, RecursionError, OverflowError) as error:
            position = getattr(error, "pos", None) or 0
            raise BadExpression(
                f"{getattr(error, 'msg', 'It cannot be read')}.".capitalize(), position
            ) from None
        if theirs.flags & ~(re.IGNORECASE | re.UNICODE | re.DOTALL):
            raise BadExpression("Of flags only (?i) and (?s) are known here.")
        self._own = theirs.search
        self._net = _Net(tree, dotall=bool(theirs.flags & re.DOTALL))
        self._must_have = _literal(list(tree))
        self._own_limit = _SHORT if own and self._net.is_simple else -1

    def search(self, text: str) -> bool:
        """Whether it is found in the text. Raises `TooCostly`."""
        if self._must_have not in text.lower():
            return False
        if len(text) <= self._own_limit:
            return self._own(text) is not None
        return self._net.search(text)


class _State(dict[str, "_State"]):
    """A set of ways: what it becomes by a character is asked for once."""

    __slots__ = ("after", "net", "places")

    def __init__(self, net: "_Net", places: frozenset[int], after: str) -> None:
        super().__init__()
        self.net, self.places, self.after = net, places, after

    def __missing__(self, c: str) -> "_State":
        state = self.net.step(self, c)
        self[c] = state
        return state


class _Net:
    """The places of an expression, and the ways between them. Place 0 is the end."""

    def __init__(self, tree: Any, *, dotall: bool) -> None:
        self._dotall = dotall
        self._tests: list[Test | None] = [None]
        self._ways: list[tuple[int, ...]] = [()]
        self._conditions: list[str] = [""]
        self._repeats, self._nested = 0, False
        self._begin = self._sequence(list(tree), 0, within=False)
        self._has_conditions = any(self._conditions)
        #: Whether Python's own takes no longer than the square of the text.
        self.is_simple = self._repeats <= 1 and not self._nested and not self._has_conditions
        self._found = _State(self, frozenset(), "")
        self._states: dict[tuple[frozenset[int], str], _State] = {}
        self._kept = self._steps = 0

    # ---- asking

    def search(self, text: str) -> bool:
        self._steps = 0
        found = self._found
        state = self._state(frozenset(), "begin")
        for c in text:
            state = state[c]
            if state is found:
                return True
        return self._reaches_end(state, "")

    def step(self, state: _State, c: str) -> _State:
        """What a set of ways becomes by a character; every character may also begin a new way."""
        self._kept += 1
        if self._kept > _MAX_KEPT or len(self._states) > _MAX_STATES:
            self._states.clear()
            self._kept = 0
        places = self._open(state, c)
        if 0 in places:
            return self._found
        after = ("word" if _is_word(c) else "other") if self._has_conditions else ""
        passed = {self._ways[p][0] for p in places if (test := self._tests[p]) is not None and test(c)}
        if 0 in passed:
            return self._found
        return self._state(frozenset(passed), after)

    def _state(self, places: frozenset[int], after: str) -> _State:
        key = (places, after)
        if key not in self._states:
            self._states[key] = _State(self, places, after)
        return self._states[key]

    def _reaches_end(self, state: _State, c: str) -> bool:
        return 0 in self._open(state, c)

    def _open(self, state: _State, c: str) -> set[int]:
        """All places that are reached without a character, before `c` ("" at the end of the text)."""
        seen: set[int] = set()
        todo = [*state.places, self._begin]
        while todo:
            place = todo.pop()
            if place in seen:
                continue
            seen.add(place)
            if self._tests[place] is None and _holds(self._conditions[place], state.after, c):
                todo.extend(self._ways[place])
        self._steps += len(seen)
        if self._steps > _MAX_STEPS:
            raise TooCostly
        return seen

    # ---- building, from the end

    def _place(self, test: Test | None, ways: tuple[int, ...], condition: str = "") -> int:
        if len(self._ways) >= _MAX_PLACES:
            raise BadExpression("This expression is too large: its repetitions are too many.")
        self._tests.append(test)
        self._ways.append(ways)
        self._conditions.append(condition)
        return len(self._ways) - 1

    def _sequence(self, nodes: list[Any], then: int, *, within: bool) -> int:
        for op, argument in reversed(nodes):
            then = self._node(str(op), argument, then, within)
        return then

    def _node(self, op: str, argument: Any, then: int, within: bool) -> int:
        if op in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, inner = argument
            return self._repeat(least, most, list(inner), then, within)
        if op == "SUBPATTERN":
            if argument[1] or argument[2]:
                raise BadExpression("Flags for a part of the expression are not known here.")
            return self._sequence(list(argument[3]), then, within=within)
        if op == "BRANCH":
            self._nested |= within
            return self._place(None, tuple(self._sequence(list(p), then, within=within) for p in argument[1]))
        if op == "AT":
            return self._place(None, (then,), _condition(str(argument)))
        return self._place(_test(op, argument, self._dotall), (then,))

    def _repeat(self, least: int, most: Any, nodes: list[Any], then: int, within: bool) -> int:
        self._nested |= within or len(nodes) != 1
        if str(most) == "MAXREPEAT" or most > _MAX_PLACES:
            self._repeats += 1
            loop = self._place(None, ())
            self._ways[loop] = (self._sequence(nodes, loop, within=True), then)
            then = loop
        else:
            self._repeats += most > 8
            end = then
            for _ in range(most - least):
                then = self._place(None, (self._sequence(nodes, then, within=True), end))
        for _ in range(least):
            then = self._sequence(nodes, then, within=True)
        return then


_CONDITIONS = {
    "AT_BEGINNING": "begin", "AT_BEGINNING_STRING": "begin", "AT_END": "end", "AT_END_STRING": "end",
    "AT_BOUNDARY": "edge", "AT_NON_BOUNDARY": "inside",
}  # fmt: skip


def _condition(code: str) -> str:
    return _CONDITIONS[code]


def _holds(condition: str, after: str, c: str) -> bool:
    if not condition:
        return True
    if condition == "begin":
        return after == "begin"
    if condition == "end":
        return not c
    at_edge = (after == "word") != (bool(c) and _is_word(c))
    return at_edge == (condition == "edge")


def _is_word(c: str) -> bool:
    return c.isalnum() or c == "_"


def _literal(nodes: list[Any]) -> str:
    """The longest text that stands in every text that matches, in lower case; most texts lack it."""
    runs = [""]
    for op, argument in nodes:
        if str(op) == "LITERAL" and argument < 128:
            runs[-1] += chr(argument).lower()
        else:
            runs.append("")
    return max(runs, key=len)


_CATEGORIES: dict[str, Test] = {
    "CATEGORY_DIGIT": str.isdecimal, "CATEGORY_NOT_DIGIT": lambda c: not c.isdecimal(),
    "CATEGORY_SPACE": str.isspace, "CATEGORY_NOT_SPACE": lambda c: not c.isspace(),
    "CATEGORY_WORD": _is_word, "CATEGORY_NOT_WORD": lambda c: not _is_word(c),
}  # fmt: skip


def _test(op: str, argument: Any, dotall: bool) -> Test:
    """What tells whether a character passes."""
    if op == "ANY":
        return (lambda _c: True) if dotall else (lambda c: c != "\n")
    if op in ("LITERAL", "NOT_LITERAL"):
        wanted = _cases(chr(argument))
        return (lambda c: c in wanted) if op == "LITERAL" else (lambda c: c not in wanted)
    if op != "IN":
        raise BadExpression("References to groups, and looking ahead or behind, are not known here.")
    negated = str(argument[0][0]) == "NEGATE"
    items = [_item(str(kind), value) for kind, value in argument[negated:]]
    return lambda c: any(item(form) for item in items for form in _cases(c)) != negated


def _item(kind: str, value: Any) -> Test:
    if kind == "LITERAL":
        return lambda c: ord(c) == value
    if kind == "RANGE":
        low, high = value
        return lambda c: low <= ord(c) <= high
    return _CATEGORIES[str(value)]


def _cases(c: str) -> frozenset[str]:
    """A character in lower and upper case, as far as that is one character."""
    return frozenset(form for form in (c, c.lower(), c.upper()) if len(form) == 1)
