"""JSON as a tree to open and close, to look through, and to copy from."""

from PySide6 import QtCore, QtGui, QtWidgets

from heliograph.model import json_tree
from heliograph.model.json_tree import Node
from heliograph.model.text import plural, reveal
from heliograph.ui import theme
from heliograph.ui.actions import offer
from heliograph.ui.theme import space
from heliograph.ui.tips import plain_tip

#: Trees up to so many nodes are open from the start; of larger ones only the upper levels are.
_OPEN_UP_TO = 300
_OPEN_DEPTH = 0
#: Longest value shown in a line, and in a tooltip, in characters.
_LINE, _TIP = 300, 2_000

_Index = QtCore.QModelIndex | QtCore.QPersistentModelIndex
_NO_PARENT = QtCore.QModelIndex()
_INK = {"string": "success", "number": "link", "word": "accent", "object": "muted", "array": "muted"}


class JsonModel(QtCore.QAbstractItemModel):
    """A document; its root is the one row at the top."""

    def __init__(self) -> None:
        super().__init__()
        self._root: Node | None = None

    def show(self, root: Node) -> None:
        """Another document."""
        self.beginResetModel()
        self._root = root
        self.endResetModel()

    def node(self, index: _Index) -> Node:
        """What stands there."""
        found: Node = index.internalPointer()
        return found

    def index_of(self, node: Node) -> QtCore.QModelIndex:
        """Where that node stands."""
        return self.createIndex(node.row, 0, node)

    def index(self, row: int, column: int, parent: _Index = _NO_PARENT) -> QtCore.QModelIndex:
        if not parent.isValid():
            return self.createIndex(0, 0, self._root) if row == 0 and self._root else QtCore.QModelIndex()
        children = self.node(parent).children
        return self.createIndex(row, 0, children[row]) if row < len(children) else QtCore.QModelIndex()

    def parent(self, index: _Index = _NO_PARENT) -> QtCore.QModelIndex:  # type: ignore[override]
        above = self.node(index).parent if index.isValid() else None
        return self.index_of(above) if above is not None else QtCore.QModelIndex()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        if not parent.isValid():
            return 1 if self._root is not None else 0
        return len(self.node(parent).children)

    def columnCount(self, _parent: _Index = _NO_PARENT) -> int:
        return 1

    def data(self, index: _Index, role: int = 0) -> object:
        roles = QtCore.Qt.ItemDataRole
        if role in (roles.DisplayRole, roles.AccessibleTextRole):
            return "".join(pieces(self.node(index)))
        if role == roles.ToolTipRole:
            node = self.node(index)
            return plain_tip(f"{node.path}\n\n{value_text(node, _TIP)}")
        return None


def pieces(node: Node) -> tuple[str, str]:
    """The two parts of a line: what it is called, and what it is."""
    called = "" if node.key is None else f"{reveal(str(node.key))[:_LINE]}: "
    return called, value_text(node, _LINE)


def value_text(node: Node, most: int) -> str:
    """What stands there, as one reads it."""
    if node.is_container:
        count = len(node.children) + node.more
        words = plural(count, "member") if node.kind == "object" else plural(count, "item")
        cut = f", the first {len(node.children):,} shown" if node.more else ""
        return f"{'{}' if node.kind == 'object' else '[]'} {words}{cut}"
    text = f'"{node.text[: most + 1]}"' if node.kind == "string" else node.text
    shown = reveal(text)
    return shown if len(shown) <= most else shown[: most - 1] + "…"


class _Painter(QtWidgets.QStyledItemDelegate):
    """Names in the colour of text, values in that of their kind."""

    def paint(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem, index: _Index
    ) -> None:  # fmt: skip
        model = index.model()
        assert isinstance(model, JsonModel)
        node = model.node(index)
        view = self.parent()
        assert isinstance(view, QtWidgets.QTreeView)
        view.style().drawPrimitive(
            QtWidgets.QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, view
        )
        painter.save()
        painter.setFont(view.font())
        called, value = pieces(node)
        metrics, rect = painter.fontMetrics(), option.rect.adjusted(space(1), 0, 0, 0)
        for text, ink in ((called, "text"), (value, _INK[node.kind])):
            painter.setPen(theme.color(ink))
            painter.drawText(rect, QtCore.Qt.AlignmentFlag.AlignVCenter, text)
            rect.setLeft(rect.left() + metrics.horizontalAdvance(text))
        painter.restore()

    def sizeHint(self, option: QtWidgets.QStyleOptionViewItem, index: _Index) -> QtCore.QSize:
        view = self.parent()
        assert isinstance(view, QtWidgets.QTreeView)
        metrics = view.fontMetrics()
        text = index.data()
        return QtCore.QSize(metrics.horizontalAdvance(text) + space(3), metrics.height() + space(0.5))


