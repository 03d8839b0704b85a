"""Where the command keeps the project's key and secret, and what it says where it cannot."""

from pathlib import Path

import click
import platformdirs

from heliograph_relay.projects import FILE_NAME, DamagedProject, ProjectLost, keep_project
from heliograph_relay.protocol.tokens import Project


def default_path() -> Path:
    """Where they are kept if nobody says otherwise."""
    return platformdirs.user_data_path("heliograph", appauthor=False, roaming=False) / FILE_NAME


def kept_project(path: Path) -> Project:
    """The project in this file; one is made if there is none yet.

    Raises:
        ClickException: the file is damaged, or can be neither read nor made.
    """
    try:
        return keep_project(path)
    except DamagedProject as damaged:
        raise click.ClickException(f"{damaged}; move it away to get a new API key") from None
    except ProjectLost as lost:
        raise click.ClickException(
            f"{lost}; give another place with --project-file, or --api-key and --api-secret"
        ) from None
