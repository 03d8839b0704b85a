"""The person's own project: the API key and secret that every relay of theirs takes, kept for them only."""

from pathlib import Path

from heliograph.services.private_files import make_private_directory, make_private_file, set_aside
from heliograph_relay.projects import FILE_NAME, DamagedProject, ProjectLost, keep_project, make_project
from heliograph_relay.protocol.tokens import Project

_UNKEPT = "The API key and secret of this run cannot be kept"
_ANEW = "Programs that use this computer's relay need the new API key and secret."


def own_project(directory: Path) -> tuple[Project, str]:
    """The project that is kept in `directory`, and what the person should know about it ("" for nothing).

    It never fails: a damaged file is set aside and a new project made, and where nothing can be kept the project is
    good for this run.
    """
    path = directory / FILE_NAME
    try:
        make_private_directory(directory)
        return _kept(path), ""
    except DamagedProject as damaged:
        return _begin_anew(path, damaged)
    except (ProjectLost, OSError) as error:
        return make_project(), f"{_UNKEPT}: {error}."


def _begin_anew(path: Path, damaged: DamagedProject) -> tuple[Project, str]:
    try:
        aside = set_aside(path, "damaged")
        return _kept(path), f"{damaged}. It was set aside as {aside.name}. {_ANEW}"
    except (ProjectLost, OSError) as error:
        return make_project(), f"{_UNKEPT}: {error}."


def _kept(path: Path) -> Project:
    project = keep_project(path)
    make_private_file(path)
    return project
