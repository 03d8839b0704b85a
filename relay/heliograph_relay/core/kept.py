"""An entry as a log keeps it."""

from msgspec import Struct

from heliograph_relay.protocol.model import Entry, SignalEntry


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
