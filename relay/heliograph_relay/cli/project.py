"""The project's key and secret: made on first use, and kept where only the person who runs the relay can read them."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

import click
import msgspec
import platformdirs
from msgspec import Struct

from heliograph_relay.cli.types import API_KEY
from heliograph_relay.protocol.tokens import Project


class _Kept(Struct):
    api_key: str
    api_secret: str


def default_path() -> Path:
    """Where they are kept if nobody says otherwise."""
    return platformdirs.user_data_path("heliograph", appauthor=False, roaming=False) / "project.json"


def kept_project(path: Path) -> Project:
    """The project in this file; one is made if there is none yet.

    Raises:
        ClickException: the file is damaged, or can be neither read nor made.
    """
    try:
        with contextlib.suppress(FileExistsError):
            if not path.exists():
                _make(path)
        kept = msgspec.json.decode(path.read_bytes(), type=_Kept)
    except OSError as error:
        raise click.ClickException(
            f"cannot keep the API key in {path}: {error.strerror}; give another place with --project-file, "
            "or --api-key and --api-secret"
        ) from None
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise click.ClickException(f"{path} is damaged: {error}; move it away to get a new API key") from None
    if not API_KEY.fullmatch(kept.api_key) or not kept.api_secret:
        raise click.ClickException(f"{path} holds no API key and secret; move it away to get new ones")
    return Project(kept.api_key, kept.api_secret)


def _make(path: Path) -> None:
    """Write a new project, whole or not at all; whoever comes first has made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    project = _Kept(api_key=str(10_000_000 + secrets.randbelow(90_000_000)), api_secret=secrets.token_hex(20))
    # mkstemp's files are readable by their owner only.
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".project-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(project)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            Path(path).hardlink_to(name)
        except NotImplementedError:
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
