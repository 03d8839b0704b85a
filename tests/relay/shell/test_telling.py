"""What a relay says on its standard output: whole lines, answers always, frames while somebody takes them."""

import json
import os
from collections.abc import Iterator
from typing import IO, Any

import pytest

from heliograph_relay.protocol.tapped import TappedFrame
from heliograph_relay.shell.telling import FRAME_BYTES, MOST_FRAMES, Telling


class Pipe:
    """The relay's output and its reader."""

    def __init__(self) -> None:
        out, self.end = os.pipe()
        self.reader: IO[bytes] = os.fdopen(out, "rb")

    def lines(self, count: int) -> list[dict[str, Any]]:
        return [json.loads(self.reader.readline()) for _ in range(count)]


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    pipe = Pipe()
    yield pipe
    pipe.reader.close()
    os.close(pipe.end)


def frame(number: int, size: int = 100) -> TappedFrame:
    return TappedFrame(at=number, seq=1, socket=1, frame=b"x" * size)


def test_events_and_frames_keep_their_order(pipe: Pipe) -> None:
    telling = Telling(pipe.end)
    telling.say({"event": "first"})
    assert all(telling.frame("S", frame(n), 0) for n in range(3))
    telling.say({"event": "then"})
    assert telling.frame("T", frame(3), 5)
    telling.untapped("T")
    telling.lost("S", 9)
    telling.start()
    first, frames, then, other, untapped, lost = pipe.lines(6)
    assert (first, then, untapped) == (
        {"event": "first"},
        {"event": "then"},
        {"event": "untapped", "session": "T"},
    )
    assert ([told["at"] for told in frames["frames"]], "lost" in frames) == ([0, 1, 2], False)
    assert (other["session"], other["lost"], lost["lost"]) == ("T", 5, 9)


def test_a_line_holds_some_frames(pipe: Pipe) -> None:
    telling = Telling(pipe.end)
    for n in range(MOST_FRAMES * 2 + 1):
        assert telling.frame("S", frame(n), 0)
    telling.start()
    assert [len(line["frames"]) for line in pipe.lines(3)] == [MOST_FRAMES, MOST_FRAMES, 1]


def test_what_nobody_takes_is_bounded_and_never_waited_for(pipe: Pipe) -> None:
    """A pipe holds 64 KiB or so: the thread waits, whoever tells does not."""
    size, most = 10_000, 200_000
    telling = Telling(pipe.end, most_waiting=most)
    telling.start()
    taken = [telling.frame("S", frame(n, size), 0) for n in range(400)]
    assert not taken[-1]
    # Beside what may wait there is what the pipe holds and the line that is being written.
    assert most // (size + FRAME_BYTES) <= sum(taken) < 100
    telling.say({"event": "an answer has its place"})
    told = 0
    while "frames" in (line := pipe.lines(1)[0]):
        told += len(line["frames"])
    assert (told, line) == (sum(taken), {"event": "an answer has its place"})
    assert telling.frame("S", frame(0), 17)
    assert pipe.lines(1)[0]["lost"] == 17


def test_who_does_not_listen_any_more_ends_the_writing() -> None:
    pipe = Pipe()
    pipe.reader.close()
    telling = Telling(pipe.end)
    telling.start()
    telling.say({"event": "x"})
    telling._thread.join(10)  # noqa: SLF001 - nothing else tells of its end
    assert not telling._thread.is_alive()  # noqa: SLF001
    os.close(pipe.end)
