"""Who was in the session when, read from the rows of a capture: the lifelines of a sequence diagram. Pure."""

from bisect import bisect_right, insort
from collections.abc import Iterable, Sequence
from enum import Enum
from operator import attrgetter

from heliograph.model.capture import Kind, Row

#: The lifeline of signals that a server sent: they have no sender.
SERVER = ""

_sender, _to = attrgetter("sender"), attrgetter("to")


class Stay(Enum):
    """How somebody is in the session."""

    ABSENT = "absent"
    HERE = "here"
    AWAY = "away"


_BECOMES = {Kind.JOIN: Stay.HERE, Kind.LEAVE: Stay.ABSENT, Kind.AWAY: Stay.AWAY, Kind.BACK: Stay.HERE}


class Lifelines:
    """Everybody who occurs in rows, in the order in which they first do, and when they were there.

    Feed it every row once, oldest first. Whoever occurs first otherwise than by joining was there before
    the capture began.
    """

    def __init__(self) -> None:
        #: Numbers of the rows at which something changes, oldest first, and what is so from there on.
        self._changes: dict[str, list[tuple[int, Stay]]] = {}
        self._me: str | None = None
        #: Those of whom no row has told yet.
        self._assumed: set[str] = set()
        #: Every connection of mine.
        self.mine: set[str] = set()

    def clear(self) -> None:
        """All rows come anew."""
        self._changes.clear()
        self._assumed.clear()
        self.mine.clear()
        self._me = None

    @property
    def people(self) -> Sequence[str]:
        """Their connection ids."""
        return list(self._changes)

    @property
    def me(self) -> str | None:
        """My connection of now."""
        return self._me

    def knows(self, ids: Iterable[str]) -> None:
        """These are there from the beginning, whether or not they ever say anything, unless a row tells when they came."""
        for id in ids:
            if id not in self._changes:
                self._changes[id] = [(0, Stay.HERE)]
                self._assumed.add(id)

    def is_me(self, id: str) -> None:
        """That is my connection of now."""
        self._me = id
        self.mine.add(id)

    def take(self, rows: Sequence[Row]) -> bool:
        """The rows that come next; True if anybody came, went, or was seen for the first time."""
        rows = [row for row in rows if row.kind is not Kind.FRAME]  # sockets, and no people
        fresh = {*map(_sender, rows), *map(_to, rows)} - self._changes.keys() - {None}
        telling = [
            row for row in rows
            if (kind := row.kind) is Kind.JOIN or kind is Kind.LEAVE or kind is Kind.AWAY or kind is Kind.BACK
        ]  # fmt: skip
        changed = bool(fresh or telling)
        own = {row.sender for row in rows if row.direction == "out" and row.sender is not None}
        if not own <= self.mine:
            self.is_me(next(iter(own - self.mine)))
            self.mine |= own
        if fresh:
            self._meet(rows, fresh)
        for row in telling:
            self._apply(row)
        return changed

    def stay(self, id: str, number: int) -> Stay:
        """How somebody was there when row `number` came, that row included."""
        changes = self._changes.get(id)
        place = bisect_right(changes, number, key=_number) - 1 if changes else -1
        return changes[place][1] if changes and place >= 0 else Stay.ABSENT

    def changes(self, id: str, after: int, until: int) -> list[tuple[int, Stay]]:
        """What changes for somebody behind row `after`, up to row `until`."""
        changes = self._changes.get(id, [])
        return changes[bisect_right(changes, after, key=_number) : bisect_right(changes, until, key=_number)]

    def left_after(self, id: str, number: int) -> bool:
        """Whether somebody who was there at row `number` has left since."""
        changes = self._changes.get(id, [])
        begin = bisect_right(changes, number, key=_number)
        return any(stay is Stay.ABSENT for _, stay in changes[begin:])

    def forget(self, dropped: int) -> None:
        """Rows up to that number are gone: so is who left before."""
        for id, changes in list(self._changes.items()):
            gone = bisect_right(changes, dropped, key=_number) - 1
            if gone > 0:
                del changes[:gone]
            if changes[-1][1] is Stay.ABSENT and changes[-1][0] <= dropped:
                del self._changes[id]

    def _meet(self, rows: Sequence[Row], fresh: set[str | None]) -> None:
        for row in rows:
            for id in (row.sender, row.to):
                if id is not None and id in fresh:
                    fresh.discard(id)
                    joins = row.kind is Kind.JOIN and id == row.sender
                    self._changes[id] = [] if joins else [(0, Stay.HERE)]
            if not fresh:
                return

    def _apply(self, row: Row) -> None:
        id = row.sender
        if id is None:
            return
        if row.kind is Kind.JOIN and row.direction == "local":
            if self._me is not None and self._me != id:
                self._change(self._me, row.number, Stay.ABSENT)
            self.is_me(id)
        if row.kind is Kind.JOIN and id in self._assumed:
            self._assumed.discard(id)
            self._changes[id].clear()
        self._change(id, row.number, _BECOMES[row.kind])

    def _change(self, id: str, number: int, stay: Stay) -> None:
        changes = self._changes.setdefault(id, [])
        if not changes or changes[-1][1] is not stay:
            insort(changes, (number, stay), key=_number)


def _number(change: tuple[int, Stay]) -> int:
    return change[0]
