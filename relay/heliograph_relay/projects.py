"""The project's key and secret: made on first use, and kept where only the person who runs the relay can read them."""

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path

import msgspec
from msgspec import Struct

from heliograph_relay.protocol.tokens import Project

FILE_NAME = "project.json"

#: What an API key looks like.
API_KEY = re.compile(r"[A-Za-z0-9\-._]{1,120}", re.ASCII)


class ProjectLost(Exception):
    """There is no project to be had from a file; the words are for a person."""


class DamagedProject(ProjectLost):
    """There is a file, and it holds no project."""


class _Kept(Struct):
    api_key: str
    api_secret: str


def keep_project(path: Path) -> Project:
    """The project in this file; one is made if there is none yet.

    Raises:
        DamagedProject: the file holds none.
        ProjectLost: it can be neither read nor made.
    """
    try:
        with contextlib.suppress(FileExistsError):
            if not path.exists():
                _write(path, make_project())
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except OSError as error:
        raise ProjectLost(f"cannot keep the API key in {path}: {error.strerror}") from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise DamagedProject(f"{path} is damaged: {error}") from None
    if not API_KEY.fullmatch(kept.api_key) or not kept.api_secret:
        raise DamagedProject(f"{path} holds no API key and secret")
    return Project(kept.api_key, kept.api_secret)


def make_project() -> Project:
    """A new key and secret, in the form of OpenTok's."""
    return Project(str(10_000_000 + secrets.randbelow(90_000_000)), secrets.token_hex(20))


def _write(path: Path, project: Project) -> None:
    """Write a new project, whole or not at all; whoever comes first has made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = msgspec.json.encode(_Kept(api_key=project.key, api_secret=project.secret))
    # mkstemp's files are readable by their owner only.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".project-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(content) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            Path(path).hardlink_to(name)
        except NotImplementedError:
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
