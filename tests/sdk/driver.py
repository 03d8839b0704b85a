"""Programs that are asked in JSON lines and answer in JSON lines."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from itertools import count
from typing import Any


class DriverError(Exception):
    """What the program's SDK said went wrong."""


class Driver:
    """A running program; any number of questions may be open at once."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._ids = count(1)
        self._open: dict[int, asyncio.Future[Any]] = {}

    async def ask(self, **question: Any) -> Any:
        """The answer to one question.

        Raises:
            DriverError: what the program threw.
        """
        id = next(self._ids)
        future = self._open[id] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"id": id, **question}).encode() + b"\n")
        async with asyncio.timeout(30):
            return await future

    async def call(self, name: str, *args: Any) -> Any:
        return await self.ask(call=name, args=args)

    async def read(self) -> None:
        """Take the answers in, until the program ends."""
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            answer = json.loads(line)
            future = self._open.pop(answer["id"])
            if "error" in answer:
                future.set_exception(DriverError(answer["error"]))
            else:
                future.set_result(answer["value"])
        for future in self._open.values():
            future.cancel("the program has ended")


@asynccontextmanager
async def driver(*command: str, env: Mapping[str, str]) -> AsyncIterator[Driver]:
    """A program for the length of a block."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=dict(env),
        limit=1 << 24,
    )
    made = Driver(process)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(made.read())
            try:
                yield made
            finally:
                assert process.stdin is not None
                process.stdin.close()
    finally:
        async with asyncio.timeout(20):
            await process.wait()
