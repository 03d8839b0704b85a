"""One run of the load generator, and what it says."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct


@dataclass(frozen=True)
class Load:
    """What clients do; `load/README.md` explains closed and open loop.

    `window` signals of each publisher un-echoed, or `rate` signals a second in all; neither: clients that
    join and say nothing. Times in seconds, `size` in bytes.
    """

    clients: int
    publishers: int = 0
    sessions: int = 1
    window: int = 0
    rate: float = 0
    size: int = 200
    directed: bool = False
    stopped: int = 0
    seconds: float = 0.8
    warmup: float = 0.2
    hold: float = 0.2
    at_once: int = 32

    def flags(self) -> list[str]:
        """For the loader's command line."""
        numbers = {
            "-c": self.clients, "-p": self.publishers, "-s": self.sessions, "-b": self.size, "-k": self.stopped,
            "-d": self.seconds, "-D": self.warmup, "-H": self.hold, "-n": self.at_once,
            "-w": self.window, "-r": self.rate,
        }  # fmt: skip
        flags = [f"{flag}{number}" for flag, number in numbers.items() if flag not in ("-w", "-r") or number]
        return [*flags, *(["-t"] if self.directed else [])]


@dataclass(frozen=True)
class Target:
    """How clients reach a server. `sessions`: for each session its path and its credential, where they have any."""

    mode: str
    url: str
    sessions: Sequence[tuple[str, str]] = ()


class Result(Struct, frozen=True, kw_only=True):
    """The loader's answer; `README.md` beside this file says what each figure is."""

    clients: int
    rate: float
    seconds: float
    deliveries_s: float = 0
    deliveries_cpu_s: float = 0
    us_per_delivery: float = 0
    server_busy: float = 0
    server_waited: float = 0
    loader_busy: float = 0
    p50_us: float = 0
    p99_us: float = 0
    max_us: float = 0
    rss_peak_kb: int = 0
    conn_cpu_s: float
    kb_per_conn: float
    rss_conn_kb: int
    setup_s: float
    sent: int
    delivered: int
    lost: int
    disorder: int
    refused: int
    unanswered: int
    closed: int
    stalled_closed: int
    backlog: bool

    @property
    def faults(self) -> str:
        """What was promised and not kept, in words; empty where all was.

        Signals that were still under way when the loader stopped waiting are saturation and no loss.
        """
        counts = {
            "lost": 0 if self.backlog else self.lost,
            "reordered, repeated or misdirected": self.disorder,
            "refused": self.refused,
            "unanswered": 0 if self.backlog else self.unanswered,
            "connections closed": self.closed,
        }
        return ", ".join(f"{count} {what}" for what, count in counts.items() if count)


class LoaderFailed(Exception):
    """No figures came out; the words say why."""


def run_load(loader: Path, load: Load, target: Target, pids: Sequence[int], core: int | None) -> Result:
    """Put a server under load; its CPU time and memory are those of the processes `pids`."""
    with tempfile.NamedTemporaryFile("w", prefix="sessions-", encoding="utf-8") as sessions:
        command = [] if core is None else ["taskset", "-c", str(core)]
        command += [str(loader), "-m", target.mode, *load.flags(), *(f"-P{pid}" for pid in pids)]
        if target.sessions:
            sessions.writelines(f"{path}\t{credential}\n" for path, credential in target.sessions)
            sessions.flush()
            command += ["-f", sessions.name]
        ended = subprocess.run(
            [*command, target.url], capture_output=True, text=True, check=False, timeout=180
        )
    try:
        answer: dict[str, Any] = msgspec.json.decode(ended.stdout)
    except msgspec.DecodeError:
        raise LoaderFailed(ended.stderr.strip() or f"exit code {ended.returncode}") from None
    return msgspec.convert(answer, Result)
