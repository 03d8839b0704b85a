"""Profiles: each running program has a directory of its own, and its lock ends with it."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from heliograph.services import profile
from heliograph.services.profile import claim


def test_each_program_gets_its_own_and_the_same_again(tmp_path: Path) -> None:
    first, second = claim(tmp_path / "base"), claim(tmp_path / "base")
    assert (first.directory, first.number) == (tmp_path / "base", 1)
    assert (second.directory, second.number) == (tmp_path / "base" / "program-2", 2)
    first.release()
    again = claim(tmp_path / "base")
    assert again.directory == first.directory
    second.release()
    again.release()


def test_nobody_else_can_look_into_it(tmp_path: Path) -> None:
    own = claim(tmp_path / "new" / "deeper" / "base")
    assert {stat.S_IMODE(path.stat().st_mode) for path in (own.directory, *own.directory.parents[:2])} == {
        0o700
    }
    assert stat.S_IMODE((own.directory / "lock").stat().st_mode) == 0o600
    own.release()


def test_a_killed_program_leaves_no_lock(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from heliograph.services.profile import claim;"
        "kept = claim(Path(sys.argv[1])); print(kept.number, flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"1"
        beside = claim(tmp_path)
        other.kill()
    assert beside.number == 2
    after = claim(tmp_path)
    assert after.number == 1
    beside.release()
    after.release()


def test_there_is_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(profile, "MOST_PROGRAMS", 1)
    only = claim(tmp_path)
    with pytest.raises(OSError, match="already"):
        claim(tmp_path)
    only.release()
