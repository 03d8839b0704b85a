"""The program's log: a file in the person's state directory that rotates and holds no secrets."""

import faulthandler
import logging
import re
import sys
import threading
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from heliograph.services.private_files import make_private_directory, make_private_file

FILE_NAME = "heliograph.log"
CRASH_FILE_NAME = "crash.txt"
MAX_BYTES = 1_000_000
KEPT = 3

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
#: Invites, and members of frames and settings that open something.
_SECRETS = re.compile(
    r"(heliograph://)\S+|((?<![a-z])(?:secret|pin|token|key)\b[\"']?\s*[:=]\s*[\"']?)[^\s\"',&)}]+",
    re.IGNORECASE,
)

logger = logging.getLogger(__name__)


class Discreet(logging.Formatter):
    """Masks what opens a session, wherever in a record it stands, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def without_secrets(text: str) -> str:
    """The text with every invite, secret, PIN, token and key in it replaced by an ellipsis."""
    return _SECRETS.sub(lambda found: (found[1] or found[2]) + "…", text)


def log_to(directory: Path | None) -> Path | None:
    """Log to a file below `directory`, and warnings to standard error too.

    Returns the file; None if there is none, or it cannot be written: then standard error has to do. Errors
    that nobody caught are logged, and a crash of the interpreter leaves its traces beside the log.
    """
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    # At DEBUG it would write down every frame; at INFO every connection of its own.
    logging.getLogger("websockets").setLevel(logging.WARNING)
    if sys.stderr is not None:  # there is none in a program without a console
        root.addHandler(_dressed(logging.StreamHandler(), logging.WARNING))
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    if directory is None:
        return None
    try:
        make_private_directory(directory)
        file = directory / FILE_NAME
        root.addHandler(_dressed(_PrivateFile(file), logging.INFO))
        crash_file = directory / CRASH_FILE_NAME
        make_private_file(crash_file)
        faulthandler.enable(crash_file.open("a", encoding="utf-8"))
    except OSError as error:
        logger.warning("no log can be kept in %s: %s", directory, error)
        return None
    return file


class _PrivateFile(RotatingFileHandler):
    """For the person's eyes only, also after it was begun anew."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=MAX_BYTES, backupCount=KEPT, encoding="utf-8")

    def _open(self) -> TextIOWrapper:
        make_private_file(Path(self.baseFilename))
        return super()._open()


def _dressed(handler: logging.Handler, level: int) -> logging.Handler:
    handler.setLevel(level)
    handler.setFormatter(Discreet(_FORMAT))
    return handler


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logger.critical("nobody caught this", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    name = args.thread.name if args.thread is not None else "?"
    error = args.exc_value
    if error is not None:
        logger.critical("nobody caught this in thread %r", name, exc_info=error)
