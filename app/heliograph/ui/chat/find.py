"""Finding words in a conversation: which messages hold them, and where one stands among those. Pure: no Qt."""

import re
from collections.abc import Sequence

from heliograph.model.conversation import Message


def pattern_of(words: str) -> re.Pattern[str] | None:
    """What finds these words, whatever their case; None for nothing to be found."""
    return re.compile(re.escape(words.strip()), re.IGNORECASE) if words.strip() else None


class Finder:
    """The messages that hold some words, oldest first, and the one that was come to last."""

    def __init__(self) -> None:
        self.pattern: re.Pattern[str] | None = None
        self._refs: list[str] = []
        self._current: str | None = None

    def look_for(self, words: str, messages: Sequence[Message]) -> str | None:
        """Other words: the newest message that holds them."""
        self.pattern = pattern_of(words)
        self._current = None
        self.look_again(messages)
        return self.step(-1)

    def look_again(self, messages: Sequence[Message]) -> None:
        """The messages have changed; one stays at the same one."""
        found = self.pattern.search if self.pattern is not None else None
        self._refs = [m.ref for m in messages if found(m.text)] if found is not None else []
        if self._current not in self._refs:
            self._current = None

    def step(self, by: int) -> str | None:
        """To the next newer one (1) or older one (-1), or from one end to the other; None where there is none."""
        if not self._refs:
            return None
        if self._current is None:
            place = len(self._refs) - 1 if by < 0 else 0
        else:
            place = (self._refs.index(self._current) + by) % len(self._refs)
        self._current = self._refs[place]
        return self._current

    @property
    def is_at_oldest(self) -> bool:
        """Whether there is no older one among the messages that were looked through."""
        return not self._refs or self._current == self._refs[0]

    def words(self) -> str:
        """Where one stands: "2 of 7"; "" while nothing is looked for."""
        if self.pattern is None:
            return ""
        if not self._refs:
            return "not found"
        if self._current is None:
            return f"{len(self._refs):,} found"
        return f"{len(self._refs) - self._refs.index(self._current):,} of {len(self._refs):,}"
