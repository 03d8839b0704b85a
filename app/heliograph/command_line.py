"""The command line of the program."""

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from heliograph import __version__
from heliograph.application import Options, start


@click.command(
    help="Chat on one network, with every signal in plain sight. INVITE is a line that a host gave you, or an "
    "address such as 192.168.1.5:8765 (with --pin); without it you choose on the start screen.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="heliograph")
@click.argument("invite", required=False)
@click.option("--pin", default="", help="The PIN of the session to join or to host.")
@click.option("--host", is_flag=True, help="Host a session at once.")
@click.option("--session-name", default="", help="What to call the session that is hosted.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="Port of the hosted session; 0 takes a free one."
)
@click.option("--name", default="", help="What to call yourself.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to keep settings, messages and the log; another one for each program at the same time.",
)
def command(**options: Any) -> NoReturn:
    """Check what belongs together, and run."""
    chosen = Options(**options)
    if chosen.host and chosen.invite is not None:
        raise click.UsageError("INVITE joins a session and --host begins one: choose.")
    sys.exit(start(chosen))
