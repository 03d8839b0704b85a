"""A painted list for screen readers: one item for each row in sight, which reads as a sentence.

Qt keeps interfaces by an id and deletes them; nobody else may. What is kept here are the Python halves, for
exactly as long as Qt has the other.
"""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from PySide6 import QtCore, QtGui, QtWidgets

_Accessible = QtGui.QAccessible
_Role = QtGui.QAccessible.Role
#: Items kept for rows that were in sight before those that are.
_KEPT = 100


class SpokenArea(QtWidgets.QAbstractScrollArea):
    """A list that is painted, whose rows have keys. Those who derive from it say what is in sight."""

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        _install()
        super().__init__(parent)

    def spoken_keys(self) -> Sequence[Any]:
        """The keys of the rows in sight, from the top down."""
        raise NotImplementedError

    def spoken_words(self, key: Any) -> str | None:
        """A row as a sentence; None where there is no such row (any more)."""
        raise NotImplementedError

    def spoken_rect(self, key: Any) -> QtCore.QRect | None:
        """Where in the viewport a row is to be seen; None where it is not."""
        raise NotImplementedError

    def spoken_current(self) -> Any:
        """Key of the row that keys act on; None for none."""
        raise NotImplementedError


class RowItem(QtGui.QAccessibleInterface):
    """One row, by its key; the list knows where it is."""

    def __init__(self, owner: "RowList", key: Any) -> None:
        super().__init__()
        self._owner = owner
        self.key = key

    def isValid(self) -> bool:
        return self._words() is not None

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
        return (self._words() or "") if t == _Accessible.Text.Name else ""

    def setText(self, t: QtGui.QAccessible.Text, text: str) -> None:
        """What was said stays said."""

    def rect(self) -> QtCore.QRect:
        area = self._owner.area
        place = area.spoken_rect(self.key) if area is not None else None
        if area is None or place is None:
            return QtCore.QRect()
        return QtCore.QRect(area.viewport().mapToGlobal(place.topLeft()), place.size())

    def state(self) -> QtGui.QAccessible.State:
        state = _Accessible.State()
        area = self._owner.area
        if area is None or self._words() is None:
            state.invalid = True
            return state
        state.focusable = state.selectable = state.readOnly = True
        state.selected = area.spoken_current() == self.key
        state.focused = area.hasFocus() and state.selected
        place = area.spoken_rect(self.key)
        state.offscreen = state.invisible = place is None or place.isEmpty()
        return state

    def _words(self) -> str | None:
        area = self._owner.area
        return area.spoken_words(self.key) if area is not None else None


class RowList(QtWidgets.QAccessibleWidget):
    """The list; its children are the rows in sight, from the top down."""

    def __init__(self, area: SpokenArea) -> None:
        super().__init__(area, _Role.List)
        self._items: dict[Any, RowItem] = {}
        self._over = False
        area.destroyed.connect(self.forget)

    @property
    def area(self) -> SpokenArea | None:
        """The widget, while it lives."""
        return None if self._over else cast(SpokenArea, self.object())

    def item(self, key: Any) -> RowItem:
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
        key = area.spoken_current() if area is not None and area.hasFocus() else None
        return self.item(key) if key is not None else None  # type: ignore[return-value]

    def _seen(self) -> Sequence[Any]:
        area = self.area
        return area.spoken_keys() if area is not None else []

    def _trim(self) -> None:
        if len(self._items) > 2 * _KEPT:
            seen = set(self._seen())
            for key in [key for key in list(self._items)[:-_KEPT] if key not in seen]:
                self._drop(key)

    def _drop(self, key: Any) -> None:
        item = self._items.pop(key)
        # Also for one that Qt has not seen yet: asking for its id makes it Qt's.
        _Accessible.deleteAccessibleInterface(_Accessible.uniqueId(item))


def _make(_class_name: str, thing: QtCore.QObject) -> QtGui.QAccessibleInterface | None:
    return RowList(thing) if isinstance(thing, SpokenArea) else None


_installed: list[bool] = []


def _install() -> None:
    """Let Qt know of such lists, once a process; it asks when somebody listens."""
    if not _installed:
        _Accessible.installFactory(_make)
        _installed.append(True)


def focus_moved(area: SpokenArea) -> None:
    """Another row has the focus."""
    key, found = area.spoken_current(), _list_of(area)
    if found is not None and key is not None and area.spoken_words(key) is not None:
        event = QtGui.QAccessibleEvent(found.item(key), _Accessible.Event.Focus)
        _Accessible.updateAccessibility(event)


def came_into_sight(area: SpokenArea, keys: Iterable[Any]) -> None:
    """Rows that were not in sight before are now."""
    found = _list_of(area)
    if found is not None:
        for key in keys:
            event = QtGui.QAccessibleEvent(found.item(key), _Accessible.Event.ObjectCreated)
            _Accessible.updateAccessibility(event)


def announce(widget: QtWidgets.QWidget, words: str) -> None:
    """Have it said when nothing else is being said, wherever the focus is."""
    if _Accessible.isActive():
        _Accessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(widget, words))


def _list_of(area: SpokenArea) -> RowList | None:
    found = _Accessible.queryAccessibleInterface(area) if _Accessible.isActive() else None
    return found if isinstance(found, RowList) else None
