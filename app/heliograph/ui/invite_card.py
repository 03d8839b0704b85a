"""The invite: a line to copy, a code to scan, and what to type where neither can be used."""

import segno
from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.rules import Invite
from heliograph.ui import theme
from heliograph.ui.theme import space

_WIDE = 480


class QrCode(QtWidgets.QWidget):
    """A QR code, always dark on light so that every phone reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._modules = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=2)]
        self.setFixedSize(204, 204)
        self.setAccessibleName("QR code of the invite")

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setBrush(QtGui.QColor("#ffffff"))
        painter.drawRoundedRect(self.rect(), theme.RADIUS, theme.RADIUS)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, False)
        count = len(self._modules)
        step = self.width() // count
        start = (self.width() - step * count) // 2
        for y, row in enumerate(self._modules):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(start + x * step, start + y * step, step, step, QtGui.QColor("#000000"))
        painter.end()


class InviteCard(QtWidgets.QFrame):
    """Everything that lets somebody else in."""

    def __init__(self, invite: Invite, title: str, pin: str = "") -> None:
        super().__init__()
        self.setProperty("card", True)
        self.setMaximumWidth(600)
        self._line = invite.line()
        self._row = QtWidgets.QBoxLayout(QtWidgets.QBoxLayout.Direction.LeftToRight)
        heading = QtWidgets.QLabel(title)
        heading.setFont(theme.font(1.25, bold=True))
        heading.setWordWrap(True)
        words = QtWidgets.QLabel(
            "Send this line to people on your network. It opens the session: share it only with them."
        )
        words.setWordWrap(True)
        words.setProperty("muted", True)
        field = QtWidgets.QLineEdit(self._line)
        field.setReadOnly(True)
        field.setCursorPosition(0)
        field.setAccessibleName("Invite line")
        field.setFont(theme.font(0.95, mono=True))
        self._copy = QtWidgets.QPushButton("Copy")
        self._copy.setIcon(theme.icon("copy", "on_accent"))
        self._copy.setProperty("primary", True)
        self._copy.clicked.connect(self.copy)
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(field, 1)
        row.addWidget(self._copy)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(5), space(5), space(5), space(4))
        column.setSpacing(space(3))
        column.addWidget(heading)
        column.addWidget(words)
        column.addLayout(row)
        column.addLayout(self._code_and_address(invite, pin))

    def _code_and_address(self, invite: Invite, pin: str) -> QtWidgets.QBoxLayout:
        addresses = "\n".join(f"{_bracketed(a)}:{invite.port}" for a in invite.addresses[:4])
        facts = [("Address", addresses), ("PIN", pin or "none: the line is the only key")]
        if all(a.startswith("127.") or a == "::1" for a in invite.addresses):
            facts.append(("Only this computer", "No network was found. Others can join once there is one."))
        form = QtWidgets.QVBoxLayout()
        form.setSpacing(space(1))
        for name, value in facts:
            label = QtWidgets.QLabel(name)
            label.setProperty("muted", True)
            text = QtWidgets.QLabel(value)
            text.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
            text.setWordWrap(True)
            form.addWidget(label)
            form.addWidget(text)
            form.addSpacing(space(2))
        form.addStretch()
        row = self._row
        row.setSpacing(space(5))
        row.addWidget(QrCode(self._line), 0, QtCore.Qt.AlignmentFlag.AlignTop)
        row.addLayout(form, 1)
        return row

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Where it is narrow, what is to be typed stands below the code."""
        super().resizeEvent(event)
        direction = QtWidgets.QBoxLayout.Direction
        self._row.setDirection(
            direction.LeftToRight if event.size().width() >= _WIDE else direction.TopToBottom
        )

    def copy(self) -> None:
        """Put the line into the clipboard, and say so."""
        QtWidgets.QApplication.clipboard().setText(self._line)
        self._copy.setText("Copied")
        QtCore.QTimer.singleShot(2_000, self._copy, lambda: self._copy.setText("Copy"))


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
