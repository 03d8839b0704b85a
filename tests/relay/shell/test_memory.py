"""What the system lets a relay have, by the kernel's own files; and a relay of which one allocation or another fails."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from heliograph_relay.core.membership import RelayLimits
from heliograph_relay.shell import memory
from heliograph_relay.shell.server import Relay
from heliograph_relay.shell.system_memory import SystemMemory
from tests.support.links import eventually

from .relays import a_relay

linux = pytest.mark.skipif(sys.platform != "linux", reason="others do not tell")
MIB = 1 << 20


def kernel(root: Path, cgroup: str, **files: str) -> Path:
    """A root with control groups as the kernel shows them; `folder__file` is a file in a folder."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(cgroup)
    for name, text in files.items():
        path = root / "sys/fs/cgroup" / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


@linux
def test_a_control_group_of_version_2_is_a_bound(tmp_path: Path) -> None:
    root = kernel(
        tmp_path,
        "0::/app\n",
        app__memory_DOT_max=f"{512 * MIB}\n",
        app__memory_DOT_current=f"{300 * MIB}\n",
        app__memory_DOT_stat=f"anon {200 * MIB}\ninactive_file {60 * MIB}\n",
    )
    system = SystemMemory(root=root)
    assert system.ceiling == 480 * MIB
    assert system.part() == pytest.approx(240 / 480)
    assert system.for_queues(0) == 120 * MIB
    assert system.for_queues(7) == 7
    system.close()


@linux
def test_a_control_group_of_version_1_and_one_above_it_are_bounds(tmp_path: Path) -> None:
    names = {"memory_DOT_usage_in_bytes": f"{100 * MIB}\n", "memory_DOT_stat": "total_inactive_file 0\n"}
    root = kernel(
        tmp_path,
        "5:cpu:/x\n4:memory:/outer/inner\n0::/\n",
        memory__outer__inner__memory_DOT_limit_in_bytes=f"{0x7FFFFFFFFFFFF000}\n",
        memory__outer__memory_DOT_limit_in_bytes=f"{132 * MIB}\n",
        **{f"memory__outer__inner__{name}": text for name, text in names.items()},
        **{f"memory__outer__{name}": text for name, text in names.items()},
    )
    system = SystemMemory(root=root)
    assert system.ceiling == 132 * MIB - 132 * MIB // 8
    assert system.part() == pytest.approx(100 / 115.5)
    system.close()


@linux
@pytest.mark.parametrize(
    "files", [{}, {"memory_DOT_max": "max\n", "memory_DOT_current": "1\n", "memory_DOT_stat": ""}]
)
def test_without_a_bound_there_is_none(tmp_path: Path, files: dict[str, str]) -> None:
    system = SystemMemory(root=kernel(tmp_path, "0::/\n", **files))
    assert system.ceiling is None
    assert system.part() == 0.0
    assert system.for_queues(0) == 1 << 30
    system.close()


class Member:
    """A member that knows how to come back."""

    def __init__(self, ws: ClientConnection, joined: dict[str, Any]) -> None:
        self.ws = ws
        self.joined = joined
        self.seq = joined["seq"]
        self.told: list[dict[str, Any]] = []

    @classmethod
    async def join(cls, port: int, **more: Any) -> "Member":
        ws = await connect(
            f"ws://127.0.0.1:{port}/session/S", subprotocols=[Subprotocol("heliograph.v1")], compression=None, proxy=None
        )  # fmt: skip
        await ws.send(json.dumps({"op": "join", "secret": "guest", **more}))
        return cls(ws, json.loads(await ws.recv()))

    async def back(self, port: int) -> "Member":
        key, connection = self.joined["key"], self.joined["connection"]["id"]
        resume = {"connection": connection, "key": key, "epoch": self.joined["epoch"], "seq": self.seq}
        return await Member.join(port, resume=resume)

    async def say(self, n: int) -> None:
        await self.ws.send(json.dumps({"op": "signal", "n": n, "data": f"text {n}"}))

    async def hear(self, n: int) -> None:
        """Up to this signal."""
        while True:
            frame = json.loads(await self.ws.recv())
            self.seq = frame.get("seq", self.seq)
            if frame.get("n") == n and frame["op"] == "signal":
                return

    async def ended(self) -> int:
        """The close code; 1006 where it was cut."""
        try:
            while True:
                frame = json.loads(await self.ws.recv())
                self.seq = frame.get("seq", self.seq)
        except ConnectionClosed as closed:
            return 1006 if closed.rcvd is None else closed.rcvd.code


