"""The person's own API key and secret: kept, private, and never in the way of hosting."""

import os
import sys
from pathlib import Path

import pytest

from heliograph.services.own_project import own_project

posix = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")


def test_it_is_made_once(tmp_path: Path) -> None:
    project, words = own_project(tmp_path / "new" / "folder")
    assert words == ""
    assert (len(project.key), len(project.secret)) == (8, 40)
    assert own_project(tmp_path / "new" / "folder") == (project, "")


@posix
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    own_project(tmp_path)
    file = tmp_path / "project.json"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    own_project(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"\xff", b'{"api_key": "a/b", "api_secret": "x"}', b"[" * 5_000]
)
def test_a_damaged_one_is_set_aside(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "project.json").write_bytes(content)
    project, words = own_project(tmp_path)
    [aside] = tmp_path.glob("project.json.damaged-*")
    assert aside.read_bytes() == content
    assert aside.name in words
    assert own_project(tmp_path) == (project, "")


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_gives_one_for_this_run(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    project, words = own_project(tmp_path / "x")
    assert project.secret
    assert "cannot be kept" in words


def test_a_file_in_the_place_of_the_folder_gives_one_for_this_run(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    project, words = own_project(tmp_path / "x")
    assert project.secret
    assert "cannot be kept" in words
