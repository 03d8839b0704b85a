"""What the program that runs a relay asks of it on its standard input (docs/PROTOCOL.md, "Starting a relay")."""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from msgspec import Struct

from heliograph_relay.core.session import Session
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.problems import Problem
from heliograph_relay.shell.tap import Ear

#: Bytes of one question; whoever writes more without an end of line is not listened to any longer.
MAX_LINE = 65_536
#: How many sessions one answer names, the latest first; it counts them all.
MOST_SESSIONS = 100


class Controlled(Protocol):
    """What is asked of a relay (`shell.server.Relay`)."""

    @property
    def made_sessions(self) -> list[Session]:
        """The sessions that were made over REST, oldest first."""

    def open_opentok_to(self, surface: Surface) -> None:
        """From now on these may use OpenTok's wire and REST API."""

    def tap(self, session: str, on: bool, ear: Ear) -> None:
        """Tell the frames of OpenTok's wire in a session, or tell no more; raises `Problem`."""


class _Sessions(Struct, tag_field="ask", tag="sessions"):
    id: int


class _OpenTok(Struct, tag_field="ask", tag="opentok"):
    id: int
    to: Surface


class _Tap(Struct, tag_field="ask", tag="tap"):
    id: int
    session: str
    on: bool


class _Numbered(Struct):
    id: int | None = None


_decoder = msgspec.json.Decoder(_Sessions | _OpenTok | _Tap)
_number_decoder = msgspec.json.Decoder(_Numbered)


class Control:
    """Answers one question a line. Whoever can write there is the one who started the relay."""

    def __init__(self, relay: Controlled, ear: Ear) -> None:
        """`ear` is told the frames of sessions that are tapped."""
        self._relay, self._ear = relay, ear

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line, as an event."""
        try:
            question = _decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
            return {"event": "refused", "id": _number(line), "message": str(error)}
        if isinstance(question, _OpenTok):
            self._relay.open_opentok_to(question.to)
            return {"event": "opentok", "id": question.id, "to": question.to}
        if isinstance(question, _Tap):
            return self._tap(question)
        made = self._relay.made_sessions
        views = [{"session": s.config.id, "connections": len(s.members)} for s in made[-MOST_SESSIONS:]]
        return {
            "event": "sessions",
            "id": question.id,
            "count": len(made),
            "connections": sum(len(session.members) for session in made),
            "sessions": views[::-1],
        }

    def _tap(self, question: _Tap) -> dict[str, Any]:
        try:
            self._relay.tap(question.session, question.on, self._ear)
        except Problem as problem:
            return {"event": "refused", "id": question.id, "message": problem.message}
        return {"event": "tap", "id": question.id, "session": question.session, "on": question.on}


def _number(line: bytes) -> int | None:
    """The number of a question that is not understood otherwise; None where it has none."""
    try:
        return _number_decoder.decode(line).id
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


def follow_stdin(on_line: Callable[[bytes], None], on_end: Callable[[], None]) -> None:
    """Give each line of standard input to `on_line` in the running loop, and its end to `on_end`.

    A thread, because not everything that can be standard input can be polled.
    """
    loop = asyncio.get_running_loop()
    stdin = sys.__stdin__.fileno() if sys.__stdin__ is not None else None

    def tell(call: Callable[..., None], *arguments: bytes) -> None:
        # The relay may have ended by itself meanwhile, and its loop with it.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(call, *arguments)

    def watch() -> None:
        rest = b""
        while read := _read(stdin):
            *lines, rest = (rest + read).split(b"\n")
            for line in lines:
                if line.strip():
                    tell(on_line, line)
            rest = rest if len(rest) <= MAX_LINE else b""
        tell(on_end)

    threading.Thread(target=watch, name="stdin", daemon=True).start()


def _read(stdin: int | None) -> bytes:
    """What comes next; nothing at the end, and where a terminal says by an error that it is gone."""
    try:
        return b"" if stdin is None else os.read(stdin, 4_096)
    except OSError:
        return b""
