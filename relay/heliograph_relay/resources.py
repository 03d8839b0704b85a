"""Where the files of `resources/` are: one answer for a checkout and for an installed wheel.

A wheel carries them as `heliograph_relay/_resources` (pyproject.toml), because the relay needs some of them (the
guest page) where the application is not used.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_IN_WHEEL = _PACKAGE / "_resources"
_IN_CHECKOUT = _PACKAGE.parents[1] / "resources"


def resource(*parts: str) -> Path:
    """The path of one resource, `resource("icons", "send.svg")`; without arguments the folder of them all.

    Raises `FileNotFoundError` where there is none: a name in the program's own code is wrong, or the installation
    is damaged; either way there is nothing to carry on with.
    """
    path = (_IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT).joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"resource {'/'.join(parts) or '.'} is missing: {path}")
    return path
