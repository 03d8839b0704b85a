"""Controllers of several people on real links and a real relay process: what one does, the others see."""

# ruff: noqa: ASYNC220 (starting a relay takes no time that any of these tests would miss)

import asyncio
import json
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from heliograph.bridge.parts import NeverJoined, Parts
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.client.connection import Link, Target
from heliograph.client.events import State
from heliograph.client.session import ClientSession, Credential
from heliograph.model import conversation
from heliograph.model.conversation import EVERYONE, Message
from heliograph.model.people import HOST_DATA, Person
from heliograph.model.settings import Switches
from heliograph.services.store import FILE_NAME, Store
from heliograph.services.tasks import Tasks
from tests.qt.bridge.fakes import FakeCapture, Heard, until

CLOCK = Clock(now=time.monotonic, wall=lambda: time.time_ns() // 1_000_000)
SECRETS = {"session": "s1", "secret": "guest-secret", "host-secret": "host-secret", "name": "Choir"}


class Town:
    """A relay process, and people with a store each."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.tasks = Tasks()
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.stores: dict[str, Store] = {}
        self.controllers: list[SessionController] = []
        self.links: dict[str, Link] = {}

    async def start_relay(self) -> None:
        """Start the relay, at the port of last time."""
        flags = [f"--{name}={value}" for name, value in SECRETS.items()]
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "heliograph_relay", "--json", "--host=127.0.0.1", f"--port={self.port}",
                "--exit-with-stdin", *flags,
            ],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout is not None
        line = await asyncio.get_running_loop().run_in_executor(None, self.process.stdout.readline)
        self.port = json.loads(line)["port"]

    async def stop_relay(self, number: int = signal.SIGKILL) -> None:
        """End the relay, suddenly."""
        if self.process is not None:
            self.process.send_signal(number)
            await asyncio.get_running_loop().run_in_executor(None, self.process.communicate)
            self.process = None

    async def joins(self, name: str, *, secret: str = "guest-secret", **parts: Any) -> SessionController:
        """Somebody of that name joins; their store is that of last time."""
        if name not in self.stores:
            self.stores[name] = await Store.open(self.directory / name / FILE_NAME)
        session = ClientSession(
            Credential(secret=secret), name=name, data=HOST_DATA if secret == "host-secret" else ""
        )

        def connect(on_event: Any) -> Link:
            target = Target(hosts=("127.0.0.1",), port=self.port, session="s1")
            self.links[name] = Link(target, session, on_event, self.tasks)
            return self.links[name]

        controller = SessionController(
            Parts(
                tasks=self.tasks,
                store=self.stores[name],
                connect=connect,
                capture=FakeCapture(),
                clock=CLOCK,
                new_ref=lambda: secrets.token_urlsafe(12),
                **parts,
            )
        )
        self.controllers.append(controller)
        controller.start()
        await controller.joined()
        return controller

    async def close(self) -> None:
        for controller in self.controllers:
            await controller.close()
        await self.stop_relay(signal.SIGTERM)
        for store in self.stores.values():
            await store.close()
        await self.tasks.close()


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    town = Town(tmp_path)
    await town.start_relay()
    yield town
    await town.close()


def texts(controller: SessionController, key: str = EVERYONE) -> list[str]:
    return [message.text for message in controller.chat.messages(key)]


def person(controller: SessionController, name: str) -> Person:
    [found] = [p for p in controller.people.present() if p.name == name]
    return found


def message(controller: SessionController, text: str, key: str = EVERYONE) -> Message:
    [found] = [m for m in controller.chat.messages(key) if m.text == text]
    return found


async def test_two_people_chat_and_see_what_was_delivered_and_read(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    ana.send_chat("hello")
    await until(lambda: texts(bo) == ["hello"])
    mine = message(ana, "hello")
    await until(lambda: mine.counts == (1, 0, 1))
    assert mine.state is conversation.State.ON_RELAY
    bo.looking_at(EVERYONE)
    await until(lambda: mine.counts == (1, 1, 1))
    theirs = message(bo, "hello")
    assert (theirs.seq, theirs.at, theirs.sender_name) == (mine.seq, mine.at, "Ana")
    bo.send_chat("hello yourself")
    await until(lambda: texts(ana) == ["hello", "hello yourself"])
    assert ana.chat.unread(EVERYONE) == 1


async def test_a_private_message_is_seen_by_one(town: Town) -> None:
    ana, bo, cy = [await town.joins(name) for name in ("Ana", "Bo", "Cy")]
    await until(lambda: len(ana.people.present()) == 3)
    ana.send_chat("psst", person(ana, "Bo").id)
    me = person(bo, "Ana").id
    await until(lambda: texts(bo, me) == ["psst"])
    bo.send_chat("yes?", me)
    bo.send_chat("to all")
    await until(lambda: texts(cy) == ["to all"])
    assert cy.chat.keys() == [EVERYONE]
    await until(lambda: texts(ana, person(ana, "Bo").id) == ["psst", "yes?"])
    sent = message(ana, "psst", person(ana, "Bo").id)
    await until(lambda: sent.counts == (1, 0, 1))


async def test_counts_of_three_with_one_who_keeps_quiet_and_one_who_comes_late(town: Town) -> None:
    ana = await town.joins("Ana")
    await town.joins("Bo")
    await town.joins("Cy", switches=Switches(delivered=False, read=False))
    await until(lambda: len(ana.people.present()) == 3)
    ana.send_chat("before")
    await until(lambda: message(ana, "before").counts == (1, 0, 2))
    late = await town.joins("Di")
    late.looking_at(EVERYONE)
    await until(lambda: len(ana.people.present()) == 4)
    ana.send_chat("after")
    await until(lambda: message(ana, "after").counts == (2, 1, 3))
    assert message(ana, "before").counts == (1, 0, 2)


async def test_pings_measure_round_trips(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    heard = Heard(ana, "people_changed")
    ana.ping()
    await until(lambda: person(ana, "Bo").rtt_ms)
    rtt = person(ana, "Bo").rtt_ms
    assert rtt is not None
    assert 0 < rtt < 2_000
    await until(lambda: heard["people_changed"])
    bo.ping(person(bo, "Ana").id)
    await until(lambda: person(bo, "Ana").rtt_ms)


async def test_typing_is_seen(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    ana.set_typing(EVERYONE, True)
    await until(lambda: [p.name for p in bo.typing()] == ["Ana"])
    ana.set_typing(EVERYONE, False)
    await until(lambda: bo.typing() == [])


async def test_the_host_is_known_and_puts_people_out(town: Town) -> None:
    host, bo = await town.joins("Host", secret="host-secret"), await town.joins("Bo")
    assert host.may_moderate
    assert person(bo, "Host").is_host
    await until(lambda: len(host.people.present()) == 2)
    host.set_inspect(True)
    await until(lambda: bo.inspected)
    host.put_out(person(host, "Bo").id)
    await until(lambda: bo.status.state is State.ENDED)
    assert bo.status.problem == "forceDisconnected"
    await until(lambda: len(host.people.present()) == 1)


async def test_a_wrong_secret_never_joins(town: Town) -> None:
    with pytest.raises(NeverJoined) as failure:
        await town.joins("Eve", secret="wrong")
    assert failure.value.status.problem == "unauthorized"


async def test_who_leaves_is_gone_and_receipts_stay_as_they_were(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    ana.send_chat("hello")
    await until(lambda: message(ana, "hello").counts == (1, 0, 1))
    id = person(ana, "Bo").id
    await bo.close()
    await until(lambda: len(ana.people.present()) == 1)
    gone = ana.people.get(id)
    assert gone is not None
    assert gone.gone
    assert message(ana, "hello").counts == (1, 0, 1)


async def test_a_relay_that_is_killed_and_started_again(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    ana.send_chat("before")
    await until(lambda: texts(bo) == ["before"])
    await town.stop_relay()
    await until(lambda: ana.status.state is bo.status.state is State.RECONNECTING)
    ana.send_chat("meanwhile")
    assert ana.waiting() == 1
    await town.start_relay()
    ana.reconnect_now()
    bo.reconnect_now()
    await until(lambda: ana.status.state is bo.status.state is State.JOINED, within=15)
    await until(lambda: "meanwhile" in texts(ana) and ana.waiting() == 0)
    assert texts(ana) == ["before", "meanwhile"]
    ana.send_chat("after")
    await until(lambda: texts(bo)[-1] == "after")
    await until(lambda: message(ana, "after").counts == (1, 0, 1))


async def test_a_lost_transport_loses_nothing(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    transport = town.links["Bo"]._transport  # noqa: SLF001 (cut as a network cuts: without a word)
    assert transport is not None
    transport.cut()
    await until(lambda: person(ana, "Bo").away or bo.status.state is State.JOINED)
    sent = [f"{i}" for i in range(30)]
    for text in sent:
        ana.send_chat(text)
    bo.reconnect_now()
    await until(lambda: texts(bo) == sent)
    await until(lambda: message(ana, "29").counts == (1, 0, 1))
    assert not person(ana, "Bo").away
    assert texts(ana) == sent


async def test_everything_said_is_there_the_next_time(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    ana.send_chat("one")
    await until(lambda: message(ana, "one").counts == (1, 0, 1))
    bo.send_chat("two")
    await until(lambda: texts(ana) == ["one", "two"])
    await ana.close()
    again = await town.joins("Ana")
    assert texts(again) == ["one", "two"]
    assert message(again, "one").counts == (1, 0, 1)
    assert message(again, "one").mine
    assert again.chat.unread(EVERYONE) == 1


async def test_many_messages_at_once_arrive_in_order_and_are_counted(town: Town) -> None:
    ana, bo = await town.joins("Ana"), await town.joins("Bo")
    await until(lambda: len(ana.people.present()) == 2)
    sent = [f"{i}" for i in range(150)]
    for text in sent:
        ana.send_chat(text)
        bo.send_chat(f"b{text}")
    await until(lambda: len(texts(bo)) == len(texts(ana)) == 300, within=15)
    assert [t for t in texts(bo) if t[0] != "b"] == sent
    assert texts(ana) == texts(bo)
    await until(lambda: all(m.counts == (1, 0, 1) for m in ana.chat.messages(EVERYONE) if m.mine), within=15)


_APP = """
import asyncio, itertools, sys, time
from pathlib import Path
from PySide6 import QtWidgets
from qasync import QEventLoop
from heliograph.bridge.parts import Parts
from heliograph.bridge.session_controller import SessionController
from heliograph.bridge.state import Clock
from heliograph.client.connection import Link, Target
from heliograph.client.events import State
from heliograph.client.session import ClientSession, Credential
from heliograph.services.store import Store
from heliograph.services.tasks import Tasks
from tests.qt.bridge.fakes import FakeCapture

async def line():
    return (await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)).strip()

