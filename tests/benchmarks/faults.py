"""What the others notice of an abuser, as a table and as JSON (docs/RELIABILITY.md).

python -m tests.benchmarks.faults [--seconds 2] [--rounds 6] [--json FILE] [ABUSE…]
"""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import sys
from pathlib import Path

from tests.relay.faults.abuse import Outcome, measure
from tests.relay.faults.abusers import ABUSES

HEAD = (
    "| abuse | p99 without | p99 with | ratio | of medians | memory before | peak | what the abuser got |\n"
    "|---|---|---|---|---|---|---|---|"
)


def row(outcome: Outcome) -> str:
    """One line of the table."""
    got = ", ".join(f"{count:,} {what}" for what, count in outcome.got.items()) or "no answer yet"
    words = (ABUSES[outcome.abuse].__doc__ or "").strip().rstrip(".")
    return (
        f"| {words} | {outcome.p99_before:.1f} ms | {outcome.p99_during:.1f} ms | {outcome.ratio:.2f} "
        f"| {outcome.ratio_of_medians:.2f} | {outcome.memory_before:.0f} MiB | {outcome.memory_peak:.0f} MiB | {got} |"
    )


def _go_first() -> None:
    """What the abuser takes of the processor beside the relay's own work is not the relay's doing."""
    try:
        os.nice(-10)
        group = Path("/proc/self/autogroup")  # Linux shares by session first, then by niceness
        if group.exists():
            with contextlib.suppress(PermissionError):
                os.setsid()
            group.write_text("-15", encoding="ascii")
    except (OSError, AttributeError):
        print(
            "not allowed to take precedence over the abusers: other work shows in the figures",
            file=sys.stderr,
        )


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--json", type=Path)
    parser.add_argument("abuse", nargs="*", default=list(ABUSES))
    given = parser.parse_args()
    _go_first()
    outcomes = []
    print(
        f"Python {platform.python_version()}, best of {given.rounds} rounds of {given.seconds:g} s\n\n{HEAD}"
    )
    for abuse in given.abuse:
        outcomes.append(asyncio.run(measure(abuse, seconds=given.seconds, rounds=given.rounds)))
        print(row(outcomes[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps([outcome.as_json() for outcome in outcomes], indent=1) + "\n")
    sys.exit(0)


if __name__ == "__main__":
    main()
