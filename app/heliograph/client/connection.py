"""A client session on real transports: connects, writes, reads, notices silence, comes back, and lets go."""

import asyncio
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from msgspec.structs import replace
from websockets.exceptions import ConnectionClosed

from heliograph.client.backoff import Backoff
from heliograph.client.dialing import Target, Transport, dial
from heliograph.client.events import Event, State, Status
from heliograph.client.farewells import INTERNAL, LOST, NOT_ANSWERING, Farewell
from heliograph.client.session import ClientSession

__all__ = ["Link", "Patience", "Target"]

#: Seconds joined after which a loss counts as the first one again.
STEADY = 3.0


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait, in seconds: for an address to answer, for an answer to a join, without hearing
    anything until a sign of life is asked for, for that sign, and for the relay's part of leaving.
    """

    answer: float = 6.0
    joined: float = 10.0
    quiet: float = 5.0
    alive: float = 4.0
    leave: float = 1.0


class Starter(Protocol):
    """Starts tasks and never loses their errors (services/tasks.py)."""

    def start(self, coro: Coroutine[Any, Any, None], *, name: str) -> "asyncio.Task[None]": ...


class Link:
    """See the module. Events come through `on_event`, never from inside `start`, and none after `close`."""

    def __init__(
        self,
        target: Target,
        session: ClientSession,
        on_event: Callable[[Event], None],
        tasks: Starter,
        *,
        clock: Callable[[], float] = time.monotonic,
        backoff: Backoff | None = None,
        patience: Patience = Patience(),
    ) -> None:
        self._target = target
        self._session = session
        self._on_event = on_event
        self._tasks = tasks
        self._clock = clock
        self._backoff = backoff or Backoff(random.random)
        self._patience = patience
        self._task: asyncio.Task[None] | None = None
        self._transport: Transport | None = None
        self._silent = False
        self._last_host: str | None = None
        self._more_to_write = asyncio.Event()
        self._hurry = asyncio.Event()

    # What the person wants

    def start(self) -> None:
        """Begin to connect."""
        self._task = self._tasks.start(self._run(), name=f"link to {self._target.session}")

    def send(self, ref: str, *, type: str | None, data: str | None, to: str | None = None) -> None:
        """See `ClientSession.send`; raises what it raises."""
        self._session.send(ref, type=type, data=data, to=to)
        self._more_to_write.set()

    def withdraw(self, ref: str) -> bool:
        """See `ClientSession.withdraw`."""
        return self._session.withdraw(ref)

    def disconnect(self, connection_id: str) -> None:
        """See `ClientSession.disconnect`."""
        self._session.disconnect(connection_id)
        self._more_to_write.set()

    def inspect(self, on: bool) -> None:
        """See `ClientSession.inspect`."""
        self._session.inspect(on)
        self._more_to_write.set()

    def reconnect(self) -> None:
        """Try at once, if waiting for the next attempt."""
        self._hurry.set()

    def retarget(self, target: Target) -> None:
        """The relay is elsewhere now; the next attempt goes there."""
        self._target = target

    def leave(self) -> None:
        """Leave for good; ends in Status LEFT."""
        self._tell(self._session.leave())
        self._more_to_write.set()
        if self._session.state.is_final and self._task is not None:
            self._task.cancel()

    async def close(self) -> None:
        """Leave if that is not done, and let go of everything, within two seconds."""
        self.leave()
        if self._task is not None:
            _, running = await asyncio.wait({self._task}, timeout=self._patience.leave)
            for task in running:
                task.cancel()
                await asyncio.wait({task}, timeout=self._patience.leave / 2)
        self._tell(self._session.failed(LOST))
        self._on_event = _nobody

    # The life of the session: transports, one after the other

    async def _run(self) -> None:
        try:
            while not self._session.state.is_final:
                self._tell([self._trying()])
                await self._one_transport()
        except Exception:
            self._tell(self._session.failed(INTERNAL))
            raise

    async def _one_transport(self) -> None:
        """Dial, live, and wait until the next attempt is due."""
        dialled = await dial(self._target, self._patience.answer, first=self._last_host)
        if isinstance(dialled, Farewell):
            told = self._session.failed(dialled)
        else:
            self._last_host, transport = dialled
            told = await self._live(transport)
        delay = self._backoff.next()
        self._tell(told, retry_at=self._clock() + delay)
        if not self._session.state.is_final:
            await self._pause(delay)

    async def _live(self, transport: Transport) -> list[Event]:
        """Read and write until the transport is of no more use; tells what came of it."""
        self._transport, self._silent = transport, False
        began = self._clock()
        self._session.opened(began)
        try:
            async with asyncio.TaskGroup() as group:
                helpers = [
                    group.create_task(self._write(transport)),
                    group.create_task(self._watch(transport)),
                ]
                await self._read(transport)
                await transport.close()
                for helper in helpers:
                    helper.cancel()
        finally:
            self._transport = None
            transport.cut()
        if self._session.live and self._clock() - began > STEADY:
            self._backoff.reset()
        if self._silent:
            return self._session.failed(NOT_ANSWERING)
        return self._session.lost(transport.close_code, self._clock())

    async def _pause(self, delay: float) -> None:
        self._hurry.clear()
        try:
            async with asyncio.timeout(delay):
                await self._hurry.wait()
        except TimeoutError:
            return
        self._backoff.reset()

    # One transport

    async def _read(self, transport: Transport) -> None:
        session = self._session
        while not session.parting:
            try:
                text = await transport.recv(decode=False)
            except ConnectionClosed:
                return
            now = self._clock()
            for event in session.received(text, now):
                self._on_event(event)
            if session.wakeup(now) is not None:
                self._more_to_write.set()

    async def _write(self, transport: Transport) -> None:
        session = self._session
        while True:
            self._more_to_write.clear()
            frames, told = session.outgoing(self._clock())
            self._tell(told)
            try:
                for frame in frames:
                    await transport.send(frame, text=True)
            except ConnectionClosed:
                return
            now = self._clock()
            wakeup = session.wakeup(now)
            try:
                async with asyncio.timeout(None if wakeup is None else max(0.0, wakeup - now)):
                    await self._more_to_write.wait()
            except TimeoutError:
                continue

    async def _watch(self, transport: Transport) -> None:
        """Cut a transport whose other side gives no sign of life: a frozen relay, a network that is gone."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        while True:
            quiet = loop.time() - transport.heard
            if not self._session.live and loop.time() - began > self._patience.joined:
                break
            if quiet < self._patience.quiet:
                await asyncio.sleep(self._patience.quiet - quiet)
                continue
            asked = loop.time()
            try:
                async with asyncio.timeout(self._patience.alive):
                    await (await transport.ping())
            except ConnectionClosed:
                return
            except TimeoutError:
                if transport.heard < asked:
                    break
        self._silent = True
        transport.cut()

    # Telling

    def _trying(self) -> Status:
        was_joined = self._session.was_joined
        return Status(State.RECONNECTING if was_joined else State.CONNECTING)

    def _tell(self, told: Sequence[Event], retry_at: float | None = None) -> None:
        for event in told:
            if isinstance(event, Status) and event.state is State.RECONNECTING:
                event = replace(event, retry_at=retry_at)  # noqa: PLW2901
            self._on_event(event)


def _nobody(_event: Event) -> None:
    pass
