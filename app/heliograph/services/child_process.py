"""A child process that is read by threads, so that it works alike under every event loop and system.

It ends when its standard input closes; as only this program holds the other end, it never outlives it.
"""

import asyncio
import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import IO, Any

#: Lines of standard error that are kept.
TAIL = 20
#: Lines of standard output that may wait for the loop: a child that says more has to wait itself.
MOST_WAITING = 16


class ChildProcess:
    """Starts at once. `on_line` is given each line of its standard output; `ended` is its exit code."""

    def __init__(
        self, command: Sequence[str], environment: Mapping[str, str], on_line: Callable[[str], None]
    ) -> None:
        """Raises `OSError` or `ValueError` if there can be no such process."""
        self._loop = asyncio.get_running_loop()
        self._on_line = on_line
        self.ended: asyncio.Future[int] = self._loop.create_future()
        self._tail: deque[str] = deque(maxlen=TAIL)
        self._room = threading.Semaphore(MOST_WAITING)
        self._process = subprocess.Popen(  # noqa: S603 (no shell, and the command is this program's own)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
            errors="replace",
            **_apart(),
        )
        self._stderr = threading.Thread(target=self._read_stderr, name="child's stderr", daemon=True)
        self._stderr.start()
        threading.Thread(target=self._read_stdout, name="child's stdout", daemon=True).start()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def last_words(self) -> str:
        """The last lines of its standard error."""
        return "\n".join(self._tail)

    def write(self, line: str) -> None:
        """Give it a line on its standard input; raises `OSError` if it no longer listens."""
        stdin = _pipe(self._process.stdin)
        try:
            stdin.write(f"{line}\n")
            stdin.flush()
        except ValueError:  # closed already
            raise BrokenPipeError from None

    async def stop(self) -> int:
        """Ask it to end by closing its standard input, then with more and more force. Returns its exit code."""
        for ask, patience in ((self._close_stdin, 2.5), (self._process.terminate, 1.0), (self.kill, 5.0)):
            ask()
            with suppress(TimeoutError):
                return await asyncio.wait_for(asyncio.shield(self.ended), patience)
        return await self.ended

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._close_stdin()

    def _close_stdin(self) -> None:
        with suppress(OSError):
            _pipe(self._process.stdin).close()

    # ---- on threads of their own

    def _read_stdout(self) -> None:
        with _pipe(self._process.stdout) as stdout:
            for line in stdout:
                self._room.acquire()
                self._tell(self._take, line.rstrip("\n"))
        self._stderr.join()
        self._tell(self._end, self._process.wait())

    def _read_stderr(self) -> None:
        with _pipe(self._process.stderr) as stderr:
            self._tail.extend(line.rstrip("\n") for line in stderr)

    def _tell(self, what: Callable[..., object], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(what, *arguments)
        except RuntimeError:  # the loop has ended before the child
            self._room.release()

    # ---- in the loop again

    def _take(self, line: str) -> None:
        self._room.release()
        self._on_line(line)

    def _end(self, code: int) -> None:
        self._close_stdin()
        if not self.ended.done():
            self.ended.set_result(code)


def _pipe(stream: IO[str] | None) -> IO[str]:
    assert stream is not None
    return stream


def _apart() -> dict[str, Any]:
    """Out of reach of a Ctrl+C that means this program, and without a console window."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def clean_environment(prefix: str, **own: str) -> dict[str, str]:
    """This program's environment without what begins with `prefix`, and with `own`."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(prefix)}
    return {**kept, **own}
