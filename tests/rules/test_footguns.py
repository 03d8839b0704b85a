"""Calls that work in a small trial and hurt later are nowhere in the program (rules/footguns.py)."""

from pathlib import Path

import pytest

from tests.rules.footguns import (
    FOR_TESTS,
    FOR_THE_APP,
    Rule,
    bare_task,
    complaints,
    nested_loop,
    started_process,
)

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app" / "heliograph"

#: Where a rule ends: these give what everybody else must use instead.
KEEPERS: dict[Path, set[Rule]] = {
    APP / "services" / "tasks.py": {bare_task},
    APP / "services" / "child_process.py": {started_process},
    APP / "bridge" / "aio.py": {nested_loop},
}

#: A file that grows past this holds two things.
MOST_LINES = 350


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def broken(paths: list[Path], rules: tuple[Rule, ...]) -> list[str]:
    found = []
    for path in paths:
        here = tuple(rule for rule in rules if rule not in KEEPERS.get(path, ()))
        found += [
            f"{path.relative_to(ROOT)}:{complaint}"
            for complaint in complaints(path.read_text(encoding="utf-8"), here)
        ]
    return found


def test_the_application_has_none() -> None:
    assert broken(sources(APP), FOR_THE_APP) == []


def test_the_tests_have_none() -> None:
    assert broken(sources(ROOT / "tests"), FOR_TESTS) == []


@pytest.mark.parametrize(
    ("source", "word"),
    [
        ("dialog.exec()", "nested event loop"),
        ("QtWidgets.QApplication.processEvents()", "nested event loop"),
        ("asyncio.get_running_loop().create_task(work())", "bare task"),
        ("asyncio.ensure_future(work())", "bare task"),
        ("asyncio.create_subprocess_exec('relay')", "starts a process"),
        ("from PySide6.QtCore import Signal", "from PySide6 import QtCore"),
        ("changed = QtCore.Signal(dict)", "Signal(object)"),
        ("changed = QtCore.Signal()", "Signal(object)"),
        ("async def test(qtbot): qtbot.waitUntil(done)", "await a condition"),
    ],
)
def test_each_rule_finds_what_it_is_for(source: str, word: str) -> None:
    assert any(word in complaint for complaint in complaints(source, FOR_THE_APP + FOR_TESTS))


@pytest.mark.parametrize(
    "source",
    [
        "dialog.open()",
        "database.execute('select 1')",
        "tasks.spawn(work(), name='work')",
        "group.create_task(work())",
        "from PySide6 import QtCore",
        "changed = QtCore.Signal(object)",
        "def test(qtbot): qtbot.waitUntil(done)",
    ],
)
def test_no_rule_finds_what_is_right(source: str) -> None:
    assert list(complaints(source, FOR_THE_APP + FOR_TESTS)) == []


def test_no_file_is_too_long_to_read() -> None:
    product = sources(ROOT / "app", ROOT / "relay", ROOT / "packaging")
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in product}
    assert {str(path): lines for path, lines in lengths.items() if lines > MOST_LINES} == {}
