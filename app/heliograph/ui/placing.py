"""Where windows open: wholly on a screen, whatever was kept of them and wherever the window beside them stands."""

from PySide6 import QtCore, QtGui, QtWidgets

#: From one window to the next that opens beside it, in pixels.
_STEP = 40
#: No window is made smaller than this to keep the one below it in sight.
_LEAST = QtCore.QSize(760, 520)


def inside(rect: QtCore.QRect, room: QtCore.QRect) -> QtCore.QRect:
    """`rect`, made no larger than `room` and moved into it, by as little as that takes."""
    size = rect.size().boundedTo(room.size())
    left = max(room.left(), min(rect.left(), room.left() + room.width() - size.width()))
    top = max(room.top(), min(rect.top(), room.top() + room.height() - size.height()))
    return QtCore.QRect(QtCore.QPoint(left, top), size)


def lower_right(rect: QtCore.QRect, room: QtCore.QRect) -> QtCore.QRect:
    """As large as `rect` and a step lower right of it; smaller where there is no room for that, down to a size."""
    wish = rect.translated(_STEP, _STEP)
    left_over = QtCore.QSize(room.right() + 1 - wish.left(), room.bottom() + 1 - wish.top())
    size = wish.size().boundedTo(left_over.expandedTo(_LEAST))
    return inside(QtCore.QRect(wish.topLeft(), size), room)


def open_beside(window: QtWidgets.QWidget, other: QtWidgets.QWidget) -> None:
    """Give a window that is not shown yet its place beside another one, which has the same frame."""
    outer, inner = other.frameGeometry(), other.geometry()
    frame = outer.size() - inner.size()
    place = lower_right(outer, other.screen().availableGeometry())
    window.resize(place.size() - frame)
    window.move(place.topLeft())


def fit(window: QtWidgets.QWidget, size: QtCore.QSize) -> None:
    """Give a window that is not shown yet its size, or what its screen has room for."""
    window.resize(size.boundedTo(_room(window.screen(), window).size()))


def bring_back(window: QtWidgets.QWidget) -> None:
    """A window stands where it was left: if that is no longer on a screen, or only in part, it comes back to one."""
    full = QtCore.Qt.WindowState.WindowMaximized | QtCore.Qt.WindowState.WindowFullScreen
    if window.windowState() & full:
        return
    here = window.geometry()
    screens = QtGui.QGuiApplication.screens()
    screen = max(screens, key=lambda screen: _area(here & screen.availableGeometry()))
    window.setGeometry(inside(here, _room(screen, window)))


def _room(screen: QtGui.QScreen, window: QtWidgets.QWidget) -> QtCore.QRect:
    """What of a screen the inside of a window can take: above it there will be its title."""
    title = window.style().pixelMetric(QtWidgets.QStyle.PixelMetric.PM_TitleBarHeight, None, window)
    return screen.availableGeometry().adjusted(1, title + 1, -1, -1)


def _area(rect: QtCore.QRect) -> int:
    return rect.width() * rect.height() if rect.isValid() else 0
