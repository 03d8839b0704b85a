"""The fields of a signal that is written by hand; what is wrong is said beside each."""

from collections.abc import Iterable

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.composing import Composing
from heliograph.model.people import Person
from heliograph.model.repeating import MOST_A_SECOND, MOST_TIMES
from heliograph.model.rules import MAX_TYPE_BYTES
from heliograph.model.templates import Draft
from heliograph.ui import theme
from heliograph.ui.form import Pick, field, labelled, muted, problem_label
from heliograph.ui.inspector.compose_data import DataField
from heliograph.ui.theme import space

_DISC = 12


class ComposeForm(QtWidgets.QWidget):
    """To whom, type, data, how often."""

    #: None: something else is written now.
    edited = QtCore.Signal(object)

    def __init__(self, composing: Composing) -> None:
        super().__init__()
        self._composing = composing
        self._to = Pick("To")
        self._type = field("Type", "none", "", 4 * MAX_TYPE_BYTES)
        self._to_problem, self._type_problem = problem_label(), problem_label()
        self._times, self._rate = QtWidgets.QSpinBox(), QtWidgets.QSpinBox()
        self._data = DataField(lambda data, fills: composing.size(data, fills, self.times))
        self._pace = muted("")
        # A long name is cut short rather than that it takes the room of the type.
        self._to.setSizeAdjustPolicy(
            QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._to.setMinimumContentsLength(12)
        self._types = QtCore.QStringListModel(self)
        self._set_up()
        self._lay_out()
        self.show_people()
        self._check()

    def _set_up(self) -> None:
        completer = QtWidgets.QCompleter(self._types, self)
        completer.setCompletionMode(QtWidgets.QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(QtCore.Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(QtCore.Qt.CaseSensitivity.CaseInsensitive)
        self._type.setCompleter(completer)
        self._times.setRange(1, MOST_TIMES)
        self._times.setAccessibleName("How often")
        self._times.setGroupSeparatorShown(True)
        self._rate.setRange(1, MOST_A_SECOND)
        self._rate.setValue(10)
        self._rate.setAccessibleName("How many a second")
        for spin in (self._times, self._rate):
            spin.setFixedWidth(space(22))
            spin.lineEdit().setTextMargins(space(2), 0, space(2), 0)
        self._to.currentIndexChanged.connect(lambda _place: self._check())
        self._type.textChanged.connect(lambda _text: self._check())
        self._data.edited.connect(lambda _none: self._check())
        self._times.valueChanged.connect(lambda _value: self._check())
        self._rate.valueChanged.connect(lambda _value: self._check())

    def _lay_out(self) -> None:
        first, second = labelled("T&o", self._to), labelled("T&ype", self._type)
        first.addWidget(self._to_problem)
        second.addWidget(self._type_problem)
        first.addStretch()
        second.addStretch()
        above, below = QtWidgets.QHBoxLayout(), QtWidgets.QHBoxLayout()
        above.setSpacing(space(3))
        above.addLayout(first, 1)
        above.addLayout(second, 1)
        below.setSpacing(space(2))
        for part in ("Send", self._times, "times,", self._rate, "a second", self._pace):
            below.addWidget(QtWidgets.QLabel(part) if isinstance(part, str) else part)
        below.addStretch()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(3))
        column.addLayout(above)
        column.addWidget(self._data, 1)
        column.addLayout(below)

    # ---- what is written

    @property
    def draft(self) -> Draft:
        """The signal as it is written. A type of nothing is none."""
        to: str | None = self._to.currentData()
        return Draft(type=self._type.text() or None, data=self._data.data, to=to, fills=self._data.may_fill)

    @property
    def times(self) -> int:
        """How often it is to be sent."""
        return self._times.value()

    @property
    def rate(self) -> int:
        """How many a second."""
        return self._rate.value()

    def load(self, draft: Draft) -> None:
        """Another signal; it is to be sent once."""
        self._type.setText(draft.type or "")
        self._data.load(draft.data, fills=draft.fills)
        self._times.setValue(1)
        self._choose(draft.to)
        self._check()

    def show_types(self, types: Iterable[str]) -> None:
        """Types to complete from."""
        self._types.setStringList(list(types))

    def write(self) -> None:
        """Give the focus to what is to be written next."""
        (self._data.text if self._type.text() and self._data.text.isEnabled() else self._type).setFocus()

    # ---- people

    def show_people(self) -> None:
        """Who is here now; whoever was chosen stays so, here or not."""
        chosen: str | None = self._to.currentData()
        blocked = self._to.blockSignals(True)
        self._to.clear()
        self._to.addItem(theme.icon("people"), "Everyone", None)
        for person in self._composing.people.present():
            self._to.addItem(_disc(person), _called(person), person.id)
        self._choose(chosen)
        self._to.blockSignals(blocked)
        self._check()

    def _choose(self, to: str | None) -> None:
        places = [place for place in range(self._to.count()) if self._to.itemData(place) == to]
        if not places:
            person = self._composing.people.get(to or "")
            words = f"{_called(person)}, not here" if person is not None else f"{to}, not here"
            self._to.addItem(theme.icon("person-off"), words, to)
            places = [self._to.count() - 1]
        self._to.setCurrentIndex(places[0])

    # ---- what is wrong

    @property
    def problems(self) -> dict[str, str]:
        """What keeps it from going, by field."""
        return self._composing.problems(self.draft, self.times)

    def go_to_problem(self) -> bool:
        """Give the focus to what is wrong, if anything is."""
        fields = {"to": self._to, "type": self._type, "data": self._data.text}
        for name, widget in fields.items():
            if name in self.problems:
                widget.setFocus()
                return True
        return False

    def _check(self) -> None:
        found = self.problems
        labels = (("to", self._to_problem), ("type", self._type_problem), ("data", self._data.problem))
        for name, label in labels:
            label.setText(found.get(name, ""))
            label.setVisible(name in found)
        for name, widget in (("type", self._type), ("data", self._data.text)):
            if widget.property("bad") != (name in found):
                widget.setProperty("bad", name in found)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        fits = self._composing.rate(self.rate)
        slower = self.times > 1 and fits < self.rate
        self._pace.setText(f"{fits:g} at most in this session" if slower else "")
        self.edited.emit(None)


def _called(person: Person) -> str:
    return f"{'Yourself' if person.is_me else person.name} · {person.short_id}"


def _disc(person: Person) -> QtGui.QIcon:
    picture = QtGui.QPixmap(_DISC * 2, _DISC * 2)
    picture.setDevicePixelRatio(2)
    picture.fill(QtCore.Qt.GlobalColor.transparent)
    painter = QtGui.QPainter(picture)
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
    painter.setPen(QtCore.Qt.PenStyle.NoPen)
    painter.setBrush(theme.person_color(person.hue))
    painter.drawEllipse(0, 0, _DISC, _DISC)
    painter.end()
    return QtGui.QIcon(picture)
