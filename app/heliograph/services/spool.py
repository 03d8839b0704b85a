"""The older rows of a long capture, in an SQLite file of their own. On a thread of its own.

A file lives as long as its session is open here. One that is there when the program starts was left by a program that
could not end in good order. It holds what was said in a session: it is readable by the person only.
"""

import asyncio
import shutil
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from heliograph.model.captures.pages import PageEntry
from heliograph.model.spooling import Told
from heliograph.services.worker import DatabaseWorker

if TYPE_CHECKING:
    import sqlite3

T = TypeVar("T")

SUFFIX = ".sqlite3"
COMPANIONS = ("-wal", "-shm")
#: So much of the disk stays free for others, in bytes.
RESERVE = 500_000_000
#: Fast: the thread has the interpreter's lock only between two calls, but a processor all the time.
_LEVEL = 1
#: What a page takes beside its texts, in bytes.
_BESIDE = 200
#: Oldest pages that go at once when there is no room.
_TOGETHER = 16

_FULL = "the room for them on disk is full"
_DISK_FULL = "the disk is nearly full"


class NoRoom(Exception):
    """There is no room for a page, and nothing that could give way; the words say why."""


class SpoolAbout(Struct, frozen=True, kw_only=True):
    """Whose rows they are. `created` is in milliseconds since the epoch."""

    session: str
    title: str
    program: str
    created: int


class Written(Struct, frozen=True):
    """A page is on disk. `gone` are the oldest ones that gave way to it, as (first, count), and `why`; `used` is how many
    bytes all of them take now.
    """

    gone: list[tuple[int, int]]
    why: str
    used: int


class SpoolFile:
    """Awaiting a method means that it is done; its errors are sqlite3.Error, OSError, zlib.error and `NoRoom`.

    While it is held, nothing gives way in it, and it is not removed.
    """

    def __init__(self, path: Path, connect: "Callable[[], sqlite3.Connection]") -> None:
        self.path = path
        self._worker = DatabaseWorker(connect)
        self._holds = 0
        self._disposed = False
        self._removing = asyncio.Lock()

    @classmethod
    async def begin(cls, directory: Path, about: SpoolAbout) -> "SpoolFile":
        """A new file in `directory`, which is made where there is none."""
        from heliograph.services.spool_schema import create  # noqa: PLC0415 (loads SQLite, off the first paint)

        stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(about.created / 1_000))
        path = (
            directory / f"{stamp}-{zlib.crc32(about.session.encode()):08x}-{time.time_ns() % 10**6}{SUFFIX}"
        )
        file = cls(path, lambda: create(path, about))
        await file._worker.start()
        return file

    @classmethod
    async def open(cls, path: Path) -> "SpoolFile":
        """A file that is there."""
        from heliograph.services.spool_schema import connect  # noqa: PLC0415 (see above)

        file = cls(path, lambda: connect(path))
        await file._worker.start()
        return file

    # ---- writing

    def write(
        self, page: PageEntry | None, text: bytes, told: Sequence[Told], limit: int
    ) -> "asyncio.Future[Written]":
        """Keep a page, and what was told of rows that are there; all of them may take `limit` bytes.

        Where there is no room the oldest give way. Raises `NoRoom` where none can.
        """
        held = self._holds > 0

        def work(db: "sqlite3.Connection") -> Written:
            db.executemany("INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?)", told)
            gone, why = list[tuple[int, int]](), ""
            if page is not None:
                packed = zlib.compress(text, _LEVEL)
                gone, why = _make_room(db, self.path, len(packed) + _BESIDE, limit, held=held)
                db.execute(
                    "INSERT INTO pages VALUES (?, ?, ?, ?, ?)",
                    (page.first, page.count, page.began, page.ended, page.size),
                )
                db.execute("INSERT INTO texts VALUES (?, ?)", (page.first, packed))
            return Written(gone, why, _used(db))

        return self._worker.do(work)

    def forget(self, number: int) -> "asyncio.Future[int]":
        """Rows up to that number are wanted by nobody any more; how many bytes all take then."""

        def work(db: "sqlite3.Connection") -> int:
            _delete(db, "first <= ?", number)
            return _used(db)

        return self._worker.do(work)

    # ---- reading

    def about(self) -> "asyncio.Future[SpoolAbout]":
        """Whose rows they are."""
        from heliograph.services.spool_schema import read_about  # noqa: PLC0415 (see above)

        return self._worker.do(read_about)

    def pages(self) -> "asyncio.Future[list[PageEntry]]":
        """All that are there, the oldest first."""
        from heliograph.services.spool_schema import read_pages  # noqa: PLC0415 (see above)

        return self._worker.do(read_pages)

    def read(self, page: PageEntry) -> "asyncio.Future[tuple[bytes, list[Told]]]":
        """A page's text, and what was told of its rows since it was written."""

        def work(db: "sqlite3.Connection") -> tuple[bytes, list[Told]]:
            found = db.execute("SELECT text FROM texts WHERE first = ?", (page.first,)).fetchone()
            if found is None:
                raise LookupError(page.first)
            told = db.execute(
                "SELECT number, seq, sender, state, at FROM told WHERE number BETWEEN ? AND ? ORDER BY at",
                (page.first, page.last),
            )
            return zlib.decompress(found[0]), [Told(*row) for row in told]

        return self._worker.do(work)

    # ---- how long it lives

    def hold(self) -> None:
        """Somebody reads it."""
        self._holds += 1

    @property
    def is_held(self) -> bool:
        """Whether somebody reads it."""
        return self._holds > 0

    async def let_go(self) -> None:
        """Who held it does not any more."""
        self._holds -= 1
        if self._disposed and not self._holds:
            await self._remove()

    async def dispose(self) -> None:
        """Nobody wants it any more: it is removed, once nobody reads it."""
        self._disposed = True
        if not self._holds:
            await self._remove()

    async def close(self) -> None:
        """Let go of the file, which stays."""
        await self._worker.close()

    async def end(self) -> None:
        """The program ends: a file that nobody wants is removed, even while it is read."""
        if self._disposed:
            await self._remove()
        else:
            await self.close()

    async def _remove(self) -> None:
        async with self._removing:
            await self._worker.close()
            remove(self.path)


