"""What waits for all slow readers together: only while somebody is slow, the longest first, no more than is needed."""

import asyncio
from typing import Any

import pytest

from heliograph_relay.shell import backlog
from heliograph_relay.shell.backlog import Backlog
from heliograph_relay.shell.outbox import Outbox


class Pipe:
    def write(self, data: bytes) -> None:
        raise AssertionError("nobody reads")


class Reader:
    """A transport whose peer does not read."""

    is_closing = False

    def __init__(self, waiting: int) -> None:
        self.outbox = Outbox(Pipe(), 1 << 30)
        self.outbox.pause()
        self.outbox.write(b"x" * waiting)


class Board:
    def __init__(self, *readers: Reader) -> None:
        self.transports = set(readers)
        self.let_go: list[Reader] = []

    def overrun(self, reader: Reader) -> None:
        self.let_go.append(reader)
        reader.outbox.drop()


async def looked(board: Any, most: int, monkeypatch: pytest.MonkeyPatch) -> Backlog:
    """A bound that has been looked at."""
    monkeypatch.setattr(backlog, "STEP", 0.001)
    bound = Backlog(board, most)
    for reader in board.transports:
        bound.note(reader)
    await asyncio.sleep(0.02)
    return bound


async def test_the_longest_queues_go_until_the_rest_fits_with_a_tenth_to_spare(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readers = [Reader(size) for size in (100, 400, 200, 300)]
    board = Board(*readers)
    bound = await looked(board, 700, monkeypatch)
    assert board.let_go == [readers[1]]
    assert bound.size == 600


async def test_what_fits_stays_and_who_reads_again_or_is_gone_is_no_longer_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stays, reads, gone = (Reader(size) for size in (100, 200, 300))
    board = Board(stays, reads, gone)
    reads.outbox.drop()
    reads.outbox.resume()
    board.transports.discard(gone)
    bound = Backlog(board, 1_000)  # type: ignore[arg-type]
    monkeypatch.setattr(backlog, "STEP", 0.001)
    for reader in (stays, reads, gone):
        bound.note(reader)  # type: ignore[arg-type]
    await asyncio.sleep(0.02)
    assert board.let_go == []
    assert bound.size == 100


async def test_who_closes_already_is_not_let_go_again(monkeypatch: pytest.MonkeyPatch) -> None:
    closing, other = Reader(500), Reader(200)
    closing.is_closing = True
    board = Board(closing, other)
    await looked(board, 100, monkeypatch)
    assert board.let_go == [other]
