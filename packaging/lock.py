#!/usr/bin/env python3
"""Writes the lock files that `packaging/run.py` installs from. Needs `uv` and the network.

    python3 packaging/lock.py            keep the locked versions where they still fit
    python3 packaging/lock.py --upgrade  take the newest of everything

One lock serves every platform and Python that pyproject.toml names, with a hash for each file. `test.txt` is resolved
first and binds the smaller ones, so that the three can be installed over each other in any order.
See docs/adr/0003-lock-files.md.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "packaging" / "lock"

#: Lock file: the extras of pyproject.toml that it holds besides the base.
EXTRAS = {"test": ["app", "fast", "test"], "app": ["app", "fast"], "relay": ["fast"]}


def compile_lock(name: str, *options: str) -> None:
    """Resolves one lock file; raises `CalledProcessError` after uv has said why it cannot."""
    command = [
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--python-version",
        "3.11",
    ]
    command += ["--no-emit-index-url", "--custom-compile-command", "python3 packaging/lock.py", *options]
    command += [f"--extra={extra}" for extra in EXTRAS[name]]
    command += ["--group", "build", "--output-file", f"packaging/lock/{name}.txt", "pyproject.toml"]
    print(f"resolving packaging/lock/{name}.txt", flush=True)
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> int:
    """Resolves all three."""
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    LOCKS.mkdir(exist_ok=True)
    try:
        compile_lock("test", *upgrade)
        for name in ("app", "relay"):
            (LOCKS / f"{name}.txt").unlink(missing_ok=True)
            compile_lock(name, "--constraint", "packaging/lock/test.txt")
    except FileNotFoundError:
        print("uv is missing: https://docs.astral.sh/uv/ says how to install it", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as failure:
        return int(failure.returncode)
    return 0


if __name__ == "__main__":
    sys.exit(main())