def remove(path: Path) -> None:
    """Delete a file that is not open, and what belongs to it."""
    for suffix in ("", *COMPANIONS):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _make_room(
    db: "sqlite3.Connection", path: Path, need: int, limit: int, *, held: bool
) -> tuple[list[tuple[int, int]], str]:
    """Have the oldest pages give way; which, and why."""
    size, unused = _size(db)
    room = size + max(0, shutil.disk_usage(path.parent).free - RESERVE)
    if held:  # nothing may go now; there will be less when nobody reads any more
        limit = room
    why = _FULL if limit <= room else _DISK_FULL
    gone: list[tuple[int, int]] = []
    while size - unused + need > min(limit, room):
        oldest = db.execute("SELECT first, count FROM pages ORDER BY first LIMIT ?", (_TOGETHER,)).fetchall()
        if held or not oldest:
            raise NoRoom(why)
        gone += oldest
        _delete(db, "first <= ?", oldest[-1][0])
        size, unused = _size(db)
    return gone, why


def _delete(db: "sqlite3.Connection", where: str, number: int) -> None:
    for table in ("texts", "pages"):
        db.execute(f"DELETE FROM {table} WHERE {where}", (number,))  # noqa: S608 (names of our own)
    first = db.execute("SELECT min(first) FROM pages").fetchone()[0]
    db.execute("DELETE FROM told WHERE number < ?", (1 << 62 if first is None else first,))


def _size(db: "sqlite3.Connection") -> tuple[int, int]:
    """Bytes of the file, and how many of them are unused."""
    (page,), (count,), (free,) = (
        db.execute(f"PRAGMA {pragma}").fetchone() for pragma in ("page_size", "page_count", "freelist_count")
    )
    return page * count, page * free


def _used(db: "sqlite3.Connection") -> int:
    size, unused = _size(db)
    return size - unused
