"""Progress lines, and commands that say why they failed."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

#: Last lines of a failed command that are shown; the cause stands at the end.
SHOWN_LINES = 30


class SetupError(Exception):
    """The preparation cannot go on; the text says what is wrong and what to do, for a person."""


def say(text: str) -> None:
    """One line of progress. Standard error: what is started owns standard output."""
    print(f"heliograph: {text}", file=sys.stderr, flush=True)


def run(
    command: Sequence[str | Path],
    *,
    doing: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    show: Callable[[str], str | None] = lambda line: None,
) -> str:
    """Runs a command without input and returns its output; `show` picks lines of it that are worth a progress line.

    Raises `SetupError` with the end of the output where it fails or is not there.
    """
    words = [str(word) for word in command]
    lines: list[str] = []
    try:
        with subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, **(env or {})},
            cwd=cwd,
        ) as process:
            assert process.stdout is not None
            for line in process.stdout:
                lines.append(line.rstrip())
                if shown := show(line.rstrip()):
                    say(f"  {shown}")
    except OSError as error:
        raise SetupError(f"{doing} failed: {words[0]}: {error.strerror}") from error
    if process.returncode:
        tail = "\n".join(f"    {line}" for line in lines[-SHOWN_LINES:])
        shown_words = " ".join("…" if "\n" in word else word for word in words)
        raise SetupError(f"{doing} failed (exit code {process.returncode}):\n  {shown_words}\n{tail}")
    return "\n".join(lines)
