"""What the people in a capture are called, and how they are told apart. Pure."""

from collections import Counter
from collections.abc import Iterable

from heliograph.model.calling import called
from heliograph.model.hues import Hues
from heliograph.model.people import OPENTOK
from heliograph.model.short_ids import ShortIds
from heliograph.model.text import display_name
from heliograph_relay.protocol.model import Connection


class KnownPeople:
    """Everybody who was ever seen, by connection id."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        #: Those of the session's people, where there is a session.
        self.short_ids, self.hues = ShortIds(), Hues()
        self._called: Counter[str] = Counter()
        self._counted = 0
        #: Who is in an application that sends no receipts.
        self.silent: set[str] = set()

    def name(self, id: str | None) -> str:
        """What somebody is or was called; "server" for None."""
        if id is None:
            return "server"
        return self._names.get(id, id[:8])

    def person_short_id(self, id: str) -> str:
        """A few letters that tell somebody from all others, of the same name too."""
        return self.short_ids[id]

    def hue(self, id: str) -> int:
        """The colour of somebody, 0 to 11 (`theme.person_color`)."""
        return self.hues[id]

    def has_namesake(self, id: str) -> bool:
        """Whether somebody else is, or was, called the same: the name alone does not say who it is."""
        if self._counted != len(self._names):
            self._counted = len(self._names)
            self._called = Counter(name.casefold() for name in self._names.values())
        return self._called[self.name(id).casefold()] > 1

    def full_name(self, id: str | None) -> str:
        """The name, with the short id where others have the same: no two people read alike."""
        name = self.name(id)
        return f"{name} {self.short_ids[id]}" if id is not None and self.has_namesake(id) else name

    def people(self) -> Iterable[str]:
        """Ids of everybody who is or was here."""
        return self._names.keys()

    def _learn(self, connection: Connection) -> None:
        self._names[connection.id] = display_name(called(connection))
        if connection.client == OPENTOK:
            self.silent.add(connection.id)
