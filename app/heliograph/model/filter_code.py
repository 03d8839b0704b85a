"""Filters as Python: a tree becomes the source of one list comprehension over rows. Pure.

A million rows are asked in one go, so a call for each row and term would be most of the time. The source is
put together from the pieces written down here and the names p0, p1 …; whatever a person wrote is a value
that is passed under such a name, and never a part of the source.
"""

from collections.abc import Callable, Hashable, Sequence

from msgspec import Struct

from heliograph.model.filter_syntax import Both, Either, Node, Not, Term
from heliograph.model.rows import Row

#: Most answers that a `Memo` keeps.
_MOST = 50_000


class Piece(Struct, frozen=True):
    """An expression over a row `r`; `cost` 1 where it looks through a text, 2 where that takes its time."""

    source: str
    cost: int = 0


class Memo(dict[Hashable, bool]):
    """Answers by value, asked once each: rows are many, their types and people few."""

    def __init__(self, ask: Callable[[str], bool], *, lasting: bool) -> None:
        super().__init__()
        self._ask = ask
        #: Whether an answer stays true; that of a person's name does not, names come later than people.
        self.lasting = lasting

    def __missing__(self, value: str | None) -> bool:
        if len(self) >= _MOST:
            self.clear()
        answer = self[value] = value is not None and self._ask(value)
        return answer


class Moment(Struct, frozen=True):
    """A value that is another one each time that rows are asked."""

    ask: Callable[[], object]


class Values:
    """The values of one filter, by the names that its source knows them by; and what else its answers hang on."""

    def __init__(self) -> None:
        self.all: list[object] = []
        self.hangs_on: set[str] = set()

    def name(self, value: object) -> str:
        """The name of a value."""
        self.all.append(value)
        return f"p{len(self.all) - 1}"


class Filter:
    """A filter that can be asked.

    `hangs_on` tells what may change its answer about a row that does not change: "time", "fates", "marks".
    """

    def __init__(self, piece: Piece, values: Values) -> None:
        names = "".join(f", p{i}" for i in range(len(values.all)))
        self.source = f"lambda rows{names}: [r.number for r in rows if {piece.source}]"
        self.hangs_on = frozenset(values.hangs_on)
        #: Whether rows are to be asked few at a time, by the bytes in them.
        self.is_costly = piece.cost > 1
        self._values = values.all
        self._memos = [value for value in values.all if isinstance(value, Memo) and not value.lasting]
        self._has_moments = any(isinstance(value, Moment) for value in values.all)
        # See the module: nothing that anybody wrote is in it, and it knows no builtins.
        self._select: Callable[..., list[int]] = eval(self.source, {"__builtins__": {}})  # noqa: S307

    def select(self, rows: Sequence[Row]) -> list[int]:
        """The numbers of the rows that pass. Raises `safe_regex.TooCostly`."""
        for memo in self._memos:
            memo.clear()
        values = self._values
        if self._has_moments:
            values = [value.ask() if isinstance(value, Moment) else value for value in values]
        return self._select(rows, *values)

    def __call__(self, row: Row) -> bool:
        """Whether a row passes."""
        return bool(self.select((row,)))


def generate(node: Node, make: Callable[[Term], Piece]) -> Piece:
    """The expression of a tree; `make` gives that of a term. Of parts that must all hold the cheap ones go first."""
    if isinstance(node, Term):
        return make(node)
    if isinstance(node, Not):
        inner = generate(node.of, make)
        return Piece(f"(not {inner.source})", inner.cost)
    parts = sorted((generate(part, make) for part in node.of), key=lambda piece: piece.cost)
    word = {Both: " and ", Either: " or "}[type(node)]
    return Piece(f"({word.join(part.source for part in parts)})", max(part.cost for part in parts))
