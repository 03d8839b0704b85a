"""Keeps a session in the store: loads its past, saves what changes, and says when that fails."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from heliograph.bridge.batching import Alarm
from heliograph.model.conversation import Message
from heliograph.model.dialects import Dialect
from heliograph.model.problem import Problem
from heliograph.services.store import History, Page, Store

#: A draft is on disk at most this many seconds after a key was pressed.
DRAFT_WITHIN = 0.5

_WHAT_TO_DO = "Make room on the disk, or check that its folder can be written. The session itself goes on."


class Keeper:
    """The store, as one session uses it. Nothing here raises: what fails is told to `on_problem`, once."""

    def __init__(
        self, store: Store, on_problem: Callable[[Problem], None], alarm: Callable[..., Alarm]
    ) -> None:
        self._store = store
        self._on_problem = on_problem
        self._session = ""
        self._drafts: dict[str, str] = {}
        self._draft_alarm = alarm(self.save_drafts)
        self._running: set[asyncio.Future[Any]] = set()
        self._told = ""

    async def load(self, session: str) -> History:
        """The past of `session`; an empty one where it cannot be read."""
        self._session = session
        try:
            return await self._store.load(session)
        except Exception as error:  # noqa: BLE001 (a person is told, and the session goes on)
            self._failed("read", error)
            return History(pages=[], waiting=[], drafts={}, people={})

    async def older(self, conversation: str, before: int) -> Page | None:
        """Earlier messages; None where they cannot be read."""
        try:
            return await self._store.older(self._session, conversation, before)
        except Exception as error:  # noqa: BLE001 (a person is told, and the session goes on)
            self._failed("read", error)
            return None

    def save(
        self,
        messages: Sequence[Message],
        then: Callable[[], None] | None = None,
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Keep messages; `then` is called when they are on disk, `failed` (with words) when that cannot be."""
        future = self._store.save(self._session, messages)

        def done(error: BaseException | None) -> None:
            if error is None:
                if then is not None:
                    then()
            elif failed is not None:
                failed(f"It could not be kept on this computer ({error})")

        self._watch(future, done)

    def discard(self, ref: str) -> None:
        """Forget a message."""
        self._watch(self._store.discard(self._session, ref))

    def save_names(self, names: dict[str, str]) -> None:
        """Keep how people are called."""
        self._watch(self._store.save_people(self._session, names))

    def save_dialect(self, dialect: Dialect | None) -> None:
        """Keep which dialect the person chose here."""
        self._watch(self._store.save_dialect(self._session, dialect))

    def draft(self, conversation: str, text: str) -> None:
        """Keep what is typed, soon."""
        self._drafts[conversation] = text
        self._draft_alarm.within(DRAFT_WITHIN)

    def save_drafts(self) -> None:
        """Keep now what was to be kept soon."""
        drafts, self._drafts = self._drafts, {}
        self._draft_alarm.stop()
        for conversation, text in drafts.items():
            self._watch(self._store.save_draft(self._session, conversation, text))

    async def settled(self) -> None:
        """Wait until all that was asked for is done."""
        self.save_drafts()
        await _all_of(self._running)

    def _watch(
        self, future: "asyncio.Future[None]", done: Callable[[BaseException | None], None] | None = None
    ) -> None:
        def finished(finished: "asyncio.Future[None]") -> None:
            self._running.discard(finished)
            error = finished.exception()
            if error is not None:
                self._failed("kept", error)
            if done is not None:
                done(error)

        self._running.add(future)
        future.add_done_callback(finished)

    def _failed(self, what: str, error: BaseException) -> None:
        words = f"Messages cannot be {what} on this computer: {error}."
        if words != self._told:
            self._told = words
            self._on_problem(Problem("The history does not work", words, _WHAT_TO_DO))


async def _all_of(futures: Iterable["asyncio.Future[Any]"]) -> None:
    while waiting := list(futures):
        await asyncio.wait(waiting)
        await asyncio.sleep(0)  # their callbacks may ask for more
