"""The button with signals to begin from: built-in ones, those that the person keeps, and what was written before."""

from collections.abc import Callable

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.composing import Composing
from heliograph.model.templates import BUILT_IN, MAX_NAME, Draft, Template
from heliograph.model.text import one_line
from heliograph.ui import dialogs, theme
from heliograph.ui.controls import Tool


class TemplatesButton(Tool):
    """`written` tells what is in the form now, to be kept under a name."""

    #: Template: begin from it.
    taken = QtCore.Signal(object)
    #: Draft: go back to it.
    back_to = QtCore.Signal(object)

    def __init__(self, composing: Composing, written: Callable[[], Draft]) -> None:
        super().__init__(
            "star", "Templates", "Templates", "Begin from a kept signal, or keep this one (Alt+T)"
        )
        self._composing, self._written = composing, written
        self._last: str | None = None
        self.setShortcut(QtGui.QKeySequence("Alt+T"))
        self.clicked.connect(self._open)

    def _open(self) -> None:
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        kept = self._composing.templates
        for template in kept:
            self._offer(menu, template, "star")
        if kept:
            menu.addSeparator()
        for template in BUILT_IN:
            self._offer(menu, template, "bolt")
        earlier = self._composing.earlier
        if earlier:
            menu.addSeparator()
        for draft in earlier:
            words = one_line(f"Back to: {draft.type or 'no type'} {draft.data or ''}", 50)
            action = menu.addAction(theme.icon("undo"), words)
            action.triggered.connect(lambda _checked=False, draft=draft: self.back_to.emit(draft))
        menu.addSeparator()
        menu.addAction(theme.icon("plus"), "Keep this as a template…").triggered.connect(self._ask_name)
        if any(template.name == self._last for template in kept):
            update = menu.addAction(theme.icon("save"), f"Update “{self._last}”")
            update.triggered.connect(lambda: self._keep(self._last or ""))
        if kept:
            away = menu.addMenu(theme.icon("trash"), "Delete")
            for template in kept:
                delete = away.addAction(template.name)
                delete.triggered.connect(lambda _checked=False, name=template.name: self._delete(name))
        menu.popup(self.mapToGlobal(self.rect().bottomLeft()))

    def _offer(self, menu: QtWidgets.QMenu, template: Template, picture: str) -> None:
        action = menu.addAction(theme.icon(picture), template.name.replace("&", "&&"))
        action.triggered.connect(lambda: self._take(template))

    def _take(self, template: Template) -> None:
        self._last = template.name
        self.taken.emit(template)

    def _ask_name(self) -> None:
        name = self._written().type or ""
        dialogs.ask_text(self, "Keep as a template", "Name of the template", name, self._keep, MAX_NAME)

    def _keep(self, name: str) -> None:
        if name.strip():
            draft = self._written()
            self._composing.save_template(Template(name=name.strip(), type=draft.type, data=draft.data))
            self._last = name.strip()

    def _delete(self, name: str) -> None:
        dialogs.ask(
            self.window(), f"Delete the template “{name}”?", "It cannot be brought back.", "Delete",
            lambda: self._composing.delete_template(name),
        )  # fmt: skip
