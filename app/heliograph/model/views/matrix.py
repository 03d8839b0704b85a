"""My messages against people: how each fared with each. Pure."""

from collections.abc import Callable, Sequence
from enum import Enum
from itertools import islice
from typing import NamedTuple

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.receipts import parse_receipt
from heliograph.model.text import stamps_words
from heliograph.model.views.lifelines import Lifelines, Stay

#: Most entries of a receipt that are looked up: it may claim to tell of everything.
_MOST_ASKED = 2_000


_NOT_MINE = (Kind.RECEIPT, Kind.TYPING, Kind.FRAME)


class Fared(Enum):
    """How a message fared with somebody; the value is said of it."""

    READ = "read"
    DELIVERED = "delivered"
    ON_RELAY = "on relay"
    LEFT = "left before"
    SILENT = "tells nothing"
    WAITING = "waiting"
    REFUSED = "not relayed"
    NOT_THERE = "was not there"
    NOT_FOR = "not for them"


class Mark(NamedTuple):
    """A cell: how it fared, after how many milliseconds where that was told, and whether they have left since."""

    fared: Fared
    ms: int | None = None
    left: bool = False

    def words(self) -> str:
        """As in "delivered 12 ms, left since"."""
        return f"{self.fared.value} {self.time()}".rstrip() + (", left since" if self.left else "")

    def time(self) -> str:
        """After how long; stamps are in whole milliseconds."""
        return "" if self.ms is None else stamps_words(self.ms)


def mine(rows: Sequence[Row]) -> list[int]:
    """Numbers of those rows that are messages of mine: what receipts can tell of, or what was not relayed."""
    return [
        row.number for row in rows
        if row.direction == "out" and row.kind not in _NOT_MINE
    ]  # fmt: skip


class Matrix:
    """Reads rows, receipts and lifelines when it is asked; `is_silent` knows whose app never tells anything."""

    def __init__(self, capture: Capture, lifelines: Lifelines, is_silent: Callable[[str], bool]) -> None:
        self._capture, self._lifelines, self._is_silent = capture, lifelines, is_silent

    def mark(self, row: Row, person: str) -> Mark:
        """The cell of a message of mine and somebody else."""
        if row.to is not None and row.to != person:
            return Mark(Fared.NOT_FOR)
        if row.kind is Kind.REJECTED:
            return Mark(Fared.REFUSED)
        fate = self._capture.fate(row)
        read = fate.read.get(person) if fate else None
        got = fate.delivered.get(person) if fate else None
        if fate and read is not None:
            return Mark(Fared.READ, max(0, read - fate.at))
        left = self._lifelines.left_after(person, row.number)
        if fate and got is not None:
            return Mark(Fared.DELIVERED, max(0, got - fate.at), left and row.kind is Kind.CHAT)
        if self._lifelines.stay(person, row.number) is Stay.ABSENT:
            return Mark(Fared.NOT_THERE)
        if left:
            return Mark(Fared.LEFT)
        return Mark(Fared.SILENT if self._is_silent(person) else Fared.ON_RELAY)

    def is_unread(self, row: Row) -> bool:
        """Whether somebody to whom a chat line went has not read it, as far as they told; nobody reads other signals."""
        fate = self._capture.fate(row)
        return row.kind is Kind.CHAT and fate is not None and len(fate.read) < fate.of

    def summary(self, row: Row) -> str:
        """How it fared in all: "read 2/4"."""
        fate = self._capture.fate(row)
        if fate is None:
            return Fared.REFUSED.value if row.kind is Kind.REJECTED else ""
        if not fate.of:
            return "nobody there"
        return f"read {len(fate.read)}/{fate.of}" if fate.read else f"got {len(fate.delivered)}/{fate.of}"

    def receipt_of(self, row: Row, person: str) -> int | None:
        """Number of the row with which somebody told best of a message: that it was read, or delivered."""
        fate, seq = self._capture.fate(row), row.seq
        if fate is None or seq is None:
            return None
        at = fate.read.get(person, fate.delivered.get(person))
        if at is None:
            return None
        begin = row.number - self._capture.dropped
        for told in self._capture.rows[begin:]:
            if told.at == at and told.sender == person and told.kind is Kind.RECEIPT:
                receipt = parse_receipt(told.data)
                if receipt and any(first <= seq <= last for first, last in receipt.ranges):
                    return told.number
        return None

    def told_of(self, receipt: Row) -> int | None:
        """Number of the last message of mine of which that receipt tells."""
        found = parse_receipt(receipt.data)
        if receipt.kind is not Kind.RECEIPT or found is None:
            return None
        told = (seq for first, last in reversed(found.ranges) for seq in range(last, first - 1, -1))
        for seq in islice(told, _MOST_ASKED):
            number = self._capture.number_of(seq)
            if number is not None and mine([self._capture.rows[number - self._capture.dropped - 1]]):
                return number
        return None
