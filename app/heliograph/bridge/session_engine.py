"""What drives a session: it takes the link's events to the core, and does the work that the core asks for."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from PySide6 import QtCore

from heliograph.bridge.batching import Alarm, Frames
from heliograph.bridge.changes import Changes, Outgoing, Work
from heliograph.bridge.keeper import Keeper
from heliograph.bridge.parts import NeverJoined, Parts
from heliograph.bridge.session_core import SessionCore
from heliograph.bridge.state import SessionState
from heliograph.client.events import Event, Joined, Status
from heliograph.model.conversation import Message, State
from heliograph.model.problem import Problem

#: Receipts wait this long for company, in seconds.
RECEIPTS_WITHIN = 0.1
#: How long leaving waits for the relay's answer, in seconds.
LEAVE_WITHIN = 2.0


class SessionEngine(QtCore.QObject):
    """Between core, link, store and clock. `tell` is called once a frame with what changed."""

    def __init__(
        self,
        parts: Parts,
        tell: Callable[[Changes], None],
        on_problem: Callable[[Problem], None],
        parent: QtCore.QObject,
    ) -> None:
        super().__init__(parent)
        self.state = SessionState(parts.capture, parts.switches, parts.clock, parts.new_ref)
        self.core = SessionCore(self.state)
        self.keeper = Keeper(parts.store, on_problem, lambda ring: Alarm(ring, self))
        self.link = parts.connect(self._on_event)
        self._tasks = parts.tasks
        self._told = tell
        self._frames = Frames(self._tell, self)
        self._receipts_alarm = Alarm(self._send_receipts, self)
        self._typing_alarm = Alarm(self._expire_typists, self)
        self._homecoming_alarm = Alarm(self._release, self)
        self._early: list[Event] | None = []
        self._started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._started.add_done_callback(_look_at)
        self._over = asyncio.Event()
        self._loading: set[str] = set()
        self._unsaved: dict[str, Message] = {}
        self._closed = False

    async def joined(self) -> None:
        """Wait until the session is joined and its past is here.

        Raises:
            NeverJoined: it never will be.
        """
        # Not a shield: whoever gives up waiting must neither cancel it nor be told of its end.
        await asyncio.wait([self._started])
        self._started.result()

    async def close(self) -> None:
        """Leave, and keep what is to be kept."""
        self.link.leave()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), LEAVE_WITHIN)
        await self.link.close()
        self._save(list(self._unsaved.values()))
        await self.keeper.settled()
        self._closed = True
        for timer in (self._frames, self._receipts_alarm, self._typing_alarm, self._homecoming_alarm):
            timer.stop()

    def load_older(self, conversation: str) -> None:
        """Fetch the page of messages before those that are here."""
        if conversation not in self._loading and self.state.chat.has_older(conversation):
            self._loading.add(conversation)
            self._tasks.spawn(self._load_older(conversation), name="older messages")

    async def _load_older(self, conversation: str) -> None:
        messages = self.state.chat.messages(conversation)
        page = await self.keeper.older(conversation, messages[0].place if messages else 2**62)
        self._loading.discard(conversation)
        if page is not None:
            self.core.chat.restore_page(page)
            self.settle()

    # ---- what happens

    def _on_event(self, event: Event) -> None:
        if self._early is None:
            self.core.handle(event)
            self.settle()
        else:
            self._on_early(self._early, event)
        if isinstance(event, Status) and event.state.is_final:
            self._over.set()
            if self._early is not None and not self._started.done() and not _joined_in(self._early):
                self._started.set_exception(NeverJoined(event))
                self._started.exception()  # whoever awaits it hears of it; nobody has to

    def _on_early(self, early: list[Event], event: Event) -> None:
        """Until the past is in its place, what is new has to wait."""
        if isinstance(event, Joined) and not _joined_in(early):
            self._tasks.spawn(self._begin(event), name="history of the session")
        early.append(event)

    async def _begin(self, joined: Joined) -> None:
        self.core.chat.restore(await self.keeper.load(joined.session.id))
        early, self._early = self._early or [], None
        for event in early:
            self.core.handle(event)
        self.settle()
        if not self._started.done():
            self._started.set_result(None)

    # ---- doing the work

    def settle(self) -> None:
        """Do what the last step asked for, and have the screens told within a frame."""
        if self._closed:
            return
        work, self.state.work = self.state.work, Work()
        if self._early is None:
            self._keep(work)
            for outgoing in work.outgoing:
                self._to_wire(outgoing)
        if work.receipts_soon:
            self._receipts_alarm.within(RECEIPTS_WITHIN)
        if (expiry := self.state.chat.typists.next_expiry()) is not None:
            self._typing_alarm.within(expiry - self.state.clock.now())
        left = (self.state.homecoming.until or 0.0) - self.state.clock.now()
        if left > 0:
            self._homecoming_alarm.within(left)
        if self.state.changes:
            self._frames.wanted()

    def _keep(self, work: Work) -> None:
        """Keep at once what a person typed; what others said, and how messages fare, within a frame."""
        if work.names:
            self.keeper.save_names(work.names)
        if messages := work.handover:
            self.keeper.save(
                messages, then=lambda: self._hand_over(messages), failed=lambda why: self._fail(messages, why)
            )
        handed = {message.ref for message in messages}
        self._unsaved.update(work.unsaved)
        for ref in handed:
            self._unsaved.pop(ref, None)
        typed = [m for ref, m in work.unsaved.items() if m.state is State.WAITING and ref not in handed]
        if typed:
            self._save(typed)

    def _save(self, messages: list[Message]) -> None:
        for message in messages:
            self._unsaved.pop(message.ref, None)
        kept = [message for message in messages if self.state.chat.get(message.ref) is message]
        if kept:
            self.keeper.save(kept)

    def _hand_over(self, messages: list[Message]) -> None:
        """They are on disk: now they may go to the wire, unless the person has let go of them meanwhile."""
        for message in messages:
            if self.state.chat.get(message.ref) is message and message.handed:
                for outgoing in self.core.chat.voice.signals(message):
                    self._to_wire(outgoing)
        self.settle()

    def _fail(self, messages: list[Message], why: str) -> None:
        for message in messages:
            self.core.chat.failed(message.ref, why)
        self.settle()

    def _to_wire(self, outgoing: Outgoing) -> None:
        if not self.state.is_over:
            self.state.on_way(outgoing)
            self.state.capture.sent(*outgoing)
            self.link.send(outgoing.ref, type=outgoing.type, data=outgoing.data, to=outgoing.to)

    def _send_receipts(self) -> None:
        self.core.receipts.send_due()
        self.settle()

    def _release(self) -> None:
        self.core.chat.release()
        self.settle()

    def _expire_typists(self) -> None:
        self.state.changes.typing |= self.state.chat.typists.expire(self.state.clock.now())
        self.settle()

    def _tell(self) -> None:
        self._save(list(self._unsaved.values()))
        changes, self.state.changes = self.state.changes, Changes()
        self._told(changes)


def _joined_in(events: list[Event]) -> bool:
    return any(isinstance(event, Joined) for event in events)


def _look_at(future: asyncio.Future[None]) -> None:
    """Whether anybody waits for it or not, its failure is known."""
    if not future.cancelled():
        future.exception()
