"""Which rows are shown in a colour of their own."""

from collections.abc import Sequence

from PySide6 import QtCore

from heliograph.bridge.composing import Shelf
from heliograph.model.capture import Capture
from heliograph.model.color_rules import ColorRule, read_rules, write_rules
from heliograph.model.filter import BadFilter, Filter, compile_filter
from heliograph.model.rows import Row
from heliograph.model.safe_regex import TooCostly

_KEPT_AS = "inspector_colors"


class RowColors(QtCore.QObject):
    """The person's rules, the same for all captures; rows are asked while they are painted, some dozens at a time."""

    #: None: rows may have other colours.
    changed = QtCore.Signal(object)

    def __init__(self, capture: Capture, shelf: Shelf, parent: QtCore.QObject) -> None:
        super().__init__(parent)
        self._capture, self._shelf = capture, shelf
        self._filters: list[tuple[int, Filter]] = []
        self._rules: tuple[ColorRule, ...] = ()
        self._take(read_rules(shelf.settings.layout.get(_KEPT_AS, "")))

    @property
    def rules(self) -> tuple[ColorRule, ...]:
        """The rules, the first before all others."""
        return self._rules

    def set_rules(self, rules: tuple[ColorRule, ...]) -> None:
        """Other rules from now on; they are kept. One whose filter cannot be read colours nothing."""
        self._take(rules)
        self._shelf.save_settings(layout={**self._shelf.settings.layout, _KEPT_AS: write_rules(rules)})
        self.changed.emit(None)

    def hues_of(self, rows: Sequence[Row]) -> dict[int, int]:
        """The colours of those of the rows that have one, by number."""
        hues: dict[int, int] = {}
        for hue, found in reversed(self._filters):
            try:
                hues.update(dict.fromkeys(found.select(rows), hue))
            except TooCostly:
                continue  # it colours nothing here; the filter bar is where that is said
        return hues

    def _take(self, rules: tuple[ColorRule, ...]) -> None:
        self._rules, self._filters = rules, []
        for rule in rules:
            try:
                found = compile_filter(rule.filter, self._capture) if rule.on else None
            except BadFilter:
                continue
            if found is not None:
                self._filters.append((rule.hue, found))
