"""What every client of a session saw, held against the log: which guarantee broke, and the shortest witness.

Pure. The truth is the log itself, entry by entry as it grew, with who could see each entry; a `Witness` is
one connection with everything it was shown, over all its transports.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from heliograph_relay.protocol.model import CreatedEntry, DestroyedEntry, Entry, SignalEntry


class Broken(AssertionError):
    """A guarantee of docs/PROTOCOL.md does not hold."""


@dataclass
class Truth:
    """The log as it grew. `seen_by` is None where everybody could see an entry."""

    entries: list[Entry] = field(default_factory=list)
    seen_by: list[frozenset[str] | None] = field(default_factory=list)

    def grow(self, entries: Iterable[Entry], inspectors: frozenset[str]) -> None:
        """New entries, and who inspected the session when they were made."""
        for entry in entries:
            if entry.seq != len(self.entries) + 1:
                raise Broken(f"the log goes from {len(self.entries)} to {entry.seq}")
            private = isinstance(entry, SignalEntry) and entry.to is not None
            self.entries.append(entry)
            self.seen_by.append(frozenset({entry.to}) | inspectors if private else None)  # type: ignore[union-attr, arg-type]

    def visible(self, id: str, after: int) -> list[Entry]:
        """What a connection was to see after an entry: all but its own creation, and others' private signals."""
        return [
            entry
            for entry, seen_by in zip(self.entries[after:], self.seen_by[after:], strict=True)
            if (seen_by is None or id in seen_by)
            and not (isinstance(entry, CreatedEntry) and entry.connection.id == id)
        ]

    def check_departures(self) -> None:
        """Nobody leaves twice, or without having come."""
        here: set[str] = set()
        for entry in self.entries:
            if isinstance(entry, CreatedEntry):
                here.add(entry.connection.id)
            elif isinstance(entry, DestroyedEntry):
                if entry.connection not in here:
                    raise Broken(f"{entry.connection} left at {entry.seq} and was not there")
                here.remove(entry.connection)

    def check_senders(self) -> None:
        """Each sender's signals stand in the order of their numbers, and none stands twice."""
        last: dict[str, int] = {}
        for entry in self.entries:
            if isinstance(entry, SignalEntry) and entry.sender is not None and entry.n is not None:
                if entry.n <= last.get(entry.sender, 0):
                    raise Broken(
                        f"signal {entry.n} of {entry.sender} after {last[entry.sender]}, at {entry.seq}"
                    )
                last[entry.sender] = entry.n


@dataclass
class Witness:
    """One connection: the entry it joined at, and what it was shown since."""

    id: str
    joined_at: int
    shown: list[Entry] = field(default_factory=list)

    @property
    def seq(self) -> int:
        """The last entry it saw: what it resumes with."""
        return self.shown[-1].seq if self.shown else self.joined_at

    def check(self, truth: Truth, *, complete: bool) -> None:
        """What it saw is what it was to see, in order, once; all of it where it is `complete`."""
        expected = truth.visible(self.id, self.joined_at)
        for number, entry in enumerate(self.shown):
            if number >= len(expected) or entry != expected[number]:
                wanted = expected[number].seq if number < len(expected) else "nothing"
                raise Broken(f"{self.id} was shown entry {entry.seq} where {wanted} was next")
        if complete and len(self.shown) < len(expected):
            raise Broken(f"{self.id} was never shown entry {expected[len(self.shown)].seq}")
