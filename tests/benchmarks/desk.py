"""What the desktop benchmarks share: samples, timing, one table. Run by hand, never as tests."""

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_SAYING = "the wind from the north brings rain and the gulls come down to the harbour before it falls"
WORDS = _SAYING.split(" ")


def text(number: int) -> str:
    """Some words, from one to forty, the same at every run."""
    start = number % len(WORDS)
    count = 1 + number * 7919 % 40
    return " ".join(WORDS[(start + i) % len(WORDS)] for i in range(count))


class Table:
    """Figures under one heading, printed as Markdown."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._rows: list[tuple[str, str, str]] = []

    def add(self, what: str, measured: str, goal: str = "") -> None:
        """One figure; `goal` as docs/PERFORMANCE.md states it."""
        self._rows.append((what, measured, goal))
        print(f"  {what}: {measured}", file=sys.stderr)

    def print(self) -> None:
        """All of it, with what it was measured on."""
        import PySide6  # noqa: PLC0415 - after the platform is chosen

        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        print(
            f"{self._title} ({cores} cores, Python {platform.python_version()}, PySide6 {PySide6.__version__})\n"
        )
        print("| | measured | goal |\n|---|---|---|")
        for row in self._rows:
            print(f"| {' | '.join(row)} |")


def times(runs: int, what: Callable[[], object]) -> list[float]:
    """Milliseconds of each of so many runs."""
    found = []
    for _ in range(runs):
        begun = time.perf_counter()
        what()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def spread(found: list[float]) -> str:
    """Median and 95th percentile."""
    if len(found) < 5:
        return f"{statistics.median(found):.1f} ms"
    return f"{statistics.median(found):.2f} ms, p95 {statistics.quantiles(found, n=20)[-1]:.2f} ms"


def memory() -> float:
    """Resident memory of this process now, in MiB."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / (1 << 20)
