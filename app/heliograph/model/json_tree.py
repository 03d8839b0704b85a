"""JSON as a tree that keeps what was written: order, keys that stand twice, every digit of a number. Pure.

Neither reading nor walking it goes deeper than `MAX_DEPTH`, whatever Python would bear: what is nested more
deeply is not taken for JSON, and is shown as the text that it is.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

MAX_DEPTH = 500
#: Most nodes of one document; what comes after them is counted, not shown.
MAX_NODES = 50_000

Kind = Literal["object", "array", "string", "number", "word"]

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)


class BadJson(ValueError):
    """A text that is no JSON; `line` and `column` count from 1, and are 0 where nobody knows."""

    def __init__(self, what: str, line: int = 0, column: int = 0) -> None:
        super().__init__(what)
        self.line, self.column = line, column

    def __str__(self) -> str:
        where = f"line {self.line}, column {self.column}: " if self.line else ""
        return f"{where}{self.args[0]}"


@dataclass(slots=True, eq=False)
class Node:
    """A value, and where it stands.

    `key` is its name in an object, its place in an array, None for the document itself. `text` is a string as
    it reads without quotes and escapes, and anything else that has no children as it was written. `row` is its
    place among its siblings; `more` how many further children there are than are kept.
    """

    kind: Kind
    text: str
    key: "str | int | None"
    parent: "Node | None"
    row: int
    children: "list[Node]"
    more: int = 0

    @property
    def is_container(self) -> bool:
        """An object or an array, even an empty one."""
        return self.kind in {"object", "array"}

    @property
    def path(self) -> str:
        """Where it stands, as a JSONPath: `$.sender['first name'][0]`."""
        steps: list[str] = []
        node: Node = self
        while node.parent is not None:
            steps.append(_step(node.key))
            node = node.parent
        return "$" + "".join(reversed(steps))


class _Pairs(list[tuple[str, object]]):
    """An object's members as they came: nothing is lost where a key stands twice."""


class _Number(str):
    """A number as it was written: no digit is rounded away."""

    __slots__ = ()


def read(text: str) -> Node:
    """The tree of a JSON text.

    Raises:
        BadJson: it is none, or nested too deeply to be shown as a tree.
    """
    try:
        value = json.loads(
            text, object_pairs_hook=_Pairs, parse_int=_Number, parse_float=_Number, parse_constant=_no_json
        )
    except json.JSONDecodeError as error:
        raise BadJson(_sentence(error.msg), error.lineno, error.colno) from None
    except RecursionError:
        raise BadJson(f"nested more than {MAX_DEPTH} deep") from None
    return _grow(value)


def write(node: Node, *, indent: bool = True) -> str:
    """A tree as JSON text, in one line or with two spaces a level; numbers and keys as they came."""
    return "".join(_parts(node, indent))


def walk(node: Node) -> Iterator[Node]:
    """A node and everything below it, in reading order."""
    stack = [node]
    while stack:
        found = stack.pop()
        yield found
        stack.extend(reversed(found.children))


def _no_json(word: str) -> object:
    raise BadJson(f"{word} is no JSON")


def _sentence(words: str) -> str:
    return words[:1].lower() + words[1:]


def _step(key: "str | int | None") -> str:
    if isinstance(key, int):
        return f"[{key}]"
    assert key is not None
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    inside = json.dumps(key, ensure_ascii=False)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"['{inside}']"


def _grow(value: object) -> Node:
    root = _node(value, None, None, 0)
    left = MAX_NODES
    level: list[tuple[Node, object]] = [(root, value)]
    for _depth in range(MAX_DEPTH + 1):
        below: list[tuple[Node, object]] = []
        for node, inside in level:
            items = _items(inside)
            kept = items[:left]
            left -= len(kept)
            node.more = len(items) - len(kept)
            for row, (key, item) in enumerate(kept):
                child = _node(item, key, node, row)
                node.children.append(child)
                below.append((child, item))
        if not below:
            return root
        level = below
    raise BadJson(f"nested more than {MAX_DEPTH} deep")


def _items(value: object) -> list[tuple[str | int, object]]:
    if isinstance(value, _Pairs):
        return list(value)
    return list(enumerate(value)) if isinstance(value, list) else []


def _node(value: object, key: "str | int | None", parent: Node | None, row: int) -> Node:
    kind: Kind
    if isinstance(value, _Pairs):
        kind, text = "object", ""
    elif isinstance(value, list):
        kind, text = "array", ""
    elif isinstance(value, _Number):
        kind, text = "number", str(value)
    elif isinstance(value, str):
        kind, text = "string", value
    else:
        kind, text = "word", json.dumps(value)
    return Node(kind, text, key, parent, row, [])


def _parts(root: Node, indent: bool) -> Iterator[str]:
    """The text in pieces. A stack of nodes to open and texts to say, so that depth costs no recursion."""
    stack: list[tuple[Node, int] | str] = [(root, 0)]
    while stack:
        top = stack.pop()
        if isinstance(top, str):
            yield top
            continue
        node, depth = top
        if node is not root and isinstance(node.key, str):
            yield json.dumps(node.key, ensure_ascii=False) + ": "
        if not node.is_container:
            yield node.text if node.kind != "string" else json.dumps(node.text, ensure_ascii=False)
            continue
        start, end = "{}" if node.kind == "object" else "[]"
        if not node.children:
            yield start + end
            continue
        yield start
        line, last = (f"\n{'  ' * (depth + 1)}", f"\n{'  ' * depth}") if indent else ("", "")
        stack.append(last + end)
        between = "," if indent else ", "
        for child in reversed(node.children):
            stack.extend(((child, depth + 1), line if child.row == 0 else between + line))
