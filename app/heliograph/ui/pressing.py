"""Enter presses the button that has the focus, as Space does: Qt does so in dialogs only."""

from PySide6 import QtCore, QtGui, QtWidgets

_ENTER = (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter)
#: Boxes are ticked by Space alone: Enter means "go on" there.
_BOXES = (QtWidgets.QCheckBox, QtWidgets.QRadioButton)


class PressingWindow(QtWidgets.QMainWindow):
    """A window in which Enter works like that; keys that a widget takes itself do not come here."""

    #: The button at which Enter is being pressed. A field acts on Enter and passes it on: by then a button may
    #: have the focus at which nobody pressed anything.
    _pressed: QtWidgets.QAbstractButton | None = None

    def event(self, event: QtCore.QEvent) -> bool:
        if event.type() == QtCore.QEvent.Type.ShortcutOverride:
            widget = QtWidgets.QApplication.focusWidget()
            is_button = isinstance(widget, QtWidgets.QAbstractButton) and not isinstance(widget, _BOXES)
            self._pressed = widget if is_button else None  # type: ignore[assignment]
        return super().event(event)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        button, self._pressed = self._pressed, None
        if event.key() in _ENTER and not event.isAutoRepeat() and button is not None and button.hasFocus():
            button.click()
        else:
            super().keyPressEvent(event)
