"""Questions and problems. Never a nested loop: a dialog is opened, and its answer comes as a signal."""

from collections.abc import Callable

from PySide6 import QtCore, QtWidgets

from heliograph.model.problem import Problem
from heliograph.ui.theme import space

#: Width of a question, in pixels: so wide that its title is read whole.
_ROOM = 420


def ask(
    parent: QtWidgets.QWidget, title: str, words: str, yes: str, then: Callable[[], None], no: str = "Cancel"
) -> None:
    """Ask before something that cannot be taken back; `then` runs if the person says yes."""
    box = _box(parent, title, words)
    box.setIcon(QtWidgets.QMessageBox.Icon.NoIcon)
    accept = box.addButton(yes, QtWidgets.QMessageBox.ButtonRole.DestructiveRole)
    accept.setProperty("danger", True)
    accept.style().polish(accept)
    cancel = box.addButton(no, QtWidgets.QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(cancel)
    box.setEscapeButton(cancel)
    box.buttonClicked.connect(lambda button: then() if button is accept else None)
    box.open()
    # Enter must not do what cannot be taken back.
    cancel.setFocus()


def ask_text(
    parent: QtWidgets.QWidget, title: str, words: str, text: str, then: Callable[[str], None], most: int = 0
) -> None:
    """Ask for a line of text, of at most so many characters where `most` is given; `then` gets it."""
    box = QtWidgets.QInputDialog(parent)
    box.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setLabelText(words)
    box.setTextValue(text)
    field = box.findChild(QtWidgets.QLineEdit)
    if field is not None and most:
        field.setMaxLength(most)
    box.textValueSelected.connect(then)
    box.resize(max(_ROOM, box.sizeHint().width()), box.sizeHint().height())
    box.open()


def tell(parent: QtWidgets.QWidget, problem: Problem) -> None:
    """Show a problem that nothing else on screen can show."""
    box = _box(parent, problem.title, "\n\n".join(part for part in (problem.text, problem.action) if part))
    box.addButton(QtWidgets.QMessageBox.StandardButton.Ok)
    box.open()


def decision(dialog: QtWidgets.QDialog, words: str, act: Callable[[], None]) -> QtWidgets.QLayout:
    """The last row of a dialog of ours: *Cancel*, and the button that goes on, which Enter presses."""
    cancel = QtWidgets.QPushButton("Cancel")
    cancel.clicked.connect(dialog.reject)
    go_on = QtWidgets.QPushButton(words)
    go_on.setProperty("primary", True)
    go_on.setDefault(True)
    go_on.clicked.connect(act)
    row = QtWidgets.QHBoxLayout()
    row.setSpacing(space(3))
    row.addStretch()
    row.addWidget(cancel)
    row.addWidget(go_on)
    return row


def _box(parent: QtWidgets.QWidget, title: str, words: str) -> QtWidgets.QMessageBox:
    box = QtWidgets.QMessageBox(parent)
    box.setAttribute(QtCore.Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle(title)
    box.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    box.setText(title)
    box.setInformativeText(words)
    return box