async def main():
    tasks, refs = Tasks(), itertools.count()
    session = ClientSession(Credential(secret="guest-secret"), name="Ana")
    target = Target(hosts=("127.0.0.1",), port=int(sys.argv[2]), session="s1")
    controller = SessionController(Parts(
        tasks=tasks, store=await Store.open(Path(sys.argv[1])), capture=FakeCapture(),
        connect=lambda on_event: Link(target, session, on_event, tasks),
        clock=Clock(now=time.monotonic, wall=lambda: int(time.time() * 1000)),
        new_ref=lambda: f"r{next(refs)}",
    ))
    controller.start()
    await controller.joined()
    print("joined", flush=True)
    while True:
        text = await line()
        if text == "lost?":
            while controller.status.state is not State.RECONNECTING:
                await asyncio.sleep(0.01)
            print("lost", flush=True)
        else:
            ref = controller.send_chat(text)
            while not (controller._state.is_written(ref) or controller.status.state is State.RECONNECTING):
                await asyncio.sleep(0.01)
            controller.set_draft("half a sentence")
            await controller._engine.keeper.settled()
            print("typed", flush=True)

app = QtWidgets.QApplication(["app"])
with QEventLoop(app) as loop:
    loop.run_until_complete(main())
"""


class App:
    """A whole program of Ana's, in a process of its own, that can be killed."""

    def __init__(self, store: Path, port: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _APP, str(store), str(port)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    async def says(self, words: str) -> None:
        assert self._process.stdout is not None
        line = await asyncio.get_running_loop().run_in_executor(None, self._process.stdout.readline)
        assert line.strip() == words

    async def does(self, words: str, answer: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(words + "\n")
        self._process.stdin.flush()
        await self.says(answer)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
async def test_a_killed_program_loses_nothing_that_was_typed_and_claims_nothing(town: Town) -> None:
    app = App(town.directory / "Ana" / FILE_NAME, town.port)
    try:
        await app.says("joined")
        assert town.process is not None
        town.process.send_signal(signal.SIGSTOP)
        await app.does("on the wire", "typed")
        await town.stop_relay()
        await app.does("lost?", "lost")
        await app.does("waiting", "typed")
    finally:
        app.kill()
    await town.start_relay()
    bo = await town.joins("Bo")
    ana = await town.joins("Ana")
    await until(lambda: texts(bo) == ["waiting"])
    assert {m.text: m.state for m in ana.chat.messages(EVERYONE)} == {
        "on the wire": conversation.State.NOT_CONFIRMED,
        "waiting": conversation.State.ON_RELAY,
    }
    assert ana.draft() == "half a sentence"
    ana.retry(message(ana, "on the wire").ref)
    await until(lambda: texts(bo) == ["waiting", "on the wire"])
    assert texts(ana) == ["waiting", "on the wire"]
