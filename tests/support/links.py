"""A link under test, with everything that it has told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from heliograph.client.backoff import Backoff
from heliograph.client.connection import Link, Patience, Target
from heliograph.client.events import Event, Joined, State, Status
from heliograph.client.session import ClientSession, Credential
from heliograph.services.tasks import Tasks

E = TypeVar("E")

#: Short enough for tests, long enough for a busy machine.
IMPATIENT = Patience(answer=1.0, joined=1.0, quiet=0.2, alive=0.4, leave=1.0)


async def eventually(condition: Callable[[], Any], within: float = 10.0) -> Any:
    """Wait until `condition`, which nobody tells of, is true; returns its value."""
    async with asyncio.timeout(within):
        while not (value := condition()):  # noqa: ASYNC110 (there is nobody to set an event)
            await asyncio.sleep(0.005)
    return value


class Listener:
    """Collects events; tests wait for what they expect."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Condition()
        self._wake = asyncio.Event()

    def __call__(self, event: Event) -> None:
        self.events.append(event)
        self._wake.set()

    def of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, condition: Callable[[], Any]) -> Any:
        """Wait until `condition` is true; returns its value."""
        async with asyncio.timeout(15):
            while not (value := condition()):
                self._wake.clear()
                await self._wake.wait()
        return value

    async def joined(self, times: int = 1) -> Joined:
        joined: list[Joined] = await self.until(lambda: self.of(Joined)[times - 1 : times])
        return joined[0]

    async def status(self, state: State, *, after: int = 0) -> Status:
        """The first status of that state, from event number `after` on."""

        def found() -> list[Status]:
            return [e for e in self.events[after:] if isinstance(e, Status) and e.state is state]

        statuses: list[Status] = await self.until(found)
        return statuses[0]


@asynccontextmanager
async def link_to(
    port: int,
    *,
    credential: Credential | None = None,
    hosts: tuple[str, ...] = ("127.0.0.1",),
    session: str = "s",
    name: str = "Ana",
    patience: Patience = IMPATIENT,
) -> AsyncIterator[tuple[Link, Listener]]:
    """A started link, closed at the end."""
    tasks, listener = Tasks(), Listener()
    client = ClientSession(credential or Credential(secret="x"), name=name)
    target = Target(hosts=hosts, port=port, session=session)
    backoff = Backoff(lambda: 0.9)
    link = Link(target, client, listener, tasks, backoff=backoff, patience=patience)
    link.start()
    try:
        yield link, listener
    finally:
        await link.close()
        await tasks.close()
