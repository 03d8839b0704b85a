"""The relay of a session that this computer hosts, as a child process (docs/PROTOCOL.md, "Starting a relay")."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import msgspec

import heliograph_relay
from heliograph.services.child_process import ChildProcess, clean_environment
from heliograph_relay.protocol import tapped
from heliograph_relay.protocol.invite import DEFAULT_PORT, parse_invite
from heliograph_relay.protocol.tapped import Tapped, Untapped

logger = logging.getLogger(__name__)

#: Seconds that a relay may take until it listens.
START_WITHIN = 15.0
#: Seconds that a running relay may take to answer.
ANSWER_WITHIN = 5.0
#: The relay's exit code where it could not listen (2 is a wrong setting).
CANNOT_LISTEN = 1
#: How lines begin that tell of frames.
_TAPPED = ('{"event":"frames"', '{"event":"untapped"')

ALL_NETWORKS = "0.0.0.0"  # noqa: S104 (hosting means to be reached)


#: Is told of frames of a session's wire.
Ear = Callable[[Tapped | Untapped], None]


@dataclass(frozen=True, kw_only=True)
class HostSettings:
    """What is asked of a relay; None leaves the choice to it. `port_fallback`: a taken port may be replaced.

    `api_key` and `api_secret` belong together. `opentok` is `off`, `loopback` or `all`; `session_ttl` in seconds (0: as
    long as the relay): docs/OPENTOK.md.
    """

    name: str = ""
    session: str | None = None
    secret: str | None = field(default=None, repr=False)
    host_secret: str | None = field(default=None, repr=False)
    pin: str | None = field(default=None, repr=False)
    api_key: str | None = None
    api_secret: str | None = field(default=None, repr=False)
    opentok: str | None = None
    session_ttl: float | None = None
    host: str = ALL_NETWORKS
    port: int = DEFAULT_PORT
    port_fallback: bool = True


@dataclass(frozen=True, kw_only=True)
class Listening:
    """A relay that listens, and all that lets people in. `addresses` are those that others reach it by."""

    host: str
    port: int
    session: str
    secret: str = field(repr=False)
    host_secret: str = field(repr=False)
    pin: str | None = field(repr=False)
    api_key: str
    api_secret: str = field(repr=False)
    invite: str = field(repr=False)
    addresses: tuple[str, ...]


class RelayFailed(Exception):
    """The relay did not start, or does not answer; the words are its own, or say what happened. For a person."""


def relay_command() -> list[str]:
    """The command that is the relay: this program's own interpreter, or this program itself where it is one file."""
    if getattr(sys, "frozen", False):
        return [sys.executable, "--relay"]
    return [sys.executable, "-P", "-m", "heliograph_relay"]