class JsonTree(QtWidgets.QTreeView):
    """Arrows open and close, Ctrl+C copies a value, Ctrl+Shift+C where it stands."""

    def __init__(self) -> None:
        super().__init__()
        self._model = JsonModel()
        self._found: list[Node] = []
        self._looked_for = ""
        self.setModel(self._model)
        self.setItemDelegate(_Painter(self))
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(space(4))
        self.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        self.setAccessibleName("Data of the selected signal, as a tree")
        self.setHorizontalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QtWidgets.QHeaderView.ResizeMode.ResizeToContents)
        offer(self, (
            ("Copy value", "Ctrl+C", "copy", self._copy_value),
            ("Copy path", "Ctrl+Shift+C", "link", self._copy_path),
            ("Copy all as JSON", "", "file", self._copy_all),
            ("Open all", "", "plus", self.expandAll),
            ("Close all", "", "minus", self._close_all),
        ))  # fmt: skip

    def show_document(self, root: Node) -> None:
        """Another document, as far open as one can overlook it."""
        self._model.show(root)
        self._looked_for = ""
        count = sum(1 for _, _node in zip(range(_OPEN_UP_TO + 1), json_tree.walk(root), strict=False))
        if count <= _OPEN_UP_TO:
            self.expandAll()
        else:
            self.expandToDepth(_OPEN_DEPTH)
        self.setCurrentIndex(self._model.index_of(root))
        self.scrollToTop()

    @property
    def current_node(self) -> Node | None:
        """What is selected."""
        index = self.currentIndex()
        return self._model.node(index) if index.isValid() else None

    def look_for(self, words: str, step: int) -> str:
        """Go to the next (1) or previous (-1) place with these words in name or value, 0 to the first; says where."""
        if words != self._looked_for:
            self._looked_for = words
            wanted = words.casefold()
            root = self._model.index(0, 0)
            nodes = json_tree.walk(self._model.node(root)) if root.isValid() and words else ()
            self._found = [node for node in nodes if _holds(node, wanted)]
        if not words:
            return ""
        if not self._found:
            return "not found"
        current = self.current_node
        at = next((place for place, node in enumerate(self._found) if node is current), None)
        place = (0 if step >= 0 else len(self._found) - 1) if at is None else (at + step) % len(self._found)
        index = self._model.index_of(self._found[place])
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return f"{place + 1:,} of {len(self._found):,}"

    def drawRow(
        self, painter: QtGui.QPainter, option: QtWidgets.QStyleOptionViewItem, index: _Index
    ) -> None:  # fmt: skip
        """What is selected stands out over the whole width, as in every list; Qt ends where the column does."""
        if self.selectionModel().isSelected(index):
            row = QtCore.QRect(0, option.rect.y(), self.viewport().width(), option.rect.height())
            painter.fillRect(row, theme.color("selected"))
        super().drawRow(painter, option, index)

    def keyPressEvent(self, event: QtGui.QKeyEvent) -> None:
        if event.matches(QtGui.QKeySequence.StandardKey.Copy):
            self._copy_value()
        else:
            super().keyPressEvent(event)

    def _copy_value(self) -> None:
        if (node := self.current_node) is not None:
            text = node.text if not node.is_container else json_tree.write(node)
            QtWidgets.QApplication.clipboard().setText(text)

    def _copy_path(self) -> None:
        if (node := self.current_node) is not None:
            QtWidgets.QApplication.clipboard().setText(node.path)

    def _copy_all(self) -> None:
        root = self._model.index(0, 0)
        if root.isValid():
            QtWidgets.QApplication.clipboard().setText(json_tree.write(self._model.node(root)))

    def _close_all(self) -> None:
        self.collapseAll()
        self.expandToDepth(0)


def _holds(node: Node, wanted: str) -> bool:
    return (
        wanted in str(node.key if node.key is not None else "").casefold() or wanted in node.text.casefold()
    )
