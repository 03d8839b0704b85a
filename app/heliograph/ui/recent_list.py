"""Sessions of before, as rows to go back to."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.settings import Recent
from heliograph.model.text import relative_time
from heliograph.ui import theme
from heliograph.ui.controls import Tool
from heliograph.ui.form import muted
from heliograph.ui.theme import space

#: How many are shown.
_MOST = 5


class LinkRow(QtWidgets.QPushButton):
    """A name, what is to be known of it, and at the end, for whoever points there, what a click does."""

    def __init__(self, name: str, about: str, do: str, picture: str, tip: str) -> None:
        self._name, self._about, self._do, self._picture = name, about, do, picture
        super().__init__(f"{name} · {about}")
        self.setToolTip(tip)
        self.setAccessibleName(f"{do}: {name}, {about}")
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(240, QtGui.QFontMetrics(theme.font()).height() + space(5))

    def minimumSizeHint(self) -> QtCore.QSize:
        return QtCore.QSize(160, self.sizeHint().height())

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        box = QtCore.QRectF(self.rect()).adjusted(1, 1, -1, -1)
        active = self.isEnabled() and (self.underMouse() or self.hasFocus())
        painter.setPen(QtGui.QPen(theme.color("accent"), 2) if self.hasFocus() else QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("hover") if active else QtCore.Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        picture = theme.pixmap(self._picture, theme.color("muted").name(), 18, self.devicePixelRatioF())
        painter.drawPixmap(space(3), (self.height() - 18) // 2, picture)
        self._paint_words(painter, active)
        painter.end()

    def _paint_words(self, painter: QtGui.QPainter, active: bool) -> None:
        align = QtCore.Qt.AlignmentFlag.AlignVCenter
        room = self.rect().adjusted(space(3) + 18 + space(3), 0, -space(3), 0)
        if active:
            painter.setPen(theme.color("accent"))
            painter.setFont(theme.font(bold=True))
            painter.drawText(room, align | QtCore.Qt.AlignmentFlag.AlignRight, self._do)
            room.setRight(room.right() - painter.fontMetrics().horizontalAdvance(self._do) - space(3))
        painter.setFont(theme.font(bold=True))
        metrics = painter.fontMetrics()
        name = metrics.elidedText(self._name, QtCore.Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(theme.color("text"))
        painter.drawText(room, align, name)
        room.setLeft(room.left() + metrics.horizontalAdvance(name) + space(3))
        painter.setFont(theme.font(0.92))
        painter.setPen(theme.color("muted"))
        about = painter.fontMetrics().elidedText(
            self._about, QtCore.Qt.TextElideMode.ElideRight, max(0, room.width())
        )
        painter.drawText(room, align, about)


class RecentList(QtWidgets.QFrame):
    """The last few sessions; hidden while there are none."""

    #: Recent: go there again.
    chosen = QtCore.Signal(object)
    #: Recent: take it off the list.
    forgotten = QtCore.Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("card", True)
        title = muted("Recent sessions")
        title.setContentsMargins(space(3), 0, 0, 0)
        self._rows = QtWidgets.QVBoxLayout()
        self._rows.setSpacing(0)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(space(2), space(3), space(2), space(2))
        column.setSpacing(space(1))
        column.addWidget(title)
        column.addLayout(self._rows)
        self.hide()

    def show_recent(self, recents: list[Recent]) -> None:
        """These, the latest first."""
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        now = QtCore.QDateTime.currentMSecsSinceEpoch()
        for recent in recents[:_MOST]:
            self._rows.addWidget(self._row(recent, now))
        self.setVisible(bool(recents))

    def _row(self, recent: Recent, now: int) -> QtWidgets.QWidget:
        name = recent.name or recent.session
        row = LinkRow(
            name,
            f"{'hosted' if recent.hosted else 'joined'} {relative_time(recent.last, now)}",
            "Host again" if recent.hosted else "Join again",
            "host" if recent.hosted else "join",
            "Host it again, with the same invite" if recent.hosted else "Join it again",
        )
        row.clicked.connect(lambda: self.chosen.emit(recent))
        forget = Tool("close", "", f"Forget {name}", "Take it off this list", tint="muted")
        forget.clicked.connect(lambda: self.forgotten.emit(recent))
        both = QtWidgets.QWidget()
        layout = QtWidgets.QHBoxLayout(both)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(row, 1)
        layout.addWidget(forget)
        return both
