"""What is measured: loads, and the figures that are read off them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from tests.benchmarks.load.run import Load, Result
from tests.benchmarks.peers.all import (
    ASYNCIO,
    BROADCAST_UVLOOP,
    BUN,
    COMPILED,
    COMPILED_OPENTOK,
    FLOOR,
    FLOOR_JOINED,
    NATS,
    OPENTOK,
    PEERS,
    UVLOOP,
)
from tests.benchmarks.peers.peer import Peer
from tests.benchmarks.relay.report import Unit

THROUGHPUT = "Deliveries per CPU-second of the server"
BESIDES = "Latency, memory, joins, and a reader that stops"
SIZES = "CPU of the server per delivery, µs, as there are more connections"
#: With the warm-up less than the 0.95 s of a second that Linux leaves to real-time programs.
_BURST = 0.7
#: Who delivers less than this part of what is due does not keep up, and its p99 is the length of a queue that grows.
_KEEPS_UP = 0.95


@dataclass(frozen=True)
class Figure:
    """A column of a table: a number made of the results of a scenario's loads, in their order."""

    name: str
    title: str
    table: str
    unit: Unit
    of: Callable[[Sequence[Result]], float]


@dataclass(frozen=True)
class Scenario:
    """Loads that a server takes one after the other.

    `rounds`: how often, interleaved with the other servers; `fresh`: each time on a process of its own.
    `peers` limits it to some.
    """

    name: str
    loads: Sequence[Load]
    figures: Sequence[Figure]
    rounds: int = 3
    peers: Sequence[Peer] | None = None
    fresh: bool = False

    @property
    def is_timed(self) -> bool:
        """Whether it is about time that passes, and not about CPU time that is used."""
        return any(figure.unit in (Unit.MILLISECONDS, Unit.TIMES) for figure in self.figures)


#: What differs from another server in throughput alone is not measured twice.
_TWINS = (BROADCAST_UVLOOP, COMPILED, COMPILED_OPENTOK, FLOOR)
_WITHOUT_TWINS = tuple(peer for peer in PEERS if peer not in _TWINS)
_TOGETHER = (UVLOOP, ASYNCIO, OPENTOK, NATS, BUN, FLOOR_JOINED)


def _deliveries(results: Sequence[Result]) -> float:
    return results[0].deliveries_cpu_s


def _cost(results: Sequence[Result], number: int) -> float:
    return results[number].us_per_delivery


def _p99(results: Sequence[Result]) -> float:
    """Milliseconds; infinite where what was sent did not come out as fast as it went in."""
    result = results[0]
    keeps_up = result.deliveries_s >= _KEEPS_UP * result.rate * result.clients
    return result.p99_us / 1_000 if keeps_up else float("inf")


def _others_p99(results: Sequence[Result]) -> float:
    calm, stopped = results
    return stopped.p99_us / calm.p99_us if calm.p99_us else float("inf")


def _throughput(name: str, title: str, load: Load) -> Scenario:
    return Scenario(name, [load], [Figure(name, title, THROUGHPUT, Unit.COUNT, _deliveries)])


def _latency(rate: int, title: str, *, rounds: int = 1, peers: Sequence[Peer] = _WITHOUT_TWINS) -> Scenario:
    name = f"p99-{rate}"
    figure = Figure(name, title, BESIDES, Unit.MILLISECONDS, _p99)
    load = Load(50, 50, rate=rate, seconds=_BURST, warmup=0.2)
    return Scenario(name, [load], [figure], rounds=rounds, peers=peers)


def _growing(name: str, loads: Sequence[Load], titles: Sequence[str]) -> Scenario:
    figures = [
        Figure(f"{name}-{load.sessions if name == 'sessions-of-5' else load.clients}", title, SIZES,
               Unit.MICROSECONDS, partial(_cost, number=number))
        for number, (load, title) in enumerate(zip(loads, titles, strict=True))
    ]  # fmt: skip
    return Scenario(name, loads, figures, rounds=1, peers=(UVLOOP, ASYNCIO, FLOOR), fresh=True)


_READING = Load(8, 4, rate=2_500, size=8_000, seconds=_BURST)
_ROOMS = (10, 100, 1_000, 5_000)
_SESSIONS = (1, 10, 100, 1_000)

SCENARIOS: Sequence[Scenario] = (
    _throughput("room", "room of 50, all publish", Load(50, 50, window=4)),
    _throughput("one", "1 to 100, nothing to join", Load(100, 1, window=1)),
    _throughput("directed", "1:1 directed", Load(50, 50, window=4, directed=True)),
    _throughput("sessions", "100 sessions of 10", Load(1_000, 1_000, 100, window=1)),
    _latency(1_600, "p99 at 80,000 deliveries/s"),
    _latency(8_000, "p99 at 400,000", rounds=2),
    _latency(80_000, "p99 at 4 million", rounds=3, peers=_TOGETHER),
    Scenario(
        "idle",
        [Load(2_000, sessions=200, hold=0.5)],
        [
            Figure("memory", "KiB per idle connection", BESIDES, Unit.KIBIBYTES, lambda r: r[0].kb_per_conn),
            Figure("joins", "joins per CPU-second", BESIDES, Unit.COUNT, lambda r: r[0].conn_cpu_s),
        ],
        rounds=1,
        peers=(*_WITHOUT_TWINS, COMPILED),
        fresh=True,
    ),
    Scenario(
        "stopped",
        [_READING, replace(_READING, stopped=1)],
        [
            Figure("stopped-p99", "a stopped reader: p99 of the others", BESIDES, Unit.TIMES, _others_p99),
            Figure("stopped-memory", "… and the server grows by", BESIDES, Unit.MEBIBYTES,
                   lambda r: (r[1].rss_peak_kb - r[1].rss_conn_kb) / 1_024),
        ],
        rounds=2,
        peers=_WITHOUT_TWINS,
        fresh=True,
    ),
    _growing("members", [Load(n, 1, window=1) for n in _ROOMS], [f"1 to {n:,}" for n in _ROOMS]),
    _growing(
        "sessions-of-5",
        [Load(5 * n, n, n, window=1) for n in _SESSIONS],
        [f"{n:,} session{'s' * (n > 1)} of 5" for n in _SESSIONS],
    ),
)  # fmt: skip

#: For a machine that others use too, and for half a minute: what ratios can be trusted on.
SHORT: Sequence[Scenario] = (
    _throughput("room", "room of 50, all publish", Load(50, 50, window=4, seconds=0.5, warmup=0.2)),
    _throughput("one", "1 to 100, nothing to join", Load(100, 1, window=1, seconds=0.5, warmup=0.2)),
)
