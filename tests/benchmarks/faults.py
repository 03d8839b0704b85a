"""What the others notice of an abuser, as a table and as JSON (docs/RELIABILITY.md).

python -m tests.benchmarks.faults [--apart] [--seconds 2] [--rounds 6] [--json FILE] [--write] [ABUSE…]

`--apart`: the relay has a processor of its own, which only other programs on the machine share. `--write` puts the table into docs/RELIABILITY.md.
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

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "RELIABILITY.md"
MARKS = ("<!-- abuses: written by tests.benchmarks.faults -->", "<!-- /abuses -->")
#: How much slower the others' slowest hundredth may become.
GOAL = 1.5
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


def verdict(outcomes: list[Outcome]) -> str:
    """Whether the goal is met, and where it is not."""
    missed = [o.abuse for o in outcomes if max(o.ratio, o.ratio_of_medians) > GOAL]
    if not missed:
        return f"The goal is a ratio of {GOAL} at most; it is met in every row, by both figures."
    return f"The goal is a ratio of {GOAL} at most. **It is not met** in this run by: {', '.join(missed)}."


def write(document: Path, lines: list[str]) -> None:
    """Put them between the marks."""
    text = document.read_text("utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, mark, after = rest.partition(MARKS[1])
    if not mark:
        raise SystemExit(f"{document} has no marks {MARKS}")
    table = "\n".join(["", *lines, ""])
    document.write_text(f"{before}{MARKS[0]}\n{table}\n{mark}{after}", "utf-8")


def _go_first(*, apart: bool) -> None:
    """What the abuser takes of the processor beside the relay's own work is not the relay's doing."""
    try:
        if apart:
            os.sched_setaffinity(0, range(1, os.cpu_count() or 2))
        os.nice(-20)
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
    parser.add_argument("--apart", action="store_true")
    parser.add_argument("--write", action="store_true")
    parser.add_argument("abuse", nargs="*", default=list(ABUSES))
    given = parser.parse_args()
    _go_first(apart=given.apart)
    before = os.getloadavg()[0]
    outcomes = []
    how = ", the relay on a processor of its own" if given.apart else ""
    how = f"Python {platform.python_version()}, best of {given.rounds} rounds of {given.seconds:g} s{how}"
    print(f"{how}\n\n{HEAD}", flush=True)
    for abuse in given.abuse:
        measuring = measure(abuse, seconds=given.seconds, rounds=given.rounds, apart=given.apart)
        outcomes.append(asyncio.run(measuring))
        print(row(outcomes[-1]), flush=True)
    if given.json:
        given.json.write_text(json.dumps([outcome.as_json() for outcome in outcomes], indent=1) + "\n")
    if given.write:
        words = f"{how}; {os.cpu_count()} processors, load {before:.1f} at the start and {os.getloadavg()[0]:.1f} at the end."
        write(DOCUMENT, [words, "", HEAD, *map(row, outcomes), "", verdict(outcomes)])


if __name__ == "__main__":
    main()
