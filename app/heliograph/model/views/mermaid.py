"""A part of a sequence diagram as Mermaid text (https://mermaid.js.org/syntax/sequenceDiagram.html). Pure.

Names and data come from others: whatever could mean something to Mermaid is written as its number, and
participants are called p1, p2, …; so nothing that somebody says can become a line of the diagram.
"""

from collections.abc import Sequence

from heliograph.model.capture import Capture, Kind, Row
from heliograph.model.text import one_line
from heliograph.model.views.labels import label
from heliograph.model.views.lifelines import SERVER

#: Mermaid refuses more than 50,000 characters by default.
MOST_CHARACTERS = 48_000
#: Most rows in one text.
MOST_ROWS = 500
_MOST_LABEL = 80
#: What is written as it is beside letters and digits. A colon, a semicolon, a percent sign, … mean something.
_PLAIN = frozenset(" .,-_()/!?'+=…–→")
#: Arrows by kind: full line with a head, dashed, open, …
_ARROWS = {Kind.CHAT: "->>", Kind.SIGNAL: "->>", Kind.PING: "-)", Kind.RECEIPT: "-->>", Kind.TYPING: "--)"}
_EVERYONE = "\0everyone"  # no connection is called that


def mermaid(capture: Capture, rows: Sequence[Row], people: Sequence[str], said: str = "") -> str:
    """These rows between these people; `said` is noted at the top, for what is left out.

    A signal to everybody is an arrow to a participant of that name. Where the text would get too long the
    oldest rows are left out, and that is noted.
    """
    head = _Head(capture, people)
    lines: list[str] = []
    size = left = 0
    for place in range(len(rows) - 1, -1, -1):
        line = _line(head, rows[place])
        size += len(line) + 5
        if len(lines) >= MOST_ROWS or size + head.size > MOST_CHARACTERS:
            left = place + 1
            break
        lines.append(line)
    if left:
        said = f"{said} The first {left:,} of these {len(rows):,} are left out.".strip()
    return "\n    ".join([*head.lines(said), *reversed(lines)]) + "\n"


def safe(text: str, limit: int = _MOST_LABEL) -> str:
    """Text that Mermaid shows as it is and takes for nothing else."""
    line = one_line(text, limit)
    return "".join(c if c in _PLAIN or c.isalnum() else f"#{ord(c)};" for c in line) or "#32;"


class _Head:
    """The participants; only those are written that something was said of."""

    def __init__(self, capture: Capture, people: Sequence[str]) -> None:
        self.capture = capture
        self._order = {id: place for place, id in enumerate([*people, _EVERYONE])}
        self._used: dict[str, str] = {}
        self.size = 300

    def name(self, id: str) -> str:
        """What a participant is called in the text."""
        if id not in self._used:
            place = self._order.setdefault(id, len(self._order))
            self._used[id] = "all" if id == _EVERYONE else f"p{place + 1}"
            self.size += len(self._words(id)) + 30
        return self._used[id]

    def lines(self, said: str) -> list[str]:
        """The beginning of the text."""
        used = sorted(self._used, key=lambda who: self._order[who])
        found = ["sequenceDiagram", *(f"participant {self._used[id]} as {self._words(id)}" for id in used)]
        if said and used:
            found.append(f"Note over {self._used[used[0]]}: {safe(said, 200)}")
        return found

    def _words(self, id: str) -> str:
        if id == _EVERYONE:
            return "everyone"
        if id == SERVER:
            return "server"
        return safe(f"{self.capture.name(id)} ({self.capture.person_short_id(id)})", 120)


def _line(head: _Head, row: Row) -> str:
    words = safe(label(head.capture, row))
    sender = head.name(SERVER if row.is_server else row.sender or _EVERYONE)
    if row.kind is Kind.REJECTED:
        return f"{sender}-x{head.name(row.to or _EVERYONE)}: {words}"
    if row.kind in _ARROWS:
        return f"{sender}{_ARROWS[row.kind]}{head.name(row.to or _EVERYONE)}: {words}"
    return f"Note over {sender}: {words}"
