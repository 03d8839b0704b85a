"""Where it is written which rows are shown, or gone to; with what is wrong with it below."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.inspection import Inspection
from heliograph.model.filter import BadFilter
from heliograph.ui import theme
from heliograph.ui.inspector.filter_field import FilterField
from heliograph.ui.spoken_list import announce
from heliograph.ui.theme import space

#: How long after the last key the filter is applied, in milliseconds.
_PAUSE = 120
_WORDS = {
    False: ("Filter", "filter", "Filter: words, type: from: is: … (Down shows all)",
            "Only rows that pass are shown. Click to find rows among the others instead (Ctrl+Shift+F)."),
    True: ("Find", "search", "Find: as in the filter; Enter goes on, Shift+Enter back",
           "Goes from row to row that passes, and hides none. Click to filter instead (Ctrl+L)."),
}  # fmt: skip


class FilterBar(QtWidgets.QWidget):
    """The one filter of an inspection; and in the same field, what to find without hiding the rest."""

    #: None: the person has done with it and goes to the rows.
    left = QtCore.Signal(object)

    def __init__(self, inspection: Inspection) -> None:
        super().__init__()
        self._inspection = inspection
        self._finding = False
        #: Whether the filter was just given up, and what is written is to be seen and mended.
        self._given_up = False
        #: What is written in the mode that is not shown.
        self._other = ""
        self.field = FilterField(inspection.capture)
        self._mode = QtGui.QAction(self)
        self._mode.triggered.connect(lambda: self.look_for() if not self._finding else self.edit())
        self.field.addAction(self._mode, QtWidgets.QLineEdit.ActionPosition.LeadingPosition)
        self.setFocusProxy(self.field)
        self._error = QtWidgets.QLabel()
        self._error.setProperty("danger", True)
        self._error.setWordWrap(True)
        self._error.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        self._error.setContentsMargins(space(1), 0, space(1), 0)
        self._error.hide()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1))
        column.addWidget(self.field)
        column.addWidget(self._error)
        self._apply_soon = QtCore.QTimer(self)
        self._apply_soon.setSingleShot(True)
        self._apply_soon.setInterval(_PAUSE)
        self._apply_soon.timeout.connect(self._apply)
        self.field.textChanged.connect(self._apply_soon.start)
        self.field.entered.connect(self._entered)
        self.field.escaped.connect(self._escape)
        inspection.filter_failed.connect(self._give_up)
        inspection.filter_changed.connect(self._show_filter)
        self._show_mode()

    # ---- what others ask for

    def edit(self) -> None:
        """Write the filter: all of it is selected."""
        self._set_finding(False)
        self.field.setFocus()
        self.field.selectAll()

    def look_for(self) -> None:
        """Write what to find."""
        self._set_finding(True)
        self.field.setFocus()
        self.field.selectAll()

    def go(self, step: int) -> None:
        """To the next row that was looked for (1), or the one before (-1); asks what, where nothing was."""
        self._set_finding(True)
        self._apply_now()
        if self._inspection.finder.wanted is None:
            self.look_for()
        else:
            self._inspection.finder.go(step, self._inspection.current)

    def write(self, text: str) -> None:
        """This is the filter now."""
        self._set_finding(False)
        self.field.setText(text)
        self._apply_now()

    def add(self, term: str) -> None:
        """What passes has to pass this too."""
        self._set_finding(False)
        text = self.field.text().strip()
        # A term would belong to the last part of an "or" alone.
        together = f"({text})" if " or " in text.lower() and not text.startswith("(") else text
        self.write(f"{together} {term}".strip())

    # ---- modes

    def _set_finding(self, finding: bool) -> None:
        if finding == self._finding:
            return
        self._apply_now()
        self._finding = finding
        here, self._other = self._other, self.field.text()
        if not finding:
            self._inspection.finder.look_for("")  # what was looked for stands out no more; F3 goes on with it
        self.field.setText(here)
        self._apply_soon.stop()
        self._apply()
        self._show_mode()

    def _show_mode(self) -> None:
        name, picture, words, tip = _WORDS[self._finding]
        self.field.setAccessibleName(name)
        self.field.setPlaceholderText(words)
        self._mode.setIcon(theme.icon(picture, "accent" if self._finding else "muted"))
        self._mode.setToolTip(tip)

    def _show_filter(self) -> None:
        """Somebody else may have set it, or taken it away."""
        text = self._inspection.filter_text
        if self._given_up:
            self._given_up = False
        elif self._finding:
            self._other = text
        elif not self._apply_soon.isActive() and text != self.field.text():
            self.field.setText(text)
            self._apply_soon.stop()
            self._show_faults(None)

    # ---- keys

    def _entered(self, back: bool) -> None:
        if self._finding:
            self.go(-1 if back else 1)
        else:
            self._apply_now()
            if self._error.isHidden():
                self.left.emit(None)

    def _escape(self) -> None:
        """Esc: first what is written goes, then the search, then the person, to the signals."""
        if self.field.text():
            self.field.clear()
            self._apply_now()
        elif self._finding:
            self._set_finding(False)
        else:
            self.left.emit(None)

    # ---- applying

    def _apply_now(self) -> None:
        if self._apply_soon.isActive():
            self._apply_soon.stop()
            self._apply()

    def _apply(self) -> None:
        text, inspection = self.field.text(), self._inspection
        try:
            if self._finding:
                inspection.finder.look_for(text)
            else:
                inspection.set_filter(text)
        except BadFilter as bad:
            self._show_faults(bad)
        else:
            self._show_faults(None)

    def _show_faults(self, bad: BadFilter | None) -> None:
        self.field.underline(bad.places if bad is not None else ())
        self._show_error(str(bad) if bad is not None else "")

    def _give_up(self, words: str) -> None:
        """It would have taken too long: it stays in the field, with what is wrong."""
        self._given_up = True
        self._show_error(words)

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        if words:
            announce(self.field, words)
        self.field.setProperty("bad", bool(words))
        self.field.style().unpolish(self.field)
        self.field.style().polish(self.field)
