"""The settings on disk: one small JSON file, replaced as a whole."""

from pathlib import Path

from heliograph.model.settings import DamagedSettings, NewerSettings, Settings, read_settings, write_settings
from heliograph.services.private_files import set_aside, write_whole

FILE_NAME = "settings.json"


def load_settings(directory: Path) -> tuple[Settings, str]:
    """The settings kept in `directory`, and what the person should know about it ("" for nothing).

    A file that cannot be read is set aside, and the settings are new ones.
    """
    path = directory / FILE_NAME
    try:
        return read_settings(path.read_bytes()), ""
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        return Settings(), f"Your settings could not be read ({error.strerror}), so these are new ones."
    except DamagedSettings as error:
        return Settings(), _put_aside(path, error)


def save_settings(directory: Path, settings: Settings) -> None:
    """Write the settings; raises OSError where that fails, and then the old file stays."""
    write_whole(directory / FILE_NAME, write_settings(settings))


def _put_aside(path: Path, error: DamagedSettings) -> str:
    newer = isinstance(error, NewerSettings)
    try:
        aside = set_aside(path, "newer" if newer else "damaged")
    except OSError:
        return f"Your settings could not be read ({error}), so these are new ones."
    what = "were written by a newer Heliograph" if newer else f"could not be read ({error})"
    return f"Your settings {what}. They were set aside as {aside.name}; these are new ones."
