"""Receipts: saying that signals were delivered or read, and counting what others say (docs/PROTOCOL.md,
"Conventions"). Pure.

Three rules: a receipt is never acknowledged by a receipt; it counts only for a signal of mine, and only
from a connection that got it; *read* implies *delivered*. Whatever breaks them is ignored.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable
from typing import Literal

import msgspec
from msgspec import Struct

from heliograph.model.ranges import RangeSet, ranges_of
from heliograph_relay.protocol.model import MAX_DATA_BYTES

RECEIPT = "receipt"
TYPING = "typing"

ReceiptState = Literal["delivered", "read"]

#: Signals of mine whose receipts are still counted. Older ones keep what they have.
KEPT_SIGNALS = 100_000
#: Separate ranges remembered for one person; who scatters more is no honest reader.
MAX_RANGES = 20_000
#: Pings whose answers are still awaited.
KEPT_PINGS = 500


class Receipt(Struct, frozen=True, gc=False):
    """What the data of a `receipt` signal says; ranges include both ends."""

    state: ReceiptState
    epoch: str
    ranges: list[tuple[int, int]]


_decoder = msgspec.json.Decoder(Receipt)


def parse_receipt(data: str | None) -> Receipt | None:
    """The receipt in `data`; None where that is none."""
    try:
        receipt = _decoder.decode(data or "")
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    return receipt if all(1 <= first <= last for first, last in receipt.ranges) else None


def write_receipt(state: ReceiptState, epoch: str, seqs: Iterable[int]) -> tuple[str, list[int]]:
    """The data of one receipt for `seqs`, lowest first, and those that no longer fit into one signal."""
    ranges = ranges_of(seqs)
    receipt = Receipt(state, epoch, ranges)
    while len(data := msgspec.json.encode(receipt)) > MAX_DATA_BYTES:
        fitting = max(1, len(receipt.ranges) * MAX_DATA_BYTES // len(data) - 1)
        receipt = Receipt(state, epoch, ranges[:fitting])
    left = ranges[len(receipt.ranges) :]
    return data.decode(), [seq for first, last in left for seq in range(first, last + 1)]


def is_acknowledged(type: str | None) -> bool:
    """Whether a signal of this type is answered by receipts: all but receipts and typing are."""
    return type not in (RECEIPT, TYPING)


def is_ping(type: str | None, data: str | None) -> bool:
    """A signal with neither type nor data; it is answered at once."""
    return type is None and data is None


class Owed:
    """Receipts that I owe, gathered until they are sent.

    A sender has at most one receipt of a state on its way; what comes meanwhile goes into the next one. So
    receipts never fill the queue in front of what a person types.
    """

    def __init__(self) -> None:
        self._due: dict[tuple[str, ReceiptState], set[int]] = {}
        self._on_way: set[tuple[str, ReceiptState]] = set()

    def delivered(self, sender: str, seq: int) -> None:
        """`seq` of `sender` has arrived here."""
        self._due.setdefault((sender, "delivered"), set()).add(seq)

    def read(self, sender: str, seq: int) -> None:
        """`seq` of `sender` was read here, and so it was delivered."""
        self._due.setdefault((sender, "read"), set()).add(seq)
        if arrived := self._due.get((sender, "delivered")):
            arrived.discard(seq)

    def take(self, epoch: str) -> list[tuple[str, ReceiptState, str]]:
        """What can go now, as (recipient, state, data); say `done` when it is acknowledged."""
        out = []
        for key in [k for k, seqs in self._due.items() if seqs and k not in self._on_way]:
            data, left = write_receipt(key[1], epoch, self._due.pop(key))
            if left:
                self._due[key] = set(left)
            self._on_way.add(key)
            out.append((*key, data))
        return out

    def done(self, sender: str, state: ReceiptState) -> bool:
        """That receipt is through, or never will be; True if more of its kind is due."""
        self._on_way.discard((sender, state))
        return bool(self._due.get((sender, state)))

    def drop_delivered(self) -> None:
        """Receipts of delivery are not wanted any more."""
        for key in [k for k in self._due if k[1] == "delivered"]:
            del self._due[key]

    def forget(self, sender: str) -> None:
        """That sender has left: nobody is owed anything."""
        for key in [k for k in self._due if k[0] == sender]:
            del self._due[key]

    def clear(self) -> None:
        """A new connection, or a new life of the log: what was seen before cannot be acknowledged."""
        self._due.clear()
        self._on_way.clear()


class OwnSignals:
    """What I sent in this life of the log, who got it, and whose receipts have been counted."""

    def __init__(self) -> None:
        self._seqs: list[int] = []
        self._recipients: dict[int, tuple[str, ...]] = {}
        self._counted: dict[tuple[str, ReceiptState], RangeSet] = {}

    def sent(self, seq: int, recipients: tuple[str, ...]) -> None:
        """The relay took a signal of mine as entry `seq`, for these connections."""
        if seq in self._recipients:
            return
        insort(self._seqs, seq)
        self._recipients[seq] = recipients
        if len(self._seqs) > KEPT_SIGNALS:
            for old in self._seqs[: KEPT_SIGNALS // 10]:
                del self._recipients[old]
            del self._seqs[: KEPT_SIGNALS // 10]

    def count(self, sender: str, receipt: Receipt) -> list[int]:
        """Which signals of mine this receipt newly tells of; those it may not tell of are left out."""
        counted = self._counted.setdefault((sender, receipt.state), RangeSet())
        found: list[int] = []
        newest = self._seqs[-1] if self._seqs else 0
        for first, last in receipt.ranges:
            if first <= newest and len(counted) < MAX_RANGES:
                for low, high in counted.add(first, min(last, newest)):  # nobody acknowledges the future
                    found += self._seqs[bisect_left(self._seqs, low) : bisect_right(self._seqs, high)]
        return [seq for seq in found if sender in self._recipients[seq]]

    def clear(self) -> None:
        """A new connection, or a new life of the log."""
        self._seqs.clear()
        self._recipients.clear()
        self._counted.clear()


class RoundTrips:
    """Pings of mine that are being answered; times are monotonic seconds."""

    def __init__(self) -> None:
        self._unnumbered: dict[str, float] = {}
        self._sent: dict[int, float] = {}

    def prepared(self, ref: str) -> None:
        """A ping was asked for; it counts from the moment it is written."""
        self._unnumbered[ref] = 0.0

    def written(self, ref: str, now: float) -> None:
        """It went to the wire."""
        if ref in self._unnumbered:
            self._unnumbered[ref] = now

    def taken(self, ref: str, seq: int | None) -> None:
        """The relay took it as entry `seq`, or (None) never will."""
        began = self._unnumbered.pop(ref, None)
        if began is None or seq is None:
            return
        self._sent[seq] = began
        while len(self._sent) > KEPT_PINGS:
            del self._sent[next(iter(self._sent))]

    def answered(self, seq: int, now: float) -> float | None:
        """Milliseconds since ping `seq` was written; None if that was no ping."""
        began = self._sent.get(seq)
        return None if began is None else (now - began) * 1000

    def clear(self) -> None:
        """Nothing will be answered any more."""
        self._unnumbered.clear()
        self._sent.clear()
