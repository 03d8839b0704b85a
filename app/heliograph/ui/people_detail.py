"""All that is known of one person, and nothing that they could hide."""

import datetime
import json

from PySide6 import QtCore, QtWidgets

from heliograph.model.people import Person
from heliograph.model.text import duration_words, reveal
from heliograph.ui import theme
from heliograph.ui.theme import space

#: Characters of connection data in a tooltip; the detail has all of it.
_IN_TIP = 400
_ROUND_TRIP = "round trip: from this program through the relay to theirs and back, by this computer's clock"


def tip(person: Person, words: str) -> str:
    """A person in a tooltip, after `words` that say how they are."""
    lines = [words, f"id {person.id}"]
    if person.rtt_ms is not None:
        lines.append(_ROUND_TRIP)
    if person.alias and person.alias != person.name:
        lines.append(f"in their messages they call themselves {person.alias}")
    if person.data:
        shown = data_words(person.data)
        more = "…" if len(shown) > _IN_TIP else ""
        lines.append(f"connection data: {shown[:_IN_TIP]}{more}")
    return "\n".join(lines)


def data_words(data: str) -> str:
    """Connection data as text: JSON with its members on lines of their own, everything in it visible."""
    try:
        value = json.loads(data)
        if isinstance(value, dict | list):
            data = json.dumps(value, ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        pass  # it is text, and shown as it is
    return reveal(data, keep="\n\t")


def facts(person: Person) -> list[tuple[str, str]]:
    """(what, words) of a person; "" where it is not known."""
    joined = datetime.datetime.fromtimestamp(person.created / 1000) if person.created else None  # noqa: DTZ006
    found = [
        ("Name", person.name),
        ("In their messages", person.alias if person.alias != person.name else ""),
        ("Short id", person.short_id),
        ("Connection id", person.id),
        ("Role", person.role.value),
        ("Client", reveal(person.client)),
        ("Joined", f"{joined:%H:%M:%S}" if joined else ""),
        ("Round trip", duration_words(person.rtt_ms)),
    ]
    return [(what, words) for what, words in found if words]


class PersonDetail(QtWidgets.QDialog):
    """A window with the facts of a person; each of them can be selected and copied."""

    def __init__(self, parent: QtWidgets.QWidget, person: Person) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(f"{person.name} ({person.short_id})")
        form = QtWidgets.QFormLayout(self)
        form.setContentsMargins(space(5), space(5), space(5), space(4))
        form.setHorizontalSpacing(space(4))
        form.setVerticalSpacing(space(2))
        form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for what, words in facts(person):
            form.addRow(_label(what), _fact(what, words))
        form.addRow(_label("Connection data"), _data(person))
        close = QtWidgets.QDialogButtonBox(QtWidgets.QDialogButtonBox.StandardButton.Close)
        close.rejected.connect(self.reject)
        form.addRow(close)
        self.resize(540, self.sizeHint().height())


def _label(words: str) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(words)
    label.setProperty("muted", True)
    return label


def _fact(what: str, words: str) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(words)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    flag = QtCore.Qt.TextInteractionFlag
    label.setTextInteractionFlags(flag.TextSelectableByMouse | flag.TextSelectableByKeyboard)
    label.setAccessibleName(what)
    if what == "Connection id":
        label.setFont(theme.font(mono=True))
    return label


def _data(person: Person) -> QtWidgets.QWidget:
    if not person.data:
        return _fact("Connection data", "none")
    text = QtWidgets.QPlainTextEdit(data_words(person.data))
    text.setAccessibleName("Connection data")
    text.setReadOnly(True)
    text.setTabChangesFocus(True)
    text.setFont(theme.font(mono=True))
    lines = min(10, text.document().blockCount() + 1)
    text.setMinimumHeight(lines * text.fontMetrics().lineSpacing() + space(4))
    return text
