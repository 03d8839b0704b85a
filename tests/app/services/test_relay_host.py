"""The relay as a child process: up, down, dead, again, and never an orphan."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import psutil  # type: ignore[import-untyped]
import pytest

from heliograph.services.relay_host import HostSettings, Listening, RelayFailed, RelayHost
from heliograph_relay.protocol.invite import Invite, parse_invite
from tests.support.links import eventually

LOCAL = HostSettings(host="127.0.0.1", port=0)
Ended = list[tuple[int, str]]


@asynccontextmanager
async def hosting(settings: HostSettings = LOCAL) -> AsyncIterator[tuple[RelayHost, Listening, Ended]]:
    ended: Ended = []
    host = RelayHost(lambda code, words: ended.append((code, words)))
    listening = await host.start(settings)
    try:
        yield host, listening, ended
    finally:
        await host.stop()


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


async def healthy(port: int) -> bool:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    return answer.startswith(b"HTTP/1.1 200")


async def test_it_listens_and_says_how_to_join() -> None:
    settings = HostSettings(
        host="127.0.0.1", port=0, name="Ana's room", session="room", secret="s3", pin="1234"
    )
    async with hosting(settings) as (host, listening, ended):
        assert await healthy(listening.port)
        assert (listening.session, listening.secret, listening.pin) == ("room", "s3", "1234")
        assert len(listening.host_secret) >= 16
        invite = parse_invite(listening.invite)
        assert (invite.name, invite.secret, invite.port) == ("Ana's room", "s3", listening.port)
        assert listening.addresses == ("127.0.0.1",)
        assert host.pid is not None
        assert "s3" not in repr(listening) + repr(settings)
        assert "s3" not in " ".join(psutil.Process(host.pid).cmdline())
    assert ended == []


async def test_stopping_leaves_no_process() -> None:
    async with hosting() as (host, _, ended):
        pid = host.pid
        assert pid is not None
        await host.stop()
        assert not psutil.pid_exists(pid)
        await host.stop()
    assert ended == []


async def test_a_taken_port_is_replaced_by_a_free_one(taken_port: int) -> None:
    async with hosting(HostSettings(host="127.0.0.1", port=taken_port)) as (_, listening, _):
        assert listening.port != taken_port
        assert await healthy(listening.port)


async def test_a_taken_port_is_told_where_it_may_not_be_replaced(taken_port: int) -> None:
    host = RelayHost(lambda code, words: None)
    with pytest.raises(RelayFailed, match=f"port {taken_port} on 127.0.0.1 is taken by another program"):
        await host.start(HostSettings(host="127.0.0.1", port=taken_port, port_fallback=False))
    assert host.pid is None


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (HostSettings(host="192.0.2.1", port=0), "192.0.2.1 is not an address of this machine"),
        (HostSettings(host="192.0.2.1", port=1), "192.0.2.1 is not an address of this machine"),
        (HostSettings(host="127.0.0.1", port=0, name="x" * 65), "HELIOGRAPH_NAME|--name"),
        (HostSettings(host="127.0.0.1", port=0, name="a\0b"), "cannot be started"),
    ],
)
async def test_a_relay_that_does_not_start_says_why(settings: HostSettings, words: str) -> None:
    with pytest.raises(RelayFailed, match=words):
        await RelayHost(lambda code, words: None).start(settings)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('no luck today')", "^no luck today$"),
        ("import sys; sys.exit(7)", "ended with code 7 and said nothing"),
        ("print('hello')", "does not speak as one"),
        ("print('{}')", "does not speak as one"),
        ("print('[1]')", "does not speak as one"),
        ('print(\'{"event": "listening"}\')', "does not speak as one"),
    ],
)
async def test_a_program_that_is_no_relay_is_found_out(code: str, words: str) -> None:
    with pytest.raises(RelayFailed, match=words):
        await RelayHost(lambda code, words: None, command=[sys.executable, "-c", code]).start(LOCAL)


async def test_a_program_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heliograph.services.relay_host.START_WITHIN", 0.3)
    mute = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with pytest.raises(RelayFailed, match="did not begin to listen"):
        await RelayHost(lambda code, words: None, command=mute).start(LOCAL)


async def test_a_missing_program_is_told() -> None:
    with pytest.raises(RelayFailed, match="cannot be started"):
        await RelayHost(lambda code, words: None, command=["/no/such/program"]).start(LOCAL)


async def test_giving_up_the_start_leaves_no_process() -> None:
    before = {child.pid for child in psutil.Process().children()}
    slow = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    starting = asyncio.ensure_future(RelayHost(lambda code, words: None, command=slow).start(LOCAL))  # noqa: TID251
    await eventually(lambda: {child.pid for child in psutil.Process().children()} - before)
    starting.cancel()
    await asyncio.wait([starting])
    await eventually(lambda: not {child.pid for child in psutil.Process().children()} - before)


@pytest.mark.expects_log("the relay has ended with code -9")
async def test_its_death_is_told_and_a_restart_keeps_what_lets_people_in() -> None:
    async with hosting(HostSettings(host="127.0.0.1", port=0, name="Room", pin="12")) as (
        host,
        before,
        ended,
    ):
        assert host.pid is not None
        os.kill(host.pid, signal.SIGKILL)
        await eventually(lambda: ended)
        assert ended[0][0] == -signal.SIGKILL
        after = await host.restart()
        assert after == before
        assert await healthy(after.port)


@pytest.mark.expects_log("the relay has ended with code")
async def test_a_restart_takes_a_free_port_if_the_old_one_is_taken() -> None:
    async with hosting() as (host, before, ended):
        assert host.pid is not None
        os.kill(host.pid, signal.SIGKILL)
        await eventually(lambda: ended)
        with socket.create_server(("127.0.0.1", before.port)):
            after = await host.restart()
        assert after.port != before.port
        assert (after.session, after.secret) == (before.session, before.secret)


async def test_a_frozen_relay_is_stopped_too() -> None:
    async with hosting() as (host, _, _):
        pid = host.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        await host.stop()
        assert not psutil.pid_exists(pid)


async def test_the_settings_of_the_persons_own_relay_do_not_leak_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELIOGRAPH_SESSION", "other")
    monkeypatch.setenv("HELIOGRAPH_SEATS", "nonsense")
    async with hosting() as (_, listening, _):
        assert listening.session != "other"


async def test_a_killed_program_leaves_no_relay_behind() -> None:
    code = (
        "import asyncio, os, signal\n"
        "from heliograph.services.relay_host import HostSettings, RelayHost\n"
        "async def main():\n"
        "    host = RelayHost(lambda code, words: None)\n"
        "    await host.start(HostSettings(host='127.0.0.1', port=0))\n"
        "    print(host.pid, flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    said, _ = await program.communicate()
    assert program.returncode == -signal.SIGKILL
    pid = int(said)
    await eventually(
        lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    )


async def test_it_has_the_credentials_it_was_given_and_keeps_them() -> None:
    key, secret = "47000001", "0123456789abcdef0123456789abcdef01234567"
    settings = HostSettings(host="127.0.0.1", port=0, api_key=key, api_secret=secret, session_ttl=0)
    async with hosting(settings) as (host, listening, _):
        assert (listening.api_key, listening.api_secret) == (key, secret)
        assert secret not in repr(listening) + repr(settings)
        assert host.pid is not None
        assert secret not in " ".join(psutil.Process(host.pid).cmdline())


async def test_a_running_relay_answers() -> None:
    async with hosting() as (host, _, _):
        answers = await asyncio.gather(*(host.ask("sessions") for _ in range(20)))
        assert [(answer["event"], answer["count"]) for answer in answers] == [("sessions", 0)] * 20
        await host.open_opentok_to("all")
        with pytest.raises(RelayFailed, match="refuses"):
            await host.open_opentok_to("everywhere")


@pytest.mark.expects_log("the relay has ended with code")
async def test_a_relay_that_is_gone_or_frozen_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RelayFailed, match="does not run"):
        await RelayHost(lambda code, words: None).ask("sessions")
    async with hosting() as (host, _, ended):
        assert host.pid is not None
        monkeypatch.setattr("heliograph.services.relay_host.ANSWER_WITHIN", 0.1)
        os.kill(host.pid, signal.SIGSTOP)
        with pytest.raises(RelayFailed, match="does not answer"):
            await host.ask("sessions")
        os.kill(host.pid, signal.SIGKILL)
        await eventually(lambda: ended)
        with pytest.raises(RelayFailed, match="does not run"):
            await host.ask("sessions")


@pytest.mark.expects_log("no event")
async def test_what_is_no_answer_is_passed_over() -> None:
    listening = {
        "event": "listening", "host": "127.0.0.1", "port": 1, "session": "s", "secret": "a", "host_secret": "b",
        "pin": None, "api_key": "k", "api_secret": "x", "invite": Invite(addresses=("h",), port=1, session="s").line(),
    }  # fmt: skip
    says = ["nonsense", "[1]", "7", '{"event": "x", "id": [1]}', '{"event": "x"}', '{"id": 1}']
    code = (
        f"import sys\nprint({json.dumps(listening)!r}, flush=True)\nsys.stdin.readline()\n"
        f"print({chr(10).join(says)!r})\n"
        """print('{"event": "sessions", "id": 1, "count": 3}', flush=True)\nsys.stdin.read()"""
    )
    host = RelayHost(lambda code, words: None, command=[sys.executable, "-c", code])
    await host.start(LOCAL)
    assert (await host.ask("sessions"))["count"] == 3
    await host.stop()
