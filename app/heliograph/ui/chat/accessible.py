"""The messages for screen readers: a list with one item for each message in sight, which reads as a sentence.

Qt keeps interfaces by an id and deletes them; nobody else may. What is kept here are the Python halves, for
exactly as long as Qt has the other.
"""

from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui.chat.bubble import sentence

if TYPE_CHECKING:
    from heliograph.model.conversation import Message
    from heliograph.ui.chat.area import MessageArea

_Accessible = QtGui.QAccessible
_Role = QtGui.QAccessible.Role
#: Items kept for messages that were in sight before those that are.
_KEPT = 100


class MessageItem(QtGui.QAccessibleInterface):
    """One message; the list knows where it is."""

    def __init__(self, owner: "MessageList", ref: str) -> None:
        super().__init__()
        self._owner = owner
        self.ref = ref

    def isValid(self) -> bool:
        return self._message() is not None

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
        message = self._message()
        return sentence(message) if message is not None and t == _Accessible.Text.Name else ""

    def setText(self, t: QtGui.QAccessible.Text, text: str) -> None:
        """What was said stays said."""

    def rect(self) -> QtCore.QRect:
        view = self._owner.view
        place = view.rect_of(self.ref) if view is not None else None
        if view is None or place is None:
            return QtCore.QRect()
        return QtCore.QRect(view.viewport().mapToGlobal(place.topLeft()), place.size())

    def state(self) -> QtGui.QAccessible.State:
        state = _Accessible.State()
        view = self._owner.view
        if view is None or self._message() is None:
            state.invalid = True
            return state
        state.focusable = state.selectable = state.readOnly = True
        focused = view.focused_message()
        state.focused = state.selected = view.hasFocus() and focused is not None and focused.ref == self.ref
        state.offscreen = state.invisible = view.rect_of(self.ref) is None
        return state

    def _message(self) -> "Message | None":
        view = self._owner.view
        return view.message(self.ref) if view is not None else None


class MessageList(QtWidgets.QAccessibleWidget):
    """The list; its children are the messages in sight, from the top down."""

    def __init__(self, view: "MessageArea") -> None:
        super().__init__(view, _Role.List)
        self._items: dict[str, MessageItem] = {}
        self._over = False
        view.destroyed.connect(self.forget)

    @property
    def view(self) -> "MessageArea | None":
        """The widget, while it lives."""
        return None if self._over else self.object()  # type: ignore[return-value]

    def item(self, ref: str) -> MessageItem:
        """The item of a message."""
        if ref not in self._items:
            self._items[ref] = MessageItem(self, ref)
            self._trim()
        return self._items[ref]

    def forget(self) -> None:
        """The view is gone, and with it everything in it."""
        self._over = True
        for ref in list(self._items):
            self._drop(ref)

    def childCount(self) -> int:
        return len(self._seen())

    def child(self, index: int) -> QtGui.QAccessibleInterface:
        seen = self._seen()
        return self.item(seen[index]) if 0 <= index < len(seen) else None  # type: ignore[return-value]

    def indexOfChild(self, child: QtGui.QAccessibleInterface) -> int:
        seen = self._seen()
        return seen.index(child.ref) if isinstance(child, MessageItem) and child.ref in seen else -1

    def childAt(self, x: int, y: int) -> QtGui.QAccessibleInterface:
        point = QtCore.QPoint(x, y)
        found = next((ref for ref in self._seen() if self.item(ref).rect().contains(point)), None)
        return self.item(found) if found is not None else None  # type: ignore[return-value]

    def focusChild(self) -> QtGui.QAccessibleInterface:
        view = self.view
        message = view.focused_message() if view is not None and view.hasFocus() else None
        return self.item(message.ref) if message is not None else None  # type: ignore[return-value]

    def _seen(self) -> list[str]:
        view = self.view
        return [message.ref for message in view.messages_in_sight()] if view is not None else []

    def _trim(self) -> None:
        if len(self._items) > 2 * _KEPT:
            seen = set(self._seen())
            for ref in [ref for ref in list(self._items)[:-_KEPT] if ref not in seen]:
                self._drop(ref)

    def _drop(self, ref: str) -> None:
        item = self._items.pop(ref)
        # Also for one that Qt has not seen yet: asking for its id makes it Qt's.
        _Accessible.deleteAccessibleInterface(_Accessible.uniqueId(item))


def _make(class_name: str, thing: QtCore.QObject) -> QtGui.QAccessibleInterface | None:
    return MessageList(thing) if class_name == "MessageArea" else None  # type: ignore[arg-type]


_installed: list[bool] = []


def install() -> None:
    """Let Qt know of the list, once a process; it asks when somebody listens."""
    if not _installed:
        _Accessible.installFactory(_make)
        _installed.append(True)


def focus_moved(view: "MessageArea") -> None:
    """Another message has the focus."""
    message = view.focused_message()
    found = _list_of(view)
    if message is not None and found is not None:
        event = QtGui.QAccessibleEvent(found.item(message.ref), _Accessible.Event.Focus)
        _Accessible.updateAccessibility(event)


def came_into_sight(view: "MessageArea", refs: list[str]) -> None:
    """Messages that were not in sight before are now."""
    found = _list_of(view)
    if found is not None:
        for ref in refs:
            event = QtGui.QAccessibleEvent(found.item(ref), _Accessible.Event.ObjectCreated)
            _Accessible.updateAccessibility(event)


def announce(view: "MessageArea", words: str) -> None:
    """Have it said when nothing else is being said, wherever the focus is."""
    if _Accessible.isActive():
        _Accessible.updateAccessibility(QtGui.QAccessibleAnnouncementEvent(view, words))


def _list_of(view: "MessageArea") -> MessageList | None:
    found = _Accessible.queryAccessibleInterface(view) if _Accessible.isActive() else None
    return found if isinstance(found, MessageList) else None
