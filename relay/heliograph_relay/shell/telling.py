"""What a relay tells the program that runs it, on its standard output: one JSON object a line.

A thread writes, because nobody may be reading: the relay's loop never waits for that. Answers always get
their place; frames of a tap only while few bytes wait, and whoever offers one is told where there is none.
"""

import json
import os
import threading
from queue import Empty, SimpleQueue
from typing import Any

from msgspec import Struct

from heliograph_relay.protocol.tapped import Tapped, TappedFrame, Untapped, encode

#: Bytes of frames that may wait to be taken, and what a frame counts beside its own.
MOST_WAITING, FRAME_BYTES = 8 << 20, 200
#: Frames, and bytes of frames, in one line.
MOST_FRAMES, MOST_BYTES = 64, 64 << 10


class _Frame(Struct, gc=False):
    session: str
    frame: TappedFrame
    lost: int


class Telling:
    """See the module. `start` before anything is said."""

    def __init__(self, output: int, *, most_waiting: int = MOST_WAITING) -> None:
        """`output` is a file descriptor."""
        self._output = output
        self._queue: SimpleQueue[bytes | _Frame] = SimpleQueue()
        self._most_waiting = most_waiting
        # Each is counted up by one thread only: the difference is what waits.
        self._given = self._taken = 0
        self._thread = threading.Thread(target=self._write_all, name="stdout", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def say(self, event: dict[str, Any]) -> None:
        """An event, or an answer."""
        self._queue.put(json.dumps(event).encode())

    # ---- as an `Ear` (shell/tap.py)

    def frame(self, session: str, frame: TappedFrame, lost: int) -> bool:
        """A frame of a tap; False where there is no room for it."""
        size = len(frame.frame) + FRAME_BYTES
        if self._given - self._taken + size > self._most_waiting:
            return False
        self._given += size
        self._queue.put(_Frame(session, frame, lost))
        return True

    def lost(self, session: str, count: int) -> None:
        """There was no room for so many frames."""
        self._queue.put(encode(Tapped(session=session, lost=count)))

    def untapped(self, session: str) -> None:
        """A tap has ended by itself."""
        self._queue.put(encode(Untapped(session)))

    # ---- in the thread

    def _write_all(self) -> None:
        ahead: bytes | _Frame | None = None
        while True:
            item = self._queue.get() if ahead is None else ahead
            ahead = None
            if isinstance(item, _Frame):
                item, ahead = self._batch(item)
            rest = memoryview(item + b"\n")
            try:
                while rest:
                    rest = rest[os.write(self._output, rest) :]
            except OSError:
                return  # nobody is there to hear it, which ends the relay by its standard input

    def _batch(self, first: _Frame) -> tuple[bytes, bytes | _Frame | None]:
        """A line of the frames that are there, and what comes after them."""
        batch, size, item = [first.frame], len(first.frame.frame), None
        while len(batch) < MOST_FRAMES and size < MOST_BYTES:
            try:
                item = self._queue.get_nowait()
            except Empty:
                item = None
                break
            if not isinstance(item, _Frame) or item.lost or item.session != first.session:
                break
            batch.append(item.frame)
            size += len(item.frame.frame)
            item = None
        self._taken += size + len(batch) * FRAME_BYTES
        return encode(Tapped(session=first.session, frames=batch, lost=first.lost)), item
