"""What ruff's banned names cannot see: calls of methods, and rules about Qt's own ways.

Each rule is one function from a syntax node to the sentence that says what to do instead.
"""

import ast
from collections.abc import Callable, Iterator

Rule = Callable[[ast.AST], str | None]


def nested_loop(node: ast.AST) -> str | None:
    """A Qt loop inside a coroutine wedges other tasks for good."""
    if _called_method(node) in {"exec", "exec_", "processEvents"}:
        return "nested event loop: use open() and a future, or await something"
    return None


def bare_task(node: ast.AST) -> str | None:
    """Nobody awaits it, so nobody learns of its error, and it may be collected while it runs."""
    if _called_method(node) in {"create_task", "ensure_future"} and not _is_called_on(node, "group"):
        return "bare task: use heliograph.services.tasks.Tasks.spawn"
    return None


def started_process(node: ast.AST) -> str | None:
    """A process that outlives us, or that is waited for in the wrong place, is one module's care."""
    if _called_method(node) in {"create_subprocess_exec", "create_subprocess_shell", "Popen", "fork"}:
        return "starts a process: only services/child_process.py does"
    return None


def names_from_qt(node: ast.AST) -> str | None:
    """`Signal` is ours; `QtCore.Signal` is Qt's."""
    if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("PySide6."):
        return f"import the module: from PySide6 import {(node.module or '').removeprefix('PySide6.')}"
    return None


def narrow_signal(node: ast.AST) -> str | None:
    """Qt turns a dict with other keys than strings into nothing, and an int over 32 bits into 0."""
    if _called_method(node) != "Signal" or not _is_called_on(node, "QtCore"):
        return None
    assert isinstance(node, ast.Call)
    if [ast.unparse(argument) for argument in node.args] == ["object"]:
        return None
    return "QtCore.Signal(object) only: other types are converted on the way"


def waiting_in_coroutine(node: ast.AST) -> str | None:
    """`qtbot.wait…` spins a loop of its own."""
    if not isinstance(node, ast.AsyncFunctionDef):
        return None
    for inner in ast.walk(node):
        if (_called_method(inner) or "").startswith("wait") and _is_called_on(inner, "qtbot"):
            return "qtbot.wait… in a coroutine: await a condition"
    return None


FOR_THE_APP: tuple[Rule, ...] = (nested_loop, bare_task, started_process, names_from_qt, narrow_signal)
FOR_TESTS: tuple[Rule, ...] = (waiting_in_coroutine,)


def complaints(source: str, rules: tuple[Rule, ...]) -> Iterator[str]:
    """One `line: sentence` for each break of a rule."""
    for node in ast.walk(ast.parse(source)):
        for rule in rules:
            if sentence := rule(node):
                yield f"{getattr(node, 'lineno', 0)}: {sentence}"


def _called_method(node: ast.AST) -> str | None:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None


def _is_called_on(node: ast.AST, name: str) -> bool:
    assert isinstance(node, ast.Call)
    assert isinstance(node.func, ast.Attribute)
    return isinstance(node.func.value, ast.Name) and node.func.value.id == name
