"""What the Developers page shows and does: credentials, tokens, who may reach them, sessions made over REST."""

import asyncio
import secrets
from dataclasses import replace

from PySide6 import QtCore

from heliograph.bridge.destination import Destination
from heliograph.bridge.hosting import Hosting, HostingFailed
from heliograph.bridge.opening import Opening, outcome
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.bridge.words import our_fault
from heliograph.client.credential import Credential
from heliograph.model.developer import (
    LOOPBACK,
    Access,
    MadeSessions,
    guest_token,
    refused_session,
    server_token,
)
from heliograph.model.developer_snippets import Snippet, Tokens
from heliograph.model.people import Person
from heliograph.model.problem import Problem
from heliograph.model.session_ids import is_session_id
from heliograph.model.settings import OpenTokReach
from heliograph.services.tasks import Tasks
from heliograph_relay.protocol.invite import Invite
from heliograph_relay.protocol.model import Role

_DAY = 86_400
#: Milliseconds between two looks at the sessions, while they are on screen.
_LOOK = 2_000
#: Seconds that a relay may take to say who is there, before it is ended.
_ANSWER_WITHIN = 1.0


class DeveloperDesk(QtCore.QObject):
    """For one hosted session; it lives as long as that. Sessions that are opened from here end with it."""

    #: Access: address, port or reach has changed.
    access_changed = QtCore.Signal(object)
    #: MadeSessions, whenever they differ.
    sessions_changed = QtCore.Signal(object)
    #: bool: whether a session is being opened.
    busy = QtCore.Signal(object)
    #: Problem: the reach is as it was.
    reach_problem = QtCore.Signal(object)
    #: Problem: a session could not be opened.
    problem = QtCore.Signal(object)
    #: SessionController: joined; one that is open already comes again, to be shown.
    opened = QtCore.Signal(object)

    def __init__(
        self, controller: SessionController, hosting: Hosting, opening: Opening, tasks: Tasks, clock: Clock
    ) -> None:
        super().__init__(controller)
        self._hosting = hosting
        self._opening = opening
        self._tasks = tasks
        self._clock = clock
        self._asides: list[SessionController] = []
        self._joining: asyncio.Task[SessionController | Problem] | None = None
        self._looking = False
        self.sessions = MadeSessions()
        self._timer = QtCore.QTimer(self)
        self._timer.setInterval(_LOOK)
        self._timer.timeout.connect(self._look)
        hosting.before_stop = self._leave_asides
        controller.invite_changed.connect(lambda _: self.access_changed.emit(self.access))

    @property
    def access(self) -> Access:
        """What developers need, as it is now, for the hosted session."""
        return self._hosting.access

    @property
    def asides(self) -> tuple[SessionController, ...]:
        """The sessions that were opened from here."""
        return tuple(self._asides)

    def people_cut_off(self) -> list[Person]:
        """Who else is in the sessions that were opened from here, and would be cut off with the relay."""
        return [p for session in self._asides for p in session.people.present() if not p.is_me]

    async def unseen(self) -> int:
        """How many are in sessions of this relay that nobody looks at here; 0 where the relay does not say."""
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                made = await self._hosting.made_sessions()
        except (HostingFailed, TimeoutError):
            return 0
        return max(0, made.connections - sum(len(session.people.present()) for session in self._asides))

    # ---- tokens

    def guest_token(self, session: str, role: str, data: str, seconds: int) -> str:
        """A token that lets somebody into a session of this relay."""
        return guest_token(
            self.access, session, role=role, data=data, seconds=seconds, now=self._now(),
            nonce=secrets.token_hex(8),
        )  # fmt: skip

    def code(self, snippet: Snippet, session: str) -> str:
        """A snippet for a session that works from now on."""
        page = self.guest_token(session, Role.PUBLISHER, "", _DAY)
        tokens = Tokens(page=page, server=server_token(self.access, now=self._now()))
        return snippet.code(replace(self.access, session=session), tokens)

    def _now(self) -> float:
        return self._clock.wall() / 1_000

    # ---- who may reach it

    def open_to(self, reach: OpenTokReach) -> None:
        """Let these use OpenTok's wire and REST API from now on."""
        self._tasks.spawn(self._open_to(reach), name="opening OpenTok")

    async def _open_to(self, reach: OpenTokReach) -> None:
        try:
            await self._hosting.open_opentok_to(reach)
        except HostingFailed as failure:
            self.reach_problem.emit(failure.problem)
        self.access_changed.emit(self.access)

    # ---- sessions made over REST

    def watch(self, on: bool) -> None:
        """Keep `sessions` up to date while they are on screen."""
        if on:
            self._timer.start()
            self._look()
        else:
            self._timer.stop()

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            self._tasks.spawn(self._take_sessions(), name="sessions made over REST")

    async def _take_sessions(self) -> None:
        try:
            made = await self._hosting.made_sessions()
        except HostingFailed:
            made = MadeSessions()  # the relay is dead, which the window says already
        finally:
            self._looking = False
        if made != self.sessions:
            self.sessions = made
            self.sessions_changed.emit(made)

    def open_session(self, id: str) -> None:
        """Join a session of this relay as a moderator, beside the hosted one. Ends in `opened` or `problem`."""
        id = id.strip()
        if not is_session_id(id):
            self.problem.emit(refused_session(id))
        elif (there := self._aside(id)) is not None:
            self.opened.emit(there)
        elif self._joining is None:
            self._joining = self._tasks.start(outcome(lambda: self._join(id)), name="opening a session")
            self._joining.add_done_callback(self._on_joined)
            self.busy.emit(True)

    def _aside(self, id: str) -> SessionController | None:
        return next((s for s in self._asides if s.session is not None and s.session.id == id), None)

    async def _join(self, id: str) -> SessionController:
        access = self.access
        token = self.guest_token(id, Role.MODERATOR, "", _DAY)
        where = Destination(
            hosts=(LOOPBACK,), port=access.port, session=id, credential=Credential(token=token),
            invite=Invite(addresses=access.addresses or (LOOPBACK,), port=access.port, session=id),
        )  # fmt: skip
        return await self._opening.join(where, remember=False)

    def _on_joined(self, joining: "asyncio.Task[SessionController | Problem]") -> None:
        self._joining = None
        self.busy.emit(False)
        if joining.cancelled():
            return
        if (error := joining.exception()) is not None:
            self.problem.emit(our_fault(error))
        elif isinstance(result := joining.result(), Problem):
            self.problem.emit(result)
        else:
            self._asides.append(result)
            result.tapping.relay = self._hosting
            result.closed.connect(lambda _: self._asides.remove(result))
            self.opened.emit(result)

    async def _leave_asides(self) -> None:
        self._timer.stop()
        if self._joining is not None:
            self._joining.cancel()
            await asyncio.wait([self._joining])
        for session in list(self._asides):
            await session.close()
