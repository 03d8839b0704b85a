"""A small machine to try the starter on: its programs are scripts that write down how they were called."""

import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

#: What our `apt-get` says it would fetch, in apt-get's words.
PLAN = """\
'http://mirror/libthing_1.0_amd64.deb' libthing_1.0_amd64.deb 2000000 SHA256:ab
'http://mirror/libc6_2.36_amd64.deb' libc6_2.36_amd64.deb 9000000 SHA256:cd
'http://mirror/libllvm15_15_amd64.deb' libllvm15_15_amd64.deb 24000000 SHA256:ef
"""


@dataclass
class Machine:
    """`programs` is all of PATH; `folder` stands for what the starter has below .venv."""

    programs: Path
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @property
    def calls(self) -> list[str]:
        log = self.programs / "calls"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    def program(self, name: str, script: str = "") -> None:
        """Puts a program on the machine."""
        path = self.programs / name
        log = self.programs / "calls"
        path.write_text(f'#!/bin/sh\necho "{name} $*" >> "{log}"\n{script}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def user(self, *, root: bool, sudo: bool = False) -> None:
        """Who starts the starter; without `sudo` that command asks for a password."""
        self.monkeypatch.setattr(os, "geteuid", lambda: 0 if root else 1000)
        self.program("sudo", 'shift; exec "$@"' if sudo else "exit 1")

    def debian(self, library: Path) -> None:
        """apt-get and dpkg-deb; the one package there is holds `library`, whatever it is called."""
        fetch = 'touch "$(pwd)/libthing.deb"'
        self.program(
            "apt-get", f'case "$*" in *--print-uris*) cat <<X\n{PLAN}X\n;; *download*) {fetch};; esac'
        )
        target = '"$3/usr/lib/x86_64-linux-gnu"'
        self.program("dpkg-deb", f'/bin/mkdir -p {target} && /bin/cp "{library}" {target}/libthing.so.1')


def make_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """An empty machine with a shell's own tools only."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for tool in ("cat", "env", "touch", "true"):
        (programs / tool).symlink_to(f"/usr/bin/{tool}")
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    return Machine(programs, tmp_path / "system", monkeypatch)


PYTHON = Path(sys.executable)
