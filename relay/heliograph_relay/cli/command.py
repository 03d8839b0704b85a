"""The command line: flags, `HELIOGRAPH_…` variables and a settings file, in this order of weight."""

import os
import secrets
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from heliograph_relay import __version__
from heliograph_relay.cli.settings_file import read_settings
from heliograph_relay.cli.token import project_of, token
from heliograph_relay.cli.types import ApiKey, Number, Seconds, SessionId, Text, Whole
from heliograph_relay.cli.variables import PREFIX, blame, misspelt
from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.core.session_config import SessionConfig
from heliograph_relay.core.surface import Surface
from heliograph_relay.protocol.model import MAX_NAME_CHARACTERS
from heliograph_relay.protocol.session_ids import make_session_id
from heliograph_relay.settings import Bounds, RelaySettings

PROGRAM = "heliograph-relay"
_LIMITS = RelayLimits()
_BOUNDS = Bounds()
_Command = TypeVar("_Command", bound=Callable[..., Any])
_SIZE = Whole(0, 1 << 40)
_AT_LEAST_1K = Whole(1_024, 1 << 30)


def main() -> NoReturn:
    """Run the command; a wrong flag or setting ends it with code 2 and one line on stderr."""
    arguments = sys.argv[1:]
    try:
        if arguments[:1] == [token.name]:
            token.main(arguments[1:], prog_name=f"{PROGRAM} {token.name}", standalone_mode=False)
        else:
            relay.main(arguments, prog_name=PROGRAM, standalone_mode=False)
    except click.ClickException as error:
        blame(error)
        _fail(error.format_message(), error.exit_code)
    except click.Abort:
        _fail("interrupted", 130)
    sys.exit(0)


def _fail(words: str, code: int) -> NoReturn:
    click.echo(f"{PROGRAM}: {' '.join(words.split())}", err=True)
    sys.exit(code)


def _option(*names: str, help: str, **attributes: Any) -> Callable[[_Command], _Command]:
    """An option that shows its default, where it has one that says something."""
    show = attributes.get("default") not in (None, "") and not attributes.get("is_flag")
    return click.option(*names, help=help, show_default=show, **attributes)


