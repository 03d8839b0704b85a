"""Who is here, and what can be done with each: the left pane of a session."""

from PySide6 import QtCore, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.people import Person
from heliograph.model.text import plural
from heliograph.ui import theme
from heliograph.ui.controls import Tool
from heliograph.ui.people_detail import PersonDetail
from heliograph.ui.people_list import PERSON, PeopleModel, PersonDelegate
from heliograph.ui.theme import space


class PeoplePanel(QtWidgets.QWidget):
    """The left pane of a session."""

    #: str: open the private conversation with this connection.
    message = QtCore.Signal(object)
    #: Person: put them out; the window asks first.
    put_out = QtCore.Signal(object)

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        self._title = QtWidgets.QLabel()
        self._title.setFont(theme.font(bold=True))
        self._title.setContentsMargins(space(4), space(3), space(4), space(2))
        self._list = QtWidgets.QListView()
        model = PeopleModel(controller)
        model.rowsAboutToBeRemoved.connect(self._let_go)  # before the list: it would choose the next one
        self._list.setModel(model)
        self._list.setItemDelegate(PersonDelegate(self._list))
        self._list.setMouseTracking(True)
        self._list.setAccessibleName("People in this session")
        self._list.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu_at)
        self._list.activated.connect(lambda index: self._open(index.data(PERSON)))
        self._list.doubleClicked.connect(lambda index: self._open(index.data(PERSON)))
        self._list.selectionModel().currentChanged.connect(self._enable)
        self._buttons = self._make_buttons()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._list, 1)
        row = QtWidgets.QHBoxLayout()
        row.setContentsMargins(space(3), space(1), space(2), space(1.5))
        row.setSpacing(space(1))
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        controller.people_changed.connect(self._refresh)
        controller.status_changed.connect(self._enable)
        theme.theme().changed.connect(self._list.viewport().update)
        self._refresh()

    def _make_buttons(self) -> dict[str, Tool]:
        buttons = {}
        for name, words, act in (
            ("message", "Private message", self._open),
            ("ping", "Ping", lambda person: self._controller.ping(person.id)),
            ("person-off", "Disconnect from the session", self.put_out.emit),
        ):
            button = Tool(name, "", words, words)
            button.clicked.connect(lambda _checked=False, act=act: self._with_person(act))
            buttons[name] = button
        return buttons

    def choose(self) -> None:
        """Give the list the focus; typing a name finds it there, Enter writes, the menu key shows the rest."""
        index = self._list.currentIndex()
        self._list.keyboardSearch("")  # what was typed before belongs to another search
        self._list.setCurrentIndex(index if index.isValid() else self._list.model().index(0, 0))
        self._list.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)

    def show_chosen(self, id: str) -> None:
        """The conversation with somebody is shown, or "" that with everybody: nobody else stands out."""
        model = self._list.model()
        rows = [row for row in range(model.rowCount()) if model.index(row, 0).data(PERSON).id == id]
        if rows:
            self._list.setCurrentIndex(model.index(rows[0], 0))
        elif not self._list.hasFocus():
            self._choose_nobody()

    def _let_go(self, _parent: QtCore.QModelIndex, first: int, last: int) -> None:
        """Who was chosen leaves: nobody is chosen then, and least of all somebody to be put out."""
        if first <= self._list.currentIndex().row() <= last:
            self._choose_nobody()

    def _choose_nobody(self) -> None:
        self._list.clearSelection()
        self._list.setCurrentIndex(QtCore.QModelIndex())

    def _with_person(self, act: object) -> None:
        person = self._person()
        if person is not None:
            act(person)  # type: ignore[operator]

    def _person(self) -> Person | None:
        index = self._list.currentIndex()
        return index.data(PERSON) if index.isValid() else None

    def _open(self, person: Person) -> None:
        if not person.is_me:
            self.message.emit(person.id)

    def _enable(self) -> None:
        person = self._person()
        other = person is not None and not person.is_me
        self._buttons["message"].setEnabled(other)
        self._buttons["ping"].setEnabled(other)
        self._buttons["person-off"].setVisible(self._controller.may_moderate)
        self._buttons["person-off"].setEnabled(other)

    def _refresh(self) -> None:
        words = plural(len(self._controller.people.present()), "person", "people")
        self._title.setText(words if self._controller.is_connected else f"Last seen: {words}")
        self._enable()

    def _menu_at(self, point: QtCore.QPoint) -> None:
        index = self._list.indexAt(point)
        person: Person | None = index.data(PERSON) if index.isValid() else None
        if person is None:
            return
        menu = QtWidgets.QMenu(self)
        menu.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
        if not person.is_me:
            menu.addAction(theme.icon("message"), "Private message").triggered.connect(
                lambda: self._open(person)
            )
            menu.addAction(theme.icon("ping"), "Ping").triggered.connect(
                lambda: self._controller.ping(person.id)
            )
        menu.addAction(theme.icon("info"), "Details").triggered.connect(
            lambda: PersonDetail(self, person).open()
        )
        copy = menu.addAction(theme.icon("copy"), "Copy connection id")
        copy.triggered.connect(lambda: QtWidgets.QApplication.clipboard().setText(person.id))
        if self._controller.may_moderate and not person.is_me:
            menu.addSeparator()
            out = menu.addAction(theme.icon("person-off", "danger"), "Disconnect from the session")
            out.triggered.connect(lambda: self.put_out.emit(person))
        menu.popup(self._list.viewport().mapToGlobal(point))
