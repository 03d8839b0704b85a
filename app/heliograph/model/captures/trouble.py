"""Why a capture file cannot be read or written, in a person's words. Pure."""

import errno

from heliograph.model.problem import Problem

_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
_KEPT = "Nothing was written; a file of that name is as it was."


def cannot_write(error: OSError, name: str, folder: str) -> Problem:
    """Saving `name` in `folder` has failed."""
    if error.errno in _FULL:
        words, action = f"There is no room left on the disk of {folder}.", "Make room, or save it elsewhere."
    elif error.errno == errno.EFBIG:
        words, action = "It is larger than files may be there.", "Save fewer rows, or save it elsewhere."
    elif error.errno in _FORBIDDEN:
        words, action = f"You may not write into {folder}.", "Choose another folder."
    elif error.errno in (errno.ENOENT, errno.ENOTDIR):
        words, action = f"The folder {folder} is not there.", "Choose another folder."
    elif error.errno == errno.ENAMETOOLONG:
        words, action = "The name is too long for that disk.", "Choose a shorter name."
    elif error.errno == errno.EISDIR:
        words, action = f"{name} is a folder.", "Choose another name."
    else:
        words, action = f"{error.strerror or error}.", "Try again, or save it elsewhere."
    return Problem(f"{name} was not saved", f"{words} {_KEPT}", action)


def cannot_read(error: OSError, name: str, folder: str) -> Problem:
    """Opening `name` in `folder` has failed."""
    if error.errno in _FORBIDDEN:
        words, action = "You may not read this file.", "Ask whoever owns it, or change its permissions."
    elif error.errno in (errno.ENOENT, errno.ENOTDIR):
        words, action = f"It is not in {folder}.", "Choose another file."
    elif error.errno == errno.EISDIR:
        words, action = "It is a folder.", "Choose a file in it."
    else:
        words, action = f"{error.strerror or error}.", "Try again, or choose another file."
    return Problem(f"{name} cannot be opened", words, action)


def no_capture(name: str, words: str) -> Problem:
    """There is a file, and it is something else."""
    return Problem(f"{name} cannot be opened", words)
