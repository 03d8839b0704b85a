"""The checkers say nothing. Their rules, with reasons, are in pyproject.toml.

pytest tests/rules                        all of them
pytest --deselect tests/rules/test_tools.py   everything else, in a hurry
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: mypy reads all of PySide6's stubs when its cache is cold.
MINUTES = 60.0


@pytest.mark.slow
@pytest.mark.timeout(5 * MINUTES)
@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check", "--quiet", "--output-format=concise", "."], id="ruff-check"),
        pytest.param(
            ["ruff", "format", "--check", "--quiet", "--output-format=concise", "."], id="ruff-format"
        ),
        pytest.param(["mypy", "--no-error-summary"], id="mypy"),
        pytest.param(["importlinter.cli", "lint_imports_command"], id="import-linter"),
    ],
)
def test_the_tool_has_no_complaint(command: list[str]) -> None:
    arguments = [sys.executable, "-m", *command]
    if command[0] == "importlinter.cli":
        program = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
        arguments = [sys.executable, "-c", program]
    done = subprocess.run(
        arguments,
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "110"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"{done.stdout}{done.stderr}", pytrace=False)
