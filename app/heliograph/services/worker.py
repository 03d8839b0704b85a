"""One thread that does all work on one SQLite database, in the order in which it was asked for."""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    import sqlite3

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: Most pieces of work that share one commit.
MOST_TOGETHER = 500


class _Job(NamedTuple):
    work: "Callable[[sqlite3.Connection], Any]"
    future: "asyncio.Future[Any]"
    loop: asyncio.AbstractEventLoop


class DatabaseWorker:
    """Does work in the background; awaiting a piece of work means that it is on disk.

    Whatever has gathered while the disk was busy shares the next commit, so a flood costs few of them. A
    piece that fails undoes only itself.
    """

    def __init__(self, connect: "Callable[[], sqlite3.Connection]") -> None:
        self._connect = connect
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="database", daemon=True)
        self._opened: asyncio.Future[None] | None = None
        self._closed = False

    async def start(self) -> None:
        """Open the database; raises what `connect` raises."""
        opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._opened = opened
        self._thread.start()
        await opened

    def do(self, work: "Callable[[sqlite3.Connection], T]") -> "asyncio.Future[T]":
        """Have `work` done. The future is done when its effect is durable; its error is work's own."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        if self._closed:
            future.set_exception(RuntimeError("the store is closed"))
        else:
            self._jobs.put(_Job(work, future, loop))
        return future

    async def close(self) -> None:
        """Finish what was asked for, then close the database."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    # ---- on the thread

    def _run(self) -> None:
        opened = self._opened
        assert opened is not None
        loop = opened.get_loop()
        try:
            connection = self._connect()
        except Exception as error:  # noqa: BLE001 (it is handed to whoever awaits the opening)
            _tell(loop, opened, None, error)
            return
        _tell(loop, opened, None, None)
        try:
            while (batch := self._next_batch()) is not None:
                self._do_together(connection, batch)
        finally:
            connection.close()

    def _next_batch(self) -> list[_Job] | None:
        """What is asked for, at least one piece; None at the end."""
        first = self._jobs.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < MOST_TOGETHER:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                self._jobs.put(None)
                break
            batch.append(job)
        return batch

    def _do_together(self, connection: "sqlite3.Connection", batch: list[_Job]) -> None:
        outcomes: list[tuple[Any, Exception | None]] = []
        try:
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [_do_one(connection, job) for job in batch]
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 (nothing of the batch was kept: everybody is told)
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            outcomes = [(None, error)] * len(batch)
        for job, (result, failure) in zip(batch, outcomes, strict=True):
            _tell(job.loop, job.future, result, failure)


def _do_one(connection: "sqlite3.Connection", job: _Job) -> tuple[Any, Exception | None]:
    connection.execute("SAVEPOINT one")
    try:
        result = job.work(connection)
    except Exception as error:  # noqa: BLE001 (it is handed to whoever awaits this piece of work)
        connection.execute("ROLLBACK TO one")
        connection.execute("RELEASE one")
        return None, error
    connection.execute("RELEASE one")
    return result, None


def _tell(
    loop: asyncio.AbstractEventLoop, future: "asyncio.Future[Any]", result: object, error: Exception | None
) -> None:
    def settle() -> None:
        if future.done():
            return
        if error is None:
            future.set_result(result)
        else:
            future.set_exception(error)

    try:
        loop.call_soon_threadsafe(settle)
    except RuntimeError:
        logger.debug("nobody is left to hear about a piece of work")
