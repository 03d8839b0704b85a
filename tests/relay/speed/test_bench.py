"""How the benchmark runs its servers, with a loader and servers that are made up."""

import stat
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

from tests.benchmarks.load.run import Load, Result, Target
from tests.benchmarks.peers.peer import Missing
from tests.benchmarks.relay.bench import Bench, Cores, present
from tests.benchmarks.relay.report import Unit
from tests.benchmarks.relay.scenarios import Figure, Scenario

RESULT = Result(
    clients=2, rate=0, seconds=1, deliveries_cpu_s=500, conn_cpu_s=1, kb_per_conn=1, rss_conn_kb=1, setup_s=1, sent=1,
    delivered=2, lost=0, disorder=0, refused=0, unanswered=0, closed=0, stalled_closed=0, backlog=False,
)  # fmt: skip


class Server:
    def __init__(self, log: list[str], name: str) -> None:
        self._log, self._name = log, name
        self.pids: Sequence[int] = []

    def target(self, sessions: int) -> Target:
        self._log.append(f"{self._name} x{sessions}")
        return Target(self._name, "ws://127.0.0.1:1")

    def stop(self) -> None:
        self._log.append(f"{self._name} stops")


class Peer:
    def __init__(self, log: list[str], name: str, *, missing: str = "", broken: str = "") -> None:
        self._log, self.name, self._missing, self._broken = log, name, missing, broken

    def version(self) -> str:
        if self._missing:
            raise Missing(self._missing)
        return "1.0"

    def start(self, core: int | None) -> Server:
        if self._broken:
            raise Missing(self._broken)
        self._log.append(f"{self.name} starts")
        return Server(self._log, self.name)


@pytest.fixture
def loader(tmp_path: Path) -> Path:
    """Answers with `RESULT`; for the server "liar" with a loss, for "mute" with nothing."""
    good = msgspec.json.encode(RESULT).decode()
    lossy = msgspec.json.encode(msgspec.structs.replace(RESULT, lost=3)).decode()
    script = tmp_path / "loader"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nwire = sys.argv[2]\n"
        f"sys.exit('cannot connect') if wire == 'mute' else print({lossy!r} if wire == 'liar' else {good!r})\n"
    )
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    return script


def scenario(*, rounds: int = 1, fresh: bool = False, loads: int = 1) -> Scenario:
    figure = Figure("f", "F", "T", Unit.COUNT, lambda results: sum(r.deliveries_cpu_s for r in results))
    return Scenario(
        "s", [Load(2, sessions=n + 1) for n in range(loads)], [figure], rounds=rounds, fresh=fresh
    )


def test_who_is_missing_is_named_and_why() -> None:
    peers = [Peer([], "here"), Peer([], "gone", missing="no package")]

    there, versions, missing = present(peers)

    assert [peer.name for peer in there] == ["here"]
    assert versions == {"here": "1.0"}
    assert missing == {"gone": "no package"}


def test_servers_take_turns_in_another_order_each_round(loader: Path) -> None:
    log: list[str] = []
    bench = Bench(loader, Cores(None, None))

    bench.measure(scenario(rounds=2), [Peer(log, "a"), Peer(log, "b")])

    assert log == ["a starts", "b starts", "a x1", "b x1", "b x1", "a x1", "b stops", "a stops"]
    assert bench.rows[0].values == {"a": [500, 500], "b": [500, 500]}
    assert bench.faults == []


def test_a_fresh_server_for_each_round_takes_all_loads(loader: Path) -> None:
    log: list[str] = []
    bench = Bench(loader, Cores(None, None))

    bench.measure(scenario(rounds=2, fresh=True, loads=2), [Peer(log, "a")])

    assert log == ["a starts", "a x1", "a x2", "a stops"] * 2
    assert bench.rows[0].values == {"a": [1_000, 1_000]}


def test_what_goes_wrong_is_a_fault_and_no_figure(loader: Path) -> None:
    log: list[str] = []
    peers = [Peer(log, "mute"), Peer(log, "liar"), Peer(log, "lame", broken="code 1")]
    bench = Bench(loader, Cores(None, None))

    bench.measure(scenario(), peers)

    assert bench.rows[0].values == {"mute": [], "liar": [500], "lame": []}
    assert bench.faults == [
        "lame, s: does not start (code 1)",
        "mute, s: no figures (cannot connect)",
        "liar, s: 3 lost",
    ]
    assert log[-2:] == ["liar stops", "mute stops"]
