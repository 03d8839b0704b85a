"""`python -m tests.benchmarks.relay [--short] [--only ROWS] [--out FOLDER]`: see docs/PERFORMANCE.md."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.benchmarks.load.programs import NoCompiler, build
from tests.benchmarks.peers import all as servers
from tests.benchmarks.peers.peer import Peer
from tests.benchmarks.relay import goals, scenarios
from tests.benchmarks.relay.bench import Bench, Cores, present
from tests.benchmarks.relay.machine import machine
from tests.benchmarks.relay.report import Goal, Report, judge, markdown
from tests.benchmarks.relay.scenarios import Scenario

SHORT_PEERS: Sequence[Peer] = (servers.ASYNCIO, servers.BROADCAST, servers.FLOOR)
_OUT = Path(__file__).parents[2] / "output"


def run(
    chosen: Sequence[Scenario], peers: Sequence[Peer], wanted: Sequence[Goal], *, realtime: bool = False
) -> Report:
    """Measure; raises `NoCompiler` where the load generator cannot be built."""
    bench = Bench(build().loader, Cores.here(), realtime)
    setting = machine(realtime=realtime)
    there, versions, missing = present(peers)
    for scenario in chosen:
        bench.measure(scenario, there)
    rows = {row.name: row for row in bench.rows}
    return Report(
        machine=setting,
        versions=versions,
        missing=missing,
        rows=bench.rows,
        faults=bench.faults,
        goals=[judge(goal, rows) for goal in wanted if goal.row in rows and (goal.base or goal.row) in rows],
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.relay", description=__doc__)
    parser.add_argument(
        "--short", action="store_true", help="half a minute, beside broadcast() and the C floor"
    )
    parser.add_argument("--only", default="", help="names of scenarios, with commas between them")
    parser.add_argument("--servers", default="", help="parts of servers' names, with commas between them")
    parser.add_argument(
        "--realtime",
        action="store_true",
        help="latencies at real-time priority, where other programs run beside it",
    )
    parser.add_argument("--out", type=Path, default=_OUT, help="folder for relay-benchmark.md and .json")
    arguments = parser.parse_args()
    chosen = scenarios.SHORT if arguments.short else scenarios.SCENARIOS
    names = arguments.only.split(",") if arguments.only else [scenario.name for scenario in chosen]
    parts = arguments.servers.lower().split(",")
    peers = [
        p
        for p in (SHORT_PEERS if arguments.short else servers.PEERS)
        if any(part in p.name.lower() for part in parts)
    ]
    try:
        report = run(
            [scenario for scenario in chosen if scenario.name in names],
            peers,
            goals.SHORT if arguments.short else goals.GOALS,
            realtime=arguments.realtime,
        )
    except NoCompiler as error:
        print(f"The load generator is written in C: {error}.", file=sys.stderr)
        return 2
    text = markdown(report)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "relay-benchmark.md").write_text(text, encoding="utf-8")
    (arguments.out / "relay-benchmark.json").write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
