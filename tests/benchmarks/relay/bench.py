"""Runs scenarios against servers: which process when, on which core, and what came out."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks.load.run import LoaderFailed, Result, run_load
from tests.benchmarks.peers.peer import Missing, Peer, Server
from tests.benchmarks.relay.report import Row
from tests.benchmarks.relay.scenarios import Scenario


@dataclass(frozen=True)
class Cores:
    """Where server and load run: on different cores where there are two, else wherever they are put."""

    server: int | None
    load: int | None

    @staticmethod
    def here() -> "Cores":
        ours = sorted(os.sched_getaffinity(0))
        return Cores(ours[0], ours[1]) if len(ours) > 1 else Cores(None, None)


@dataclass
class Bench:
    """Collects rows and faults."""

    loader: Path
    cores: Cores
    realtime: bool = False
    rows: list[Row] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def measure(self, scenario: Scenario, peers: Sequence[Peer]) -> None:
        """All rounds of a scenario, every server in each."""
        chosen = [peer for peer in peers if scenario.peers is None or peer in scenario.peers]
        results: dict[str, list[Sequence[Result]]] = {peer.name: [] for peer in chosen}
        with ExitStack() as running:
            if self.realtime and scenario.is_timed:
                running.enter_context(undisturbed())
            servers = {} if scenario.fresh else self._start_all(scenario, chosen, running)
            there = [peer for peer in chosen if scenario.fresh or peer.name in servers]
            for number in range(scenario.rounds):
                for peer in _turned(there, number):
                    found = self._take(scenario, peer, servers)
                    if found:
                        results[peer.name].append(found)
        self._note(scenario, results)

    def _start_all(
        self, scenario: Scenario, peers: Sequence[Peer], running: ExitStack
    ) -> Mapping[str, Server]:
        servers: dict[str, Server] = {}
        for peer in peers:
            try:
                servers[peer.name] = self._start(peer, running)
            except Missing as error:
                self.faults.append(f"{peer.name}, {scenario.name}: does not start ({error})")
        return servers

    def _start(self, peer: Peer, running: ExitStack) -> Server:
        server = peer.start(self.cores.server)
        running.callback(server.stop)
        return server

    def _take(self, scenario: Scenario, peer: Peer, servers: Mapping[str, Server]) -> Sequence[Result]:
        try:
            with ExitStack() as running:
                server = servers.get(peer.name) or self._start(peer, running)
                results = [
                    run_load(self.loader, load, server.target(load.sessions), server.pids, self.cores.load)
                    for load in scenario.loads
                ]
        except (LoaderFailed, Missing) as error:
            self.faults.append(f"{peer.name}, {scenario.name}: no figures ({error})")
            return ()
        self.faults += [f"{peer.name}, {scenario.name}: {r.faults}" for r in results if r.faults]
        print(f"  {scenario.name:16} {peer.name:32} {_glance(results[-1])}", file=sys.stderr)
        return results

    def _note(self, scenario: Scenario, results: Mapping[str, Sequence[Sequence[Result]]]) -> None:
        for figure in scenario.figures:
            values = {name: [figure.of(found) for found in rounds] for name, rounds in results.items()}
            self.rows.append(
                Row(name=figure.name, title=figure.title, table=figure.table, unit=figure.unit, values=values)
            )


@contextmanager
def undisturbed() -> Iterator[None]:
    """Servers and load that are started meanwhile go before all other programs of the machine. Needs the right to."""
    os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def present(peers: Iterable[Peer]) -> tuple[list[Peer], dict[str, str], dict[str, str]]:
    """The servers that are there, their versions, and why others are not."""
    there: list[Peer] = []
    versions: dict[str, str] = {}
    missing: dict[str, str] = {}
    for peer in peers:
        try:
            versions[peer.name] = peer.version()
        except Missing as reason:
            missing[peer.name] = str(reason)
        else:
            there.append(peer)
    return there, versions, missing


def _turned(peers: Sequence[Peer], number: int) -> Sequence[Peer]:
    """In another order each round, so that no server always runs after the same one."""
    start = number % max(len(peers), 1)
    return [*peers[start:], *peers[:start]]


def _glance(result: Result) -> str:
    waited = f", waited {result.server_waited:.2f}" if result.server_waited > 0.1 else ""
    return f"{result.deliveries_cpu_s:12,.0f}/CPU-s  p99 {result.p99_us:9,.0f} µs  {result.kb_per_conn:6.1f} KiB{waited}"
