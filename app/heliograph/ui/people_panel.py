"""Who is here: a list with colours, badges and round trips, and what can be done with each."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.people import Person
from heliograph.model.text import duration_words, plural
from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.theme import space

_PERSON = QtCore.Qt.ItemDataRole.UserRole
_NO_PARENT = QtCore.QModelIndex()


class PeopleModel(QtCore.QAbstractListModel):
    """The people present, me first."""

    def __init__(self, controller: SessionController) -> None:
        super().__init__()
        self._controller = controller
        self._people: list[Person] = controller.people.present()
        controller.people_changed.connect(self._refresh)

    def rowCount(self, parent: QtCore.QModelIndex | QtCore.QPersistentModelIndex = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._people)

    def data(self, index: QtCore.QModelIndex | QtCore.QPersistentModelIndex, role: int = 0) -> object:
        person = self._people[index.row()]
        if role == _PERSON:
            return person
        if role in (QtCore.Qt.ItemDataRole.DisplayRole, QtCore.Qt.ItemDataRole.AccessibleTextRole):
            return sentence(person)
        if role == QtCore.Qt.ItemDataRole.ToolTipRole:
            return f"{person.name}\nid {person.id}\n{sentence(person)}"
        return None

    def _refresh(self) -> None:
        people = self._controller.people.present()
        if [p.id for p in people] == [p.id for p in self._people]:
            self._people = people
            if people:
                self.dataChanged.emit(self.index(0), self.index(len(people) - 1))
            return
        self.beginResetModel()
        self._people = people
        self.endResetModel()


def sentence(person: Person) -> str:
    """A person as a screen reader says them."""
    parts = [person.name, person.short_id, *person.badges]
    if person.away:
        parts.append("reconnecting")
    if person.rtt_ms is not None:
        parts.append(f"round trip {duration_words(person.rtt_ms)}")
    return ", ".join(parts)


class _Delegate(QtWidgets.QStyledItemDelegate):
    def sizeHint(self, option: QtWidgets.QStyleOptionViewItem, index: object) -> QtCore.QSize:
        return QtCore.QSize(120, QtGui.QFontMetrics(theme.font()).height() * 2 + space(4))

    def paint(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem,
        index: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
    ) -> None:  # fmt: skip
        person: Person = index.data(_PERSON)
        box = QtCore.QRectF(option.rect).adjusted(space(2), 1, -space(2), -1)
        state = option.state
        painter.save()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, box, state)
        painter.setOpacity(0.55 if person.away else 1)
        disc = QtCore.QRectF(box.left() + space(2), box.center().y() - 16, 32, 32)
        paint_avatar(painter, disc, person.name, theme.person_color(person.hue))
        painter.setOpacity(1)
        left, right = disc.right() + space(2.5), box.right() - space(2)
        self._paint_first_line(
            painter, person, QtCore.QRectF(left, box.top() + 5, right - left, box.height() / 2)
        )
        self._paint_second_line(
            painter, person, QtCore.QRectF(left, box.center().y(), right - left, box.height() / 2 - 4)
        )
        painter.restore()

    def _paint_ground(
        self, painter: QtGui.QPainter, box: QtCore.QRectF, state: QtWidgets.QStyle.StateFlag
    ) -> None:
        flag = QtWidgets.QStyle.StateFlag
        fill = "selected" if state & flag.State_Selected else "hover" if state & flag.State_MouseOver else ""
        focused = bool(state & flag.State_HasFocus)
        if fill or focused:
            painter.setPen(theme.color("accent") if focused else QtCore.Qt.PenStyle.NoPen)
            painter.setBrush(theme.color(fill) if fill else QtCore.Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)

    def _paint_first_line(self, painter: QtGui.QPainter, person: Person, room: QtCore.QRectF) -> None:
        align = QtCore.Qt.AlignmentFlag
        rtt = duration_words(person.rtt_ms)
        painter.setFont(theme.font(0.85))
        painter.setPen(theme.color("muted"))
        painter.drawText(room, align.AlignRight | align.AlignVCenter, rtt)
        width = room.width() - (painter.fontMetrics().horizontalAdvance(rtt) + space(2) if rtt else 0)
        font = theme.font(bold=True)
        painter.setFont(font)
        painter.setPen(theme.color("muted" if person.away else "text"))
        name = QtGui.QFontMetricsF(font).elidedText(person.name, QtCore.Qt.TextElideMode.ElideRight, width)
        painter.drawText(room, align.AlignLeft | align.AlignVCenter, name)

    def _paint_second_line(self, painter: QtGui.QPainter, person: Person, room: QtCore.QRectF) -> None:
        align = QtCore.Qt.AlignmentFlag
        words = " · ".join((person.short_id, *person.badges, *(("reconnecting…",) if person.away else ())))
        painter.setFont(theme.font(0.85))
        painter.setPen(theme.color("warning" if person.away else "muted"))
        shown = painter.fontMetrics().elidedText(words, QtCore.Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, align.AlignLeft | align.AlignVCenter, shown)


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
        self._list.setModel(PeopleModel(controller))
        self._list.setItemDelegate(_Delegate(self._list))
        self._list.setMouseTracking(True)
        self._list.setAccessibleName("People in this session")
        self._list.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.CustomContextMenu)
        self._list.customContextMenuRequested.connect(self._menu_at)
        self._list.activated.connect(lambda index: self._open(index.data(_PERSON)))
        self._list.doubleClicked.connect(lambda index: self._open(index.data(_PERSON)))
        self._list.selectionModel().currentChanged.connect(self._enable)
        self._buttons = self._make_buttons()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._title)
        column.addWidget(self._list, 1)
        row = QtWidgets.QHBoxLayout()
        row.setContentsMargins(space(2), space(1), space(2), space(2))
        for button in self._buttons.values():
            row.addWidget(button)
        row.addStretch()
        column.addLayout(row)
        controller.people_changed.connect(self._refresh)
        controller.status_changed.connect(self._enable)
        theme.theme().changed.connect(self._tint)
        self._refresh()
        self._tint()

    def _make_buttons(self) -> dict[str, QtWidgets.QToolButton]:
        buttons = {}
        for name, words, act in (
            ("message", "Private message", self._open),
            ("ping", "Ping", lambda person: self._controller.ping(person.id)),
            ("person-off", "Disconnect from the session", self.put_out.emit),
        ):
            button = QtWidgets.QToolButton()
            button.setToolTip(words)
            button.setAccessibleName(words)
            button.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _checked=False, act=act: self._with_person(act))
            buttons[name] = button
        return buttons

    def choose(self) -> None:
        """Give the list the focus; typing a name finds it there, Enter writes, the menu key shows the rest."""
        index = self._list.currentIndex()
        self._list.keyboardSearch("")  # what was typed before belongs to another search
        self._list.setCurrentIndex(index if index.isValid() else self._list.model().index(0, 0))
        self._list.setFocus(QtCore.Qt.FocusReason.ShortcutFocusReason)

    def _with_person(self, act: object) -> None:
        person = self._person()
        if person is not None:
            act(person)  # type: ignore[operator]

    def _person(self) -> Person | None:
        index = self._list.currentIndex()
        return index.data(_PERSON) if index.isValid() else None

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
        self._title.setText(plural(len(self._controller.people.present()), "person", "people"))
        self._enable()

    def _tint(self) -> None:
        for name, button in self._buttons.items():
            button.setIcon(theme.icon(name))

    def _menu_at(self, point: QtCore.QPoint) -> None:
        index = self._list.indexAt(point)
        person: Person | None = index.data(_PERSON) if index.isValid() else None
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
        copy = menu.addAction(theme.icon("copy"), "Copy connection id")
        copy.triggered.connect(lambda: QtWidgets.QApplication.clipboard().setText(person.id))
        if self._controller.may_moderate and not person.is_me:
            menu.addSeparator()
            out = menu.addAction(
                theme.icon("person-off", theme.current().danger), "Disconnect from the session"
            )
            out.triggered.connect(lambda: self.put_out.emit(person))
        menu.popup(self._list.viewport().mapToGlobal(point))
