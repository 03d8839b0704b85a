"""The compiled relay keeps its word as the other one does: the tests from outside, against it.

All of them by hand: `python packaging/compiled.py FOLDER; PYTHONPATH=FOLDER pytest tests/relay/wire`.
"""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.support.compiled import NotCompiled, compiled_relay

#: Compiling takes its time.
pytestmark = pytest.mark.timeout(300)

_RELAY = Path(__file__).parents[1]
#: What goes through every compiled module, in a few seconds.
_TESTS = (
    "wire/test_order.py", "wire/test_once.py", "wire/test_directed.py", "wire/test_validation.py", "wire/test_inspection.py",
    "wire/test_recovery.py", "wire/test_framing.py", "shell/test_opentok_wire.py", "shell/test_tap.py", "core/test_opentok.py", "protocol/test_raptor.py",
)  # fmt: skip


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return compiled_relay()
    except NotCompiled as reason:
        pytest.skip(str(reason))


def test_what_runs_is_compiled(folder: Path) -> None:
    code = (
        "import heliograph_relay.shell.switchboard, heliograph_relay.core.hub as hub, heliograph_relay.protocol.rumor as rumor\n"
        "print(hub.__file__, heliograph_relay.shell.switchboard.__file__, rumor.__file__)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    for file in map(Path, told.stdout.split()):
        assert file.is_relative_to(folder)
        assert file.suffix in {".so", ".pyd"}


def test_it_keeps_to_the_protocol(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *[str(_RELAY / name) for name in _TESTS]],
        env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]


@pytest.mark.usefixtures("folder")  # there is a compiler
def test_a_wheel_is_compiled_where_it_is_asked_for(tmp_path: Path) -> None:
    """As the README says: pip fetches what compiling needs into an environment of its own."""
    root = _RELAY.parents[1]
    python = tmp_path / "environment" / "bin" / "python"
    commands = (
        [sys.executable, "-m", "venv", str(python.parents[1])],
        [str(python), "-m", "pip", "wheel", "-q", "--no-deps", "--wheel-dir", str(tmp_path), str(root)],
    )
    for command in commands:
        done = subprocess.run(
            command,
            env={**os.environ, "HATCH_BUILD_HOOK_ENABLE_CUSTOM": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    [wheel] = tmp_path.glob("*.whl")
    assert "none-any" not in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    assert any(name.startswith("heliograph_relay/core/hub.") and name.endswith(".so") for name in names)
    assert not list((root / "relay").rglob("*.so"))
