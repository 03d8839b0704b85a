"""The tables of the store, and how older files are brought up to them. Runs on the store's thread."""

import sqlite3
from contextlib import closing
from pathlib import Path

from heliograph.services.private_files import make_private_directory, make_private_file, set_aside

#: How the file says that it is ours ("HELI").
APPLICATION_ID = 0x48454C49

#: One script a version; never change one that was released, add the next. `user_version` counts them.
MIGRATIONS = (
    """
    CREATE TABLE sessions (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, invite TEXT NOT NULL, last INTEGER NOT NULL,
        hosted INTEGER NOT NULL, listed INTEGER NOT NULL DEFAULT 1
    ) WITHOUT ROWID;
    CREATE TABLE people (
        session TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (session, id)
    ) WITHOUT ROWID;
    CREATE TABLE drafts (
        session TEXT NOT NULL, conversation TEXT NOT NULL, text TEXT NOT NULL,
        PRIMARY KEY (session, conversation)
    ) WITHOUT ROWID;
    CREATE TABLE messages (
        number INTEGER PRIMARY KEY, session TEXT NOT NULL, ref TEXT NOT NULL, conversation TEXT NOT NULL,
        place INTEGER NOT NULL, text TEXT NOT NULL, at INTEGER NOT NULL, sender TEXT, sender_name TEXT NOT NULL,
        mine INTEGER NOT NULL, state TEXT NOT NULL, problem TEXT NOT NULL, handed INTEGER NOT NULL,
        seq INTEGER, epoch TEXT, receipts TEXT NOT NULL, read_by_me INTEGER NOT NULL,
        receipt_sent INTEGER NOT NULL, UNIQUE (session, ref)
    );
    CREATE INDEX messages_in_order ON messages (session, conversation, place);
    CREATE INDEX messages_unread ON messages (session, conversation, place) WHERE mine = 0 AND read_by_me = 0;
    CREATE INDEX messages_waiting ON messages (session, place) WHERE state = 'waiting';
    """,
    """
    ALTER TABLE messages ADD COLUMN sender_client TEXT NOT NULL DEFAULT '';
    ALTER TABLE messages ADD COLUMN dialect TEXT NOT NULL DEFAULT 'chat';
    ALTER TABLE messages ADD COLUMN silent TEXT NOT NULL DEFAULT '';
    CREATE TABLE formats (session TEXT PRIMARY KEY, dialect TEXT NOT NULL) WITHOUT ROWID;
    """,
    """
    ALTER TABLE sessions ADD COLUMN pin TEXT NOT NULL DEFAULT '';
    """,
)


class NewerStore(Exception):
    """The file was written by a later version of the program."""


def open_database(path: Path) -> tuple[sqlite3.Connection, str]:
    """The database at `path`, ready for use, and what the person should know about it ("" for nothing).

    A damaged file, or one of a newer program, is set aside and a new one begun. Where no file can be had at
    all, the database lives in memory, and the words say that nothing is kept.
    """
    try:
        make_private_directory(path.parent)
        return _connect(path), ""
    except NewerStore:
        words = "Your history was written by a newer Heliograph."
        return _begin_anew(path, "newer", words)
    except sqlite3.OperationalError as error:
        return _in_memory(error)
    except sqlite3.DatabaseError as error:
        return _begin_anew(path, "damaged", f"Your history is damaged ({error}).")
    except OSError as error:
        return _in_memory(error)


def _begin_anew(path: Path, why: str, words: str) -> tuple[sqlite3.Connection, str]:
    try:
        aside = set_aside(path, why, companions=("-wal", "-shm"))
        return _connect(path), f"{words} It was set aside as {aside.name}, and a new one begun."
    except (OSError, sqlite3.Error) as error:
        return _in_memory(error)


def _in_memory(error: Exception) -> tuple[sqlite3.Connection, str]:
    connection = _prepared(sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False))
    return connection, f"Messages of this run cannot be kept on disk: {error}."


def _connect(path: Path) -> sqlite3.Connection:
    make_private_file(path)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        return _prepared(connection)
    except BaseException:
        connection.close()
        raise


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Raises sqlite3.DatabaseError where the file is no sound database of ours, NewerStore for a newer one."""
    # FULL: a message that was shown as kept survives a power cut, not only the end of the program.
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "trusted_schema = OFF"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    if (found := _number(connection, "application_id")) not in (0, APPLICATION_ID):
        raise sqlite3.DatabaseError(f"it belongs to another program ({found:#x})")
    version = _number(connection, "user_version")
    if version > len(MIGRATIONS):
        raise NewerStore
    with closing(connection.execute("PRAGMA quick_check(1)")) as rows:
        if (verdict := rows.fetchone()[0]) != "ok":
            raise sqlite3.DatabaseError(verdict)
    for step in range(version, len(MIGRATIONS)):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[step]} PRAGMA application_id = {APPLICATION_ID};"
            f" PRAGMA user_version = {step + 1}; COMMIT;"
        )
    return connection


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    with closing(connection.execute(f"PRAGMA {pragma}")) as rows:
        return int(rows.fetchone()[0])
