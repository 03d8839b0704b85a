"""What befalls a session: a frozen relay, a killed one, a cut network, a killed program, and the end."""

import contextlib
import signal
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from heliograph_relay.protocol.invite import Invite
from tests.e2e.windows import BANNER_BUTTON, AppWindow, Screen, bare_client, until
from tests.relay.wire.harness import Peer
from tests.support.fault_proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.timeout(90)


async def hosting(desk: Screen, directory: Path) -> tuple[AppWindow, Invite]:
    window = await desk.start(directory, "--host", "--port", "0", "--name", "Ana")
    return window, await window.invite()


@contextlib.asynccontextmanager
async def through_proxy(
    desk: Screen, directory: Path, invite: Invite
) -> AsyncIterator[tuple[AppWindow, FaultProxy]]:
    """Ben joins through a network that can be cut."""
    async with fault_proxy(invite.port) as proxy:
        way = replace(invite, addresses=("127.0.0.1",), port=proxy.port)
        window = await desk.start(directory, "--name", "Ben", way.line())
        await window.invite()
        try:
            yield window, proxy
        finally:
            window.kill()


async def chat_until(peer: Peer, last: str) -> list[str]:
    """The chat lines that a bare client sees, up to one."""
    seen: list[str] = []
    while not seen or seen[-1] != last:
        frame = await peer.recv()
        if frame["op"] == "signal" and frame.get("type") == "chat":
            seen.append(frame["data"])
    return seen


async def test_a_frozen_relay_loses_nothing(desk: Screen, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    ben = await desk.start(tmp_path / "ben", "--name", "Ben", invite.line())
    await ben.invite()
    async with bare_client(invite, "Cleo") as cleo:
        await ana.say("before")
        await ben.has("before")
        relay = ana.relay()
        relay.send_signal(signal.SIGSTOP)
        for window, name in ((ana, "Ana"), (ben, "Ben")):
            await window.say(f"{name} 1")
            await window.say(f"{name} 2")
            await window.is_waiting(f"{name} 1", f"{name} 2")
        relay.send_signal(signal.SIGCONT)
        everything = {"before", "Ana 1", "Ana 2", "Ben 1", "Ben 2"}
        for window in (ana, ben):
            await window.has(*everything)
        assert ana.texts() == ben.texts()
        await ben.say("after")
        seen = await chat_until(cleo, "after")
        assert sorted(seen) == sorted({*everything, "after"})
        for name in ("Ana", "Ben"):
            assert seen.index(f"{name} 1") < seen.index(f"{name} 2")


async def test_a_killed_relay_comes_back_and_nothing_is_sent_twice(desk: Screen, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    ben = await desk.start(tmp_path / "ben", "--name", "Ben", invite.line())
    await ben.invite()
    await ben.say("before")
    await ana.has("before")
    relay = ana.relay()
    relay.send_signal(signal.SIGSTOP)
    await ben.say("limbo")
    await ben.is_waiting("limbo")
    await until(lambda: ben.rows("SELECT 1 FROM messages WHERE text = 'limbo' AND handed = 1"), "on the wire")
    relay.kill()
    await until(lambda: ana.relay() is None, "the relay's death is noticed")

    async def press_restart() -> bool:
        await ana.click(*BANNER_BUTTON)
        return ana.relay() is not None

    for _ in range(20):
        if await press_restart():
            break
    await until(lambda: (line := ben.line("limbo")) is not None and line.state == "not_confirmed", "honesty")
    assert await ana.invite() == invite
    async with bare_client(invite, "Cleo") as cleo:
        await ben.say("rejoined")
        await ana.has("rejoined")
        assert await chat_until(cleo, "rejoined") == ["rejoined"]
        assert "limbo" not in ana.texts()
        # From the field back to the messages, to the one that failed, and once more.
        await ben.keys("ctrl+m", "shift+Tab", "Home", "Down", "r")
        await ana.has("limbo")
        assert await chat_until(cleo, "limbo") == ["limbo"]


async def test_a_cut_of_five_seconds_heals_without_loss_or_repetition(desk: Screen, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    async with (
        through_proxy(desk, tmp_path / "ben", invite) as (ben, proxy),
        bare_client(invite, "Cleo") as cleo,
    ):
        await ben.say("before")
        await ana.has("before")
        proxy.refuses = True
        proxy.cut()
        await cleo.until("away")
        start = time.monotonic()
        for number in range(3):
            await cleo.signal(type="chat", data=f"Cleo {number}")
            await ana.say(f"Ana {number}")
            await ben.say(f"Ben {number}")
        await ben.is_waiting("Ben 0", "Ben 1", "Ben 2")
        await until(lambda: time.monotonic() - start >= 5, "five seconds")
        proxy.refuses = False
        everything = ["before", *(f"{name} {n}" for name in ("Ana", "Ben", "Cleo") for n in range(3))]
        for window in (ana, ben):
            await window.has(*everything)
        assert ana.texts() == ben.texts()
        await ana.say("after")
        seen = await chat_until(cleo, "after")
        assert sorted(seen) == sorted([*everything[1:], "after"])
        for name in ("Ana", "Ben", "Cleo"):
            assert [text for text in seen if text.startswith(name)] == [f"{name} {n}" for n in range(3)]
        assert ana.texts()[:-1] == ["before", *seen[:-1]]


async def test_a_killed_program_sends_what_waited_once(desk: Screen, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    async with bare_client(invite, "Cleo") as cleo:
        async with through_proxy(desk, tmp_path / "ben", invite) as (ben, proxy):
            await ben.say("before")
            await ana.has("before")
            proxy.refuses = True
            proxy.cut()
            await cleo.until("away")
            await ben.say("written in the dark")
            await ben.is_waiting("written in the dark")
            ben.kill()
        again = await desk.start(
            tmp_path / "ben", "--name", "Ben", replace(invite, addresses=("127.0.0.1",)).line()
        )
        await again.has("before", "written in the dark")
        await ana.has("written in the dark")
        await again.say("after")
        assert await chat_until(cleo, "after") == ["written in the dark", "after"]


async def test_closing_while_hosting_asks_and_then_says_goodbye(desk: Screen, tmp_path: Path) -> None:
    ana, invite = await hosting(desk, tmp_path / "ana")
    relay = ana.relay()
    async with bare_client(invite, "Cleo") as cleo:
        await ana.say("hello")
        await cleo.until("signal", type="chat")
        await ana.keys("ctrl+w", "Return")  # what stands ready is to stay
        await ana.say("still here")
        await cleo.until("signal", type="chat", data="still here")
        await ana.keys("ctrl+w", "shift+Tab", "space")
        await cleo.until("bye", code=4503)
    await until(lambda: not psutil.pid_exists(relay.pid) or ana.relay() is None, "the relay's end")
    assert await ana.end() == 0


async def test_a_killed_host_leaves_no_relay_behind(desk: Screen, tmp_path: Path) -> None:
    ana, _ = await hosting(desk, tmp_path / "ana")
    relay = ana.relay()
    ana.kill()
    await until(lambda: not relay.is_running() or relay.status() == psutil.STATUS_ZOMBIE, "the relay's end")
