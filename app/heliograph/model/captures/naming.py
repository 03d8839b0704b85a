"""What a capture's file is called. Pure."""

import datetime
import re

_UNFIT = re.compile(r"[^\w \-']+")
_LONGEST = 60
#: Names that one system or another keeps for itself.
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def file_name(title: str, now: datetime.datetime) -> str:
    """A name without suffix and dots, from a session's name, which is somebody else's text and never a path."""
    fit = " ".join(_UNFIT.sub(" ", title).split())[:_LONGEST].strip(" -'")
    if not fit or _RESERVED.fullmatch(fit):
        fit = "Capture"
    return f"{fit} {now:%Y-%m-%d %H-%M}"
