"""A painted list for screen readers: one item for each row in sight, which reads as a sentence.

As for the chat (`ui/chat/accessible.py`): Qt keeps interfaces by an id and deletes them; what is kept here are
the Python halves, for exactly as long as Qt has the other.
"""

from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui, QtWidgets

if TYPE_CHECKING:
    from heliograph.ui.inspector.views.area import RowArea

_Accessible = QtGui.QAccessible
_Role = QtGui.QAccessible.Role
#: Items kept for rows that were in sight before those that are.
_KEPT = 100


class RowItem(QtGui.QAccessibleInterface):
    """One row, by its key; the list knows where it is."""

    def __init__(self, owner: "RowList", key: int) -> None:
        super().__init__()
        self._owner = owner
        self.key = key

    def isValid(self) -> bool:
        return self._place() is not None

    def object(self) -> QtCore.QObject:
        return None  # type: ignore[return-value]  # Qt's own word for an interface without an object

    def window(self) -> QtGui.QWindow:
        return self._owner.window()

    def parent(self) -> QtGui.QAccessibleInterface:
        return self._owner

    def child(self, index: int) -> QtGui.QAccessibleInterface:
        return None  # type: ignore[return-value]

    def childAt(self, x: int, y: int) -> QtGui.QAccessibleInterface:
        return None  # type: ignore[return-value]

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QtGui.QAccessibleInterface) -> int:
        return -1

    def role(self) -> QtGui.QAccessible.Role:
        return _Role.ListItem

    def text(self, t: QtGui.QAccessible.Text) -> str:
        area, place = self._owner.area, self._place()
        return area.sentence(place) if area and place is not None and t == _Accessible.Text.Name else ""

    def setText(self, t: QtGui.QAccessible.Text, text: str) -> None:
        """What happened has happened."""

    def rect(self) -> QtCore.QRect:
        area, place = self._owner.area, self._place()
        if area is None or place is None:
            return QtCore.QRect()
        found = area.rect_of(place)
        return QtCore.QRect(area.viewport().mapToGlobal(found.topLeft()), found.size())

    def state(self) -> QtGui.QAccessible.State:
        state = _Accessible.State()
        area, place = self._owner.area, self._place()
        if area is None or place is None:
            state.invalid = True
            return state
        state.focusable = state.selectable = state.readOnly = True
        state.selected = area.current == self.key
        state.focused = area.hasFocus() and state.selected
        state.offscreen = state.invisible = area.rect_of(place).isEmpty()
        return state

    def _place(self) -> int | None:
        area = self._owner.area
        return area.place_of(self.key) if area is not None else None


class RowList(QtWidgets.QAccessibleWidget):
    """The list; its children are the rows in sight, from the top down."""

    def __init__(self, area: "RowArea") -> None:
        super().__init__(area, _Role.List)
        self._items: dict[int, RowItem] = {}
        self._over = False
        area.destroyed.connect(self.forget)

    @property
    def area(self) -> "RowArea | None":
        """The widget, while it lives."""
        return None if self._over else self.object()  # type: ignore[return-value]

    def item(self, key: int) -> RowItem:
        """The item of a row."""
        if key not in self._items:
            self._items[key] = RowItem(self, key)
            self._trim()
        return self._items[key]

    def forget(self) -> None:
        """The widget is gone, and with it everything in it."""
        self._over = True
        for key in list(self._items):
            self._drop(key)

    def childCount(self) -> int:
        return len(self._seen())

    def child(self, index: int) -> QtGui.QAccessibleInterface:
        seen = self._seen()
        return self.item(seen[index]) if 0 <= index < len(seen) else None  # type: ignore[return-value]

    def indexOfChild(self, child: QtGui.QAccessibleInterface) -> int:
        seen = self._seen()
        return seen.index(child.key) if isinstance(child, RowItem) and child.key in seen else -1

    def childAt(self, x: int, y: int) -> QtGui.QAccessibleInterface:
        point = QtCore.QPoint(x, y)
        found = next((key for key in self._seen() if self.item(key).rect().contains(point)), None)
        return self.item(found) if found is not None else None  # type: ignore[return-value]

    def focusChild(self) -> QtGui.QAccessibleInterface:
        area = self.area
        key = area.current if area is not None and area.hasFocus() else None
        return self.item(key) if key is not None else None  # type: ignore[return-value]

    def _seen(self) -> list[int]:
        area = self.area
        return area.keys_in_sight() if area is not None else []

    def _trim(self) -> None:
        if len(self._items) > 2 * _KEPT:
            seen = set(self._seen())
            for key in [key for key in list(self._items)[:-_KEPT] if key not in seen]:
                self._drop(key)

    def _drop(self, key: int) -> None:
        item = self._items.pop(key)
        # Also for one that Qt has not seen yet: asking for its id makes it Qt's.
        _Accessible.deleteAccessibleInterface(_Accessible.uniqueId(item))


def _make(class_name: str, thing: QtCore.QObject) -> QtGui.QAccessibleInterface | None:
    return RowList(thing) if class_name == "RowArea" else None  # type: ignore[arg-type]


_installed: list[bool] = []


def install() -> None:
    """Let Qt know of the list, once a process; it asks when somebody listens."""
    if not _installed:
        _Accessible.installFactory(_make)
        _installed.append(True)


def focus_moved(area: "RowArea") -> None:
    """Another row has the focus."""
    if not _Accessible.isActive() or area.current is None or area.place_of(area.current) is None:
        return
    found = _Accessible.queryAccessibleInterface(area)
    if isinstance(found, RowList):
        event = QtGui.QAccessibleEvent(found.item(area.current), _Accessible.Event.Focus)
        _Accessible.updateAccessibility(event)


def announce(widget: QtWidgets.QWidget, words: str) -> None:
    """Have it said when nothing else is being said."""
    if _Accessible.isActive():
        _Accessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(widget, words))
