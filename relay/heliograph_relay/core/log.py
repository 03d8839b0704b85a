"""The ordered log of one session: what recovery replays, bounded by entries and bytes."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

from msgspec import Struct

from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Entry, SignalEntry

#: Nobody inspects.
NOBODY: frozenset[str] = frozenset()


class Kept(Struct, frozen=True, gc=False):
    """An entry, its size in bytes, and who inspected the session when it was made."""

    entry: Entry
    size: int
    inspectors: frozenset[str]

    @property
    def private_to(self) -> frozenset[str] | None:
        """The connections that may see this entry; None where everybody may."""
        entry = self.entry
        if isinstance(entry, SignalEntry) and entry.to is not None:
            return self.inspectors | {entry.to}
        return None


class Log:
    """Entries numbered without a gap from 1; `seq` is the last number given.

    `entries` and `size` are bounds: whatever is over either of them is forgotten, oldest first
    (docs/PROTOCOL.md, Rules: Recovery). Sizes count bytes of type and data.
    """

    __slots__ = ("_entries", "_kept", "_max_size", "_size", "seq")

    def __init__(self, *, entries: int, size: int) -> None:
        self._entries = entries
        self._max_size = size
        self._size = 0
        self._kept: deque[Kept] = deque()
        self.seq = 0

    def append(self, entry: Entry, size: int, inspectors: frozenset[str]) -> None:
        """Add the entry numbered `self.seq + 1`."""
        self.seq = entry.seq
        self._size += size
        self._kept.append(Kept(entry, size, inspectors))

    def forget(self) -> Iterator[Kept]:
        """Take out, and yield, what is over the bounds."""
        kept = self._kept
        while kept and (len(kept) > self._entries or self._size > self._max_size):
            oldest = kept.popleft()
            self._size -= oldest.size
            yield oldest

    def after(self, seq: int) -> Iterator[Kept]:
        """The entries that are still known and numbered above `seq`, in order."""
        if not self._kept:
            return iter(())
        first = self._kept[0].entry.seq
        return islice(self._kept, max(0, seq + 1 - first), None)

    def mentions(self, connection_id: str) -> bool:
        """Whether a connection of this id came or went, as far as is still known."""
        return any(
            entry.connection == connection_id
            if isinstance(entry, DestroyedEntry)
            else isinstance(entry, CreatedEntry) and entry.connection.id == connection_id
            for entry in (kept.entry for kept in self._kept)
        )

    def seq_of(self, sender: str, n: int) -> int | None:
        """Where the sender's signal `n` stands, if it is still known."""
        for kept in reversed(self._kept):
            entry = kept.entry
            if isinstance(entry, SignalEntry) and entry.n == n and entry.sender == sender:
                return entry.seq
        return None