def failing(times: int, real: Callable[..., Any]) -> Callable[..., Any]:
    """Memory ends so often, and then there is some again."""
    left = [times]

    def fails(*arguments: Any, **more: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise MemoryError
        return real(*arguments, **more)

    return fails


def _room(relay: Relay) -> Any:
    """The room of heliograph.v1."""
    switchboard = relay._switchboard  # noqa: SLF001 (one allocation of its is made to fail)
    return switchboard.hub.sessions["S"].handle[0]


pytest_shortage = pytest.mark.allows_log("memory has ended")


@pytest.fixture(autouse=True)
def _soon_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "AFTERMATH", 0.05)


@pytest_shortage
async def test_what_fails_once_is_done_with_the_reserve_and_nobody_notices() -> None:
    async with a_relay() as relay:
        ana, ben = await Member.join(relay.port), await Member.join(relay.port)
        room = _room(relay)
        room.tell = failing(1, room.tell)
        await ana.say(1)
        for member in (ana, ben):
            await member.hear(1)
        for member in (ana, ben):
            await member.ws.close()


@pytest_shortage
async def test_who_cannot_be_told_is_cut_and_comes_back_to_all_of_it() -> None:
    async with a_relay(limits=RelayLimits(rate=0)) as relay:
        ana, ben = await Member.join(relay.port), await Member.join(relay.port)
        room = _room(relay)
        room.tell = failing(2, room.tell)
        await ana.say(1)
        assert [await member.ended() for member in (ana, ben)] == [1006, 1006]
        await eventually(lambda: not relay._door.is_short)  # noqa: SLF001
        for member in (ana, ben):
            again = await member.back(relay.port)
            assert again.joined["recovered"] is True
            await again.hear(1)
            await again.ws.close()


@pytest_shortage
async def test_whose_frames_nothing_is_left_for_is_told_so_and_others_talk_on() -> None:
    async with a_relay() as relay:
        ana, ben = await Member.join(relay.port), await Member.join(relay.port)
        switchboard = relay._switchboard  # noqa: SLF001
        switchboard.guard = iter([False]).__next__
        await ana.say(1)
        assert await ana.ended() == 4500
        switchboard.guard = None
        await ben.say(1)
        await ben.hear(1)
        again = await ana.back(relay.port)
        assert again.joined["recovered"] is True
        await again.ws.close()
        await ben.ws.close()


@pytest_shortage
async def test_a_join_that_failed_in_the_middle_leaves_nobody_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_relay(limits=RelayLimits(rate=0, recovery_window=0.8)) as relay:
        ana = await Member.join(relay.port)
        hub = relay._switchboard.hub  # noqa: SLF001
        create = hub._membership.create  # noqa: SLF001

        def stops(*arguments: Any) -> Any:
            steps = create(*arguments)
            yield next(steps)  # it stands in the log, and nobody has been told
            raise MemoryError

        monkeypatch.setattr(hub._membership, "create", stops)  # noqa: SLF001
        with pytest.raises(KeyError, match="seq"):  # no "joined", but "bye"
            await Member.join(relay.port)
        monkeypatch.undo()
        assert await ana.ended() == 4500  # and back, and told
        await eventually(lambda: not relay._door.is_short)  # noqa: SLF001
        again = await ana.back(relay.port)
        assert again.joined["recovered"] is True
        told = [json.loads(await again.ws.recv())["op"] for _ in range(3)]
        assert "connectionCreated" in told
        assert "connectionDestroyed" in told
        assert len(hub.sessions["S"].members) == 1
        await again.ws.close()
