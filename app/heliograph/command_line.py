"""The command line of the program."""

import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from heliograph import __version__
from heliograph.application import Options, start
from heliograph.model.captures.formats import OPENED_SUFFIXES
from heliograph.model.rules import MAX_NAME_CHARACTERS

#: How a path begins that cannot be an address.
_OF_PATHS = ("/", "./", "../", "~/")


def _name(_context: click.Context, _option: click.Parameter, name: str) -> str:
    """A name that a relay takes."""
    if len(name) > MAX_NAME_CHARACTERS:
        raise click.BadParameter(f"it has {len(name)} characters, and {MAX_NAME_CHARACTERS} are the most.")
    return name


@click.command(
    help="Chat on one network, with every signal in plain sight. WHAT is an invite, which is a line that a host gave you, "
    "or an address such as 192.168.1.5:8765 (with --pin), or a capture to open (.jsonl, .har), or two of them to "
    "compare; without it you choose on the start screen.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="heliograph")
@click.argument("what", nargs=-1)
@click.option(
    "--pin", default="", help="The PIN of the session to join or to host; to join, a token does as well."
)
@click.option("--host", is_flag=True, help="Host a session at once.")
@click.option("--session-name", default="", callback=_name, help="What to call the session that is hosted.")
@click.option(
    "--port", type=click.IntRange(0, 65_535), help="Port of the hosted session; 0 takes a free one."
)
@click.option("--name", default="", callback=_name, help="What to call yourself.")
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Where to keep settings, messages and the log; another one for each program at the same time.",
)
def command(what: tuple[str, ...], **options: Any) -> NoReturn:
    """Check what belongs together, and run."""
    files = tuple(Path(text) for text in what if _is_file(text))
    if what and options["host"]:
        raise click.UsageError("--host begins a session, and WHAT opens something else: choose.")
    if len(files) not in (0, len(what)) or len(what) > (2 if files else 1):
        raise click.UsageError("WHAT is one invite, one capture, or two captures to compare.")
    invite = what[0] if what and not files else None
    sys.exit(start(Options(**options, invite=invite, captures=files)))


def _is_file(text: str) -> bool:
    """Whether a capture is meant, also one that is not there: that is said where it would be shown."""
    if "://" in text:
        return text.lower().endswith(OPENED_SUFFIXES)
    path = Path(text)
    return (
        text.lower().endswith(OPENED_SUFFIXES)
        or text.startswith(_OF_PATHS)
        or path.is_absolute()
        or path.is_file()
    )
