"""Compiles what is hot in the relay with mypyc: the same Python as machine code (docs/adr/0020-compiled-where-asked-for.md).

A build hook of hatchling, which runs where it is asked for:

    HATCH_BUILD_HOOK_ENABLE_CUSTOM=1 pip install '.[fast]'

By hand, into a folder that then goes first on `PYTHONPATH`:

    python packaging/compiled.py FOLDER

Either needs a C compiler and Python's headers. A module that defines shapes of msgspec stays as it is: what msgspec
reads of a class is lost when it is compiled.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path(__file__).resolve().parents[1] / "relay"
PACKAGE = "heliograph_relay"
#: The way of a signal from bytes to bytes.
MODULES = (
    "core/budget.py", "core/dialogue.py", "core/hub.py", "core/log.py", "core/mending.py", "core/opentok.py", "core/session.py",
    "core/signals.py", "core/throttle.py", "core/timers.py", "core/visit.py",
    "protocol/raptor_reader.py", "protocol/rumor.py", "protocol/speaker.py",
    "shell/acknowledgements.py", "shell/frames.py", "shell/outbox.py", "shell/room.py", "shell/switchboard.py", "shell/websocket.py", "shell/wires.py",
)  # fmt: skip


class CannotCompile(Exception):
    """There is no compiler, or what it said."""


def compile_into(folder: Path) -> list[Path]:
    """Put a copy of the relay's package into `folder`, compiled; returns the extension modules.

    Raises:
        CannotCompile: with the end of what mypyc or the C compiler said.
    """
    shutil.copytree(SOURCES / PACKAGE, folder / PACKAGE, ignore=shutil.ignore_patterns("__pycache__"))
    names = [f"{PACKAGE}/{module}" for module in MODULES]
    done = subprocess.run(
        [sys.executable, "-m", "mypyc", "--ignore-missing-imports", *names],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotCompile("\n".join(done.stdout.splitlines()[-20:]))
    for left in ("build", ".mypy_cache"):
        shutil.rmtree(folder / left, ignore_errors=True)
    return sorted(path for ending in ("so", "pyd") for path in folder.rglob(f"*.{ending}"))


class CompiledRelay(BuildHookInterface[Any]):
    """Adds the extension modules to a wheel; nothing is written beside the sources."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Before the wheel is written. An editable installation runs from its sources and stays as it is."""
        if version == "editable":
            return
        self._folder = Path(tempfile.mkdtemp(prefix="compiled-"))
        built = compile_into(self._folder)
        build_data["force_include"] |= {str(path): str(path.relative_to(self._folder)) for path in built}
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """After it."""
        if version != "editable":
            shutil.rmtree(self._folder)


def main() -> int:
    """`python packaging/compiled.py FOLDER`."""
    if len(sys.argv) != 2 or Path(sys.argv[1]).exists():
        print("usage: python packaging/compiled.py FOLDER, one that does not exist yet", file=sys.stderr)
        return 2
    folder = Path(sys.argv[1]).absolute()
    folder.mkdir(parents=True)
    try:
        built = compile_into(folder)
    except CannotCompile as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{len(built)} modules compiled; PYTHONPATH={folder} heliograph-relay uses them")
    return 0


if __name__ == "__main__":
    sys.exit(main())
