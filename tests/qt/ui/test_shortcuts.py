"""Every key that a widget takes is on the sheet of keys."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6 import QtWidgets

import heliograph.ui
from heliograph.ui import theme
from heliograph.ui.captures import page
from heliograph.ui.inspector.views import VIEWS
from heliograph.ui.shortcuts import SHORTCUTS, ShortcutSheet

UI = Path(heliograph.ui.__file__).parent
FILES = sorted(UI.rglob("*.py"))
_SEQUENCE = re.compile(r"(?:(?:Ctrl|Alt|Shift)\+)+(?:\S|F\d+|[A-Z][a-z]+)|F\d+|Esc")
_NAMES = {"Return": "Enter", "Escape": "Esc"}


def keys_of(text: str) -> Iterator[str]:
    """Every key that a file speaks of: `Key_X`, words such as "Ctrl+X", and letters with what they do."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Attribute(attr=name) if name.startswith("Key_"):
                yield _name(name.removeprefix("Key_"))
            case ast.Constant(value=str(words)) if _SEQUENCE.fullmatch(words):
                yield "+".join(_name(key) for key in words.split("+"))
            case ast.Tuple(elts=[ast.Constant(value=str(letter)), ast.Attribute()]) if len(letter) == 1:
                yield letter
            case ast.Compare(left=left) if ast.unparse(left) == "event.text()":
                # An equals sign is a plus without Shift.
                letters = (c.value for c in ast.walk(node) if isinstance(c, ast.Constant))
                yield from (str(letter) for letter in letters if letter != "=")


def _name(key: str) -> str:
    return _NAMES.get(key, key)


@pytest.fixture
def on_sheets(qapp: QtWidgets.QApplication) -> set[str]:
    """The keys of both sheets, as they are shown; what stands together is pressed together."""
    theme.apply(qapp, "light")
    parent = QtWidgets.QWidget()
    found: set[str] = set()
    for sheet in (ShortcutSheet(parent), ShortcutSheet(parent, "The capture", page.KEYS, page.MORE)):
        for layout in sheet.findChildren(QtWidgets.QHBoxLayout):
            items = [layout.itemAt(i) for i in range(layout.count())]
            labels = [
                w for item in items if item is not None and isinstance(w := item.widget(), QtWidgets.QLabel)
            ]
            found |= set(_combinations([label.text() for label in labels]))
    parent.deleteLater()
    return found | {f"Alt+{number}" for number in range(1, len(VIEWS) + 1) if "Alt+1" in found}


def _combinations(caps: list[str]) -> Iterator[str]:
    """ "Ctrl" "L" "/" "Slash" is Ctrl+L, or Slash; modifiers go with the key behind them."""
    held: list[str] = []
    for cap in caps:
        if cap in ("Ctrl", "Alt", "Shift"):
            held.append(cap)
        elif cap not in ("/", "…"):
            yield "+".join([*held, cap])
            yield cap  # a widget may look at the modifiers apart
            held = []


def test_the_sheet_has_every_key(on_sheets: set[str]) -> None:
    taken = {key: path.name for path in FILES for key in keys_of(path.read_text(encoding="utf-8"))}
    assert {"F", "M", "T", "+", "-", "Ctrl+E", "Alt+3", "Enter"} <= taken.keys()
    assert {key: file for key, file in taken.items() if key not in on_sheets} == {}


def test_what_the_sheet_says_is_read_whole(qapp: QtWidgets.QApplication) -> None:
    theme.apply(qapp, "light")
    parent = QtWidgets.QWidget()
    sheet = ShortcutSheet(parent)
    said = [label.text() for label in sheet.findChildren(QtWidgets.QLabel)]
    assert all(shortcut.words in said for shortcut in SHORTCUTS)
    assert {"1", str(len(VIEWS))} <= set(said)
    parent.deleteLater()
