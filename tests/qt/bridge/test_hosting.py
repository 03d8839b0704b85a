"""Whole programs without windows: one hosts with a real relay of its own, others join by its invite."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from heliograph.bridge.app_controller import AppController
from heliograph.bridge.live_capture import LiveCapture
from heliograph.bridge.real_reach import RealReach
from heliograph.bridge.session_controller import SessionController
from heliograph.client.events import State
from heliograph.model import conversation
from heliograph.model.conversation import EVERYONE
from heliograph.services.tasks import Tasks
from tests.qt.bridge.fakes import Heard, until


class Program:
    """A program of one person."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tasks = Tasks()
        self.app = AppController(directory, self.tasks, RealReach(self.tasks, bind="127.0.0.1"))
        self.heard = Heard(self.app, "session_opened", "problem", "notice")

    async def hosts(self, **members: Any) -> SessionController:
        self.app.host("Hal", "Choir", **members)
        return await self._opened()

    async def joins(self, text: str, pin: str = "") -> SessionController:
        self.app.join(text, pin, "Ana")
        return await self._opened()

    async def _opened(self) -> SessionController:
        await until(lambda: self.heard["session_opened"] or self.heard["problem"], within=15)
        assert self.heard["problem"] == []
        opened: SessionController = self.heard["session_opened"].pop()
        return opened

    async def close(self) -> None:
        await self.app.close()
        await self.tasks.close()


@pytest.fixture
async def programs(tmp_path: Path) -> AsyncIterator[list[Program]]:
    programs = [Program(tmp_path / name) for name in ("hal", "ana")]
    for program in programs:
        await program.app.open()
    yield programs
    for program in programs[::-1]:
        await program.close()


def texts(controller: SessionController) -> list[str]:
    return [message.text for message in controller.chat.messages(EVERYONE)]


def relay_pid(controller: SessionController) -> int:
    pid = controller._parts.hosting._relay.pid  # type: ignore[union-attr]  # noqa: SLF001 (to kill it)
    assert isinstance(pid, int)
    return pid


async def test_one_hosts_and_another_joins_by_the_invite(programs: list[Program]) -> None:
    hal, ana = programs
    host = await hal.hosts(port=0)
    assert host.hosting
    assert host.may_moderate
    assert host.title == "Choir"
    assert host.invite is not None
    guest = await ana.joins(host.invite.line())
    assert not guest.may_moderate
    assert [(p.name, p.badges) for p in guest.people.present()] == [("Ana", ("you",)), ("Hal", ("host",))]
    rows = Heard(guest, "rows_added", "fates_changed")
    ref = guest.send_chat("hello")
    await until(lambda: texts(host) == ["hello"])
    await until(lambda: rows["fates_changed"])
    message = guest.chat.get(ref)
    assert message is not None
    capture = guest.capture
    assert isinstance(capture, LiveCapture)
    assert message.seq is not None
    index = capture.index_of(message.seq)
    assert index is not None
    fate = capture.fate(capture[index])
    assert fate is not None
    assert (len(fate.delivered), fate.of, message.counts) == (1, 1, (1, 0, 1))
    assert rows["rows_added"][-1][1] == len(guest.capture) - 1
    assert [p.name for p in host.people_cut_off()] == ["Ana"]
    heard = Heard(guest, "status_changed")
    await host.close()
    await until(lambda: heard["status_changed"])
    assert guest.status.state is State.RECONNECTING


async def test_a_pin_opens_the_session_too(programs: list[Program]) -> None:
    hal, ana = programs
    host = await hal.hosts(port=0, pin="4711")
    assert host.invite is not None
    guest = await ana.joins(f"127.0.0.1:{host.invite.port}", pin="4711")
    assert guest.title == "Choir"
    assert guest.session == host.session
    await guest.close()
    ana.app.join(f"127.0.0.1:{host.invite.port}", "4712", "Ana")
    await until(lambda: ana.heard["problem"])
    assert ana.heard["problem"][0].title == "The session does not open"


async def test_a_taken_port_is_replaced_and_told(programs: list[Program]) -> None:
    hal, ana = programs
    first = await hal.hosts(port=0)
    assert first.invite is not None
    second = await ana.hosts(port=first.invite.port)
    assert second.invite is not None
    assert second.invite.port != first.invite.port
    assert ana.heard["notice"] == [
        f"Port {first.invite.port} is in use; this session is at port {second.invite.port}."
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.expects_log("the relay has ended")
async def test_a_relay_that_dies_is_told_and_started_again_for_everybody(programs: list[Program]) -> None:
    hal, ana = programs
    host = await hal.hosts(port=0)
    assert host.invite is not None
    invite = host.invite
    guest = await ana.joins(invite.line())
    heard = Heard(host, "relay_died", "invite_changed")
    host.restart_relay()
    os.kill(relay_pid(host), signal.SIGKILL)
    await until(lambda: heard["relay_died"])
    assert "was killed (signal 9)" in heard["relay_died"][0]
    await until(lambda: host.status.state is guest.status.state is State.RECONNECTING)
    host.send_chat("meanwhile")
    host.restart_relay()
    host.restart_relay()
    await until(lambda: heard["invite_changed"], within=15)
    guest.reconnect_now()
    await until(lambda: host.status.state is guest.status.state is State.JOINED, within=15)
    assert host.invite == invite
    await until(lambda: [m.state for m in host.chat.messages(EVERYONE)] == [conversation.State.ON_RELAY])
    host.send_chat("after")
    await until(lambda: texts(guest)[-1:] == ["after"])


async def test_hosting_again_opens_the_same_session_with_its_past(programs: list[Program]) -> None:
    hal, ana = programs
    host = await hal.hosts(port=0)
    assert host.invite is not None
    line = host.invite.line()
    guest = await ana.joins(line)
    guest.send_chat("remember me")
    await until(lambda: texts(host) == ["remember me"])
    await host.close()
    await guest.close()
    [recent] = hal.app.recent()
    hal.app.join_recent(recent)
    again = await hal._opened()  # noqa: SLF001
    assert again.hosting
    assert texts(again) == ["remember me"]
    assert again.invite is not None
    assert again.invite.line() == line
    [recent] = ana.app.recent()
    ana.app.join_recent(recent)
    guest = await ana._opened()  # noqa: SLF001
    assert [(m.text, m.mine) for m in guest.chat.messages(EVERYONE)] == [("remember me", True)]


async def test_cancelled_hosting_leaves_no_relay(programs: list[Program]) -> None:
    hal, _ = programs
    before = children()
    for turns in (0, 1, 5, 50, 500):
        hal.app.host("Hal", "Choir", port=0)
        for _ in range(turns):
            await asyncio.sleep(0)
        hal.app.cancel()
        await until(lambda: not hal.app.is_busy)
    assert hal.heard["problem"] == []
    while hal.heard["session_opened"]:
        await hal.heard["session_opened"].pop().close()
    await until(lambda: children() <= before, within=15)


def children() -> set[str]:
    """Processes that this one has started and that still run."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(path.read_text().split()) if path.exists() else set()
