"""The ordered log of one session: what recovery replays, bounded by entries and bytes."""

from collections.abc import Iterator
from typing import cast

from heliograph_relay.core.kept import Kept
from heliograph_relay.protocol.model import Entry, SignalEntry

#: Bytes that an entry takes beside its type and data, about.
ENTRY_BYTES = 256

#: Nobody inspects.
NOBODY: frozenset[str] = frozenset()
#: So many places of forgotten entries may stand empty.
_MOST_EMPTY = 256


class Log:
    """Entries numbered without a gap from 1; `seq` is the last number given.

    `entries` and `size` are bounds: whatever is over either of them is forgotten, oldest first
    (docs/PROTOCOL.md, Rules: Recovery). Sizes count bytes of type and data.
    """

    __slots__ = ("_entries", "_kept", "_max_size", "_start", "seq", "size")

    def __init__(self, *, entries: int, size: int) -> None:
        self._entries = entries
        self._max_size = size
        #: What is kept, from `_start` on: whatever is before that is forgotten, and its places go in one step.
        self._kept: list[Kept | None] = []
        self._start = 0
        self.seq = 0
        #: Bytes of type and data that are kept.
        self.size = 0

    def append(self, entry: Entry, size: int, inspectors: frozenset[str]) -> None:
        """Add the entry numbered `self.seq + 1`. Call `forget` until there is nothing more.

        Where memory ends, nothing is added: whatever needs some is done first.
        """
        grown = self.size + size
        self._kept.append(Kept(entry, size, inspectors))
        self.seq = entry.seq
        self.size = grown

    def take_back(self, seq: int) -> int:
        """Unwrite the signals after `seq`, which nobody has been told of; the bytes that they counted for."""
        cost = 0
        while len(self) and (kept := self._kept[-1]) is not None and kept.entry.seq > seq:
            if not isinstance(kept.entry, SignalEntry):
                break
            cost += kept.size + ENTRY_BYTES
            self.size -= kept.size
            self._kept.pop()
            self.seq = kept.entry.seq - 1
        return cost

    def forget(self) -> Kept | None:
        """Take out the oldest entry if there is more than the bounds allow."""
        count = len(self._kept) - self._start
        if not count or (count <= self._entries and self.size <= self._max_size):
            return None
        return self.pop()

    def pop(self) -> Kept:
        """Take out the oldest entry; there must be one. Where memory ends, it stays."""
        if self._start > _MOST_EMPTY and self._start > len(self):
            del self._kept[: self._start]
            self._start = 0
        start = self._start
        oldest = self._kept[start]
        assert oldest is not None
        following, size = start + 1, self.size - oldest.size
        self._kept[start] = None
        self._start = following
        self.size = size
        return oldest

    @property
    def cost(self) -> int:
        """Bytes that the kept entries take, about."""
        return self.size + ENTRY_BYTES * len(self)

    @property
    def latest(self) -> int:
        """When the last entry was made, in ms since the Unix epoch; 0 if none is kept."""
        last = self._kept[-1] if len(self) else None
        return 0 if last is None else last.entry.at

    def after(self, seq: int) -> Iterator[Kept]:
        """The entries that are still known and numbered above `seq`, in order."""
        first = self.seq - len(self) + 1
        place = self._start + max(0, seq + 1 - first)
        while place < len(self._kept):
            yield cast(Kept, self._kept[place])
            place += 1

    def __len__(self) -> int:
        """How many entries are kept."""
        return len(self._kept) - self._start


class Repeats:
    """Where the signals of one sender stand in the log, for when it sends them again.

    Made when the first repeat comes, and only ever brought up to date: a client that does nothing but repeat itself
    must not cost a search of the log each time.
    """

    __slots__ = ("_seqs", "_until")

    def __init__(self) -> None:
        self._until = 0
        self._seqs: dict[int, int] = {}

    def seq_of(self, log: Log, sender: str, n: int) -> int | None:
        """Where the sender's signal `n` stands, if it is still known."""
        seq = self._seqs.get(n)
        if seq is None and self._until < log.seq:
            self._learn(log, sender)
            seq = self._seqs.get(n)
        return seq if seq is not None and seq > log.seq - len(log) else None

    def _learn(self, log: Log, sender: str) -> None:
        first = log.seq - len(log) + 1
        self._seqs = {n: seq for n, seq in self._seqs.items() if seq >= first}
        for kept in log.after(self._until):
            entry = kept.entry
            if isinstance(entry, SignalEntry) and entry.sender == sender and entry.n is not None:
                self._seqs[entry.n] = entry.seq
        self._until = log.seq
