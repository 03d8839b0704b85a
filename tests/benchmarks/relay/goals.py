"""What the relay is held to, as ratios of one run wherever a machine's speed would count (docs/PERFORMANCE.md)."""

from collections.abc import Sequence

from tests.benchmarks.peers.all import (
    ASYNCIO,
    BROADCAST,
    BUN,
    COMPILED,
    COMPILED_OPENTOK,
    FLOOR,
    MOSQUITTO,
    NATS,
    OPENTOK,
    UVLOOP,
)  # fmt: skip
from tests.benchmarks.relay.report import Goal

_BEST = UVLOOP.name

#: Of the relay from its sources and compiled.
_THROUGHPUT: Sequence[Goal] = [
    goal
    for native, opentok in ((UVLOOP.name, OPENTOK.name), (COMPILED.name, COMPILED_OPENTOK.name))
    for goal in (
        Goal(row="room", ours=native, theirs=BROADCAST.name, bound=40),
        Goal(row="room", ours=native, theirs=NATS.name, bound=2),
        Goal(row="room", ours=native, theirs=BUN.name, bound=1.3),
        Goal(row="room", ours=opentok, theirs=native, bound=0.5),
        Goal(row="one", ours=native, theirs=FLOOR.name, bound=0.8),
        Goal(row="directed", ours=native, theirs=MOSQUITTO.name, bound=1.3),
        Goal(row="sessions", ours=native, theirs=MOSQUITTO.name, bound=3),
        Goal(row="joins", ours=native, bound=5_000),
    )
]

GOALS: Sequence[Goal] = (
    *_THROUGHPUT,
    Goal(row="p99-8000", ours=_BEST, bound=2, at_most=True, unit=" ms"),
    Goal(row="p99-80000", ours=_BEST, bound=10, at_most=True, unit=" ms"),
    Goal(row="memory", ours=_BEST, bound=4, at_most=True, unit=" KiB"),
    Goal(row="stopped-p99", ours=_BEST, bound=1.5, at_most=True, unit=" x"),
    # The queue of 4 MiB, and a quarter for what an allocator rounds.
    Goal(row="stopped-memory", ours=_BEST, bound=5, at_most=True, unit=" MiB"),
    Goal(row="members-5000", ours=_BEST, base="members-10", bound=1.25, at_most=True),
    Goal(row="sessions-of-5-1000", ours=_BEST, base="sessions-of-5-1", bound=1.25, at_most=True),
)

#: Generous, since other programs may run beside it; a relay that writes once for each delivery misses them by far.
SHORT: Sequence[Goal] = (
    Goal(row="room", ours=ASYNCIO.name, theirs=BROADCAST.name, bound=12),
    Goal(row="room", ours=ASYNCIO.name, theirs=FLOOR.name, bound=2),
    Goal(row="one", ours=ASYNCIO.name, theirs=BROADCAST.name, bound=1.1),
    Goal(row="one", ours=ASYNCIO.name, theirs=FLOOR.name, bound=0.4),
)
