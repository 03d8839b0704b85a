"""Frames of OpenTok's wire as rows of a session's capture: switched by the host, told by the relay (docs/adr/0018)."""

from typing import TYPE_CHECKING

from PySide6 import QtCore

from heliograph.bridge.batching import FRAME_MS
from heliograph.bridge.hosting import Hosting, HostingFailed
from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.parts import Parts
from heliograph.client.events import Status
from heliograph.model.capture import Kind
from heliograph.model.confluence import Confluence
from heliograph_relay.protocol.tapped import Tapped, Untapped

if TYPE_CHECKING:
    from heliograph.bridge.session_controller import SessionController

_BEGINS = "Frames of OpenTok are shown from here on."
_ENDS = "Frames of OpenTok are not shown any more."


class Tapping(QtCore.QObject):
    """One session's. It ends with my inspection of the session, and with the relay."""

    #: None: it is on or off now, or may be switched or not.
    changed = QtCore.Signal(object)
    #: None: the capture has grown.
    rows_added = QtCore.Signal(object)

    def __init__(self, controller: "SessionController", parts: Parts) -> None:
        super().__init__(controller)
        self._controller, self._parts = controller, parts
        #: The relay that is asked; None where this program does not run it.
        self.relay: Hosting | None = parts.hosting
        self._on = self._told = False
        self._rows = 0
        self._flow = QtCore.QTimer(self)
        self._flow.setInterval(FRAME_MS)
        self._flow.timeout.connect(self._step)
        controller.inspected_changed.connect(self._follow)
        controller.status_changed.connect(self._follow)
        controller.relay_died.connect(lambda _words: self._stop())

    @property
    def on(self) -> bool:
        """Whether frames are rows now."""
        return self._on and self._told

    @property
    def obstacle(self) -> str:
        """Why it cannot be on, for a person; "" where it can."""
        if self.relay is None:
            return "Only the program that hosts a session is told its frames."
        if not self._inspecting:
            return "Switch on “Inspect whole session” first: everybody is told of that."
        return ""

    @property
    def _inspecting(self) -> bool:
        me = self._controller.people.me
        return self._controller.is_connected and me is not None and me.id in self._controller.inspectors

    def switch(self, on: bool) -> None:
        """Show frames from now on, or no more."""
        if on and not self.obstacle and not self._on:
            self._start()
        elif not on and self._on:
            self._stop()
        self.changed.emit(None)

    def close(self) -> None:
        """The session is left."""
        self._end()

    # ---- on and off

    def _start(self) -> None:
        capture, session = self._controller.capture, self._controller.session
        if isinstance(capture, LiveCapture) and session is not None:
            self._on, self._told = True, False
            self._rows = _last(capture)
            capture.confluence = Confluence(self._parts.clock.now, self._wake)
            self._parts.tasks.spawn(self._ask(session.id), name="frames of OpenTok")

    async def _ask(self, session: str) -> None:
        assert self.relay is not None
        try:
            await self.relay.tap(session, self._hear)
        except HostingFailed as failure:
            self._end()
            self._controller.problem.emit(failure.problem)
            return
        if self._on:
            self._told = True
            self._say(_BEGINS)
            self.changed.emit(None)

    def _stop(self) -> None:
        session = self._controller.session
        if self._on and session is not None:
            self._end()
            self._parts.tasks.spawn(self._ask_no_more(session.id), name="no more frames of OpenTok")

    async def _ask_no_more(self, session: str) -> None:
        """A relay that is dead or mute tells nothing any more in any case."""
        assert self.relay is not None
        if not self._on:
            try:
                await self.relay.tap(session, None)
            except HostingFailed:
                return

    def _end(self) -> None:
        if not self._on:
            return
        self._on = False
        capture = self._controller.capture
        assert isinstance(capture, LiveCapture)
        confluence, capture.confluence = capture.confluence, None
        assert confluence is not None
        confluence.flow_all()
        if self._told:
            self._say(_ENDS)
        self._tell(capture)
        self.changed.emit(None)

    def _say(self, words: str) -> None:
        capture = self._controller.capture
        assert isinstance(capture, LiveCapture)
        if capture.capturing:
            capture.note(Kind.STATUS, words, self._parts.clock.wall())
        self._tell(capture)

    def _follow(self, _change: "bool | Status") -> None:
        if self._on and not self._inspecting:
            self._stop()
        else:
            self.changed.emit(None)

    # ---- while it is on

    def _hear(self, told: Tapped | Untapped) -> None:
        capture = self._controller.capture
        if isinstance(told, Untapped):
            self._end()
        elif self._on and isinstance(capture, LiveCapture):
            capture.hear(told, self._parts.clock.wall())

    def _wake(self) -> None:
        if not self._flow.isActive():
            self._flow.start()

    def _step(self) -> None:
        capture = self._controller.capture
        assert isinstance(capture, LiveCapture)
        if capture.confluence:
            capture.confluence.flow()
        if not capture.confluence:
            self._flow.stop()
        self._tell(capture)

    def _tell(self, capture: LiveCapture) -> None:
        """The screens: that rows came, and what receipts told."""
        told, capture.told_of = capture.told_of, set()
        if told:
            self._controller.fates_changed.emit(told)
        count, self._rows = _last(capture) - self._rows, _last(capture)
        fresh = capture.rows[max(0, len(capture) - count) :]
        if events := sum(row.kind is not Kind.FRAME for row in fresh):
            self._controller.rows_added.emit((len(capture) - events, len(capture) - 1))
        if fresh:
            self.rows_added.emit(None)


def _last(capture: LiveCapture) -> int:
    """The number of its last row."""
    return capture.dropped + len(capture)
