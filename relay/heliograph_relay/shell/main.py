"""What a relay process runs: settings in, a listening line out, an end that leaves nothing behind."""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable
from typing import Any

from heliograph_relay.addresses import reachable
from heliograph_relay.protocol.invite import Invite
from heliograph_relay.settings import RelaySettings
from heliograph_relay.shell.control import Control, follow_stdin
from heliograph_relay.shell.door import use_all_descriptors
from heliograph_relay.shell.server import Relay
from heliograph_relay.shell.telling import Telling


def run(settings: RelaySettings) -> None:
    """Run a relay until SIGTERM, SIGINT or, if it was asked for, the end of standard input.

    Raises:
        CannotListen: with words for a person.
    """
    use_all_descriptors()
    _collect_less()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_main(settings))


def _collect_less() -> None:
    """Look for garbage neither in what is loaded, which stays, nor as often in what members make: most of it lives long."""
    gc.freeze()
    gc.set_threshold(3_000)


async def _main(settings: RelaySettings) -> None:
    stop = asyncio.Event()
    _stop_on_signals(stop)
    relay = Relay(settings)
    await relay.start()
    event = listening_event(settings, relay.port)
    telling = Telling(sys.stdout.fileno())
    telling.start()
    if settings.json:
        telling.say(event)
    else:
        sys.stdout.write(_in_words(event) + "\n")
        sys.stdout.flush()
    if settings.exit_with_stdin:
        control = Control(relay, telling)
        follow_stdin(lambda line: telling.say(control.answer(line)), stop.set)
    await stop.wait()
    await relay.stop()


def listening_event(settings: RelaySettings, port: int) -> dict[str, Any]:
    """What a relay says once it listens (docs/PROTOCOL.md, "Starting a relay")."""
    session, project = settings.session, settings.project
    invite = Invite(
        addresses=reachable(settings.host),
        port=port,
        session=session.id,
        secret=session.secret,
        name=session.name,
    )
    return {
        "event": "listening",
        "host": settings.host,
        "port": port,
        "session": session.id,
        "secret": session.secret,
        "host_secret": session.host_secret,
        "pin": session.pin or None,
        "api_key": None if project is None else project.key,
        "api_secret": None if project is None else project.secret,
        "invite": invite.line(),
    }


def _in_words(event: dict[str, Any]) -> str:
    lines = [
        f"Heliograph relay, listening on {event['host']}, port {event['port']}.",
        f"Session:      {event['session']}",
        f"Invite:       {event['invite']}",
        f"PIN:          {event['pin'] or 'none'}",
        f"Host secret:  {event['host_secret']}  (opens the session as its moderator: keep it)",
    ]
    if event["api_key"] is not None:
        lines.append(f"API key:      {event['api_key']}")
        lines.append(f"API secret:   {event['api_secret']}  (signs tokens: keep it)")
    lines.append("Stop it with Ctrl+C.")
    return "\n".join(lines)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - the extra "fast", where it is installed
    except ImportError:
        return None
    return uvloop.new_event_loop


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
