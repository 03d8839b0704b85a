"""In which dialect a line of mine goes, so that everybody reads it once (docs/OPENTOK.md, "Chat in the desktop
application"). Pure.

Native clients read every dialect; pages of OpenTok only their own. So the line goes to everybody in the dialect
that most of the pages here speak, and once more, to each page alone, in that page's dialect where it is another
one. A native client is never sent a copy: what is sent to one connection is a private message there.
"""

from collections import Counter
from collections.abc import Mapping

from msgspec import Struct

from heliograph.model.dialects import CHAT, TEXT_CHAT, Author, Dialect, say
from heliograph_relay.protocol.model import utf8_length

#: Most copies of one line for pages of which nothing is known: a guess is not worth what more would take. Who was
#: heard always gets theirs, however many they are; the relay's pace decides how long that takes.
MOST_GUESSED = 50


class Way(Struct, frozen=True):
    """How a line goes: in `dialect` to all whom it is for, and in another one to each of `copies` besides."""

    dialect: Dialect = CHAT
    copies: tuple[tuple[str, Dialect], ...] = ()

    def size(self, text: str, author: Author) -> int:
        """Bytes of data of the largest signal by which `text` goes this way."""
        dialects = {self.dialect, *(dialect for _, dialect in self.copies)}
        return max(utf8_length(say(dialect, text, author, _SOME_TIME)) for dialect in dialects)


#: A moment; all that the present and the next centuries have take as many digits.
_SOME_TIME = 1_000_000_000_000


class Voices:
    """What pages were heard to speak: the last dialect of each."""

    def __init__(self) -> None:
        self._spoken: dict[str, Dialect] = {}
        self._past: dict[str, tuple[int, Dialect]] = {}

    def remembered(self, page: str, dialect: Dialect, place: int) -> None:
        """The history holds a line of a page, at that place; it is read in any order."""
        self._past[page] = max(
            self._past.get(page, (place, dialect)), (place, dialect), key=lambda line: line[0]
        )

    def heard(self, page: str, dialect: Dialect) -> None:
        """A page said a chat line."""
        self._spoken.pop(page, None)
        self._spoken[page] = dialect

    def way_to(self, pages: tuple[str, ...]) -> Way:
        """How a line goes of whose readers these are pages of OpenTok.

        Who has said nothing yet is taken to speak as most of the others do, or as the last page did that was ever
        heard here. Where nobody knows anything, the line goes plain and, for each of them, as the widget has it.
        """
        if not pages:
            return Way()
        spoken = {page: self._dialect(page) for page in pages}
        common = _most_common(spoken) or self._last()
        if common is None:
            few = len(pages) <= MOST_GUESSED
            return Way(CHAT, tuple((page, TEXT_CHAT) for page in pages)) if few else Way(TEXT_CHAT)
        copies = tuple((page, own) for page, own in spoken.items() if own is not None and own != common)
        return Way(common, copies)

    def deaf_to(self, dialect: Dialect, pages: tuple[str, ...]) -> tuple[str, ...]:
        """Those among these pages that were heard to use another one, and would not show a line in this."""
        return tuple(page for page in pages if self._dialect(page) not in (None, dialect))

    def _dialect(self, page: str) -> Dialect | None:
        past = self._past.get(page)
        return self._spoken.get(page) or (past[1] if past is not None else None)

    def _last(self) -> Dialect | None:
        """Of whoever spoke last, whether they are still here or not."""
        if self._spoken:
            return next(reversed(self._spoken.values()))
        return max(self._past.values(), key=lambda line: line[0])[1] if self._past else None


def _most_common(spoken: Mapping[str, Dialect | None]) -> Dialect | None:
    counted = Counter(dialect for dialect in spoken.values() if dialect is not None)
    return counted.most_common(1)[0][0] if counted else None
