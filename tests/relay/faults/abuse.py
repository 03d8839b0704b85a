"""What the others notice of an abuser: their p99 with and without it, the relay's memory, what the abuser got."""

import asyncio
import json
import os
import re
import statistics
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil  # type: ignore[import-untyped]

from tests.relay.wire.harness import Peer
from tests.relay.wire.process import Relay, running

_ROOT = Path(__file__).resolve().parents[3]
_DUE = re.compile(r'"type":"timed","data":"([0-9.]+) ')
MEMBERS = 8
#: Signals a second, all together, of 200 bytes; one in ten is of 8,000.
RATE = 100


@dataclass(frozen=True)
class Outcome:
    """Milliseconds, MiB, and the abuser's counts."""

    abuse: str
    p99_before: float
    p99_during: float
    p50_before: float
    p50_during: float
    ratio_of_medians: float
    memory_before: float
    memory_peak: float
    got: dict[str, int]

    @property
    def ratio(self) -> float:
        """How much slower the others' slowest hundredth was."""
        return self.p99_during / self.p99_before

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {**asdict(self), "ratio": self.ratio}


class Company:
    """Members in good standing, who talk and measure."""

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.peers: list[Peer] = []
        self.latencies: list[float] = []

    async def come(self) -> None:
        for number in range(MEMBERS):
            peer = await Peer.open(self.relay)
            await peer.join(secret="guest", name=f"m{number}")
            self.peers.append(peer)

    async def listen(self, peer: Peer) -> None:
        """Every signal of the company, timed; whatever else there is is read."""
        async for text in peer.ws:
            due = _DUE.search(str(text), 0, 400)  # the rest is not this measurement's to read
            if due is not None:
                self.latencies.append(time.perf_counter() - float(due[1]))

    async def talk(self) -> None:
        """In turn, at times that do not wait for answers: who is late is late from when it was due."""
        due, number = time.perf_counter(), 0
        while True:
            due += 1 / RATE
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            peer = self.peers[number % MEMBERS]
            number += 1
            size = 7_900 if number % 10 == 0 else 150
            peer.n += 1
            await peer.ws.send(
                json.dumps(
                    {"op": "signal", "n": peer.n, "type": "timed", "data": f"{due!r} ".ljust(size, "d")}
                )
            )

    def take(self) -> tuple[float, float]:
        """p50 and p99 since the last time, in milliseconds."""
        found, self.latencies = self.latencies, []
        cuts = statistics.quantiles(found, n=100)
        return cuts[49] * 1_000, cuts[98] * 1_000


async def measure(
    abuse: str, *, seconds: float = 4.0, rounds: int = 3, flags: tuple[str, ...] = (), apart: bool = False
) -> Outcome:
    """Quiet and abused in turn; the best of the rounds of each, because other work on the machine only adds.

    `apart` (Linux, root): the relay has a processor of its own, whoever measures comes first on another, and the abuser
    has what is left of that.
    """
    own = ("--session", "S", "--secret", "guest", "--pin", "918273", "--recovery-window", "1", *flags)
    with running(*own) as relay:
        company = Company(relay)
        await company.come()
        process = psutil.Process(relay.process.pid)
        if apart:
            process.cpu_affinity([0])
            _come_first()
        before, during, got, peak = [], [], {}, 0.0
        async with asyncio.TaskGroup() as group:
            working = [group.create_task(company.listen(peer)) for peer in company.peers]
            working.append(group.create_task(company.talk()))
            await asyncio.sleep(0.5)
            company.take()
            idle = process.memory_info().rss / (1 << 20)
            for _ in range(rounds):
                await asyncio.sleep(seconds)
                before.append(company.take())
                watching = group.create_task(_peak(process))
                got = await _abuse(abuse, relay.port, seconds)
                during.append(company.take())
                watching.cancel()
                peak = max(peak, await _result(watching))
            for task in working:
                task.cancel()
        for peer in company.peers:
            peer.cut()
    return Outcome(
        abuse=abuse,
        p50_before=min(p50 for p50, _ in before),
        p99_before=min(p99 for _, p99 in before),
        p50_during=min(p50 for p50, _ in during),
        p99_during=min(p99 for _, p99 in during),
        ratio_of_medians=_median_p99(during) / _median_p99(before),
        memory_before=idle,
        memory_peak=peak,
        got=got,
    )


def _come_first() -> None:
    """Whoever measures comes before everything else on this processor; processes that it starts do not."""
    os.sched_setscheduler(0, os.SCHED_RR | os.SCHED_RESET_ON_FORK, os.sched_param(5))


def _median_p99(windows: list[tuple[float, float]]) -> float:
    return statistics.median(p99 for _, p99 in windows)


async def _abuse(name: str, port: int, seconds: float) -> dict[str, int]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.relay.faults.abusers", name, str(port), str(seconds),
        stdout=asyncio.subprocess.PIPE, cwd=_ROOT, start_new_session=True,
    )  # fmt: skip
    said, _ = await process.communicate()
    got: dict[str, int] = json.loads(said.splitlines()[-1])
    return got


async def _peak(process: Any) -> float:
    """The most memory until cancelled, in MiB."""
    peak = 0.0
    try:
        while True:
            peak = max(peak, process.memory_info().rss / (1 << 20))
            await asyncio.sleep(0.02)
    except asyncio.CancelledError:
        return peak


async def _result(task: "asyncio.Task[float]") -> float:
    return await task
