"""The text of a message, laid out: wrapped, links found, selectable. Text is data and never markup."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from PySide6 import QtCore, QtGui

from heliograph.model.text import reveal
from heliograph.ui import theme

_LINK = re.compile(r"https?://[^\s<>\"'`|\\^{}\u2028\u2029]+", re.IGNORECASE)
_TAIL = ".,:;!?…)]}»”’*_"

#: Pictures, skin tones, joiners and selectors.
_EMOJI_KINDS = {"So", "Sk", "Cf", "Mn"}
_MOST_EMOJI = 4
_MOST_EMOJI_CHARACTERS = 16


@dataclass(frozen=True)
class Link:
    """Where in the shown text a link stands, and where it leads."""

    start: int
    end: int
    url: str


def is_emoji_only(text: str) -> bool:
    """A few emoji and nothing else."""
    signs = text.split()
    if not signs or text.isascii() or len(text) > _MOST_EMOJI_CHARACTERS:
        return False
    kinds = [unicodedata.category(c) for sign in signs for c in sign]
    return set(kinds) <= _EMOJI_KINDS and 0 < kinds.count("So") <= _MOST_EMOJI


def find_links(text: str) -> list[Link]:
    """Http and https links; punctuation at their end belongs to the sentence."""
    links = []
    for found in _LINK.finditer(text):
        url = found.group()
        while url and url[-1] in _TAIL and not (url[-1] == ")" and url.count("(") >= url.count(")")):
            url = url[:-1]
        if QtCore.QUrl(url, QtCore.QUrl.ParsingMode.StrictMode).host():
            links.append(Link(found.start(), found.start() + len(url), url))
    return links


class _Units:
    """Qt counts in units of UTF-16: an emoji is two of them, and one character for Python."""

    def __init__(self, text: str) -> None:
        self._starts: list[int] = []
        if not text.isascii() and max(text) > "\uffff":
            self._starts = [0, *accumulate(2 if c > "\uffff" else 1 for c in text)]

    def units(self, character: int) -> int:
        """Where a character begins for Qt."""
        return self._starts[character] if self._starts else character

    def character(self, unit: int) -> int:
        """The character at a place of Qt's."""
        return bisect_right(self._starts, unit) - 1 if self._starts else unit


class LaidText:
    """`text` wrapped at `width`; the size it takes is known afterwards.

    `shown` is what stands there: the text with everything made visible. All positions count its characters.
    """

    def __init__(self, text: str, font: QtGui.QFont, width: float) -> None:
        self.shown = reveal(text, keep="\n\t")
        self._units = _Units(self.shown)
        self.links = find_links(self.shown)
        # Qt's own line separator; positions stay the same, one character for one.
        self._layout = QtGui.QTextLayout(self.shown.replace("\n", "\u2028"), font)
        option = QtGui.QTextOption()
        option.setWrapMode(QtGui.QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(QtCore.Qt.LayoutDirection.LayoutDirectionAuto)
        option.setTabStopDistance(QtGui.QFontMetricsF(font).horizontalAdvance(" ") * 4)
        self._layout.setTextOption(option)
        self._layout.setCacheEnabled(True)
        self.is_right_to_left = _is_right_to_left(self.shown)
        self.height = self._wrap(width)
        lines = [self._layout.lineAt(i) for i in range(self._layout.lineCount())]
        self.width = max((line.naturalTextWidth() for line in lines), default=0.0)
        self.last_line_width = lines[-1].naturalTextWidth() if lines else 0.0
        if self.is_right_to_left:
            # Lines are aligned to the right edge of what they were wrapped in.
            self.height = self._wrap(self.width + 1)
            self.last_line_width = self.width

    def _wrap(self, width: float) -> float:
        y = 0.0
        self._layout.beginLayout()
        while (line := self._layout.createLine()).isValid():
            line.setLineWidth(width)
            line.setPosition(QtCore.QPointF(0, y))
            y += line.height()
        self._layout.endLayout()
        return y

    def paint(
        self,
        painter: QtGui.QPainter,
        at: QtCore.QPointF,
        color: QtGui.QColor,
        marks: Iterable[tuple[int, int]],
    ) -> None:
        """Draw it, with its links, and with what is selected or was found as marks (from, to)."""
        painter.setPen(color)
        formats = [
            self._format(link.start, link.end, foreground="link", underline=True) for link in self.links
        ]
        formats += [self._format(*mark, background="accent_fill", foreground="on_accent") for mark in marks]
        self._layout.draw(painter, at, formats)

    def _format(
        self, start: int, end: int, *, foreground: str, background: str = "", underline: bool = False
    ) -> QtGui.QTextLayout.FormatRange:
        span = QtGui.QTextLayout.FormatRange()
        span.start = self._units.units(start)
        span.length = self._units.units(end) - span.start
        span.format = QtGui.QTextCharFormat()
        span.format.setForeground(theme.color(foreground))
        span.format.setFontUnderline(underline)
        if background:
            span.format.setBackground(theme.color(background))
        return span

    def index_at(self, point: QtCore.QPointF) -> int:
        """The character position nearest to a point."""
        for i in range(self._layout.lineCount()):
            line = self._layout.lineAt(i)
            if point.y() < line.y() + line.height() or i == self._layout.lineCount() - 1:
                return self._units.character(line.xToCursor(point.x()))
        return 0

    def link_at(self, point: QtCore.QPointF) -> str | None:
        """The URL under a point."""
        for i in range(self._layout.lineCount()):
            line = self._layout.lineAt(i)
            if line.naturalTextRect().contains(point):
                unit = line.xToCursor(point.x(), QtGui.QTextLine.CursorPosition.CursorOnCharacter)
                position = self._units.character(unit)
                return next((k.url for k in self.links if k.start <= position < k.end), None)
        return None

    def word_at(self, position: int) -> tuple[int, int]:
        """Start and end of the word around a position."""
        start = end = position
        while start > 0 and not self.shown[start - 1].isspace():
            start -= 1
        while end < len(self.shown) and not self.shown[end].isspace():
            end += 1
        return start, end


def _is_right_to_left(text: str) -> bool:
    """What the first strong character says (Unicode Bidirectional Algorithm, P2)."""
    kinds = (unicodedata.bidirectional(c) for c in text[:200])
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)
