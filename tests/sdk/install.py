"""The official SDKs, from their registries, in a folder of the environment that runs the tests.

They are nobody's to commit or ship: `@opentok/client` is proprietary. One folder a set of versions, made once.
"""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.installed import made_once

NPM = ("@opentok/client@2.35.2", "opentok@2.23.2", "opentok-text-chat@1.0.36", "playwright-core@1.65.1")
PYPI = ("opentok==3.15.0",)
_CACHE = "sdk-cache"


def missing_tools() -> list[str]:
    """What a machine needs besides Python: Node.js, npm, and Debian's Chromium."""
    return [name for name in ("node", "npm", "chromium") if shutil.which(name) is None]


def npm_modules(env: Mapping[str, str]) -> Path:
    """`node_modules` with the JavaScript SDKs."""
    return made_once(_CACHE, "npm", NPM, lambda folder: _npm(folder, env)) / "node_modules"


def python_with_sdk(env: Mapping[str, str]) -> Path:
    """A Python that can import `opentok`."""
    return made_once(_CACHE, "pypi", PYPI, lambda folder: _venv(folder, env)) / "bin" / "python"


def _npm(folder: Path, env: Mapping[str, str]) -> None:
    (folder / "package.json").write_text('{"private": true}', encoding="utf-8")
    _run(["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", *NPM], folder, env)


def _venv(folder: Path, env: Mapping[str, str]) -> None:
    _run([sys.executable, "-m", "venv", str(folder)], folder, env)
    _run([str(folder / "bin" / "python"), "-m", "pip", "install", "-q", *PYPI], folder, env)


def _run(command: list[str], folder: Path, env: Mapping[str, str]) -> None:
    ended = subprocess.run(
        command, cwd=folder, env=dict(env), capture_output=True, text=True, check=False, timeout=240
    )
    assert ended.returncode == 0, f"{' '.join(command)}:\n{ended.stdout}\n{ended.stderr}"
