"""The tables of long captures on disk, and which such files were left there. Loads SQLite."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from heliograph.model.captures.pages import PageEntry
from heliograph.services.private_files import make_private_directory, make_private_file, set_aside
from heliograph.services.spool import COMPANIONS, SUFFIX, SpoolAbout, remove

#: How the file says that it is one of ours ("HELS").
APPLICATION_ID = 0x48454C53
VERSION = 1
#: Days after which a file that was left by a program that did not end in good order is deleted.
KEPT_DAYS = 30

# Texts are apart: the list of pages is read at once, and does not wait for gigabytes.
_TABLES = f"""
    BEGIN IMMEDIATE;
    CREATE TABLE about (session TEXT NOT NULL, title TEXT NOT NULL, program TEXT NOT NULL, created INTEGER NOT NULL);
    CREATE TABLE pages (
        first INTEGER PRIMARY KEY, count INTEGER NOT NULL, began INTEGER NOT NULL, ended INTEGER NOT NULL,
        size INTEGER NOT NULL
    );
    CREATE TABLE texts (first INTEGER PRIMARY KEY, text BLOB NOT NULL);
    CREATE TABLE told (
        number INTEGER NOT NULL, seq INTEGER NOT NULL, sender TEXT NOT NULL, state TEXT NOT NULL, at INTEGER NOT NULL,
        PRIMARY KEY (number, sender, state)
    ) WITHOUT ROWID;
    PRAGMA application_id = {APPLICATION_ID};
    PRAGMA user_version = {VERSION};
    COMMIT;
"""


class LeftSpool(Struct, frozen=True, kw_only=True):
    """A file that was left. Times are in milliseconds since the epoch; `size` in bytes."""

    path: Path
    about: SpoolAbout
    rows: int
    began: int
    ended: int
    size: int


def create(path: Path, about: SpoolAbout) -> sqlite3.Connection:
    """A new file at `path`."""
    make_private_directory(path.parent)
    make_private_file(path)
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA page_size = 8192")
        _prepare(db)
        db.executescript(_TABLES)
        db.execute(
            "INSERT INTO about VALUES (?, ?, ?, ?)",
            (about.session, about.title, about.program, about.created),
        )
    except BaseException:
        db.close()
        remove(path)
        raise
    return db


def connect(path: Path) -> sqlite3.Connection:
    """The file at `path`. Raises sqlite3.DatabaseError where it is none of ours, or damaged."""
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        _prepare(db)
        if not db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            db.executescript(_TABLES)  # the program ended while it began the file
        for pragma, wanted in (("application_id", APPLICATION_ID), ("user_version", VERSION)):
            if (found := db.execute(f"PRAGMA {pragma}").fetchone()[0]) != wanted:
                raise sqlite3.DatabaseError(f"{pragma} is {found:#x}")
    except BaseException:
        db.close()
        raise
    return db


def _prepare(db: sqlite3.Connection) -> None:
    # NORMAL: the end of the program loses nothing, a power cut at most the last moment.
    for pragma in (
        "journal_mode = WAL",
        "synchronous = NORMAL",
        "wal_autocheckpoint = 500",
        "trusted_schema = OFF",
    ):
        db.execute(f"PRAGMA {pragma}").fetchall()


def read_about(db: sqlite3.Connection) -> SpoolAbout:
    """Whose rows they are."""
    session, title, program, created = db.execute(
        "SELECT session, title, program, created FROM about"
    ).fetchone()
    return SpoolAbout(session=session, title=title, program=program, created=created)


def read_pages(db: sqlite3.Connection) -> list[PageEntry]:
    """All that are there, the oldest first."""
    rows = db.execute("SELECT first, count, began, ended, size FROM pages ORDER BY first")
    return [PageEntry(first=first, count=n, began=b, ended=e, size=size) for first, n, b, e, size in rows]


def find_left(directory: Path) -> tuple[list[LeftSpool], list[str]]:
    """What programs left that did not end in good order, the latest first; and in words, what was wrong with some.

    Empty and old ones are deleted, damaged ones set aside.
    """
    left, words = list[LeftSpool](), list[str]()
    for path in sorted(directory.glob(f"*{SUFFIX}"), reverse=True):
        try:
            if (found := _look_at(path)) is not None:
                left.append(found)
        except sqlite3.OperationalError as error:
            words.append(f"A long capture on disk, {path.name}, cannot be read: {error}.")
        except sqlite3.DatabaseError as error:
            aside = set_aside(path, "damaged", companions=COMPANIONS)
            words.append(f"A long capture on disk is damaged ({error}). It was set aside as {aside.name}.")
        except OSError as error:
            words.append(f"A long capture on disk cannot be read: {error.strerror or error}.")
    return left, words


def _look_at(path: Path) -> LeftSpool | None:
    if time.time() - path.stat().st_mtime > KEPT_DAYS * 86_400:
        remove(path)
        return None
    with closing(connect(path)) as db:
        pages = read_pages(db)
        about = read_about(db) if pages else None
    if about is None:
        remove(path)
        return None
    return LeftSpool(
        path=path, about=about, rows=sum(page.count for page in pages), began=pages[0].began, ended=pages[-1].ended,
        size=path.stat().st_size,
    )  # fmt: skip
