"""Reading long captures from disk: some of it into memory, or all of it past a writer. Loads SQLite."""

import asyncio
import sqlite3
import zlib
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from heliograph.model.captures.extract import Extract
from heliograph.model.captures.long_extract import LongExtract
from heliograph.model.captures.opened import OpenedCapture, TooMuch
from heliograph.model.captures.pages import PageEntry, Part, decode_page, missing, take_page
from heliograph.model.problem import Problem
from heliograph.model.spooling import Told
from heliograph.services.captures import CaptureFailed, Turns, save_capture
from heliograph.services.spool import SpoolAbout, SpoolFile

#: What reading a page of a damaged file may raise.
_UNREADABLE = (sqlite3.Error, zlib.error, LookupError, OSError)
_GONE = Problem("The rows on disk are gone", "The session was left meanwhile.")


async def read_pages(
    borrow: Callable[[], Awaitable[SpoolFile]], give_back: Callable[[SpoolFile], Awaitable[None]]
) -> list[PageEntry]:
    """Which pages there are. Raises `CaptureFailed`."""
    file = await borrow()
    try:
        return await _pages_of(file)
    finally:
        await asyncio.shield(give_back(file))


async def _pages_of(file: SpoolFile) -> list[PageEntry]:
    try:
        return await file.pages()
    except sqlite3.Error as error:
        raise CaptureFailed(
            Problem("The rows on disk cannot be read", f"Their file is damaged ({error}).")
        ) from None
    except RuntimeError:
        raise CaptureFailed(_GONE) from None


class _Ahead:
    """Reads pages, always the next one while this one is worked on."""

    def __init__(self, file: SpoolFile) -> None:
        self._file = file
        self._coming: tuple[PageEntry, asyncio.Future[tuple[bytes, list[Told]]]] | None = None

    async def read(self, page: PageEntry, after: PageEntry | None) -> tuple[bytes, list[Told]] | None:
        """A page; None where it is damaged."""
        coming, self._coming = self._coming, None
        future = coming[1] if coming is not None and coming[0] == page else self._file.read(page)
        if after is not None:
            self._coming = (after, self._file.read(after))
            self._coming[1].add_done_callback(_look_at)
        try:
            return await future
        except _UNREADABLE:
            return None
        except RuntimeError:
            raise CaptureFailed(_GONE) from None


def _look_at(future: "asyncio.Future[tuple[bytes, list[Told]]]") -> None:
    """Whether anybody waits for it or not, its failure is known."""
    if not future.cancelled():
        future.exception()


class PageFeed:
    """Feeds an extract before each batch; see `save_capture`."""

    def __init__(self, file: SpoolFile, extract: LongExtract) -> None:
        self._extract = extract
        self._ahead = _Ahead(file)

    async def __call__(self) -> None:
        wanted = self._extract.wanted
        if wanted is not None:
            found = await self._ahead.read(*wanted)
            if found is None:
                self._extract.feed(None)
            else:
                self._extract.feed(*found)


async def save_long(
    path: Path,
    write: Callable[[Extract], Iterator[bytes]],
    extract: LongExtract,
    on_turn: Callable[[], None],
    on_begin: Callable[[], None],
    borrow: Callable[[], Awaitable[SpoolFile]],
    give_back: Callable[[SpoolFile], Awaitable[None]],
) -> None:
    """`save_capture` for rows on disk and in memory; `on_begin` is called once their number is known."""
    file = await borrow()
    try:
        extract.begin(await _pages_of(file))
        on_begin()
        await save_capture(path, write(extract), on_turn, PageFeed(file, extract))
    finally:
        await asyncio.shield(give_back(file))


class PartReader:
    """What windows ask of what is read; see `reading.Reader`."""

    def __init__(self, about: SpoolAbout, first: int) -> None:
        self.capture = OpenedCapture(first=first)
        self.title, self.program, self.saved = f"{about.title}, older rows", about.program, about.created
        self.part = "all"
        self.unreadable = 0
        self.too_much = ""

    @property
    def damage(self) -> str:
        """What could not be read, in words."""
        rows = self.unreadable
        lost = f"{rows:,} rows cannot be read: the file on disk is damaged." if rows else ""
        return " ".join(part for part in (lost, self.too_much) if part)


class SpoolPart:
    """Pages that are being read into memory. `done` is awaited when they are, or nobody wants them any more."""

    def __init__(
        self, file: SpoolFile, about: SpoolAbout, part: Part, done: Callable[[], Awaitable[None]]
    ) -> None:
        self._file, self._pages, self._done = file, part.pages, done
        self._rows, self._read = part.rows, 0
        self.reader: PartReader | None = PartReader(about, part.pages[0].first)

    @property
    def path(self) -> Path:
        """Where they are."""
        return self._file.path

    @property
    def where(self) -> str:
        """What to call it."""
        return "older rows on disk"

    @property
    def fraction(self) -> float:
        """How much is read, from 0 to 1."""
        return self._read / max(1, self._rows)

    async def read(self, on_turn: Callable[[], None]) -> PartReader:
        """Read all of them; `on_turn` is called after each turn, with more rows in the capture of `reader`."""
        reader = self.reader
        assert reader is not None
        turns, ahead = Turns(on_turn), _Ahead(self._file)
        try:
            for place, page in enumerate(self._pages):
                after = self._pages[place + 1] if place + 1 < len(self._pages) else None
                self._take(reader, place, await ahead.read(page, after))
                self._read += page.count
                await turns.maybe()
        except TooMuch as much:
            reader.too_much = str(much)
        finally:
            await asyncio.shield(self._done())
        on_turn()
        return reader

    def _take(self, reader: PartReader, place: int, found: tuple[bytes, list[Told]] | None) -> None:
        page = self._pages[place]
        gap = page.first - self._pages[place - 1].last - 1 if place else 0
        if gap > 0:
            reader.capture.take([missing(gap, page.began)])
        if found is None:
            reader.unreadable += page.count
            reader.capture.take([missing(page.count, page.began)])
        else:
            take_page(reader.capture, page, decode_page(found[0], page), found[1])
