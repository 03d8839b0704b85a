"""The load generator sees what a relay does wrong: it is no use measuring what nobody checks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import pytest
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed

from tests.benchmarks.load.programs import NoCompiler, build
from tests.benchmarks.load.run import Load, Result, Target, run_load

try:
    LOADER = build().loader
except NoCompiler as reason:
    pytest.skip(str(reason), allow_module_level=True)

#: What a relay makes of the n-th signal of a session: the copies that it sends to everybody, now.
Habit = Callable[[list[str]], list[str]]


@asynccontextmanager
async def relay(habit: Habit) -> AsyncIterator[str]:
    """A relay of one room with a habit; gives its URL."""
    members: set[ServerConnection] = set()
    signals: list[str] = []

    async def serve_one(member: ServerConnection) -> None:
        members.add(member)
        with suppress(ConnectionClosed):
            async for message in member:
                assert isinstance(message, str)
                signals.append(message)
                for copy in habit(signals):
                    broadcast(members, copy)

    async with serve(serve_one, "127.0.0.1", 0, compression=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        yield f"ws://127.0.0.1:{port}/s/%c"


async def measured(habit: Habit) -> Result:
    load = Load(4, 1, rate=200, seconds=0.3, warmup=0, hold=0)
    async with relay(habit) as url:
        return await asyncio.to_thread(run_load, LOADER, load, Target("json", url), [], None)


def honest(signals: list[str]) -> list[str]:
    return signals[-1:]


def forgetful(signals: list[str]) -> list[str]:
    return [] if len(signals) == 5 else signals[-1:]


def stuttering(signals: list[str]) -> list[str]:
    return signals[-1:] * (2 if len(signals) == 5 else 1)


def impatient(signals: list[str]) -> list[str]:
    """The fifth is kept back until the sixth has gone out."""
    return [] if len(signals) == 5 else [signals[5], signals[4]] if len(signals) == 6 else signals[-1:]


async def test_an_honest_relay_has_no_faults() -> None:
    result = await measured(honest)

    assert result.faults == ""
    assert result.sent > 20
    assert result.delivered == 4 * result.sent


@pytest.mark.parametrize(
    ("habit", "words"),
    [(forgetful, "4 lost"), (stuttering, "4 reordered"), (impatient, "4 reordered")],
)
async def test_faults_are_seen(habit: Habit, words: str) -> None:
    assert words in (await measured(habit)).faults
