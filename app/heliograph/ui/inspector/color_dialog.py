"""Which rows are shown in which colour: a rule a line, the first that fits counts."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.color_rules import HUE_NAMES, MOST_RULES, ColorRule
from heliograph.model.filter import BadFilter, compile_filter
from heliograph.ui import theme
from heliograph.ui.controls import Tool
from heliograph.ui.form import muted
from heliograph.ui.inspector.filter_field import FilterField
from heliograph.ui.theme import space


class ColorDialog(QtWidgets.QDialog):
    """Every change is seen in the table at once."""

    def __init__(self, parent: QtWidgets.QWidget, inspection: Inspection) -> None:
        super().__init__(parent)
        self.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Colours of rows")
        self._inspection = inspection
        self._lines: list[_Line] = []
        words = muted(
            "Rows that pass a filter are shown in its colour. Where several fit, the upper one counts.",
            wrap=True,
        )
        self._place = QtWidgets.QVBoxLayout()
        self._place.setSpacing(space(2))
        self._add = QtWidgets.QPushButton("Add a rule")
        self._add.setIcon(theme.icon("plus"))
        self._add.setAutoDefault(False)
        self._add.clicked.connect(self._add_rule)
        close = QtWidgets.QPushButton("Close")
        close.clicked.connect(self.accept)
        buttons = QtWidgets.QHBoxLayout()
        buttons.addWidget(self._add)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(5))
        column.setSpacing(space(3))
        column.addWidget(words)
        column.addLayout(self._place)
        column.addStretch()
        column.addLayout(buttons)
        for rule in inspection.colors.rules or (ColorRule(inspection.filter_text),):
            self._add_line(rule)
        self._apply()  # the filter of now is a rule already
        self.resize(560, self.sizeHint().height())

    def _add_rule(self) -> None:
        taken = {line.rule().hue for line in self._lines}
        hue = next(
            (hue for hue in range(0, len(HUE_NAMES), 4) if hue not in taken),
            len(self._lines) % len(HUE_NAMES),
        )
        self._add_line(ColorRule("", hue)).field.setFocus()

    def _add_line(self, rule: ColorRule) -> "_Line":
        line = _Line(self._inspection, rule)
        line.changed.connect(self._apply)
        line.gone.connect(lambda _none: self._remove(line))
        line.up.connect(lambda _none: self._raise(line))
        self._lines.append(line)
        self._place.addWidget(line)
        self._add.setEnabled(len(self._lines) < MOST_RULES)
        return line

    def _remove(self, line: "_Line") -> None:
        self._lines.remove(line)
        line.deleteLater()
        self._add.setEnabled(True)
        self._apply()

    def _raise(self, line: "_Line") -> None:
        place = self._lines.index(line)
        if place:
            self._lines.insert(place - 1, self._lines.pop(place))
            self._place.insertWidget(place - 1, line)
            self._apply()

    def _apply(self) -> None:
        self._inspection.colors.set_rules(
            tuple(line.rule() for line in self._lines if line.rule().filter.strip())
        )


class _Line(QtWidgets.QWidget):
    """One rule."""

    changed = QtCore.Signal(object)
    gone = QtCore.Signal(object)
    up = QtCore.Signal(object)

    def __init__(self, inspection: Inspection, rule: ColorRule) -> None:
        super().__init__()
        self._inspection, self._hue = inspection, rule.hue
        self._on = QtWidgets.QCheckBox()
        self._on.setAccessibleName("Use this rule")
        self._on.setChecked(rule.on)
        self.field = FilterField(inspection.capture)
        self.field.setAccessibleName("Filter of this rule")
        self.field.setPlaceholderText("Filter, such as is:unread")
        self.field.setText(rule.filter)
        self._color = QtWidgets.QPushButton()
        self._color.setAutoDefault(False)
        self._color.setToolTip("The colour")
        self._color.setFixedWidth(space(33))
        menu = QtWidgets.QMenu(self._color)
        for hue, name in enumerate(HUE_NAMES):
            menu.addAction(_swatch(hue), name.capitalize()).triggered.connect(
                lambda _on=False, hue=hue: self._choose(hue)
            )
        self._color.clicked.connect(
            lambda: menu.popup(self._color.mapToGlobal(self._color.rect().bottomLeft()))
        )
        up = Tool("arrow-up", "", "Move up", "Before the rule above")
        remove = Tool("trash", "", "Remove this rule", "Remove this rule")
        row = QtWidgets.QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._on)
        row.addWidget(self.field, 1)
        row.addWidget(self._color)
        row.addWidget(up)
        row.addWidget(remove)
        self._show_hue()
        self._check()
        self._on.toggled.connect(lambda _on: self.changed.emit(None))
        self.field.textChanged.connect(self._written)
        up.clicked.connect(lambda: self.up.emit(None))
        remove.clicked.connect(lambda: self.gone.emit(None))

    def rule(self) -> ColorRule:
        """The rule as it is written now."""
        return ColorRule(self.field.text(), self._hue, self._on.isChecked())

    def _choose(self, hue: int) -> None:
        self._hue = hue
        self._show_hue()
        self.changed.emit(None)

    def _show_hue(self) -> None:
        name = HUE_NAMES[self._hue]
        self._color.setIcon(_swatch(self._hue))
        self._color.setText(name.capitalize())
        self._color.setAccessibleName(f"Colour: {name}")

    def _written(self) -> None:
        self._check()
        self.changed.emit(None)

    def _check(self) -> None:
        try:
            compile_filter(self.field.text(), self._inspection.capture)
        except BadFilter as bad:
            self.field.underline(bad.places)
            self.field.setToolTip(str(bad))
        else:
            self.field.underline(())
            self.field.setToolTip("")


def _swatch(hue: int) -> QtGui.QIcon:
    picture = QtGui.QPixmap(28, 28)
    picture.setDevicePixelRatio(2)
    picture.fill(theme.person_color(hue))
    return QtGui.QIcon(picture)
