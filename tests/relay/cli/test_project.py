"""A project's key and secret: made once, kept for their owner, and tokens made with them by hand."""

import json
import os
import stat
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from heliograph_relay.cli.project import default_path, kept_project
from heliograph_relay.cli.token import token
from heliograph_relay.protocol.model import Role
from heliograph_relay.protocol.tokens import BadToken, Project, check_server_token, check_token


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some" / "where" / "project.json"


def test_it_is_made_once_and_is_its_owners_only(path: Path) -> None:
    project = kept_project(path)
    assert kept_project(path) == project
    assert project.key.isdecimal()
    assert len(project.secret) == 40
    assert [item.name for item in path.parent.iterdir()] == ["project.json"]
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_every_place_has_its_own(tmp_path: Path) -> None:
    assert kept_project(tmp_path / "a.json") != kept_project(tmp_path / "b.json")


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff",
        b"[]",
        b"{}",
        b'{"api_key": "", "api_secret": "x"}',
        b'{"api_key": "1", "api_secret": ""}',
    ],
)
def test_a_damaged_file_is_left_alone_and_named(path: Path, damage: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(damage)
    with pytest.raises(click.ClickException, match=r"project\.json"):
        kept_project(path)
    assert path.read_bytes() == damage


def test_a_place_where_nothing_can_be_kept_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(click.ClickException, match="--project-file"):
        kept_project(tmp_path / "file" / "project.json")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(token, arguments)


GIVEN = ("--api-key", "K", "--api-secret", "s" * 40)
PROJECT = Project("K", "s" * 40)


@pytest.mark.parametrize("form", [(), ("--t1",)])
@pytest.mark.parametrize("role", list(Role))
def test_a_client_token(form: tuple[str, ...], role: Role) -> None:
    result = run(
        "--session", "S", "--role", role.value, "--data", "é=1&2", "--expires-in", "60", *form, *GIVEN
    )
    claims = check_token(result.output.strip(), PROJECT, time.time())
    assert (claims.session_id, claims.role, claims.data) == ("S", role, "é=1&2")
    assert 50 < claims.expires - time.time() <= 60
    with pytest.raises(BadToken):
        check_server_token(result.output.strip(), PROJECT, time.time())


def test_a_server_token() -> None:
    check_server_token(run("--server", *GIVEN).output.strip(), PROJECT, time.time())


def test_the_kept_project_signs_where_none_is_given(path: Path) -> None:
    first = run("--session", "S", "--project-file", str(path)).output.strip()
    assert check_token(first, kept_project(path), time.time()).role is Role.PUBLISHER
    assert json.loads(path.read_text())["api_key"]
    assert default_path().is_relative_to(os.environ["XDG_DATA_HOME"]) or sys.platform != "linux"


@pytest.mark.parametrize(
    "wrong",
    [
        (),
        ("--session", "S", "--server"),
        ("--session", "a b"),
        ("--session", "S", "--api-key", "K"),
        ("--session", "S", "--api-key", "a b", "--api-secret", "s"),
    ],
)
def test_what_makes_no_sense_is_said(wrong: tuple[str, ...]) -> None:
    result = run(*wrong)
    assert result.exit_code == 2
    assert "Error" in result.output
