"""The invite: a line to copy, a code to scan, and what to type where neither can be used."""

import segno
from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.rules import Invite
from heliograph.ui import theme
from heliograph.ui.form import muted
from heliograph.ui.status_line import bracketed
from heliograph.ui.theme import space

#: From this width on the code and the words stand side by side.
_WIDE = 540
#: How long the button says that it has copied, in milliseconds.
_COPIED = 2_000
_ADDRESSES = 4


class QrCode(QtWidgets.QWidget):
    """A QR code, always dark on light so that every phone reads it; `step` pixels for one of its squares."""

    def __init__(self, text: str, step: int) -> None:
        super().__init__()
        self._modules = [bytes(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
        self._step = step
        size = len(self._modules) * step
        self.setFixedSize(size, size)
        self.setAccessibleName("QR code of the invite")

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setBrush(QtGui.QColor("#ffffff"))
        painter.drawRoundedRect(self.rect(), theme.RADIUS, theme.RADIUS)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, False)
        ink, step = QtGui.QColor("#000000"), self._step
        for y, row in enumerate(self._modules):
            for x, dark in enumerate(row):
                if dark:
                    painter.fillRect(x * step, y * step, step, step, ink)
        painter.end()


class InviteCard(QtWidgets.QWidget):
    """Everything that lets somebody else in; `step` says how large the code is."""

    def __init__(self, invite: Invite, title: str, pin: str = "", step: int = 4) -> None:
        super().__init__()
        self._line = invite.line()
        self._copy = QtWidgets.QPushButton("Copy")
        self._back = QtCore.QTimer(self)
        self._back.setSingleShot(True)
        self._back.timeout.connect(lambda: self._show_copied(False))
        self._row = QtWidgets.QBoxLayout(QtWidgets.QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(space(5), space(5), space(5), space(5))
        self._row.setSpacing(space(5))
        top = QtCore.Qt.AlignmentFlag.AlignTop
        self._row.addWidget(QrCode(self._line, step), 0, top | QtCore.Qt.AlignmentFlag.AlignHCenter)
        self._row.addLayout(self._words(invite, title, pin), 1)
        self.setFocusProxy(self._copy)

    def _words(self, invite: Invite, title: str, pin: str) -> QtWidgets.QLayout:
        heading = QtWidgets.QLabel(title)
        heading.setTextFormat(QtCore.Qt.TextFormat.PlainText)
        heading.setFont(theme.font(1.3, bold=True))
        heading.setWordWrap(True)
        words = "Send this line to people on your network, or let them scan the code. It opens the session: share it only with them."
        column = QtWidgets.QVBoxLayout()
        column.setSpacing(space(1))
        column.addWidget(heading)
        column.addWidget(muted(words, wrap=True))
        column.addSpacing(space(3))
        column.addLayout(self._line_and_button())
        for name, value, large in _facts(invite, pin):
            column.addSpacing(space(3))
            column.addWidget(muted(name))
            column.addWidget(_fact(name, value, large))
        column.addStretch()
        return column

    def _line_and_button(self) -> QtWidgets.QLayout:
        field = QtWidgets.QLineEdit(self._line)
        field.setReadOnly(True)
        field.setCursorPosition(0)
        field.setAccessibleName("Invite line")
        field.setFont(theme.font(0.95, mono=True))
        self._copy.setIcon(theme.icon("copy", "on_accent"))
        self._copy.setProperty("primary", True)
        self._copy.clicked.connect(self.copy)
        self._copy.setMinimumWidth(self._copy.fontMetrics().horizontalAdvance("Copied") + space(16))
        row = QtWidgets.QHBoxLayout()
        row.setSpacing(space(2))
        row.addWidget(field, 1)
        row.addWidget(self._copy)
        return row

    def resizeEvent(self, event: QtGui.QResizeEvent) -> None:
        """Where it is narrow, the code stands below what is to be copied."""
        super().resizeEvent(event)
        direction = QtWidgets.QBoxLayout.Direction
        self._row.setDirection(
            direction.LeftToRight if event.size().width() >= _WIDE else direction.BottomToTop
        )

    def copy(self) -> None:
        """Put the line into the clipboard, and say so."""
        QtWidgets.QApplication.clipboard().setText(self._line)
        self._show_copied(True)
        self._back.start(_COPIED)

    def _show_copied(self, copied: bool) -> None:
        self._copy.setText("Copied" if copied else "Copy")
        self._copy.setIcon(theme.icon("check" if copied else "copy", "on_accent"))


def _facts(invite: Invite, pin: str) -> list[tuple[str, str, bool]]:
    """What can be typed: its name, the value, and whether it will be read aloud."""
    addresses = [f"{bracketed(a)}:{invite.port}" for a in invite.addresses]
    facts = []
    if pin:  # without one an address alone lets nobody in
        facts = [("PIN", pin, True), ("Address", "\n".join(addresses[:_ADDRESSES]), False)]
    if all(a.startswith("127.") or a == "::1" for a in invite.addresses):
        facts.append(
            ("Only this computer", "No network was found. Others can join once there is one.", False)
        )
    return facts


def _fact(name: str, value: str, large: bool) -> QtWidgets.QLabel:
    label = QtWidgets.QLabel(value)
    label.setTextFormat(QtCore.Qt.TextFormat.PlainText)
    label.setAccessibleName(f"{name}: {value}")
    label.setTextInteractionFlags(QtCore.Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setWordWrap(True)
    if large:
        label.setFont(theme.font(1.8, bold=True, mono=True))
    return label
