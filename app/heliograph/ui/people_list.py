"""The people in a session as a list: what is known of each, and how it is painted."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.bridge.session_controller import SessionController
from heliograph.model.people import Person
from heliograph.model.text import duration_words
from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.people_detail import tip
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip

#: The role under which the model gives a Person.
PERSON = QtCore.Qt.ItemDataRole.UserRole
#: The role under which it says whether that person is known to be here: without a connection nobody is.
KNOWN = PERSON + 1
#: Of everybody else while there is no connection: they may have gone since.
LAST_SEEN = "last seen here"
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
        if role == PERSON:
            return person
        if role in (QtCore.Qt.ItemDataRole.DisplayRole, QtCore.Qt.ItemDataRole.AccessibleTextRole):
            return self.sentence(person)
        if role == QtCore.Qt.ItemDataRole.ToolTipRole:
            return plain_tip(tip(person, self.sentence(person)))
        if role == KNOWN:
            return self._controller.is_connected or person.is_me
        return None

    def sentence(self, person: Person) -> str:
        """A person as a screen reader says them."""
        return sentence(person, known=self._controller.is_connected)

    def _refresh(self) -> None:
        """Who stays keeps the selection: rows are taken out and put in, not made anew."""
        people = self._controller.people.present()
        here = {person.id for person in people}
        for row in range(len(self._people) - 1, -1, -1):
            if self._people[row].id not in here:
                self.beginRemoveRows(_NO_PARENT, row, row)
                del self._people[row]
                self.endRemoveRows()
        stay = len(self._people)
        if [p.id for p in self._people] != [p.id for p in people[:stay]]:
            self.beginResetModel()
            self._people = people
            self.endResetModel()
            return
        if stay < len(people):
            self.beginInsertRows(_NO_PARENT, stay, len(people) - 1)
            self._people = people
            self.endInsertRows()
        self._people = people
        if stay:
            self.dataChanged.emit(self.index(0), self.index(stay - 1))


def sentence(person: Person, *, known: bool = True) -> str:
    """A person as a screen reader says them; `known`: whether there is a connection to know it by."""
    parts = [person.name, person.short_id, *person.badges]
    if not known:
        parts.append("not connected" if person.is_me else LAST_SEEN)
    elif person.away:
        parts.append("reconnecting")
    if known and person.rtt_ms is not None:
        parts.append(f"round trip {duration_words(person.rtt_ms)}")
    return ", ".join(parts)


class PersonDelegate(QtWidgets.QStyledItemDelegate):
    """Paints a person: a disc, the name, the round trip; below it the short id, badges, and whether they are away."""

    def sizeHint(self, option: QtWidgets.QStyleOptionViewItem, index: object) -> QtCore.QSize:
        return QtCore.QSize(120, QtGui.QFontMetrics(theme.font()).height() * 2 + space(4))

    def paint(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem,
        index: QtCore.QModelIndex | QtCore.QPersistentModelIndex,
    ) -> None:  # fmt: skip
        person: Person = index.data(PERSON)
        box = QtCore.QRectF(option.rect).adjusted(space(2), 1, -space(2), -1)
        painter.save()
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, box, option.state)
        known = bool(index.data(KNOWN))
        painter.setOpacity(0.5 if person.away or not known else 1)
        disc = QtCore.QRectF(box.left() + space(2), box.center().y() - 16, 32, 32)
        paint_avatar(painter, disc, person.name, theme.person_color(person.hue))
        painter.setOpacity(1)
        left, half = disc.right() + space(2.5), box.height() / 2
        first = QtCore.QRectF(left, box.top() + 4, box.right() - space(2) - left, half - 4)
        _paint_name(painter, person, first, known=known)
        _paint_marks(painter, person, first.translated(0, half - 3), known=known)
        painter.restore()


def _paint_ground(painter: QtGui.QPainter, box: QtCore.QRectF, state: QtWidgets.QStyle.StateFlag) -> None:
    flag = QtWidgets.QStyle.StateFlag
    fill = "selected" if state & flag.State_Selected else "hover" if state & flag.State_MouseOver else ""
    focused = bool(state & flag.State_HasFocus)
    if fill or focused:
        painter.setPen(QtGui.QPen(theme.color("accent"), 2) if focused else QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(fill) if fill else QtCore.Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)


def _paint_name(painter: QtGui.QPainter, person: Person, room: QtCore.QRectF, *, known: bool) -> None:
    align = QtCore.Qt.AlignmentFlag
    rtt = duration_words(person.rtt_ms) if known else ""
    painter.setFont(theme.font(0.82))
    painter.setPen(theme.color("muted"))
    painter.drawText(room, align.AlignRight | align.AlignVCenter, rtt)
    width = room.width() - (painter.fontMetrics().horizontalAdvance(rtt) + space(2) if rtt else 0)
    found = theme.font(bold=True)
    painter.setFont(found)
    painter.setPen(theme.color("muted" if person.away or not known else "text"))
    name = QtGui.QFontMetricsF(found).elidedText(person.name, QtCore.Qt.TextElideMode.ElideRight, width)
    painter.drawText(room, align.AlignLeft | align.AlignVCenter, name)


def _paint_marks(painter: QtGui.QPainter, person: Person, room: QtCore.QRectF, *, known: bool) -> None:
    """The short id, then whether they are away, or as many badges as there is room for."""
    align = QtCore.Qt.AlignmentFlag.AlignVCenter
    painter.setFont(theme.font(0.82))
    metrics = painter.fontMetrics()
    painter.setPen(theme.color("muted"))
    painter.drawText(room, align, person.short_id)
    room.setLeft(room.left() + metrics.horizontalAdvance(person.short_id) + space(1.5))
    if person.away or not known:
        painter.setPen(theme.color("warning" if known else "muted"))
        state = "reconnecting…" if known else LAST_SEEN
        words = metrics.elidedText(state, QtCore.Qt.TextElideMode.ElideRight, int(room.width()))
        painter.drawText(room, align, words)
        return
    for badge in person.badges:
        width = metrics.horizontalAdvance(badge) + space(2.5)
        if width > room.width():
            return
        height = min(room.height(), metrics.height() + 1.0)
        pill = QtCore.QRectF(room.left(), room.center().y() - height / 2, width, height)
        painter.setPen(theme.color("border"))
        painter.setBrush(theme.color("surface"))
        painter.drawRoundedRect(pill.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        painter.setPen(theme.color("muted"))
        painter.drawText(pill, QtCore.Qt.AlignmentFlag.AlignCenter, badge)
        room.setLeft(pill.right() + space(1))
