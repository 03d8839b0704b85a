"""Tests that run in several processes: folders that must stay together do, and who is alone is."""

import os
from pathlib import Path

import pytest

from tests.support import turns

fcntl = pytest.importorskip("fcntl")

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("folder", sorted({*turns.FIRST, *turns.TOGETHER, *turns.APART}))
def test_the_folder_is_there(folder: str) -> None:
    assert (ROOT / folder).is_dir()


def test_all_of_a_file_go_together_and_of_some_folders_all_files() -> None:
    assert turns.unit("tests/app/test_a.py::test_b[x::y@z]") == "tests/app/test_a.py"
    assert turns.unit("tests/sdk/test_a.py::test_b") == turns.unit("tests/sdk/test_c.py::test_d")
    assert turns.unit("tests/e2e/test_a.py::test_b") == ""


@pytest.mark.parametrize("name", ["tests/a.py::test_b", "tests/a.py::test_b[c@d]"])
def test_a_report_says_the_name_of_the_test_alone(name: str) -> None:
    assert turns.plain(name) == turns.plain(f"{name}@tests/a.py") == name


@pytest.mark.parametrize("shared", [True, False])
def test_who_is_alone_waits_for_everybody(tmp_path: Path, shared: bool) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with turns.locked(tmp_path, shared=shared), pytest.raises(BlockingIOError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(descriptor)
