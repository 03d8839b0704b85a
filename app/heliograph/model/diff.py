"""What differs between two signals: by member where both are JSON, by line otherwise. Pure.

Objects are compared by key, whatever their order (a key that stands twice by its place among its namesakes),
arrays by their longest common parts, and what took the place of something else by its place.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from heliograph.model import json_tree
from heliograph.model.json_tree import BadJson, Node

#: Most differences that are told; how many more there are is counted no further.
MOST_CHANGES = 2_000
#: Most pairs of equal items that lists are aligned by: with more of them they are compared place by place, for
#: aligning would take longer than a person waits.
_MOST_PAIRS = 300_000


class How(Enum):
    """How a place differs; the value is its mark."""

    CHANGED = "≠"
    REMOVED = "−"
    ADDED = "+"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `where` is a JSONPath, a line ("line 3"), or a member of the envelope; `before` and `after`
    are the two texts there, None on the side that has no such place.
    """

    where: str
    before: str | None
    after: str | None

    @property
    def how(self) -> How:
        """Whether only one side has it, or both and differently."""
        if self.before is None:
            return How.ADDED
        return How.REMOVED if self.after is None else How.CHANGED


def compare_members(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> list[Change]:
    """The differences of two envelopes, by name; None and a missing name are the same."""
    names = dict.fromkeys((*before, *after))
    pairs = ((name, before.get(name), after.get(name)) for name in names)
    return [Change(name, old, new) for name, old, new in pairs if old != new]


def compare_data(before: str | None, after: str | None) -> list[Change]:
    """The differences of two signals' data, at most `MOST_CHANGES`; None: there is none, which is not the same as ""."""
    if before == after:
        return []
    if before is None or after is None:
        return [Change("data", before, after)]
    old, new = _structure(before), _structure(after)
    changes = _lines(before, after) if old is None or new is None else _trees(old, new)
    found: list[Change] = []
    for change in changes:
        found.append(change)
        if len(found) >= MOST_CHANGES:
            break
    return found


def _structure(data: str) -> Node | None:
    """Data with parts to compare; a bare word or number has none."""
    try:
        tree = json_tree.read(data)
    except BadJson:
        return None
    return tree if tree.is_container else None


# ---- JSON


def _trees(before: Node, after: Node) -> Iterator[Change]:
    """Differences in reading order. A stack, so that depth costs no recursion."""
    stack: list[tuple[Node | None, Node | None]] = [(before, after)]
    while stack:
        old, new = stack.pop()
        if old is not None and new is not None and old.kind == new.kind and old.is_container:
            pair = _by_key if old.kind == "object" else _by_place
            stack.extend(reversed(list(pair(old, new))))
        elif old is None or new is None or (old.kind, old.text) != (new.kind, new.text):
            there = new or old
            assert there is not None
            yield Change(there.path, _value(old), _value(new))


def _value(node: Node | None) -> str | None:
    return None if node is None else json_tree.write(node, indent=False)


def _by_key(before: Node, after: Node) -> Iterator[tuple[Node | None, Node | None]]:
    old, new = _members(before), _members(after)
    for key in dict.fromkeys((*old, *new)):
        yield old.get(key), new.get(key)


def _members(node: Node) -> dict[tuple[str | int | None, int], Node]:
    """Members by key, and by how often that key stood before."""
    seen: Counter[str | int | None] = Counter()
    members = {}
    for child in node.children:
        members[child.key, seen[child.key]] = child
        seen[child.key] += 1
    return members


def _by_place(before: Node, after: Node) -> Iterator[tuple[Node | None, Node | None]]:
    old, new = before.children, after.children
    said_old, said_new = ([json_tree.write(item, indent=False) for item in side] for side in (old, new))
    for i1, i2, j1, j2 in _unequal(said_old, said_new):
        for step in range(max(i2 - i1, j2 - j1)):
            yield (
                old[i1 + step] if i1 + step < i2 else None,
                new[j1 + step] if j1 + step < j2 else None,
            )


# ---- text


def _lines(before: str, after: str) -> Iterator[Change]:
    """Lines that differ. A replaced line is one change; its number is that of the side that has it, the new one first."""
    old, new = before.split("\n"), after.split("\n")
    for i1, i2, j1, j2 in _unequal(old, new):
        for step in range(max(i2 - i1, j2 - j1)):
            i, j = i1 + step, j1 + step
            yield Change(
                f"line {j + 1 if j < j2 else i + 1}",
                old[i] if i < i2 else None,
                new[j] if j < j2 else None,
            )


def _unequal(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where two lists differ: from and to in the old one, from and to in the new one."""
    counts = Counter(old)
    if sum(counts[item] for item in new) > _MOST_PAIRS:
        for place in range(max(len(old), len(new))):
            if old[place : place + 1] != new[place : place + 1]:
                yield place, min(place + 1, len(old)), place, min(place + 1, len(new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            yield i1, i2, j1, j2
