"""What was captured of the session that was left last: rows in memory, for whoever wants to look at them or save them yet."""

from collections.abc import Callable
from pathlib import Path

from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.opened_capture import Shown
from heliograph.model.capture import Capture
from heliograph.model.captures.extract import About, Extract
from heliograph.services.captures import let_go


class KeptCapture:
    """Nothing of the session itself is held: neither who was in it nor what was on disk for it."""

    def __init__(self, capture: LiveCapture, title: str, session: str) -> None:
        self._capture = capture.snapshot()
        self.title, self.session = title, session
        #: How many rows there are, and since when, in milliseconds since the epoch.
        self.rows, self.began = len(self._capture), self._capture.rows[0].at

    def extract(self, program: str, saved: int) -> Extract:
        """All of it, to be saved."""
        about = About(program=program, saved=saved, session=self.session, title=self.title)
        return Extract(self._capture, about)

    def source(self) -> "KeptRows":
        """All of it, for one more window."""
        return KeptRows(self._capture.snapshot(), self.title)

    async def let_go(self) -> None:
        """Nobody may ask for it any more; windows that show it keep what they show."""
        await let_go(self._capture.rows)


class _Reader:
    program = part = damage = ""

    def __init__(self, capture: Capture, title: str) -> None:
        self.capture, self.title = capture, title


class KeptRows:
    """A source for an opened capture; all is read already."""

    where = "the session that you left"
    fraction = 1.0

    def __init__(self, capture: Capture, title: str) -> None:
        self.path = Path(self.where)
        self.reader: Shown | None = _Reader(capture, title)

    async def read(self, on_turn: Callable[[], None]) -> object:
        """There is nothing to wait for."""
        return self.reader


def has_signals(capture: Capture) -> bool:
    """Whether it is worth keeping: who came and went alone is not."""
    return any(row.kind.has_bytes for row in capture.rows)
