"""Where in a capture the signal of a seq stands. Pure.

Seq and number of a row both count on by one nearly always, so what is kept is where that is not so: a dictionary
of a million seqs would be a quarter of the whole capture.
"""

from array import array
from bisect import bisect_right

_MOST_SEQ = 1 << 62


class SeqIndex:
    """Numbers of rows by seq, as runs: from `starts[i]` on, a row's number is its seq less `ahead[i]`.

    Where no row has a seq it names the row of another one, or none: whoever asks looks.
    """

    def __init__(self) -> None:
        self._starts, self._ahead = array("q"), array("q")
        self._end = 0

    def __len__(self) -> int:
        """How many runs there are."""
        return len(self._starts)

    def get(self, seq: int) -> int:
        """What the number of that seq's row is, if there is one."""
        place = bisect_right(self._starts, seq) - 1
        return seq - self._ahead[place] if place >= 0 else 0

    def add(self, seq: int, number: int) -> None:
        """A row; a later one takes the place of an earlier one of that seq."""
        if not 0 <= seq < _MOST_SEQ:
            return  # no relay has come that far; this one means something else
        ahead, in_order = seq - number, seq >= self._end
        self._end = max(self._end, seq + 1)
        place = len(self._starts) if in_order else bisect_right(self._starts, seq)
        before = self._ahead[place - 1] if place else None
        if ahead == before:
            return
        if not in_order and before is not None and self._starts[place : place + 1] != array("q", [seq + 1]):
            self._insert(place, seq + 1, before)  # behind this one all is as it was
        if place and self._starts[place - 1] == seq:
            self._ahead[place - 1] = ahead
        else:
            self._insert(place, seq, ahead)

    def drop(self, number: int) -> None:
        """Rows up to that number are gone."""
        gone = 0
        while gone + 1 < len(self._starts) and self._starts[gone + 1] - self._ahead[gone + 1] <= number:
            gone += 1
        del self._starts[:gone], self._ahead[:gone]

    def _insert(self, place: int, start: int, ahead: int) -> None:
        self._starts.insert(place, start)
        self._ahead.insert(place, ahead)
