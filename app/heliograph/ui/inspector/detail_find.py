"""The line in which one looks for words in the data of a signal."""

from collections.abc import Callable

from heliograph.ui import find_line


class FindLine(find_line.FindLine):
    """Below the data. `look` goes to the next (1), the previous (-1) or the first (0) place; says where."""

    def __init__(self, look: Callable[[str, int], str]) -> None:
        super().__init__("Find in the data", "Previous place", "Next place", enter=1)
        self._look = look
        self.changed.connect(lambda _text: self._step(0))
        self.stepped.connect(self._step)

    def look_again(self) -> None:
        """Other data: look there for the same, if anything is looked for."""
        if not self.isHidden():
            self._step(0)

    def _step(self, by: int) -> None:
        self.say(self._look(self.text(), by))
