"""Every task of the application: kept alive, named, and never failing in silence."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Tasks:
    """Starts tasks and ends them. An error that a task does not handle is logged and told to `on_error`."""

    def __init__(self, on_error: Callable[[str, Exception], None] | None = None) -> None:
        """`on_error` is given the task's name and the error, once it is in the log."""
        self._on_error = on_error
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False

    def spawn(self, coro: Coroutine[Any, Any, object], *, name: str) -> None:
        """Run a coroutine as a task that nobody waits for."""
        self.start(coro, name=name)  # type: ignore[unused-awaitable]

    def start(self, coro: Coroutine[Any, Any, T], *, name: str) -> "asyncio.Task[T]":
        """Run a coroutine as a task, to be awaited or cancelled."""
        if self._closed:
            coro.close()
            raise RuntimeError(f"the task {name!r} came after the end")
        task = asyncio.get_running_loop().create_task(coro, name=name)
        self._running.add(task)
        task.add_done_callback(self._done)
        return task

    async def close(self) -> None:
        """Cancel whatever runs and wait until it has ended. Nothing can be started any more."""
        self._closed = True
        while others := self._running - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.wait(others)
            self._running -= others

    def _done(self, task: "asyncio.Task[Any]") -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        logger.error("task %r failed", task.get_name(), exc_info=error)
        if self._on_error is not None and isinstance(error, Exception):
            self._on_error(task.get_name(), error)
