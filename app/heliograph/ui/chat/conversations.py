"""Which conversation is shown: Everyone and the private ones, with what is unread in each."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model.conversation import EVERYONE
from heliograph.ui import theme
from heliograph.ui.avatar import paint_avatar
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip


class _Tab(QtWidgets.QAbstractButton):
    """One conversation: a disc in the person's colour, the name, a count."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(QtCore.Qt.FocusPolicy.TabFocus)
        self.setCursor(QtCore.Qt.CursorShape.PointingHandCursor)
        self._name, self._hue, self._unread, self._faded = "", 0, 0, False

    def show_as(self, name: str, hue: int, unread: int, *, faded: bool, marks: str = "") -> None:
        """What it says now; `marks` tell the person from others of that name."""
        self._name, self._hue, self._unread, self._faded = name, hue, unread, faded
        self.setToolTip(plain_tip(f"{name} ({marks})" if marks else name))
        self.setAccessibleDescription(marks)
        self.setAccessibleName(f"Conversation with {name}" + (f", {unread} unread" if unread else ""))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QtCore.QSize:
        metrics = QtGui.QFontMetrics(theme.font(bold=True))
        width = min(180, metrics.horizontalAdvance(self._name) + space(11))
        if self._unread:
            width += metrics.horizontalAdvance(str(self._unread)) + space(4)
        return QtCore.QSize(width, metrics.height() + space(4))

    def paintEvent(self, _event: QtGui.QPaintEvent) -> None:
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        box = QtCore.QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.isChecked() or self.underMouse() or self.hasFocus():
            painter.setBrush(theme.color("selected" if self.isChecked() else "hover"))
            painter.setPen(theme.color("accent") if self.hasFocus() else QtCore.Qt.PenStyle.NoPen)
            painter.drawRoundedRect(box, theme.RADIUS, theme.RADIUS)
        disc = QtCore.QRectF(box.left() + space(2), box.center().y() - 9, 18, 18)
        if self.key == EVERYONE:
            painter.drawPixmap(
                disc.toRect(), theme.pixmap_of("people", theme.current().text, 18, self.devicePixelRatioF())
            )
        else:
            painter.setOpacity(0.5 if self._faded else 1)
            paint_avatar(painter, disc, self._name, theme.person_color(self._hue))
            painter.setOpacity(1)
        right = box.right() - space(2)
        if self._unread:
            right = self._paint_count(painter, right, box.center().y())
        font = theme.font(bold=bool(self._unread))
        painter.setFont(font)
        painter.setPen(theme.color("muted" if self._faded else "text"))
        room = QtCore.QRectF(
            disc.right() + space(1.5), box.top(), right - disc.right() - space(2), box.height()
        )
        elided = QtGui.QFontMetricsF(font).elidedText(
            self._name, QtCore.Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, QtCore.Qt.AlignmentFlag.AlignVCenter, elided)
        painter.end()

    def _paint_count(self, painter: QtGui.QPainter, right: float, middle: float) -> float:
        font = theme.font(0.82, bold=True)
        width = max(18.0, QtGui.QFontMetricsF(font).horizontalAdvance(str(self._unread)) + space(2.5))
        pill = QtCore.QRectF(right - width, middle - 9, width, 18)
        painter.setPen(QtCore.Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("accent_fill"))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setFont(font)
        painter.setPen(theme.color("on_accent"))
        painter.drawText(pill, QtCore.Qt.AlignmentFlag.AlignCenter, str(self._unread))
        return pill.left() - space(1)


class ConversationBar(QtWidgets.QWidget):
    """A strip of conversations; scrolls when there are many."""

    #: str: the key of the one that was chosen.
    chosen = QtCore.Signal(object)

    def __init__(self, parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(parent)
        self._tabs: dict[str, _Tab] = {}
        self._inner = QtWidgets.QWidget()
        self._row = QtWidgets.QHBoxLayout(self._inner)
        self._row.setContentsMargins(space(2), space(1), space(2), space(1))
        self._row.setSpacing(space(1))
        self._row.addStretch()
        self._scroll = QtWidgets.QScrollArea()
        self._scroll.setWidget(self._inner)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self._scroll.setVerticalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setHorizontalScrollBarPolicy(QtCore.Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(QtCore.Qt.FocusPolicy.NoFocus)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._scroll)
        # There from the start, so that Tab comes here before it comes to the messages.
        self.show_conversations([EVERYONE], EVERYONE)

    def show_conversations(self, keys: list[str], shown: str) -> None:
        """These, in this order."""
        for key in list(self._tabs):
            if key not in keys:
                self._tabs.pop(key).deleteLater()
        before: _Tab | None = None
        for place, key in enumerate(keys):
            tab = self._tabs.get(key)
            if tab is None:
                tab = self._tabs[key] = _Tab(key)
                tab.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
            self._row.insertWidget(place, tab)
            tab.show()
            tab.setChecked(key == shown)
            if before is not None and before.nextInFocusChain() is not tab:
                QtWidgets.QWidget.setTabOrder(before, tab)
            before = tab

    def tab(self, key: str) -> _Tab:
        """The tab of a conversation."""
        return self._tabs[key]

    def fit(self) -> None:
        """Take the height that the tabs need."""
        self._scroll.setFixedHeight(self._inner.sizeHint().height())
        shown = next((tab for tab in self._tabs.values() if tab.isChecked()), None)
        if shown is not None:
            self._scroll.ensureWidgetVisible(shown)
