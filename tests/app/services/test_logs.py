"""The log: where it is, who may read it, and what never stands in it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from heliograph.services.logs import CRASH_FILE_NAME, FILE_NAME, without_secrets
from heliograph_relay.protocol.invite import Invite

PRELUDE = "import logging, sys\nfrom pathlib import Path\nfrom heliograph.services import logs\n"


def run(code: str, directory: Path) -> subprocess.CompletedProcess[str]:
    program = f"{PRELUDE}file = logs.log_to(Path({str(directory)!r}))\n{code}"
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "text",
    [
        Invite(addresses=("10.0.0.1",), port=1, session="s", secret="HUSH").line(),
        '{"op":"join","secret":"HUSH","name":"Ana"}',
        "{'pin': 'HUSH'}",
        "HELIOGRAPH_SECRET=HUSH",
        "secret: HUSH",
        "Resume(connection='c', key='HUSH', epoch='e', seq=1)",
        "--host-secret=HUSH",
    ],
)
def test_what_opens_a_session_is_masked(text: str) -> None:
    masked = without_secrets(f"before {text} after")
    assert "HUSH" not in masked
    assert masked.startswith("before ")
    assert masked.endswith(" after")


def test_other_text_is_left_alone() -> None:
    for text in ("the secret of the sea", "task 'link' failed", "pinned: yes", "keyboard=qwerty"):
        assert without_secrets(text) == text


def test_it_is_a_file_for_the_person_only(tmp_path: Path) -> None:
    directory = tmp_path / "log"
    done = run("logging.getLogger('x').info('hello'); logging.getLogger('x').warning('beware')", directory)
    assert done.returncode == 0, done.stderr
    lines = (directory / FILE_NAME).read_text().splitlines()
    assert [line.split(" ", 3)[3] for line in lines] == ["INFO x: hello", "WARNING x: beware"]
    assert done.stderr.count("\n") == 1
    assert "beware" in done.stderr
    if os.name == "posix":
        for file in directory.iterdir():
            assert file.stat().st_mode & 0o077 == 0
        assert directory.stat().st_mode & 0o077 == 0


def test_it_begins_anew_before_it_grows_too_big(tmp_path: Path) -> None:
    code = "for i in range(60):\n    logging.getLogger('x').info('y' * 100_000)\n"
    assert run(code, tmp_path).returncode == 0
    files = sorted(file.name for file in tmp_path.glob("heliograph.log*"))
    assert files == ["heliograph.log", "heliograph.log.1", "heliograph.log.2", "heliograph.log.3"]
    assert all(file.stat().st_mode & 0o077 == 0 for file in tmp_path.glob("heliograph.log*"))


def test_what_nobody_caught_is_logged_without_secrets(tmp_path: Path) -> None:
    code = (
        "import threading\n"
        "thread = threading.Thread(target=lambda: 1 / 0, name='sums')\n"
        "thread.start(); thread.join()\n"
        "raise ValueError('secret=HUSH')\n"
    )
    assert run(code, tmp_path).returncode == 1
    log = (tmp_path / FILE_NAME).read_text()
    assert "nobody caught this in thread 'sums'" in log
    assert "ZeroDivisionError" in log
    assert "ValueError: secret=…" in log


def test_a_crash_leaves_its_traces(tmp_path: Path) -> None:
    assert run("import faulthandler; faulthandler._sigsegv()", tmp_path).returncode != 0
    assert "Current thread" in (tmp_path / CRASH_FILE_NAME).read_text()


def test_where_no_log_can_be_kept_the_program_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = run("print(file)", blocked / "log")
    assert done.stdout == "None\n"
    assert "no log can be kept" in done.stderr
