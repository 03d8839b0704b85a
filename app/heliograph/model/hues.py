"""The colours of the people in a session. Pure.

A colour comes from the connection id and from who was here when that connection came, both told by the relay and
never by a name. Everybody sees the same people come in the same order, so as a rule they see the same colours;
who came after somebody had left may see another one.
"""

import zlib
from collections import Counter

HUES = 12
#: How far apart colours are while there is room for that, in steps of the circle; in the end they only differ.
_GAPS = (3, 2, 1)
#: From one colour that is taken to the next that is tried: far away, and through all of them.
_STEP = 5


class Hues:
    """Gives every connection a colour, 0 to 11, that nobody else here has until all are used up."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}
        self._here: set[str] = set()

    def __getitem__(self, id: str) -> int:
        """The colour of somebody; whoever never came has the one that they would like."""
        found = self._given.get(id)
        return _wish(id) if found is None else found

    def come(self, id: str) -> int:
        """Somebody is here: the colour that they keep."""
        if id not in self._given:
            self._given[id] = self._free(_wish(id))
        self._here.add(id)
        return self._given[id]

    def left(self, id: str) -> None:
        """Somebody is here no more: the next may have that colour."""
        self._here.discard(id)

    def _free(self, wish: int) -> int:
        taken = Counter(self._given[id] for id in self._here)
        order = [(wish + _STEP * step) % HUES for step in range(HUES)]
        for gap in _GAPS:
            for hue in order:
                if all(_apart(hue, other) >= gap for other in taken):
                    return hue
        return min(order, key=taken.__getitem__)


def _wish(id: str) -> int:
    return zlib.crc32(id.encode("utf-8", "surrogatepass")) % HUES


def _apart(one: int, other: int) -> int:
    around = abs(one - other)
    return min(around, HUES - around)
