"""Two signals side by side: what differs in their envelopes and in their data."""

from PySide6 import QtWidgets

from heliograph.model.capture import Capture, Row
from heliograph.model.diff import MOST_CHANGES, Change, How, compare_data, compare_members
from heliograph.model.envelope import envelope
from heliograph.model.text import plural, reveal, stamps_words
from heliograph.ui.form import muted
from heliograph.ui.inspector.detail_pages import FactsPage
from heliograph.ui.theme import space

#: Longest text of one side of a difference that is shown, in characters.
_MOST = 400
_INK = {How.CHANGED: "warning", How.REMOVED: "danger", How.ADDED: "success"}
#: Members that differ between any two signals, which is told as one (how much later), or with their data.
_ALWAYS = ("at", "seq", "n", "bytes")


class ComparePage(QtWidgets.QWidget):
    """A sentence, and a line for every difference."""

    def __init__(self) -> None:
        super().__init__()
        self._words = muted("", wrap=True)
        self._list = FactsPage(
            "Differences of the two selected signals", ("Where", "", "Left", "Right"), narrow=(1,)
        )
        self.setFocusProxy(self._list)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addWidget(self._words)
        column.addWidget(self._list, 1)
        column.addStretch()

    def compare(self, capture: Capture, left: Row, right: Row) -> None:
        """The differences from the one to the other."""
        sides = [
            {k: v for k, v in envelope(capture, row).items() if k not in _ALWAYS} for row in (left, right)
        ]
        members, data = compare_members(*sides), compare_data(left.data, right.data)
        self._list.setHeaderLabels(["Where", "", f"#{left.number:,}", f"#{right.number:,}"])
        self._words.setText(_sentence(left, right, members, data))
        changes = [*members, *data]
        rows = [(reveal(c.where), c.how.value, _side(c.before), _side(c.after)) for c in changes]
        inks = [("", _INK[c.how], "", "") for c in changes]
        self._list.show_facts(rows, inks)
        self._list.setVisible(bool(rows))


def _sentence(left: Row, right: Row, members: list[Change], data: list[Change]) -> str:
    later = right.at - left.at
    when = (
        f"{stamps_words(abs(later))} {'after' if later > 0 else 'before'}"
        if later
        else "in the same millisecond as"
    )
    when = f"#{right.number:,} came {when} #{left.number:,}"
    if not members and not data:
        return f"{when}. Everything else is the same."
    told = f"{plural(len(data), 'difference')} in the data" if data else "the data is the same"
    if len(data) >= MOST_CHANGES:
        told = f"the first {MOST_CHANGES:,} differences in the data"
    legend = f"≠ differs,  − only in #{left.number:,},  + only in #{right.number:,}".replace("  ", "~")
    legend = legend.replace(" ", "\N{NO-BREAK SPACE}").replace("~", " ")
    return f"{when}: {told}, {len(members) or 'none'} in the envelope.  {legend}"


def _side(text: str | None) -> str:
    if text is None:
        return "–"
    shown = reveal(text)
    return shown if len(shown) <= _MOST else shown[: _MOST - 1] + "…"
