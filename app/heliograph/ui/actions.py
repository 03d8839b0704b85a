"""What can be done with a widget's content: by key while it has the focus, and in its menu."""

from collections.abc import Callable, Sequence

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.ui import theme

#: Words, keys or "", a picture, and what it does.
Act = tuple[str, str, str, Callable[[], object]]


def offer(widget: QtWidgets.QWidget, acts: Sequence[Act]) -> None:
    """Make these the widget's actions, and its menu of them."""
    for words, keys, picture, act in acts:
        action = QtGui.QAction(theme.icon(picture), words, widget)
        if keys:
            action.setShortcut(QtGui.QKeySequence(keys))
            action.setShortcutContext(QtCore.Qt.ShortcutContext.WidgetShortcut)
        action.triggered.connect(lambda _checked=False, act=act: act())
        widget.addAction(action)
    widget.setContextMenuPolicy(QtCore.Qt.ContextMenuPolicy.ActionsContextMenu)