@click.command(
    help="Run a signalling relay with one session until it is stopped. Every flag can also be given as a "
    "variable (--ping-interval as HELIOGRAPH_PING_INTERVAL) or in a TOML file (ping-interval = 20).",
    epilog=f"{PROGRAM} token makes tokens by hand: see its --help.",
    context_settings={"auto_envvar_prefix": PREFIX, "help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name=PROGRAM)
@_option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=read_settings,
    is_eager=True,
    help="Settings file (TOML).",
)
@_option("--host", type=Text(255), default="127.0.0.1", help="Address to listen on; 0.0.0.0: every network.")
@_option("--port", type=Whole(0, 65_535), default=8765, help="0 takes a free one.")
@_option("--json", is_flag=True, help="Say events as JSON on stdout, one object a line.")
@_option("--exit-with-stdin", is_flag=True, help="End when standard input is closed.")
@_option("--session", type=SessionId(), help="The session's id; a random one if left out.")
@_option(
    "--name", type=Text(MAX_NAME_CHARACTERS, may_be_empty=True), default="", help="Its name, for people."
)
@_option("--secret", type=Text(1_024), help="Opens the session to guests; a random one if left out.")
@_option("--host-secret", type=Text(1_024), help="Opens it to its moderator; a random one if left out.")
@_option(
    "--pin",
    type=Text(64, may_be_empty=True),
    default="",
    help="Opens it to guests who type; none if left out.",
)
@_option("--api-key", type=ApiKey(), help="The project that tokens are of; made and kept if left out.")
@_option("--api-secret", type=Text(1_024), help="What its tokens are signed with.")
@_option(
    "--project-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where key and secret are kept if none are given.",
)
@_option(
    "--opentok",
    type=click.Choice([surface.value for surface in Surface]),
    default=Surface.LOOPBACK.value,
    help="Who may use OpenTok's wire and REST API: nobody, programs on this machine, or all.",
)
@_option(
    "--session-ttl",
    type=Seconds(),
    default=86_400.0,
    help="Seconds that a session made over REST lives with nobody in it; 0: as long as the relay.",
)
@_option("--seats", type=Whole(0), default=0, help="How many may join besides moderators; 0: no limit.")
@_option(
    "--connections",
    type=_SIZE,
    default=0,
    help="Connections at one time, joined or not; 0: as many as the system lets the relay have.",
)
@_option(
    "--address-connections",
    type=_SIZE,
    default=0,
    help="Connections from one address; 0: 1,000, and this machine's own are not counted.",
)
@_option("--sessions", type=_SIZE, default=_BOUNDS.sessions, help="Sessions made over REST; 0: no limit.")
@_option(
    "--all-log-bytes",
    type=_SIZE,
    default=_BOUNDS.all_log_bytes,
    help="Bytes kept for recovery in all sessions; the longest idle one gives way. 0: no limit.",
)
@_option(
    "--all-queue-bytes",
    type=_SIZE,
    default=_BOUNDS.all_queue_bytes,
    help="Bytes that may wait for all slow readers together; the slowest give way. "
    "0: a quarter of the memory there may be, at most 1 GiB.",
)
@_option(
    "--memory-bytes",
    type=_SIZE,
    default=_BOUNDS.memory_bytes,
    help="Memory of the process at which newcomers are refused and who holds most gives way; 0: no ceiling.",
)
@_option(
    "--request-timeout",
    type=Seconds(or_never=False),
    default=_BOUNDS.request_timeout,
    help="Seconds for an HTTP request or a handshake to be all there.",
)
@_option(
    "--head-bytes", type=_AT_LEAST_1K, default=_BOUNDS.head_bytes, help="Bytes of a request's head, about."
)
@_option("--body-bytes", type=_AT_LEAST_1K, default=_BOUNDS.body_bytes, help="Bytes of a request's body.")
@_option(
    "--recovery-window",
    type=Seconds(),
    default=_LIMITS.recovery_window,
    help="Seconds to come back after a loss.",
)
@_option(
    "--join-timeout",
    type=Seconds(or_never=False),
    default=_LIMITS.join_timeout,
    help="Seconds a client may take to join.",
)
@_option("--log-entries", type=_SIZE, default=1_000, help="Entries kept for recovery.")
@_option("--log-bytes", type=_SIZE, default=1 << 20, help="Bytes kept for recovery.")
@_option(
    "--rate", type=Number(), default=_LIMITS.rate, help="Signals a second from each connection; 0: no limit."
)
@_option("--burst", type=Whole(1), default=_LIMITS.burst, help="Signals at once.")
@_option("--queue-bytes", type=_SIZE, default=4 << 20, help="Bytes that may wait for a slow reader.")
@_option("--ping-interval", type=Seconds(), default=20.0, help="Seconds between keep-alive pings; 0: none.")
@_option(
    "--ping-timeout",
    type=Seconds(),
    default=20.0,
    help="Seconds without any answer until a transport is given up.",
)
@_option(
    "--allow-inspect/--no-inspect",
    default=True,
    help="Whether a moderator may see every signal; all are told.",
)
def relay(config: Path | None, **flags: Any) -> None:
    """Check what belongs together, and run."""
    from heliograph_relay.shell.listener import CannotListen  # noqa: PLC0415 - --help needs no event loop
    from heliograph_relay.shell.main import run  # noqa: PLC0415

    for words in misspelt(relay, os.environ):
        click.echo(f"{PROGRAM}: {words}", err=True)
    try:
        run(_settings(**flags))
    except CannotListen as error:
        raise click.ClickException(str(error)) from None


def _settings(
    *, session: str | None, secret: str | None, host_secret: str | None, name: str, pin: str, seats: int,
    log_entries: int, log_bytes: int, allow_inspect: bool, api_key: str | None, api_secret: str | None,
    project_file: Path | None, opentok: str, session_ttl: float,
    recovery_window: float, join_timeout: float, rate: float, burst: int, connections: int,
    address_connections: int, sessions: int, all_log_bytes: int, all_queue_bytes: int, memory_bytes: int, request_timeout: float, head_bytes: int,
    body_bytes: int, **process: Any,
) -> RelaySettings:  # fmt: skip
    secret = secret or secrets.token_urlsafe(16)
    host_secret = host_secret or secrets.token_urlsafe(16)
    if secret == host_secret:
        raise click.UsageError("--secret and --host-secret are the same; guests would be moderators")
    if process["ping_interval"] and not process["ping_timeout"]:
        raise click.UsageError(
            "--ping-timeout is 0; give seconds, or switch pings off with --ping-interval 0"
        )
    project = project_of(api_key, api_secret, project_file)
    return RelaySettings(
        project=project,
        opentok=Surface(opentok),
        session_ttl=session_ttl or None,
        session=SessionConfig(
            id=session or _new_session_id(project.key),
            name=name,
            secret=secret,
            host_secret=host_secret,
            pin=pin,
            seats=seats,
            log_entries=log_entries,
            log_bytes=log_bytes,
            allow_inspect=allow_inspect,
        ),
        bounds=Bounds(
            connections=connections or None,
            address_connections=address_connections or None,
            request_timeout=request_timeout,
            head_bytes=head_bytes,
            body_bytes=body_bytes,
            sessions=sessions,
            all_log_bytes=all_log_bytes,
            all_queue_bytes=all_queue_bytes,
            memory_bytes=memory_bytes,
        ),
        limits=RelayLimits(
            recovery_window=recovery_window, join_timeout=join_timeout, rate=rate, burst=burst
        ),
        **process,
    )


def _new_session_id(key: str) -> str:
    """In OpenTok's form, so that its server SDKs make tokens for this session too."""
    return make_session_id(key, created=time.time_ns() // 1_000_000, random=secrets.token_urlsafe(9))