class RelayHost:
    """One relay of our own at a time. `ended` is told exit code and last words when it dies by itself."""

    def __init__(self, ended: Callable[[int, str], None], *, command: Sequence[str] | None = None) -> None:
        self._ended = ended
        self._command = [*(command or relay_command()), "--json", "--exit-with-stdin"]
        self._settings = HostSettings()
        self._child: ChildProcess | None = None
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ears: dict[str, Ear] = {}

    @property
    def pid(self) -> int | None:
        """Process id of the relay, while it runs."""
        return self._child.pid if self._child is not None else None

    async def start(self, settings: HostSettings) -> Listening:
        """Start a relay.

        Raises:
            RelayFailed: it did not come up.
        """
        assert self._child is None, "there is one already"
        code, words, listening = await self._launch(settings)
        if listening is None and code == CANNOT_LISTEN and settings.port and settings.port_fallback:
            logger.info("%s; taking a free port", words)
            _, words, listening = await self._launch(replace(settings, port=0))
        if listening is None:
            raise RelayFailed(words)
        self._settings = replace(
            settings, session=listening.session, secret=listening.secret, port=listening.port,
            host_secret=listening.host_secret, pin=listening.pin,
            api_key=listening.api_key, api_secret=listening.api_secret,
        )  # fmt: skip
        return listening

    async def restart(self) -> Listening:
        """Start it again after its death: same session, name and secrets, and the same port if that is free.

        Raises:
            RelayFailed: it did not come up.
        """
        return await self.start(self._settings)

    async def ask(self, question: str, **members: str | bool) -> dict[str, Any]:
        """Ask the running relay (docs/PROTOCOL.md, "Starting a relay"); its answer.

        Raises:
            RelayFailed: there is none, or it does not answer.
        """
        if self._child is None:
            raise RelayFailed("The relay does not run.")
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            self._child.write(json.dumps({"ask": question, "id": number, **members}))
            async with asyncio.timeout(ANSWER_WITHIN):
                event = await answer
        except (OSError, TimeoutError):
            raise RelayFailed("The relay does not answer.") from None
        finally:
            del self._asked[number]
        if event["event"] == "refused":
            raise RelayFailed(f"The relay refuses: {event['message']}.")
        return event

    async def open_opentok_to(self, reach: str) -> None:
        """From now on these may use OpenTok's wire and REST API, after a restart too; raises `RelayFailed`."""
        await self.ask("opentok", to=reach)
        self._settings = replace(self._settings, opentok=reach)

    async def tap(self, session: str, ear: Ear | None) -> None:
        """Have the frames of OpenTok's wire in a session told, or no more (None); an `Untapped` is the last that is told.

        Raises:
            RelayFailed: it does not answer, or nobody inspects the session.
        """
        if ear is None:
            self._ears.pop(session, None)
        else:
            self._ears[session] = ear
        try:
            await self.ask("tap", session=session, on=ear is not None)
        except RelayFailed:
            self._ears.pop(session, None)
            raise

    async def stop(self) -> None:
        """End it; its members are told."""
        child, self._child = self._child, None
        if child is not None:
            await child.stop()

    async def _launch(self, settings: HostSettings) -> tuple[int, str, Listening | None]:
        """Start it once: (exit code, last words, None), or (0, "", what it listens to)."""
        first_line: asyncio.Future[str] = asyncio.get_running_loop().create_future()

        def on_line(line: str) -> None:
            if not first_line.done():
                first_line.set_result(line)
            else:
                self._on_answer(line)

        flags = ["--host", settings.host, "--port", str(settings.port)]
        try:
            child = ChildProcess([*self._command, *flags], _environment(settings), on_line)
        except (OSError, ValueError) as error:
            raise RelayFailed(f"The relay cannot be started: {error}.") from None
        try:
            async with asyncio.timeout(START_WITHIN):
                await asyncio.wait((first_line, child.ended), return_when=asyncio.FIRST_COMPLETED)
        except TimeoutError:
            child.kill()
            raise RelayFailed(f"The relay did not begin to listen within {START_WITHIN:.0f} s.") from None
        except asyncio.CancelledError:
            child.kill()
            raise
        if not first_line.done():
            return child.ended.result(), _last_line(child), None
        listening = _read(first_line.result())
        if listening is None:
            child.kill()
            raise RelayFailed("What was started as the relay does not speak as one.")
        self._child = child
        child.ended.add_done_callback(lambda _: self._on_ended(child))
        return 0, "", listening

    def _on_answer(self, line: str) -> None:
        if line.startswith(_TAPPED):
            self._on_tapped(line)
            return
        try:
            event = json.loads(line)
            asked = self._asked.get(event["id"]) if "event" in event else None
        except (ValueError, KeyError, TypeError):
            logger.warning("the relay said what is no event")
            return
        if asked is not None and not asked.done():
            asked.set_result(event)

    def _on_tapped(self, line: str) -> None:
        try:
            told = tapped.decode(line)
        except (msgspec.MsgspecError, UnicodeError):
            logger.warning("the relay told of frames what is no event")
            return
        ear = self._ears.get(told.session)
        if isinstance(told, Untapped):
            self._ears.pop(told.session, None)
        if ear is not None:
            ear(told)

    def _on_ended(self, child: ChildProcess) -> None:
        if self._child is child:
            self._child = None
            self._ears.clear()
            code = child.ended.result()
            logger.error("the relay has ended with code %d: %s", code, child.last_words)
            self._ended(code, child.last_words)


def _environment(settings: HostSettings) -> dict[str, str]:
    """Secrets go by the environment, which only this user can read; a command line is everybody's."""
    wanted = {
        "HELIOGRAPH_NAME": settings.name,
        "HELIOGRAPH_SESSION": settings.session,
        "HELIOGRAPH_SECRET": settings.secret,
        "HELIOGRAPH_HOST_SECRET": settings.host_secret,
        "HELIOGRAPH_PIN": settings.pin,
        "HELIOGRAPH_API_KEY": settings.api_key,
        "HELIOGRAPH_API_SECRET": settings.api_secret,
        "HELIOGRAPH_OPENTOK": settings.opentok,
        "HELIOGRAPH_SESSION_TTL": None if settings.session_ttl is None else f"{settings.session_ttl:g}",
    }
    own = {name: value for name, value in wanted.items() if value}
    source = str(Path(heliograph_relay.__file__).parent.parent)
    path = os.pathsep.join(filter(None, (source, os.environ.get("PYTHONPATH"))))
    return clean_environment("HELIOGRAPH_", PYTHONPATH=path, **own)


def _read(line: str) -> Listening | None:
    """The listening line; None if it is none."""
    try:
        event = json.loads(line)
        if event["event"] != "listening":
            return None
        return Listening(
            host=event["host"], port=event["port"], session=event["session"], secret=event["secret"],
            host_secret=event["host_secret"], pin=event["pin"], invite=event["invite"],
            api_key=event["api_key"], api_secret=event["api_secret"],
            addresses=parse_invite(event["invite"]).addresses,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError):
        return None


def _last_line(child: ChildProcess) -> str:
    words = child.last_words.strip().rpartition("\n")[2].removeprefix("heliograph-relay: ")
    return words or f"The relay has ended with code {child.ended.result()} and said nothing."
